"""The desk's line about the site: whatever is wrong with publishing, it says so and what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.publishing import ALIVE, Builder, BuilderState, Publishing

NOW = datetime(2025, 6, 30, 8, 0, tzinfo=UTC)
RELEASED = NOW - timedelta(minutes=7, seconds=10)


def builder(state: BuilderState = "idle", seen: int = 5, failure: str = "") -> Builder:
    return Builder(NOW, NOW - timedelta(seconds=seen), state, 7, NOW.date(), failure)


@pytest.mark.parametrize(
    ("publishing", "words", "is_well"),
    [
        (Publishing(builder(), 0, RELEASED), "网站：已是最新，7分钟前发布", True),
        (Publishing(builder(), 0, NOW), "网站：已是最新，刚刚发布", True),
        (Publishing(builder(), 0, NOW - timedelta(hours=30)), "网站：已是最新，30小时前发布", True),
        (Publishing(builder(), 3, RELEASED), "网站：有3处改动等着发布", True),
        (Publishing(builder("building"), 3, RELEASED), "网站：正在发布", True),
        (Publishing(builder(failure="磁盘满了"), 3, RELEASED), "上次发布没有成功：磁盘满了", False),
        (Publishing(builder("ended"), 3, RELEASED), "有3处改动等着发布。自动发布没有在运行，请管理员", False),
        (Publishing(builder(seen=61), 0, RELEASED), "7分钟前发布。自动发布没有在运行，请管理员", False),
        (Publishing(builder("building", seen=61), 0, None), "还没有发布过。自动发布没有在运行，请管理员", False),
        (Publishing(Builder(), 1, None), "mingbai build --follow", False),
    ],
)
def test_every_state_is_said_in_words(publishing: Publishing, words: str, is_well: bool) -> None:
    assert words in publishing.in_words(NOW)
    assert publishing.is_well(NOW) == is_well


def test_a_builder_that_is_not_seen_for_a_minute_is_dead() -> None:
    assert builder(seen=59).is_alive(NOW)
    assert not builder(seen=int(ALIVE.total_seconds())).is_alive(NOW)
