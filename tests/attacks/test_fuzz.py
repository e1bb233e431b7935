"""Hostile and broken requests: never a 500, never an echo of what was typed, always the security headers."""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest

from portal.security.headers import HEADERS
from tests.attacks.service_process import (
    STRANGERS,
    Answer,
    Service,
    addresses,
    fields_of,
    paid,
    request_bytes,
    running,
    somebody,
)
from tests.faults.conditions import FULL

pytestmark = pytest.mark.slow

_strangers = count(STRANGERS + 1)
REQUESTS = 2_000 if FULL else 500
MARKER = "Zq7Marker"
"""Stands in everything that is typed; in a search it may come back, but only as text."""
FREE = 30
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "----q"
PATHS = ("/lookup",) * 4 + ("/kiosk", "/kiosk/pages.json", "/search")
METHODS = ("POST",) * 6 + ("GET",) * 2 + ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "lookup")
OK = {200, 303, 308, 400, 403, 404, 405, 408, 411, 413, 414, 415, 422, 429, 431, 501}
ANSWERS = {200, 403, 413, 422, 503}
"""What a question is answered with; what is refused before it is looked at holds nothing to be kept."""
FIELDS = (b"id", b"name", b"tail", b"ticket", b"altcha", b"code", b"q", b"id[]", b"", b"__proto__", b"csrf_token")
VALUES = (
    b"990121194001010003",
    "９９０１２１１９４００１０１０００３".encode(),
    "٩٩٠١٢١١٩٤٠٠١٠١٠٠٠٣".encode(),
    "²³¼①".encode(),
    b"990121194013450003",
    b"9.9E+17",
    "邹沛沛".encode(),
    "邹\u202e沛\u0000沛".encode(),
    "张三".encode("gb18030"),
    "张三".encode("utf-16"),
    b"\xff\xfe\xfd",
    b"\xed\xa0\x80\xed\xb0\x80",
    b"\x00",
    b"\r\nSet-Cookie: a=b",
    b"' OR 1=1 --",
    b"<script>alert(1)</script>",
    b'"><img src=x onerror=alert(1)>',
    b"{{7*7}}{% for x in y %}",
    b"%(name)s %s {0} ${x}",
    "\ue000answer\ue001".encode(),
    b"../../../etc/passwd",
    "ﷺ".encode() * 30,
    "e\u0301".encode() * 500,
    b"A" * 5_000,
    b"[" * 3_000,
    b"1" * 6_000,
    b"-1",
    b"",
)
PROOFS = (
    b"[" * 1_400,
    b'{"a":' * 250,
    b"null",
    b'"x"',
    b"1e999",
    json.dumps(dict.fromkeys(("algorithm", "challenge", "number", "salt", "signature"))).encode(),
    json.dumps({"algorithm": "SHA-256", "challenge": [], "number": {}, "salt": 1, "signature": None}).encode(),
    json.dumps({"algorithm": "SHA-1", "challenge": "x", "number": 1, "salt": "a?expires=nan", "signature": "é"}).encode(),
    json.dumps({"algorithm": "MD5", "challenge": "x", "number": "1", "salt": "?expires=9&expires=", "signature": ""}).encode(),
    b'{"algorithm":"SHA-256","challenge":"x","number":' + b"9" * 1_000 + b',"salt":"\\ud800","signature":"y"}',
)  # fmt: skip
HEADER_VALUES: dict[str, tuple[str, ...]] = {
    "Origin": (
        "null", "", "http://[", "http://[::1", "javascript:alert(1)", "http://127.0.0.1", "http://127.0.0.1@evil.example",
        "http://evil.example", "//", "\udcff\udcfe", f"http://{MARKER}.example", "http://127.0.0.1:99999999",
    ),
    "Sec-Fetch-Site": ("same-origin", "none", "cross-site", "same-site", "", f"{MARKER}", "SAME-ORIGIN"),
    "Cookie": (
        "mingbai_kiosk=", f"mingbai_kiosk={MARKER}", f"mingbai_kiosk={'A' * 4_000}", "mingbai_kiosk=\udcff\udcfe",
        "=;;;==", f"session={MARKER}; mingbai_kiosk=a; mingbai_kiosk=b", 'mingbai_kiosk="\\377\\400"',
    ),
    "X-Forwarded-For": (
        "", ",", "unknown", "::1", "fe80::1%eth0", "1.2.3.4:99", "[::1]:80", "999.1.1.1", "\udcff", f"{MARKER}",
        "1.2.3.4, " * 200, "010.1.1.1", "::ffff:10.0.0.1",
    ),
    "X-Forwarded-Proto": ("https", "javascript", "", f"{MARKER}", "\udcff"),
    "X-Forwarded-Prefix": ("/a", "//evil.example", f'/"{MARKER}<', "", "a b", "\udcff"),
    "X-Forwarded-Host": ("evil.example", f"{MARKER}"),
    "Content-Type": (
        FORM, f"{FORM}; charset=utf-16", "application/json", "text/plain", "", "multipart/form-data",
        "multipart/form-data; boundary=", f"multipart/form-data; boundary={BOUNDARY}", "multipart/form-data; boundary=\udcff",
        f"{MARKER}/{MARKER}", f"{FORM}; charset=idna", "a" * 1_000,
    ),
    "Content-Encoding": ("gzip", "br", f"{MARKER}"),
    "Accept": ("application/json", "*/*;q=banana", f"{MARKER}"),
    "Range": ("bytes=0-", "bytes=9-1", f"{MARKER}"),
    "If-Modified-Since": ("yesterday", "Mon, 99 Foo 2099 99:99:99 GMT"),
    "If-None-Match": ("*", f'"{MARKER}"'),
    "Expect": ("banana",),
    "User-Agent": ("", f"<script>{MARKER}</script>", "\udcff" * 10),
    "Transfer-Encoding": ("identity",),
}  # fmt: skip
HOSTS = ("", "evil.example", "127.0.0.1:99999999", "[", "a b", "<script>", "\udcff", "127.0.0.1,evil.example")


