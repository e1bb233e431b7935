"""What was said in a case, opened with the desk's key: to be read, or sealed anew to whoever the case goes to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from nacl.public import PrivateKey

from portal.desk.access import office, signed_in
from portal.desk.cases import Names, case_keys
from portal.domain.case_acts import ACTS
from portal.domain.case_form import CaseForm, read_sealed
from portal.domain.case_routing import WHOM
from portal.domain.case_words import SealedFile, SealedWords
from portal.domain.findings import Refused
from portal.queries.case_files import sealed_file
from portal.queries.cases import CasePage, StoredWords
from portal.security import sealing


@dataclass(frozen=True, slots=True)
class Told:
    """`lines` are what was filed, by label; `messages` what the reporter said later."""

    lines: tuple[tuple[str, str], ...]
    name: str
    phone: str
    messages: tuple[tuple[date, str, str], ...]


def told(page: CasePage, key: PrivateKey, known: Names) -> Told:
    """Raises Refused for what was sealed to another key."""
    story = next((words for words in page.words if words.part == "story"), None)
    form = read_sealed(_text(key, story)) if story else None
    contact = contact_of(page, key)
    return Told(
        tuple((label, value) for label, value in _lines(form, known) if value) if form else (),
        contact.get("name", ""),
        contact.get("phone", ""),
        tuple(_messages(page, key)),
    )


def contact_of(page: CasePage, key: PrivateKey) -> dict[str, str]:
    """Name and phone; empty where the reporter left none."""
    sealed = next((words for words in page.words if words.part == "contact"), None)
    return dict(json.loads(_text(key, sealed))) if sealed else {}


def resealed_for_discipline(
    page: CasePage, key: PrivateKey | None
) -> tuple[tuple[SealedWords, ...], tuple[SealedFile, ...]]:
    """Everything that the reporter said and sent, sealed to discipline inspection. Raises Refused while it is locked."""
    if key is None:
        raise Refused("移交要把原话重新封给纪检监察机关，请先解锁", "sealing.locked")
    keys, number = case_keys(), page.line.case.number
    words = tuple(
        SealedWords("words" if said.part == "words" else "contact" if said.part == "contact" else "story", "discipline",
                    keys.seal("discipline", sealing.unseal(key, said.sealed)))
        for said in page.words
        if said.part in ("story", "contact") or _is_reporters(page, said)
    )  # fmt: skip
    files = (sealed_file(office(), signed_in(), number, file.number) for file in page.files)
    return words, tuple(
        SealedFile(
            file.kind, file.media, "discipline", file.size, keys.seal("discipline", sealing.unseal(key, file.sealed))
        )
        for file in files
        if file is not None
    )


def _messages(page: CasePage, key: PrivateKey) -> Iterator[tuple[date, str, str]]:
    for said in page.words:
        if said.part == "words" and _is_reporters(page, said):
            event = page.line.case.events[said.event - 1]
            yield event.day, ACTS[event.act].word, _text(key, said)


def _is_reporters(page: CasePage, said: StoredWords) -> bool:
    return said.event > 0 and ACTS[page.line.case.events[said.event - 1].act].hand == "reporter"


def _lines(form: CaseForm, known: Names) -> Iterator[tuple[str, str]]:
    yield "说了什么", form.story
    yield "什么时候的事", form.when
    whom = [WHOM[form.whom], known.choices.place(form.area), known.unit(form.unit) if form.unit else "", form.person]
    yield "跟谁有关", "，".join(filter(None, whom))
    yield "哪项补贴", known.choices.policies.get(form.policy, form.policy)
    yield "哪一笔", str(form.payment) if form.payment else ""
    yield from form.details


def _text(key: PrivateKey, said: StoredWords) -> str:
    return sealing.unseal(key, said.sealed).decode()
