"""Full-text search of the site: one fresh Whoosh index a release, and looking things up in it.

No payment row and no name may be in a `Document`: whoever makes them sees to that.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import ceil, log
from pathlib import Path
from typing import Any, Final, NamedTuple

from whoosh import fields, scoring
from whoosh.codec.whoosh3 import W3Codec
from whoosh.collectors import TopCollector
from whoosh.index import create_in, open_dir
from whoosh.query import And, AndMaybe, ConstantScoreQuery, DisjunctionMax, Or, Prefix, Term

from generator.tokens import HanTokenizer, Piece, fold, pairs, pieces, syllables, typed_pinyin
from portal.domain.site import Hit

# KEYWORD, not TEXT: terms without positions and lengths, which nothing here asks for and which cost half the build.
_SCHEMA: Final = fields.Schema(
    path=fields.STORED,
    kind=fields.STORED,
    title=fields.KEYWORD(analyzer=HanTokenizer(singles=True), stored=True),
    body=fields.KEYWORD(analyzer=HanTokenizer(singles=False), stored=True),
    names=fields.KEYWORD,  # the Han runs of a title, each whole
    spelled=fields.KEYWORD,  # of a name's own entry: its full pinyin and its initials
    spelled_inside=fields.KEYWORD,  # the same from every later syllable on: gddlbh inside a longer run
    name=fields.STORED,  # of a name's own entry
)
_LONGEST_QUERY: Final = 60
_MOST_PIECES: Final = 6
_MOST_NAMES: Final = 200
"""How many names a piece of pinyin may stand for, shortest first."""
_EXCERPT_BEFORE: Final = 20
_EXCERPT_LENGTH: Final = 90
_NEARLY: Final = 0.6
"""Share of a run's pairs that a title must have: 耕地补贴 has two of its three in 耕地地力保护补贴."""
_ENOUGH: Final = 0.5
_WHOLE_NAME: Final = 0.3
"""What a run is worth beyond its pairs where it is a whole name: 王村 before 大王村."""
# What people add to a village's name, and no title carries: 王村三组, 王村第3村民小组, 王村村委会.
_PLACE_TAIL = re.compile(
    r"(?<=\w)(?:第?[一二三四五六七八九十\d]+(?:村民小组|小组|组|社|队)|村民委员会|居民委员会|村委会|居委会)"
)
# Words in nearly every title: they say nothing about which one is meant.
_COMMON_WORDS = re.compile("补贴|补助|津贴|资金|公示|公开|名单|明细|清册|发放|政策|查询|情况|的")
_UNSHOWN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


@dataclass(frozen=True, slots=True)
class Document:
    """One page to be found. `path` is relative to the site's root; `body` is plain text."""

    path: str
    kind: str
    title: str
    body: str
    year: int | None = None