def value(chance: random.Random) -> bytes:
    """What is typed: hostile, with the marker somewhere in it."""
    chosen = chance.choice(VALUES)
    if chance.random() < 0.3:
        chosen = base64.b64encode(chance.choice(PROOFS))
    if chance.random() < 0.2:
        chosen = chance.randbytes(chance.randrange(200))
    return chance.choice((chosen, chosen + MARKER.encode(), MARKER.encode() + chosen, chosen))


def form(chance: random.Random) -> bytes:
    """Fields in any order, doubled, missing; sometimes a question that can be read, so that what comes after it is
    reached."""
    fields = [(chance.choice(FIELDS), value(chance)) for _ in range(chance.randrange(6))]
    if chance.random() < 0.5:
        fields += [(name.encode(), typed.encode()) for name, typed in fields_of(somebody(STRANGERS)).items()]
        fields += [(b"altcha", base64.b64encode(chance.choice(PROOFS))), (b"ticket", value(chance))]
        chance.shuffle(fields)
    if chance.random() < 0.2:
        return b"&".join(name + b"=" + typed for name, typed in fields)
    return b"&".join(
        quote_from_bytes(name).encode() + b"=" + quote_from_bytes(typed).encode() for name, typed in fields
    )


def multipart(chance: random.Random) -> bytes:
    made = b""
    for _ in range(chance.choice((1, 3, 3, 1_200))):
        file = b'; filename="' + MARKER.encode() + b'"' if chance.random() < 0.3 else b""
        name = chance.choice(FIELDS)
        kind = chance.choice(
            (b"", b"Content-Type: text/plain; charset=utf-7\r\n", b"Content-Transfer-Encoding: base64\r\n")
        )
        head = f"--{BOUNDARY}\r\n".encode() + b'Content-Disposition: form-data; name="' + name + b'"' + file + b"\r\n"
        made += head + kind + b"\r\n" + value(chance)[:40] + b"\r\n"
    return made + chance.choice((f"--{BOUNDARY}--\r\n".encode(), b"", b"--"))


BODIES: tuple[Callable[[random.Random], bytes], ...] = (
    form,
    form,
    form,
    multipart,
    lambda chance: json.dumps({"id": MARKER, "name": [MARKER], "tail": {"a": None}}).encode(),
    lambda chance: chance.randbytes(chance.randrange(3_000)),
    lambda chance: b"id=" + MARKER.encode() * 8_000,
    lambda chance: b"&" * 60_000,
)


def hostile(chance: random.Random, address: str) -> tuple[str, str, bytes]:
    """Method, path and bytes of a request."""
    method, path = chance.choice(METHODS), chance.choice(PATHS)
    if chance.random() < 0.3 or path == "/search":
        typed = quote_from_bytes(value(chance)[:2_000])
        path += f"?{chance.choice(('q', 'id', 'name', ''))}={typed}"
    kind = chance.choice(BODIES)
    content = f"multipart/form-data; boundary={BOUNDARY}" if kind is multipart else FORM
    headers = {"X-Forwarded-For": address, "Content-Type": content}
    for name in chance.sample(sorted(HEADER_VALUES), chance.choice((0, 0, 1, 1, 2, 4))):
        headers[name] = chance.choice(HEADER_VALUES[name])
    if chance.random() < 0.05:
        headers["Host"] = chance.choice(HOSTS)
    body = b"" if method in ("GET", "HEAD") else kind(chance)
    return method, path, request_bytes(method, path, headers, body)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("fuzz")) as found:
        yield found


def has_security_headers(answer: Answer) -> bool:
    return all(answer.header(name.lower()) == wanted for name, wanted in HEADERS.items())


