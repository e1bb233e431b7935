"""The picture of a village board: drawn, since a photo would show a real place. It says so on itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_SIZE: Final = (1280, 960)
_SHEETS: Final = ((170, 300), (515, 285), (860, 305))
_PAPER: Final = (250, 354)


def board_photo(folder: Path) -> None:
    """A board under a roof with three sheets on it, the middle one new."""
    picture = Image.new("RGB", _SIZE, "#b9c6cc")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 700, *_SIZE), fill="#8d8578")
    draw.polygon([(40, 130), (640, 30), (1240, 130), (1240, 165), (40, 165)], fill="#7c3b2e")
    draw.rectangle((90, 165, 1190, 720), fill="#6d4a2f")
    draw.rectangle((115, 190, 1165, 695), fill="#2f5d4b")
    for leg in (170, 1070):
        draw.rectangle((leg, 720, leg + 40, 900), fill="#6d4a2f")
    font = str(pylopdf_fonts_zh_cn.serif_path())
    draw.text((640, 238), "王村 村务公开栏", font=ImageFont.truetype(font, 58), fill="#f4e9c8", anchor="mm")
    for number, (left, top) in enumerate(_SHEETS):
        picture.paste(_sheet(font, is_new=number == 1), (left, top))
    picture = picture.filter(ImageFilter.GaussianBlur(0.7))
    words = ImageFont.truetype(font, 34)
    ImageDraw.Draw(picture).text((640, 928), "演示用的画，不是照片", font=words, fill="#ffffff", anchor="mm")
    folder.mkdir(parents=True, exist_ok=True)
    picture.save(folder / "王村公示栏（画的）.jpg", "JPEG", quality=80)


def _sheet(font: str, *, is_new: bool) -> Image.Image:
    paper = Image.new("RGB", _PAPER, "#fffef8" if is_new else "#efe8d2")
    draw = ImageDraw.Draw(paper)
    title = ("耕地地力保护补贴", "公示") if is_new else ("财务公开", "")
    for line, words in enumerate(title):
        draw.text((125, 32 + 30 * line), words, font=ImageFont.truetype(font, 25), fill="#222222", anchor="mm")
    for row in range(14):
        draw.rectangle((22, 96 + row * 13, 228, 109 + row * 13), outline="#9a9a9a")
    draw.ellipse((150, 282, 212, 344), outline="#c0392b", width=4)
    draw.rectangle((28, 288, 84, 344), outline="#222222", width=6)
    return paper
