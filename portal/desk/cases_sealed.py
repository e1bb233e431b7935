"""Sealed words at the desk: unlocked with the desk's passphrase, opened with a reason, every opening journaled."""

from __future__ import annotations

import json
from typing import Final

from flask import Response, abort, flash, request, session
from wtforms import PasswordField

from portal.actions.case_openings import open_sealed
from portal.actions.cases import hand_contact_to_unit
from portal.desk.access import allowed, desk, office, signed_in, this_desk
from portal.desk.cases import NO_KEYS, is_of_unit, keep_unlocked, lock, names, seen_case, unlocked_key
from portal.desk.cases_forms import typed
from portal.desk.cases_page import shown
from portal.desk.cases_words import contact_of, told
from portal.desk.forms import DeskForm, needed
from portal.desk.sign_in import attempt, to
from portal.domain.case_access import DESK_ROLE, UNIT_ROLES
from portal.domain.case_words import SealedFile, SealedWords
from portal.domain.findings import Refused
from portal.queries.case_files import sealed_file
from portal.queries.cases import CasePage, case_page
from portal.security import sealing
from portal.security.desk_secrets import UNLOCKED_SECONDS
from portal.security.keys import DESK_SEALING
from portal.shell import show

_Answer = str | Response | tuple[str, int]
_OPENED: Final = "opened_case"
"""The case whose words this session has opened last: its files may be fetched."""
_SHOWN_INLINE: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_FILE_POLICY: Final = "default-src 'none'; sandbox"
_LOCKED: Final = "这一步要先解锁：输入受理科室的口令"


class UnlockForm(DeskForm):
    passphrase = PasswordField("受理科室的口令", [needed("请输入口令")])


@desk.route("/unlock", methods=["GET", "POST"])
@allowed(DESK_ROLE, admin=False)
def unlock() -> _Answer:
    form = UnlockForm()
    if form.validate_on_submit():
        with form.telling():
            return _unlocked(form.passphrase.data)
    return show(
        "desk/cases/unlock.html",
        "解锁原话",
        "办公端",
        form=form,
        minutes=UNLOCKED_SECONDS // 60,
        unlocked=unlocked_key() is not None,
        number=request.args.get("case", ""),
        no_keys=_what_is_missing(),
    )


@desk.post("/lock")
@allowed(DESK_ROLE, admin=False)
def lock_again() -> Response:
    lock()
    flash("已锁上。再看原话要重新输入口令")
    return to("desk.cases")


@desk.post("/cases/<number>/open")
@allowed(DESK_ROLE, *UNIT_ROLES, admin=False)
def open_words(number: str) -> _Answer:
    page = seen_case(number)
    try:
        return _contact_for_unit(page) if is_of_unit() else _words_for_desk(page)
    except Refused as refused:
        return shown(page, "open", str(refused)), 409


@desk.get("/cases/<number>/files/<int:place>")
@allowed(DESK_ROLE, admin=False)
def case_file(number: str, place: int) -> Response:
    key = unlocked_key()
    if key is None or session.get(_OPENED) != number:
        raise Refused("请先在这一件的页面上解锁，写明为什么要看，再看照片", "sealing.locked")
    file = sealed_file(office(), signed_in(), number, place)
    if file is None:
        abort(404)
    return _served(file, sealing.unseal(key, file.sealed), f"{number}-{place}")


@desk.post("/cases/<number>/contact")
@allowed(DESK_ROLE, admin=False)
def hand_contact(number: str) -> _Answer:
    """Name and phone to the handling unit, which the reporter agreed to."""
    page, key = seen_case(number), unlocked_key()
    unit = page.line.case.unit
    try:
        if key is None:
            raise Refused(_LOCKED, "sealing.locked")
        contact = json.dumps(contact_of(page, key), ensure_ascii=False)
        sealed = this_desk().secrets.seal_for_unit(number, unit, contact)
        hand_contact_to_unit(office(), signed_in(), number, SealedWords("contact", "unit", sealed))
    except Refused as refused:
        return shown(page, "contact", str(refused)), 409
    flash(f"已把姓名和电话给{names().unit(unit)}，他们打开时要写明原因")
    return to("desk.case", number=number)


def _what_is_missing() -> str:
    """Why nothing can be unlocked on this machine, in words; empty where it can."""
    if this_desk().case_keys is None:
        return NO_KEYS
    if not this_desk().secrets.has_private_key:
        return f"这台机器上没有私钥文件 {DESK_SEALING}，打不开原话。请系统管理员把它放进办公端的密钥文件夹"
    return ""


def _unlocked(passphrase: str) -> Response:
    tried = attempt(f"unlock/{signed_in().name}")
    try:
        key = this_desk().secrets.unlock(passphrase)
    except Refused:
        this_desk().throttle.failed(tried)
        raise
    this_desk().throttle.passed(tried)
    keep_unlocked(key)
    flash("已解锁")
    number = request.form.get("case", "")
    may_see = number and case_page(office(), signed_in(), number)
    return to("desk.case", number=number) if may_see else to("desk.cases")


def _words_for_desk(page: CasePage) -> str:
    key, number = unlocked_key(), page.line.case.number
    if key is None:
        raise Refused(_LOCKED, "sealing.locked")
    open_sealed(office(), signed_in(), number, typed("reason"))
    session[_OPENED] = number
    return show("desk/cases/words.html", f"{number}的原话", "办公端", page=page, told=told(page, key, names()))


def _contact_for_unit(page: CasePage) -> str:
    number = page.line.case.number
    open_sealed(office(), signed_in(), number, typed("reason"))
    sealed = next(words.sealed for words in reversed(page.words) if words.part == "contact")
    contact = json.loads(this_desk().secrets.open_for_unit(number, signed_in().unit, sealed))
    return show("desk/cases/contact.html", f"{number}的联系方式", "办公端", page=page, contact=contact)


def _served(file: SealedFile, content: bytes, name: str) -> Response:
    """A photo to be looked at, anything else to be kept; nothing that runs, nothing that stays in a cache."""
    inline = file.kind == "photo" and file.media in _SHOWN_INLINE
    ending = file.media.rpartition("/")[2].partition(";")[0] if inline else "bin"
    answer = Response(content, mimetype=file.media if inline else "application/octet-stream")
    answer.headers["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}.{ending}"'
    answer.headers["Content-Security-Policy"] = _FILE_POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
