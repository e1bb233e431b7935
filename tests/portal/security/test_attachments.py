"""Photos and voice notes: known by content, made anew, and what is anything else refused in words."""

from __future__ import annotations

import struct
import subprocess
import sys
import wave
import zlib
from io import BytesIO

import pytest
from PIL import Image

from portal.domain.findings import Refused
from portal.security.attachments import LARGEST_FILE, Upload, read_attachments

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
PLACE = b"MINGBAI-PLACE"


def photo(
    size: tuple[int, int] = (640, 480), kind: str = "JPEG", *, gps: bool = False, turned: int = 0, **more: object
) -> bytes:
    """A picture, dark on the left and light on the right; with the place it was taken at, or turned by its camera."""
    image = Image.new("RGB", size, "white")
    image.paste("black", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (32.0, 31.0, 12.0), 3: "E", 4: (107.0, 53.0, 4.0)})
        exif[0x010E] = PLACE.decode()
    if turned:
        exif[0x0112] = turned
    made = BytesIO()
    image.save(made, kind, **{"exif": exif, **more})
    return made.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few hundred bytes that promise so many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def wav() -> bytes:
    made = BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\1\2" * 800)
    return made.getvalue()


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


MP3 = b"\xff\xf3\x90\x00" + b"\0" * 400
VOICES = {
    "audio/wav": wav(),
    "audio/amr": b"#!AMR\n" + b"\x3c" * 400,
    "audio/mpeg": b"ID3\x03\x00\x00\x00\x00\x00\x0a" + b"\0" * 10 + b"\xff\xfb\x90\x00" + b"\0" * 400,
    "audio/ogg": b"OggS\x00\x02" + b"\0" * 20 + b"\x01\x13OpusHead" + b"\0" * 400,
    "audio/aac": b"\xff\xf1\x50\x80\x02\x1f\xfc" + b"\0" * 400,
    "audio/mp4": box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom") + box(b"mdat", b"\0" * 400),
    "audio/webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + b"A_OPUS" + b"\0" * 400,
}


