"""Settings from the environment; docs/operations.md names every one of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.config import Config
from portal.domain.findings import Refused

ROOT = Path(__file__).parents[2]


def test_without_settings_everything_lies_in_the_instance_folder(tmp_path: Path) -> None:
    config = Config.from_environment({"MINGBAI_INSTANCE": str(tmp_path)})
    assert config.database_url == f"sqlite:///{tmp_path / 'mingbai.db'}"
    assert config.counters_url == f"sqlite:///{tmp_path / 'counters.db'}"
    assert (config.role, config.hosts, config.proxies, config.https) == ("all", (), 0, False)


def test_settings_are_taken_over() -> None:
    config = Config.from_environment(
        {
            "MINGBAI_ROLE": "public",
            "MINGBAI_HOSTS": "a.example, b.example",
            "MINGBAI_PROXIES": "2",
            "MINGBAI_HTTPS": "1",
        }
    )
    assert (config.role, config.hosts, config.proxies, config.https) == ("public", ("a.example", "b.example"), 2, True)


def test_an_empty_setting_is_as_none() -> None:
    names = re.findall(r"MINGBAI_[A-Z_]+", (ROOT / "portal" / "config.py").read_text(encoding="utf-8"))
    assert len(names) > 8
    assert Config.from_environment(dict.fromkeys(names, "")) == Config.from_environment({})


@pytest.mark.parametrize("setting", [{"MINGBAI_ROLE": "root"}, {"MINGBAI_PROXIES": "-1"}, {"MINGBAI_PROXIES": "many"}])
def test_a_setting_that_means_nothing_is_refused(setting: dict[str, str]) -> None:
    with pytest.raises(Refused):
        Config.from_environment(setting)


def test_every_setting_is_documented() -> None:
    named = set(re.findall(r"MINGBAI_[A-Z_]+", (ROOT / "portal" / "config.py").read_text("utf-8")))
    documented = set(re.findall(r"\| `(MINGBAI_[A-Z_]+)`", (ROOT / "docs" / "operations.md").read_text("utf-8")))
    assert named == documented
