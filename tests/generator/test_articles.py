"""What the county writes: read, ordered, and refused by file and field; nothing in Markdown can act."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.article_files import load_articles
from generator.articles import COLUMNS
from generator.prose import BadProse, read_prose
from portal.domain.documents import DocumentNumber
from portal.domain.findings import Refused
from tests.county import CONTENT
from tests.generator.articles import GUIDE_BODY, make_content, write_article

KNOWN = {"gddlbhbt", "lrbt"}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return make_content(tmp_path)


def refusal(content: Path) -> str:
    with pytest.raises(Refused) as refused:
        load_articles(content, KNOWN)
    return str(refused.value)


def test_an_article_has_what_its_front_matter_says(content: Path) -> None:
    write_article(
        content, "documents/plan", published="2025-03-05", number='"明财发（2025）03号"', policies='["lrbt"]',
        attachments='["任务分工表"]', body="## 一\n\n补给**老人**。",
    )  # fmt: skip
    (article,) = load_articles(content, KNOWN).column("documents")
    assert article.path == "documents/plan/"
    assert article.number == DocumentNumber("明财发", 2025, 3)
    assert (article.day.isoformat(), article.published.isoformat()) == ("2025-03-01", "2025-03-05")
    assert (article.policies, article.attachments, article.warning) == (("lrbt",), ("任务分工表",), "")
    assert article.prose.text == "一 补给老人。"


def test_without_a_date_of_publication_it_is_the_document_s_own(content: Path) -> None:
    write_article(content, "announcements/a")
    (article,) = load_articles(content, KNOWN).column("announcements")
    assert article.published == article.day


@pytest.mark.parametrize("attribute", ["依申请公开", "不予公开"])
@pytest.mark.parametrize("column", ["documents", "announcements", "evaluations", "violations"])
def test_what_is_not_open_never_becomes_an_article(content: Path, column: str, attribute: str) -> None:
    write_article(content, f"{column}/closed", attribute=f'"{attribute}"')
    assert [article.slug for article in load_articles(content, KNOWN)] == ["about", "accessibility", "privacy"]


def test_what_is_in_force_comes_first_then_drafts_then_abolished_each_newest_first(content: Path) -> None:
    for slug, validity, day in [
        ("old", "废止", "2025-06-01"),
        ("draft", "征求意见", "2025-05-01"),
        ("first", "有效", "2024-01-01"),
        ("second", "有效", "2025-01-01"),
    ]:
        write_article(content, f"documents/{slug}", validity=f'"{validity}"', date=day)
    documents = load_articles(content, KNOWN).column("documents")
    assert [article.slug for article in documents] == ["second", "first", "draft", "old"]
    assert [article.warning for article in documents] == ["", "", "征求意见稿，尚未生效", "已经废止，不再执行"]


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ({"title": None}, "content/documents/wrong.md 的 title（标题）：没有写"),
        ({"title": "3"}, "title（标题）：要写成文字"),
        ({"source": '" "'}, "source（发布机构）：没有写"),
        ({"date": None}, "date（成文日期）：没有写。写成 date = 2026-01-05"),
        ({"date": '"2025-03-01"'}, "date（成文日期）：不是日期"),
        ({"date": "2025-03-01T08:00:00"}, "date（成文日期）：不是日期"),
        ({"published": "2025-02-28"}, "published（发布日期）：比成文日期还早"),
        ({"number": '"财政局3号"'}, "number（文号）：“财政局3号”不像文号"),
        ({"validity": None}, "validity（有效性）：没有写，应是：有效、征求意见、废止"),
        ({"validity": '"试行"'}, "validity（有效性）：写的是“试行”，应是：有效、征求意见、废止"),
        ({"attribute": None}, "attribute（公开属性）：没有写，应是：主动公开、依申请公开、不予公开"),
        ({"attribute": '"公开"'}, "attribute（公开属性）：写的是“公开”"),
        ({"policies": '"lrbt"'}, "policies（有关补贴的项目编码）：要写成一串文字"),
        ({"policies": '["lrbtt"]'}, "policies（有关补贴的项目编码）：没有编码是“lrbtt”的补贴项目"),
        ({"attachments": "[1]"}, "attachments（附件名称）：要写成一串文字"),
        ({"titel": '"x"'}, "content/documents/wrong.md 的 titel：不认识这一项"),
    ],
)
def test_wrong_front_matter_is_named_by_file_and_field(content: Path, front: dict[str, str | None], said: str) -> None:
    write_article(content, "documents/wrong", **front)
    assert said in refusal(content)


def test_everything_wrong_is_said_at_once(content: Path) -> None:
    write_article(content, "documents/one", title=None, source=None)
    write_article(content, "violations/two", date=None)
    said = refusal(content)
    assert all(part in said for part in ("one.md 的 title", "one.md 的 source", "two.md 的 date"))


def test_a_closed_document_is_checked_like_any_other(content: Path) -> None:
    write_article(content, "documents/closed", attribute='"依申请公开"', validity='"？"')
    assert "content/documents/closed.md 的 validity" in refusal(content)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("documents/bare.md", "只有正文".encode(), "开头没有两行 +++"),
        ("documents/toml.md", "+++\ntitle = “补贴”\n+++\n正文".encode(), "两行 +++ 中间写错了"),
        ("documents/gbk.md", "+++\n+++\n正文".encode("gb18030"), "不是 UTF-8 编码"),
        ("documents/通知.docx", b"", "这里只放 .md 文件"),
        ("documents/UPPER.md", b"+++\n+++\nx", "文件名要用作网址"),
        ("pages/contact.md", b"+++\n+++\nx", "文件名只能是：about.md、privacy.md、accessibility.md"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content: Path, name: str, data: bytes, said: str) -> None:
    (content / name).parent.mkdir(exist_ok=True)
    (content / name).write_bytes(data)
    assert f"content/{name}" in refusal(content)
    assert said in refusal(content)


def test_what_notepad_adds_does_no_harm(content: Path) -> None:
    path = write_article(content, "announcements/notepad")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_articles(content, KNOWN).find("announcements", "notepad")


@pytest.mark.parametrize("code", ["<b>1</b>", "<script>", "138<i>1234</i>5678", "<!-- x -->", "`<br>`"])
def test_web_code_is_refused_for_it_would_be_shown_as_it_is_typed(content: Path, code: str) -> None:
    write_article(content, "announcements/code", f"正文{code}。")
    assert "content/announcements/code.md：有网页代码" in refusal(content)


def test_a_sign_for_less_is_no_web_code(content: Path) -> None:
    write_article(content, "announcements/less", "人均收入<5000元，<姓名>。")
    assert load_articles(content, KNOWN).find("announcements", "less")


def test_an_empty_text_is_refused(content: Path) -> None:
    write_article(content, "documents/empty", body="")
    assert "没有正文" in refusal(content)


@pytest.mark.parametrize("page", ["about", "privacy", "accessibility"])
def test_the_pages_that_every_foot_leads_to_must_be_there(content: Path, page: str) -> None:
    (content / "pages" / f"{page}.md").unlink()
    assert f"content/pages/{page}.md：没有这个文件" in refusal(content)


def test_a_guide_is_of_the_policy_that_names_its_file(content: Path) -> None:
    write_article(content, "guides/lrbt", GUIDE_BODY)
    articles = load_articles(content, KNOWN)
    guide = articles.find("guides", "lrbt")
    assert guide is not None
    assert guide.policies == ("lrbt",)
    assert articles.about("lrbt") == []


@pytest.mark.parametrize("heading", ["谁能申请", "带什么", "到哪里办", "多久到账"])
def test_a_guide_answers_every_question(content: Path, heading: str) -> None:
    write_article(content, "guides/lrbt", GUIDE_BODY.replace(heading, "别的"))
    assert f"申报指南少了“## {heading}”一节" in refusal(content)


def test_a_guide_does_not_name_policies_and_its_policy_exists(content: Path) -> None:
    write_article(content, "guides/lrbt", GUIDE_BODY, policies='["lrbt"]')
    write_article(content, "guides/nobody", GUIDE_BODY)
    said = refusal(content)
    assert "lrbt.md 的 policies" in said
    assert "没有编码是“nobody”的补贴项目" in said


def test_a_guide_waits_for_its_policy_s_list(content: Path) -> None:
    (content / "policies").mkdir()
    (content / "policies" / "2026.csv").write_text("项目编码,项目名称\nsoon,明年的补贴\n", encoding="utf-8-sig")
    write_article(content, "guides/soon", GUIDE_BODY)
    assert load_articles(content, KNOWN).column("guides") == ()
    assert len(load_articles(content, {*KNOWN, "soon"}).column("guides")) == 1


def test_a_document_is_found_by_the_number_that_a_policy_cites(content: Path) -> None:
    write_article(content, "documents/plan", number='"明农发〔2026〕5号"')
    articles = load_articles(content, KNOWN)
    assert articles.cited("《实施方案》（明农发[2026]5号）") is articles.find("documents", "plan")
    assert articles.cited("《实施方案》（明农发〔2026〕6号）") is None
    assert articles.cited("《森林法》") is None


def test_the_key_changes_with_any_article(content: Path) -> None:
    before = load_articles(content, KNOWN).key
    assert load_articles(content, KNOWN).key == before
    write_article(content, "pages/about", "改过。")
    assert load_articles(content, KNOWN).key != before


def test_the_county_s_own_content_is_good_and_of_its_own_lists() -> None:
    articles = load_articles(CONTENT, {path.stem for path in (CONTENT / "guides").iterdir()})
    assert all(articles.column(name) for name in COLUMNS)
    assert {article.validity for article in articles.column("documents")} == {"valid", "draft", "abolished"}


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<iframe src='https://e.invalid'></iframe>",
        '<b onclick="alert(1)">点我</b>',
        "[点我](javascript:alert(1))",
        "[点我](JaVaScRiPt&colon;alert(1))",
        "<javascript:alert(1)>",
        "[点我](data:text/html;base64,PHNjcmlwdD4=)",
        "[点我](vbscript:x)",
        '文字 <img src=x onerror="alert(1)">',
        "<style>*{display:none}</style>",
        "```\n<script>alert(1)</script>\n```",
        '[a](https://e.invalid/"onmouseover="alert(1))',
        "<svg/onload=alert(1)>",
        "<!-- x --><form action=//e.invalid>",
    ],
)
def test_nothing_in_markdown_can_act(markdown: str) -> None:
    """Whatever tags come out are ours, and whatever attributes they have lead to https or a page of the site."""
    made = read_prose(markdown).html
    tags = re.findall(r"<([^>]*)>", made)
    assert all(re.fullmatch(r'/?(p|pre|code|strong|em)|/a|a href="https://[^"]*"', tag) for tag in tags), tags


@pytest.mark.parametrize("target", ["policies/", "../policies/", "#top", "//e.invalid", "mailto:a@e.invalid"])
def test_a_link_says_where_it_leads(target: str) -> None:
    with pytest.raises(BadProse, match="不知道通向哪里"):
        read_prose(f"[看]({target})")


def test_pictures_are_refused() -> None:
    with pytest.raises(BadProse, match="图片"):
        read_prose("![照片](/a.png)")


@pytest.mark.parametrize(
    "markdown", ["# 大标题", "### 先三级", "## 二\n\n#### 四", "标题\n===", "## 二\n\n### 三\n\n#### 四\n\n##### 五"]
)
def test_headings_go_down_one_at_a_time_below_the_page_s_own(markdown: str) -> None:
    with pytest.raises(BadProse, match="##"):
        read_prose(markdown)


def test_links_to_the_site_are_relative_to_the_page() -> None:
    prose = read_prose("[政策](/policies/) [热线](tel:12345) [法规](https://e.invalid/a/)")
    made = prose.at("../../")
    assert 'href="../../policies/"' in made
    assert 'href="tel:12345"' in made
    assert 'href="https://e.invalid/a/"' in made


def test_tables_scroll_each_under_a_name_of_its_own_and_figures_stand_right() -> None:
    table = "| 甲 | 乙 | 丙 |\n|---|--:|:-:|\n| 1 | 2 | 3 |\n"
    made = read_prose(f"{table}\n再看：\n\n{table}").html
    assert 'aria-label="表格1，' in made
    assert 'aria-label="表格2，' in made
    assert made.count('<th scope="col" class="num">乙</th>') == 2
    assert made.count('<td class="num">2</td>') == 2
    assert "style" not in made
