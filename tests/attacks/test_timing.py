"""The time of an answer says nothing about whether there is such a person, and nor does a byte of it.

Questions of every kind are asked in random order over one connection, no two about the same person, and the times of
each two kinds that end alike are held against each other: the chance that one takes longer than the other (AUC).
Whatever else the machine does strikes both kinds alike.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import count

import pytest

from portal.counters.attempts import Attempts
from portal.counters.store import open_store
from portal.domain.lookup import CAPS, Question, attempt_keys
from portal.security.keys import load_digester
from tests.attacks.service_process import (
    STRANGERS,
    Answer,
    Fields,
    Service,
    addresses,
    fields_of,
    paid,
    poor,
    replaced,
    running,
    somebody,
)
from tests.faults.conditions import FULL
from tests.workbooks import Person

pytestmark = pytest.mark.slow

EACH = 650 if FULL else 40
"""Questions of each kind of person; of nobody, as many as of all the kinds beside it together: 4,550 pairs in full."""
NO_TAIL, TRIPPED, SHUT = 3 * EACH, 2 * EACH, EACH
SURE = 4.5
"""Standard deviations: honest times go further astray in 7 of a million comparisons."""
TARGET = 0.55
STEP_SECONDS = 0.004
"""Misses are sent on multiples of this, as docs/threat-model.md promises."""


def auc(some: Sequence[float], others: Sequence[float]) -> float:
    """How likely one of `some` took longer than one of `others`; a tie counts half. 0.5: nothing can be told."""
    ranked = sorted(others)
    wins = sum(bisect_left(ranked, time) + bisect_right(ranked, time) for time in some)
    return wins / (2 * len(some) * len(others))


def allowed(some: Sequence[float], others: Sequence[float]) -> float:
    """How far from 0.5 the AUC may lie: 0.05 where there are enough times to tell that from chance."""
    chance = math.sqrt((len(some) + len(others) + 1) / (12 * len(some) * len(others)))
    return max(TARGET - 0.5, SURE * chance)


def wrong(person: Person) -> Fields:
    """An existing person's number with a name that is nobody's."""
    return fields_of(person, name=somebody(STRANGERS + person.number).name + "某")


def use_up(service: Service, people: Sequence[Person], *, with_tail: bool) -> None:
    """As if the numbers of these people had been failed at until no more failures are borne."""
    digester = load_digester(service.instance / "public-keys")
    attempts = Attempts(open_store(f"sqlite:///{service.counters}"))
    place = next(place for place, cap in enumerate(CAPS) if cap.name == "id")
    for person in people:
        question = Question(person.id, person.name, person.account[-4:])
        for tail in {False, with_tail}:
            key = attempt_keys(question, digester, with_tail=tail)[place]
            for _ in range(CAPS[place].limit):
                attempts.add({key: 3600})


Kind = tuple[str, str]
"""How its questions end, and whom they are about."""


def questions(service: Service) -> list[tuple[Kind, Fields]]:
    """Kind and fields, in random order. No two share a person or a birthday."""
    known, nobody = iter(paid()), map(somebody, count(STRANGERS))

    def some(source: Iterator[Person], number: int) -> list[Person]:
        return [next(source) for _ in range(number)]

    def other_tail(person: Person) -> str:
        return f"{(int(person.account[-4:]) + 1) % 10_000:04}"

    asked: list[tuple[Kind, Fields]] = []
    asked += [(("missed", "wrong name"), wrong(person)) for person in some(known, EACH)]
    asked += [(("missed", "sensitive only"), fields_of(person)) for person in poor()[:EACH]]
    asked += [(("missed", "not paid"), fields_of(person)) for person in replaced()[:EACH]]
    asked += [(("missed", "nobody"), fields_of(person)) for person in some(nobody, NO_TAIL)]
    for whose, source in (("exists", known), ("nobody", nobody)):
        tripped, asked_for, shut = some(source, TRIPPED), some(source, TRIPPED), some(source, SHUT)
        use_up(service, [*tripped, *asked_for], with_tail=False)
        use_up(service, shut, with_tail=True)
        asked += [(("missed with tail", whose), fields_of(person, other_tail(person))) for person in tripped]
        asked += [(("tail", whose), fields_of(person)) for person in asked_for]
        asked += [(("window", whose), fields_of(person, other_tail(person))) for person in shut]
    random.Random(1).shuffle(asked)
    return asked


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[Kind, list[Answer]]:
    """Every answer by the kind of its question."""
    found: dict[Kind, list[Answer]] = {}
    with running(tmp_path_factory.mktemp("timing")) as service, service.connect() as connection:
        for warming in range(20):  # what is remembered from the first question on is remembered before the first
            for person in (paid()[-1 - warming], poor()[-1 - warming], replaced()[-1 - warming]):
                connection.look_up(fields_of(person), f"10.9.9.{warming}")
        from_where = addresses(20_000)
        for number, (kind, fields) in enumerate(questions(service)):
            found.setdefault(kind, []).append(connection.look_up(fields, from_where[number]))
        service.holds_no_trace()
    return found


def test_every_kind_of_miss_reads_the_same(answers: dict[Kind, list[Answer]]) -> None:
    bodies: dict[str, set[tuple[int, bytes]]] = {}
    for (ending, _), given in answers.items():
        outcome = ending.partition(" ")[0]
        assert {answer.outcome for answer in given} == {outcome}
        bodies.setdefault(outcome, set()).update((answer.status, answer.body) for answer in given)
    assert {outcome: len(different) for outcome, different in bodies.items()} == {"missed": 1, "tail": 1, "window": 1}


def test_the_time_of_a_miss_does_not_tell_its_kind(answers: dict[Kind, list[Answer]]) -> None:
    times = {kind: [answer.seconds for answer in given] for kind, given in answers.items()}
    told, astray = [], []
    for ending in sorted({ending for ending, _ in times}):
        kinds = {whose: seconds for (found, whose), seconds in times.items() if found == ending}
        nobody = kinds.pop("nobody")
        if len(kinds) > 1:
            kinds["anybody"] = [seconds for listed in kinds.values() for seconds in listed]
        for whose, seconds in kinds.items():
            found, limit = auc(seconds, nobody), allowed(seconds, nobody)
            told.append(f"{ending}: {whose} ({len(seconds)}) – nobody ({len(nobody)}): {found:.3f}, ±{limit:.3f}")
            if abs(found - 0.5) >= limit:
                astray.append(told[-1])
    print("\n".join(told))
    assert astray == []


def test_no_miss_is_answered_before_its_time(answers: dict[Kind, list[Answer]]) -> None:
    """It is this that hides what the counters and the ledger took."""
    assert min(answer.seconds for given in answers.values() for answer in given) >= STEP_SECONDS


def test_such_differences_would_be_noticed() -> None:
    """The measure itself: what is longer is found longer, and chance is not."""
    chance = random.Random(2)
    same, longer = ([chance.gauss(mean, 1) for _ in range(EACH)] for mean in (0, 2))
    alike = [chance.gauss(0, 1) for _ in range(EACH)]
    assert auc([1.0, 2.0], [1.0, 0.0]) == 0.875
    assert auc(same, same) == 0.5
    assert abs(auc(same, alike) - 0.5) < allowed(same, alike)
    assert abs(auc(longer, alike) - 0.5) > allowed(longer, alike)
