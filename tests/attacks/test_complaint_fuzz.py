"""Hostile input in every field of every form about complaints, public and desk: never a fault, nothing that was typed comes
back as anything but text, in pages, in a real browser, and in the workbook; files that are no photos are refused in words."""

from __future__ import annotations

import io
import re
import secrets
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any, cast
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import playwright.sync_api
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.attacks.complaints import (
    FORM,
    Browser,
    Response,
    Sent,
    all_in_one,
    follow,
    form,
    open_county,
    send,
    staff,
    token,
)
from tests.attacks.service_process import Answer, Service
from tests.cases import PASSPHRASE
from tests.county import WANGCUN
from tests.faults.conditions import FULL
from tests.portal.security.test_attachments import EICAR, HTML, SVG, huge_png
from tests.staff import Visitor

pytestmark = pytest.mark.slow

MARK = "Qw5Marker"
MARKUP = (
    f'<script>window.ran=1</script><b id="planted">{MARK}</b>',
    f'"><img src=x onerror="window.ran=1"><b id="planted">{MARK}</b>',
    f"'/><svg onload=window.ran=1><b id=planted>{MARK}</b>",
    f'</textarea></title></option><b id="planted">{MARK}</b><script>window.ran=1</script>',
    f"javascript:window.ran=1//{MARK}",
)
TEMPLATES = (f"{MARK}{{{{7*191}}}}{{% for x in y %}}${{7*191}}#{{7*191}}", f"{MARK}%(name)s %s {{0}} {{config}}")
FORMULAS = (
    f'=HYPERLINK("http://evil.example","{MARK}")', f"+cmd|' /C calc'!A0{MARK}", f"-1+1{MARK}", f"@SUM(1){MARK}", f"\t=1+1{MARK}",
    f"\r=1+1{MARK}", f"=1+1;{MARK}",
)  # fmt: skip
ODD = (
    f"{MARK}\x00\x08\x1b[31m", f"{MARK}\ud800\udfff", f"{MARK}\u202e\u2066\u200f반대", f"{MARK}\ufffe\uffff", "Ａ" * 200 + MARK,
    f"{MARK}\r\nSet-Cookie: a=b", f"{MARK}' OR 1=1 --", "e\u0301" * 300 + MARK, f"../../etc/{MARK}", "", " ", "0", "-1", "1e999",
    "九" * 5_001, MARK * 1_112,
)  # fmt: skip
PAYLOADS = (*MARKUP, *TEMPLATES, *FORMULAS, *ODD)
LONG = "长" * 10_000
PUBLIC: dict[str, tuple[str, ...]] = {
    "/complain": ("key", "category", "whom", "area", "unit", "policy", "payment", "person", "when", "story", "form", "named", "name",
                  "phone", "consent", "step", "go", "ticket", "altcha"),
    "/request": ("key", "story", "form", "name", "phone", "ticket", "altcha"),
    "/follow": ("receipt", "act", "turn", "words", "rating", "ticket", "altcha"),
    "/receipt-check": ("proof",),
}  # fmt: skip
DESK: dict[str, tuple[str, ...]] = {
    "cases/enter": ("category", "whom", "area", "unit", "policy", "payment", "person", "when", "story", "name", "phone", "consent",
                    "source", "order", "given", "key"),
    "cases/slips": ("area", "count"),
    "relations": ("unit", "person"),
    "unlock": ("passphrase", "case"),
    "cases/{}/describe": ("title", "summary"),
    "cases/{}/open": ("reason",),
    "cases/{}/supervise": ("note",), "cases/{}/merge": ("note", "sure"), "cases/{}/recuse": ("note",),
    "cases/{}/assign": ("unit",), "cases/{}/draft": ("outcome", "words"), "cases/{}/decline": ("note", "words", "sure"),
    "cases/{}/ask": ("words",), "cases/{}/pause": ("note", "words"), "cases/{}/refer": ("note", "words", "sure"),
    "cases/{}/hand_over": ("note", "sure"), "cases/{}/correct": ("note",), "cases/{}/ask_extension": ("note",),
    "cases/{}/contact": (),
}  # fmt: skip
ASKED = (
    "/complain?payment={0}&policy={0}&category={0}&village={0}", "/follow?receipt={0}", "/search?q={0}", "/desk/cases?number={0}",
    "/desk/cases?tab={0}&kind={0}&category={0}&unit={0}&state={0}&page={0}", "/desk/cases/register?since={0}&until={0}&unit={0}&category={0}",
    "/desk/cases/register.xlsx?since={0}&until={0}&unit={0}&category={0}", "/desk/cases/statistics?since={0}&until={0}",
    "/desk/unlock?case={0}", "/desk/cases/{0}", "/desk/handovers/{0}",
)  # fmt: skip
OK = {200, 303, 308, 400, 403, 404, 409, 413, 414, 422, 429}


