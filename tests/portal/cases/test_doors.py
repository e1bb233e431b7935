"""The doors to complaints on the site: there when the county has opened them, else the hotline."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.site import PublicSite
from tests.county import CONTENT, LAND, WANGCUN, build, change_site_text, make_site
from tests.portal.cases.conftest import CLOSED, County

PAGES = ("index.html", f"policies/{LAND}/index.html", "verify/index.html", "about/index.html")


def built(county: County, folder: Path, content: Path = CONTENT) -> Path:
    site: PublicSite = make_site(county.office, county.folder / "office", content, folder / "releases")
    build(county.office, site)
    root = site.root()
    assert root is not None
    return root


@pytest.mark.slow
def test_doors_open_and_closed(county: County, tmp_path: Path) -> None:
    posting = f"villages/{WANGCUN}/{county.batch}/index.html"
    opened = built(county, tmp_path / "open")
    home = (opened / "index.html").read_text(encoding="utf-8")
    assert '<a href="./complain"><strong>我要反映' in home
    assert '<a href="./follow"><strong>查办理进度' in home
    assert f'complain?village={WANGCUN}&amp;policy={LAND}"' in (opened / posting).read_text(encoding="utf-8")
    assert f'complain?policy={LAND}"' in (opened / PAGES[1]).read_text(encoding="utf-8")
    assert 'receipt-check"' in (opened / PAGES[2]).read_text(encoding="utf-8")
    content = change_site_text(tmp_path / "content", *CLOSED)
    closed = built(county, tmp_path / "closed", content)
    for path in (*PAGES, posting):
        page = (closed / path).read_text(encoding="utf-8")
        assert "complain" not in page
        assert "follow" not in page
    assert "网上反映还没有开通" in (closed / "index.html").read_text(encoding="utf-8")