def read(*contents: bytes, name: str = "a.jpg", scanner: str = "") -> list[tuple[str, str, bytes]]:
    found = read_attachments([Upload(name, content) for content in contents], scanner)
    return [(each.kind, each.media, each.content) for each in found]


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(("kind", "media"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_photo_is_made_anew_and_what_it_was_made_from_kept(kind: str, media: str) -> None:
    sent = photo(kind=kind, gps=True)
    assert PLACE in sent
    (first, first_media, made), (second, second_media, original) = read(sent)
    assert (first, first_media, second, second_media) == ("photo", "image/jpeg", "original", media)
    assert original == sent
    image = opened(made)
    assert (image.format, image.size) == ("JPEG", (640, 480))
    assert not image.getexif()
    assert PLACE not in made
    assert b"Exif" not in made
    assert not {"exif", "icc_profile", "comment", "xmp"} & image.info.keys()


def test_a_photo_stands_upright() -> None:
    """Orientation 6: the camera was held on its side, so that the left of the picture belongs at the top."""
    made = opened(read(photo(turned=6))[0][2])
    assert made.size == (480, 640)
    assert made.getpixel((240, 20)) < (60, 60, 60) < (200, 200, 200) < made.getpixel((240, 620))  # type: ignore[operator]


def test_transparent_parts_are_white_and_every_mode_becomes_a_photo() -> None:
    for mode in ("RGBA", "LA", "P", "1", "L", "I;16"):
        made = BytesIO()
        Image.new(mode, (40, 40)).save(made, "PNG")
        assert opened(read(made.getvalue())[0][2]).mode == "RGB"
    clear = BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(clear, "PNG")
    assert opened(read(clear.getvalue())[0][2]).getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.slow
def test_a_photo_of_fifty_million_pixels_takes_no_more_memory_than_a_small_one() -> None:
    """Linux counts the most memory a process ever held: a child reads the photo and says by how much that grew."""
    sent = photo((8660, 5774), quality=60)
    script = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from portal.security.attachments import Upload, read_attachments\n"
        "def most(): return int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])\n"
        "content = sys.stdin.buffer.read()\n"
        "before = most()\n"
        "made = read_attachments([Upload('a.jpg', content)])\n"
        "print(most() - before)\n"
    )
    grown = int(subprocess.run([sys.executable, "-c", script], input=sent, capture_output=True, check=True).stdout)
    assert grown < 80 * 1024  # KiB; decoded whole it is 150 MB
    assert max(opened(read(sent)[0][2]).size) == 2048


@pytest.mark.parametrize(
    "content",
    [huge_png(30_000, 30_000), huge_png(6000, 4000), photo((5200, 4000), progressive=True, quality=30)],
    ids=["900 MP", "24 MP", "progressive"],
)
def test_what_would_have_to_be_decoded_whole_is_refused_before_it_is(content: bytes) -> None:
    with pytest.raises(Refused, match="像素"):
        read(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("画.svg", SVG), ("照片.jpg", HTML), ("病毒.jpg", EICAR), ("动.gif", b"GIF89a" + b"\1" * 40),
        ("扫描.tiff", b"II*\x00\x08\x00\x00\x00" + b"\0" * 40), ("文.pdf", b"%PDF-1.7\n" + b"\0" * 40),
        ("包.zip", b"PK\x03\x04" + b"\0" * 40), ("空.jpg", b""), ("字.txt", "没收到钱".encode()),
        ("苹果.heic", box(b"ftyp", b"heic\0\0\0\0mif1heic") + b"\0" * 40), ("程序.jpg", b"MZ" + b"\0" * 60),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_its_name_and_what_to_do(name: str, content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read(content, name=name)
    assert f"文件“{name}”不是照片，也不是录音，没有收" in str(refused.value)
    assert "请寄手机拍的照片" in str(refused.value)


def test_broken_photos_are_refused_in_words() -> None:
    for sent in (photo()[:2000], photo(kind="PNG")[:300]):
        with pytest.raises(Refused, match="打不开"):
            read(sent)


@pytest.mark.parametrize("media", VOICES)
def test_a_voice_note_is_kept_as_it_is(media: str) -> None:
    assert read(VOICES[media], name="录音") == [("voice", media, VOICES[media])]


def test_a_recorder_s_bare_frames_are_a_voice_note() -> None:
    assert read(MP3) == [("voice", "audio/mpeg", MP3)]


def test_moving_pictures_are_not_a_voice_note() -> None:
    film = box(b"ftyp", b"isom\0\0\0\0isommp42") + box(b"moov", box(b"hdlr", b"\0" * 8 + b"vide" + b"\0" * 20))
    for sent in (film, VOICES["audio/webm"] + b"V_VP8"):
        with pytest.raises(Refused, match="是录像"):
            read(sent)


def test_so_many_and_no_more() -> None:
    assert len(read(*[photo()] * 5)) == 10
    with pytest.raises(Refused, match="最多5张，您选了6张"):
        read(*[photo()] * 6)
    with pytest.raises(Refused, match="只留一样"):
        read(photo(), VOICES["audio/amr"])
    with pytest.raises(Refused, match="只留一样"):
        read(VOICES["audio/amr"], VOICES["audio/wav"])
    with pytest.raises(Refused, match="不能超过10兆"):
        read(photo() + b"\0" * LARGEST_FILE)
    assert read_attachments([Upload("", b"")]) == []  # a form whose file was not chosen


def test_a_scanner_says_no_and_one_that_fails_lets_nothing_through() -> None:
    sees = f"{sys.executable} -c \"import sys; sys.exit(b'EICAR' in sys.stdin.buffer.read())\""
    assert len(read(photo(), scanner=sees)) == 2
    with pytest.raises(Refused, match="查出有病毒"):
        read(photo() + EICAR, scanner=sees)
    for broken in (f'{sys.executable} -c "import sys; sys.exit(2)"', "/nowhere/scanner"):
        with pytest.raises(Refused, match="现在检查不了"):
            read(photo(), scanner=broken)


def test_names_are_shown_short_and_without_folders() -> None:
    with pytest.raises(Refused, match=r"文件“b\.exe”不是照片"):
        read(b"MZ", name="C:\\fakepath\\b.exe")
    with pytest.raises(Refused) as refused:
        read(b"MZ", name="长" * 300)
    assert len(str(refused.value)) < 150
