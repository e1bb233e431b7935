"""Asking for government information (依申请公开): never without a name, by its own clock.

Source: 政府信息公开条例 29: name, proof of identity and contact, what is wanted, in which form. The ID card is shown to
the office, never typed here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import Blueprint, request

from portal.cases.front import Answered, Front
from portal.cases.receipt import receipt_page
from portal.cases.sending import MustProve, Sending
from portal.cases.steps import WORDS, Typed
from portal.domain.case_form import CaseForm, Unreadable, check_contact, check_story
from portal.queries.case_choices import case_choices
from portal.security.origin import must_be_our_own_page

TITLE: Final = "申请公开政府信息"
FORMS: Final[dict[str, str]] = {
    "collect": "自己到窗口拿",
    "post": "邮寄（地址办理时再问您）",
    "mail": "发电子邮件（邮箱办理时再问您）",
    "look": "当面看一看就行",
}
_WORDS: Final = {**WORDS, "story.empty": "请写想要什么材料", "form.empty": "请选一项：怎么拿"}
_LARGEST: Final = 256 * 1024
_WAIT: Final = "现在寄的人多，请等10秒，再按一次“寄出”。写的都在。"


class Views:
    """What the routes share."""

    def __init__(self, front: Front, sending: Sending) -> None:
        self._front = front
        self._sending = sending

    def form(self) -> str:
        _ = self._front.keys
        return self._page(Typed.read({}), {})

    def send(self) -> Answered:
        request.max_content_length = _LARGEST
        must_be_our_own_page()
        _ = self._front.keys
        typed = replace(Typed.read(request.form), category="disclosure")
        form = CaseForm(
            "disclosure",
            story=typed.story,
            name=typed.name,
            phone=typed.phone,
            details=(("怎么拿", FORMS.get(typed.form, "")),),
        )
        if wrong := _problems(form, typed.form):
            return self._page(typed, wrong), 422
        choices = case_choices(self._front.office())
        try:
            made = self._sending.take_in(form, choices, typed.key, self._front.visitor())
        except MustProve:
            return self._page(typed, {"send": _WAIT}, self._front.proof_of_work.challenge()), 429
        return receipt_page(self._front, made)

    def _page(self, typed: Typed, wrong: dict[str, str], challenge: str = "") -> str:
        return self._front.show(
            "cases/request.html",
            TITLE,
            typed=typed,
            problems=wrong,
            forms=FORMS,
            challenge=challenge,
            ticket=self._front.proof_of_work.ticket(),
        )


def _problems(form: CaseForm, how: str) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        check_story(form)
    except Unreadable as unreadable:
        found.update(unreadable.problems)
    if how not in FORMS:
        found["form"] = "form.empty"
    try:
        check_contact(form, is_needed=True)
    except Unreadable as unreadable:
        found.update(unreadable.problems)
    return {field: _WORDS[code] for field, code in found.items()}


def blueprint(front: Front, views: Views) -> Blueprint:
    """`GET /request` the form, `POST /request` the receipt."""
    requests = front.blueprint("requests")
    requests.get("/request")(views.form)
    requests.post("/request")(views.send)
    return requests
