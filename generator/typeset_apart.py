"""Typst in a process of its own, for service and builder: its threads do not outlive a fork, and one sheet must not take
the machine. Content goes in and documents come out through pipes; the child is able to write no file at all, and gets no
environment of ours.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from generator.typeset import Typesetter
from portal.domain.findings import Refused

_ROOT: Final = Path(__file__).resolve().parents[1]
_SECONDS: Final = 60.0
_MEMORY: Final = 3 * 1024**3
"""Address space, not memory in use: Typst maps the faces and keeps a stack for each of its threads."""
_LENGTH: Final = 8


class ApartTypesetter:
    """A Typesetter whose work is done elsewhere. A context: the other process ends with it, or after `seconds`."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no arguments from outside
            [sys.executable, "-P", "-X", "utf8", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8"},
            cwd="/",
        )
        self._timer = threading.Timer(seconds, self._process.kill)

    def __enter__(self) -> ApartTypesetter:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._process.kill()
        self._process.communicate()

    def set(self, template: str, content: Mapping[str, Any], made_on: date) -> bytes:
        """As Typesetter.set. Raises Refused where time or memory ran out."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = json.dumps([template, content, made_on.isoformat()], ensure_ascii=False).encode()
        try:
            self._process.stdin.write(len(asked).to_bytes(_LENGTH) + asked)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise _stopped() from None
        pdf = self._process.stdout.read(int.from_bytes(self._process.stdout.read(_LENGTH)))
        if not pdf:
            raise _stopped()
        return pdf


def _stopped() -> Refused:
    return Refused(
        "排版超出了允许的时间或内存，已停止。请分开印：一次印一个村，或只印一个季度；"
        "全县一次印齐请系统管理员用 mingbai print",
        "print.too_much",
    )


def _serve() -> None:
    """In the child: set what is asked for until nobody asks any more."""
    for kind, amount in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_AS, _MEMORY)):
        resource.setrlimit(kind, (amount, amount))
    typesetter = Typesetter()
    while length := int.from_bytes(sys.stdin.buffer.read(_LENGTH)):
        template, content, made_on = json.loads(sys.stdin.buffer.read(length))
        pdf = typesetter.set(template, content, date.fromisoformat(made_on))
        sys.stdout.buffer.write(len(pdf).to_bytes(_LENGTH) + pdf)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve()
