"""Whoever a case is about, or who is near to them, finds no trace of it: not the case, not its number, not a word of it,
not a figure that moves, wherever at the desk or outside they look."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pytest
from werkzeug.routing import Rule

from portal.actions.cases import CaseStep, act_by_receipt, describe_case
from portal.domain.batches import Actor
from portal.domain.case_acts import OUTCOMES, Kind
from portal.domain.case_routing import Reader
from portal.domain.case_words import SealedWords
from portal.domain.findings import Refused
from portal.ledger import cases
from portal.office import Office
from portal.queries.cases import case_page
from portal.security.case_keys import CaseKeys
from tests.attacks.complaints import (
    NEAR_AUDITOR,
    NEAR_DESK,
    NEAR_INSPECTOR,
    NEAR_OFFICE,
    TOWN,
    Browser,
    Sent,
    all_in_one,
    ask_for_information,
    file_all,
    form,
    office_of,
    open_county,
    staff,
    token,
)
from tests.attacks.service_process import Service
from tests.cases import AUDITOR, DEPARTMENT, DESK_A, DESK_B, INSPECTOR, VILLAGE, do, file_one
from tests.county import DONGHE, WANGCUN, build, make_site
from tests.faults.conditions import FULL
from tests.service import make_app
from tests.staff import Visitor

pytestmark = pytest.mark.slow

CASES = 500 if FULL else 30
NUMBERS = 1_000 if FULL else 2
"""So many of a group's cases are asked for by number, by every account."""
MARK = "Qz7金丝雀"
CATEGORIES = (
    "unpaid", "undeserving", "diverted", "question", "amount", "faked", "advice", "missing", "passbook", "other",
    "wrong_entry", "slow", "collected", "undisclosed", "leaked", "deducted", "bank",
)  # fmt: skip
OFFICE = Actor("reviewer", "reviewer", "disclosure", "gkb")
FILTERS = (
    "cases?tab=all", "cases?tab=done", "cases?tab=all&unit=gkb", "cases?tab=all&category=unpaid", "cases?tab=all&page=9",
    "cases?tab=all&kind=report", "cases/register?unit=nyj", "cases/register?category=unpaid", "cases/register?since=2020-01-01",
    "journal?act=case.act", "journal?act=投诉件", "journal?by=public", "journal?by=desk-a", "journal.jsonl?by=desk-a",
    "cases/register.xlsx?unit=nyj", "cases/statistics?since=2020-01-01", "cases?tab=done&state=answered",
)  # fmt: skip
_ELSEWHERE = frozenset({"/desk/sign-in", "/desk/second-factor", "/desk/second-factor/set-up"})
"""The way in: it knows of no cases, and shows a new secret each time."""


@dataclass(frozen=True)
class Group:
    """Cases about the same ones. `near` are the accounts that must find nothing; `recused` a person who stands back."""

    name: str
    typed: dict[str, str]
    near: tuple[str, ...]
    handler: Actor = DEPARTMENT
    second: Actor = DESK_B
    recused: str = ""

    @property
    def mark(self) -> str:
        """Stands in every word that is said in their cases."""
        return f"Qz7{self.name}金丝雀"


GROUPS = (
    Group("village", {"whom": "village", "area": WANGCUN, "person": "村会计"},
          (NEAR_DESK.name, VILLAGE.name, NEAR_AUDITOR.name, NEAR_INSPECTOR.name, NEAR_OFFICE.name)),
    Group("township", {"whom": "township", "area": DONGHE}, (TOWN.name, NEAR_DESK.name, VILLAGE.name)),
    Group("department", {"whom": "department", "unit": "nyj"}, ("enterer", "clerk", "second"), OFFICE),
    Group("finance", {"whom": "department", "unit": "czj"}, ("inspector", "accountant", "treasurer"), OFFICE),
    Group("disclosure", {"whom": "department", "unit": "gkb"}, ("reviewer", "discloser")),
    Group("audit", {"whom": "department", "unit": "sjj"}, (AUDITOR.name, NEAR_AUDITOR.name)),
    Group("bank", {"whom": "bank", "unit": "yh"}, ("banker",)),
    Group("desk", {"whom": "desk"}, (DESK_A.name, DESK_B.name)),
    Group("desk unit", {"whom": "department", "unit": "xfj"}, (DESK_A.name, NEAR_DESK.name)),
    Group("person", {"whom": "nobody"}, (DESK_B.name, NEAR_AUDITOR.name), second=NEAR_DESK, recused=DESK_B.name),
)  # fmt: skip


