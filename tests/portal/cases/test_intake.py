"""Filing: page by page as a browser without script does it, what is refused and how, and what is stored of it."""

from __future__ import annotations

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.actions.kiosks import add_kiosk
from portal.cases.steps import STEPS
from portal.domain.case_words import LONGEST_STORY
from portal.security import keys, proof_of_work, sealing
from tests.cases import opened, private_key
from tests.county import LAND, WANGCUN, change_site_text
from tests.html import faults, parse_page
from tests.portal.cases.conftest import CLOSED, STORY, Answer, County, Villager
from tests.portal.security.test_attachments import EICAR, HTML, SVG, VOICES, photo

NAME, PHONE = "欧阳翠花", "13900000000"


def first_row(county: County) -> str:
    with county.office.ledger.read() as connection:
        code = connection.exec_driver_sql("SELECT row_code FROM payments LIMIT 1").scalar_one()
    return f"{county.batch}/{WANGCUN}/{code}"


def test_five_pages_and_a_receipt(county: County, villager: Villager) -> None:
    before = county.count()
    assert villager.open().title == STEPS["what"]
    assert villager.go(category="unpaid").title == STEPS["whom"]
    assert villager.go(whom="village", area=WANGCUN, person="会计", policy=LAND).title == STEPS["story"]
    assert villager.go(story=STORY, when="今年六月").title == STEPS["who"]
    check = villager.go(named="yes", name=NAME, phone=PHONE, consent="yes")
    assert check.title == STEPS["check"]
    for said in ("没收到钱", "东河镇王村", "会计", STORY, "今年六月", NAME, PHONE, "可以把姓名、电话告诉经办单位"):
        assert said in check.text
    assert county.count() == before
    made = villager.go("send")
    assert (made.status, made.title) == (200, "收到了，请留好回执")
    assert re.search(r"\d{4} \d{4} \d{4} \d{4} \d<", made.page)
    assert made.headers["Cache-Control"] == "no-store"
    case = county.followed(made.receipt).own
    assert (case.number, case.kind, case.concerns) == (made.number, "complaint", frozenset({"wc"}))


def test_what_was_said_is_sealed_to_the_desk_and_nowhere_in_clear(county: County, villager: Villager) -> None:
    made = villager.file(named="yes", name=NAME, phone=PHONE, person="王会计")
    (reader, story), *more = county.sealed(made.number, "story")
    assert reader == "desk"
    assert more == []
    assert json.loads(opened("desk", story))["person"] == "王会计"
    assert json.loads(opened("desk", county.sealed(made.number, "contact")[0][1])) == {"name": NAME, "phone": PHONE}
    for path in (county.folder / "office").glob("mingbai.db*"):
        for word in (STORY, NAME, PHONE, "王会计"):
            assert word.encode() not in path.read_bytes()


def test_reports_of_wrongdoing_go_to_discipline_inspection(county: County, villager: Villager) -> None:
    check = villager.fill(category="deducted", named="yes", name=NAME, phone=PHONE, consent="yes")
    assert "寄给纪检监察机关" in check.text
    assert "告诉经办单位" not in check.text
    made = villager.go("send")
    assert "由纪检监察机关办理" in made.text
    assert [reader for reader, _ in county.sealed(made.number, "story")] == ["discipline"]
    assert "60日" not in made.text  # its rules set no day for the end
    facts = county.followed(made.receipt).facts
    assert (facts.area, facts.consent, facts.desk_sees) == ("", False, False)


def test_who_reports_wrongdoing_without_a_name_is_promised_no_day(villager: Villager) -> None:
    villager.fill(category="deducted", named="no")
    made = villager.go("send")
    assert "匿名举报没有规定几天内答复" in made.text
    assert "以前，告诉您" not in made.text


@pytest.mark.parametrize("whom", ["leaders", "discipline"])
def test_what_goes_higher_is_told_where_and_nothing_is_stored(county: County, villager: Villager, whom: str) -> None:
    before = {table: county.count(table) for table in ("cases", "case_words", "case_events", "journal")}
    villager.open()
    villager.go(category="deducted")
    for found in (
        villager.go(whom=whom),
        villager.post("/complain", {**villager.answer.fields, "whom": whom, "story": "x", "named": "no", "go": "send"}),
    ):
        assert found.status == 200
        assert "12388" in found.text
        assert "没有寄出，也没有存" in found.text
        assert found.receipt == ""
    assert {table: county.count(table) for table in before} == before


