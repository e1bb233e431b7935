"""How far the public site is behind the ledger, and whether anything publishes it: in words for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

BuilderState = Literal["idle", "building", "ended"]
ALIVE: Final = timedelta(seconds=60)
"""A builder that has not been seen for so long is taken for dead; it says every fifteen seconds that it lives."""
_START: Final = "请管理员在服务器上启动：mingbai build --follow"


@dataclass(frozen=True, slots=True)
class Builder:
    """What is kept of the builder: times are UTC. `change` is the last publication change that the site shows or did not
    need to show; `failure` says why the last build published nothing, empty when it did."""

    started: datetime | None = None
    seen: datetime | None = None
    state: BuilderState = "ended"
    change: int = 0
    built_on: date | None = None
    failure: str = ""

    def is_alive(self, now: datetime) -> bool:
        return self.state != "ended" and self.seen is not None and now - self.seen < ALIVE


@dataclass(frozen=True, slots=True)
class Publishing:
    """`pending` counts changes that no release shows yet; `released` is when the current release was made, in UTC, None
    before the first."""

    builder: Builder
    pending: int
    released: datetime | None

    def is_well(self, now: datetime) -> bool:
        """Whether nobody has to do anything."""
        return self.builder.is_alive(now) and not self.builder.failure

    def in_words(self, now: datetime) -> str:
        """One line, as the desk shows it."""
        waiting = f"有{self.pending}处改动等着发布"
        if not self.builder.is_alive(now):
            behind = waiting if self.pending else self._when(now)
            return f"网站：{behind}。自动发布没有在运行，{_START}"
        if self.builder.failure:
            return f"网站：上次发布没有成功：{self.builder.failure}。改好以后会自动再发布；网站上还是原来的内容"
        if self.builder.state == "building":
            return "网站：正在发布"
        return f"网站：{waiting}" if self.pending else f"网站：已是最新，{self._when(now)}"

    def _when(self, now: datetime) -> str:
        if self.released is None:
            return "还没有发布过"
        minutes = int((now - self.released).total_seconds() // 60)
        if minutes < 1:
            return "刚刚发布"
        if minutes < 60:
            return f"{minutes}分钟前发布"
        return f"{minutes // 60}小时前发布" if minutes < 48 * 60 else f"{minutes // 1440}天前发布"
