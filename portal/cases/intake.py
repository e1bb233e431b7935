"""The form of a complaint, page by page. What is typed stands in the form alone, never in an address or a cookie."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, redirect, request

from portal.cases.front import Answered, Front
from portal.cases.receipt import receipt_page
from portal.cases.sending import MustProve, Sending
from portal.cases.steps import FIELDS, STEPS, Paper, Typed, beginning
from portal.domain.case_routing import WHOM
from portal.domain.findings import Refused
from portal.queries.case_choices import case_choices
from portal.security.attachments import LARGEST_SEND, Upload
from portal.security.origin import must_be_our_own_page

_SHOWN: Final[dict[str, frozenset[str]]] = {
    "what": frozenset({"category"}),
    "whom": frozenset({"whom", "area", "unit", "policy", "person"}),
    "story": frozenset({"story", "when"}),
    "who": frozenset({"named", "name", "phone", "consent"}),
    "check": frozenset(),
}
"""The fields that stand open on each page; the others travel along unseen."""
_WAIT: Final = "现在寄的人多，请等10秒，再按一次“寄出”。写的都在；选过的照片、录音要再选一次。"


class Views:
    """What the routes share."""

    def __init__(self, front: Front, sending: Sending) -> None:
        self._front = front
        self._sending = sending

    def start(self) -> Any:
        _ = self._front.keys  # nothing is begun that cannot be sent
        if request.args.get("category") == "disclosure":
            return redirect(f"{request.script_root}/request", 303)
        office = self._front.office()
        choices = case_choices(office)
        return self._page("what", Paper(beginning(request.args, office, choices), office, choices), is_first=True)

    def go_on(self) -> Answered:
        request.max_content_length = LARGEST_SEND
        must_be_our_own_page()
        _ = self._front.keys
        office = self._front.office()
        paper = Paper(Typed.read(request.form), office, case_choices(office))
        step, go = request.form.get("step", ""), request.form.get("go", "next")
        order = list(STEPS)
        at = order.index(step) if step in STEPS else 0
        if go == "forget":
            return self._page("what", Paper(replace(paper.typed, payment=""), office, paper.choices))
        if go == "back":
            return self._page(order[max(0, at - 1)], paper)
        if go in STEPS:
            return self._page(go, paper)
        if go == "send":
            return self._send(paper)
        if wrong := paper.check(order[at]):
            return self._page(order[at], paper, wrong), 422
        if order[at] == "whom" and paper.goes_to == "superior":
            return self._superior(paper)
        return self._page(order[min(at + 1, len(order) - 1)], paper)

    def _send(self, paper: Paper) -> Answered:
        step, wrong = paper.first_wrong()
        if wrong:
            return self._page(step, paper, wrong), 422
        if paper.goes_to == "superior":
            return self._superior(paper)
        visitor = self._front.visitor()
        uploads = [] if visitor.channel == "kiosk" else _uploads()
        try:
            made = self._sending.take_in(paper.form, paper.choices, paper.typed.key, visitor, uploads)
        except MustProve:
            challenge = self._front.proof_of_work.challenge()
            return self._page("check", paper, {"send": _WAIT}, challenge=challenge), 429
        except Refused as refusal:
            return self._page("check", paper, {"files": f"{refusal}。文件要再选一次"}), 422
        return receipt_page(self._front, made)

    def _superior(self, paper: Paper) -> str:
        """Stands where the story would be told: the way back from it leads to whom it concerns."""
        return self._page("story", paper, template="cases/superior.html", title="请直接找上一级反映")

    def _page(
        self,
        step: str,
        paper: Paper,
        wrong: dict[str, str] | None = None,
        *,
        template: str = "",
        title: str = "",
        is_first: bool = False,
        challenge: str = "",
    ) -> str:
        open_fields = _SHOWN[step] if not template else frozenset[str]()
        categories = [each for each in self._front.office().rules.categories.values() if each.kind != "request"]
        return self._front.show(
            template or f"cases/{step}.html",
            title or STEPS[step],
            step=step,
            steps=list(STEPS),
            typed=paper.typed,
            paper=paper,
            problems=wrong or {},
            hidden=[name for name in FIELDS if name not in open_fields],
            categories=categories,
            whom_words=WHOM,
            is_first=is_first,
            challenge=challenge,
            ticket=self._front.proof_of_work.ticket(),
        )


def _uploads() -> list[Upload]:
    return [
        Upload(each.filename or "", each.read())
        for field in ("photos", "voice")
        for each in request.files.getlist(field)
    ]


def blueprint(front: Front, views: Views) -> Blueprint:
    """`GET /complain` starts the form, `POST /complain` goes on and sends."""
    cases = front.blueprint("cases")
    cases.get("/complain")(views.start)
    cases.post("/complain")(views.go_on)
    return cases