def test_what_is_missing_is_said_beside_its_field_and_above(villager: Villager) -> None:
    villager.open()
    found = villager.go()
    assert (found.status, found.title, found.problems) == (422, STEPS["what"], {"category": "请选一项：是什么事"})
    villager.go(category="unpaid")
    assert villager.go().problems == {"whom": "请选一项：这件事跟谁有关"}
    assert villager.go(whom="village").problems == {"area": "请选是哪个村、哪个乡镇"}
    assert villager.go(whom="village", area="990199101000").problems == {"area": "请选是哪个村、哪个乡镇"}  # no village
    assert villager.go(whom="department", unit="yh").problems == {"unit": "请选是哪个单位"}
    villager.go(whom="department", unit="nyj")
    assert villager.go().problems == {"story": "请写几句：是什么事"}
    villager.go(story=STORY)
    assert villager.go().problems == {"named": "请选一项：留不留姓名"}
    assert "请填姓名或者电话" in villager.go(named="yes").problems["name"]
    found = villager.go(named="yes", name=NAME, phone="1")
    assert list(found.problems) == ["phone"]
    assert f'value="{NAME}"' in found.page
    assert list(villager.go(named="yes", name=NAME, consent="yes").problems) == ["consent"]
    assert villager.go(named="no").title == STEPS["check"]


def test_a_story_that_is_too_long_is_refused_and_kept(county: County, villager: Villager) -> None:
    before, long = county.count(), "很长" * 5000
    villager.open()
    villager.go(category="unpaid")
    villager.go(whom="nobody")
    found = villager.go(story=long)
    assert (found.status, found.title) == (422, STEPS["story"])
    assert f"缩到{LONGEST_STORY}个字以内" in found.problems["story"]
    assert long in found.page
    sent = villager.post("/complain", {**found.fields, "story": long, "named": "no", "go": "send"})
    assert (sent.status, sent.title) == (422, STEPS["story"])
    assert county.count() == before


def test_back_keeps_everything_and_every_line_can_be_changed(villager: Villager) -> None:
    villager.fill(person="会计", when="六月", named="yes", name=NAME)
    assert villager.go("back").title == STEPS["who"]
    assert f'value="{NAME}"' in villager.answer.page
    assert villager.go("back", named="yes", name=NAME).title == STEPS["story"]
    assert STORY in villager.answer.page
    assert villager.go("back", story=STORY, when="六月").title == STEPS["whom"]
    assert f'<option value="{WANGCUN}" selected>' in villager.answer.page
    assert villager.go("check", whom="village", area=WANGCUN, person="会计").title == STEPS["check"]
    for step in ("what", "whom", "story", "who"):
        assert villager.go(step).title == STEPS[step]
        villager.fill(named="yes", name=NAME)


def test_a_row_starts_the_form_and_is_what_the_case_is_about(county: County, villager: Villager) -> None:
    row = first_row(county)
    found = villager.open(f"/complain?payment={row}&category=amount")
    assert f"您要反映的是：东河镇王村，耕地地力保护补贴，公示里行号{row[-4:]}的这一笔" in found.text
    assert 'value="amount" checked' in found.page
    villager.go(category="amount")
    assert f'<option value="{WANGCUN}" selected>' in villager.answer.page
    assert f'<option value="{LAND}" selected>' in villager.answer.page
    villager.go(whom="nobody")
    villager.go(story=STORY)
    villager.go(named="no")
    made = villager.go("send")
    facts = county.followed(made.receipt).facts
    assert facts.policy == LAND
    assert facts.payment_id is not None


def test_what_it_started_from_can_be_put_away(county: County, villager: Villager) -> None:
    villager.open(f"/complain?payment={first_row(county)}")
    found = villager.go("forget")
    assert "您要反映的是" not in found.text
    assert found.fields["payment"] == ""


