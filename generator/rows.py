"""Payment rows in bulk: the row template is rendered once, cut apart, and laid over a whole snapshot at once.

Valid because every cell is a bare {{ cell }} and a snapshot's cells hold no tab and no line break (asserted when the
snapshot is written). The Jinja template stays the one definition; a test compares both ways byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jinja2 import Environment
from markupsafe import Markup

_TEMPLATE: Final = "components/rows.html"
_CELLS: Final = ("\x01", "\x02", "\x03")
_ESCAPES: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;"))


@dataclass(frozen=True, slots=True)
class LiftedRow:
    """What stands before a row's first cell, between its cells, and after its last."""

    before: str
    between: str
    after: str

    @classmethod
    def of(cls, environment: Environment) -> LiftedRow:
        """Cut the row template apart. Raises ValueError where its cells are not uniform."""
        markup = environment.get_template(_TEMPLATE).render(rows=[_CELLS])
        before, first, rest = markup.partition(_CELLS[0])
        between, second, rest = rest.partition(_CELLS[1])
        again, third, after = rest.partition(_CELLS[2])
        if not (first and second and third) or between != again:
            raise ValueError(f"{_TEMPLATE}: every cell must be the same bare expression")
        return cls(before, between, after)

    def lay_over(self, rows_text: str) -> Markup:
        """Markup of a snapshot's rows: one escape and two replaces, whatever their number."""
        if not rows_text:
            return Markup("")
        for character, entity in _ESCAPES:
            if character in rows_text:
                rows_text = rows_text.replace(character, entity)
        body = rows_text[:-1].replace("\t", self.between).replace("\n", self.after + self.before)
        return Markup(self.before + body + self.after)  # noqa: S704 - escaped just above, cell by cell


def looped(environment: Environment, rows_text: str) -> Markup:
    """The same by Jinja's own loop: what `lay_over` must equal."""
    cells = [line.split("\t") for line in rows_text.split("\n")[:-1]]
    return Markup(environment.get_template(_TEMPLATE).render(rows=cells))  # noqa: S704 - autoescaped by the template
