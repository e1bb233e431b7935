"""Complaints for attacks: an installation whose desk is open, forms sent over real HTTP, staff who sign in over it."""

from __future__ import annotations

import atexit
import html
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from portal.actions.staff import add_staff
from portal.domain.batches import Actor
from portal.ledger import cases
from portal.office import Office
from portal.security.keys import export_keys
from tests.attacks.service_process import Answer, Connection, Service, running
from tests.cases import DESK_B, open_desk
from tests.county import WANGCUN, build, make_office, make_site, open_office, published_batch
from tests.service import Client
from tests.staff import PASSWORD, Visitor, code_for, give_password
from tests.workbooks import people

FORM = "application/x-www-form-urlencoded"
NEAR_DESK = Actor("desk-near", "受理员丙", "complaints", "xfj")
NEAR_AUDITOR = Actor("audit-near", "审计员乙", "audit", "sjj")
NEAR_INSPECTOR = Actor("inspector-near", "纪检员乙", "discipline", "czj")
NEAR_OFFICE = Actor("office-near", "科员乙", "department", "nyj")
TOWN = Actor("town-clerk", "镇办事员", "station", "dh")
NEAR = (NEAR_DESK, NEAR_AUDITOR, NEAR_INSPECTOR, NEAR_OFFICE)
"""They have declared to be related to the village of wc; the auditor besides to DESK_B."""


def today() -> Any:
    """The day of a service that runs now."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


@cache
def _template() -> Path:
    """The installation made once in this process, to be copied: a disclosed batch, a site, the complaints desk."""
    folder = Path(tempfile.mkdtemp(prefix="mingbai-complaints-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    instance, rolls = folder / "instance", folder / "rolls"
    rolls.mkdir()
    office = make_office(instance)
    published_batch(office, rolls, people(6))
    open_desk(office, instance)
    for person in (*NEAR, TOWN):
        add_staff(office, person.name, person.display, person.role, person.unit)
    with office.ledger.write() as connection:
        for person in NEAR:
            cases.add_relation(connection, person.name, "unit", "wc")
        cases.add_relation(connection, NEAR_AUDITOR.name, "person", DESK_B.name)
    build(office, make_site(office, instance))
    with office.ledger.read() as connection:
        names = [row.name for row in connection.exec_driver_sql("SELECT name FROM staff").all()]
    give_password(office, instance, *names)
    office.ledger.close()
    export_keys(instance / "keys", "public", instance / "public-keys")
    return instance


def open_county(folder: Path) -> Path:
    """A copy of the installation in folder/instance, where `running` finds it."""
    instance = folder / "instance"
    shutil.copytree(_template(), instance, symlinks=True)
    return instance


def all_in_one(folder: Path, workers: int = 1, **settings: str) -> AbstractContextManager[Service]:
    """A service for everybody and for the staff, on the installation in the folder."""
    return running(folder, workers, **{"role": "all", "keys": str(folder / "instance" / "keys"), **settings})


@contextmanager
def office_of(instance: Path) -> Iterator[Office]:
    """The ledger that the service works on, today."""
    office = open_office(instance, today=today())
    try:
        yield office
    finally:
        office.ledger.close()


@dataclass
class Response:
    """An answer as tests of the desk read it."""

    answer: Answer

    @property
    def status_code(self) -> int:
        return self.answer.status

    @property
    def location(self) -> str:
        return self.answer.header("location") or ""

    def get_data(self, as_text: bool = False) -> str | bytes:
        return self.answer.body.decode() if as_text else self.answer.body


@dataclass
class Browser:
    """Keeps cookies, follows nothing by itself."""

    connection: Connection
    address: str = "10.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **_more: Any) -> Response:
        return self._sent("GET", path, {})

    def post(self, path: str, data: Mapping[str, str], **_more: Any) -> Response:
        return self._sent("POST", path, {"Content-Type": FORM}, urlencode(dict(data), errors="surrogatepass").encode())

    def upload(self, path: str, data: Mapping[str, str], files: Sequence[tuple[str, str, bytes]]) -> Response:
        """`files` are (field, name, content)."""
        kind, body = multipart(data, files)
        return self._sent("POST", path, {"Content-Type": kind}, body)

    def _sent(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Response:
        sent = {"X-Forwarded-For": self.address, **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.connection.send(method, path, sent, body)
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        return Response(answer)


def multipart(data: Mapping[str, str], files: Sequence[tuple[str, str, bytes]]) -> tuple[str, bytes]:
    """(Content-Type, body)."""
    boundary = "----" + secrets.token_hex(12)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in data.items()
    ]
    for name, file, content in files:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n")
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


_secrets: dict[tuple[Path, str], str] = {}


def staff(service: Service, name: str) -> Visitor:
    """This person, signed in; the first time binds a phone where the role asks for it, and can come twice."""
    person = Visitor(cast(Client, Browser(service.connect(), f"10.50.0.{secrets.randbelow(250) + 1}")))
    answer = person.sign_in(name, PASSWORD)
    if answer.location.endswith("set-up"):
        _secrets[service.instance, name] = person.set_up_factor()
    elif answer.location.endswith("second-factor"):
        person.post("second-factor", code=code_for(_secrets[service.instance, name], 30))
    assert person.is_in(), name
    return person


def token(person: Visitor) -> str:
    """What the forms of this session carry."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', person.text("password"))
    assert found is not None
    return found[1]


@dataclass(frozen=True)
class Sent:
    """What the page shows after a form was sent; empty where it is no receipt. `key` is the form's own."""

    status: int
    page: str
    key: str

    @property
    def receipt(self) -> str:
        found = re.search(r"data-groups>([\d ]+)<", self.page)
        return found[1].replace(" ", "") if found else ""

    @property
    def number(self) -> str:
        found = re.search(r'data-line="编号">([\d-]+)<', self.page)
        return found[1] if found else ""


def form(**changed: str) -> dict[str, str]:
    """The public's form as it is sent from its last page."""
    typed = {
        "key": secrets.token_urlsafe(24), "category": "unpaid", "whom": "village", "area": WANGCUN,
        "story": "今年的耕地补贴到现在没收到", "named": "no", "step": "check", "go": "send",
    }  # fmt: skip
    return {**typed, **changed}


def send(browser: Browser, typed: Mapping[str, str], *files: tuple[str, str, bytes]) -> Sent:
    answer = browser.upload("/complain", typed, files) if files else browser.post("/complain", typed)
    return Sent(answer.status_code, cast(str, answer.get_data(True)), typed["key"])


def file_all(service: Service, forms: Sequence[Mapping[str, str]], block: int = 60) -> list[Sent]:
    """Each form from an address of its own; every one is taken in."""
    with service.connect() as connection:
        made = [
            send(Browser(connection, f"10.{block}.{place // 250}.{place % 250 + 1}"), typed)
            for place, typed in enumerate(forms)
        ]
    assert [each.status for each in made] == [200] * len(forms), [each.page for each in made if each.status != 200][:1]
    return made


def follow(browser: Browser, receipt: str, act: str = "", **typed: str) -> str:
    """The page of a case; `act` is what its reporter does."""
    page = cast(str, browser.post("/follow", {"receipt": receipt}).get_data(True))
    if not act:
        return page
    turn = re.search(r'name="turn" value="(\d+)"', page)
    assert turn is not None, page
    sent = {"receipt": receipt, "act": act, "turn": turn[1], **typed}
    return cast(str, browser.post("/follow", sent).get_data(True))


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page)))


def in_turn(count: int, *choices: Callable[[int], dict[str, str]]) -> list[dict[str, str]]:
    return [choices[place % len(choices)](place) for place in range(count)]
