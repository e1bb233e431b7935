"""What people say in a complaint is nowhere to be had: not with the whole machine of the public process and all its keys,
not with the desk's key file without its passphrase, not on any page of the staff but the desk's own, unlocked.

The words that are searched for stand in every field of the form, in its files, and in what is said later by both sides.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from portal.actions.case_openings import open_sealed
from portal.actions.cases import describe_case
from portal.domain.findings import Refused
from portal.ledger import accounts
from portal.ledger.engine import Ledger
from portal.security import sealing
from portal.security.case_keys import CaseKeys
from portal.security.keys import export_keys
from tests.attacks.complaints import Browser, Sent, file_all, follow, form, office_of, open_county, send, staff, token
from tests.attacks.service_process import Service, running
from tests.attacks.test_nothing_leaks import ACCOUNTS, IDS, NAMES, PHONES, found_in
from tests.cases import DEPARTMENT, DESK_A, PASSPHRASE, do, file_one, private_key
from tests.county import WANGCUN, make_site
from tests.ledger_dump import bytes_of, dump
from tests.portal.security.test_attachments import PLACE, VOICES, photo
from tests.service import make_app
from tests.staff import Visitor

pytestmark = pytest.mark.slow

STORY, NAME, PERSON, WHEN, REPLY, ANSWER, AGAIN = (
    "Zk9原话金丝雀", "Zk9金丝雀姓名", "Zk9被说的人", "Zk9那一天", "Zk9补充的话", "Zk9答复的话", "Zk9再办的话",
)  # fmt: skip
PHONE, SOUND = "13911112222", b"Zk9-sound-canary" * 4
CANARIES = (STORY, NAME, PERSON, WHEN, REPLY, ANSWER, AGAIN, PHONE)
SAID = f"{STORY}，我是{NAMES[0]}，身份证{IDS[0]}，卡号{ACCOUNTS[0]}，电话{PHONES[0]}"
"""With all that a villager writes though nobody asks for it."""
PURPOSES = (
    "", "receipt", "receipt hash", "reply", "proof-of-work", "addresses", "device", "counting", "unlocked sealing key",
    "case contacts", "case acknowledgement", "person", "proof", "account", "tail", "sealing", "desk", "discipline",
)  # fmt: skip


@dataclass
class Filed:
    """An installation in which cases were filed and worked, and what was seen of it from outside."""

    instance: Path
    log: Path
    cases: tuple[Sent, ...]
    answers: list[tuple[str, list[tuple[str, str]], str]]


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Filed:
    """To the desk, with photo; to the desk with a voice note; to discipline inspection; two anonymous."""
    folder = tmp_path_factory.mktemp("sealed")
    instance = open_county(folder)
    told = {
        "story": SAID,
        "named": "yes",
        "name": NAME,
        "phone": PHONE,
        "person": f"{PERSON}{NAMES[1]}{IDS[1]}",
        "when": WHEN + PHONES[1],
    }
    with running(folder, 2) as service, service.connect() as connection:
        browser = Browser(connection, "10.40.0.1")
        made = (
            send(
                browser,
                form(whom="village", area=WANGCUN, consent="yes", **told),
                ("photos", f"{NAME}{IDS[2]}.jpg", photo(gps=True)),
            ),
            send(browser, form(whom="nobody", **told), ("voice", f"{NAMES[3]}.amr", VOICES["audio/amr"] + SOUND)),
            send(browser, form(category="diverted", **told)),
            *file_all(service, [form(story=SAID, person=PERSON, when=WHEN) for _ in range(2)]),
        )
        assert all(sent.receipt for sent in made), [sent.page for sent in made if not sent.receipt][:1]
        for sent in made[:3]:
            assert "补充的话收到了" in follow(browser, sent.receipt, "message", words=f"{REPLY}{IDS[4]}")
        answers = [(path, *_read(browser, path)) for path in ("/follow", "/complain", "/request", "/receipt-check")]
        answers += [("/follow", *_posted(browser, "/follow", {"receipt": made[0].receipt}))]
        answers += [("/complain", *_posted(browser, "/complain", form(story=SAID, go="check")))]
    log = service.log.rename(folder / "public.log")
    kept = Filed(instance, log, made, answers)
    with running(folder, 1, role="desk", keys=str(_desk_keys(instance))) as service:
        _worked(service, kept)
    return kept


def _read(browser: Browser, path: str) -> tuple[list[tuple[str, str]], str]:
    answer = browser.get(path).answer
    return answer.headers, answer.body.decode()


def _posted(browser: Browser, path: str, data: dict[str, str]) -> tuple[list[tuple[str, str]], str]:
    answer = browser.post(path, data).answer
    return answer.headers, answer.body.decode()


def _desk_keys(instance: Path) -> Path:
    target = instance / "desk-keys"
    if not target.exists():
        export_keys(instance / "keys", "desk", target)
    return target


def _worked(service: Service, kept: Filed) -> None:
    """The first case goes through every hand, over HTTP, and is answered."""
    number = kept.cases[0].number
    first, second, unit = (staff(service, name) for name in (DESK_A.name, "desk-b", DEPARTMENT.name))

    def done(person: Visitor, act: str, **typed: str) -> None:
        data = {"csrf_token": token(person), "sure": "yes", **typed}
        answer = person.client.post(f"/desk/cases/{number}/{act}", data=data)
        assert answer.status_code == 303, (act, cast(Any, answer).get_data(True)[-3000:])

    done(first, "describe", title="补贴没到账", summary="反映今年的补贴没有到账")
    done(first, "accept")
    done(first, "assign", unit="nyj")
    done(unit, "report_back", outcome="upheld", report=ANSWER)
    done(first, "draft", outcome="upheld", words=ANSWER)
    done(second, "review")
    done(first, "answer")
    for person in (first, second, unit):
        cast(Browser, person.client).connection.close()


def canaries_in(data: bytes) -> list[str]:
    text = [
        word
        for word in CANARIES
        if any(word.encode(code) in data for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"))
    ]
    escaped = [word for word in CANARIES if word.encode("unicode_escape") in data]
    return [
        *text,
        *escaped,
        *(word for word in ("sound", "place") if {"sound": SOUND[:16], "place": PLACE}[word] in data),
    ]


def test_no_byte_of_the_installation_holds_a_word_of_it(filed: Filed) -> None:
    """Database and its log, counters, releases, what the service wrote down, and the keys themselves; neither what was said,
    nor an ID, an account, a phone or a name that was typed into a field, nor a receipt, nor a form's own key."""
    files = [*bytes_of(filed.instance), (filed.log, filed.log.read_bytes())]
    assert {"mingbai.db", "counters.db"} <= {path.name for path, _ in files}
    keys = [word for sent in filed.cases for word in (sent.key.encode(), sent.receipt.encode())]
    for path, data in files:
        assert canaries_in(data) == [], path
        assert found_in(data) == [], path
        assert [word for word in keys if word in data] == [], path
        assert canaries_in(str(path.name).encode()) == []


