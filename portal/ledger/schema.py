"""Bringing the ledger's tables to the version this program needs."""

from __future__ import annotations

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from portal.ledger.engine import Ledger


def _alembic(connection: Connection | None = None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", "portal:migrations")
    config.attributes["connection"] = connection
    return config


def wanted_revision() -> str:
    return ScriptDirectory.from_config(_alembic()).get_current_head() or ""


def current_revision(connection: Connection) -> str:
    """Empty for a database that has no tables yet."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def migrate(ledger: Ledger, revision: str = "head") -> str:
    """Run the missing migrations in one transaction; returns the revision reached."""
    with ledger.write() as connection:
        command.upgrade(_alembic(connection), revision)
        return current_revision(connection)
