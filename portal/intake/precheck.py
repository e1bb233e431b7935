"""Checks any files before they are published: which personal data they hold, and where. Never repeats a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portal.domain.findings import Refused
from portal.domain.personal_data import find_personal_data
from portal.intake.child import Limits, lines_from_child

KINDS: Final = {
    "id": "身份证号",
    "partial-id": "部分遮盖的身份证号",
    "account": "银行账号",
    "phone": "电话号码",
    "name": "完整姓名列",
    "unreadable": "无法检查",
}
PRECHECK_LIMITS: Final = Limits(file_bytes=200 * 1024 * 1024, cpu_seconds=110, wall_seconds=120.0)
_NOT_TEXT: Final = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".bmp", ".mp3", ".mp4", ".woff", ".woff2", ".ttf", ".otf"}
)


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    kind: str
    place: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """`path` is what may be shown: digits of an ID, account or phone in a file's name are starred out."""

    path: str
    findings: tuple[PlacedFinding, ...]

    def as_json(self) -> dict[str, object]:
        return {"path": self.path, "findings": [{"kind": f.kind, "place": f.place} for f in self.findings]}


def check_file(path: Path, *, limits: Limits = PRECHECK_LIMITS) -> FileReport:
    """Look through one file. What cannot be read is a finding too: nobody may take silence for clean."""
    findings = [PlacedFinding(hit.kind, "文件名") for hit in find_personal_data(path.name)]
    try:
        findings.extend(
            PlacedFinding(kind, place) for kind, place in lines_from_child("portal.intake.inspector", path, limits)
        )
    except Refused as refused:
        findings.append(PlacedFinding("unreadable", f"整个文件（{refused.findings[0].message}）"))
    return FileReport(shown(path), tuple(findings))


def shown(path: Path) -> str:
    """The path as it may be printed."""
    text = list(str(path))
    for hit in find_personal_data(str(path)):
        text[hit.start : hit.end] = "*" * (hit.end - hit.start)
    return "".join(text)


def files_to_check(paths: Iterable[Path]) -> Iterator[Path]:
    """Files as named; folders with all that is below, but Office's lock files, pictures, sound and fonts."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for below in sorted(path.rglob("*")):
            if below.is_file() and not below.name.startswith("~$") and below.suffix.lower() not in _NOT_TEXT:
                yield below


def passed_over(paths: Iterable[Path]) -> int:
    """How many pictures, sound files and fonts in the folders nobody looked at."""
    folders = (path for path in paths if path.is_dir())
    return sum(below.suffix.lower() in _NOT_TEXT for folder in folders for below in folder.rglob("*"))
