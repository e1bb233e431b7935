"""Lists that hang on the village board and nowhere else: where the web has totals only, the board may have rows, masked
or, while a notice runs, with full names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from sqlalchemy import Connection

from portal.actions.publish import row_of
from portal.domain.areas import AreaBook
from portal.domain.batches import Batch
from portal.domain.board_names import OpenName
from portal.domain.findings import Refused
from portal.domain.masking import mask_name
from portal.domain.policies import Policy
from portal.domain.postings import Kind, Tally, without_small_groups
from portal.domain.sheets import BoardList
from portal.ledger import payments
from portal.ledger.payments import Payment
from portal.ledger.postings import Posting


class BoardLists:
    """Of one batch: what hangs where. `current` are the batch's current postings."""

    def __init__(
        self, connection: Connection, book: AreaBook, batch: Batch, policy: Policy, current: Iterable[Posting]
    ) -> None:
        self._policy = policy
        self._by_area = {posting.area: posting for posting in current}
        self._at: dict[str, dict[str, list[Payment]]] = defaultdict(lambda: defaultdict(list))
        if not self._by_area or not any(self._has_lists(posting) for posting in self._by_area.values()):
            return
        for payment in payments.payments_of(connection, batch.id):
            if payment.village and (shown_at := self._shown_at(book, payment.village)):
                self._at[shown_at][payment.village].append(payment)

    def of(self, posting: Posting, villages: Set[str]) -> list[BoardList]:
        """The lists of a posting that hang in some of these villages; none where what the bank said since is not
        published yet: paper and page have the same figures."""
        if not self._has_lists(posting):
            return []
        kind: Kind = posting.kind  # type: ignore[assignment]
        found = {village: _list(village, rows, kind) for village, rows in self._at[posting.area].items()}
        if Tally.total(each.tally for each in found.values()) != posting.tally:
            return []
        return [found[village] for village in sorted(found.keys() & villages)]

    def with_full_names(
        self, board: BoardList, posting: Posting, sealed: Mapping[int, bytes], open_name: OpenName
    ) -> BoardList:
        """The list with the names that were sealed; who has none stays masked. Raises Refused where a sealed name is not
        the row's own."""
        rows = [payment for payment in self._at[posting.area][board.village] if not payment.held]
        opened = [
            replace(row, name=_opened(payment, sealed, open_name))
            for row, payment in zip(board.rows, rows, strict=True)
        ]
        return replace(board, rows=tuple(opened), full_names=True)

    def _has_lists(self, posting: Posting) -> bool:
        return self._policy.shown_on_board(posting.kind) in ("rows", "full_names")

    def _shown_at(self, book: AreaBook, village: str) -> str:
        """Whose posting the village is counted in: its own, its township's, or the county's."""
        above = village
        while above and above not in self._by_area:
            above = book.areas[above].parent
        return above


def _list(village: str, found: list[Payment], kind: Kind) -> BoardList:
    rows = without_small_groups([row_of(payment, kind) for payment in found if not payment.held])
    tally = payments.tally(found)
    if kind == "notice":  # as it stands on the notice, whatever became of it since
        tally = Tally(tally.rows, tally.fen, held_rows=tally.held_rows, held_fen=tally.held_fen)
    return BoardList(village, tally, tuple(rows))


def _opened(payment: Payment, sealed: Mapping[int, bytes], open_name: OpenName) -> str:
    if payment.id not in sealed:
        return payment.name
    name = open_name(sealed[payment.id])
    if mask_name(name) != payment.name:
        raise Refused(f"行号 {payment.row_code} 封存的姓名和名单对不上，没有打印。请告诉系统管理员", "names.other")
    return name
