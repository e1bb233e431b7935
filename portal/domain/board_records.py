"""What people note of a village's board (公示栏张贴记录): when a list went up and came down, with a photo where the county
and the policy allow one. Optional by county: paper hangs whether or not somebody photographs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from portal.domain.batches import Batch
from portal.domain.findings import Refused
from portal.domain.policies import Policy
from portal.domain.sheets import PRINTERS
from portal.domain.workdays import in_chinese

BoardEvent = Literal["up", "down"]
EVENTS: Final[Mapping[BoardEvent, str]] = {"up": "贴出", "down": "撤下"}
NOTE_ROLES: Final = PRINTERS
"""Who prints what hangs notes that it hangs."""
RELEASE_ROLES: Final = ("disclosure",)
"""Who looks at a photo before the public does, and took none of it: a board may show what the web must not."""
READ_ROLES: Final = (*NOTE_ROLES, "audit")
PHOTO_SIDE: Final = 1280
"""Pixels of a photo's longer side: a board and what hangs on it can be made out, small print on sheets beside it hardly."""
MOST_OF_ONE: Final = 4
"""Records of one event at one place."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG that was made anew; `width` and `height` in pixels."""

    content: bytes = field(repr=False)
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class BoardRecord:
    """`sha256` is the photo's, in hex; empty where there is none, or none any more. `width` and `height` in pixels."""

    id: int
    batch_id: int
    area: str
    event: BoardEvent
    day: date
    by: str
    noted_on: date
    sha256: str
    width: int
    height: int
    released_by: str | None

    @property
    def waits(self) -> bool:
        """Whether somebody has to look at its photo."""
        return bool(self.sha256) and self.released_by is None

    @property
    def is_photo_public(self) -> bool:
        return bool(self.sha256) and self.released_by is not None

    @property
    def file_name(self) -> str:
        """Of its photo, beside the posting's page."""
        return f"board-{self.id}.jpg"

    @property
    def words(self) -> str:
        """2025年6月4日贴出."""
        return in_chinese(self.day) + EVENTS[self.event]


def may_show_photo(policy: Policy) -> bool:
    """Whether a photo of the board may be on the web: where the board never shows a row or a name that the web does
    not."""
    stages = ((policy.shown_on_board(kind), policy.shown_on_web(kind)) for kind in ("notice", "disclosure"))
    return all(board in ("totals", "none") or (board, web) == ("rows", "rows") for board, web in stages)


def must_take_photo(policy: Policy) -> None:
    """Raises Refused where a photo may not be on the web, and hence is not kept at all."""
    if not may_show_photo(policy):
        raise Refused(
            "这一项公示栏上贴的比网上公布的多（全名或名单），照片不能上传，什么也没有存。请只登记日期", "board.photo"
        )


def must_hang(batch: Batch) -> None:
    """Raises Refused where nothing of the batch hangs, or its list is public no more."""
    if not batch.may_be_shown or batch.is_retired:
        raise Refused("这一批没有可以张贴的名单：还没有公开，或者已经撤下", "board.nothing")


def told(records: Sequence[BoardRecord]) -> str:
    """The first day it hung and the last: 2025年6月4日贴出，2025年6月11日撤下."""
    up = min((each for each in records if each.event == "up"), key=lambda each: each.day, default=None)
    down = max((each for each in records if each.event == "down"), key=lambda each: each.day, default=None)
    return "，".join(each.words for each in (up, down) if each is not None)
