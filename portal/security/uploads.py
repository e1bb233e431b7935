"""Forms with files are read in memory: what people send must not lie in a temporary folder, not even for a moment."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from flask import Request


class RequestInMemory(Request):
    """Sizes are capped before anything is read (MAX_CONTENT_LENGTH, or the route's own)."""

    def _get_file_stream(self, *_arguments: Any, **_more: Any) -> IO[bytes]:
        return BytesIO()
