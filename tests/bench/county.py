"""A synthetic county in an instance of its own, as large as one likes, and what may change in it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from generator.site import PublicSite
from portal.actions import publish, setup
from portal.commands.setup import demo_photo
from portal.config import Config
from portal.domain.areas import Area
from portal.domain.batches import Actor, Batch, StepRecord
from portal.domain.policies import Policy
from portal.domain.postings import new_row_codes
from portal.domain.units import Unit
from portal.ledger import batches, payments, policies, registers, schema
from portal.ledger.engine import Ledger
from portal.ledger.payments import NewPayment
from portal.office import Office
from portal.publication import Publication
from portal.rules import load_rules
from portal.security import keys
from wsgi import make_site

TODAY = Config.from_environment({}).today()  # the demo county always has something on notice today
COUNTY, UNIT = "990121000000", "nyj"
CLERK = Actor("lin", "林经办", "department", UNIT)
REVIEWER = Actor("he", "何审查", "disclosure", UNIT)
_QUARTERS = 4
_VILLAGES_A_TOWNSHIP = 15
_FIRST = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"
_SECOND = "家桥湾坪岭塘坝店井坡溪石沙柳松竹梅桂枫槐"
_GROUPS = ("一组", "二组", "三组", "四组")


@dataclass(frozen=True)
class Size:
    """`covers` is how many villages one batch pays (0: all); `rows` how many rows a village has in it, on average."""

    villages: int = 100
    batches: int = 20
    rows: int = 60
    covers: int = 0

    @property
    def postings(self) -> int:
        return (self.covers or self.villages) * self.batches


class Instance:
    """One installation in a folder; opening it again finds what was stored."""

    def __init__(self, folder: Path) -> None:
        self.config = Config.from_environment({"MINGBAI_INSTANCE": str(folder)})
        self.ledger = Ledger(self.config.database_url)
        self.rules = load_rules(self.config.content)

    def create(self) -> Instance:
        keys.create_keys(self.config.keys)
        schema.migrate(self.ledger)
        return self

    @property
    def office(self) -> Office:
        return Office(self.ledger, self.rules, lambda: keys.load_digester(self.config.keys), TODAY, "bench")

    @property
    def publication(self) -> Publication:
        return Publication(self.ledger, self.rules)

    def site(self, releases: Path) -> PublicSite:
        """Its public site, with the releases in a folder of the caller's."""
        site = make_site(self.config, self.ledger, self.rules)
        return PublicSite(
            releases=releases,
            content=self.config.content,
            static=self.config.static,
            publication=self.publication,
            today=lambda: TODAY,
            signing_key=site._signing_key,
            verifying_key=site._verifying_key,
        )


def make_demo(folder: Path) -> Instance:
    """The demo county, imported as `mingbai demo` imports it."""
    instance = Instance(folder).create()
    setup.set_up_demo(instance.office, instance.config.content, demo_photo, lambda words, done, total: None)
    return instance


