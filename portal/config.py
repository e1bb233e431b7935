"""Settings of one installation, from the environment; the county's own words are in content/site.toml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Config:
    """`instance` holds what belongs to this installation: database, keys, releases."""

    instance: Path
    content: Path
    static: Path
    database_url: str
    keys: Path
    timezone: ZoneInfo

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Config:
        """MINGBAI_INSTANCE, MINGBAI_CONTENT, MINGBAI_DATABASE_URL, MINGBAI_KEYS; see docs/operations.md."""
        instance = Path(environment.get("MINGBAI_INSTANCE", Path.cwd() / "instance")).resolve()
        return cls(
            instance=instance,
            content=Path(environment.get("MINGBAI_CONTENT", PROJECT / "content")).resolve(),
            static=PROJECT / "static",
            database_url=environment.get("MINGBAI_DATABASE_URL", f"sqlite:///{instance / 'mingbai.db'}"),
            keys=Path(environment.get("MINGBAI_KEYS", instance / "keys")).resolve(),
            timezone=ZoneInfo("Asia/Shanghai"),
        )

    @property
    def releases(self) -> Path:
        return self.instance / "releases"

    def today(self) -> date:
        """The county's calendar day; timestamps are UTC, dates are local."""
        return datetime.now(self.timezone).date()
