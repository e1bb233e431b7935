"""The county's own words (content/site.toml), and where places live on the site."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.domain.areas import Area


@dataclass(frozen=True)
class SiteText:
    """The county's own words (content/site.toml)."""

    table: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.table["site_name"])

    @property
    def county(self) -> str:
        return str(self.table["county"]["name"])

    @property
    def base_path(self) -> str:
        """Where the site lives on its host ("/" or "/mingbai/"); only the page for lost visitors needs it."""
        return str(self.table["base"]["path"])

    @property
    def url(self) -> str:
        """The site's public address with its path, for what leaves the site: QR codes, feeds, the sitemap."""
        return str(self.table["base"]["url"]).rstrip("/") + self.base_path

    @property
    def meta(self) -> Mapping[str, str]:
        """What government sites must state in meta tags and footer."""
        return dict(self.table["meta"])

    @property
    def licence(self) -> Mapping[str, str]:
        """What others may do with the open data: `licence` (its short name), `licence_title`, `licence_url`."""
        return dict(self.table["data"])

    @property
    def hotlines(self) -> Sequence[Mapping[str, str]]:
        return list(self.table["hotlines"])

    @property
    def has_lookup(self) -> bool:
        """Whether the service stands beside the site, so that people can look up their own payments."""
        return bool(self.table["lookup"]["online"])

    @property
    def has_cases(self) -> bool:
        """Whether people can complain and follow their case on line."""
        return bool(self.table.get("cases", {}).get("online", False))

    @property
    def has_sheets(self) -> bool:
        """Whether the sheets of what is on notice are files of the site, for anybody to print."""
        return bool(self.table.get("sheets", {}).get("online", False))

    @property
    def grace_days(self) -> int:
        """Days past a due date after which the public page says so."""
        return int(self.table["deadlines"]["grace_days"])


def load_site_text(content: Path) -> SiteText:
    return SiteText(tomllib.loads((content / "site.toml").read_text(encoding="utf-8")))


def area_path(area: Area) -> str:
    """A village's, township's or the county's folder on the site."""
    return {
        "village": f"villages/{area.code}/",
        "township": f"townships/{area.code[:9]}/",
        "county": "county/",
    }[area.level]
