"""Lifted templates say byte for byte what Jinja would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from markupsafe import Markup

from portal.answers.lifted import Lifted

JINJA = Environment(autoescape=True)
TEMPLATE = JINJA.from_string('<p title="{{ a }}">{{ b }} 元，{{ a }}{% if shown %}（{{ b }}）{% endif %}</p>')


@given(st.text(), st.text(), st.booleans())
def test_filling_is_rendering(a: str, b: str, shown: bool) -> None:
    lifted = Lifted(lambda marks: TEMPLATE.render(shown=shown, **marks), ["a", "b"])
    assert lifted.fill({"a": a, "b": b}).decode() == TEMPLATE.render(shown=shown, a=a, b=b)


def test_markup_stays_markup_and_unused_names_are_no_harm() -> None:
    lifted = Lifted(lambda marks: JINJA.from_string("<ul>{{ items }}</ul>").render(**marks), ["items", "other"])
    assert lifted.fill({"items": Markup("<li>1</li>"), "other": ""}) == b"<ul><li>1</li></ul>"


def test_a_value_that_was_forgotten_is_an_error() -> None:
    lifted = Lifted(lambda marks: JINJA.from_string("{{ a }}").render(**marks), ["a"])
    with pytest.raises(KeyError):
        lifted.fill({})


@given(st.text(), st.text("0123456789.,"))
def test_filling_in_two_steps_is_filling(a: str, b: str) -> None:
    lifted = Lifted(lambda marks: TEMPLATE.render(shown=True, **marks), ["b", "a"])
    assert lifted.partly({"a": a}).fill_plain(b.encode()) == lifted.fill({"a": a, "b": b})
    assert lifted.partly({"b": b}).fill({"a": a}) == lifted.fill({"a": a, "b": b})


def test_a_percent_sign_in_a_template_is_a_percent_sign() -> None:
    lifted = Lifted(lambda marks: JINJA.from_string("100% {{ a }} %s").render(**marks), ["a"])
    assert lifted.fill({"a": "50%"}) == lifted.partly({"a": "50%"}).fill_plain() == b"100% 50% %s"