def build(folder: Path, documents: Iterable[Document]) -> int:
    """Write a new index into an empty or missing folder; how many documents it holds.

    Raises FileExistsError for a folder with anything in it: Whoosh keeps deleted text, so no index is ever updated.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"not an empty folder: {folder}")
    ordered = sorted(documents, key=_first_among_equals)
    codec = W3Codec()
    codec.length_stats = False
    index = create_in(str(folder), _SCHEMA)
    writer = index.writer(limitmb=256, codec=codec)
    try:
        for document in ordered:
            writer.add_document(**_fields(document))
        names = {name for document in ordered for name in _names(document.title)}
        for name in sorted(names, key=lambda name: (len(name), name)):
            writer.add_document(**_spelling(name))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    index.close()
    for lock in folder.glob("*WRITELOCK"):
        lock.unlink()
    return len(ordered)


def _first_among_equals(document: Document) -> tuple[int, int, int, str]:
    """Whoosh gives equal scores in the order of indexing: pages about one thing first, then the newest."""
    newest_first = -document.year if document.year is not None else 0
    return len(pieces(document.title)), newest_first, len(document.title), document.path


def _fields(document: Document) -> dict[str, object]:
    searched = document.title
    if document.year is not None and str(document.year) not in searched:
        searched += f" {document.year}"
    return {
        "path": document.path,
        "kind": document.kind,
        "title": searched,
        "_stored_title": document.title,
        "body": document.body,
        "names": " ".join(_names(document.title)),
    }


def _names(title: str) -> list[str]:
    return [piece.text for piece in pieces(title) if piece.kind == "han"]


def _spelling(name: str) -> dict[str, object]:
    """The entry that leads from pinyin to a name. It has no title and no body, so no search finds it itself."""
    syllabled = syllables(name)
    keys = [
        ("".join(syllabled[start:]), "".join(syllable[0] for syllable in syllabled[start:]))
        for start in range(len(syllabled))
    ]
    inside = " ".join(key for pair in keys[1:] for key in pair)
    return {"name": name, "spelled": " ".join(keys[0]) if keys else "", "spelled_inside": inside}


class _Coverage(scoring.WeightingModel):  # type: ignore[misc]
    """A term is worth 1 wherever it stands, and a little more where it is rare: scores count terms found."""

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> _Worth:
        rarity = 1 - log(searcher.doc_frequency(fieldname, text) or 1) / log(searcher.doc_count_all() + 2)
        return _Worth(1 + 0.02 * rarity)


class _Worth(scoring.BaseScorer):  # type: ignore[misc]
    def __init__(self, worth: float) -> None:
        self._worth = worth

    def score(self, matcher: object) -> float:
        return self._worth


class _Search(NamedTuple):
    """A Whoosh query; the score a hit must reach; whether it is tried only when nothing was found before."""

    query: Any
    floor: float = 0.0
    last_resort: bool = False


class _Question:
    """A query as searches, from the narrowest to the widest.

    They are built from terms, never parsed, so nothing that is typed can be an operator.
    """

    def __init__(self, searcher: Any, query: str) -> None:
        self._searcher = searcher
        typed = typed_pinyin(query[:_LONGEST_QUERY])
        without_tail = _PLACE_TAIL.sub(" ", typed)
        self._asked = _first_pieces(typed)
        self._plain = _first_pieces(without_tail)
        self._telling = _first_pieces(_COMMON_WORDS.sub(" ", without_tail))
        self._by_pinyin: dict[str, list[Any]] = {}

    def searches(self) -> Iterator[_Search]:
        asked, plain, telling = self._asked, self._plain, self._telling
        if not asked:
            return
        yield self._in_titles(asked)
        if plain != asked:
            yield self._in_titles(plain)
        parts = [self._parts(piece, "title") for piece in plain]
        yield _Search(And([Or(part) for part in parts]), sum(ceil(_NEARLY * len(part)) for part in parts))
        yield _Search(And([part for piece in asked for part in self._parts(piece, "title", "body")]))
        if telling != plain:
            yield self._in_titles(telling)._replace(last_resort=True)
        anywhere = [part for piece in plain for part in self._parts(piece, "title", "body")]
        yield _Search(Or(anywhere), ceil(_ENOUGH * len(anywhere)), last_resort=True)
        single = [Term("title", character) for piece in plain if piece.kind == "han" for character in piece.text]
        yield _Search(And(single), last_resort=True)

    def _in_titles(self, asked: list[Piece]) -> _Search:
        """All pieces in the title; a little better where a piece is a whole name there."""
        return _Search(
            And(
                [
                    AndMaybe(And(self._parts(piece, "title")), Term("names", piece.text, boost=_WHOLE_NAME))
                    for piece in asked
                ]
            )
        )

    def _parts(self, piece: Piece, *where: str) -> list[Any]:
        """The terms of a piece: pairs of a Han run (one character stays single), a number, a word or its pinyin."""
        if piece.kind == "han" and len(piece.text) > 1:
            return [_either([Term(field, text) for field in where]) for text in dict.fromkeys(pairs(piece.text))]
        choices = [Term(field, piece.text) for field in where]
        if piece.kind == "letters":
            if piece.text not in self._by_pinyin:
                self._by_pinyin[piece.text] = list(self._named_by_pinyin(piece.text))
            choices += self._by_pinyin[piece.text]
        return [_either(choices)]

    def _named_by_pinyin(self, letters: str) -> Iterator[Any]:
        """Names spelled so; then names that begin so; then names with that inside."""
        entries = [(Term("spelled", letters), 1.0), (Prefix("spelled", letters), 0.99)]
        if len(letters) > 1:
            entries.append((Prefix("spelled_inside", letters), 0.98))
        for entry, worth in entries:
            numbers = islice(self._searcher.docs_for_query(entry), _MOST_NAMES)
            names = [self._searcher.stored_fields(number)["name"] for number in numbers]
            if names:
                yield ConstantScoreQuery(Or([Term("names", name) for name in names]), worth)


def _first_pieces(text: str) -> list[Piece]:
    return list(dict.fromkeys(pieces(text)))[:_MOST_PIECES]


def _either(choices: list[Any]) -> Any:
    return choices[0] if len(choices) == 1 else DisjunctionMax(choices)


class Index:
    """A release's index. Cheap to make: what is open is kept until another folder is asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, query: str, limit: int = 20) -> list[Hit]:
        """The best hits, titles before bodies. Raises FileNotFoundError where there is no index."""
        found: dict[int, Hit] = {}
        with _lock:
            searcher = _searcher(self._folder)
            for search in _Question(searcher, query).searches():
                if len(found) >= limit or (search.last_resort and found):
                    break
                for result in _run(searcher, search, limit):
                    if len(found) < limit:
                        found.setdefault(result.docnum, _hit(result, query))
        return list(found.values())


