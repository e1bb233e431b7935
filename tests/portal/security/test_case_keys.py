"""Receipts, replies and proofs: what the public process can make, and what it can open."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from portal.domain.findings import Refused
from portal.domain.receipts import read_receipt
from portal.security import keys, sealing
from portal.security.case_keys import Accepted, CaseKeys, open_case_keys
from tests.cases import make_keys, opened

ACCEPTED = Accepted("2025-48213", "complaint", date(2025, 6, 30))


@pytest.fixture(scope="module")
def case_keys(tmp_path_factory: pytest.TempPathFactory) -> CaseKeys:
    return make_keys(tmp_path_factory.mktemp("instance"))


def test_a_form_has_one_receipt_and_the_receipt_one_hash(case_keys: CaseKeys, tmp_path: Path) -> None:
    receipt = case_keys.receipt("form")
    assert receipt == case_keys.receipt("form") != case_keys.receipt("another form")
    assert read_receipt(receipt) == receipt
    assert case_keys.receipt_hash(receipt) == case_keys.receipt_hash(receipt)
    other = make_keys(tmp_path)
    assert other.receipt("form") != receipt
    assert other.receipt_hash(receipt) != case_keys.receipt_hash(receipt)


def test_replies_open_with_their_receipt_only(case_keys: CaseKeys) -> None:
    one, two = case_keys.receipt("one"), case_keys.receipt("two")
    sealed = sealing.seal(case_keys.reply_public(one), "请带存折来".encode())
    assert case_keys.open_reply(one, sealed) == "请带存折来"
    with pytest.raises(Refused, match="打不开"):
        case_keys.open_reply(two, sealed)


def test_the_public_process_seals_what_it_cannot_open(case_keys: CaseKeys) -> None:
    assert opened("desk", case_keys.seal("desk", "原话")) == "原话"
    with pytest.raises(Refused, match="打不开"):
        opened("discipline", case_keys.seal("desk", "原话"))


def test_a_proof_says_what_it_was_made_for_and_nothing_else_passes(case_keys: CaseKeys, tmp_path: Path) -> None:
    proof = case_keys.proof(ACCEPTED)
    assert case_keys.read_proof(f" {proof[:30]}\n{proof[30:]} ") == ACCEPTED
    assert make_keys(tmp_path).read_proof(proof) is None
    for wrong in (
        proof.replace("48213", "48214"),
        proof[:-2],
        "",
        "MB1",
        "....",
        proof + "x",
        "张三" * 50,
        "MB1.a.b.c.=",
    ):
        assert case_keys.read_proof(wrong) is None


def test_nothing_is_taken_in_where_a_key_is_missing(tmp_path: Path) -> None:
    keys.create_keys(tmp_path / "keys")
    with pytest.raises(Refused, match="不能接收内容"):
        CaseKeys(tmp_path / "keys")
    assert open_case_keys(tmp_path / "keys") is None


def test_a_sealing_pair_is_never_replaced(tmp_path: Path) -> None:
    make_keys(tmp_path)
    with pytest.raises(Refused, match="打不开了"):
        keys.create_sealing_pair(tmp_path / "keys", "desk", "another passphrase")
