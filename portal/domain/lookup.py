"""Looking up one's own payments: what is asked, how often wrong guesses are borne, what may be answered.

Knowing a neighbour's name, birthday and sex leaves some 500 possible ID numbers. So failures are counted on what was
typed, not on who typed it, and the same for people who do not exist: past a limit the answer asks for the tail of the
bank card or passbook as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from portal.domain.identity import Digester, clean_name, normalise_name, read_id

Channel = Literal["web", "kiosk", "window"]
CHANNELS: Final[dict[str, str]] = {"web": "手机或电脑", "kiosk": "自助机", "window": "窗口"}

WINDOW_SECONDS: Final = 30 * 24 * 3600
"""How long a failure counts."""
_LONGEST_NAME: Final = 40

PROBLEMS: Final = {
    "id.empty": "请填身份证号",
    "id.number": "身份证号要一位一位地填，不能写成小数",
    "id.length": "身份证号的位数不对：应是18位（老证15位），只有数字，最后一位可以是X。请对着证数一遍",
    "id.check_digit": "身份证号有一位填错了（和最后一位对不上）。请对着证一位一位再看一遍",
    "id.date": "身份证号里的出生日期不存在，请对着证再看一遍",
    "name.empty": "请填姓名",
    "name.length": "姓名太长了，请只填姓名",
    "tail.digits": "卡号（存折号）后四位要填4个数字；不知道可以空着",
}
"""What is said about a field that cannot be right. It says nothing about anybody, so it is said at once."""


@dataclass(frozen=True, slots=True)
class Question:
    """Who is asked about, normalised. `tail` is the last four digits of card or passbook, or empty."""

    id_number: str
    name: str
    tail: str = ""


class Unreadable(Exception):
    """Fields that cannot be right: field (`id`, `name`, `tail`) → code in PROBLEMS."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(", ".join(problems.values()))
        self.problems = problems


def read_question(id_number: str, name: str, tail: str = "") -> Question:
    """What was typed, forgiving what people do to it. Raises Unreadable."""
    reading = read_id(id_number[:100])
    shown = clean_name(name[:200])
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", tail[:40]))
    found = {
        "id": reading.problem,
        "name": "name.empty" if not shown else "name.length" if len(shown) > _LONGEST_NAME else "",
        "tail": "" if not digits or re.fullmatch(r"[0-9]{4}", digits) else "tail.digits",
    }
    if problems := {field: code for field, code in found.items() if code}:
        raise Unreadable(problems)
    return Question(reading.value, shown, digits)


@dataclass(frozen=True, slots=True)
class Cap:
    """Failures borne in WINDOW_SECONDS for all questions that share a part."""

    name: str
    limit: int
    part: Callable[[Question], str]


CAPS: Final = (
    Cap("birth", 10, lambda question: question.id_number[:14]),
    Cap("ending", 100, lambda question: question.id_number[:6] + question.id_number[14:]),
    Cap("name", 50, lambda question: normalise_name(question.name)),
    Cap("id", 5, lambda question: question.id_number),
)
"""Region + birthday, region + last four, name, whole number. Each limit holds once without the tail, and once more with
it: after that only the window helps."""


def attempt_keys(question: Question, digester: Digester, *, with_tail: bool) -> list[str]:
    """Under which keys the failures of this question are counted, in the order of CAPS."""
    kind = "tail" if with_tail else "plain"
    return [digester.digest("attempt", kind, cap.name, cap.part(question)).hex()[:32] for cap in CAPS]


def is_tripped(counts: list[int]) -> bool:
    """Whether any cap is used up; `counts` in the order of CAPS."""
    return any(count >= cap.limit for count, cap in zip(counts, CAPS, strict=True))