@dataclass
class Attacked:
    service: Service
    desk: Visitor
    case: Sent
    """Filed with markup in every field that keeps words."""


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    folder = tmp_path_factory.mktemp("complaint-fuzz")
    open_county(folder)
    with all_in_one(folder, 2) as service, service.connect() as connection:
        typed = form(
            whom="village", area=WANGCUN, person=MARKUP[1], when=MARKUP[2], story="\n".join([*MARKUP, *TEMPLATES, *FORMULAS]),
            named="yes", name=MARKUP[4][:40], phone="13911112222",
        )  # fmt: skip
        case = send(Browser(connection, "10.61.0.1"), typed)
        assert case.receipt, case.page
        desk = staff(service, "desk-a")
        yield Attacked(service, desk, case)
        cast(Browser, desk.client).connection.close()


def wrong(answer: Any) -> list[str]:
    """What is wrong with an answer: a fault, or something typed that came back as markup or was worked out."""
    found = [] if answer.status_code in OK else [f"status {answer.status_code}"]
    page = answer.get_data().decode("utf-8", "replace")
    if re.search(r"<(script|b|svg|img)[^>]*(planted|window\.ran|onerror|onload)", page) or "<script>window" in page:
        found.append("markup")
    if "1337" in re.sub(r'"[^"]*"', "", page) and MARK + "1337" in page:
        found.append("a template that was worked out")
    headers = {name.lower() for name, _ in answer.answer.headers}
    if answer.status_code in (200, 422, 409) and "content-security-policy" not in headers:
        found.append("no policy")
    if re.search(r'(href|src|action)="\s*javascript:', page):
        found.append("a link that runs")
    return found


def some(payloads: Sequence[str], place: int, many: int = 6) -> list[str]:
    """All of them in the full run; else a few, others for each field."""
    return list(payloads) if FULL else [payloads[(place * 5 + step * 7) % len(payloads)] for step in range(many)]


def test_every_field_of_the_publics_forms(attacked: Attacked) -> None:
    faults, sent = [], 0
    with attacked.service.connect() as connection:
        for path, names in PUBLIC.items():
            for place, name in enumerate(names):
                for payload in some(PAYLOADS, place):
                    sent += 1
                    browser = Browser(connection, f"10.62.{sent // 250}.{sent % 250}")
                    base = (
                        form(go="next", step=("what", "whom", "story", "who", "check")[sent % 5])
                        if path == "/complain"
                        else {}
                    )
                    if path == "/follow" and name != "receipt":
                        base = {"receipt": attacked.case.receipt, "act": "message", "turn": "0", "words": "补充"}
                    if found := wrong(browser.post(path, {**base, name: payload})):
                        faults.append((path, name, payload[:60], found))
    assert faults == []
    assert sent > 150


