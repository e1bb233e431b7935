"""The columns on a built site: their pages, what they say, where they are linked; what is not open is nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.articles import COLUMNS
from generator.site import PublicSite
from portal.domain.findings import Refused
from portal.office import Office
from tests.county import FAMILIES, LAND, build, make_site, office_in
from tests.generator.articles import GUIDE_BODY, make_content, write_article
from tests.service import searched

SECRET = "石榴树下的方案"
SECRET_SLUG = "pomegranate"
SECRET_NUMBER = "明密发〔2025〕77号"


@dataclass
class Built:
    office: Office
    site: PublicSite
    content: Path
    root: Path

    def page(self, path: str) -> str:
        return (self.root / path / "index.html").read_text(encoding="utf-8")

    def rebuild(self) -> int:
        rebuilt = build(self.office, self.site).rebuilt
        root = self.site.root()
        assert root is not None
        self.root = root
        return rebuilt


def _write(content: Path) -> None:
    write_article(
        content, "documents/plan", "## 一、补多少\n\n每亩95元。看[清单](/policies/)。", title='"耕地补贴方案"',
        number='"明农发（2025）12号"', published="2025-03-04", policies=f'["{LAND}"]', attachments='["任务分工表"]',
    )  # fmt: skip
    write_article(content, "documents/draft", title='"暂行办法"', validity='"征求意见"')
    write_article(content, "documents/old", title='"旧办法"', validity='"废止"')
    write_article(
        content, f"documents/{SECRET_SLUG}", f"{SECRET}正文。", title=f'"{SECRET}"', number=f'"{SECRET_NUMBER}"',
        attribute='"依申请公开"', policies=f'["{LAND}"]',
    )  # fmt: skip
    write_article(content, f"guides/{LAND}", GUIDE_BODY, title='"耕地补贴申报指南"')
    write_article(content, "evaluations/land", "八十八分。", title='"绩效评价"', policies=f'["{LAND}"]')
    write_article(content, "violations/one", "[看](javascript:alert(1))某村退回620元。", title='"某村的处理"')
    write_article(content, "announcements/one", "清单公布了。", title="'收入<5000元 & \"清单\"'")


@contextmanager
def _site_in(folder: Path) -> Iterator[Built]:
    with office_in(folder) as office:
        content = make_content(folder)
        _write(content)
        made = Built(office, make_site(office, folder, content), content, folder)
        made.rebuild()
        yield made


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """One site for all tests that only read."""
    with _site_in(tmp_path_factory.mktemp("built")) as made:
        yield made


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Built]:
    """A site of this test's own, to build again."""
    with _site_in(tmp_path) as made:
        yield made


def test_every_column_lists_its_articles_and_each_has_a_page(built: Built) -> None:
    for column, slug in [
        ("documents", "plan"),
        ("guides", LAND),
        ("evaluations", "land"),
        ("violations", "one"),
        ("announcements", "one"),
    ]:
        assert f'href="../{column}/{slug}/"' in built.page(column)
        assert built.page(f"{column}/{slug}").count("<h1>") == 1
    for slug in ("about", "privacy", "accessibility"):
        assert "正文。" in built.page(slug)
        assert f'href="../{slug}/"' in built.page("documents")


def test_the_header_table_and_meta_tags_say_what_the_file_says(built: Built) -> None:
    page = built.page("documents/plan")
    rows = dict(re.findall(r'<th scope="row">([^<]*)</th><td>([^<]*)</td>', page))
    assert rows == {
        "索引号": "依据文件／plan",
        "组配分类": "惠民惠农补贴／依据文件",
        "发布机构": "小明县财政局",
        "文号": "明农发〔2025〕12号",
        "成文日期": "2025年3月1日",
        "发布日期": "2025年3月4日",
        "有效性": "有效",
        "公开属性": "主动公开",
    }
    meta = dict(re.findall(r'<meta name="(\w+)" content="([^"]*)">', page))
    assert meta["ArticleTitle"] == "耕地补贴方案"
    assert meta["PubDate"] == "2025-03-04 00:00"
    assert meta["ContentSource"] == "小明县财政局"
    assert (meta["ColumnName"], meta["ColumnType"]) == ("依据文件", "政策文件")
    assert meta["Keywords"] == "依据文件,耕地地力保护补贴"
    assert meta["Description"] == "一、补多少 每亩95元。看清单。"


def test_an_article_leads_to_its_policies_and_names_its_attachments(built: Built) -> None:
    page = built.page("documents/plan")
    assert f'<a href="../../policies/{LAND}/">耕地地力保护补贴</a>' in page
    assert '看<a href="../../policies/">清单</a>' in page
    assert "<li>任务分工表</li>" in page
    assert '<a href="../../documents/">依据文件</a>' in page  # breadcrumb


def test_drafts_and_abolished_documents_are_marked_in_the_list_and_on_their_page(built: Built) -> None:
    for slug, warning in [("draft", "征求意见稿，尚未生效"), ("old", "已经废止，不再执行")]:
        assert f'<p class="warn">{warning}。</p>' in built.page(f"documents/{slug}")
        assert f'<span class="tag">{warning}</span>' in built.page("documents")
    assert 'class="warn"' not in built.page("documents/plan")


