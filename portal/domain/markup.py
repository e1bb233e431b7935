"""Turns HTML or XML into the text a search for personal data must see: what shows, and what only sits in it."""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import unquote

_BLOCK_NAMES: Final = """
    address article aside blockquote body button caption dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol optgroup option p pre section select summary table
    tbody td textarea tfoot th thead title tr ul
"""
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_CODE = re.compile(r"<(script|style)\b[^<>]*>(.*?)(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_LITERAL = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_TAG = re.compile(r"(</?[a-zA-Z!?][^<>]*>)")
_TAG_NAME = re.compile(r"</?(?:\w+:)?(\w*)")
# Only values with a digit, however written (&#53; %35), are worth a second look.
_ATTRIBUTE = re.compile(
    r"""=\s*+(?:"(?=[^"<>\d]*+\d)([^"<>]*+)"|'(?=[^'<>\d]*+\d)([^'<>]*+)'|(?=[^\s"'<>=\d]*+\d)([^\s"'<>=]++))"""
)
_BLANK_LINES = re.compile(r"\n\s+")
_ONE_EACH = re.compile(r"(?:^\S[ \t]?\n){15,}+", re.MULTILINE)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")

THIN_SPACE: Final = "\u2009"
"""Stands for <br>: still a gap, but one across which a split ID is found."""


class _Replacements(dict[str, str]):
    """What each tag becomes; a page has few different ones, so each is worked out once."""

    def __missing__(self, tag: str) -> str:
        found = _TAG_NAME.match(tag)
        name = found[1].lower() if found else ""
        self[tag] = "\n" if name in _BLOCKS else THIN_SPACE if name == "br" else ""
        return self[tag]


def text_of_html(markup: str) -> str:
    """All text of a page, one block or cell a line; then attribute values, comments and scripts, one a line.

    Inline tags vanish, so that an ID split by them joins up. A cell boundary stays a boundary, except where at
    least fifteen cells in a row hold one character each: that is one number in boxes.
    """
    return f"{visible_text(markup)}\n{invisible_text(markup)}"


def visible_text(markup: str) -> str:
    """What shows, one block or cell a line."""
    text = _LITERAL.sub(r"\1", markup) if "<![CDATA[" in markup else markup
    pieces = _TAG.split(_CODE.sub("\n", _COMMENT.sub("", text)))
    pieces[1::2] = map(_Replacements().__getitem__, pieces[1::2])
    text = "".join(pieces)
    text = _BLANK_LINES.sub("\n", html.unescape(text) + "\n")
    return _ONE_EACH.sub(lambda boxes: "".join(boxes[0].split()) + "\n", text)


def invisible_text(markup: str) -> str:
    """What does not show: attribute values, comments, scripts and styles, one a line."""
    comments = [_TAG.sub("\n", text) for text in _COMMENT.findall(markup)]
    scripts = [text for _, text in _CODE.findall(markup)]
    values = ["".join(value) for value in _ATTRIBUTE.findall(_CODE.sub("", markup) if scripts else markup)]
    text = html.unescape("\n".join(comments + scripts + values))
    if "\\u" in text:
        text = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)
    return unquote(text, errors="replace") if "%" in text else text
