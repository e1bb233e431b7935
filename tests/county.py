"""A tiny county for tests: two townships, five villages, staff of each role, an approved policy list, and the way of
a batch from roll to disclosure and onto the site. The day is always 30 June 2025."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from generator.site import PublicSite
from portal.actions.feedback import FeedbackRequest, ImportedFeedback, import_feedback
from portal.actions.policies import approve_policies, import_policies
from portal.actions.registers import import_areas, import_units
from portal.actions.releases import record_release
from portal.actions.rolls import ImportedRoll, RollRequest, import_roll
from portal.actions.staff import add_staff
from portal.actions.steps import StepRequest, take_step
from portal.domain.identity import Digester
from portal.domain.site import Release
from portal.ledger import schema
from portal.ledger.engine import Ledger
from portal.office import Office
from portal.publication import Publication
from portal.rules import Rules, load_rules
from portal.security import keys
from portal.security.board_names import sealer
from tests.workbooks import Person, people, write_feedback, write_list, write_roll

PROJECT = Path(__file__).parents[1]
CONTENT = PROJECT / "content"
STATIC = PROJECT / "static"
TODAY = date(2025, 6, 30)
HANDED_IN = date(2025, 6, 2)

COUNTY = "990199000000"
DONGHE, XISHAN = "990199101000", "990199102000"
WANGCUN, LIJIAWAN, LINXI, ZHAOZHUANG, XINHUA = (
    "990199101201", "990199101202", "990199101203", "990199102201", "990199102202",
)  # fmt: skip
AREAS = [
    ("code", "name", "aliases"),
    (COUNTY, "小明县", ""),
    (DONGHE, "东河镇", ""),
    (WANGCUN, "王村", "老王村"),
    (LIJIAWAN, "李家湾", ""),
    (LINXI, "林溪村", ""),
    (XISHAN, "西山乡", ""),
    (ZHAOZHUANG, "赵庄", ""),
    (XINHUA, "新华村", ""),
]
UNITS = [
    ("code", "name", "kind", "area", "hotline"),
    ("nyj", "小明县农业农村局", "department", COUNTY, "0999-5301001"),
    ("czj", "小明县财政局", "finance", COUNTY, "0999-5301002"),
    ("gkb", "小明县政务公开办", "disclosure", COUNTY, "0999-5301003"),
    ("yh", "小明农商行", "bank", COUNTY, "0999-5301004"),
    ("dh", "东河镇人民政府", "township", DONGHE, "0999-5301005"),
    ("wc", "王村村委会", "village", WANGCUN, "0999-5301006"),
]
STAFF = [
    ("clerk", "station", "nyj"),
    ("enterer", "department", "nyj"),
    ("second", "department", "nyj"),
    ("accountant", "finance", "czj"),
    ("reviewer", "disclosure", "gkb"),
    ("discloser", "disclosure", "gkb"),
    ("banker", "bank", "yh"),
    ("treasurer", "treasury", "czj"),
    ("village-clerk", "village", "wc"),
    ("inspector", "discipline", "czj"),
    ("chief", "admin", "czj"),
]
LAND, HARDSHIP, ELDERS, FAMILIES = "gddlbhbt", "knqzbz", "lrbt", "hzbt"
_SHOWN = ("网站公示", "网站公开", "村栏公示", "村栏公开")
_POLICY: dict[str, str] = {
    "主管部门": "小明县农业农村局",
    "政策级次": "县级",
    "发放渠道": "一卡通",
    "补贴单位": "个人",
    "面向人群": "农户",
    "补贴对象": "",
    "补贴标准": "",
    "单价": "",
    "数量单位": "",
    **dict.fromkeys(_SHOWN, "逐户"),
    "公示天数": "7",
    "公示天数类型": "自然日",
    "年龄下限": "",
    "不可同享": "",
    "咨询电话": "0999-5301001",
}
POLICIES: list[dict[str, str]] = [
    {"项目编码": LAND, "项目名称": "耕地地力保护补贴", **_POLICY, "补贴对象": "种地的农户", "补贴标准": "每亩95元",
     "单价": "95", "数量单位": "亩"},
    {"项目编码": HARDSHIP, "项目名称": "困难群众补助", **_POLICY, **dict.fromkeys(_SHOWN, "合计")},
    {"项目编码": ELDERS, "项目名称": "高龄老人补贴", **_POLICY, "年龄下限": "90"},
    {"项目编码": FAMILIES, "项目名称": "水库移民后期扶持", **_POLICY, "补贴单位": "农户", "不可同享": HARDSHIP},
]  # fmt: skip


def everywhere(each: int = 6) -> list[Person]:
    """People in all five villages, `each` in every one."""
    names = [name for code, name, _ in AREAS[1:] if not code.endswith("000")]
    return [person for place, name in enumerate(names) for person in people(each, start=place * 100, village=name)]


def write_policies(path: Path, policies: Sequence[dict[str, str]] = tuple(POLICIES)) -> Path:
    return write_list(path, [list(policies[0]), *(list(policy.values()) for policy in policies)])


@cache
def rules() -> Rules:
    return load_rules(CONTENT)


@cache
def digester(folder: Path) -> Digester:
    return keys.load_digester(folder)


def make_office(folder: Path, url: str | None = None, today: date = TODAY) -> Office:
    """An office on a fresh ledger that holds the county; keys in folder/keys. SQLite in the folder, or at `url`."""
    if url is None:
        shutil.copytree(_template(), folder, dirs_exist_ok=True)
        return open_office(folder, today=today)
    folder.mkdir(parents=True, exist_ok=True)
    keys.create_keys(folder / "keys")
    office = open_office(folder, url, today)
    schema.migrate(office.ledger)
    _fill(office)
    return office


def open_office(folder: Path, url: str | None = None, today: date = TODAY) -> Office:
    """Another office on the ledger that is already there."""
    ledger = Ledger(url or f"sqlite:///{folder / 'mingbai.db'}")
    return Office(ledger, rules(), lambda: digester(folder / "keys"), today, "test", lambda: sealer(folder / "keys"))


@contextmanager
def office_in(folder: Path, url: str | None = None, today: date = TODAY) -> Iterator[Office]:
    """make_office, and the ledger closed afterwards."""
    office = make_office(folder, url, today)
    try:
        yield office
    finally:
        office.ledger.close()


@cache
def _template() -> Path:
    """The county made once in this process, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="mingbai-county-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    keys.create_keys(folder / "keys")
    office = open_office(folder)
    schema.migrate(office.ledger)
    _fill(office)
    office.ledger.close()
    return folder


