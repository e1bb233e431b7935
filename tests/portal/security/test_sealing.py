"""What is sealed opens for its reader and for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from nacl.public import PrivateKey

from portal.domain.findings import Refused
from portal.domain.receipts import receipt_for
from portal.security import sealing

PASSPHRASE = "三只羊 过了 桥头又回来"
KEY = b"r" * 32


@pytest.fixture(scope="module")
def pair() -> tuple[bytes, bytes]:
    return sealing.new_pair(PASSPHRASE)


def test_only_the_reader_opens_what_was_sealed(pair: tuple[bytes, bytes]) -> None:
    public, locked = pair
    sealed = sealing.seal(public, "村里扣了存折".encode())
    assert sealing.unseal(sealing.unlock(locked, PASSPHRASE), sealed).decode() == "村里扣了存折"
    with pytest.raises(Refused, match="打不开"):
        sealing.unseal(PrivateKey.generate(), sealed)
    with pytest.raises(Refused, match="打不开"):
        sealing.unseal(sealing.unlock(locked, PASSPHRASE), sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_the_same_words_never_look_the_same(pair: tuple[bytes, bytes]) -> None:
    assert sealing.seal(pair[0], b"x") != sealing.seal(pair[0], b"x")


@pytest.mark.parametrize("wrong", ["", PASSPHRASE + "。", PASSPHRASE[:-1]])
def test_the_private_key_needs_its_passphrase(pair: tuple[bytes, bytes], wrong: str) -> None:
    with pytest.raises(Refused, match="口令不对"):
        sealing.unlock(pair[1], wrong)
    assert PASSPHRASE.encode() not in pair[1]


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(Refused, match="至少12个字符"):
        sealing.new_pair("12345678901")


def test_replies_open_with_the_receipt_alone() -> None:
    receipt, other = receipt_for(KEY, "form"), receipt_for(KEY, "other")
    sealed = sealing.seal(bytes(sealing.reply_key(KEY, receipt).public_key), b"answer")
    assert sealing.unseal(sealing.reply_key(KEY, receipt), sealed) == b"answer"
    for wrong in (sealing.reply_key(KEY, other), sealing.reply_key(b"s" * 32, receipt)):
        with pytest.raises(Refused):
            sealing.unseal(wrong, sealed)


def test_without_a_key_to_seal_to_nothing_is_taken_in(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="还没有县受理科室的封存密钥"):
        sealing.load_public(tmp_path, "desk")
    (tmp_path / sealing.public_name("desk")).write_bytes(b"k" * 32)
    assert sealing.load_public(tmp_path, "desk") == b"k" * 32
