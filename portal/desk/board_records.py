"""When a batch's lists went up on village boards and came down, with photos; optional by county."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from flask import Response, flash
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from portal.actions.board_records import Noted, drop_record, note_record, release_photo
from portal.desk.access import allowed, desk, office, signed_in, this_desk
from portal.desk.forms import DayField, DeskForm
from portal.desk.sign_in import to
from portal.domain.board_records import EVENTS, NOTE_ROLES, PHOTO_SIDE, READ_ROLES, BoardEvent, Photo, must_take_photo
from portal.queries.batch_page import area_names, batch_page
from portal.queries.board_records import Boards, board_photo, boards
from portal.security.attachments import LARGEST_FILE, Upload, read_photo
from portal.shell import show

_LARGEST: Final = LARGEST_FILE + 2**20


class BoardForm(DeskForm):
    area = SelectField("哪个村的公示栏", validate_choice=False)
    event = RadioField(
        "贴出还是撤下",
        choices=[SelectChoice(code, words) for code, words in EVENTS.items()],
        default="up",
        validate_choice=False,
    )
    day = DayField("哪一天", [InputRequired("请填哪一天")])
    photo = FileField("照片")


class AgreeForm(DeskForm):
    """A button."""


@desk.get("/batches/<number>/board")
@allowed(*READ_ROLES)
def board(number: str) -> str:
    return _shown(number, BoardForm(formdata=None, day=office().today))


@desk.post("/batches/<number>/board")
@allowed(*NOTE_ROLES, largest=_LARGEST)
def note_on_board(number: str) -> str | Response | tuple[str, int]:
    form, here, me = BoardForm(), office(), signed_in()
    found = boards(here, me, number)
    if form.validate_on_submit():
        with form.telling():
            photo = _photo(form, found)
            event = cast(BoardEvent, form.event.data or "")
            note_record(here, me, Noted(number, form.area.data or "", event, form.day.data, photo))
            flash("记下了。" + ("日期已经公开，照片等另一个人看过再公开" if photo else "网站上一会儿就看得到"))
            return to("desk.board", number=number)
    return _shown(number, form, found), 422


@desk.get("/batches/<number>/board/<int:record>.jpg")
@allowed(*READ_ROLES)
def photo_of_board(number: str, record: int) -> Response:
    return Response(board_photo(office(), signed_in(), number, record), mimetype="image/jpeg")


@desk.post("/batches/<number>/board/<int:record>/release")
@allowed("disclosure")
def release_board_photo(number: str, record: int) -> Response | tuple[str, int]:
    return _done(number, lambda: release_photo(office(), signed_in(), number, record), "公开了，网站上一会儿就看得到")


@desk.post("/batches/<number>/board/<int:record>/drop")
@allowed(*NOTE_ROLES)
def drop_board_record(number: str, record: int) -> Response | tuple[str, int]:
    return _done(number, lambda: drop_record(office(), signed_in(), number, record), "删掉了，照片也删了")


def _done(number: str, act: Callable[[], None], words: str) -> Response | tuple[str, int]:
    form = AgreeForm()
    if form.validate_on_submit():
        act()
        flash(words)
    return to("desk.board", number=number)


def _photo(form: BoardForm, found: Boards) -> Photo | None:
    """What was sent with the form, made anew. Raises Refused."""
    sent = form.photo.data
    if not sent:
        return None
    must_take_photo(found.policy)  # else it is not even opened
    return read_photo(Upload(sent.filename or "", sent.read()), this_desk().config.scanner, PHOTO_SIDE)


def _shown(number: str, form: BoardForm, found: Boards | None = None) -> str:
    found = found or boards(office(), signed_in(), number)
    names = area_names(office())
    form.area.choices = [SelectChoice(area.code, names[area.code]) for area in found.open]
    page = batch_page(office(), signed_in(), number)
    return show("desk/board.html", "公示栏张贴登记", "办公端", page=page, found=found, form=form, names=names)
