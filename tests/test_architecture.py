"""What the import contracts in pyproject.toml cannot say: a pure domain, short modules, migrations that fit the tables."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from portal.ledger import schema
from portal.ledger.all_tables import metadata
from portal.ledger.engine import Ledger

ROOT = Path(__file__).parents[1]
LONGEST_MODULE = 300


MODULES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in [ROOT / "wsgi.py", *(ROOT / "portal").rglob("*.py"), *(ROOT / "generator").rglob("*.py")]
}


def _imports(source: str) -> Iterator[tuple[str, str]]:
    """Every (module, name) that the source imports, wherever in it; the name is empty for `import module`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (("." * node.level + (node.module or ""), alias.name) for alias in node.names)


def _is_pure(module: str, name: str) -> bool:
    return f"{module}.{name}".startswith("portal.domain.") or module.split(".")[0] in sys.stdlib_module_names


def test_the_domain_needs_nothing_but_the_standard_library() -> None:
    domain = {path: source for path, source in MODULES.items() if path.startswith("portal/domain/")}
    assert domain
    assert [
        (path, *found) for path, source in domain.items() for found in _imports(source) if not _is_pure(*found)
    ] == []


def test_only_the_ledger_speaks_sql() -> None:
    """Others may name the Connection that they pass on, and nothing else. The counters have a small file of their own."""
    others = {
        path: source
        for path, source in MODULES.items()
        if not path.startswith(("portal/ledger/", "portal/migrations/", "portal/counters/"))
    }
    speaking = [
        (path, module, name)
        for path, source in others.items()
        for module, name in _imports(source)
        if module.split(".")[0] in ("sqlalchemy", "alembic", "sqlite3", "psycopg")
    ]
    assert [found for found in speaking if found[1:] != ("sqlalchemy", "Connection")] == []


def test_modules_are_short_enough_to_read_in_one_go() -> None:
    lengths = {path: len(source.splitlines()) for path, source in MODULES.items()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def empty_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    sqlite = request.param == "sqlite"
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}" if sqlite else request.getfixturevalue("postgres_url"))
    yield ledger
    ledger.close()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "portal:migrations")
    config.attributes["connection"] = connection
    return config


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


def test_the_migrated_schema_is_the_one_the_tables_describe(empty_ledger: Ledger) -> None:
    assert schema.migrate(empty_ledger) == schema.wanted_revision()
    with empty_ledger.read() as connection:
        assert _differences(connection) == []


def test_every_migration_goes_up_and_down_and_up_again(empty_ledger: Ledger) -> None:
    with empty_ledger.write() as connection:
        revisions = [script.revision for script in ScriptDirectory.from_config(_config(connection)).walk_revisions()]
    for revision in reversed(revisions):
        with empty_ledger.write() as connection:
            command.upgrade(_config(connection), revision)
            command.downgrade(_config(connection), "-1")
            command.upgrade(_config(connection), revision)
    with empty_ledger.write() as connection:
        assert _differences(connection) == []
        command.downgrade(_config(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(_config(connection), "head")
        assert _differences(connection) == []
