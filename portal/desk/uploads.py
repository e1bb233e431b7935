"""Files that staff send: in a private folder for as long as the request takes, under a name of ours."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from werkzeug.datastructures import FileStorage

LARGEST: Final = 50 * 1024 * 1024
"""Bytes that a form with a roll may bring."""
_PREFIX: Final = "mingbai-upload-"
_FORGOTTEN_SECONDS: Final = 3600


@contextmanager
def received(file: FileStorage) -> Iterator[Path]:
    """The file on disk, for nobody but this process; gone afterwards, whatever happens."""
    _sweep()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        path = Path(folder) / "file"
        file.save(path)
        yield path


def _sweep() -> None:
    """What a process left that was killed in the middle of a request."""
    for left in Path(tempfile.gettempdir()).glob(_PREFIX + "*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _FORGOTTEN_SECONDS:
                shutil.rmtree(left)
