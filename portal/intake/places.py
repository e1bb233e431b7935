"""Where a row belongs: by its own cells, or, where the sheet has no such column, by its name or the title above."""

from __future__ import annotations

import re

from portal.domain.areas import AreaBook, Resolved, clean_area, is_group
from portal.intake.rows import RawRow, SheetRows

_BEFORE_A_NAME = r"(?:^|[^\u4e00-\u9fff]|[年月度份县乡镇])"
"""What may stand before a village's name in a title: in "小王村" no 王村 is meant."""


class PlaceReader:
    """Places the rows of a roll, remembering what was resolved before. `within` is the issuing unit's area."""

    def __init__(self, areas: AreaBook, within: str) -> None:
        self._areas = areas
        self._within = within
        self._known: dict[tuple[str, str, str, str], Resolved] = {}

    def place(self, raw: RawRow, table: SheetRows) -> Resolved:
        township, village, group = raw.text("township"), raw.text("village"), raw.text("group")
        key = (raw.sheet, township, village, group)
        if key not in self._known:
            place = self._areas.resolve(township, village, group, self._within)
            if place.problem and ("village" not in table.header.columns or is_group(village)):
                place = self._of_sheet(table, township, group or village) or place
            self._known[key] = place
        return self._known[key]

    def _of_sheet(self, table: SheetRows, township: str, group: str) -> Resolved | None:
        candidates = [(township, table.sheet.name)]
        if self._areas.areas[self._within].level == "village":
            candidates.append((township, self._areas.areas[self._within].name))
        candidates += self._in_title(table.header.above, township)
        for front, village in candidates:
            place = self._areas.resolve(front, village, group, self._within)
            if not place.problem:
                return place
        return None

    def _in_title(self, title: str, township: str) -> list[tuple[str, str]]:
        """(township, village) that the lines above the header name, if they name just one village."""
        text = "\n".join(map(clean_area, title.splitlines()))
        townships = {area.name for area in self._areas.townships if area.name in text}
        for name in (*townships, self._areas.county.name):
            text = text.replace(name, "\n")
        villages = []
        for name in sorted({area.name for area in self._areas.villages}, key=len, reverse=True):
            if re.search(_BEFORE_A_NAME + re.escape(name), text):
                villages.append(name)
                text = text.replace(name, "\n")  # 镇东村 is not 东村 as well
        if len(villages) != 1:
            return []
        return [(township or (townships.pop() if len(townships) == 1 else ""), villages[0])]
