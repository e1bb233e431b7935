"""Templates cut into their literal pieces once, so that showing thousands of answers costs a join each,
of bytes as they are sent: as text each would be made twice as long, and then encoded.

The Jinja template stays the single definition; tests hold lifted and rendered output against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from markupsafe import escape

_MARK: Final = re.compile("\ue000(\\w+)\ue001")


class Lifted:
    """`render` is called once, with a mark for each of `names`; a mark may stand more than once, or not at all."""

    def __init__(self, render: Callable[[Mapping[str, Any]], str], names: Sequence[str]) -> None:
        self._cut(render({name: f"\ue000{name}\ue001" for name in names}), names)

    def _cut(self, text: str, names: Sequence[str]) -> None:
        parts = _MARK.split(text)
        self._text = text
        self._names = tuple(names)
        self._order = parts[1::2]
        places = [self._names.index(name) for name in self._order]
        self._pick = itemgetter(*places) if places else _nothing
        self._format = "%s".join(literal.replace("%", "%%") for literal in parts[::2]).encode()

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The template with these values, escaped as Jinja would (Markup stays as it is), in UTF-8."""
        return self._format % tuple(escape(values[name]).encode() for name in self._order)

    def fill_plain(self, *values: bytes) -> bytes:
        """The same, in the order of the names, for values that hold nothing to escape: numbers and codes of our own,
        and what was escaped before."""
        return self._format % self._pick(values)

    def partly(self, values: Mapping[str, str]) -> Lifted:
        """The template with some of its values, escaped, and the other marks still open."""
        made = Lifted.__new__(Lifted)
        filled = _MARK.sub(lambda mark: escape(values[mark[1]]) if mark[1] in values else mark[0], self._text)
        made._cut(filled, [name for name in self._names if name not in values])
        return made


def _nothing(_values: Sequence[bytes]) -> tuple[bytes, ...]:
    return ()
