"""What was typed into the look-up form, read without the framework's parser: that one costs as much as an answer's
cards."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from flask import request


def typed() -> Mapping[str, str]:
    """Field → words. Answers 413 when more was sent than MAX_CONTENT_LENGTH."""
    return dict(parse_qsl(request.stream.read().decode("utf-8", "replace")))