def test_every_field_of_the_desks_forms(attacked: Attacked) -> None:
    faults, desk, sent = [], attacked.desk, 0
    data = {"csrf_token": token(desk)}
    with attacked.service.connect() as connection:
        number = send(Browser(connection, "10.63.0.1"), form()).number
    for path, names in DESK.items():
        for place, name in enumerate(names):
            for payload in some(PAYLOADS, place, 3):
                if path == "unlock" and name == "passphrase" and sent % 3:
                    continue  # so that nobody has to wait
                sent += 1
                base = {"source": "phone", **form()} if path == "cases/enter" else {"sure": "yes"}
                answer = desk.client.post(f"/desk/{path.format(number)}", data={**base, **data, name: payload})
                if found := wrong(answer):
                    faults.append((path, name, payload[:60], found))
    assert faults == []
    assert sent > 80
    assert desk.is_in()


def test_every_question_in_an_address(attacked: Attacked) -> None:
    faults = []
    for place, path in enumerate(ASKED):
        for payload in some(PAYLOADS, place, 8):
            address = path.format(quote(payload.encode("utf-8", "surrogatepass")[:1_500], safe=""))
            if found := wrong(attacked.desk.client.get(address)):
                faults.append((path, payload[:60], found))
    assert faults == []


def test_ten_thousand_characters_are_refused_in_words_and_kept_in_the_form(attacked: Attacked) -> None:
    with attacked.service.connect() as connection:
        browser = Browser(connection, "10.64.0.1")
        for name, words in (
            ("story", "写得太长了"),
            ("person", "请只写名字或称呼"),
            ("when", "时间写得太长了"),
            ("name", "姓名太长了"),
        ):
            answer = browser.post(
                "/complain", form(named="yes", **{"name": "张三", "phone": "13911112222", name: LONG})
            )
            assert answer.status_code == 422, name
            assert words in str(answer.get_data(True))
            assert not Sent(422, str(answer.get_data(True)), "").receipt
        assert "写得太长了" in follow(browser, attacked.case.receipt, "message", words=LONG)


def bomb() -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(50_000_000))
    return made.getvalue()


def fifty_megapixels() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8_000, 6_250), "white").save(made, "PNG", compress_level=1)
    return made.getvalue()


def test_files_that_are_no_photos_are_refused_in_words(attacked: Attacked) -> None:
    files = {
        "eicar.jpg": EICAR, "a.svg": SVG, "page.jpg": HTML, "bomb.png": bomb(), "huge.png": huge_png(60_000, 60_000),
        "large.png": fifty_megapixels(), "empty.jpg": b"\xff\xd8\xff", "a.exe": b"MZ" + bytes(500), "x.jpg": b"GIF89a" + SVG,
    }  # fmt: skip
    with attacked.service.connect() as connection:
        for place, (name, content) in enumerate(files.items()):
            answer = Browser(connection, f"10.65.0.{place + 1}").upload(
                "/complain", form(), [("photos", name, content)]
            )
            page = str(answer.get_data(True))
            assert (answer.status_code, Sent(0, page, "").receipt) == (422, ""), name
            assert re.search(r"不是照片|像素太多|打不开", page), name
            assert wrong(answer) == []
        hostile = f'"><script>window.ran=1</script>{MARK}\u202e.jpg'
        assert wrong(Browser(connection, "10.65.1.1").upload("/complain", form(), [("photos", hostile, SVG)])) == []
        assert send(Browser(connection, "10.65.1.2"), form()).receipt


def test_a_body_of_200_megabytes_is_refused_before_it_is_read(attacked: Attacked) -> None:
    """Said at once, by its announced size; sent on all the same, it is not taken into memory."""
    whole, boundary = 200 * 1024 * 1024, "----" + secrets.token_hex(8)
    head = (
        f"POST /complain HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary={boundary}\r\n"
        f"Content-Length: {whole}\r\nX-Forwarded-For: 10.66.0.1\r\n\r\n--{boundary}\r\n"
        'Content-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'
    ).encode()
    port = attacked.service.port
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        connection.sendall(head)
        response = HTTPResponse(connection, method="POST")
        response.begin()
        assert response.status == 413
        assert "太大了" in response.read().decode()
        response.close()
    sent = 0
    with socket.create_connection(("127.0.0.1", port), 60) as connection, suppress(OSError):
        connection.sendall(head)
        while sent < whole:
            sent += connection.send(bytes(65_536))
    assert sent < whole / 2, "read to its end though it was refused"
    with attacked.service.connect() as connection:
        assert send(Browser(connection, "10.66.0.2"), form()).receipt
        for path in ("/request", "/follow", "/receipt-check"):
            answer = connection.send("POST", path, {"Content-Type": FORM}, b"words=" + b"9" * 1_000_000)
            assert answer.status in (413, 422), path


