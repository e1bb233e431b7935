"""A village behind one address, and a flood from the same address: everybody gets an answer, the flood gets none.

Past the threshold every question needs a proof of work, or a form that was opened some seconds before. Villagers with
script prove; a tenth have none and wait; some mistype first. Meanwhile one scraper asks without proof as fast as it
can, and another proves and tries to use each proof again.
"""

from __future__ import annotations

import html
import json
import random
import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from threading import Event

import pytest
from altcha.v1 import Payload, solve_challenge

from portal.security.proof_of_work import TICKET_AGE
from tests.attacks.service_process import STRANGERS, Answer, Connection, Service, fields_of, paid, running, somebody
from tests.faults.conditions import FULL
from tests.workbooks import Person

pytestmark = pytest.mark.slow

VILLAGERS = 400 if FULL else 40
AT_ONCE = 12
WITHOUT_SCRIPT, MISTYPING = 10, 7
"""Every tenth and every seventh, not the same ones."""
ADDRESS = "10.77.0.1"
FREE = 30
"""Questions an hour that one address has without proof."""
_PATIENCE = 8
"""How often somebody presses the button before giving up."""
_MOST = 200_000


@dataclass
class Scraped:
    """What a scraper got. `again` are answers to proofs used before; `typed` is what it asked about."""

    fresh: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    typed: set[str] = field(default_factory=set)


def proof_for(answer: Answer, trim: str = "") -> str:
    """The challenge in the page, solved; `trim` is cut off the salt's end, which leaves it the same challenge."""
    attribute = re.search(r'data-challenge="([^"]+)"', answer.body.decode())
    assert attribute is not None
    asked = json.loads(html.unescape(attribute[1]))
    solution = solve_challenge(asked["challenge"], asked["salt"], asked["algorithm"], asked["maxNumber"])
    assert solution is not None
    salt = asked["salt"].removesuffix(trim)
    return Payload(asked["algorithm"], asked["challenge"], solution.number, salt, asked["signature"]).to_base64()


def ticket_from(connection: Connection) -> str:
    found = re.search(rb'name="ticket" value="([^"]+)"', connection.get("/lookup").body)
    assert found is not None
    return found[1].decode()


def ask_with_script(connection: Connection, fields: dict[str, str]) -> str:
    """As lookup.js does."""
    answer = connection.look_up(fields, ADDRESS)
    if answer.outcome == "proof":
        answer = connection.look_up({**fields, "altcha": proof_for(answer)}, ADDRESS)
    return answer.outcome


def ask_without_script(connection: Connection, fields: dict[str, str]) -> str:
    """The form is open while its three fields are typed; that takes longer than a ticket needs."""
    ticket = ticket_from(connection)
    time.sleep(TICKET_AGE + 0.5)
    return connection.look_up({**fields, "ticket": ticket}, ADDRESS).outcome


def villager(service: Service, person: Person, ask: Callable[[Connection, dict[str, str]], str]) -> str:
    """Asks until an answer is there; returns the last outcome."""
    with service.connect() as connection:
        if person.number % MISTYPING == 0:
            ask(connection, fields_of(person, name=person.name[:-1]))
        outcome, tail = "", ""
        for _ in range(_PATIENCE):
            outcome = ask(connection, fields_of(person, tail))
            if outcome == "found":
                break
            tail = person.account[-4:] if outcome == "tail" else tail
        return outcome


def scrape(service: Service, stop: Event) -> Scraped:
    """Random questions, as fast as they go: until it is over, and on a slow machine until there were enough to judge."""
    scraped, chance = Scraped(typed=service.typed), random.Random(3)
    with service.connect() as connection:
        while len(scraped.fresh) < (3 * FREE if stop.is_set() else _MOST):
            person = somebody(STRANGERS + chance.randrange(10_000))
            scraped.fresh.append(connection.look_up(fields_of(person), ADDRESS).outcome)
    return scraped


def scrape_with_proofs(service: Service, stop: Event) -> Scraped:
    """Each proof is used, used again, and used once more in another spelling."""
    scraped, number = Scraped(typed=service.typed), STRANGERS
    with service.connect() as connection:
        while not stop.is_set() and len(scraped.fresh) < _MOST:
            number += 1
            fields = fields_of(somebody(number))
            asked = connection.look_up(fields, ADDRESS)
            if asked.outcome == "proof":
                proofs = [proof_for(asked), proof_for(asked), proof_for(asked, trim="&")]
                used = [connection.look_up({**fields, "altcha": proof}, ADDRESS).outcome for proof in proofs]
                scraped.fresh.append(used[0])
                scraped.again += used[1:]
    return scraped


def test_every_villager_is_answered_and_the_flood_is_not(tmp_path: Path) -> None:
    village, processes = paid()[:VILLAGERS], get_context("spawn")
    waiting = [person for person in village if person.number % WITHOUT_SCRIPT == 3]
    proving = [person for person in village if person.number % WITHOUT_SCRIPT != 3]
    with (
        running(tmp_path, 3) as service,
        processes.Manager() as manager,
        ProcessPoolExecutor(2, processes) as scrapers,
        ThreadPoolExecutor(AT_ONCE) as hurried,
        ThreadPoolExecutor(len(waiting)) as patient,
    ):
        stop = manager.Event()
        bare, with_proofs = scrapers.submit(scrape, service, stop), scrapers.submit(scrape_with_proofs, service, stop)
        try:
            slow = patient.map(lambda person: villager(service, person, ask_without_script), waiting)
            quick = hurried.map(lambda person: villager(service, person, ask_with_script), proving)
            ended = [*quick, *slow]
        finally:
            stop.set()
        flood, proven = bare.result(), with_proofs.result()
        service.typed |= flood.typed | proven.typed
        service.holds_no_trace()
    assert ended == ["found"] * VILLAGERS
    evaluated = [outcome for outcome in flood.fresh if outcome != "proof"]
    assert len(evaluated) <= FREE
    assert set(flood.fresh[2 * FREE :]) == {"proof"}
    assert len(flood.fresh) > 10 * FREE
    assert set(proven.fresh) == {"missed"}
    assert set(proven.again) == {"proof"}
    print(f"{len(flood.fresh)} questions without proof, {len(proven.fresh)} with")


def test_a_ticket_is_good_once_and_not_at_once(tmp_path: Path) -> None:
    person = paid()[1]
    with running(tmp_path) as service, service.connect() as connection:
        ticket, used = ticket_from(connection), []
        forged = [ticket[:-1] + ("0" if ticket[-1] != "0" else "1"), "", ".", "9" * 200, f"{ticket}0", f"0.{ticket}"]
        for _ in range(FREE):
            connection.look_up(fields_of(somebody(STRANGERS)), ADDRESS)
        early = connection.look_up({**fields_of(person), "ticket": ticket_from(connection)}, ADDRESS)
        time.sleep(TICKET_AGE + 1)
        for sent in [*forged, ticket, ticket]:
            used.append(connection.look_up({**fields_of(person), "ticket": sent}, ADDRESS).outcome)
        elsewhere = connection.look_up(fields_of(person), "10.77.0.2")
    assert early.outcome == "proof"
    assert used == ["proof"] * len(forged) + ["found", "proof"]
    assert elsewhere.outcome == "found"
