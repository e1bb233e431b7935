"""Every command explains itself."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from portal.commands import cli


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, found in command.commands.items():
            yield from _commands(found, (*path, name))


COMMANDS = dict(_commands(cli))
PROMISED = (
    "init", "migrate", "doctor", "demo", "staff add", "areas import", "units import", "policies import",
    "policies approve", "policies diff", "roll import", "batch list", "batch show", "batch step", "feedback import",
    "build", "verify", "serve", "backup", "restore", "precheck", "print batch", "print village", "print township",
    "withdraw", "retention", "trial on", "trial off",
)  # fmt: skip


def test_every_promised_command_is_there() -> None:
    assert [name for name in PROMISED if tuple(name.split()) not in COMMANDS] == []


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "mingbai")
def test_every_command_has_help_in_chinese(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli, [*path, "--help"])
    assert shown.exit_code == 0
    assert any("\u4e00" <= char <= "\u9fff" for char in COMMANDS[path].help or "")


def test_commands_that_scripts_read_take_json() -> None:
    scripted = (
        "roll import",
        "build",
        "verify",
        "precheck",
        "batch list",
        "batch show",
        "batch step",
        "feedback import",
        "print batch",
    )
    for name in scripted:
        command = COMMANDS[tuple(name.split())]
        assert any("--json" in option.opts for option in command.params), name
