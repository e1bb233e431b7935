"""What the county writes itself (依据文件, 申报指南, 绩效评价, 违规问题处理, 通知公告), by columns of the site.

`generator.article_files` reads them. What is not 主动公开 never becomes an `Article`: nothing that makes pages, search
or feeds can come to see it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final

from generator.prose import Prose
from portal.domain.documents import VALIDITIES, VALIDITY_WARNINGS, DocumentNumber, Validity, numbers_in


@dataclass(frozen=True, slots=True)
class Column:
    """A folder of content/ and a column of the site. `lead` says in plain words what stands in it."""

    name: str
    word: str
    lead: str
    needs_validity: bool = False


COLUMNS: Final = {
    column.name: column
    for column in (
        Column("documents", "依据文件", "发补贴依据的文件。还没有生效的、已经废止的，都写明了。", needs_validity=True),
        Column("guides", "申报指南", "每项补贴谁能申请、带什么、到哪里办、多久到账、问谁。"),
        Column("evaluations", "绩效评价", "补贴发得好不好、管不管用，查了以后的结果。"),
        Column("violations", "违规问题处理", "查出来的问题和处理结果。不写个人姓名。"),
        Column("announcements", "通知公告", "县里关于补贴的通知。"),
        Column("pages", "关于本站", ""),
    )
}
PAGES: Final = ("about", "privacy", "accessibility")
"""Every page's foot leads to these three."""


@dataclass(frozen=True, slots=True)
class Article:
    """One publication. `day` is when it was written (成文日期). `digest` changes with the file."""

    column: Column
    slug: str
    title: str
    day: date
    published: date
    source: str
    number: DocumentNumber | None
    validity: Validity
    policies: tuple[str, ...]
    attachments: tuple[str, ...]
    prose: Prose
    digest: str

    @property
    def path(self) -> str:
        return f"{self.slug}/" if self.column.name == "pages" else f"{self.column.name}/{self.slug}/"

    @property
    def warning(self) -> str:
        """征求意见稿，尚未生效; empty for what is in force."""
        return VALIDITY_WARNINGS[self.validity]

    @property
    def validity_word(self) -> str:
        return next(word for word, code in VALIDITIES.items() if code == self.validity)


@dataclass(frozen=True)
class Articles:
    """All that is published, by column; what is in force first, then the newest."""

    by_column: Mapping[str, tuple[Article, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def __iter__(self) -> Iterator[Article]:
        for articles in self.by_column.values():
            yield from articles

    def column(self, name: str) -> tuple[Article, ...]:
        return self.by_column.get(name, ())

    def find(self, column: str, slug: str) -> Article | None:
        return next((article for article in self.column(column) if article.slug == slug), None)

    def about(self, policy: str) -> list[Article]:
        """Everything but its guide that concerns a policy."""
        return [article for article in self if policy in article.policies and article.column.name != "guides"]

    def cited(self, text: str) -> Article | None:
        """The document whose number stands in the text."""
        numbers = numbers_in(text)
        return next((article for article in self.column("documents") if article.number in numbers), None)

    @cached_property
    def key(self) -> str:
        """Changes with any article."""
        return hashlib.sha256("".join(article.path + article.digest for article in self).encode()).hexdigest()
