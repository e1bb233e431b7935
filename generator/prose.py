"""Markdown that people of the county write, into HTML that cannot do anything: no raw HTML, no script, no picture.

The only module that knows markdown-it and bleach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Final

import bleach
from markdown_it import MarkdownIt
from markdown_it.token import Token

from portal.domain.markup import visible_text

_TAGS: Final = frozenset(
    ("a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "table", "tbody",
     "td", "th", "thead", "tr", "ul")
)  # fmt: skip
_ATTRIBUTES: Final = {"a": ["href"], "ol": ["start"], "th": ["class"], "td": ["class"]}
_LINK = re.compile(r"/(?!/)|https?://|tel:")
_HEAD_CELL = re.compile(r"<th(?=[ >])")


class BadProse(Exception):
    """What is wrong with the text and what to do, in plain Chinese."""


@dataclass(frozen=True, slots=True)
class Prose:
    """`html` links to pages of the site from its root ("/policies/"); `text` is what shows, on one line."""

    html: str
    text: str
    headings: tuple[str, ...]

    def at(self, root: str) -> str:
        """The HTML for a page from which `root` ("../../") leads to the site's root."""
        return self.html.replace('href="/', f'href="{root}')


def read_prose(markdown: str) -> Prose:
    """Raises BadProse for headings out of order and links that would lead nowhere."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    headings = list(_headings(tokens))
    _check_levels(headings)
    for token in _all(tokens):
        _check_link(token)
        if token.tag in ("th", "td") and token.attrGet("style") == "text-align:right":
            token.attrs = {"class": "num"}
    made = parser.renderer.render(tokens, parser.options, {})
    clean = bleach.clean(made, tags=_TAGS, attributes=_ATTRIBUTES, protocols=["http", "https", "tel"], strip=True)
    return Prose(_framed(clean), " ".join(visible_text(clean).split()), tuple(text for _, text in headings))


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _headings(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            yield int(opening.tag[1]), inline.content.strip()


def _check_levels(headings: Sequence[tuple[int, str]]) -> None:
    """The page has the h1; below it no level may be left out, or read-aloud loses its way."""
    before = 1
    for level, text in headings:
        if level == 1:
            raise BadProse(f"小标题“{text}”前面是一个 #。大标题写在 title 里，正文的小标题从 ## 写起")
        if level > before + 1 or level > 4:
            raise BadProse(f"小标题“{text}”跳了级（{'#' * level}）。## 下面用 ###，### 下面用 ####，最多到 ####")
        before = level


def _check_link(token: Token) -> None:
    if token.type == "link_open":
        target = str(token.attrGet("href"))
        if not _LINK.match(target):
            raise BadProse(f"链接“{target}”不知道通向哪里。本站的页面写成 /policies/ 这样，别的网站写全 https://")
    if token.type == "image":
        raise BadProse("正文里有图片。图片读屏读不出来，也查不了有没有个人信息，请改成文字或者表格")


def _framed(clean: str) -> str:
    """Every table in a frame of its own that scrolls on a phone; each frame has another name for read-aloud."""
    number = count(1)

    def frame(_: re.Match[str]) -> str:
        name = f"表格{next(number)}"
        return (
            f'<div class="scroll" role="region" tabindex="0" aria-label="{name}，可以左右滑动">\n<table>\n'
            f'<caption class="unseen">{name}</caption>'
        )

    framed = re.sub("<table>", frame, clean).replace("</table>", "</table>\n</div>")
    return _HEAD_CELL.sub('<th scope="col"', framed)
