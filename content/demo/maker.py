"""What the roll and bank modules share: a roll's row, choosing who is on a roll, writing cells and files."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter
from people import County, Household, Person, check_digit

CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed stamp inside the workbooks, not a moment
CAPITALS = "零壹贰叁肆伍陆柒捌玖"


@dataclass
class Row:
    """One line of a roll. `id_cell` and `village_cell` are as written; `held` says why the row will be held."""

    person: Person
    quantity: Decimal
    rate: Decimal
    amount: Decimal
    account: str
    id_cell: str | float = ""
    village_cell: str = ""
    group_cell: str = ""
    held: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.id_cell = self.id_cell or self.person.id_number
        self.village_cell = self.village_cell or self.place.village.name
        self.group_cell = self.group_cell or self.place.group_name

    @property
    def place(self) -> Household:
        return self.person.household

    @property
    def township(self) -> str:
        return self.place.village.township

    @property
    def id_text(self) -> str:
        """The ID cell as a CSV saved from a spreadsheet shows it."""
        return self.id_cell if isinstance(self.id_cell, str) else f"{self.id_cell:.5E}"


class Maker:
    """Writes the files and remembers the rows, so that the bank files match their rolls."""

    def __init__(self, destination: Path, county: County) -> None:
        self.destination = destination
        self.county = county
        self.rolls: dict[str, list[Row]] = {}

    # -- rows ------------------------------------------------------------------------------------------------

    def by_household(self, year: int, rate: str, mu: Callable[[Household], Decimal], share: float = 1.0) -> list[Row]:
        """One row a household with land, village by village; areas drift a little from year to year.

        Where a household shares its account, its second member holds a part of the land in the own name.
        """
        rows = []
        for household in self.households_in_order(self.county.households):
            own = random.Random(f"{household.head.id_number}/{year}")
            area = mu(household)
            if not area or own.random() > share:
                continue
            if own.random() < 0.04 * (year - 2024):
                area = max(Decimal("0.3"), area + Decimal(own.randint(-8, 8)) / 10)
            parts = [(household.head, area)]
            if household.shares_account and area >= 2:
                smaller = (area * 2 / 5).quantize(Decimal("0.1"))
                parts = [(household.head, area - smaller), (household.members[1], smaller)]
            for person, part in parts:
                unit = Decimal(rate)
                rows.append(Row(person, part, unit, part * unit, household.head.account))
        return rows

    def by_person(
        self, people: Iterable[Person], quantity: str, rate: Callable[[Person], str], extra: str = ""
    ) -> list[Row]:
        rows = []
        for person in self.in_order(people):
            unit, times = Decimal(rate(person)), Decimal(quantity)
            rows.append(Row(person, times, unit, times * unit, person.account, extra={"extra": extra}))
        return rows

    def pick(self, seed: str, count: int, fits: Callable[[Person], bool]) -> list[Person]:
        found = [person for person in self.county.people if fits(person)]
        assert len(found) >= count, (seed, len(found), count)
        return random.Random(seed).sample(found, count)

    @staticmethod
    def households_in_order(households: Iterable[Household]) -> list[Household]:
        return sorted(households, key=lambda household: (household.village.code, household.group))

    @staticmethod
    def in_order(people: Iterable[Person]) -> list[Person]:
        return sorted(
            people, key=lambda person: (person.household.village.code, person.household.group, person.id_number)
        )

    @staticmethod
    def spoil(rows: list[Row], seed: str, *, digit: int = 0, number: int = 0, village: str = "", old: int = 0) -> None:
        """Put in what clerks put in: wrong check digits, IDs stored as numbers, an unknown village, 15 digits, x."""
        rng = random.Random(seed)
        ordinary = [row for row in rows if not row.person.id_number.endswith("X") and row.person.id_number[6:8] == "19"]
        chosen = rng.sample(ordinary, digit + number + bool(village) + old)
        for row in chosen[:digit]:
            first17 = row.person.id_number[:17]
            row.id_cell = first17 + str((int(check_digit(first17)) + 3) % 10)
            row.held = "bad check digit"
        for row in chosen[digit : digit + number]:
            row.id_cell = float(row.person.id_number)
            row.held = "ID stored as a number"
        rest = chosen[digit + number :]
        if village:
            rest[0].village_cell, rest[0].held = village, "unknown village"
        for row in rest[bool(village) :]:
            row.id_cell = row.person.id_number[:6] + row.person.id_number[8:17]
        with_x = [row for row in rows if row.person.id_number.endswith("X") and not row.held]
        for row in with_x[: 2 * bool(old)]:
            row.id_cell = row.person.id_number.lower()

    @staticmethod
    def use_aliases(rows: list[Row]) -> None:
        """A few rows carry an old name of their village."""
        for row in rows[11::173]:
            if not row.held and row.place.village.name not in {"新华村", "何家湾村", "陈家湾村"}:
                row.village_cell = row.place.village.aliases[0]

    # -- workbooks -------------------------------------------------------------------------------------------

    def book(self, name: str) -> xlsxwriter.Workbook:
        options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(str(self.destination / name), options)
        book.set_properties({"title": name.removesuffix(".xlsx"), "created": CREATED})
        return book

    def keep(self, name: str, rows: list[Row]) -> None:
        self.rolls[name] = rows
        held = [row.held for row in rows if row.held]
        print(f"{name}\trows {len(rows)}\theld {len(held)} {sorted(set(held))}\tyuan {total(rows)}")

    def csv(self, name: str, lines: Sequence[Sequence[str]], encoding: str) -> None:
        with (self.destination / name).open("w", encoding=encoding, newline="") as file:
            csv.writer(file, lineterminator="\r\n").writerows(lines)


def total(rows: Iterable[Row]) -> Decimal:
    return sum((row.amount for row in rows), Decimal(0)).quantize(Decimal("0.01"))


def cells(sheet: Any, line: int, values: Sequence[object], style: Any = None) -> None:
    """Write a line; Decimals as numbers, everything else as text."""
    for column, value in enumerate(values):
        if isinstance(value, Decimal | int | float):
            sheet.write_number(line, column, float(value), style)
        elif value != "":
            sheet.write_string(line, column, str(value), style)


def capitals(amount: Decimal) -> str:
    """Whole yuan below 10,000 in banker's capitals."""
    text, gap = "", False
    for power, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = int(amount) // power % 10
        if digit:
            text += ("零" if gap and text else "") + CAPITALS[digit] + unit
        gap = not digit
    return text + "元整"


def by_village(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Rows by the village of the household (which is not always what the cell says)."""
    return [(key, list(group)) for key, group in groupby(rows, key=lambda row: row.place.village.code)]


def old_cells(sheet: Any, lines: Sequence[Sequence[object]], first: int) -> None:
    for number, line in enumerate(lines, first):
        for column, value in enumerate(line):
            if value != "":
                sheet.write(number, column, float(value) if isinstance(value, Decimal) else value)


def is_bmp(person: Person) -> bool:
    """xlwt counts characters, not UTF-16 units, so the rarest characters stay out of the .xls files."""
    return all(ord(char) < 0x10000 for char in person.name)
