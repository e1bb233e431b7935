"""Sheets for the village board, printed from the desk: of one batch, or of a place and quarter."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Final, cast

from flask import Response, flash
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput

from portal.actions.board_names import NamesRequest, must_be_open, order_names
from portal.actions.prints import PrintRequest, give_up, order_pack
from portal.desk.access import allowed, desk, office, own_account, signed_in, this_desk
from portal.desk.forms import DeskForm, written
from portal.domain import board_names
from portal.domain.findings import Finding, Refused
from portal.domain.sheets import (
    EXTRAS,
    PAPERS,
    PRINTERS,
    TYPE_SIZES,
    Delivered,
    Extra,
    Layout,
    PackKind,
    PackOrder,
    Paper,
    TypeSize,
)
from portal.queries.batch_page import batch_page
from portal.queries.prints import PlaceToPrint, places_of_all, places_of_batch, quarters
from portal.security.board_names import opener
from portal.shell import show

_MOST: Final = 120
"""Sheets in one go from the desk; what a township has of a batch several times over."""
_WITH_ALL: Final = ("张贴清单.pdf", "广播稿.pdf")
"""What comes with sheets unless only sheets are wanted; what was ticked comes along all the same."""
_SIZE_WORDS: Final = {"normal": "普通", "compact": "省纸（小字，一页多列）", "large": "大字"}
assert _SIZE_WORDS.keys() == TYPE_SIZES.keys()


class PrintForm(DeskForm):
    """Where it hangs and how it is set."""

    place = SelectField("哪个乡镇、哪个村", validate_choice=False)
    quarter = SelectField("哪个季度发布的", validate_choice=False)
    paper = RadioField("纸", choices=[SelectChoice(*paper) for paper in PAPERS.items()], default="a4")
    size = RadioField("字", choices=[SelectChoice(*size) for size in _SIZE_WORDS.items()], default="normal")
    what = RadioField(
        "要什么",
        choices=[
            SelectChoice("pack", "全套：张贴清单、公示单、广播稿（一个压缩文件）"),
            SelectChoice("sheets", "只要公示单（PDF）"),
            SelectChoice("amendment", "变动说明：印过的后来改了什么"),
        ],
        default="pack",
    )

    extras = SelectMultipleField(
        "另外还要",
        choices=[SelectChoice(*extra) for extra in EXTRAS.items()],
        option_widget=CheckboxInput(),
        validate_choice=True,
    )

    def offer(self, places: Sequence[PlaceToPrint], quarters: Sequence[str] = ()) -> None:
        self.place.choices = [SelectChoice(place.code, _place_words(place)) for place in places]
        self.quarter.choices = [
            *(SelectChoice(each, f"{each[:4]}年{'一二三四'[int(each[5]) - 1]}季度") for each in quarters),
            SelectChoice("", "不分季度，所有还公开着的"),
        ]

    @property
    def is_amendment(self) -> bool:
        return bool(self.what.data == "amendment")

    @property
    def wanted_extras(self) -> tuple[Extra, ...]:
        return tuple(cast(list[Extra], self.extras.data or []))

    @property
    def layout(self) -> Layout:
        return Layout(cast(Paper, self.paper.data), cast(TypeSize, self.size.data))


class NamesForm(PrintForm):
    reason = StringField("为什么要打印全名", [Length(max=200, message="请写在200字以内")], [written])


@desk.route("/batches/<number>/print", methods=["GET", "POST"])
@allowed(*PRINTERS)
def print_batch(number: str) -> str | Response | tuple[str, int]:
    form, page = PrintForm(), batch_page(office(), signed_in(), number)
    places = places_of_batch(office(), signed_in(), number)
    form.offer(places)
    if form.validate_on_submit():
        with form.telling():
            wanted = PrintRequest(
                "batch",
                number,
                signed_in().name,
                form.layout,
                form.place.data or "",
                most=_MOST,
                amendment=form.is_amendment,
                extras=form.wanted_extras,
            )
            return sent(order_pack(office(), wanted), only_sheets=form.what.data == "sheets")
    has_names = signed_in().role in board_names.PRINTERS and board_names.demands_full_names(page.policy)
    has_names = has_names and page.batch.is_on_notice(office().today)
    answer = show("desk/print.html", "打印公示单", "办公端", page=page, places=places, form=form, has_names=has_names)
    return (answer, 422) if form.is_submitted() else answer


@desk.route("/print", methods=["GET", "POST"])
@allowed(*PRINTERS, link="打印公示单")
def print_place() -> str | Response | tuple[str, int]:
    form, places = PrintForm(), places_of_all(office(), signed_in())
    form.offer(places, quarters(office()))
    if form.validate_on_submit():
        with form.telling():
            place = next((each for each in places if each.code == form.place.data), None)
            if place is None:
                raise Refused("请先选一个乡镇或村", "print.place")
            kind: PackKind = "township" if place.is_township else "village"
            quarter = form.quarter.data or ""
            wanted = PrintRequest(
                kind,
                place.code,
                signed_in().name,
                form.layout,
                quarter=quarter,
                most=_MOST,
                amendment=form.is_amendment,
                extras=form.wanted_extras,
            )
            return sent(order_pack(office(), wanted), only_sheets=form.what.data == "sheets")
    answer = show("desk/print.html", "打印公示单", "办公端", page=None, places=places, form=form, has_names=False)
    return (answer, 422) if form.is_submitted() else answer


@desk.route("/batches/<number>/print-names", methods=["GET", "POST"])
@allowed(*board_names.PRINTERS, admin=False)
def print_names(number: str) -> str | Response | tuple[str, int]:
    """Full names, where the board takes them: only by who signed in with a second factor."""
    here, me = office(), signed_in()
    account = own_account()
    if account is None or account.factor is None:
        raise Refused("打印全名要先在“手机验证码”里绑定手机，再登录一次", "names.factor")
    form, page = NamesForm(), batch_page(here, me, number)
    must_be_open(here, me, page.batch, page.policy)
    places = places_of_batch(here, me, number)
    form.offer(places)
    if form.validate_on_submit():
        with form.telling():
            wanted = NamesRequest(number, form.place.data or "", me.name, form.reason.data or "", form.layout)
            return sent(order_names(here, wanted, opener(this_desk().config.keys)))
    answer = show("desk/print_names.html", "打印全名公示单", "办公端", page=page, places=places, form=form)
    return (answer, 422) if form.is_submitted() else answer


def sent(order: PackOrder, *, only_sheets: bool = False) -> Response:
    """The pack, straight from memory: several documents as one archive. What could not be printed as it stands is said on
    the next page. Raises Refused."""
    try:
        made = this_desk().site.deliver(order)
    except Refused:
        give_up(office(), order, signed_in().name)
        raise
    for words in _to_say(made):
        flash(words)
    files = {name: pdf for name, pdf in made.files.items() if not only_sheets or not name.endswith(_WITH_ALL)}
    name, kind, content = f"print-{order.number:06d}.zip", "application/zip", _zipped(files)
    if len(files) == 1:
        name, kind, content = f"print-{order.number:06d}.pdf", "application/pdf", next(iter(files.values()))
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:  # documents are compressed inside already
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _to_say(made: Delivered) -> list[str]:
    shown: list[Finding] = [*made.findings][:8]
    more = [f"还有{len(made.findings) - len(shown)}处要留意的"] if len(made.findings) > len(shown) else []
    return [*(finding.message for finding in shown), *more]


def _place_words(place: PlaceToPrint) -> str:
    kind = "全乡镇" if place.is_township else ""
    left = place.sheets - place.printed
    state = f"{left}份还没印过" if left else "都印过"
    return f"{place.place}{kind}：{place.sheets}份，{state}"
