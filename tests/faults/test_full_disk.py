"""A full disk: refused in plain words, nothing half written, and all goes on once there is room again."""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.command_line import Preparation, import_arguments, run, run_json, step_arguments
from tests.county import everywhere
from tests.faults.conditions import batches, checks, is_complete
from tests.workbooks import write_roll

pytestmark = pytest.mark.slow
MEGABYTES = 24


@pytest.fixture
def crowded(tmp_path: Path, noticed: Path) -> Iterator[tuple[Path, Callable[[int], None], Preparation | None]]:
    """The installation on a disk of its own: (where, leave so many bytes free, what every command does first).

    A small tmpfs; where nothing may be mounted, a limit on how large a file may grow stands in for it.
    """
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [mount or "", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(disk)]
    mounted = mount is not None and subprocess.run(command, capture_output=True).returncode == 0
    where = disk / "instance"
    shutil.copytree(noticed, where, symlinks=True)
    ballast = disk / "ballast"
    limit: list[int] = []

    def leave(free: int) -> None:
        ballast.unlink(missing_ok=True)
        limit[:] = [free]
        if mounted:
            with ballast.open("wb") as file:
                file.truncate(0)
                file.write(bytes(max(0, shutil.disk_usage(disk).free - free)))

    def prepare() -> None:
        if not mounted:
            size = max(limit[0], 3000)  # what the command says must still fit
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    yield where, leave, prepare
    if mounted:
        subprocess.run(["umount", "-l", disk], check=True)


def refused_plainly(done: object) -> None:
    said = done.stdout + done.stderr  # type: ignore[attr-defined]
    assert done.returncode == 1, said  # type: ignore[attr-defined]
    assert "磁盘" in said
    assert "Traceback" not in said


def test_an_import_without_room_leaves_nothing_and_goes_through_when_there_is_room(
    crowded: tuple[Path, Callable[[int], None], Preparation], tmp_path: Path
) -> None:
    where, leave, prepare = crowded
    roll = write_roll(tmp_path / "more.xlsx", everywhere(90))
    arguments = import_arguments(roll, period="2025+1")
    for free in (40_000, 70_000, 120_000):
        leave(free)
        refused_plainly(run(where, *arguments, before=prepare))
        leave(MEGABYTES * 1024 * 1024)
        assert batches(where) == [("2025-0001", 200)]
        checks(where, built=False)
    assert run_json(where, *arguments)["rows"] == 450
    checks(where, built=False)


def test_a_build_without_room_leaves_the_old_site_and_goes_through_when_there_is_room(
    crowded: tuple[Path, Callable[[int], None], Preparation],
) -> None:
    where, leave, prepare = crowded
    run_json(where, "build")
    before = (where / "releases" / "current").resolve()
    run_json(where, *step_arguments("2025-0001", "report", "clerk", 11))
    for free in (0, 30_000, 200_000):
        leave(free)
        done = run(where, "build", before=prepare)
        if done.returncode:
            refused_plainly(done)
            assert (where / "releases" / "current").resolve() == before
        is_complete((where / "releases" / "current").resolve())
        if free == 0:
            assert done.returncode == 1
    leave(MEGABYTES * 1024 * 1024)
    run_json(where, "build")
    checks(where, built=True)
