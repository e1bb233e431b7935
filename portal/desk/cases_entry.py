"""Entering a case for somebody who came, rang, wrote or filled in a slip: the public's form on one page. Whoever enters it
gets the receipt to hand over, and sees the case no more than anybody else."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

import segno
from flask import request

from portal.actions.cases import file_case
from portal.desk.access import allowed, desk, office, signed_in, this_desk
from portal.desk.cases import NO_KEYS, case_keys
from portal.domain.case_access import ENTRY_ROLES
from portal.domain.case_form import (
    LONGEST_LINE,
    LONGEST_NAME,
    PROBLEMS,
    CaseForm,
    Unreadable,
    check_contact,
    check_story,
    check_whom,
    read_category,
    tidy,
)
from portal.domain.case_routing import SOURCES, WHOM, Whom, concerned_units
from portal.domain.case_words import LONGEST_STORY
from portal.domain.findings import Refused
from portal.domain.payment_refs import read_reference
from portal.domain.receipts import in_groups
from portal.domain.slips import read_slip
from portal.queries.case_choices import Choices, case_choices, own_units
from portal.queries.follow import follow
from portal.security.case_filing import Arrival, make_filing, where_to
from portal.security.case_keys import Accepted
from portal.shell import show

ENTERED: Final = {code: words for code, words in SOURCES.items() if code not in ("web", "kiosk")}
"""How a case reaches a member of staff."""
_ORDERS: Final = frozenset({"12345", "slip"})
"""Sources that come with a number of their own."""
_REFUSED_FIELD: Final = {"case.order": "order", "slip.unknown": "order", "case.own_unit": "whom"}
"""Beside which field it stands why nothing was taken in, by the refusal's code."""
_KEY_LENGTH: Final = 22
_WORDS: Final = {
    **PROBLEMS,
    "source.empty": "请选是怎么来的",
    "order.empty": "请填编号",
    "order.slip": "意见单编号不对，请照右上角再看一遍",
    "given.wrong": "办结日期写成 2026-12-31 这样",
    "payment.wrong": "这一笔写得不对。照公示写：批次/村代码/行号，例如 2025-0007/990121001001/K7QX；说不清就空着",
}


@dataclass(frozen=True)
class Entry:
    """What was typed, read; `key` makes the receipt, so that sending twice is one case."""

    form: CaseForm
    source: str
    order_number: str
    given_due: date | None
    key: str


@desk.get("/cases/enter")
@allowed(*ENTRY_ROLES, link="替人登记一件", admin=False)
def enter_case() -> str:
    return _form({}, secrets.token_urlsafe(16))


@desk.post("/cases/enter")
@allowed(*ENTRY_ROLES, admin=False)
def take_entry() -> str | tuple[str, int]:
    choices = case_choices(office())
    try:
        return _taken(_read(choices), choices)
    except Unreadable as unreadable:
        return _form({field: _WORDS[code] for field, code in unreadable.problems.items()}, _key()), 422
    except Refused as refused:
        field = _REFUSED_FIELD.get(refused.findings[0].code, "source")
        return _form({field: str(refused)}, _key()), 409


def _taken(entry: Entry, choices: Choices) -> str:
    here, keys, form = office(), case_keys(), entry.form
    category = here.rules.categories[form.category]
    concerns = concerned_units(choices.units, form.whom, form.area, form.unit)
    if concerns & own_units(here, signed_in()) or (form.whom == "desk" and signed_in().unit in choices.desk_units):
        raise Refused(
            "这件事跟您单位（或者您申报过回避的单位）有关，不能由您登记，什么也没有存。请让本人用手机、自助机，或打12388",
            "case.own_unit",
        )
    if where_to(form, category, choices) == "superior":
        superior = this_desk().config.site_text.get("superior", {})
        return show("desk/cases/superior.html", "请向上一级反映", "办公端", whom=WHOM[form.whom], superior=superior)
    receipt = keys.receipt(entry.key)
    arrival = Arrival(entry.source, signed_in(), entry.order_number, entry.given_due)
    filed = file_case(here, make_filing(here, keys, choices, form, arrival, receipt))
    followed = follow(here, keys.receipt_hash(receipt))
    assert followed is not None, "it has just been stored"
    return show(
        "desk/cases/receipt.html",
        "回执",
        "办公端",
        receipt=in_groups(receipt),
        qr=segno.make(address_of("follow") + "#" + receipt, micro=False).svg_data_uri(scale=4, border=4),
        address=address_of("follow"),
        filed=filed,
        due=followed.due,
        proof=keys.proof(Accepted(filed.number, followed.case.kind, filed.day)),
    )


