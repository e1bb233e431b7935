"""Every table of the ledger: whoever migrates, copies or compares them starts here."""

from __future__ import annotations

from typing import Final

from portal.ledger import case_tables, draft_tables, oversight_tables, publishing_tables, roll_tables, tables

MODULES: Final = (tables, case_tables, draft_tables, roll_tables, oversight_tables, publishing_tables)
metadata = tables.metadata
