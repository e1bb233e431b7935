"""The loudspeaker's words for a posting: a minute to read aloud. Sums, dates, where to look, whom to call; no rows."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from generator.catalogue import PostingPage
from generator.sheet_words import is_over, shows_rows_on_board
from generator.shell import day
from generator.site_text import SiteText
from portal.domain.money import plain

_RANGE: Final = re.compile(r"(?<=\d)[-－–—](?=\d)")
_DASH: Final = re.compile("[-－–—]+")


def script(page: PostingPage, site: SiteText, today: date) -> list[str]:
    """Sentences to read `today`, a list item a breath. A village loudspeaker manages about 240 characters a minute."""
    facts, tally = page.posting.facts, page.tally
    title = _aloud(f"{page.batch.period_word}{page.policy.name}")
    place = page.place if page.area.level == "village" else f"{page.area.name}人数少的几个村"
    unit = page.village_unit or page.township_unit or page.batch.unit
    phone = f"电话{_digits(unit.hotline)}" if unit.hotline else "到村里当面问"
    lines = [f"各位乡亲，现在广播{title}的{page.kind_word}。"]
    if page.posting.kind == "notice":
        lines.append(f"{place}这次一共{tally.listed_rows}笔，{spoken(tally.listed_fen)}。")
        ends = "已经期满" if is_over(page, today) else "首尾都算"
        lines.append(f"公示从{day(facts['opened'])}起，到{day(facts['until'])}止，{ends}。")
        if is_over(page, today):
            lines.append("还有意见，现在也可以说。钱发下来以后，再公开结果。")
        elif shows_rows_on_board(page):
            lines.append("请到村公示栏看看自己和邻居的，谁不该有、谁漏了、数字对不对，公示期里提出来。")
        else:
            lines.append("按规定只公布合计，请到村公示栏看看数字对不对，有意见公示期里提出来。")
    else:
        lines.append(f"{place}这次一共{tally.listed_rows}笔，{spoken(tally.listed_fen)}；已到账{tally.paid_rows}笔。")
        if tally.pending_rows:
            lines.append(f"还有{tally.pending_rows}笔没有到账，查清改好就发。")
        lines.append("请查一查存折或者社保卡，再到村公示栏对一对。")
    lines.append(f"有疑问找{unit.name}，{phone}；也可以打{_digits(site.hotlines[0]['number'])}。")
    lines.append("办补贴、发补贴都不收钱，谁收钱请举报。广播完了，再播一遍。")
    return lines


def _aloud(name: str) -> str:
    """Without dashes, which nobody can read: 90到99岁老人, 残疾人两项补，重度残疾人护理补贴."""
    return _DASH.sub("，", _RANGE.sub("到", name))


def spoken(fen: int) -> str:
    """23万4567元5角, 3万零470元 as it is spoken, without noughts nobody says."""
    yuan, rest = plain(fen).split(".")
    ten_thousands, below = divmod(int(yuan), 10_000)
    words = f"{ten_thousands}万" if ten_thousands else ""
    words += "零" if words and 0 < below < 1000 else ""
    words += str(below) if below or not words else ""
    jiao, cents = rest[0], rest[1]
    return (
        f"{words}元"
        + (f"{jiao}角" if jiao != "0" else "零" if cents != "0" else "")
        + (f"{cents}分" if cents != "0" else "")
    )


def _digits(phone: str) -> str:
    """Digit by digit with pauses at the dashes: 0999，5301006."""
    return phone.replace("-", "，")
