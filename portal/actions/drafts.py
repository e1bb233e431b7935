"""Previewing a roll as a draft that waits for its maker's word, and turning it into a batch. What import does in one
go, in two: the same reading, the same checks, the same storing."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from portal.actions import rolls
from portal.actions.rolls import ImportedRoll, ReadRoll, RollRequest
from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.intake.guess import guess_period, guess_policy, guess_unit, words_of
from portal.intake.offers import safe_choices
from portal.intake.packing import pack, unpack
from portal.intake.prepare import PreparedRoll
from portal.intake.workbook import Workbook, read_workbook
from portal.ledger import batches, drafts, policies, registers
from portal.ledger.drafts import StoredDraft
from portal.office import Office, must_be_clean, must_have_role, own_draft, reach, registered, see

GUESSED: Final = ("policy", "period", "unit")


@dataclass(frozen=True)
class Upload:
    """A file that somebody sent, with what they chose; what is empty is guessed. `columns` is None where nobody was asked
    for columns: then what was said for such rolls before counts. `sheets` are those to read; empty for all that can be seen."""

    path: Path
    file_name: str
    by: str
    day: date
    policy: str = ""
    period: str = ""
    unit: str = ""
    columns: Mapping[str, str] | None = None
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A preview that waits. `guessed` names the parts of the request that nobody chose."""

    token: str
    request: RollRequest
    prepared: PreparedRoll
    guessed: tuple[str, ...] = ()


class NotGuessed(Refused):
    """The file does not say what it is; `found` is what could be guessed, `missing` what somebody has to choose."""

    def __init__(self, found: Mapping[str, str], missing: Collection[str]) -> None:
        words = {"policy": "哪一项补贴", "period": "哪一期"}
        asked = "、".join(words[name] for name in missing)
        super().__init__(f"从文件里看不出是{asked}。请在下面选好，再选一次文件", "roll.not_guessed")
        self.found, self.missing = found, missing


def preview_upload(office: Office, upload: Upload) -> Draft:
    """Guess what was not chosen, then preview. Raises NotGuessed, and Refused for a file that cannot be read."""
    with office.ledger.read() as connection:
        must_have_role(registered(connection, upload.by), *rolls.ROLES)
    must_be_clean(*(upload.columns or {}).values(), *upload.sheets)
    if upload.period:
        rolls.must_be_period(upload.period)
    workbook = read_workbook(upload.path)
    guessed = tuple(name for name in GUESSED if not getattr(upload, name))
    request = _request(office, upload, workbook)
    with office.ledger.read() as connection:
        _must_be_theirs(connection, request)
    return preview_roll(office, request, workbook, guessed)


def preview_roll(
    office: Office, request: RollRequest, workbook: Workbook | None = None, guessed: tuple[str, ...] = ()
) -> Draft:
    """Read, check, mask and key a roll and keep the result as a draft of who asked, for a day."""
    rolls.must_be_period(request.period)
    with office.ledger.read() as connection:
        context = rolls.roll_context(connection, office, request)
    roll = rolls.read_roll(request, context, workbook)
    token = secrets.token_hex(16)
    with office.ledger.write() as connection:
        drafts.add_draft(connection, _stored(token, roll, guessed))
        _note_eligibility(connection, office, roll)
    return Draft(token, request, roll.prepared, guessed)


def _note_eligibility(connection: Connection, office: Office, roll: ReadRoll) -> None:
    """That a preview met a suspension list stays in the journal: nobody tries out people with rolls and leaves no trace."""
    rows = sum(finding.code == "person.eligibility" for finding in roll.prepared.findings)
    if rows:
        detail: dict[str, object] = {"policy": roll.request.policy, "unit": roll.request.unit, "rows": rows}
        office.write_down(connection, "roll.eligibility", registered(connection, roll.request.by), detail)


def confirm_draft(
    office: Office, actor: Actor, token: str, accepted: Mapping[str, str] = MappingProxyType({})
) -> ImportedRoll:
    """Turn a draft into a batch, as import_roll would have. Confirming again names the batch that it became; what
    something refuses, or a warning without a reason keeps back, stays a draft. Raises Refused."""
    rolls.must_give_reasons(accepted)
    with office.ledger.read() as connection:
        if (done := _done(connection, actor, token)) is not None:
            return done
        roll = _opened(office, own_draft(connection, actor, token))
    request = replace(roll.request, accepted=accepted)
    roll = replace(roll, request=request, prepared=roll.prepared.accepting(accepted))
    outcome = roll.outcome
    if outcome.is_refused or outcome.unaccepted:
        return outcome
    with office.ledger.write() as connection:
        if (done := _done(connection, actor, token)) is not None:  # confirmed twice at once; Refused if thrown away
            return done
        _must_be_theirs(connection, request)
        done = rolls.store_roll(connection, office, roll)
        said = {code: title for code, title in request.columns.items() if title in roll.prepared.choices}
        drafts.remember_choices(connection, request.unit, request.policy, said)
        drafts.became(connection, token, done.batch or "")
    return done


