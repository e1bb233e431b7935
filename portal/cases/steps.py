"""The form of a complaint, one thing a page: what was typed so far, what is missing, what it makes as a whole.

What was typed travels in the form itself, from page to page; nothing of it is kept here before it is sent.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final, cast

from portal.domain.case_form import (
    PROBLEMS,
    CaseForm,
    Unreadable,
    check_contact,
    check_story,
    check_whom,
    read_category,
    tidy,
)
from portal.domain.case_routing import Category, Whom, kind_of
from portal.domain.payment_refs import read_reference
from portal.office import Office
from portal.queries.case_choices import Choices, about_payment
from portal.security.case_filing import where_to

STEPS: Final[Mapping[str, str]] = {
    "what": "出了什么事？",
    "whom": "这件事跟谁有关？",
    "story": "请您说一说",
    "who": "留不留姓名，您来定",
    "check": "看一遍，再寄出",
}
"""In their order, with the heading of each page."""
WORDS: Final[Mapping[str, str]] = {
    **PROBLEMS,
    "named.empty": "请选一项：留不留姓名",
    "contact.empty": "请填姓名或者电话，填一样也行；都不想留，就选“不留，匿名寄”",
}
CONSENT_KINDS: Final = frozenset({"complaint", "consultation"})
"""Where the handling unit may have to look for *that* payment."""
_KEY: Final = re.compile(r"[\w-]{20,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, as it was typed. `key` is the form's own, the same however often it is sent."""

    key: str = ""
    category: str = ""
    whom: str = ""
    area: str = ""
    unit: str = ""
    policy: str = ""
    payment: str = ""
    person: str = ""
    when: str = ""
    story: str = ""
    form: str = ""
    named: str = ""
    name: str = ""
    phone: str = ""
    consent: str = ""

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Typed:
        """A form without a key of its own gets one."""
        found = cls(**{name: tidy(sent.get(name, "")) for name in FIELDS})
        return found if _KEY.fullmatch(found.key) else replace(found, key=secrets.token_urlsafe(24))


FIELDS: Final = tuple(field.name for field in fields(Typed))


class Paper:
    """A form on its way: what was typed, beside what there is to choose from."""

    def __init__(self, typed: Typed, office: Office, choices: Choices) -> None:
        self.typed = typed
        self.choices = choices
        self._categories = office.rules.categories
        reference = read_reference(typed.payment)
        self._paid = about_payment(office, reference) if reference else None
        self._payment = reference if self._paid else None

    @property
    def category(self) -> Category | None:
        return self._categories.get(self.typed.category)

    @property
    def form(self) -> CaseForm:
        """What it makes. What is not among the choices is left out."""
        typed, choices = self.typed, self.choices
        whom = cast(Whom, typed.whom)
        place = choices.place(typed.area)
        is_fit = bool(place) and not (whom == "village" and typed.area.endswith("000"))
        listed = {"department": choices.departments, "bank": choices.banks}.get(typed.whom, ())
        is_named = typed.named == "yes"
        return CaseForm(
            category=typed.category,
            whom=whom,
            area=typed.area if is_fit else "",
            unit=typed.unit if any(unit.code == typed.unit for unit in listed) else "",
            policy=typed.policy if typed.policy in choices.policies else "",
            payment=self._payment,
            person=typed.person,
            when=typed.when,
            story=typed.story,
            name=typed.name if is_named else "",
            phone=typed.phone if is_named else "",
            consent=bool(typed.consent) and is_named and self.may_consent,
        )

    @property
    def may_consent(self) -> bool:
        """Whether name and phone may go to the handling unit at all; never of a report."""
        if self.category is None:
            return False
        bare = CaseForm(self.typed.category, cast(Whom, self.typed.whom), self.typed.area, self.typed.unit)
        where = where_to(bare, self.category, self.choices)
        return where == "desk" and kind_of(self.category, where) in CONSENT_KINDS

    @property
    def goes_to(self) -> str:
        """desk, discipline or superior; empty before it is said what happened."""
        return where_to(self.form, self.category, self.choices) if self.category else ""

    @property
    def about(self) -> str:
        """What it started from, in words; empty where it started from nothing."""
        if self._payment is None or self._paid is None:
            return ""
        place = self.choices.place(self._payment.village)
        policy = self.choices.policies.get(self._paid[1], "补贴")
        return f"{place}，{policy}，公示里行号{self._payment.code}的这一笔（批次{self._payment.batch}）"

    @property
    def unit_name(self) -> str:
        unit = self.choices.units.get(self.form.unit)
        return unit.name if unit else ""

    def check(self, step: str) -> dict[str, str]:
        """What is wrong on one page: field → words."""
        try:
            self._check(step)
        except Unreadable as unreadable:
            return {field: WORDS[code] for field, code in unreadable.problems.items()}
        return {}

    def first_wrong(self) -> tuple[str, dict[str, str]]:
        """The first page on which something is wrong, and what; ("", {}) where it may be sent."""
        return next(((step, wrong) for step in STEPS if (wrong := self.check(step))), ("", {}))

    def _check(self, step: str) -> None:
        if step == "what":
            read_category(self.form, self._categories)
        elif step == "whom":
            check_whom(self.form)
        elif step == "story":
            check_story(self.form)
        elif step == "who":
            if self.typed.named not in ("yes", "no"):
                raise Unreadable({"named": "named.empty"})
            check_contact(self.form, is_needed=False)
            if self.typed.named == "yes" and not self.form.is_named:
                raise Unreadable({"name": "contact.empty"})


def beginning(asked: Mapping[str, str], office: Office, choices: Choices) -> Typed:
    """The form as a link starts it (`payment`, `village`, `policy`, `category`); what is not known is left out."""
    typed = Typed.read({name: asked.get(name, "")[:60] for name in ("payment", "policy", "category")})
    reference = read_reference(typed.payment)
    paid = about_payment(office, reference) if reference else None
    village = reference.village if reference and paid else asked.get("village", "")[:12]
    policy = paid[1] if paid else typed.policy
    return replace(
        typed,
        payment=str(reference) if paid else "",
        area=village if choices.place(village) else "",
        policy=policy if policy in choices.policies else "",
        category=typed.category if typed.category in office.rules.categories else "",
    )
