"""Checks a release against its signature and against the ledger: snapshot = page = download, no personal data."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from generator import release
from generator.catalogue import Catalogue, PostingPage
from generator.gate import Gate
from generator.splitting import split
from portal.domain.findings import Refused
from portal.domain.money import plain
from portal.domain.postings import Snapshot, read_snapshot
from portal.domain.site import Check
from portal.publication import View

_JUDGED: Final = (".html", ".csv", ".txt", ".json", ".xml", ".pdf")
_ROW: Final = re.compile(r"<tr>(<td>.*?</td>)</tr>")


def verify_release(folder: Path, view: View, catalogue: Catalogue, key: Ed25519PublicKey) -> list[Check]:
    """Each check names the first thing that is wrong."""
    manifest = release.read_manifest(folder)
    tampered = release.first_tampered(folder, manifest)
    recorded = view.release_hash(manifest.release)
    return [
        Check(
            "站点签名",
            release.signature_is_good(folder, key),
            f"版本 {manifest.release}，{len(manifest.files)} 个文件",
        ),
        Check("站点文件与签名清单", tampered is None, tampered or "逐个相符"),
        Check(
            "版本已登记",
            recorded in (None, manifest.hash),
            "与日志登记的清单一致" if recorded == manifest.hash else "日志里登记的清单不同" if recorded else "尚未登记",
        ),
        _first("公示快照＝网页＝下载", _pages_against_snapshots(folder / "site", view, catalogue)),
        _first("开放数据＝台账", _data_against_ledger(folder / "site" / "data" / "payments.csv", catalogue)),
        _first("全站没有个人信息", _personal_data(folder / "site", catalogue)),
    ]


def _first(name: str, problems: Iterator[str]) -> Check:
    problem = next(problems, None)
    return Check(name, problem is None, problem or "相符")


def _pages_against_snapshots(site: Path, view: View, catalogue: Catalogue) -> Iterator[str]:
    pages = {page.posting.id: page for page in catalogue.postings}
    for posting, snapshot in view.snapshots(list(pages)):
        page = pages[posting]
        folder = site / page.path
        if not (folder / "index.html").exists():
            yield f"{page.title}还没有生成页面，请运行 mingbai build"
            continue
        if snapshot.sha256 != page.posting.sha256 or snapshot.tally != page.tally:
            yield f"{page.title}：台账里的快照与登记的哈希不符"
        published = (folder / "snapshot.txt").read_text(encoding="utf-8")
        if published != snapshot.text:
            yield f"{page.title}：网站上的快照与台账不同"
        if problem := _unlike(folder, page, read_snapshot(published)):
            yield f"{page.title}：{problem}"


def _unlike(folder: Path, page: PostingPage, snapshot: Snapshot) -> str:
    """How page and download differ from the snapshot, in rows or in yuan; "" when they do not."""
    amounts = [row.amount for row in snapshot.rows()]
    if snapshot.shows_rows and _sum(amounts) != (snapshot.tally.listed_rows, snapshot.tally.listed_fen):
        return "快照的逐行金额与合计不符"
    pages = [(folder / part.folder / "index.html") for part in split(snapshot)]
    if missing := next((path for path in pages if not path.exists()), None):
        return f"缺少名单的一页 {missing.parent.name}"
    html = "".join(path.read_text(encoding="utf-8") for path in pages)
    place = snapshot.columns.index("amount") if snapshot.shows_rows else 0
    shown = [row.split("</td>")[place].removeprefix("<td>") for row in _ROW.findall(_rows_of(html))]
    if snapshot.shows_rows and shown != amounts:
        return "网页上的逐行金额与快照不符"
    if page.posting.sha256 not in html:
        return "网页上的校验码与快照不符"
    lines = list(csv.reader(io.StringIO((folder / "list.csv").read_text(encoding="utf-8-sig"))))[1:]
    if snapshot.shows_rows and [line[place] for line in lines] != amounts:
        return "下载表格的金额与快照不符"
    if not snapshot.shows_rows and lines[0][:2] != [str(page.tally.rows), plain(page.tally.fen)]:
        return "下载表格的合计与快照不符"
    return ""


def _data_against_ledger(path: Path, catalogue: Catalogue) -> Iterator[str]:
    """Batches whose rows or yuan, added up again from the open data, differ from the ledger's."""
    sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for line in csv.DictReader(io.StringIO(text)):
        rows, fen = sums[line["batch"]]
        sums[line["batch"]] = rows + int(line["rows"]), fen + int(line["amount"].replace(".", ""))
    for batch in catalogue.batches:
        if sums[batch.number] != (batch.tally.rows, batch.tally.fen):
            yield f"{batch.title}：开放数据里的合计与台账不同，请运行 mingbai build"


def _rows_of(html: str) -> str:
    """The rows of all parts of a list, which follow one another in `html`."""
    return "".join(after.partition("</tbody>")[0] for after in html.split('<tbody id="rows">')[1:])


def _sum(amounts: list[str]) -> tuple[int, int]:
    return len(amounts), sum(int(amount.replace(".", "")) for amount in amounts)


def _personal_data(site: Path, catalogue: Catalogue) -> Iterator[str]:
    for path in sorted(site.rglob("*")):
        if path.suffix in _JUDGED:
            gate = Gate(catalogue.phones)
            gate.check(str(path.relative_to(site)), path.read_bytes())
            try:
                gate.close()
            except Refused as refusal:
                yield refusal.findings[0].message
