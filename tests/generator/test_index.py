"""The index finds what people type, and nothing they type can break it or steer it."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

import pytest
from whoosh.analysis import StandardAnalyzer

from generator.index import Document, Index, build
from tests.generator import county


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("release") / "index"
    assert build(folder, county.documents()) == len(list(county.documents()))
    return Index(folder)


def small(folder: Path, *documents: Document) -> Index:
    build(folder, documents)
    return Index(folder)


def paths(index: Index, query: str, limit: int = 20) -> list[str]:
    return [hit.path for hit in index.find(query, limit)]


@pytest.mark.slow
def test_what_people_type_is_found(index: Index) -> None:
    questions = county.questions()
    assert len(questions) >= 500
    missed = [
        (question.typed, question.path, [hit.title for hit in index.find(question.typed)[:4]])
        for question in questions
        if question.path not in paths(index, question.typed)[: question.within]
    ]
    assert not missed, f"{len(missed)} of {len(questions)}: {missed[:10]}"


def test_chinese_is_really_cut_into_terms(index: Index) -> None:
    """Whoosh's own analyzer keeps a title as one word and would find none of these."""
    assert [token.text for token in StandardAnalyzer()("耕地地力保护补贴")] == ["耕地地力保护补贴"]
    everything = len(list(county.documents()))
    for query in ("地力", "耕地", "王村", "移民", "gddlbh"):
        found = paths(index, query, limit=everything)
        assert 0 < len(found) < everything / 4


@pytest.mark.parametrize("query", ["麒麟", "饕餮 魑魅", "zzzqqq", "1897", "火箭发动机"])
def test_what_is_not_there_is_not_found(index: Index, query: str) -> None:
    assert index.find(query) == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "\u3000",
        "，。！？",
        "()[]{}*?~^:\"'\\/",
        "《》“”",
        "\u200b\u202e\u2066",
        "\x00\x01",
        "😀",
        "\ud800",
        "-",
        "*",
    ],
)
def test_a_query_without_words_finds_nothing(index: Index, query: str) -> None:
    assert index.find(query) == []


@pytest.mark.parametrize(
    "query",
    [
        "王村 " * 250, "耕" * 1000, "x" * 1000, "a b c d e f g h i j k l m n o p " * 30, "1" * 1000, "耕地" * 500,
        "title:王村", "NOT 王村", "王村 OR 耕地", "王村~2", "王村^9", "[a TO z]", '"王村', "(王村", "path:*", "'; DROP TABLE", "王*村",
        "<script>alert(1)</script>", "\u202e王村\u202c", "é", "ﬁ", "①②", "𠮷村", "〇", "Ⅷ", "٣",
    ],
)  # fmt: skip
def test_odd_queries_never_raise(index: Index, query: str) -> None:
    assert len(index.find(query)) <= 20


def test_nothing_typed_is_an_operator(tmp_path: Path) -> None:
    index = small(
        tmp_path / "index",
        Document("a/", "page", "王村", "甲"),
        Document("b/", "page", "李庄", "乙"),
        Document("c/", "page", "王家冲", "丙"),
    )
    assert paths(index, "*") == paths(index, "title:*") == paths(index, "path:a") == []
    assert paths(index, "王*冲") == ["c/"]  # two characters, not a wildcard: the same as with a space
    assert paths(index, "王 冲") == ["c/"]
    assert paths(index, "-王村") == paths(index, '"王村"') == paths(index, "\u202e王\u200b村") == ["a/"]
    assert paths(index, "王村 AND NOT 王村") == ["a/"]
    assert "b/" not in paths(index, "NOT 王村")
    assert paths(index, "王村 李庄") == ["a/", "b/"]  # no page has both, so either is shown
    assert paths(index, "王村 OR 李庄") == []  # OR is one more word, found nowhere: one of three is not enough


