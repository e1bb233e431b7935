"""`make docs`: prints docs/roles.md from the rules that are shipped."""

from __future__ import annotations

import sys

from portal.config import PROJECT
from portal.desk.register import PAGES
from portal.desk.roles import all_duties
from portal.domain.duties import document
from portal.rules import load_rules


def roles_document() -> str:
    """docs/roles.md as it should be; every page module has to be imported before, since each brings its rules."""
    assert PAGES
    return document(all_duties(load_rules(PROJECT / "content")))


if __name__ == "__main__":
    sys.stdout.write(roles_document())
