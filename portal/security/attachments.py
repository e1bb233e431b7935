"""Photos and voice notes that come with a case, photos of village boards: known by their content, photos made anew
without metadata.

What is not plainly one or the other is refused in words. Nothing is written to a disk.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import puremagic
from PIL import Image, ImageOps

from portal.domain.board_records import Photo
from portal.domain.case_words import MOST_PHOTOS
from portal.domain.findings import Refused
from portal.security.case_filing import Attachment

LARGEST_FILE: Final = 10 * 1024 * 1024
LARGEST_SEND: Final = 60 * 1024 * 1024
"""Bytes of a whole form with its files."""
_SIDE: Final = 2048
"""Pixels of a photo's longer side once it was made anew: small print in a photographed list can be read."""
_LARGEST_PHOTO: Final = 120_000_000
_LARGEST_WHOLE: Final = 20_000_000
"""Pixels of what must be decoded whole (PNG, WebP, progressive JPEG); other JPEG is decoded small at once."""
_PHOTO_FORMATS: Final = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_VOICE: Final = {
    ".mp3": "audio/mpeg", ".mpga": "audio/mpeg", ".m4a": "audio/mp4", ".mp4": "audio/mp4", ".3gpp": "audio/3gpp",
    ".amr": "audio/amr", ".wav": "audio/wav", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".aac": "audio/aac",
    ".webm": "audio/webm",
}  # fmt: skip
_BARE_MP3: Final = (b"\xff\xf3", b"\xff\xf2")
"""Frames of low rates without a header before them, as voice recorders write them; puremagic does not know them."""
_MOVING: Final = re.compile(rb"hdlr.{8}vide|V_(?:VP[89]|AV1|MPEG|THEORA)|\x80theora", re.DOTALL)
"""A picture track in a container that may hold sound alone."""
_SCAN_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as the browser sent it."""

    name: str
    content: bytes


def read_attachments(uploads: Sequence[Upload], scanner: str = "") -> list[Attachment]:
    """At most five photos, or one voice note, each with what it was made from. `scanner` is a command that reads the
    content and ends with 1 where it must not be taken. Raises Refused, saying which file and what to do."""
    sent = [upload for upload in uploads if upload.content or upload.name]
    found = [made for upload in sent for made in _read(upload, scanner)]
    photos = sum(1 for each in found if each.kind == "photo")
    voices = sum(1 for each in found if each.kind == "voice")
    if photos > MOST_PHOTOS:
        raise Refused(f"照片最多{MOST_PHOTOS}张，您选了{photos}张。请挑最要紧的", "file.many")
    if voices > 1 or (voices and photos):
        raise Refused(f"可以寄{MOST_PHOTOS}张以内的照片，或者一段录音，不能都寄。请只留一样", "file.many")
    return found


def read_photo(upload: Upload, scanner: str = "", side: int = _SIDE) -> Photo:
    """One photo, made anew; `side` is its longer side in pixels at most. Raises Refused."""
    name = _checked(upload, scanner)
    if (image := _opened(upload.content)) is None:
        raise Refused(f"{name}不是照片，没有收。请用手机拍的照片（JPG、PNG）", "file.kind")
    return _made_anew(image, name, side)


def _checked(upload: Upload, scanner: str) -> str:
    """How the file is called in messages. Raises Refused for one that may not be looked at."""
    name = _shown(upload.name)
    if len(upload.content) > LARGEST_FILE:
        raise Refused(f"{name}太大了，一个文件不能超过10兆。请截一部分，或者拍小一点再寄", "file.large")
    if scanner:
        _must_pass(scanner, name, upload.content)
    return name


def _read(upload: Upload, scanner: str) -> list[Attachment]:
    name = _checked(upload, scanner)
    if (image := _opened(upload.content)) is not None:
        media = _PHOTO_FORMATS[image.format or ""]
        return [
            Attachment("photo", "image/jpeg", _made_anew(image, name).content),
            Attachment("original", media, upload.content),
        ]
    if media := _voice_media(upload.content):
        if _MOVING.search(upload.content):
            raise Refused(f"{name}是录像，这里收不了。请寄照片，或者只录声音", "file.kind")
        return [Attachment("voice", media, upload.content)]
    raise Refused(
        f"{name}不是照片，也不是录音，没有收。请寄手机拍的照片（JPG、PNG）或者录音，别的文件收不了", "file.kind"
    )


def _opened(content: bytes) -> Image.Image | None:
    """None for what is no photo."""
    try:
        return Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
    except Image.DecompressionBombError:
        raise Refused("有一张照片太大了（像素太多）。请用手机截个屏，寄截屏的那张", "file.pixels") from None
    except (OSError, ValueError, SyntaxError):
        return None


def _made_anew(image: Image.Image, name: str, side: int = _SIDE) -> Photo:
    """JPEG, upright, nothing in it but the picture."""
    is_small_at_once = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
    if image.width * image.height > (_LARGEST_PHOTO if is_small_at_once else _LARGEST_WHOLE):
        raise Refused(f"{name}的像素太多了。请用手机截个屏，寄截屏的那张", "file.pixels")
    try:
        shrunk = min(1.0, side / max(image.size))
        image.draft("RGB", (int(image.width * shrunk), int(image.height * shrunk)))
        image.thumbnail((side, side))
        upright = _on_white(ImageOps.exif_transpose(image))
        plain = Image.frombytes("RGB", upright.size, upright.tobytes())  # no tables, profiles or texts come along
        made = BytesIO()
        plain.save(made, "JPEG", quality=85)
        return Photo(made.getvalue(), *plain.size)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise Refused(f"{name}打不开，可能坏了或者没有传完。请重新拍一张再寄", "file.broken") from None


def _on_white(image: Image.Image) -> Image.Image:
    """In colour, transparent parts white."""
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")


def _voice_media(content: bytes) -> str:
    """The media type of a voice note; empty for anything else."""
    if content.startswith(_BARE_MP3):
        return "audio/mpeg"
    try:
        matches = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError, IndexError):
        return ""
    return next((_VOICE[match.extension] for match in matches if match.extension in _VOICE), "")


def _must_pass(scanner: str, name: str, content: bytes) -> None:
    try:
        ended = subprocess.run(shlex.split(scanner), input=content, capture_output=True, timeout=_SCAN_SECONDS)  # noqa: S603 - the administrator's own command
        code = ended.returncode
    except (OSError, subprocess.TimeoutExpired):
        code = -1
    if code == 1:
        raise Refused(f"{name}查出有病毒，没有收。请换一个文件，或者不带文件寄", "file.virus")
    if code:
        raise Refused(f"现在检查不了{name}，没有收。请不带文件先寄，文件办理时再给", "file.scanner")


def _shown(name: str) -> str:
    """A file's name, short enough to be said."""
    plain = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable())
    return f"文件“{plain[:40]}”" if plain else "有一个文件"
