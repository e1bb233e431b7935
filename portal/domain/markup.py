"""Turns HTML or XML into the text a search for personal data must see: what shows, and what only sits in it."""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import unquote

_BLOCKS: Final = (
    "address|article|aside|blockquote|body|button|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    "h[1-6]|head|header|hr|html|legend|li|main|nav|ol|optgroup|option|p|pre|section|select|summary|table|tbody|td|"
    "textarea|tfoot|th|thead|title|tr|ul"
)
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_CODE = re.compile(r"<(script|style|template|noscript)\b[^>]*>(.*?)(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_LITERAL = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_BLOCK = re.compile(rf"</?(?:\w+:)?(?:{_BLOCKS})\b[^>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!?][^>]*>")
# Only values with a digit, however written (&#53; %35), are worth a second look.
_ATTRIBUTE = re.compile(r"""=\s*(?:"([^"<>]*\d[^"<>]*)"|'([^'<>]*\d[^'<>]*)'|([^\s"'<>=]*\d[^\s"'<>=]*))""")
_BLANK_LINES = re.compile(r"[ \t\r\f]*\n\s*")
_ONE_EACH = re.compile(r"(?:^\S\n){14,}\S$", re.MULTILINE)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")

THIN_SPACE: Final = "\u2009"
"""Stands for <br>: still a gap, but one across which a split ID is found."""


def text_of_html(markup: str) -> str:
    """All text of a page, one block or cell a line; then attribute values, comments and scripts, one a line.

    Inline tags vanish, so that an ID split by them joins up. A cell boundary stays a boundary, except where at
    least fifteen cells in a row hold one character each: that is one number in boxes.
    """
    return f"{visible_text(markup)}\n{invisible_text(markup)}"


def visible_text(markup: str) -> str:
    """What shows, one block or cell a line."""
    text = _LITERAL.sub(r"\1", markup) if "<![CDATA[" in markup else markup
    text = _CODE.sub("\n", _COMMENT.sub("", text))
    text = _TAG.sub("", _BREAK.sub(THIN_SPACE, _BLOCK.sub("\n", text)))
    text = _BLANK_LINES.sub("\n", html.unescape(text))
    return _ONE_EACH.sub(lambda boxes: boxes[0].replace("\n", ""), text)


def invisible_text(markup: str) -> str:
    """What does not show: attribute values, comments, scripts and styles, one a line."""
    comments = [_TAG.sub("\n", text) for text in _COMMENT.findall(markup)]
    scripts = [text for _, text in _CODE.findall(markup)]
    values = ["".join(value) for value in _ATTRIBUTE.findall(markup)]
    text = html.unescape("\n".join(comments + scripts + values))
    if "\\u" in text:
        text = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)
    return unquote(text, errors="replace") if "%" in text else text
