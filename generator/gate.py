"""The gate: no personal data leaves. It judges every file that a release makes anew, and every file name.

Rows were judged once already, when their posting was written; this is the second lock on the same door.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from PIL import Image

from generator.pdfs import Unreadable, words_of
from portal.domain.findings import Finding, Refused
from portal.domain.personal_data import find_personal_data, text_of_html
from portal.domain.postings import COLUMN_WORDS

_WORDS: Final = {"id": "身份证号", "account": "银行账号", "phone": "电话号码"}
_OF_EVERY_JPEG: Final = frozenset({"jfif", "jfif_version", "jfif_unit", "jfif_density"})
_JPEG_END: Final = b"\xff\xd9"
_HASHES = re.compile(r'<code class="hash">[0-9a-f]{64}</code>')
_ROWS = re.compile(r"<tbody[^>]*\bid=\"rows\"[^>]*>\s*<tr")


class Gate:
    """`phones` are those that content/ lists; every other is somebody's own."""

    def __init__(self, phones: frozenset[str]) -> None:
        self._phones = phones
        self._findings: list[Finding] = []

    def check(self, path: str, data: bytes, *, rows_allowed: bool = True) -> None:
        """Judge one file of the site: a text, or a typeset sheet by what can be read on it. Images and fonts come from
        static/ and are not made from data."""
        try:
            written = words_of(data) if path.endswith(".pdf") else data.decode("utf-8")
        except Unreadable:
            return self._say(path, "打不开，看不出里面有什么")
        text = text_of_html(_HASHES.sub(" ", written)) if path.endswith((".html", ".xml")) else written
        for place, found in (("文件名", path), ("内容", text)):
            for hit in find_personal_data(found, allowed_phones=self._phones):
                self._say(path, f"{place}里有疑似{_WORDS[hit.kind]}")
        if not rows_allowed and (_ROWS.search(written) or self._lists_rows(path, text)):
            self._say(path, "这个项目只能公开合计，页面上却有逐行名单")

    def check_photo(self, path: str, data: bytes) -> None:
        """Judge a photo: its name, and that it is a picture and nothing else. What is seen on it, a person judged."""
        for hit in find_personal_data(path, allowed_phones=self._phones):
            self._say(path, f"文件名里有疑似{_WORDS[hit.kind]}")
        try:
            image = Image.open(BytesIO(data), formats=("JPEG",))
            extra = image.info.keys() - _OF_EVERY_JPEG
        except (OSError, ValueError):
            extra = {"not a JPEG"}
        if extra or not data.endswith(_JPEG_END):
            self._say(path, "照片里除了画面还有别的东西（拍摄地点、机型一类）")

    def close(self) -> None:
        """Raises Refused with everything found; nothing of the release is published then."""
        if self._findings:
            raise Refused(self._findings)

    def _say(self, path: str, message: str) -> None:
        self._findings.append(Finding("fatal", "gate.personal_data", f"{PurePosixPath(path)}：{message}，没有发布"))

    @staticmethod
    def _lists_rows(path: str, text: str) -> bool:
        if path.endswith("list.csv"):
            return text.lstrip("\ufeff").startswith(COLUMN_WORDS["code"])
        if path.endswith(".pdf"):
            return COLUMN_WORDS["code"] in text
        return path.endswith("snapshot.txt") and bool(text.partition("\n\n")[2])
