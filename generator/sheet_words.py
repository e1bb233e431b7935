"""The words of a sheet, and what the village board may show at all: the sums, how to object, whom to ring, who signs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from generator.catalogue import PostingPage
from generator.shell import day
from generator.site_text import SiteText
from portal.domain.money import capitals, grouped
from portal.domain.policies import Show
from portal.domain.postings import Tally
from portal.domain.sheets import BoardList
from portal.domain.units import Unit


def shows_rows_on_board(page: PostingPage) -> bool:
    """Whether the board's disclosure class allows rows; full names take a desk act of their own, so rows stay masked."""
    return board_class(page) in ("rows", "full_names")


def may_hang(page: PostingPage) -> bool:
    """Whether the policy has anything at all on the village board at this stage."""
    return board_class(page) != "none"


def is_for_everybody(page: PostingPage, site: SiteText) -> bool:
    """Whether its sheet is a file of the site: while it is on notice, where the county wants that."""
    return site.has_sheets and page.batch.public.on_notice and may_hang(page)


def board_class(page: PostingPage) -> Show:
    return page.policy.shown_on_board(page.posting.kind)


def opening(page: PostingPage, shows_rows: bool) -> Iterator[str]:
    """What is shown under which documents, and when it was or is on notice; a paragraph each."""
    facts, policy = page.posting.facts, page.policy
    basis = "、".join(policy.basis[:2]) + ("等文件" if len(policy.basis) > 2 else "")
    what = "名单" if shows_rows else "合计"
    title = f"{page.batch.period_word}{policy.name}"
    words = f"根据{basis or '本年度补贴政策清单'}，"
    if page.posting.kind == "notice":
        words += f"现将{page.place}{title}{what}公示如下，请大家监督。"
    else:
        words += f"{title}已于{day(facts['credited'])}由银行发放，" if facts["credited"] else ""
        words += f"现将{page.place}{'更正后的' if page.posting.kind == 'correction' else ''}发放结果公开如下。"
    if policy.rate_text:
        words += f"补贴标准：{policy.rate_text.rstrip('。')}。"
    yield words
    if facts["opened"] and facts["until"]:
        days = (date.fromisoformat(facts["until"]) - date.fromisoformat(facts["opened"])).days + 1
        said = "公示时间" if page.posting.kind == "notice" else "发放前公示过"
        yield f"{said}：{day(facts['opened'])}至{day(facts['until'])}，首尾都算，共{days}天。"


def about_rows(page: PostingPage, columns: Sequence[str], board: BoardList | None) -> str:
    """How to read the list, and what of it the web has."""
    if not columns:
        if page.area.level != "village":
            return (
                "这项补贴按规定只公布合计，不公布名单。有的村领的人少，从合计里认得出是谁，"
                f"所以这几个村合在一起算，贴在{page.area.name}的公示栏。"
            )
        return "这张单子只列合计。" if shows_rows_on_board(page) else "这项补贴按规定只公布合计，不公布名单。"
    names = "姓名按规定隐去一部分"
    if board is not None and board.full_names:
        names = "姓名按规定只在村公示栏、只在公示期里写全，期满就撤下，请不要拍照外传"
    words = f"一行是一笔，{names}{'，人少的组不写组别' if 'group' in columns else ''}。"
    if board is not None and page.policy.shown_on_web(page.posting.kind) == "totals":
        together = "，人数少的村合在一起算" if board.village != page.posting.area else ""
        words += f"网上只公布合计{together}，核对码核对的是网上的合计。"
    return words


def totals(page: PostingPage, tally: Tally, shows_rows: bool) -> Iterator[tuple[str, str]]:
    """(word, figures) of each sum, in the order of the paper."""
    yield "合计" if shows_rows else "公布合计", f"{tally.listed_rows}笔，{grouped(tally.listed_fen)}元"
    yield "大写", f"人民币{capitals(tally.listed_fen)}"
    if page.posting.kind != "notice":
        yield "已到账", f"{tally.paid_rows}笔，{grouped(tally.paid_fen)}元"
        returned = f"，其中银行退回{tally.returned_rows}笔，改好后重发" if tally.returned_rows else ""
        yield "待发放", f"{tally.pending_rows}笔，{grouped(tally.pending_fen)}元{returned}"
        if tally.treasury_rows:
            yield "已退国库", f"{tally.treasury_rows}笔，{grouped(tally.treasury_fen)}元"
    held = f"另有{tally.held_rows}行、{grouped(tally.held_fen)}元待核实，未列出"
    yield "未列出", held if tally.held_rows else "没有待核实的"
    if tally.dropped_rows:
        yield "不发的", f"{tally.dropped_rows}行、{grouped(tally.dropped_fen)}元核实后不发，未列出"


def objection(page: PostingPage, shows_rows: bool, today: date) -> str:
    """How to object, and until when; after the period that it is over, and that one is heard all the same."""
    over = ""
    when = "请"
    if page.posting.kind == "notice" and (until := page.posting.facts["until"]):
        if is_over(page, today):
            over = f"公示期到{day(until)}已满，现在提意见也收。"
        else:
            when = f"请在{day(until)}以前（当天也算）"
    what = "谁不该有、谁漏了、哪一行不对" if shows_rows else "数字不对、钱没收到"
    how = "，说出那一行的行号就行" if shows_rows else ""
    where = "到村里、乡镇" if page.area.level == "village" else "到乡镇"
    return f"有意见怎么提：{over}{what}，{when}打下面的电话，或者{where}当面说{how}。反映问题不收费，也不用找熟人。"


def is_over(page: PostingPage, today: date) -> bool:
    """Whether it is a notice whose period has passed."""
    until = page.posting.facts["until"]
    return page.posting.kind == "notice" and bool(until) and date.fromisoformat(until) < today


def phones(page: PostingPage, site: SiteText) -> Iterator[tuple[str, str]]:
    """Whom to call: village, township, issuing unit, the policy's line, the county's two hotlines. Each number once."""
    units: list[Unit | None] = [page.village_unit, page.township_unit, page.batch.unit]
    lines = [(unit.name, unit.hotline) for unit in units if unit is not None and unit.hotline]
    lines += [("政策咨询", page.policy.hotline)] if page.policy.hotline else []
    lines += [(hotline["name"], hotline["number"]) for hotline in site.hotlines[:2]]
    seen: set[str] = set()
    for name, number in lines:
        if number not in seen:
            seen.add(number)
            yield name, number


def signatures(page: PostingPage) -> list[str]:
    """Lines to sign on: the village's committee and its supervisors; for villages counted together the township, on
    whose board they hang."""
    if page.area.level == "village":
        signers = [committee(page), "村务监督委员会"]
    else:
        signers = [f"{page.area.name}负责人", f"{page.area.name}经办人"]
    return [*(f"{signer}（签字）" for signer in signers), "张贴日期", "撤下日期"]


def committee(page: PostingPage) -> str:
    """Whose signature it takes: a community (社区) has a residents' committee, a village a villagers' one."""
    return "居民委员会" if page.area.name.endswith(("社区", "居")) else "村民委员会"
