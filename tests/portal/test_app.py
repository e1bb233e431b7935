"""The service as a whole: its addresses are documented, each role of the process has its own and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from portal.domain.findings import Refused
from portal.office import Office
from portal.security import keys
from tests.county import PROJECT, make_site
from tests.service import make_app

ON_BOTH = {"/", "/<path:path>"}


def app_of(office: Office, folder: Path, **settings: str) -> Flask:
    return make_app(office, make_site(office, folder / "office"), folder / "office", **settings)


def addresses(app: Flask) -> set[str]:
    return {rule.rule for rule in app.url_map.iter_rules()} - ON_BOTH


def test_every_address_of_the_service_is_documented(office: Office, tmp_path: Path) -> None:
    text = (PROJECT / "docs" / "urls.md").read_text(encoding="utf-8").partition("## Answered by the service")[2]
    documented = set(re.findall(r"`(/[^`?]*)", text))
    found = addresses(app_of(office, tmp_path))
    staff = {address for address in documented if address.startswith("/desk/")}  # only some: they are no promise
    assert {address for address in found if not address.startswith("/desk/")} == documented - staff - {"/desk"}
    assert staff <= found


def test_a_public_process_has_no_staff_page_and_a_desk_no_public_door(office: Office, tmp_path: Path) -> None:
    public, desk = (addresses(app_of(office, tmp_path, role=role)) for role in ("public", "desk"))
    assert [address for address in public if address.startswith("/desk")] == []
    assert [address for address in desk if not address.startswith("/desk")] == []
    assert public | desk == addresses(app_of(office, tmp_path))


def test_a_public_process_starts_without_the_desks_keys_and_loads_nothing_of_it(office: Office, tmp_path: Path) -> None:
    keys.export_keys(tmp_path / "office" / "keys", "public", tmp_path / "public")
    assert not (tmp_path / "public" / keys.DESK_SESSION).exists()
    app = app_of(office, tmp_path, role="public", keys=str(tmp_path / "public"))
    assert app.secret_key is None
    assert "Set-Cookie" not in app.test_client().get("/lookup").headers


@pytest.mark.parametrize("role", ["public", "desk"])
def test_a_process_with_a_foreign_key_does_not_start(
    office: Office, tmp_path: Path, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import wsgi

    monkeypatch.setenv("MINGBAI_INSTANCE", str(tmp_path / "office"))
    monkeypatch.setenv("MINGBAI_ROLE", role)
    with pytest.raises(Refused, match="不许拿到这些密钥"):
        wsgi.application()


def test_a_builder_serves_nobody(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import wsgi

    keys.export_keys(tmp_path / "office" / "keys", "builder", tmp_path / "builder")
    for name, value in {"INSTANCE": tmp_path / "office", "ROLE": "builder", "KEYS": tmp_path / "builder"}.items():
        monkeypatch.setenv(f"MINGBAI_{name}", str(value))
    with pytest.raises(Refused, match="只发布网站"):
        wsgi.application()


def test_a_forged_host_is_not_answered(office: Office, tmp_path: Path) -> None:
    client = app_of(office, tmp_path, hosts="mingbai.example").test_client()
    assert client.get("/lookup", headers={"Host": "mingbai.example"}).status_code == 200
    assert client.get("/lookup", headers={"Host": "evil.example"}).status_code == 400
