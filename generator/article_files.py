"""Reads content/documents, guides, evaluations, violations, announcements and pages: Markdown files, each with TOML
front matter between two lines of +++. Everything that is wrong is said at once, by file and field."""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from generator.articles import COLUMNS, PAGES, Article, Articles, Column
from generator.prose import BadProse, Prose, read_prose
from portal.domain.documents import ATTRIBUTES, VALIDITIES, DocumentNumber, parse_number
from portal.domain.findings import Finding, Refused

GUIDE_HEADINGS: Final = ("谁能申请", "带什么", "到哪里办", "多久到账")
"""What each guide answers; whom to ask comes from the register of units, so that no old phone number stays behind."""

_FIELDS: Final = {
    "title": "标题",
    "date": "成文日期",
    "published": "发布日期",
    "source": "发布机构",
    "number": "文号",
    "validity": "有效性",
    "attribute": "公开属性",
    "policies": "有关补贴的项目编码",
    "attachments": "附件名称",
}
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WEB_CODE = re.compile(r"</?[A-Za-z][^>]*>|<!--")
_FRONT = re.compile(r"\s*\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$(.*)", re.DOTALL | re.MULTILINE)


def load_articles(content: Path, published_policies: Collection[str]) -> Articles:
    """Read all of them. A guide waits until its policy is on a published list.

    Raises Refused with everything that is wrong, each by file and field.
    """
    known = {*published_policies, *_codes_in_lists(content)}
    findings: list[Finding] = []
    by_column = {}
    for column in COLUMNS.values():
        found = [_File(path, column, known, findings).read() for path in _files(content / column.name, findings)]
        shown = [
            article
            for article in found
            if article is not None and (column.name != "guides" or article.slug in published_policies)
        ]
        by_column[column.name] = tuple(sorted(shown, key=_order))
    for name in PAGES:
        if not (content / "pages" / f"{name}.md").exists():
            findings.append(_finding(f"content/pages/{name}.md", "没有这个文件，每一页的页脚都连到它。请补上"))
    if findings:
        raise Refused(findings)
    return Articles(MappingProxyType(by_column))


def _order(article: Article) -> tuple[object, ...]:
    number = article.number or DocumentNumber("", 0, 0)
    return list(VALIDITIES.values()).index(article.validity), -article.published.toordinal(), number, article.slug


def _files(folder: Path, findings: list[Finding]) -> Iterator[Path]:
    for path in sorted(folder.glob("[!.]*")):
        if path.suffix == ".md" and path.is_file():
            yield path
        else:
            findings.append(_finding(_name(path), "这里只放 .md 文件，别的不会发布。请改存成 .md，或者拿走"))


