"""What is the same for every site and service of a test process, made once: how templates compile, how QR codes of one
length look. A county builds once a day and a service starts once; the tests do both some thousand times."""

from __future__ import annotations

from functools import cache
from types import CodeType

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from generator import qr


class _Compiled(BytecodeCache):
    """Remembers what a source compiles to for environments that compile it alike."""

    def __init__(self) -> None:
        self._codes: dict[tuple[object, ...], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(self._key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[self._key(bucket)] = bucket.code

    @staticmethod
    def _key(bucket: Bucket) -> tuple[object, ...]:
        made_by = bucket.environment
        options = made_by.trim_blocks, made_by.lstrip_blocks, made_by.undefined
        return bucket.key, bucket.checksum, *options, *sorted(made_by.filters), *sorted(made_by.extensions)


def remember() -> None:
    Flask.jinja_options = {"bytecode_cache": _Compiled()}
    qr._Family = cache(qr._Family)  # type: ignore[assignment,misc]