def discard_draft(office: Office, actor: Actor, token: str) -> None:
    """Throw a draft away. Raises Refused where the person has none of that name, or it is a batch by now."""
    with office.ledger.write() as connection:
        if own_draft(connection, actor, token).batch:
            raise Refused("这份清册已经确认，成了批次，不能丢掉。要改请退回那一批", "draft.confirmed")
        drafts.delete_draft(connection, token)


def delete_old_drafts(office: Office) -> int:
    """Every night: drafts whose day is over go, with the copies that the database keeps for itself."""
    with office.ledger.write() as connection:
        deleted = drafts.delete_old(connection)
    if deleted:
        office.ledger.forget_erased()
    return deleted


def _must_be_theirs(connection: Connection, request: RollRequest) -> None:
    """Nobody hands in for a unit they have nothing to do with, or in the place of a returned batch that is not theirs.
    Raises Refused."""
    actor = registered(connection, request.by)
    mine, unit = reach(connection, actor), registers.all_units(connection).get(request.unit)
    policy = policies.find_policy(connection, request.year, request.policy)
    if unit is not None and policy is not None and not mine.may_hand_in(unit, policy.departments):
        raise Refused(f"{unit.name}的清册不归您的单位上传，请核对发放单位", "roll.unit")
    before = batches.live_batch(connection, request.policy, request.period, request.unit)
    seen = see(connection, mine, before) if before else None
    if before is not None and before.is_returned and (seen is None or not seen.is_whole):
        raise Refused("这一批退回以后，由原来的单位改好再传，您的单位不能代替", "roll.unit")


def _done(connection: Connection, actor: Actor, token: str) -> ImportedRoll | None:
    draft = own_draft(connection, actor, token)
    batch = batches.find_batch(connection, draft.batch) if draft.batch else None
    return rolls.already(connection, batch) if batch else None


def _opened(office: Office, draft: StoredDraft) -> ReadRoll:
    if draft.key_id != office.digester().key_id:
        raise Refused("这份草稿是换密钥以前读的，不能再用。请重新上传清册", "draft.key")
    request = RollRequest(
        Path(), draft.policy, draft.period, draft.unit, draft.by, draft.day, draft.sheets, draft.columns
    )
    return ReadRoll(request, unpack(draft.prepared or b""), draft.key_id, draft.file_digest, draft.import_key)


def _stored(token: str, roll: ReadRoll, guessed: tuple[str, ...]) -> StoredDraft:
    request, found = roll.request, roll.prepared
    return StoredDraft(
        token=token,
        by=request.by,
        created=drafts.now(),
        policy=request.policy,
        period=request.period,
        unit=request.unit,
        day=request.day,
        sheets=tuple(request.sheets),
        columns=dict(request.columns),
        guessed=guessed,
        key_id=roll.key_id,
        file_digest=roll.file_digest,
        import_key=roll.import_key,
        rows=len(found.rows),
        held=len(found.held),
        fen=found.fen,
        refused=found.is_refused,
        prepared=pack(found),
    )


def _request(office: Office, upload: Upload, workbook: Workbook) -> RollRequest:
    """The upload with everything known. Raises NotGuessed."""
    words = words_of(workbook, upload.file_name)
    period = upload.period or guess_period(words, office.today)
    with office.ledger.read() as connection:
        listed = policies.listed(connection, int(period[:4]) if period else office.today.year)
        units = registers.all_units(connection)
        own_unit = registered(connection, upload.by).unit
        policy = upload.policy or guess_policy(words, listed.values())
        unit = upload.unit or guess_unit(words, units.values(), office.today) or own_unit
        remembered = drafts.choices_of(connection, unit, policy) if upload.columns is None else {}
    found = {"policy": policy, "period": period, "unit": unit}
    if missing := [name for name in ("policy", "period") if not found[name]]:
        raise NotGuessed(found, missing)
    choices = safe_choices(workbook, office.rules.header_map) if remembered else {}
    fitting = {code: title for code, title in remembered.items() if title in choices}
    columns = fitting if upload.columns is None else upload.columns
    return RollRequest(upload.path, policy, period, unit, upload.by, upload.day, upload.sheets, columns)
