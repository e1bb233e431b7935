"""What somebody says on the complaint form: read, checked, and written down for whom it will be sealed to.

Lives in memory only: `story_text` and `contact_text` are sealed before anything is stored.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from portal.domain.case_routing import WHOM, Category, Whom
from portal.domain.case_words import LONGEST_STORY
from portal.domain.payment_refs import PaymentRef, read_reference

LONGEST_NAME: Final = 40
LONGEST_LINE: Final = 120
PROBLEMS: Final[Mapping[str, str]] = {
    "category.empty": "请选一项：是什么事",
    "whom.empty": "请选一项：这件事跟谁有关",
    "area.empty": "请选是哪个村、哪个乡镇",
    "unit.empty": "请选是哪个单位",
    "story.empty": "请写几句：是什么事",
    "story.long": f"写得太长了，请缩到{LONGEST_STORY}个字以内，细节可以办理时再说",
    "person.long": f"请只写名字或称呼，{LONGEST_LINE}个字以内",
    "when.long": f"时间写得太长了，{LONGEST_LINE}个字以内",
    "name.empty": "请填姓名",
    "name.long": f"姓名太长了，{LONGEST_NAME}个字以内",
    "phone.empty": "请填电话，好通知您",
    "phone.digits": "电话号码看着不对，请再看一遍：手机11位，座机带区号",
    "phone.office": "这是办公电话，不是反映人自己的电话",
    "consent.empty": "要告诉经办单位，姓名和电话两样都要留；请补上，或者不勾这一项",
}
"""What is said about a field, in words; keys are field.problem."""


@dataclass(frozen=True, slots=True)
class CaseForm:
    """`area` is a village or township (12 digits), `unit` a department or bank; `person` who is meant, in the reporter's
    words; `when` the time, in words; `details` are further lines of the form by their label."""

    category: str
    whom: Whom = "nobody"
    area: str = ""
    unit: str = ""
    policy: str = ""
    payment: PaymentRef | None = None
    person: str = ""
    when: str = ""
    story: str = ""
    details: tuple[tuple[str, str], ...] = ()
    name: str = ""
    phone: str = ""
    consent: bool = False

    @property
    def is_named(self) -> bool:
        return bool(self.name or self.phone)


class Unreadable(Exception):
    """Fields that cannot be taken: field → key of PROBLEMS."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(", ".join(problems.values()))
        self.problems = problems


def tidy(text: str) -> str:
    """What was typed without control signs, ends of lines as one sign; words stay as they are."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in plain if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()


def read_category(form: CaseForm, categories: Mapping[str, Category]) -> Category:
    """Raises Unreadable."""
    if form.category not in categories:
        raise Unreadable({"category": "category.empty"})
    return categories[form.category]


def check_whom(form: CaseForm) -> None:
    """Whether it is said whom it concerns, and where. Raises Unreadable."""
    found = {
        "whom": "" if form.whom in WHOM else "whom.empty",
        "area": "area.empty" if form.whom in ("village", "township") and not form.area else "",
        "unit": "unit.empty" if form.whom in ("department", "bank") and not form.unit else "",
        "person": "person.long" if len(form.person) > LONGEST_LINE else "",
    }
    _raise(found)


def check_story(form: CaseForm) -> None:
    """Raises Unreadable."""
    length = len(form.story)
    _raise(
        {
            "story": "story.empty" if not length else "story.long" if length > LONGEST_STORY else "",
            "when": "when.long" if len(form.when) > LONGEST_LINE else "",
        }
    )


def check_contact(form: CaseForm, *, is_needed: bool, offices: frozenset[str] = frozenset()) -> None:
    """`is_needed` where the law allows nobody without a name (information requests); `offices` are the phones of offices:
    who enters a case for somebody must not leave their own. Raises Unreadable."""
    digits = re.sub(r"[^0-9]", "", form.phone)
    _raise(
        {
            "name": _name_problem(form.name, is_needed=is_needed),
            "phone": ("phone.empty" if is_needed else "") if not form.phone else _phone_problem(digits, offices),
            "consent": "consent.empty" if form.consent and not (form.name and form.phone) else "",
        }
    )


def story_text(form: CaseForm) -> str:
    """Everything that was said but who said it, to be sealed; `read_sealed` reads it again."""
    said = {name: value for name, value in asdict(form).items() if name not in ("name", "phone", "consent")}
    said["payment"] = str(form.payment) if form.payment else ""
    return json.dumps(said, ensure_ascii=False)


def contact_text(form: CaseForm) -> str:
    """Who said it and how to reach them, to be sealed by itself."""
    return json.dumps({"name": form.name, "phone": form.phone}, ensure_ascii=False)


def read_sealed(text: str) -> CaseForm:
    """The form from what `story_text` or `contact_text` wrote."""
    said: dict[str, Any] = json.loads(text)
    said["payment"] = read_reference(said.get("payment") or "")
    said["whom"] = cast(Whom, said.get("whom", "nobody"))
    said["details"] = tuple((label, value) for label, value in said.get("details", ()))
    return CaseForm(**{"category": "", **said})


def _name_problem(name: str, *, is_needed: bool) -> str:
    if len(name) > LONGEST_NAME:
        return "name.long"
    return "name.empty" if is_needed and not name else ""


def _phone_problem(digits: str, offices: frozenset[str]) -> str:
    if digits in offices:
        return "phone.office"
    return "" if 7 <= len(digits) <= 15 else "phone.digits"


def _raise(found: dict[str, str]) -> None:
    if problems := {field: code for field, code in found.items() if code}:
        raise Unreadable(problems)
