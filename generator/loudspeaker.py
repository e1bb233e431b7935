"""The loudspeaker's words for a posting: a minute to read aloud. Sums, dates, where to look, whom to call; no rows."""

from __future__ import annotations

from generator.catalogue import PostingPage
from generator.shell import day
from generator.site_text import SiteText
from portal.domain.money import plain


def script(page: PostingPage, site: SiteText) -> list[str]:
    """Sentences to read, a list item a breath. A village loudspeaker manages about 240 characters a minute."""
    facts, tally = page.posting.facts, page.tally
    title = f"{page.batch.period_word}{page.policy.name}"
    unit = page.village_unit or page.township_unit or page.batch.unit
    phone = f"电话{_digits(unit.hotline)}" if unit.hotline else "到村里当面问"
    lines = [f"各位乡亲，现在广播{title}的{page.kind_word}。"]
    if page.posting.kind == "notice":
        lines.append(f"{page.place}这次一共{tally.listed_rows}笔，{_yuan(tally.listed_fen)}。")
        lines.append(f"公示从{day(facts['opened'])}起，到{day(facts['until'])}止，首尾都算。")
        lines.append("请到村公示栏看看自己和邻居的，谁不该有、谁漏了、数字对不对，公示期里提出来。")
    else:
        lines.append(
            f"{page.place}这次一共{tally.listed_rows}笔，{_yuan(tally.listed_fen)}；已到账{tally.paid_rows}笔。"
        )
        if tally.pending_rows:
            lines.append(f"还有{tally.pending_rows}笔没有到账，查清改好就发。")
        lines.append("请查一查存折或者社保卡，再到村公示栏对一对。")
    lines.append(f"有疑问找{unit.name}，{phone}；也可以打{_digits(site.hotlines[0]['number'])}。")
    lines.append("办补贴、发补贴都不收钱，谁收钱请举报。广播完了，再播一遍。")
    return lines


def _yuan(fen: int) -> str:
    """23万4567元5角 as it is spoken, without noughts nobody says."""
    yuan, rest = plain(fen).split(".")
    ten_thousands, below = divmod(int(yuan), 10_000)
    words = f"{ten_thousands}万" if ten_thousands else ""
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
