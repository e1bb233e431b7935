"""From the form that somebody filled in to what may be stored: routed, sealed, keyed. The same for the public's form and
for a clerk who enters a case for somebody who came, rang or wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.actions.cases import PUBLIC, Filing
from portal.domain.batches import Actor
from portal.domain.case_facts import CaseFacts
from portal.domain.case_form import CaseForm, contact_text, story_text
from portal.domain.case_routing import Category, Reader, Route, concerned_units, kind_of, route
from portal.domain.case_words import FileKind, SealedFile, SealedWords
from portal.domain.cases import Case
from portal.office import Office
from portal.queries.case_choices import Choices, about_payment
from portal.security.case_keys import CaseKeys


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo (made anew, without metadata), what it was made from, or a voice note; not sealed yet."""

    kind: FileKind
    media: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a case came in. `order_number` and `given_due` are another system's (12345); `by` who entered it."""

    source: str
    by: Actor = PUBLIC
    order_number: str = ""
    given_due: date | None = None


def where_to(form: CaseForm, category: Category, choices: Choices) -> Route:
    """Where the case goes; `superior` means that nothing is stored and the page shows the superior's channel."""
    concerns = concerned_units(choices.units, form.whom, form.area, form.unit)
    return route(category, form.whom, concerns, choices.desk_units)


def make_filing(
    office: Office,
    case_keys: CaseKeys,
    choices: Choices,
    form: CaseForm,
    arrival: Arrival,
    receipt: str,
    attachments: Iterable[Attachment] = (),
) -> Filing:
    """Everything sealed to whom it goes to. The form was checked; it does not go to a superior organ."""
    category = office.rules.categories[form.category]
    where = where_to(form, category, choices)
    assert where != "superior"
    reader: Reader = where
    paid = about_payment(office, form.payment) if form.payment else None
    words = [SealedWords("story", reader, case_keys.seal(reader, story_text(form)))]
    if form.is_named:
        words.append(SealedWords("contact", reader, case_keys.seal(reader, contact_text(form))))
    files = tuple(
        SealedFile(each.kind, each.media, reader, len(each.content), case_keys.seal(reader, each.content))
        for each in attachments
    )
    is_ours = reader == "desk"  # of what goes elsewhere, only what must be known here stands in clear
    facts = CaseFacts(
        category=category.code,
        rules="",  # chosen by the action
        source=arrival.source,
        named=form.is_named,
        consent=form.consent and kind_of(category, where) != "report",
        area=form.area if is_ours else "",
        policy=(paid[1] if paid else form.policy) if is_ours else "",
        payment_id=paid[0] if paid and is_ours else None,
        reader=reader,
        desk_sees=is_ours,
        discipline_sees=not is_ours,
        receipt_hash=case_keys.receipt_hash(receipt),
        reply_key=case_keys.reply_public(receipt),
        order_number=arrival.order_number,
        given_due=arrival.given_due,
        entered_by="" if arrival.by is PUBLIC else arrival.by.name,
    )
    concerns = concerned_units(choices.units, form.whom, form.area, form.unit, choices.desk_units)
    return Filing(Case("", kind_of(category, where), office.today, concerns), facts, tuple(words), files, arrival.by)