def _run(searcher: Any, search: _Search, limit: int) -> list[Any]:
    # Whoosh 2.7.5 takes the best a long Or can score for its best term's, not their sum, and so drops hits as hopeless
    # when it prunes; `replace=0` and `usequality=False` keep it from pruning.
    collector = TopCollector(limit, usequality=False, replace=0)
    searcher.search_with_collector(search.query, collector)
    return [result for result in collector.results() if result.score > search.floor - 0.5]


def _hit(result: Any, query: str) -> Hit:
    return Hit(result["path"], result["kind"], result["title"], _excerpt(result["body"], query))


def _excerpt(body: str, query: str) -> str:
    """Plain text around the first place where the query, or a part of it, stands."""
    text = _UNSHOWN.sub(" ", body).strip()
    folded = text.lower()
    asked = [piece.text for piece in pieces(query[:_LONGEST_QUERY])]
    looked_for = [fold(query[:_LONGEST_QUERY]).strip(), *sorted(asked, key=len, reverse=True)]
    looked_for += [pair for text_asked in asked for pair in pairs(text_asked)]
    at = next((place for part in looked_for if part and (place := folded.find(part)) >= 0), 0)
    start = max(0, min(at - _EXCERPT_BEFORE, len(text) - _EXCERPT_LENGTH))
    end = start + _EXCERPT_LENGTH
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")


class _Opened(NamedTuple):
    identity: tuple[Path, int, int]
    index: Any
    searcher: Any


# Whoosh readers share a file position, so one thread searches at a time.
_lock = threading.Lock()
_opened: _Opened | None = None


def _searcher(folder: Path) -> Any:
    """The open searcher of this very folder; a folder made anew under the same name is another one."""
    global _opened
    resolved = folder.resolve(strict=True)
    state = resolved.stat()
    identity = (resolved, state.st_ino, state.st_mtime_ns)
    if _opened is None or _opened.identity != identity:
        if _opened is not None:
            _opened.searcher.close()
            _opened.index.close()
            _opened = None
        index = open_dir(str(resolved), readonly=True)
        _opened = _Opened(identity, index, index.searcher(weighting=_Coverage()))
    return _opened.searcher
