"""Forms of the desk: each carries a token against forgery, and shows on itself why an action was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import DataRequired

from portal.domain.findings import Refused
from portal.domain.personal_data import find_personal_data
from portal.domain.staff import plainly_typed
from portal.office import PERSONAL_DATA


class DeskForm(FlaskForm):  # type: ignore[misc]
    """A form without fields of its own is a button."""

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Why an action was refused becomes the form's own message; what follows shows the form again, without an ID number,
        account or phone for which it was refused."""
        try:
            yield
        except Refused as refused:
            self.form_errors.append(str(refused))
            if refused.findings[0].code == PERSONAL_DATA:
                self.forget_numbers()

    def forget_numbers(self) -> None:
        """Fields of words with somebody's number in them are shown empty."""
        for field in self:
            if isinstance(field, StringField):
                field.data = said_again(field.data or "")


class DayField(DateField):  # type: ignore[misc]
    """A day, as a browser's calendar sends it or as somebody types it where there is none."""

    def __init__(self, label: str, validators: Any = (), **more: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("日期请写成 2025-03-14 这样") from None


def said_again(words: str) -> str:
    """What somebody typed, to be shown to them again; empty where a number of somebody's stands in it."""
    return "" if find_personal_data(words) else words


def asked_number(name: str) -> int | None:
    """A small number in the address (?year=2025); None for whatever else stands there."""
    text = request.args.get(name, "")
    return int(text) if is_number(text) and len(text) < 6 else None


def is_number(text: str) -> bool:
    """Whether this can be the number of a row of ours: Python refuses to read very long ones."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def needed(message: str) -> DataRequired:
    return DataRequired(message)


def written(value: Any) -> Any:
    """A filter for a field of words: trimmed, its punctuation left as Chinese has it."""
    return value.replace("\0", "").strip() if isinstance(value, str) else value


def typed(*changes: Callable[[str], str]) -> list[Callable[[Any], Any]]:
    """Filters for a field of text: full-width letters and digits become plain ones, then `changes`."""

    def tidy(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        value = plainly_typed(value)
        for change in changes:
            value = change(value)
        return value

    return [tidy]
