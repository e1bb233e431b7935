"""What is left of a withdrawn batch anywhere under the folder of releases: searched for, not assumed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from generator.index import Index
from generator.public_sheets import NAME as SHEET

_DOWNLOADS: Final = ("list.csv", "snapshot.txt", SHEET)
_PHOTO: Final = ".jpg"
_TEXTS: Final = (".html", ".csv", ".txt", ".json", ".xml")
_ROW: Final = re.compile(r"<tr><td>(.*?)</td></tr>")
_PROBES: Final = 8
"""So many rows are looked for byte by byte where a file is no text."""


def traces(folder: Path, current: Path | None, batch: str, rows: Collection[str]) -> Iterator[str]:
    """Each place, in words. `rows` are lines of the batch's snapshots, as they were before they were erased."""
    wanted, probes = frozenset(rows), [row.encode() for row in sorted(rows)[:: max(1, len(rows) // _PROBES)]]
    for release in sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()):
        which = "现在的网站" if current is not None and release.resolve() == current else f"旧版本 {release.name}"
        for path in sorted(release.rglob("*")):
            if path.is_file() and (what := _what(path, path.relative_to(release), batch, wanted, probes)):
                yield f"{which}里的 {path.relative_to(release)}：{what}"
    if current is not None:
        hits = Index(current / "index").find(batch)
        yield from (f"站内搜索：{hit.path}" for hit in hits if f"/{batch}/" in f"/{hit.path}")


def _what(path: Path, place: Path, batch: str, rows: frozenset[str], probes: list[bytes]) -> str:
    if batch in place.parts and place.name in _DOWNLOADS:
        return "名单下载"
    if batch in place.parts and path.suffix == _PHOTO:
        return "公示栏的照片"
    if place.parts[0] == "index":
        data = path.read_bytes()
        return "名单里的行" if any(probe in data for probe in probes) else ""
    if path.suffix not in _TEXTS:
        return ""
    text = path.read_text(encoding="utf-8")
    if PurePosixPath(place).match("site/data/*") or place.name == "feed.xml":
        return "还提到这一批" if batch in text else ""
    return "名单里的行" if rows and not rows.isdisjoint(_lines(path.suffix, text)) else ""


def _lines(suffix: str, text: str) -> list[str]:
    """The file's rows, in whatever dress, as a snapshot has them."""
    if suffix == ".html":
        return [row.replace("</td><td>", "\t") for row in _ROW.findall(text)]
    return text.replace(",", "\t").splitlines() if suffix == ".csv" else text.splitlines()
