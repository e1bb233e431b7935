"""Templates cut into their literal pieces once, so that showing thousands of answers costs a join each.

The Jinja template stays the single definition; tests hold lifted and rendered output against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from markupsafe import escape

_MARK: Final = re.compile("\ue000(\\w+)\ue001")


class Lifted:
    """`render` is called once, with a mark for each of `names`; a mark may stand more than once, or not at all."""

    def __init__(self, render: Callable[[Mapping[str, Any]], str], names: Sequence[str]) -> None:
        text = render({name: f"\ue000{name}\ue001" for name in names})
        parts = _MARK.split(text)
        self._literals = parts[::2]
        self._names = parts[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """The template with these values, escaped as Jinja would (Markup stays as it is)."""
        made = [self._literals[0]]
        for name, literal in zip(self._names, self._literals[1:], strict=True):
            made.append(escape(values[name]))
            made.append(literal)
        return "".join(made)
