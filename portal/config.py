"""Settings of one installation, from the environment; the county's own words are in content/site.toml."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo

from portal.domain.findings import Refused

Role = Literal["public", "desk", "builder", "all"]
"""What a process is for: the public's doors, the staff's, publishing the site, or (demo, small counties) all of it."""
ROLES: Final[tuple[Role, ...]] = get_args(Role)
PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Config:
    """`instance` holds what belongs to this installation: database, counters, keys, releases.

    `hosts` are the names the service answers to (none: any); `proxies` how many proxies stand before it and may say
    where a request came from; `https` marks cookies as Secure; `scanner` is a command that looks through what people
    send with a complaint.
    """

    instance: Path
    content: Path
    static: Path
    database_url: str
    keys: Path
    timezone: ZoneInfo
    role: Role
    counters_url: str
    hosts: tuple[str, ...]
    proxies: int
    https: bool
    scanner: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Config:
        """The variables of docs/operations.md; an empty one is as none at all. Raises Refused."""
        environment = {name: value for name, value in environment.items() if value}
        role, proxies = environment.get("MINGBAI_ROLE", "all"), environment.get("MINGBAI_PROXIES", "0")
        if role not in ROLES:
            raise Refused(f"MINGBAI_ROLE 只能是 {'、'.join(ROLES)}，现在是“{role}”", "config.role")
        if not proxies.isdecimal():
            raise Refused(f"MINGBAI_PROXIES 是反向代理的层数，写数字，现在是“{proxies}”", "config.proxies")
        instance = Path(environment.get("MINGBAI_INSTANCE", Path.cwd() / "instance")).resolve()
        return cls(
            instance=instance,
            content=Path(environment.get("MINGBAI_CONTENT", PROJECT / "content")).resolve(),
            static=PROJECT / "static",
            database_url=environment.get("MINGBAI_DATABASE_URL", f"sqlite:///{instance / 'mingbai.db'}"),
            keys=Path(environment.get("MINGBAI_KEYS", instance / "keys")).resolve(),
            timezone=ZoneInfo("Asia/Shanghai"),
            role=role,
            counters_url=environment.get("MINGBAI_COUNTERS_URL", f"sqlite:///{instance / 'counters.db'}"),
            hosts=tuple(filter(None, environment.get("MINGBAI_HOSTS", "").replace(" ", "").split(","))),
            proxies=int(proxies),
            https=environment.get("MINGBAI_HTTPS", "") == "1",
            scanner=environment.get("MINGBAI_SCANNER", ""),
        )

    @cached_property
    def site_text(self) -> Mapping[str, Any]:
        """content/site.toml: the county's own words and choices."""
        return tomllib.loads((self.content / "site.toml").read_text(encoding="utf-8"))

    def as_environment(self) -> dict[str, str]:
        """What a command of ours needs in its environment to find the same installation."""
        return {
            "MINGBAI_INSTANCE": str(self.instance),
            "MINGBAI_CONTENT": str(self.content),
            "MINGBAI_DATABASE_URL": self.database_url,
            "MINGBAI_KEYS": str(self.keys),
            "MINGBAI_COUNTERS_URL": self.counters_url,
            "MINGBAI_ROLE": self.role,
        }

    @property
    def releases(self) -> Path:
        return self.instance / "releases"

    def today(self) -> date:
        """The county's calendar day; timestamps are UTC, dates are local."""
        return datetime.now(self.timezone).date()
