"""A tiny county whose staff can sign in, and its service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.actions.staff import add_staff
from portal.office import Office
from portal.security.case_keys import CaseKeys
from tests.cases import open_desk
from tests.county import make_site, office_in
from tests.service import make_app
from tests.staff import give_password


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_in(tmp_path) as office:
        add_staff(office, "second-chief", "另一位管理员", "admin", "czj")
        give_password(office, tmp_path, "chief", "second-chief", "village-clerk", "banker", "accountant")
        yield office


@pytest.fixture
def case_desk(office: Office, tmp_path: Path) -> CaseKeys:
    """The complaints desk, discipline inspection and an auditor, with keys. Ask for it before `app`, which looks once."""
    return open_desk(office, tmp_path)


@pytest.fixture
def app(office: Office, tmp_path: Path) -> Flask:
    return make_app(office, make_site(office, tmp_path), tmp_path)