def _described(attacked: Attacked, title: str, summary: str) -> None:
    data = {"csrf_token": token(attacked.desk), "title": title, "summary": summary}
    answer = attacked.desk.client.post(f"/desk/cases/{attacked.case.number}/describe", data=data)
    assert answer.status_code == 303, cast(Any, answer).get_data(True)[-2_000:]


def test_exports_hold_text_alone(attacked: Attacked) -> None:
    for title in (*FORMULAS, *MARKUP):
        _described(attacked, title[:80], title)
        answer = attacked.desk.get("cases/register.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} == {"s"}, title
        assert any(title.strip()[:20] in str(cell.value) for cell in cells), title
        assert not any(cell.hyperlink for cell in cells)
        with ZipFile(io.BytesIO(answer.get_data())) as parts:
            assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets"))


@pytest.mark.browser
def test_no_script_runs_in_a_real_browser(attacked: Attacked, browser: playwright.sync_api.Browser) -> None:
    """On the case's page, its words, the register, the queue, and where the reporter follows it; not even if there were no
    policy against scripts: nothing that was typed is an element."""
    number, root = attacked.case.number, f"http://127.0.0.1:{attacked.service.port}"
    _described(attacked, MARKUP[0][:80], "".join(MARKUP)[:900])
    cookies = [
        {"name": name, "value": value, "url": root}
        for name, value in cast(Browser, attacked.desk.client).cookies.items()
    ]
    context = browser.new_context(extra_http_headers={"X-Forwarded-For": cast(Browser, attacked.desk.client).address})
    context.add_cookies(cast(Any, cookies))
    page = context.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for path in (
        f"desk/cases/{number}",
        "desk/cases",
        "desk/cases?tab=all",
        "desk/cases/register",
        "desk/cases/statistics",
    ):
        page.goto(f"{root}/{path}")
        _is_harmless(page, has_mark="statistics" not in path)
    page.goto(f"{root}/desk/unlock?case={number}")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.click("main form button[type=submit]")
    page.fill("[name=reason]", "受理前看原话")
    page.click(f"form[action$='{number}/open'] button")
    _is_harmless(page, has_mark=True)
    page.goto(f"{root}/follow")
    page.fill("[name=receipt]", attacked.case.receipt)
    page.click("main form button[type=submit]")
    page.wait_for_selector("textarea[name=words]", state="attached")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.fill("textarea[name=words] >> nth=0", "".join(MARKUP))
    page.evaluate("document.querySelector('textarea[name=words]').form.querySelector('button').click()")
    page.wait_for_load_state()
    time.sleep(0.5)
    _is_harmless(page, has_mark=True)
    assert dialogs == []
    context.close()


def _is_harmless(page: Page, *, has_mark: bool) -> None:
    assert page.evaluate("window.ran") is None, page.url
    assert page.locator("#planted").count() == 0, page.url
    if has_mark:
        assert MARK in page.content(), page.url


def test_what_is_wrong_would_be_seen() -> None:
    """The search itself."""
    for body in (MARKUP[0], MARKUP[1], f"{MARK}1337", '<a href="javascript:window.ran=1">'):
        assert wrong(Response(Answer(200, [("Content-Security-Policy", "x")], body.encode(), 0))), body
    assert wrong(Response(Answer(500, [], b"", 0)))