def _codes_in_lists(content: Path) -> Iterator[str]:
    for path in sorted((content / "policies").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for line in csv.DictReader(lines):
                yield line.get("项目编码") or ""


def _name(path: Path) -> str:
    return f"content/{path.parent.name}/{path.name}"


def _finding(where: str, message: str) -> Finding:
    return Finding("fatal", "article", f"{where}：{message}")


class _File:
    """One file being read. Complaints gather in `findings` instead of stopping at the first."""

    def __init__(self, path: Path, column: Column, known: Collection[str], findings: list[Finding]) -> None:
        self._path, self._column, self._known, self._findings = path, column, known, findings
        self._table: dict[str, Any] = {}
        self._good = True

    def read(self) -> Article | None:
        """None for what is wrong, and for what may not be published."""
        front, body = self._split()
        if not self._good:
            return None
        self._table = front
        for name in front.keys() - _FIELDS.keys():
            self._complain(name, f"不认识这一项。能写的有：{'、'.join(_FIELDS)}")
        attribute = self._word("attribute", ATTRIBUTES, required=True)
        article = self._article(body)
        return article if self._good and attribute == "public" else None

    def _article(self, body: str) -> Article:
        slug = self._path.stem
        is_guide = self._column.name == "guides"
        day = self._day("date")
        published = self._day("published") if "published" in self._table else day
        if published < day:
            self._complain("published", "比成文日期还早，请核对这两个日期")
        if self._column.name == "pages" and slug not in PAGES:
            self._complain("", f"文件名只能是：{'、'.join(f'{name}.md' for name in PAGES)}")
        if not is_guide and not _SLUG.fullmatch(slug):
            self._complain("", "文件名要用作网址，只能有小写字母、数字和短横线，例如 gddlbh-2026.md。请改名")
        article = Article(
            column=self._column,
            slug=slug,
            title=self._text("title", required=True),
            day=day,
            published=published,
            source=self._text("source", required=True),
            number=self._number(),
            validity=self._word("validity", VALIDITIES, required=self._column.needs_validity) or "valid",
            policies=self._policies(is_guide),
            attachments=self._texts("attachments"),
            prose=self._prose(body, GUIDE_HEADINGS if is_guide else ()),
            digest=hashlib.sha256(self._path.read_bytes()).hexdigest(),
        )
        shown = [article.title, article.source, *article.attachments, article.prose.text]
        for code in filter(None, map(_WEB_CODE.search, shown)):
            self._complain("", f"有网页代码 {code[0][:20]}，它不起作用，会原样显示给群众看。请删掉")
        return article

    def _split(self) -> tuple[dict[str, Any], str]:
        try:
            text = self._path.read_text(encoding="utf-8-sig")
            parts = _FRONT.fullmatch(text)
            if parts is None:
                self._complain("", "开头没有两行 +++ 夹着的说明（标题、日期、发布机构等），请照别的文件补上")
                return {}, ""
            return tomllib.loads(parts[1]), parts[2]
        except UnicodeDecodeError:
            self._complain("", "不是 UTF-8 编码，读不了。用记事本打开，“另存为”时编码选 UTF-8")
        except tomllib.TOMLDecodeError as error:
            self._complain("", f'两行 +++ 中间写错了（{error}）。每项写成 title = "标题"，引号用英文的')
        return {}, ""

    def _complain(self, name: str, message: str) -> None:
        self._good = False
        word = f"（{_FIELDS[name]}）" if name in _FIELDS else ""
        self._findings.append(_finding(_name(self._path) + (f" 的 {name}{word}" if name else ""), message))

    def _text(self, name: str, *, required: bool = False) -> str:
        value = self._table.get(name, "")
        if not isinstance(value, str):
            self._complain(name, f'要写成文字，加英文引号：{name} = "…"')
            return ""
        if required and not value.strip():
            self._complain(name, f'没有写。请补上一行 {name} = "…"')
        return " ".join(value.split())

    def _texts(self, name: str) -> tuple[str, ...]:
        value = self._table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self._complain(name, f'要写成一串文字，用方括号：{name} = ["…", "…"]')
            return ()
        return tuple(item.strip() for item in value)

    def _word(self, name: str, words: Mapping[str, Any], *, required: bool) -> Any:
        text = self._text(name)
        if text not in words and (text or required):
            self._complain(name, f"{f'写的是“{text}”' if text else '没有写'}，应是：{'、'.join(words)}")
        return words.get(text)

    def _day(self, name: str) -> date:
        value = self._table.get(name)
        if not isinstance(value, date) or isinstance(value, datetime):
            self._complain(name, f"{'没有写' if value is None else '不是日期'}。写成 {name} = 2026-01-05，不加引号")
            return date.min
        return value

    def _number(self) -> DocumentNumber | None:
        text = self._text("number")
        number = parse_number(text)
        if text and number is None:
            self._complain("number", f"“{text}”不像文号。写成 明财发〔2026〕3号 这样")
        return number

    def _policies(self, is_guide: bool) -> tuple[str, ...]:
        if is_guide and "policies" in self._table:
            self._complain("policies", "申报指南不写这一项：文件名就是项目编码")
        codes = (self._path.stem,) if is_guide else self._texts("policies")
        for code in codes:
            if code not in self._known:
                where = "" if is_guide else "policies"
                self._complain(where, f"没有编码是“{code}”的补贴项目，请照 content/policies 里的清单改")
        return codes

    def _prose(self, body: str, headings: tuple[str, ...]) -> Prose:
        try:
            prose = read_prose(body)
        except BadProse as problem:
            self._complain("", str(problem))
            return Prose("", "", ())
        if not prose.text:
            self._complain("", "没有正文，请补上")
        for heading in headings:
            if heading not in prose.headings:
                self._complain("", f"申报指南少了“## {heading}”一节，请补上")
        return prose
