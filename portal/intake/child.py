"""Runs a reader of untrusted files in a child process with caps; holds both ends of the pipe between them.

The child writes one JSON value a line and ends with `END`; whatever it dies of, the parent lives and answers
with a refusal. JSON and nothing richer: a child taken over by a crafted file must not be able to send code.
"""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.domain.findings import Refused

ROOT = Path(__file__).resolve().parents[2]
END = ["end"]
LONGEST_LINE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. The defaults hold a county's yearly roll of 100,000 rows several times over."""

    file_bytes: int = 50 * 1024 * 1024
    inflated_bytes: int = 400 * 1024 * 1024  # all XML parts of a zipped file together
    parts: int = 5_000  # entries in a zipped file
    rows: int = 300_000  # in one sheet
    cells: int = 5_000_000  # in one workbook, blank ones between others included
    cell_characters: int = 32_767  # Excel's own limit
    memory_bytes: int = 1_536 * 1024 * 1024  # address space of the child
    output_bytes: int = 512 * 1024 * 1024
    cpu_seconds: int = 45
    wall_seconds: float = 60.0


def too_much_work() -> Refused:
    return Refused(
        "文件太复杂或太大，读取时超出了允许的内存或时间，已停止。请删去多余的空白行列、图片和格式，"
        "或拆成几个较小的文件后再试",
        "file.too_much",
    )


def damaged() -> Refused:
    return Refused(
        "文件已损坏或不完整，无法读取。请重新下载或复制，确认能用 Excel 或 WPS 打开后，另存为 .xlsx 再试",
        "file.damaged",
    )


def check_before_opening(path: Path, limits: Limits) -> None:
    """Refuse what needs no look inside: so a 300 MB file or a pipe costs nothing."""
    try:
        size = path.stat().st_size
        ordinary = path.is_file()
    except OSError:
        raise Refused("找不到这个文件，或没有读取它的权限。请检查文件路径", "file.missing") from None
    if not ordinary:
        raise Refused("这不是一个普通文件，无法读取。请指定具体的文件", "file.not_a_file")
    if size == 0:
        raise Refused("文件是空的（0 字节）。请检查是否导出或复制完整", "file.empty")
    if size > limits.file_bytes:
        raise Refused(
            f"文件有 {size / 1048576:.0f} MB，超过 {limits.file_bytes / 1048576:.0f} MB 的上限，没有读取。"
            "请删去图片和多余格式，或拆成几个文件",
            "file.too_big",
        )


def lines_from_child(module: str, path: Path, limits: Limits) -> Iterator[Any]:
    """Start `python -m module` on the file and yield what it says, line by line, floats as Decimal.

    Raises Refused when the child refuses, dies, says too much or takes too long. The child receives no
    environment of ours (it may hold keys) and no open file but its own output.
    """
    check_before_opening(path, limits)
    command = [sys.executable, "-P", "-X", "utf8", "-m", module, str(path.resolve()), json.dumps(asdict(limits))]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module; the file's path is one argument, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
        cwd="/",
    ) as process:
        timer = threading.Timer(limits.wall_seconds, process.kill)
        timer.start()
        try:
            yield from _checked_lines(process, limits)
        finally:
            timer.cancel()
            process.kill()


def _checked_lines(process: subprocess.Popen[bytes], limits: Limits) -> Iterator[Any]:
    assert process.stdout is not None
    said = 0
    while line := process.stdout.readline(LONGEST_LINE):
        said += len(line)
        if said > limits.output_bytes or not line.endswith(b"\n"):
            break
        try:
            value = json.loads(line, parse_float=Decimal)
        except (ValueError, RecursionError):
            raise damaged() from None
        if value == END:
            return
        if value[0] == "refused":
            raise Refused(value[2], value[1])
        yield value
    # No END: the child was stopped by a cap (ours, or the kernel's on its behalf) or fell over the file.
    process.kill()
    if said > limits.output_bytes or process.wait() in _STOPPED_BY_A_CAP:
        raise too_much_work()
    raise damaged()


# Rust aborts when memory runs out (SIGABRT); SIGKILL is the wall clock or the hard CPU limit.
_STOPPED_BY_A_CAP = (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU)


def say(value: object) -> None:
    """In the child: one line to the parent."""
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def serve(read: Callable[[Path, Limits], None], arguments: list[str]) -> None:
    """In the child: put on the caps, read the file, say how it ended."""
    path, limits = Path(arguments[0]), Limits(**json.loads(arguments[1]))
    for kind, amount in (
        (resource.RLIMIT_CORE, 0),  # a core file would hold the whole roll
        (resource.RLIMIT_FSIZE, 0),  # nothing is written anywhere
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
    ):
        resource.setrlimit(kind, (amount, amount))
    try:
        read(path, limits)
        say(END)
    except Refused as refused:
        for finding in refused.findings[:1]:
            say(["refused", finding.code, finding.message])
    except MemoryError:
        refusal = too_much_work().findings[0]
        say(["refused", refusal.code, refusal.message])
    except Exception:  # a reader fell over the file; its message may quote a cell, so it goes nowhere
        refusal = damaged().findings[0]
        say(["refused", refusal.code, refusal.message])
    sys.stdout.buffer.flush()
