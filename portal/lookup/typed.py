"""What was typed into the look-up form, read without the framework's parser: that one costs as much as an answer's
cards."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from flask import request


def typed() -> Mapping[str, str]:
    """Field → words. Answers 413 when more was sent than MAX_CONTENT_LENGTH."""
    pairs = [pair.partition(b"=") for pair in request.stream.read().replace(b"+", b" ").split(b"&")]
    return {_text(name): _text(value) for name, _, value in pairs}


def _text(quoted: bytes) -> str:
    return unquote_to_bytes(quoted).decode("utf-8", "replace")
