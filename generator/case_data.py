"""The open data of cases: what the quarters' pages show, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from generator.data_tables import Field, Table
from portal.publication import PublicLine, PublicQuarter

_ALL: Final = "全部"
_CASE_FIELDS: Final = (
    Field("quarter", "哪一季度", "2025Q1 是第一季度；过完才公布，以后不改", pattern=r"\d{4}Q[1-4]"),
    Field("kind", "类别", "咨询、投诉求决、举报等；全部合计写“合计”，移交纪检监察机关的只有一行"),
    Field("category", "什么事", "反映人选的那一项；“全部”是这一类的合计"),
    Field("received", "收到", "件。1到4件的，和能从合计里减出来的，空着不公布", "integer", required=False),
    Field("decided", "办结", "件。这一季度答复的", "integer", required=False),
    Field("in_time", "按时", "件。办结的里面没有超过期限的", "integer", required=False),
    Field("late", "超期", "件", "integer", required=False),
    Field("median_days", "一般几天办结", "日历天，中位数", "number", required=False),
    Field("satisfied", "满意", "件。只有每一类的合计", "integer", required=False),
    Field("unsatisfied", "不满意", "件。只有每一类的合计", "integer", required=False),
)


def case_table(quarters: Iterable[PublicQuarter]) -> Table:
    rows = (row for found in quarters for row in _of_quarter(found))
    description = "每个季度群众反映的事收到、办结、按时多少；少的不公布"
    return Table("cases", "反映办理情况", description, _CASE_FIELDS, ("quarter", "kind", "category"), tuple(rows))


def _of_quarter(found: PublicQuarter) -> Iterator[tuple[str, ...]]:
    for line in (found.total, *found.kinds):
        yield found.quarter.code, line.name, _ALL, *_case_cells(line)
        for below in line.categories:
            yield found.quarter.code, line.name, below.name, *_case_cells(below)
    discipline = PublicLine("移交纪检监察机关", found.discipline)
    yield found.quarter.code, discipline.name, _ALL, *_case_cells(discipline)


def _case_cells(line: PublicLine) -> tuple[str, ...]:
    figures = (getattr(line, field.name) for field in _CASE_FIELDS[3:])
    return tuple("" if figure is None else str(figure) for figure in figures)
