"""Printing in a real browser: the pages are sound to axe's eye, and one press brings the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.board import noticed_names, with_support
from tests.browser.serving import served
from tests.browser.test_desk_sign_in import bind_phone, look, sign_in
from tests.county import TODAY, build, make_site, office_in
from tests.generator.sheet_text import texts
from tests.portal.desk.test_printing import files_of
from tests.service import make_app
from tests.staff import give_password

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    folder = tmp_path_factory.mktemp("print")
    with office_in(folder / "office", today=TODAY.replace(day=6)) as office:
        with_support(office, folder)
        give_password(office, folder / "office", "second")
        number = noticed_names(office, folder)
        site = make_site(office, folder / "office")
        build(office, site)
        with served(make_app(office, site, folder / "office")) as url:
            yield url, number


def test_one_press_brings_the_names_as_a_file(desk: tuple[str, str], browser: Browser, tmp_path: Path) -> None:
    url, number = desk
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    sign_in(page, url + "desk/", "second")
    bind_phone(page)
    for path in ("desk/print", f"desk/batches/{number}/print", f"desk/batches/{number}/print-names"):
        page.goto(url + path)
        assert look(page) == [], path
    page.get_by_label("哪个乡镇、哪个村").select_option(label="东河镇王村：1份，1份还没印过")
    page.get_by_label("为什么要打印全名").fill("按规定张贴审批公示")
    page.get_by_label("大字").check()
    with page.expect_download() as expected:
        page.get_by_role("button", name="打印全名").click()
    expected.value.save_as(tmp_path / "pack.zip")
    assert expected.value.suggested_filename.startswith("print-")
    assert "慕容清秋" in "".join(texts(files_of((tmp_path / "pack.zip").read_bytes())["01-公示单.pdf"]))