@pytest.mark.parametrize(
    "query",
    ["payment=2025-0007/990199101201/ZZZZ", "payment=%3Cscript%3E", "village=990199109999", "policy=x", "category=x",
     "story=planted&name=planted&key=planted"],
)  # fmt: skip
def test_unknown_beginnings_are_left_out(villager: Villager, query: str) -> None:
    found = villager.open(f"/complain?{query}")
    assert found.status == 200
    fields = {name: value for name, value in found.fields.items() if name not in ("key", "step", "ticket")}
    assert set(fields.values()) == {""}
    assert "planted" not in found.page


def test_a_village_and_a_policy_start_the_form(villager: Villager) -> None:
    fields = villager.open(f"/complain?village={WANGCUN}&policy={LAND}").fields
    assert (fields["area"], fields["policy"]) == (WANGCUN, LAND)


def test_the_same_form_sent_again_is_the_same_receipt(county: County, villager: Villager) -> None:
    check, before = villager.fill(), county.count()
    made = villager.go("send")
    for _ in range(3):
        villager.answer = check
        again = villager.go("send")
        assert (again.status, again.page) == (200, made.page)
    assert county.count() == before + 1


@pytest.mark.slow
def test_fifty_at_once_are_one_case_and_one_receipt(county: County, tmp_path: Path) -> None:
    app, before = county.app(tmp_path), county.count()
    villager = Villager(app.test_client())
    check = villager.fill()

    def send(_number: int) -> Answer:
        return Villager(app.test_client(), answer=check).go("send")

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(50)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.page for answer in answers}) == 1
    assert county.count() == before + 1


def test_a_form_without_a_key_gets_one_nobody_can_guess(county: County, villager: Villager) -> None:
    for key in ("", "short", "x" * 61, "../../etc/passwd/../../etc/passwd", "键" * 30):
        villager.open()
        assert re.fullmatch(r"[\w-]{32}", villager.post("/complain", {"key": key, "go": "next"}).fields["key"])


