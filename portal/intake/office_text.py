"""The text of an Office XML part, where every element but a run of letters is a thing of its own."""

from __future__ import annotations

import html
import re

from portal.domain.markup import invisible_text

_BETWEEN_RUNS = re.compile(r"</a:t>(?:(?!</a:p>|<a:t[ >]).)*+<a:t(?: [^<>]*)?>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


def text_of_office_xml(markup: str) -> str:
    """Text and attribute values, one element a line; runs of one paragraph joined, since Word splits anywhere."""
    joined = _BETWEEN_RUNS.sub("", markup) if "</a:t>" in markup else markup
    return f"{html.unescape(_TAG.sub(chr(10), joined))}\n{invisible_text(markup)}"
