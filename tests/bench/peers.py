"""The generators we are compared with, each made to write the same pages from the same postings.

Both are given less to do than we do ourselves: HTML pages only, without downloads, gate, search index and manifest.
"""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from unittest.mock import patch

from flask_frozen import Freezer, MissingURLGeneratorWarning
from jinja2 import Environment
from markupsafe import Markup

from generator.catalogue import Catalogue, PostingPage
from generator.load import load_catalogue
from generator.rows import LiftedRow, looped
from generator.splitting import split
from generator.views import all_pages, public_app
from portal.domain.money import capitals, grouped
from portal.domain.postings import COLUMN_WORDS, Snapshot, Tally
from portal.publication import View
from tests.bench.county import TODAY, Instance

HUGO_SITE = Path(__file__).parent / "hugo"
DOWNLOADS = ("list.csv", "snapshot.txt")


class _LoopedRows:
    """Stands where the lifted row does: every cell through Jinja's own loop."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def lay_over(self, rows_text: str) -> Markup:
        return looped(self._environment, rows_text)


def freeze_plainly(instance: Instance, destination: Path, *, downloads: bool = False) -> int:
    """Our own app through stock Frozen-Flask, a request a page, rows by Jinja; how many pages it made."""
    with instance.publication.view(TODAY) as view:
        catalogue = load_catalogue(view, instance.config.content)
        snapshots = _snapshots(view, catalogue)
        app = public_app(catalogue, lambda page: snapshots[page.posting.id], instance.config.static)
        app.config.update(
            FREEZER_DESTINATION=str(destination),
            FREEZER_IGNORE_MIMETYPE_WARNINGS=True,
            FREEZER_REMOVE_EXTRA_FILES=False,
        )
        freezer = Freezer(app, with_static_files=False, with_no_argument_rules=False, log_url_for=False)
        pages = all_pages(catalogue, "")
        freezer.register_generator(lambda: ((page.endpoint, page.values) for page in pages))
        freezer.register_generator(lambda: _posting_urls(catalogue, snapshots, downloads))
        with patch.object(LiftedRow, "of", _LoopedRows), warnings.catch_warnings():
            warnings.simplefilter("ignore", MissingURLGeneratorWarning)
            freezer.freeze()
    return len(pages) + len(catalogue.postings)


def _posting_urls(catalogue: Catalogue, snapshots: Mapping[int, Snapshot], downloads: bool) -> Iterator[str]:
    for page in catalogue.postings:
        folders = [part.folder for part in split(snapshots[page.posting.id])]
        for name in (*folders, *DOWNLOADS) if downloads else folders:
            yield f"/{page.path}{name}"


def write_hugo_site(instance: Instance, folder: Path, *, tuned: bool) -> int:
    """The postings as a Hugo site: a data file a page, rows as lists for `range` (tuned: as one text for `replace`).

    Returns how many pages Hugo will make.
    """
    shutil.copytree(HUGO_SITE, folder)
    (folder / "data" / "postings").mkdir(parents=True)
    with instance.publication.view(TODAY) as view:
        catalogue = load_catalogue(view, instance.config.content)
        lists = list(_lists(catalogue))
        for path, title, lines in lists:
            _write(folder / "content" / path / "_index.md", {"title": title, "lines": lines})
        pages = {page.posting.id: page for page in catalogue.postings}
        for number, snapshot in view.snapshots(list(pages)):
            page = pages[number]
            _write(folder / "content" / page.path.rstrip("/") / "index.md", _front_matter(page))
            _write(folder / "data" / "postings" / f"p{number}.json", _data(page, snapshot, tuned))
    return len(lists) + len(pages)


def _snapshots(view: View, catalogue: Catalogue) -> dict[int, Snapshot]:
    return dict(view.snapshots([page.posting.id for page in catalogue.postings]))


def _front_matter(page: PostingPage) -> dict[str, object]:
    facts = page.posting.facts
    return {
        "title": page.title,
        "key": f"p{page.posting.id}",
        "published": facts["opened"],
        "unit": facts["unit_name"],
        "rows": page.tally.listed_rows,
        "yuan": grouped(page.tally.listed_fen),
        "sha256": page.posting.sha256,
        "head": page.posting.ledger_head,
    }


def _data(page: PostingPage, snapshot: Snapshot, tuned: bool) -> dict[str, object]:
    facts, tally = page.posting.facts, page.tally
    header = [
        ("索引号", f"{page.batch.number}／{page.area.name}"),
        ("组配分类", f"惠民惠农补贴／{page.kind_word}"),
        ("发布机构", facts["unit_name"]),
        ("文号", "无"),
        ("成文日期", facts["opened"]),
        ("发布日期", facts["opened"]),
        ("有效性", "有效"),
        ("公开属性", "主动公开"),
    ]
    rows = snapshot.rows_text.rstrip("\n")
    return {
        "header": [_words(header[start : start + 2]) for start in range(0, len(header), 2)],
        "facts": _words(
            [
                ("补贴项目", page.policy.name),
                ("哪一期", page.batch.period_word),
                ("补贴标准", page.policy.rate_text),
                ("公示时间", f"{facts['opened']}到{facts['until']}"),
                ("主管部门", facts["departments"]),
                ("办到哪了", page.batch.state),
            ]
        ),
        "sums": _words(
            [
                ("列出", f"{tally.listed_rows}笔，{grouped(tally.listed_fen)}元 大写：{capitals(tally.listed_fen)}"),
                ("已到账", f"{tally.paid_rows}笔，{grouped(tally.paid_fen)}元"),
                ("待发放", f"{tally.pending_rows}笔，{grouped(tally.pending_fen)}元"),
                ("待核实", f"{tally.held_rows}笔，{grouped(tally.held_fen)}元"),
            ]
        ),
        "columns": [COLUMN_WORDS[name] for name in snapshot.columns],
        **({"lines": rows} if tuned else {"rows": [line.split("\t") for line in rows.split("\n") if line]}),
    }


def _words(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"word": word, "text": text} for word, text in pairs]


def _lists(catalogue: Catalogue) -> Iterator[tuple[str, str, list[dict[str, object]]]]:
    """Every page that is not a posting, as (folder, title, lines)."""
    townships = [_line(township.area.name, township.path, township.tally) for township in catalogue.townships]
    yield "", "首页", townships
    yield "villages", "查本村公示", [_line(v.area.name, v.path, v.tally) for v in catalogue.villages]
    yield "policies", "补贴政策", [_line(p.newest.name, p.path, Tally()) for p in catalogue.policies.values()]
    for township in catalogue.townships:
        yield township.path, township.area.name, [_line(v.area.name, v.path, v.tally) for v in township.villages]
    for village in catalogue.villages:
        yield village.path, village.area.name, [_line(p.batch.title, p.path, p.tally) for p in village.postings]
    for batch in catalogue.batches:
        yield batch.path, batch.title, [_line(p.place, p.path, p.tally) for p in batch.postings]
    for policy in catalogue.policies.values():
        yield policy.path, policy.newest.name, [_line(b.title, b.path, b.tally) for b in policy.batches]


def _line(name: str, path: str, tally: Tally) -> dict[str, object]:
    return {"name": name, "path": path, "rows": tally.rows, "yuan": grouped(tally.fen)}


def _write(path: Path, data: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