def test_titles_come_before_bodies_and_new_before_old(tmp_path: Path) -> None:
    index = small(
        tmp_path / "index",
        Document("body/", "page", "办事指南", "稻谷补贴 稻谷补贴 稻谷补贴", 2026),
        Document("old/", "posting", "王村 稻谷补贴", "", 2023),
        Document("new/", "posting", "王村 稻谷补贴", "", 2025),
        Document("middle/", "posting", "王村 稻谷补贴", "", 2024),
    )
    assert paths(index, "稻谷补贴") == ["new/", "middle/", "old/", "body/"]
    assert paths(index, "稻谷补贴", limit=2) == ["new/", "middle/"]
    assert paths(index, "稻谷 2024") == ["middle/"]
    assert paths(index, "稻谷", limit=0) == []


def test_a_title_that_says_it_exactly_does_not_hide_the_policy_that_is_meant(tmp_path: Path) -> None:
    index = small(
        tmp_path / "index",
        Document("documents/1/", "document", "关于耕地补贴工作的通知", ""),
        Document("policies/a/", "policy", "耕地地力保护补贴", ""),
    )
    assert paths(index, "耕地补贴") == ["documents/1/", "policies/a/"]


def test_most_of_the_words_are_enough_when_all_are_not_there(tmp_path: Path) -> None:
    index = small(
        tmp_path / "index",
        Document("a/", "page", "白马镇敬老院", "老人可到镇上申请高龄津贴"),
        Document("b/", "page", "清水乡卫生院", ""),
    )
    assert paths(index, "白马镇敬老院的高龄津贴去哪里申请")[0] == "a/"
    assert paths(index, "白马镇体育馆游泳比赛") == []


def test_the_excerpt_is_plain_text_around_the_match(tmp_path: Path) -> None:
    body = "前言。" * 60 + "第一条\n\u202e申请\u200b人持<b>一卡通</b>（存折）办理雨露计划。" + "附则。" * 60
    index = small(tmp_path / "index", Document("a/", "page", "办法", body), Document("b/", "page", "雨露", ""))
    first, second = index.find("雨露计划"), index.find("雨露")
    excerpt = first[0].excerpt
    assert "雨露计划" in excerpt
    assert "（存折）" in excerpt  # as written, not folded
    assert "<b>一卡通</b>" in excerpt  # text stays text: the template escapes it
    assert excerpt.startswith("…")
    assert excerpt.endswith("…")
    assert len(excerpt) < 100
    assert not {"\n", "\u202e", "\u200b"} & set(excerpt)
    assert second[0].excerpt == ""


def test_the_index_is_fresh_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "temporary"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    folder = tmp_path / "index"
    build(folder, county.documents())
    assert sorted(file.suffix for file in folder.iterdir()) == [".seg", ".toc"]
    assert not list(elsewhere.iterdir())
    with pytest.raises(FileExistsError):
        build(folder, [])


def test_a_build_that_fails_leaves_an_index_without_pages(tmp_path: Path) -> None:
    broken = Document("b/", "page", "李庄", 7)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not unicode"):
        build(tmp_path / "index", [Document("a/", "page", "王村", ""), broken])
    assert Index(tmp_path / "index").find("王村") == []


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    assert build(tmp_path / "index", []) == 0
    assert Index(tmp_path / "index").find("王村") == []


def test_a_new_release_under_the_same_name_is_seen(tmp_path: Path) -> None:
    current = tmp_path / "current"
    for number, title in enumerate(["王村", "李庄"]):
        build(tmp_path / str(number), [Document("a/", "page", title, "")])
        if current.is_symlink():
            current.unlink()
        current.symlink_to(tmp_path / str(number))
        assert [hit.title for hit in Index(current).find(title)] == [title]
    assert Index(current).find("王村") == []


def test_no_index_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Index(tmp_path / "nowhere").find("王村")


def test_many_threads_get_the_same_answers(index: Index) -> None:
    expected = {query: paths(index, query) for query in ("王村", "gddlbh", "耕地补贴", "李村三组")}
    wrong: list[str] = []

    def search() -> None:
        for query, answer in expected.items():
            if paths(index, query) != answer:
                wrong.append(query)

    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
