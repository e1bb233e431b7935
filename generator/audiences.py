"""Whom policies are for, in one set of words: lists say 种地农户, 农户 or 种粮农民 and mean the same people."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.tokens import pinyin_keys


@dataclass(frozen=True)
class Audiences:
    """`entries` are (word, slug) in the order of the pages; `known` maps every way to say one to it."""

    entries: tuple[tuple[str, str], ...]
    known: Mapping[str, tuple[str, str]]

    def of(self, said: str) -> tuple[str, str]:
        """(word, slug) of what a list says; a word that nobody listed stands for itself, its pinyin for the slug."""
        return self.known.get(said) or (said, pinyin_keys(said)[0])

    def place(self, audience: tuple[str, str]) -> int:
        """Its place in the order; those that nobody listed come last."""
        return self.entries.index(audience) if audience in self.entries else len(self.entries)


def load_audiences(content: Path) -> Audiences:
    """Read content/rules/audiences.toml. Raises ValueError where a word or a slug would mean two things."""
    table = tomllib.loads((content / "rules" / "audiences.toml").read_text(encoding="utf-8"))["audience"]
    entries = tuple((entry["word"], entry["slug"]) for entry in table)
    if len({slug for _, slug in entries}) < len(entries):
        raise ValueError("content/rules/audiences.toml：两类人用了同一个 slug")
    known: dict[str, tuple[str, str]] = {}
    for entry in table:
        for said in (entry["word"], *entry["synonyms"]):
            if said in known:
                raise ValueError(f"content/rules/audiences.toml：“{said}”写了两次")
            known[said] = entry["word"], entry["slug"]
    return Audiences(entries, known)
