"""A proof of work and a waiting ticket: good once, in time, and only ours."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from altcha.v1 import Payload, solve_challenge

from portal.counters.attempts import Attempts
from portal.counters.store import open_store
from portal.security import proof_of_work
from portal.security.proof_of_work import ProofOfWork

KEY = b"k" * 32


@pytest.fixture
def work(tmp_path: Path) -> ProofOfWork:
    return ProofOfWork(KEY, Attempts(open_store(f"sqlite:///{tmp_path / 'counters.db'}")))


def solve(challenge: str, /, **changed: Any) -> str:
    asked = json.loads(challenge)
    solution = solve_challenge(asked["challenge"], asked["salt"], asked["algorithm"], asked["maxnumber"], 0)
    assert solution is not None
    payload = Payload(asked["algorithm"], asked["challenge"], solution.number, asked["salt"], asked["signature"])
    return base64.b64encode(json.dumps({**payload.to_dict(), **changed}).encode()).decode()


def test_a_solution_is_good_once(work: ProofOfWork) -> None:
    payload = solve(work.challenge())
    assert work.is_solved(payload)
    assert not work.is_solved(payload)


def test_a_solution_counts_once_however_it_is_written(work: ProofOfWork) -> None:
    payload = solve(work.challenge())
    again = base64.b64encode(b" " + base64.b64decode(payload)).decode()
    assert work.is_solved(payload)
    assert not work.is_solved(again)


@pytest.mark.parametrize(
    "changed", [{"number": 0}, {"signature": "0" * 64}, {"salt": "ab&"}, {"challenge": "0" * 64}, {"algorithm": "MD5"}]
)
def test_a_wrong_solution_is_none(work: ProofOfWork, changed: dict[str, Any]) -> None:
    assert not work.is_solved(solve(work.challenge(), **changed))


@pytest.mark.parametrize(
    "payload", ["", "x", "e30=", "bnVsbA==", "WzFd", "王", base64.b64encode(b'{"salt": 5}').decode(), "=" * 9999]
)
def test_rubbish_is_no_solution(work: ProofOfWork, payload: str) -> None:
    assert not work.is_solved(payload)


def test_somebody_elses_challenge_is_not_ours(work: ProofOfWork, tmp_path: Path) -> None:
    other = ProofOfWork(b"o" * 32, Attempts(open_store(f"sqlite:///{tmp_path / 'counters.db'}")))
    assert not work.is_solved(solve(other.challenge()))


def test_a_challenge_grows_old(work: ProofOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    payload = solve(work.challenge())
    late = time.time() + proof_of_work._LIVES.total_seconds() + 5
    monkeypatch.setattr("altcha.v1.time.time", lambda: late)
    assert not work.is_solved(payload)


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time() + seconds
    monkeypatch.setattr("portal.security.proof_of_work.time.time", lambda: now)


def test_a_ticket_is_good_once_and_not_at_once(work: ProofOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = work.ticket()
    assert not work.is_due(ticket, "web/a")
    at(monkeypatch, proof_of_work.TICKET_AGE + 1)
    assert work.is_due(ticket, "web/a")
    assert not work.is_due(ticket, "web/a")


@pytest.mark.parametrize("ticket", ["", "..", "1.x.y", "99999999999.ab.", "王.王.王"])
def test_a_forged_ticket_is_none(work: ProofOfWork, ticket: str) -> None:
    assert not work.is_due(ticket, "web/a")


def test_a_tickets_age_cannot_be_changed(work: ProofOfWork) -> None:
    moment, rest = work.ticket().split(".", 1)
    assert not work.is_due(f"{int(moment) - 60}.{rest}", "web/a")


def test_a_ticket_grows_old(work: ProofOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = work.ticket()
    at(monkeypatch, proof_of_work._LIVES.total_seconds() + 5)
    assert not work.is_due(ticket, "web/a")


def test_tickets_are_no_way_around_for_a_flood(work: ProofOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = [work.ticket() for _ in range(proof_of_work._TICKETS_A_MINUTE + 10)]
    others = work.ticket()
    at(monkeypatch, proof_of_work.TICKET_AGE + 1)
    assert sum(work.is_due(ticket, "web/flood") for ticket in tickets) == proof_of_work._TICKETS_A_MINUTE
    assert work.is_due(others, "web/somebody else")