def test_past_ten_an_hour_a_form_has_to_wait_or_to_work(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    villager, before = Villager(county.app(tmp_path).test_client()), county.count()
    for _ in range(10):
        assert villager.file().status == 200
    made = villager.answer
    held = villager.file()
    assert (held.status, held.title) == (429, STEPS["check"])
    assert "请等10秒" in held.text
    assert "data-challenge" in held.page
    assert county.count() == before + 10
    other = Villager(villager.client, "10.0.0.2")
    assert other.file().status == 200  # nobody else waits
    monkeypatch.setattr(proof_of_work, "TICKET_AGE", 0)
    assert villager.go("send").status == 200
    assert made.receipt != villager.answer.receipt


def test_a_form_that_was_taken_in_is_answered_however_many_came_since(county: County, tmp_path: Path) -> None:
    villager = Villager(county.app(tmp_path).test_client())
    check = villager.fill()
    made = villager.go("send")
    for _ in range(9):
        villager.file()
    villager.answer = check
    assert villager.go("send").page == made.page


def test_intake_stays_up_when_the_counters_are_down(county: County, tmp_path: Path) -> None:
    villager = Villager(county.app(tmp_path, counters_url="sqlite:////proc/nowhere/counters.db").test_client())
    made = villager.file()
    assert (made.status, len(made.receipt)) == (200, 17)


def test_photos_are_made_anew_and_all_files_are_sealed(county: County, villager: Villager) -> None:
    assert "原来的照片也封好留一份" in villager.fill(named="yes", name="周桂兰", phone="13900000000").text
    sent = photo(gps=True)
    made = villager.go("send", photos=[(BytesIO(sent), "IMG_1.jpg"), (BytesIO(photo(kind="PNG")), "b.png")])
    assert made.status == 200
    with county.office.ledger.read() as connection:
        files = connection.exec_driver_sql(
            "SELECT f.kind, f.media, f.reader, f.sealed FROM case_files f JOIN cases c ON c.id = f.case_id"
            " WHERE c.number = ? ORDER BY f.number",
            (made.number,),
        ).all()
    assert [tuple(row[:3]) for row in files] == [
        ("photo", "image/jpeg", "desk"), ("original", "image/jpeg", "desk"),
        ("photo", "image/jpeg", "desk"), ("original", "image/png", "desk"),
    ]  # fmt: skip
    assert sealing.unseal(private_key("desk"), bytes(files[1].sealed)) == sent
    assert b"MINGBAI-PLACE" not in sealing.unseal(private_key("desk"), bytes(files[0].sealed))


def test_of_an_anonymous_photo_nothing_is_kept_that_says_where_it_was_taken(county: County, villager: Villager) -> None:
    assert "匿名寄的，原来的照片不留" in villager.fill().text
    made = villager.go("send", photos=[(BytesIO(photo(gps=True)), "IMG_1.jpg")])
    with county.office.ledger.read() as connection:
        kinds = connection.exec_driver_sql(
            "SELECT f.kind FROM case_files f JOIN cases c ON c.id = f.case_id WHERE c.number = ?", (made.number,)
        ).all()
    assert [row[0] for row in kinds] == ["photo"]


def test_a_voice_note_goes_to_who_reads_the_case(county: County, villager: Villager) -> None:
    villager.fill(category="diverted")
    made = villager.go("send", voice=(BytesIO(VOICES["audio/amr"]), "录音.amr"))
    with county.office.ledger.read() as connection:
        row = connection.exec_driver_sql(
            "SELECT f.kind, f.reader FROM case_files f JOIN cases c ON c.id = f.case_id WHERE c.number = ?",
            (made.number,),
        ).one()
    assert tuple(row) == ("voice", "discipline")


@pytest.mark.parametrize(("name", "content"), [("画.svg", SVG), ("照片.jpg", HTML), ("病毒.jpg", EICAR)])
def test_a_file_that_is_refused_says_which_and_everything_typed_stays(
    county: County, villager: Villager, name: str, content: bytes
) -> None:
    before = county.count()
    villager.fill()
    found = villager.go("send", photos=[(BytesIO(photo()), "好.jpg"), (BytesIO(content), name)])
    assert (found.status, found.title) == (422, STEPS["check"])
    assert f"文件“{name}”不是照片" in found.problems["files"]
    assert STORY in found.text
    assert county.count() == before
    assert villager.go("send").status == 200  # without the file


def test_a_body_larger_than_sixty_megabytes_is_answered_in_words(villager: Villager) -> None:
    large = BytesIO(b"x" * 61 * 1024 * 1024)
    kind = "multipart/form-data; boundary=x"
    found = villager.client.post("/complain", input_stream=large, content_length=61 * 1024 * 1024, content_type=kind)
    assert found.status_code == 413
    assert "写的字还在" in found.get_data(as_text=True)
    for path in ("/lookup", "/request", "/follow"):
        refused = villager.post(path, {"id": "x" * 400_000})
        assert refused.status == 413
        assert "照片" not in refused.text.partition("还不行")[0]


def test_scripts_in_every_field_are_words(county: County, villager: Villager) -> None:
    nasty = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'
    for typed in (
        {"story": nasty, "when": nasty, "person": nasty},
        {"named": "yes", "name": nasty[:40], "phone": PHONE},
    ):
        check = villager.fill(**typed)
        assert check.title == STEPS["check"]
        assert "<script>alert" not in check.page
        assert list(faults(parse_page(check.page))) == []
    everything = dict.fromkeys(villager.answer.fields, nasty)
    found = villager.post("/complain", {**everything, "go": nasty})
    assert found.status == 422
    assert "<script>alert" not in found.page
    assert villager.file(story=nasty).status == 200


def test_every_page_is_whole_and_says_so(county: County, villager: Villager) -> None:
    pages = [villager.open(), villager.go(), villager.go(category="unpaid"), villager.go(), villager.go(whom="nobody")]
    pages += [villager.go(), villager.go(story=STORY), villager.go(), villager.go(named="no"), villager.go("send")]
    pages += [villager.follow(pages[-1].receipt), villager.follow("1"), villager.open("/follow")]
    pages += [villager.open("/request"), villager.post("/request", {}), villager.open("/receipt-check")]
    for page in pages:
        assert list(faults(parse_page(page.page))) == [], page.title
        assert page.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in page.headers


def test_nothing_typed_stands_in_an_address_or_a_log(villager: Villager, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made = villager.file(named="yes", name=NAME, phone=PHONE)
    villager.follow(made.receipt)
    villager.act(made.receipt, "message", words="还有一句")
    for word in (NAME, PHONE, STORY, made.receipt, "还有一句"):
        assert word not in caplog.text
    for page in (made.page, villager.answer.page):
        for address in re.findall(r'(?:href|src|action)="([^"]*)"', page):
            if not address.startswith("data:"):
                assert made.receipt not in address
                assert NAME not in address


def test_another_site_s_page_cannot_file(county: County, villager: Villager) -> None:
    before = county.count()
    villager.fill()
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    for path in ("/complain", "/request", "/follow", "/receipt-check"):
        assert villager.post(path, {**villager.answer.fields, "go": "send"}, headers=foreign).status == 403
    assert county.count() == before


@pytest.mark.parametrize("why", ["site.toml", "keys"])
def test_where_it_is_not_open_the_pages_say_whom_to_ring(county: County, tmp_path: Path, why: str) -> None:
    if why == "keys":
        keys.create_keys(tmp_path / "keys")  # none to seal to
        app = county.app(tmp_path, keys=str(tmp_path / "keys"))
    else:
        app = county.app(tmp_path, change_site_text(tmp_path / "content", *CLOSED))
    villager, before = Villager(app.test_client()), county.count()
    for path in ("/complain", "/request", "/follow", "/receipt-check"):
        for found in (villager.open(path), villager.post(path, {"go": "send", "category": "unpaid", "story": "x"})):
            assert found.status == 503
            assert "12345" in found.text
            assert "<form" not in found.page.partition("<main")[2].partition("</main>")[0]
    assert county.count() == before


def kiosk(county: County, client: FlaskClient) -> Villager:
    code = add_kiosk(county.office, "便民大厅1号机", WANGCUN, "chief")
    assert client.post("/kiosk", data={"code": code}).status_code == 303
    return Villager(client)


def test_at_a_kiosk_the_same_pages_in_its_dress_without_files(county: County, tmp_path: Path) -> None:
    villager = kiosk(county, county.app(tmp_path).test_client())
    check = villager.fill()
    assert 'class="kiosk cases"' in check.page
    assert 'type="file"' not in check.page
    made = villager.go("send", photos=[(BytesIO(photo()), "a.jpg")])
    assert county.followed(made.receipt).facts.source == "kiosk"
    with county.office.ledger.read() as connection:
        sql = "SELECT count(*) FROM case_files f JOIN cases c ON c.id = f.case_id WHERE c.number = ?"
        assert connection.exec_driver_sql(sql, (made.number,)).scalar_one() == 0
    assert 'href="./complain" data-leave' in villager.open("/kiosk").page


def test_information_requests_have_a_name_and_a_clock_of_their_own(county: County, villager: Villager) -> None:
    assert villager.open("/complain?category=disclosure").status == 303
    found = villager.open("/request")
    assert "身份证号不用在网上填" in found.text
    wrong = villager.post("/request", {**found.fields})
    assert list(wrong.problems) == ["story", "form", "name", "phone"]
    typed: dict[str, Any] = {"story": "2024年的发放台账", "form": "post", "name": NAME, "phone": PHONE}
    made = villager.post("/request", {**found.fields, **typed})
    assert "受理不受理" not in made.text  # an application is taken in by law; what is told first is whether it is clear
    assert "7个工作日内告知申请要不要补正" in made.text
    assert "20个工作日内办结" in made.text
    followed = county.followed(made.receipt)
    assert (followed.own.kind, followed.facts.rules, followed.facts.named) == ("request", "request", True)
    story = json.loads(opened("desk", county.sealed(made.number, "story")[0][1]))
    assert story["details"] == [["怎么拿", "邮寄（地址办理时再问您）"]]
    assert villager.post("/request", {**found.fields, **typed}).page == made.page