def faults_of(method: str, path: str, answer: Answer) -> list[str]:
    """What is wrong with an answer."""
    found, page = [], path.partition("?")[0]
    by_the_server = answer.status in (400, 408, 414, 431) and not answer.header("content-security-policy")
    if answer.status not in OK:
        found.append(f"status {answer.status}")
    if not has_security_headers(answer) and not by_the_server:
        found.append("security headers")
    if page == "/lookup":
        if answer.status in ANSWERS and answer.header("cache-control") != "no-store":
            found.append(f"cached: {answer.header('cache-control')}")
        if answer.header("set-cookie"):
            found.append("a cookie")
    said = answer.body.decode("utf-8", "replace") + str(answer.headers)
    if page != "/search" and MARKER in said:
        found.append("an echo")
    if re.search(rf"<[^>]*\s(src|on\w+)=[^>]*alert|<script>[^<]*({MARKER}|alert)", said):
        found.append("markup")
    return found


def test_hostile_requests(service: Service) -> None:
    """From an address that may still ask freely and from one that must prove."""
    chance, wrong = random.Random(REQUESTS), []
    fresh = addresses(REQUESTS, 1)
    for number in range(REQUESTS):
        method, path, data = hostile(chance, chance.choice((fresh[number], "10.66.0.1")))
        with service.connect(20) as connection:
            if found := faults_of(method, path, connection.raw(data, method)):
                wrong.append((number, found, data[:600]))
    assert wrong == []
    service.holds_no_trace()


@pytest.mark.parametrize("origin", HEADER_VALUES["Origin"])
@pytest.mark.parametrize("path", ["/lookup", "/kiosk"])
def test_strange_origins(service: Service, path: str, origin: str) -> None:
    with service.connect() as connection:
        answer = connection.send("POST", path, {"Content-Type": FORM, "Origin": origin}, b"id=1&code=1")
    assert faults_of("POST", path, answer) == []
    assert answer.status == (422 if origin == "http://127.0.0.1" else 403)


def test_strange_proofs(service: Service) -> None:
    """From an address that has to prove."""
    with service.connect() as connection:
        for _ in range(FREE):
            connection.look_up(fields_of(somebody(next(_strangers))), "10.66.0.2")
        for proof in [*map(base64.b64encode, PROOFS), *VALUES]:
            typed = {**fields_of(somebody(next(_strangers))), "altcha": proof.decode("utf-8", "replace")}
            answer = connection.look_up(typed, "10.66.0.2")
            assert (answer.status, answer.outcome) == (200, "proof"), proof


def test_bodies_too_large(service: Service) -> None:
    with service.connect() as connection:
        for kind in (FORM, f"multipart/form-data; boundary={BOUNDARY}", "application/json"):
            for path in ("/lookup", "/kiosk"):
                answer = connection.send("POST", path, {"Content-Type": kind}, b"id=" + b"9" * 5_000_000)
                assert faults_of("POST", path, answer) == []
                assert answer.status in (413, 422), (path, kind)
        assert connection.get("/lookup").status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "Cross-Site", "x"])
def test_another_sites_form(service: Service, site: str) -> None:
    """What browsers say of a form on another page; nothing is looked up, nothing is counted."""
    person = fields_of(paid()[3])
    with service.connect() as connection:
        for headers in ({"Sec-Fetch-Site": site}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            answer = connection.look_up(person, "10.1.1.1", **headers)
            assert (answer.status, answer.header("cache-control")) == (403, "no-store")
            assert "元" not in answer.body.decode()
        ours = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1"}
        assert connection.look_up(person, "10.1.1.1", **ours).outcome == "found"


def asked_from(service: Service, addresses: list[str]) -> list[str]:
    """What becomes of questions about strangers, one from each address."""
    with service.connect() as connection:
        return [connection.look_up(fields_of(somebody(next(_strangers))), address).outcome for address in addresses]


def test_only_the_last_hop_says_where_a_question_comes_from(service: Service) -> None:
    forged = [f"{address}, 10.2.2.2" for address in addresses(FREE + 5, 2)]
    assert asked_from(service, forged) == ["missed"] * FREE + ["proof"] * 5
    honest = [f"10.2.2.3, {address}" for address in addresses(FREE + 5, 3)]
    assert asked_from(service, honest) == ["missed"] * (FREE + 5)


def test_without_a_proxy_nobody_says_where_they_come_from(tmp_path: Path) -> None:
    with running(tmp_path, proxies="0") as service:
        assert asked_from(service, addresses(FREE + 5)) == ["missed"] * FREE + ["proof"] * 5


def test_forged_hosts(tmp_path: Path) -> None:
    with running(tmp_path, hosts="mingbai.example,127.0.0.1") as service, service.connect() as connection:
        for path in ("/", "/lookup", "/search?q=x", "/kiosk", "/nowhere"):
            for host in ("evil.example", "mingbai.example.evil.example", "a.mingbai.example", "mingbai.example@evil"):
                for method in ("GET", "POST"):
                    answer = connection.send(method, path, {"Host": host, "X-Forwarded-Host": "mingbai.example"})
                    assert answer.status == 400, (method, path, host)
        assert connection.get("/", Host="mingbai.example").status == 200
        assert connection.look_up(fields_of(paid()[1]), Host="mingbai.example").outcome == "found"