@dataclass
class County:
    service: Service
    office: Office
    keys: CaseKeys
    rules: list[Rule]
    visible: str
    """A case that concerns nobody of the staff."""
    signed_in: dict[str, Visitor]

    def person(self, name: str) -> Visitor:
        if name not in self.signed_in:
            self.signed_in[name] = staff(self.service, name)
        return self.signed_in[name]

    def leave(self) -> None:
        for person in self.signed_in.values():
            cast(Browser, person.client).connection.close()


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder = tmp_path_factory.mktemp("recusal")
    instance = open_county(folder)
    with office_of(instance) as office:
        app = make_app(office, make_site(office, instance), instance)
        rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk")]
        with all_in_one(folder, 2) as service:
            (visible,) = file_all(service, [form(whom="nobody")])
            describe_case(office, DESK_A, visible.number, "一件别的事", "跟谁都无关")
            found = County(service, office, CaseKeys(instance / "keys"), rules, visible.number, {})
            yield found
            found.leave()


def plain(data: bytes) -> bytes:
    """A page without its tokens; a workbook without the moment it was made."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return b"".join(name.encode() + book.read(name) for name in book.namelist() if name != "docProps/core.xml")
    return re.sub(rb'(name="(?:[a-z]+-)?(?:csrf_token|key|ticket)"[^>]*value=)"[^"]*"', rb"\1", data)


def seen_by(county: County, name: str) -> dict[str, bytes]:
    """Every page of the desk that needs no number, and the filters, as this account gets them."""
    person = county.person(name)
    pages = [rule.rule for rule in county.rules if "GET" in (rule.methods or ()) and not rule.arguments]
    some = FILTERS if FULL else random.Random(name).sample(FILTERS, 4)
    wanted = [page.removeprefix("/desk/") for page in pages if page not in _ELSEWHERE] + list(some)
    assert len(wanted) > 15
    return {
        path: f"{answer.status_code} ".encode() + plain(answer.get_data())
        for path in wanted
        for answer in [person.get(path)]
    }


def every_one(act: Callable[[str], Any], names: Sequence[str]) -> dict[str, Any]:
    with ThreadPoolExecutor(3) as pool:
        return dict(zip(names, pool.map(act, names), strict=True))


def work(county: County, group: Group, made: Sequence[Sent]) -> None:
    """Case after case to another state, each with words of every hand, by whoever may."""
    for place, sent in enumerate(made):
        inspectors = (who for who in (INSPECTOR, NEAR_INSPECTOR) if _sees(county, who, sent.number))
        if _sees(county, DESK_A, sent.number):
            if group.recused:
                do(county.office, sent.number, "recuse", note=group.recused)
            _by_desk(county, group, sent, place, made[0].number)
        elif inspector := next(inspectors, None):
            _by_discipline(county, group, inspector, sent, place)
            if group.recused and _sees(county, DESK_A, sent.number):  # whom it names is known to nobody before
                do(county.office, sent.number, "recuse", note=group.recused)


def _words(county: County, group: Group, sent: Sent, reader: Reader = "desk") -> dict[str, Any]:
    told = county.keys.seal_to(county.keys.reply_public(sent.receipt), f"{group.mark}答复")
    own = county.keys.seal(reader, f"{group.mark}答复")
    return {"words": (SealedWords("words", "receipt", told), SealedWords("words", reader, own))}


def _by_desk(county: County, group: Group, sent: Sent, place: int, first: str) -> None:
    office, number, words = county.office, sent.number, _words(county, group, sent)
    kind = _kind(office, number)
    outcome = next(iter(OUTCOMES[kind]))
    describe_case(office, DESK_A, number, f"{group.mark}标题{place}", f"{group.mark}转述{place}")
    way = place % 8
    if way == 3:
        do(office, number, "decline", **words)
        return
    if way == 1 and _kind(office, first) != "report":
        do(office, number, "merge", note=first)
        return
    do(office, number, "accept")
    if way == 0:
        do(office, number, "supervise", note=f"{group.mark}要求")
        return
    do(office, number, "assign", unit=group.handler.unit)
    if way == 4 and kind in ("report", "complaint"):
        do(office, number, "hand_over")
        return
    if way == 5:
        return
    do(office, number, "report_back", group.handler, outcome=outcome, words=words["words"][1:])
    do(office, number, "draft", outcome=outcome, **words)
    do(office, number, "review", group.second)
    do(office, number, "answer")
    if way == 2:
        again = SealedWords("words", "desk", county.keys.seal("desk", f"{group.mark}再办"))
        act_by_receipt(office, county.keys.receipt_hash(sent.receipt), CaseStep("", "reopen", words=(again,)))


def _by_discipline(county: County, group: Group, inspector: Actor, sent: Sent, place: int) -> None:
    if place % 3 == 2:
        return
    do(county.office, sent.number, "sign_for", inspector)
    if place % 3 == 1:
        words = _words(county, group, sent, "discipline")
        do(county.office, sent.number, "conclude", inspector, outcome="true", **words)
        return
    with suppress(Refused):  # where nobody is left at the desk to have it back
        do(county.office, sent.number, "return_matter", inspector, note=f"{group.mark}业务问题")


def _kind(office: Office, number: str) -> Kind:
    with office.ledger.read() as connection:
        found = cases.find_numbered(connection, number)
    assert found is not None
    return found.case.kind


def _sees(county: County, who: Actor, number: str) -> bool:
    return case_page(county.office, who, number) is not None


def paths(county: County, method: str) -> list[str]:
    """Every way to name a case in an address, `{}` for its number."""
    found = []
    for rule in county.rules:
        is_of_cases = rule.rule.startswith(("/desk/cases/", "/desk/handovers/"))  # batches have numbers too
        if method in (rule.methods or ()) and "number" in rule.arguments and is_of_cases:
            path = rule.rule.replace("<number>", "{}").replace("<int:place>", "1").removeprefix("/desk/")
            codes = re.search(r"<any\(([^)]*)\):code>", path)
            found += [path.replace(codes[0], code) for code in codes[1].split(", ")] if codes else [path]
    return found


TYPED = {"title": "题", "summary": "述", "reason": "看看", "note": "说明", "unit": "nyj", "outcome": "upheld", "words": "话",
         "report": "报", "sure": "yes", "code": "ABCD"}  # fmt: skip
NOBODYS = "2020-00000"


def told(answer: Any, number: str) -> tuple[int, bytes]:
    return answer.status_code, plain(answer.get_data()).replace(number.encode(), NOBODYS.encode())


def asked_by_number(county: County, name: str, numbers: Sequence[str]) -> None:
    """For the case there is the same answer as for none, to the byte: and it is no page."""
    person, few = county.person(name), random.Random(name)
    gets = [*paths(county, "GET"), "cases?number={}", "cases?tab=all&number={}"]
    posts = paths(county, "POST")
    assert len(posts) > 25
    data = {"csrf_token": token(person), **TYPED}
    for path in [
        *((False, path) for path in gets),
        *((True, path) for path in (posts if FULL else few.sample(posts, 6))),
    ]:
        is_post, address = path

        def ask(number: str, is_post: bool = is_post, address: str = address) -> tuple[int, bytes]:
            where = address.format(quote(number))
            return told(person.client.post(f"/desk/{where}", data=data) if is_post else person.get(where), number)

        nothing = ask(NOBODYS)
        assert nothing[0] in (403, 404, 409), (name, address, nothing[0])
        for number in numbers if not is_post else numbers[:3]:
            assert ask(number) == nothing, (name, address)
    merge = f"cases/{county.visible}/merge"
    answers = [
        told(person.client.post(f"/desk/{merge}", data={**data, "note": number}), number)
        for number in (NOBODYS, *numbers[:3])
    ]
    assert set(answers) == {answers[0]}, (name, "merge")
    assert answers[0][0] in (403, 409)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_nobody_who_is_concerned_finds_a_trace(county: County, group: Group) -> None:
    share = len(GROUPS)
    mine = GROUPS.index(group)
    forms = [
        form(category=CATEGORIES[(place + mine * 3) % len(CATEGORIES)], story=f"{group.mark}原话{place}", **group.typed)
        for place in range(CASES // share)
    ]
    near = group.near if FULL else group.near[:3]
    for name in near:
        county.person(name)  # the journal knows who signed in: all of it happens before
    before = every_one(lambda name: seen_by(county, name), near)
    made = file_all(county.service, forms, 60 + mine)
    if group.recused:  # information requests concern no unit, but somebody may stand back from one
        with county.service.connect() as connection:
            asked = [Browser(connection, f"10.59.0.{place + 1}") for place in range(3)]
            made += [ask_for_information(browser, f"{group.mark}申请") for browser in asked]
    work(county, group, made)
    after = every_one(lambda name: seen_by(county, name), near)
    numbers = [sent.number for sent in made]
    for name in near:
        moved = [path for path in before[name] if before[name][path] != after[name][path]]
        assert moved == [], (name, moved)
        for path, page in after[name].items():
            shown = [word for word in (group.mark, *numbers) if word.encode() in page]
            assert shown == [], (name, path)
    every_one(lambda name: asked_by_number(county, name, numbers[:NUMBERS]), near)


def test_whoever_may_see_them_does(county: County) -> None:
    """The search itself: figures move, numbers and titles are found, for somebody whom nothing of it concerns."""
    before = seen_by(county, "desk-a")
    (sent,) = file_all(county.service, [form(whom="village")], 80)
    describe_case(county.office, DESK_A, sent.number, f"{MARK}标题", f"{MARK}转述")
    after = seen_by(county, "desk-a")
    assert {path for path in before if before[path] != after[path]} >= {
        "cases", "cases/register", "cases/register.xlsx", "cases/statistics",
    }  # fmt: skip
    assert sent.number.encode() in after["cases"]
    assert MARK.encode() in after["cases/register.xlsx"]
    assert county.person("desk-a").get(f"cases/{sent.number}").status_code == 200


def test_a_person_who_stands_back_does_not_meet_the_case_in_another(county: County) -> None:
    """Neither merged before nor after they were noted down."""
    office, keys = county.office, county.keys
    first, second = file_one(office, keys).number, file_one(office, keys).number
    do(office, first, "recuse", note=DESK_B.name)
    for case, main in ((first, second), (second, first)):
        with pytest.raises(Refused, match="回避"):
            do(office, case, "merge", note=main)
    third, main = file_one(office, keys).number, file_one(office, keys).number
    do(office, third, "merge", note=main)
    do(office, main, "recuse", note=DESK_B.name)
    pages = seen_by(county, DESK_B.name)
    assert [path for path, page in pages.items() if third.encode() in page or main.encode() in page] == []
    asked_by_number(county, DESK_B.name, [third, main])


def test_outside_nothing_is_found_of_any_case(county: County, tmp_path: Path) -> None:
    """Search, following by the case's number, and the public's statistics of a quarter that is over."""
    (sent,) = file_all(county.service, [form(whom="village", story=f"{MARK}原话")], 81)
    describe_case(county.office, DESK_A, sent.number, f"{MARK}标题", f"{MARK}转述")
    with county.service.connect() as connection:
        for word in (sent.number, MARK, f"{MARK}标题", f"{MARK}转述"):
            page = connection.get(f"/search?q={quote(word)}").body.decode()
            assert word not in page.partition('<ol class="hits">')[2].partition("</ol>")[0]
            assert page.count(word) <= 3, word  # the box, and the line that says that nothing was found
        browser = Browser(connection, "10.90.0.1")
        asked = [told(browser.post("/follow", {"receipt": number}), number) for number in (NOBODYS, sent.number)]
        assert asked[0] == asked[1]
        assert asked[0][0] == 422
    with county.office.ledger.write() as connection:
        for statement in (
            "UPDATE cases SET filed = date(filed, '-6 months')",
            "UPDATE case_events SET day = date(day, '-6 months')",
        ):
            connection.exec_driver_sql(statement)
        numbers = [row.number for row in connection.exec_driver_sql("SELECT number FROM cases").all()]
    instance = county.service.instance
    build(county.office, make_site(county.office, instance))
    released = [path for path in (instance / "releases" / "current").resolve().rglob("*") if path.is_file()]
    assert [path for path in released if "投诉" in path.name or "complaints" in str(path)] or released
    for path in released:
        data = path.read_bytes()
        shown = [word for word in ("Qz7", *numbers) if word.encode() in data]
        assert shown == [], path
