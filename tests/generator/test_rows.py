"""Rows laid in as one piece are byte for byte those that the template would have made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment

from generator.rows import LiftedRow, looped
from generator.shell import page_app
from tests.county import STATIC

JINJA = page_app(STATIC).jinja_env
LIFTED = LiftedRow.of(JINJA)
CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=12)
HARD = [
    "张*三",
    "&",
    "<",
    ">",
    '"',
    "'",
    "&amp;",
    "<script>",
    "a & b < c > d",
    '"q"',
    "'q'",
    "{{ cell }}",
    "{% raw %}",
    "",
    "𠮷*贵",
]


def text_of(rows: list[list[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


@pytest.mark.parametrize("columns", [1, 3, 7])
def test_every_hard_character_comes_out_as_the_template_writes_it(columns: int) -> None:
    text = text_of([[cell] * columns for cell in HARD] + [HARD[:columns]])
    assert str(LIFTED.lay_over(text)) == str(looped(JINJA, text))


@given(st.integers(1, 7).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=9)))
def test_any_text_at_all_comes_out_as_the_template_writes_it(rows: list[list[str]]) -> None:
    assert str(LIFTED.lay_over(text_of(rows))) == str(looped(JINJA, text_of(rows)))


def test_markup_in_a_cell_never_becomes_markup_on_the_page() -> None:
    assert "<script" not in LIFTED.lay_over("<script>alert(1)</script>\t<img src=x>\n")


def test_no_rows_are_no_markup() -> None:
    assert str(LIFTED.lay_over("")) == "" == str(looped(JINJA, ""))


def test_a_template_whose_cells_differ_is_not_lifted() -> None:
    for template in (
        "{% for row in rows %}<tr>{% for cell in row %}<td{{ loop.index }}>{{ cell }}</td>{% endfor %}</tr>{% endfor %}",
        "{% for row in rows %}<tr><td>{{ row[0] }}</td></tr>{% endfor %}",
    ):
        with pytest.raises(ValueError, match="bare expression"):
            LiftedRow.of(Environment(loader=DictLoader({"components/rows.html": template}), autoescape=True))
