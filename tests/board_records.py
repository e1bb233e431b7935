"""Village boards and photos of them, for tests."""

from __future__ import annotations

from datetime import date
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from portal.actions.board_records import Noted, note_record, release_photo
from portal.domain.batches import Actor
from portal.domain.board_records import PHOTO_SIDE, BoardEvent, Photo
from portal.ledger import board_records
from portal.office import Office, batch_named
from portal.security.attachments import Upload, read_photo
from tests.county import WANGCUN

WC_CLERK = Actor("village-clerk", "village-clerk", "village", "wc")
DISCLOSER = Actor("discloser", "discloser", "disclosure", "gkb")
REVIEWER = Actor("reviewer", "reviewer", "disclosure", "gkb")
PLACE = b"MINGBAI-PLACE"


@cache
def camera(shade: int = 120) -> bytes:
    """What a phone sends: a large picture of a board with a sheet on it, and in it where it was taken."""
    image = Image.new("RGB", (1600, 1200), (shade, 90, 60))
    ImageDraw.Draw(image).rectangle((500, 200, 1000, 1000), fill="white")
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (32.0, 31.0, 12.0), 3: "E", 4: (107.0, 53.0, 4.0)})
    made = BytesIO()
    image.save(made, "JPEG", exif=exif)
    return made.getvalue()


@cache
def photo(shade: int = 120) -> Photo:
    """The same, made anew."""
    return read_photo(Upload("board.jpg", camera(shade)), side=PHOTO_SIDE)


def noted(
    office: Office, batch: str, event: BoardEvent, day: int, shade: int | None = 120, by: Actor = WC_CLERK
) -> None:
    """Of 王村's board, on a day of June 2025; `shade` tells photos apart, None brings none."""
    picture = photo(shade) if shade is not None else None
    note_record(office, by, Noted(batch, WANGCUN, event, date(2025, 6, day), picture))


def released(office: Office, batch: str) -> None:
    """Every photo of the batch, by somebody who took none."""
    with office.ledger.read() as connection:
        found = board_records.of_batch(connection, batch_named(connection, batch).id)
    for record in found:
        if record.waits:
            release_photo(office, DISCLOSER, batch, record.id)