def make_county(folder: Path, size: Size) -> Instance:
    """Registers, an approved list, and batches on notice with all their payments and postings."""
    instance = make_registers(folder, size.villages, -(-size.batches // _QUARTERS))
    villages = list(village_areas(size.villages))
    covers = size.covers or size.villages
    with instance.ledger.write() as connection:
        listed = policies.policies_of(connection, policies.lists(connection)[0].id)
    for number in range(size.batches):
        policy, quarter = listed[number // _QUARTERS], number % _QUARTERS
        start = number * covers
        paid = [villages[(start + place) % len(villages)] for place in range(covers)]
        _add_batch(instance, policy, f"2025Q{quarter + 1}", paid, size.rows)
    return instance


def make_registers(folder: Path, villages: int, policy_count: int = 1) -> Instance:
    """A county with its places, an office, two people and a list, and nothing paid yet."""
    instance = Instance(folder).create()
    day = date(2025, 1, 6)
    unit = Unit(UNIT, "明白县农业农村局", "department", COUNTY, "0999-5201005", "和平路8号", date(2019, 1, 1), None, "")
    with instance.ledger.write() as connection:
        registers.save_areas(connection, [Area(COUNTY, "明白县"), *_townships(villages), *village_areas(villages)])
        registers.save_units(connection, [unit])
        for actor in (CLERK, REVIEWER):
            registers.add_staff(connection, actor)
        wanted = [_policy(number) for number in range(policy_count)]
        added = policies.add_list(connection, 2025, wanted, b"\0" * 32, CLERK.name, day)
        policies.approve(connection, added.id, REVIEWER.name, day)
    return instance


def change_one_batch(instance: Instance) -> str:
    """The first batch still on notice is paid, and its results disclosed: every posting of it is superseded."""
    with instance.ledger.write() as connection:
        batch = next(found for found in batches.all_batches(connection) if found.last("disclosure") is None)
        day = batch.notice.until + timedelta(days=9) if batch.notice and batch.notice.until else TODAY
        file_id = _add_file(connection, batch, "feedback")
        paid = [(payment.id, "paid", "", "", 0) for payment in payments.payments_of(connection, batch.id)]
        payments.add_results(connection, file_id, day, paid)
        for step in ("credit", "disclosure"):
            batches.add_step(connection, batch.id, StepRecord(step, day, CLERK.name))
        batch = batches.all_batches(connection, [batch.number])[0]
        policy = policies.find_policy(connection, batch.year, batch.policy)
        assert policy is not None
        publish.publish_batch(connection, instance.office, CLERK, batch, policy, "disclosure")
    return batch.number


def village_areas(count: int) -> Iterator[Area]:
    for number in range(count):
        township, place = divmod(number, _VILLAGES_A_TOWNSHIP)
        third, rest = divmod(number, len(_FIRST) * len(_SECOND))
        first, second = divmod(rest, len(_SECOND))
        name = _FIRST[first] + _SECOND[second] + ("" if third == 0 else _FIRST[third]) + "村"
        yield Area(f"990121{101 + township:03d}{200 + place:03d}", name)


def _townships(villages: int) -> Iterator[Area]:
    for number in range(-(-villages // _VILLAGES_A_TOWNSHIP)):
        first, second = divmod(number, len(_FIRST))
        yield Area(f"990121{101 + number:03d}000", f"{_SECOND[second]}{_FIRST[first]}镇")


def _policy(number: int) -> Policy:
    return Policy(
        code=f"p{number:03d}",
        name=f"{_SECOND[number % 20]}{_FIRST[number // 20 % 20]}种植面积补贴",
        departments=("明白县农业农村局",),
        level="central",
        channel="card",
        payee_unit="person",
        target_group="种植面积经村里核实的农户",
        rate_text="每亩每年104.2元",
        rates=(Decimal("104.2"),),
        quantity_unit="亩",
        web_before="rows",
        web_after="rows",
        board_before="rows",
        board_after="rows",
        notice_days=7,
        notice_day_kind="calendar",
    )


def _add_batch(instance: Instance, policy: Policy, period: str, villages: list[Area], rows: int) -> None:
    chance = random.Random(f"{policy.code}{period}")
    day = date(2025, 3 * int(period[-1]), 3)
    with instance.ledger.write() as connection:
        batch = batches.add_batch(
            connection,
            policy=policy.code,
            year=2025,
            period=period,
            unit=UNIT,
            revision=1,
            flow=policy.flow,
            by=CLERK.name,
        )
        file_id = _add_file(connection, batch, "roll")
        new = [payment for village in villages for payment in _payments(chance, village, rows)]
        payments.add_payments(connection, batch.id, file_id, "bench", new)
        for record in (
            StepRecord("roll", day, CLERK.name),
            StepRecord("review", day, REVIEWER.name, attribute="主动公开"),
            StepRecord("notice", day, CLERK.name, until=day + timedelta(days=6)),
        ):
            batches.add_step(connection, batch.id, record)
        batch = batches.all_batches(connection, [batch.number])[0]
        publish.publish_batch(connection, instance.office, CLERK, batch, policy, "notice")


def _payments(chance: random.Random, village: Area, rows: int) -> Iterator[NewPayment]:
    count = chance.randint(rows - rows // 2, rows + rows // 2)
    codes = new_row_codes(count, set(), chance.choice)
    for number, code in enumerate(codes):
        tenths = chance.randint(5, 120)
        name = chance.choice(_FIRST) + ("*" if number % 3 == 0 else "*" + chance.choice(_SECOND))
        digests = chance.randbytes(128)
        yield NewPayment(
            village.code,
            _GROUPS[number * len(_GROUPS) // count],
            name,
            *(digests[start : start + 32] for start in range(0, 128, 32)),
            quantity=f"{tenths / 10:g}",
            rate="104.2",
            fen=tenths * 1042,
            held="amount.mismatch" if number % 97 == 96 else "",
            row_code=code,
            sheet="Sheet1",
            row=number + 2,
        )


def _add_file(connection: object, batch: Batch, kind: str) -> int:
    return batches.add_file(
        connection,  # type: ignore[arg-type]
        batch_id=batch.id,
        kind=kind,
        digest=b"\0" * 32,
        import_key=f"{kind}{batch.number}".encode().ljust(32, b"\0"),
        sheets=["Sheet1"],
        columns={},
        rows=0,
        fen=0,
    )
