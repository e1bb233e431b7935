"""Following a case by receipt, and answering back. The receipt stands in the form alone; wrong ones are counted before
anything is hashed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from flask import Blueprint, request

from portal.actions.cases import CaseStep, act_by_receipt
from portal.cases.front import Answered, Front
from portal.cases.timeline import decision, timeline
from portal.counters.attempts import Attempts, StoreDown
from portal.domain.case_acts import ACTS, KINDS, RATINGS, STATES
from portal.domain.case_form import tidy
from portal.domain.case_routing import READERS, Reader
from portal.domain.case_words import LONGEST_WORDS, SealedWords
from portal.domain.findings import Refused
from portal.domain.receipts import in_groups, read_receipt
from portal.domain.units import Unit
from portal.queries.case_choices import case_choices
from portal.queries.follow import Followed, follow
from portal.security import sealing
from portal.security.doorkeeper import Doorkeeper, Visitor
from portal.security.origin import must_be_our_own_page

COLUMN: Final = "查办理进度"
_EVERYBODY: Final = "receipts/everybody"
_WRONG_EVERYWHERE: Final = 2000
"""Wrong receipts an hour, from everywhere together, after which each needs a proof of work or a waiting ticket."""
_LARGEST: Final = 256 * 1024
_PROBLEMS: Final[Mapping[str, str]] = {
    "digits": "回执号抄错了：一共17位数字，请再对一遍",
    "unknown": "没有这张回执。请对一遍号码；是从别处打的电话、写的信，没有给过回执号的，请打12345问",
    "proof": "现在查的人多，请等10秒，再按一次“查进度”",
}
_STATES: Final[Mapping[str, str]] = {
    **STATES,
    "investigated": "查清了，正在写答复",
    "reviewed": "答复写好了，就要发给您",
}
"""Where the desk's own word would leave the reporter looking for an answer that is not there yet."""
_DONE: Final[Mapping[str, str]] = {
    "message": "补充的话收到了。",
    "rate": "评价收到了，谢谢您。",
    "reopen": "收到了，会重新办理。",
    "withdraw": "已经撤回，不再办理。",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What became of the reporter's own act: done, or not and why, with the words that were typed."""

    done: str = ""
    problem: str = ""
    words: str = ""
    act: str = ""


class _Piece(Protocol):
    """Words that are sealed to the receipt, said with the event at this place."""

    @property
    def event(self) -> int: ...

    @property
    def sealed(self) -> bytes: ...


class Views:
    """What the routes share."""

    def __init__(self, front: Front, door: Doorkeeper, attempts: Attempts) -> None:
        self._front = front
        self._door = door
        self._attempts = attempts

    def form(self) -> str:
        _ = self._front.keys
        return self._form()

    def answer(self) -> Answered:
        request.max_content_length = _LARGEST
        must_be_our_own_page()
        _ = self._front.keys
        typed = request.form.get("receipt", "")[:80]
        receipt = read_receipt(typed)
        if receipt is None:
            return self._form(typed, _PROBLEMS["digits"]), 422
        try:
            visitor = self._door.visitor()
            if not self._admits(visitor):
                return self._form(typed, _PROBLEMS["proof"], self._front.proof_of_work.challenge()), 429
            return self._followed(receipt, visitor)
        except StoreDown:
            return self._front.show("cases/message.html", "暂时查不了", COLUMN, words=CLOSED), 503

    def _admits(self, visitor: Visitor) -> bool:
        everybody = self._attempts.counts([_EVERYBODY])[0]
        return self._door.admits(visitor, request.form, nothing_is_free=everybody >= _WRONG_EVERYWHERE)

    def _followed(self, receipt: str, visitor: Visitor) -> Answered:
        """Raises StoreDown where a wrong one cannot be counted: then it is not said to be wrong."""
        receipt_hash = self._front.keys.receipt_hash(receipt)
        found = follow(self._front.office(), receipt_hash)
        if found is None:
            self._attempts.add({visitor.key: 3600, _EVERYBODY: 3600})
            return self._form(in_groups(receipt), _PROBLEMS["unknown"]), 422
        act = request.form.get("act", "")
        if not act:
            return self._page(receipt, found, Said())
        said = self._act(receipt, receipt_hash, found, act)
        now = follow(self._front.office(), receipt_hash)
        assert now is not None, "a case is never deleted"
        return self._page(receipt, now, said), 422 if said.problem else 200

    def _act(self, receipt: str, receipt_hash: bytes, found: Followed, act: str) -> Said:
        """What the reporter asks to do. `turn` is how far the case was on the page where it was asked, so that the same
        press twice is done once."""
        words = tidy(request.form.get("words", ""))
        known = {each.code for each in found.acts}
        if request.form.get("turn") != str(len(found.own.events)) or act not in known:
            return Said(problem="这一件刚才有了变化，请看一下再按一次。您写的字还在。", words=words, act=act)
        if len(words) > LONGEST_WORDS:
            return Said(problem=f"写得太长了，请缩到{LONGEST_WORDS}个字以内", words=words, act=act)
        if "words" in ACTS[act].needs and not words:
            return Said(problem="请先写几句，再按", act=act)
        rating = request.form.get("rating", "") if act == "rate" else ""
        try:
            sealed = self._sealed(receipt, found, words) if words else ()
            act_by_receipt(self._front.office(), receipt_hash, CaseStep("", act, note=rating, words=sealed))
        except Refused as refusal:
            return Said(problem=str(refusal), words=words, act=act)
        return Said(done=_DONE[act], act=act)

    def _sealed(self, receipt: str, found: Followed, words: str) -> tuple[SealedWords, ...]:
        """To whom the case is with, and to the receipt, so that its holder sees what was said."""
        keys = self._front.keys
        reader: Reader = "desk" if found.facts.desk_sees else "discipline"
        own = sealing.seal(keys.reply_public(receipt), words.encode())
        return (SealedWords("words", reader, keys.seal(reader, words)), SealedWords("words", "receipt", own))

    def _page(self, receipt: str, found: Followed, said: Said) -> str:
        office = self._front.office()
        words, told = self._opened(receipt, found.words), self._opened(receipt, found.main_words)
        of_main = told if found.is_merged else words
        outcome, answer = decision(found.case, of_main)
        return self._front.show(
            "cases/case.html",
            "您反映的事办到哪一步了",
            COLUMN,
            receipt=receipt,
            groups=in_groups(receipt),
            found=found,
            now=office.today,
            kind=KINDS[found.own.kind],
            state=_STATES[found.own.state],
            main_state=_STATES[found.case.state] if found.is_merged else "",
            seen_by=_seen_by(found, case_choices(office).units),
            lines=timeline(found.own, found.case, words, told, case_choices(office).units),
            outcome=outcome,
            answer=answer,
            acts={act.code for act in found.acts},
            ratings=RATINGS,
            rated=RATINGS.get(found.own.rating, ""),
            turn=len(found.own.events),
            said=said,
        )

    def _opened(self, receipt: str, pieces: Iterable[_Piece]) -> dict[int, list[str]]:
        """By the place of the event with which it was said."""
        found: dict[int, list[str]] = {}
        for piece in pieces:
            found.setdefault(piece.event, []).append(self._front.keys.open_reply(receipt, piece.sealed))
        return found

    def _form(self, typed: str = "", problem: str = "", challenge: str = "") -> str:
        ticket = self._front.proof_of_work.ticket()
        return self._front.show(
            "cases/follow.html", COLUMN, COLUMN, typed=typed, problem=problem, challenge=challenge, ticket=ticket
        )


def _seen_by(found: Followed, units: Mapping[str, Unit]) -> str:
    """Who sees what of it, as it is now: the reader, and the unit that looks into it. Of a report no unit is named."""
    if not found.facts.desk_sees:
        return READERS["discipline"]
    desk, case = READERS["desk"], found.case
    if not case.is_open or case.unit not in units:
        return desk
    if found.own.kind == "report":
        return f"{desk}看得到原话；查办的单位只看转述，不知道是谁反映的"
    own = "；您同意过，办理期间也看得到您的姓名和电话" if found.facts.consent else "，不知道是谁反映的"
    return f"{desk}看得到原话；{units[case.unit].name}只看转述{own}"


CLOSED: Final = "现在查不了办理进度，请过一会儿再来，或者打12345问。反映事情照常能寄。"


def blueprint(front: Front, views: Views) -> Blueprint:
    """`GET /follow` the form, `POST /follow` the case and what its reporter does with it."""
    following = front.blueprint("follow")
    following.get("/follow")(views.form)
    following.post("/follow")(views.answer)
    return following