def test_the_search_finds_what_is_there(filed: Filed) -> None:
    """What must be found is found: opened with the right key, all of it is there."""
    opened = b"".join(
        sealing.unseal(private_key("desk" if row.reader == "desk" else "discipline"), row.sealed)
        for row in sealed_pieces(filed.instance)
        if row.reader in ("desk", "discipline")
    )
    assert set(canaries_in(opened)) >= {*CANARIES, "sound", "place"} - {AGAIN}
    assert set(found_in(opened)) >= {NAMES[0], IDS[0], ACCOUNTS[0], PHONES[0], NAMES[1], IDS[1], PHONES[1], IDS[4]}


@dataclass(frozen=True)
class Piece:
    reader: str
    sealed: bytes


def sealed_pieces(instance: Path) -> list[Piece]:
    ledger = Ledger(f"sqlite:///{instance / 'mingbai.db'}")
    with ledger.read() as connection:
        rows = [
            *connection.exec_driver_sql("SELECT reader, sealed FROM case_words").all(),
            *connection.exec_driver_sql("SELECT reader, sealed FROM case_files").all(),
        ]
    ledger.close()
    return [Piece(row[0], bytes(row[1])) for row in rows]


def held_by(folder: Path, data: dict[str, list[tuple[object, ...]]]) -> list[bytes]:
    """Every 32 bytes that somebody with these keys and the whole database could try as a key: the files themselves, the
    halves of those that are longer, all that the program derives from them, and what stands in the database."""
    raw = [path.read_bytes() for path in folder.iterdir()]
    whole = [each[start : start + 32] for each in raw for start in range(0, max(1, len(each) - 31), 8)]
    stored = [
        value
        for rows in data.values()
        for row in rows
        for value in row
        if isinstance(value, bytes) and len(value) == 32
    ]
    derived = [
        HKDF(algorithm=SHA256(), length=32, salt=None, info=info.encode()).derive(each)
        for each, purpose in product(raw, PURPOSES)
        for info in (f"mingbai/{purpose}", "mingbai/reply")
    ]
    replies = [
        HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"mingbai/reply").derive(value)
        for salt, value in product(set(derived), list(stored)[:20])
    ]
    return [key for key in {*whole, *derived, *stored, *replies} if len(key) == 32]