def address_of(page: str) -> str:
    """The public address of a page of the service."""
    base = this_desk().config.site_text["base"]
    return str(base["url"]).rstrip("/") + str(base["path"]) + page


def _read(choices: Choices) -> Entry:
    """Raises Unreadable with all that is wrong at once."""
    form, source = _case_form(), request.form.get("source", "")
    problems: dict[str, str] = {}
    category = office().rules.categories.get(form.category)
    is_needed = category is not None and category.kind == "request"
    checks: tuple[Callable[[], object], ...] = (
        lambda: read_category(form, office().rules.categories),
        lambda: check_whom(form),
        lambda: check_story(form),
        lambda: check_contact(form, is_needed=is_needed, offices=_offices(choices)),
    )
    for check in checks:
        try:
            check()
        except Unreadable as unreadable:
            problems.update(unreadable.problems)
    if source not in ENTERED:
        problems["source"] = "source.empty"
    if _line("payment") and form.payment is None:
        problems["payment"] = "payment.wrong"
    order, given = _order(source, problems), _given(problems)
    if problems:
        raise Unreadable(problems)
    return Entry(form, source, order, given if source == "12345" else None, _key())


def _case_form() -> CaseForm:
    whom = request.form.get("whom", "nobody")
    return CaseForm(
        category=_line("category"),
        whom=cast(Whom, whom),
        area=_line("area") if whom in ("village", "township") or not _line("unit") else "",
        unit=_line("unit") if whom in ("department", "bank") else "",
        policy=_line("policy"),
        payment=read_reference(_line("payment")),
        person=_line("person"),
        when=_line("when"),
        story=tidy(request.form.get("story", "")),
        name=_line("name"),
        phone=_line("phone"),
        consent=request.form.get("consent") == "yes",
    )


def _order(source: str, problems: dict[str, str]) -> str:
    typed = _line("order")[:40]
    if source not in _ORDERS:
        return ""
    if not typed:
        problems["order"] = "order.empty"
    found = read_slip(typed) if source == "slip" else typed
    if typed and found is None:
        problems["order"] = "order.slip"
    return found or ""


def _given(problems: dict[str, str]) -> date | None:
    typed = _line("given")
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        problems["given"] = "given.wrong"
        return None


def _offices(choices: Choices) -> frozenset[str]:
    """The phones of all offices, as digits."""
    return frozenset("".join(filter(str.isdigit, unit.hotline)) for unit in choices.units.values()) - {""}


def _line(name: str) -> str:
    return tidy(request.form.get(name, "")).replace("\n", " ")


def _key() -> str:
    """The form's own key; a form without one gets one."""
    sent = request.form.get("key", "")
    return sent if len(sent) == _KEY_LENGTH else secrets.token_urlsafe(16)


def _form(problems: dict[str, str], key: str) -> str:
    """Nothing is prefilled but what this very form was sent with."""
    extra: dict[str, Any] = {
        "problems": problems,
        "key": key,
        "sent": request.form,
        "choices": case_choices(office()),
        "categories": office().rules.categories,
        "sources": ENTERED,
        "whoms": WHOM,
        "longest": {"story": LONGEST_STORY, "line": LONGEST_LINE, "name": LONGEST_NAME},
        "no_keys": NO_KEYS if this_desk().case_keys is None else "",
    }
    return show("desk/cases/enter.html", "替人登记一件", "办公端", **extra)
