"""Opens a zipped Office file part by part with caps on what is declared and on what really comes out."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from xml.etree import ElementTree

from portal.domain.findings import Refused
from portal.intake.child import Limits, damaged
from portal.intake.file_kind import encrypted

CHUNK = 1024 * 1024
SMALL_PART = 16 * 1024 * 1024  # parts read whole: relations, properties, comments
_XML_ENDINGS = (".xml", ".rels", ".vml")


def bomb() -> Refused:
    return Refused(
        "这个文件解压后大得不正常，为安全起见没有读取。请用 Excel 或 WPS 打开，把内容复制到新文件另存后再试",
        "file.bomb",
    )


class Package:
    """The parts of an .xlsx or .docx. Names are matched without regard to case, as Office does."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._file = path.open("rb")
        self._left = limits.inflated_bytes
        try:
            entries = zipfile.ZipFile(self._file).infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            self._file.close()
            raise damaged() from None
        self._entries = {entry.filename.lower(): entry for entry in entries}
        if any(entry.flag_bits & 1 for entry in entries):
            raise encrypted()
        if len(entries) > limits.parts or sum(entry.file_size for entry in entries) > limits.inflated_bytes:
            raise bomb()
        # Two parts of one name, or two parts over the same bytes: what we check would not be what is read.
        if len(self._entries) != len(entries) or _overlap(entries):
            raise damaged()

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def names(self) -> list[str]:
        return [entry.filename for entry in self._entries.values()]

    def xml_parts(self) -> list[str]:
        return [name for name in self.names() if name.lower().endswith(_XML_ENDINGS)]

    def stream(self, name: str) -> Iterator[bytes]:
        """The part's content in pieces. Raises Refused when it is not exactly what the directory declares."""
        entry = self._entries[name.lower()]
        self._file.seek(entry.header_offset)
        header = self._file.read(30)
        if len(header) < 30 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged()
        self._file.seek(sum(struct.unpack("<HH", header[26:30])), 1)
        seen, checksum = 0, 0
        for piece in self._inflate(entry):
            seen += len(piece)
            self._left -= len(piece)
            if seen > entry.file_size or self._left < 0:
                raise bomb()
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if seen != entry.file_size or checksum != entry.CRC:
            raise damaged()

    def _inflate(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        packed_left = entry.compress_size
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        place = self._file.tell()  # parts may be read in turns
        while packed_left > 0:
            self._file.seek(place)
            packed = self._file.read(min(CHUNK // 4, packed_left))
            if not packed:
                raise damaged()
            place += len(packed)
            packed_left -= len(packed)
            if entry.compress_type == zipfile.ZIP_STORED:
                yield packed
                continue
            try:
                while packed and not inflater.eof:
                    yield inflater.decompress(packed, CHUNK)
                    packed = inflater.unconsumed_tail
            except zlib.error:
                raise damaged() from None

    def read(self, name: str) -> bytes:
        """A small part as a whole."""
        if self._entries[name.lower()].file_size > SMALL_PART:
            raise bomb()
        return b"".join(self.stream(name))

    def tree(self, name: str) -> ElementTree.Element:
        """A small part as a tree; its declarations are refused first, so no entity can be expanded."""
        data = self.read(name)
        refuse_declarations(data[:4], data)
        try:
            return ElementTree.fromstring(data)  # noqa: S314 - no DOCTYPE can be in it
        except ElementTree.ParseError:
            raise damaged() from None


def refuse_declarations(start: bytes, data: bytes) -> None:
    """Office never writes a DOCTYPE or UTF-16 parts; a bomb or a disguise does."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\x00" in start or start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused(
            "文件里有 Office 从不会写入的内容（实体定义），为安全起见没有读取。"
            "请用 Excel 或 WPS 打开，另存为新文件后再试",
            "file.unsafe_xml",
        )


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            return True
        end = entry.header_offset + 30 + entry.compress_size
    return False


def local(tag: str) -> str:
    """An element's or attribute's name without its namespace."""
    return tag.rpartition("}")[2]