def opened_with(key: bytes, piece: bytes) -> bool:
    """As a key of a sealed box or of a plain box."""
    for box in (SealedBox(PrivateKey(key)), SecretBox(key)):
        try:
            box.decrypt(piece)
        except CryptoError:
            continue
        return True
    return False


def test_all_keys_of_the_public_process_open_nothing(filed: Filed) -> None:
    ledger = Ledger(f"sqlite:///{filed.instance / 'mingbai.db'}")
    tried = held_by(filed.instance / "public-keys", dump(ledger))
    ledger.close()
    pieces = sealed_pieces(filed.instance)
    assert len(tried) > 100
    assert len(pieces) > 15
    shortest = sorted(pieces, key=lambda piece: len(piece.sealed))[:12]
    assert [piece.reader for key in tried for piece in shortest if opened_with(key, piece.sealed)] == []
    right = bytes(private_key("desk"))
    assert all(opened_with(right, piece.sealed) for piece in pieces if piece.reader == "desk")


def test_the_public_process_holds_no_private_half(filed: Filed) -> None:
    names = {path.name for path in (filed.instance / "public-keys").iterdir()}
    assert names.isdisjoint({"desk-sealing.key", "discipline-sealing.key", "desk-session.key"})
    assert {"desk-sealing.pub", "discipline-sealing.pub"} <= names
    assert "discipline-sealing.key" not in {path.name for path in _desk_keys(filed.instance).iterdir()}


def test_the_desks_key_file_opens_nothing_without_its_passphrase(filed: Filed) -> None:
    locked = (filed.instance / "keys" / "desk-sealing.key").read_bytes()
    pieces = [piece.sealed for piece in sealed_pieces(filed.instance) if piece.reader == "desk"]
    windows = [locked[start : start + 32] for start in range(len(locked) - 31)]
    assert not any(opened_with(key, pieces[0]) for key in windows)
    for passphrase in ("", PASSPHRASE[:-1], f"{PASSPHRASE} "):
        with pytest.raises(Refused, match="口令不对"):
            sealing.unlock(locked, passphrase)
    public = PublicKey((filed.instance / "keys" / "desk-sealing.pub").read_bytes())
    assert sealing.unlock(locked, PASSPHRASE).public_key == public


def test_what_was_said_to_the_reporter_opens_with_the_receipt_alone(filed: Filed) -> None:
    """Not with the desk's key, not with another receipt."""
    keys = CaseKeys(filed.instance / "public-keys")
    replies = [piece.sealed for piece in sealed_pieces(filed.instance) if piece.reader == "receipt"]
    assert len(replies) >= 4
    opened = {}
    for sent in filed.cases:
        opened[sent.receipt] = [text for sealed in replies for text in [_opened(keys, sent.receipt, sealed)] if text]
    assert any(ANSWER in text for text in opened[filed.cases[0].receipt])
    assert sum(map(len, opened.values())) == len(replies)
    assert not any(opened_with(bytes(private_key(reader)), sealed) for reader in sealing.READERS for sealed in replies)


def _opened(keys: CaseKeys, receipt: str, sealed: bytes) -> str:
    try:
        return str(keys.open_reply(receipt, sealed))
    except Refused:
        return ""


def test_what_holds_words_is_kept_by_no_cache(filed: Filed) -> None:
    for path, headers, _ in filed.answers:
        found = {name.lower(): value for name, value in headers}
        assert found["cache-control"] == "no-store", path
        assert "default-src" in found["content-security-policy"], path
        assert found["referrer-policy"] in ("no-referrer", "same-origin", "strict-origin"), path
        assert "set-cookie" not in found, path
        if path != "/complain":
            assert "location" not in found, path


@pytest.mark.parametrize("planted", [IDS[5], f"{IDS[5][:6]} {IDS[5][6:14]} {IDS[5][14:]}", ACCOUNTS[5], PHONES[5]])
def test_what_staff_write_beside_it_may_not_hold_a_number_of_anybody(filed: Filed, planted: str) -> None:
    """Titles, paraphrases, reasons, work orders: refused, and nowhere afterwards."""
    number = filed.cases[4].number
    with office_of(filed.instance) as office:
        keys = CaseKeys(filed.instance / "keys")
        attempts: list[Callable[[], object]] = [
            lambda: describe_case(office, DESK_A, number, f"张三{planted}", "转述"),
            lambda: describe_case(office, DESK_A, number, "标题", f"请打{planted}"),
            lambda: do(office, number, "pause", note=f"等材料{planted}"),
            lambda: do(office, number, "recuse", note=planted),
            lambda: open_sealed(office, DESK_A, number, f"核对{planted}"),
            lambda: file_one(office, keys, source="12345", order_number=planted),
        ]
        for attempt in attempts:
            with pytest.raises(Refused):
                attempt()
    for path, data in bytes_of(filed.instance):
        assert found_in(data) == [], path