def _fill(office: Office) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        import_areas(office, write_list(folder / "areas.csv", AREAS))
        import_units(office, write_list(folder / "units.csv", UNITS))
        for staff, role, unit in STAFF:
            add_staff(office, staff, staff, role, unit)
        import_policies(office, write_policies(folder / "2025.csv"), 2025, "accountant", date(2025, 1, 6))
        approve_policies(office, 2025, "enterer", date(2025, 1, 7))


def request_for(path: Path, policy: str = LAND, period: str = "2025", **more: Any) -> RollRequest:
    return RollRequest(path, policy, period, **{"unit": "nyj", "by": "enterer", "day": HANDED_IN, **more})


def make_batch(
    office: Office, folder: Path, people: Sequence[Person], policy: str = LAND, period: str = "2025", **more: Any
) -> ImportedRoll:
    """Write a roll into the folder and import it."""
    path = write_roll(folder / f"{policy}-{period}.xlsx", people)
    return import_roll(office, request_for(path, policy, period, **more))


def step(office: Office, batch: str, code: str, by: str, day: int, **more: Any) -> Any:
    """Take a step on a day of June 2025."""
    return take_step(office, StepRequest(batch, code, by, date(2025, 6, day), **more))


def noticed_batch(
    office: Office, folder: Path, people: Sequence[Person], policy: str = LAND, period: str = "2025", start: int = 4
) -> str:
    """A batch reviewed and put on notice for seven days of June 2025, from the 4th to the 10th unless `start` says
    otherwise; returns its number."""
    batch = make_batch(office, folder, people, policy, period).batch
    assert batch is not None
    step(office, batch, "review", "reviewer", start - 1)
    step(office, batch, "notice", "enterer", start)
    return batch


def give_feedback(
    office: Office, folder: Path, batch: str, people: Sequence[Person], returned: dict[int, str] | None = None
) -> ImportedFeedback:
    path = write_feedback(folder / f"feedback-{batch}-{len(list(folder.iterdir()))}.xlsx", people, returned)
    return import_feedback(office, FeedbackRequest(path, batch, "banker", date(2025, 6, 13)))


def published_batch(
    office: Office,
    folder: Path,
    people: Sequence[Person],
    policy: str = LAND,
    period: str = "2025",
    returned: dict[int, str] | None = None,
) -> str:
    """A batch that went the whole way: notice, payment, feedback, disclosure; returns its number."""
    batch = noticed_batch(office, folder, people, policy, period)
    step(office, batch, "credit", "accountant", 12)
    give_feedback(office, folder, batch, people, returned)
    step(office, batch, "disclosure", "discloser", 16)
    return batch


def make_site(office: Office, folder: Path, content: Path = CONTENT, releases: Path | None = None) -> PublicSite:
    """The public site of the office, its releases in folder/releases, signed with the keys in folder/keys."""
    return PublicSite(
        releases=releases or folder / "releases",
        content=content,
        static=STATIC,
        publication=Publication(office.ledger, office.rules),
        today=lambda: office.today,
        signing_key=lambda: keys.load_signing_key(folder / "keys"),
        verifying_key=lambda: keys.load_verifying_key(folder / "keys"),
    )


def build(office: Office, site: PublicSite) -> Release:
    """Build and record, as `mingbai build` does."""
    release = site.publish(office.today, lambda _words, _done, _total: None)
    record_release(office.ledger, release)
    return release


def change_site_text(folder: Path, old: str, new: str) -> Path:
    """A copy of content/ whose site.toml says something else; without the demo's files."""
    shutil.copytree(CONTENT, folder, ignore=shutil.ignore_patterns("demo"))
    text = (folder / "site.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "site.toml").write_text(text.replace(old, new), encoding="utf-8")
    return folder
