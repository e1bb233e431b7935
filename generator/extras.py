"""What a pack may bring along: leaflets of its policies, papers for the village meeting, the township's base register, blank
slips. Figures are the tallies of the postings in the pack, villages that the web counts together counted together, and counts
of objections; no rows, no names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from generator.catalogue import Catalogue, PolicyPage, PostingPage
from generator.qr import QrCodes, picture
from generator.sheet_words import committee
from generator.shell import day
from generator.slips import slips_content
from portal.domain.money import grouped
from portal.domain.objections import Heard
from portal.domain.policies import CHANNELS, Policy
from portal.domain.postings import Tally
from portal.domain.sheets import Extra, PackOrder

_UNSTATED: Final = "政策清单没有写明，请打电话问"
_MONEY_HEADS: Final = ("名单合计", "公示公开", "待核实", "已到账", "待发放")


def extra_content(extra: Extra, order: PackOrder, pages: Sequence[PostingPage], catalogue: Catalogue) -> dict[str, Any]:
    """What the template of this extra gets besides title and author."""
    match extra:
        case "leaflets":
            codes = dict.fromkeys(page.policy.code for page in pages)
            return {"leaflets": [leaflet(catalogue.policies[code], catalogue) for code in codes]}
        case "meeting":
            return {
                "meetings": list(_meetings(pages, catalogue, order.objections)),
                "heads": ["哪一批", *_MONEY_HEADS, "上次", "比上次", "公示期意见"],
            }
        case "register":
            return {"heads": ["村、社区", "哪一批", *_MONEY_HEADS], "lines": list(_register(pages))}
        case "slips":
            return slips_content(order.slips, catalogue.site)


def extra_template(extra: Extra) -> str:
    return f"{extra}.typ"


def leaflet(page: PolicyPage, catalogue: Catalogue) -> dict[str, Any]:
    """明白卡: what it is, for whom, how much, how to get it, whom to ask."""
    policy = page.newest
    numbers = dict.fromkeys(filter(None, [policy.hotline, *(unit.hotline for unit in page.departments)]))
    memo = f"，存折上写“{policy.memo}”" if policy.memo else ""
    return {
        "name": policy.name,
        "year": f"{page.last_year}年",
        "facts": [
            ("补给谁", _whom(policy)),
            ("补多少", policy.rate_text or _UNSTATED),
            ("怎么申请", policy.guide or _UNSTATED),
            ("什么时候发", policy.frequency or _UNSTATED),
            ("怎么发", CHANNELS[policy.channel] + memo),
            ("依据什么", "；".join(policy.basis) or _UNSTATED),
            ("问谁", f"{'、'.join(policy.departments)} {'、'.join(numbers)}"),
            ("有意见", "，".join(f"{line['name']} {line['number']}" for line in catalogue.site.hotlines[:2])),
        ],
        "qr": picture(QrCodes(), catalogue.site.url + page.path),
        "printed": f"照着{page.last_year}年补贴政策清单印，{day(catalogue.today)}",
    }


def _whom(policy: Policy) -> str:
    words = policy.target_group or "、".join(policy.audience) or _UNSTATED
    match policy.age_from, policy.age_to:
        case None, None:
            return words
        case first, None:
            return f"{words}（{first}岁及以上）"
        case None, last:
            return f"{words}（{last}岁及以下）"
        case first, last:
            return f"{words}（{first}—{last}岁）"


def _meetings(
    pages: Sequence[PostingPage], catalogue: Catalogue, objections: Mapping[tuple[str, str], Heard]
) -> Iterator[dict[str, Any]]:
    """For each village of the pack: every batch's sums against the approved list, and against the time before; and how
    many objected."""
    by_village = {village.area.code: village for village in catalogue.villages}
    for code, own in _by_area(pages).items():
        if code in by_village:
            lines, all_heard = [], Heard()
            for page in own:
                before = _time_before(page, by_village[code].postings)
                heard = objections.get((page.batch.number, code), Heard())
                all_heard += heard
                lines.append([page.batch.title, *_sums(page.tally), *_compared(page.tally, before), _heard(heard)])
            total = Tally.total(page.tally for page in own)
            yield {
                "place": own[0].place,
                "committee": committee(own[0]),
                "lines": lines,
                "total": ["合计", *_sums(total), "", "", _heard(all_heard)],
            }


def _heard(objections: Heard) -> str:
    if not objections.count:
        return "没有记录"
    return f"记了{objections.count}件\n" + (f"{objections.open}件没答复" if objections.open else "都答复了")


def _by_area(pages: Sequence[PostingPage]) -> dict[str, list[PostingPage]]:
    found: dict[str, list[PostingPage]] = defaultdict(list)
    for page in pages:
        found[page.area.code].append(page)
    return found


def _time_before(page: PostingPage, postings: Sequence[PostingPage]) -> PostingPage | None:
    """The village's last posting of the same policy from a period before."""
    period = page.batch.public.period
    earlier = [
        other
        for other in postings
        if other.policy.code == page.policy.code
        and (other.batch.public.year, other.batch.public.period) < (page.batch.public.year, period)
    ]
    return max(earlier, key=lambda other: (other.batch.public.year, other.batch.public.period), default=None)


def _compared(now: Tally, before: PostingPage | None) -> tuple[str, str]:
    if before is None:
        return "没有", ""
    rows, fen = now.listed_rows - before.tally.listed_rows, now.listed_fen - before.tally.listed_fen
    money = f"{'-' if fen < 0 else '+'}{grouped(abs(fen))}" if fen else "金额没变"
    was = f"{before.batch.period_word}：{_sum(before.tally.listed_rows, before.tally.listed_fen)}"
    count = f"{rows:+d}笔" if rows else "笔数没变"
    return was, f"{count}\n{money}"


def _register(pages: Sequence[PostingPage]) -> Iterator[dict[str, Any]]:
    """Village by village, its sum after its batches, the sum of all at the end."""
    for own in _by_area(pages).values():
        place = own[0].place
        for page in own:
            yield {"cells": [place, page.batch.title, *_sums(page.tally)], "sum": False}
        yield {"cells": [place, "小计", *_sums(Tally.total(page.tally for page in own))], "sum": True}
    yield {"cells": ["总计", "", *_sums(Tally.total(page.tally for page in pages))], "sum": True}


def _sums(tally: Tally) -> list[str]:
    return [
        _sum(tally.rows, tally.fen),
        _sum(tally.listed_rows, tally.listed_fen),
        _sum(tally.held_rows, tally.held_fen),
        _sum(tally.paid_rows, tally.paid_fen),
        _sum(tally.pending_rows, tally.pending_fen),
    ]


def _sum(rows: int, fen: int) -> str:
    return f"{rows}笔\n{grouped(fen)}"