def test_a_guide_shows_rate_and_whom_to_ask_from_the_registers(built: Built) -> None:
    page = built.page(f"guides/{LAND}")
    assert "每亩95元" in page
    assert 'href="tel:0999-5301001"' in page
    assert f'href="../../policies/{LAND}/"' in page


def test_guides_stand_under_whom_the_newest_list_says_they_are_for(built: Built) -> None:
    assert re.findall(r"<h2 id=\"g\d+\">([^<]*)</h2>\s*<ul[^>]*>\s*<li><a[^>]*>([^<]*)</a>", built.page("guides")) == [
        ("种粮户", "耕地地力保护补贴")
    ]


def test_documents_have_the_header_table_first_and_the_rest_behind_the_text(built: Built) -> None:
    document, evaluation = built.page("documents/plan"), built.page("evaluations/land")
    assert document.index('class="index"') < document.index('class="prose"')
    assert evaluation.index('class="prose"') < evaluation.index('class="index"')


def test_a_policy_leads_to_its_guide_and_what_was_written_about_it(built: Built) -> None:
    page = built.page(f"policies/{LAND}")
    assert f'href="../../guides/{LAND}/"' in page
    assert 'href="../../documents/plan/"' in page
    assert 'href="../../evaluations/land/"' in page
    other = built.page(f"policies/{FAMILIES}")
    assert "guides/hzbt" not in other
    assert "documents/plan" not in other


def test_titles_and_markdown_cannot_act(built: Built) -> None:
    assert "<p>[看](javascript:alert(1))某村退回620元。</p>" in built.page("violations/one")
    for path in ("announcements", "announcements/one"):
        assert "收入&lt;5000元 &amp; &#34;清单&#34;" in built.page(path)
        assert "收入<5000" not in built.page(path)


def test_what_is_given_on_request_is_nowhere_in_the_release(built: Built) -> None:
    """Not in a page, a file's name, a feed, the manifest, nor in the bytes of the search index."""
    release = built.root.parent
    files = [path for path in release.rglob("*") if path.is_file()]
    assert any(path.parent.name == "index" for path in files)
    for path in files:
        assert SECRET_SLUG not in str(path.relative_to(release))
        data = path.read_bytes()
        for secret in (SECRET, SECRET_SLUG, SECRET_NUMBER, "石榴", "明密发"):
            assert secret.encode() not in data, path
    assert built.site.find(SECRET) == []
    assert built.site.find("石榴") == []


def test_what_was_open_and_is_so_no_longer_is_gone_with_the_next_build(own: Built) -> None:
    path = own.content / "documents" / "plan.md"
    path.write_text(path.read_text("utf-8").replace("主动公开", "依申请公开"), encoding="utf-8")
    own.rebuild()
    data = b"".join(path.read_bytes() for path in own.root.parent.rglob("*") if path.is_file())
    assert "耕地补贴方案".encode() not in data
    assert "documents/plan" not in own.page(f"policies/{LAND}")


def test_articles_are_found_by_words_of_title_text_and_number(built: Built) -> None:
    for query, path in [
        ("耕地补贴方案", "documents/plan/"),
        ("明农发〔2025〕12号", "documents/plan/"),
        ("八十八分", "evaluations/land/"),
        ("某村的处理", "violations/one/"),
    ]:
        assert path in [hit.path for hit in built.site.find(query)], query
    assert "依据文件" in searched(built.office, built.site, built.content, "耕地补贴方案")


def test_every_kind_of_hit_has_a_word_on_the_search_page(own: Built) -> None:
    for name in COLUMNS:
        file = {"guides": f"guides/{LAND}", "pages": "pages/about"}.get(name, f"{name}/found")
        write_article(own.content, file, GUIDE_BODY, title=f'"葡萄架{name}"')
    own.rebuild()
    page = searched(own.office, own.site, own.content, "葡萄架")
    for name, column in COLUMNS.items():
        assert re.search(f'{name}</a> <span class="tag">{column.word}<', page)


@pytest.mark.parametrize("body", ["电话13812345678", "138 1234 5678", "[打电话](tel:13812345678)", "138**1234**5678"])
def test_somebody_s_phone_in_the_text_stops_the_release(own: Built, body: str) -> None:
    before = own.root
    write_article(own.content, "announcements/phone", body)
    with pytest.raises(Refused, match=r"announcements/phone/.*疑似电话号码"):
        own.rebuild()
    assert own.site.root() == before


def test_only_what_an_article_stands_on_is_made_anew(own: Built) -> None:
    assert own.rebuild() == 0
    write_article(own.content, "pages/about", "改过的话。", title='"about"')
    assert own.rebuild() > 0
    assert "改过的话。" in own.page("about")


def test_wrong_front_matter_publishes_nothing(own: Built) -> None:
    before = own.root
    write_article(own.content, "announcements/wrong", title=None)
    with pytest.raises(Refused, match=r"wrong\.md 的 title"):
        own.rebuild()
    assert own.site.root() == before


def test_a_column_without_articles_says_so(tmp_path: Path) -> None:
    with office_in(tmp_path) as office:
        site = make_site(office, tmp_path, make_content(tmp_path))
        build(office, site)
        root = site.root()
        assert root is not None
        assert "现在还没有" in (root / "violations" / "index.html").read_text("utf-8")
        assert "现在还没有" in (root / "guides" / "index.html").read_text("utf-8")
