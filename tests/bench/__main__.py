"""`python -m tests.bench`: pages per second beside plain Frozen-Flask and Hugo, the import of a large roll, and look-ups
per second beside a plain Flask app.

Rounds are interleaved and medians shown; only ratios within one run mean anything. Nothing here fails for being slow.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench import county, lookup, peers, roll, sheets
from tests.bench.measure import Measured, in_own_process

_QUICK, _QUICK_ROLL = county.Size(40, 6, 40), 5_000
_MEMORY = (county.Size(60, 5, 60), county.Size(60, 5, 600))
_WORDS = {
    "full": "Mingbai, full build: everything",
    "change": "Mingbai, one batch changed",
    "frozen": "Frozen-Flask plain: HTML only",
    "frozen_all": "Frozen-Flask plain: with downloads",
    "hugo": "Hugo, data file a page, range: HTML only",
    "hugo_tuned": "Hugo tuned by hand: HTML only",
    "sheets": "Mingbai, sheets in volumes",
    "sheets_weasyprint": "WeasyPrint, the same sheets",
    "roll_bare": "bare calamine",
    "roll_read": "read_workbook (child, scanned)",
    "roll_prepare": "prepare (dry run)",
    "roll_import": "import_roll (stored, journaled)",
}
_ROLLS = ("roll_bare", "roll_read", "roll_prepare", "roll_import")


def main() -> None:
    options = _options()
    size = (
        _QUICK if options.quick else county.Size(options.villages, options.batches, options.rows, options.covers or 0)
    )
    rounds = options.rounds or (1 if options.quick else 3)
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="mingbai-bench-", dir=options.folder) as name:
        folder = Path(name)
        if "pages" in options.only:
            made = county.make_county(folder / "county", size)
            results["county"] = _pages(f"county, {_describe(size)}", made, folder / "c", rounds, options)
        if "demo" in options.only:
            made = county.make_demo(folder / "demo")
            results["demo"] = _pages("demo data", made, folder / "d", rounds, options, change=False)
        if "roll" in options.only:
            rows = options.roll_rows or (_QUICK_ROLL if options.quick else 100_000)
            results["roll"] = _roll(rows, folder / "roll", rounds, options)
        if "lookup" in options.only:
            results["lookup"] = _lookup(folder / "lookup", options)
        if "sheets" in options.only:
            results["sheets"] = _sheets(folder / "sheets", rounds, options)
        if "memory" in options.only:
            results["memory"] = _memory(folder / "memory", options)
    if options.json:
        print(json.dumps(results, ensure_ascii=False, indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tiny county and roll, one round")
    parser.add_argument("--villages", type=int, default=100)
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--rows", type=int, default=60, help="rows of a village in a batch, on average")
    parser.add_argument("--covers", type=int, help="villages that one batch pays (default: all)")
    parser.add_argument("--roll-rows", type=int)
    parser.add_argument("--persons", type=int, help="who can be looked up, 20 payments each (whole: 100000)")
    parser.add_argument("--lookups", type=int, help="look-ups a round")
    parser.add_argument("--sheets", type=int, help="sheets to print (whole: 300)")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--only", nargs="+", choices=("pages", "demo", "roll", "lookup", "sheets", "memory"))
    parser.add_argument("--profile", action="store_true", help="also profile a full build, a roll import, look-ups")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--folder", help="where temporary files go")
    options = parser.parse_args()
    options.only = options.only or (
        ["pages", "roll", "lookup"] if options.quick else ["pages", "demo", "roll", "lookup"]
    )
    return options


def _describe(size: county.Size) -> str:
    return f"{size.villages} villages, {size.batches} batches, {size.postings} postings, ~{size.rows} rows each"


def _pages(
    title: str,
    instance: county.Instance,
    work: Path,
    rounds: int,
    options: argparse.Namespace,
    *,
    change: bool = True,
) -> Mapping[str, object]:
    """Interleaved rounds of everybody, each into fresh folders."""
    home = instance.config.instance
    instance.ledger.close()
    work.mkdir()
    for kind in ("hugo", "hugo_tuned"):
        peers.write_hugo_site(instance, work / kind, tuned=kind == "hugo_tuned")
    instance.ledger.close()
    found: dict[str, list[Measured]] = {}
    for _ in range(rounds):
        for kind in ("full", "change", "frozen", "frozen_all", "hugo", "hugo_tuned"):
            if kind == "change" and not change:
                continue
            source = work / kind if kind.startswith("hugo") else home
            target = work / ("releases" if kind in ("full", "change") else "out")
            found.setdefault(kind, []).append(in_own_process(kind, source, target))
            if kind != "full" or not change:
                shutil.rmtree(target)
    report = _report(title, "pages", "full", found, options)
    if options.profile:
        _show(in_own_process("full", home, work / "profiled", profile=True).profile, options)
    return report


def _roll(rows: int, work: Path, rounds: int, options: argparse.Namespace) -> Mapping[str, object]:
    work.mkdir()
    path = work / "roll.xlsx"
    roll.write_roll(path, rows)
    found: dict[str, list[Measured]] = {}
    for number in range(rounds):
        for kind in _ROLLS:
            found.setdefault(kind, []).append(in_own_process(kind, path, work / f"{kind}{number}"))
    report = _report(f"a roll of {rows} rows, .xlsx", "rows", "roll_bare", found, options)
    if options.profile:
        _show(in_own_process("roll_import", path, work / "profiled", profile=True).profile, options)
    return report


def _sheets(work: Path, rounds: int, options: argparse.Namespace) -> Mapping[str, object]:
    """The same notices by both, a fresh folder each time."""
    work.mkdir()
    count = options.sheets or (20 if options.quick else 300)
    instance = county.make_county(work / "county", county.Size(count, 1, options.rows))
    sheets.write_content(instance, count, work / "content.json")
    instance.ledger.close()
    found: dict[str, list[Measured]] = {}
    for number in range(rounds):
        for kind in ("sheets", "sheets_weasyprint"):
            found.setdefault(kind, []).append(in_own_process(kind, work / "content.json", work / f"{kind}{number}"))
    return _report(f"{count} notices, ~{options.rows} rows each", "sheets", "sheets", found, options)


def _lookup(work: Path, options: argparse.Namespace) -> Mapping[str, object]:
    """Look-ups beside hello, by rounds in turn."""
    work.mkdir()
    persons = options.persons or (500 if options.quick else 10_000)
    rounds = options.rounds or (1 if options.quick else 5)
    found = lookup.run(
        persons, rounds, options.lookups or (2_000 if options.quick else 10_000), work, profile=options.profile
    )
    words, numbers = lookup.report(found)
    _show(words, options)
    return numbers


def _memory(work: Path, options: argparse.Namespace) -> Mapping[str, float]:
    """Peak memory of a build where each posting has ten times the rows."""
    peaks = {}
    for number, size in enumerate(_MEMORY):
        county.make_county(work / str(number), size).ledger.close()
        measured = in_own_process("full", work / str(number), work / f"releases{number}")
        peaks[_describe(size)] = measured.peak_mb
        _show(f"peak memory of a full build, {_describe(size)}: {measured.peak_mb:.0f} MB", options)
    return peaks


def _report(
    title: str, unit: str, base: str, found: Mapping[str, Sequence[Measured]], options: argparse.Namespace
) -> Mapping[str, object]:
    """The table; ratios are medians of the ratios of each round, so that a slow minute hits both sides."""
    first = "ours" if base in ("full", "sheets") else "bare"
    head = ("s", "cpu s", unit, f"{unit}/s", f"s ÷ {first}", f"cpu ÷ {first}", "peak MB")
    lines = [f"\n{title}", " " * 42 + "".join(f"{word:>11}" for word in head)]
    report: dict[str, object] = {}
    for kind, measures in found.items():
        seconds = statistics.median(measured.seconds for measured in measures)
        cpu = statistics.median(measured.cpu for measured in measures)
        pairs = list(zip(measures, found[base], strict=True))
        ratio = statistics.median(measured.seconds / ours.seconds for measured, ours in pairs)
        cpu_ratio = statistics.median(measured.cpu / ours.cpu for measured, ours in pairs)
        count, peak = measures[-1].count, max(measured.peak_mb for measured in measures)
        parts = {
            phase: statistics.median(measured.parts.get(phase, 0) for measured in measures)
            for phase in measures[0].parts
        }
        lines.append(
            f"{_WORDS[kind]:42}{seconds:11.2f}{cpu:11.2f}{count:11d}{count / seconds:11.0f}"
            f"{ratio:11.2f}{cpu_ratio:11.2f}{peak:11.0f}"
        )
        lines += [f"    {phase}: {part:.2f} s" for phase, part in parts.items()]
        report[kind] = {
            "seconds": seconds,
            "cpu": cpu,
            "count": count,
            "ratio": ratio,
            "cpu_ratio": cpu_ratio,
            "peak_mb": peak,
            "parts": parts,
        }
    _show("\n".join(lines), options)
    return report


def _show(text: str, options: argparse.Namespace) -> None:
    if not options.json:
        print(text, flush=True)


if __name__ == "__main__":
    main()