def everything(person: Visitor, addresses: list[str]) -> Iterator[tuple[str, int, bytes, Any]]:
    """(address, status, content unpacked, headers) of every page, of every export."""
    for address in addresses:
        answer = person.get(address)
        data = answer.get_data()
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as book:
                data = b"".join(book.read(name) for name in book.namelist())
        yield address, answer.status_code, data, cast(Any, answer).answer.headers


ROLES = (
    "desk-a", "desk-near", "inspector", "auditor", "enterer", "village-clerk", "town-clerk", "accountant", "treasurer",
    "reviewer", "banker", "chief",
)  # fmt: skip
"""An account of each role, and somebody at the desk who is related to a village."""


def test_no_page_and_no_export_of_any_role_shows_a_word_of_it(filed: Filed) -> None:
    """But the desk's own page once it is unlocked and has said why; and nothing of any of it may stay in a cache."""
    instance = filed.instance
    with office_of(instance) as office:
        app = make_app(office, make_site(office, instance), instance)
        rules = [
            rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk") and "GET" in (rule.methods or ())
        ]
        with office.ledger.read() as connection:
            roles = {account.actor.role for account in accounts.all_accounts(connection)}
        for sent in filed.cases[3:]:
            do(office, sent.number, "accept")
    numbers = [sent.number for sent in filed.cases]
    plain = [rule.rule for rule in rules if not rule.arguments and "set-up" not in rule.rule]
    numbered = [re.sub("<int:(place|record)>", "1", rule.rule) for rule in rules if "number" in rule.arguments]
    asked = [
        each.removeprefix("/desk/")
        for each in plain + [path.replace("<number>", number) for path in numbered for number in numbers]
    ]
    asked += [
        "cases?tab=all",
        "cases?tab=done",
        "cases/register?since=2020-01-01",
        "cases/register.xlsx?since=2020-01-01",
    ]
    asked += [f"staff/{name}" for name in ("chief", "desk-a")]
    seen = set()
    with running(instance.parent, 1, role="desk", keys=str(_desk_keys(instance))) as service:
        for name in ROLES:
            person = staff(service, name)
            for address, status, data, headers in everything(person, asked):
                assert status < 500, (name, address)
                assert canaries_in(data) == [], (name, address)
                assert found_in(data) == [], (name, address)
                assert ("cache-control", "no-store") in {(key.lower(), value) for key, value in headers}, (
                    name,
                    address,
                )
                if name == "chief" and ("cases" in address or "handovers" in address or address == "unlock"):
                    assert status == 403, address
                seen |= {(name, address)} if status == 200 else set()
            if name == "desk-a":
                _unlocked_shows_it(person, filed)
                for address, _, data, _ in everything(person, asked):
                    assert not set(canaries_in(data)) & {STORY, NAME, PERSON, WHEN, REPLY, PHONE, "sound", "place"}, (
                        address
                    )
            cast(Browser, person.client).connection.close()
    assert ("desk-a", f"cases/{numbers[0]}") in seen
    assert ("inspector", f"handovers/{numbers[2]}") in seen
    assert roles - {"audit"} <= {"complaints", "discipline", "audit", "department", "village", "station", "finance", "treasury",
                                 "disclosure", "bank", "admin"}  # fmt: skip


def _unlocked_shows_it(person: Visitor, filed: Filed) -> None:
    """The search would find it: with passphrase and reason the desk reads the words, and nobody without a reason."""
    number, data = filed.cases[0].number, {"csrf_token": token(person)}
    locked = person.client.post(f"/desk/cases/{number}/open", data={**data, "reason": "受理前看原话"})
    assert (locked.status_code, canaries_in(cast(bytes, locked.get_data()))) == (409, [])
    assert person.client.post("/desk/unlock", data={**data, "passphrase": PASSPHRASE}).status_code == 303
    without = person.client.post(f"/desk/cases/{number}/open", data={**data, "reason": ""})
    assert (without.status_code, set(canaries_in(cast(bytes, without.get_data()))) & {STORY}) == (409, set())
    shown = person.client.post(f"/desk/cases/{number}/open", data={**data, "reason": "受理前看原话"})
    assert set(canaries_in(cast(bytes, shown.get_data()))) >= {STORY, NAME, PERSON, WHEN, REPLY, PHONE}
    assert re.search(r"no-store", str(cast(Any, shown).answer.headers))
    picture = person.get(f"cases/{number}/files/1")
    assert (picture.status_code, picture.get_data()[:3]) == (200, b"\xff\xd8\xff")
    assert PLACE not in picture.get_data()
    assert person.client.post("/desk/lock", data=data).status_code == 303
    assert person.get(f"cases/{number}/files/1").status_code == 409
