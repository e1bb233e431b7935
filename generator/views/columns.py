"""What the county writes itself: its columns, their articles, and the pages about this site."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, abort

from generator.articles import COLUMNS, PAGES, Article
from generator.catalogue import Catalogue, PolicyPage
from generator.views.shared import Page, fingerprint_of, here, show

blueprint = Blueprint("columns", __name__)
_LISTED = tuple(name for name in COLUMNS if name != "pages")
_ROUTE = f"<any({','.join(_LISTED)}):name>"
_DESCRIPTION_LENGTH = 90


@blueprint.get(f"/{_ROUTE}/")
def column(name: str) -> str:
    listed, catalogue = COLUMNS[name], here().catalogue
    if name == "guides":
        return show("guides", listed.word, listed.word, listed=listed, groups=_guide_groups(catalogue))
    return show("column", listed.word, listed.word, listed=listed, articles=catalogue.articles.column(name))


@blueprint.get(f"/{_ROUTE}/<slug>/")
def article(name: str, slug: str) -> str:
    found = here().catalogue.articles.find(name, slug) or abort(404)
    return _article("guide" if name == "guides" else "article", found)


@blueprint.get(f"/<any({','.join(PAGES)}):slug>/")
def about(slug: str) -> str:
    return _article("about", here().catalogue.articles.find("pages", slug) or abort(404))


def _article(template: str, found: Article) -> str:
    policies = here().catalogue.policies
    concerned = [policies[code] for code in found.policies if code in policies]
    description = found.prose.text[:_DESCRIPTION_LENGTH]
    return show(template, found.title, found.column.word, description, article=found, concerned=concerned)


def _guide_groups(catalogue: Catalogue) -> list[tuple[str, list[PolicyPage]]]:
    """The policies that have a guide, by whom the newest list says they are for."""
    codes = [guide.slug for guide in catalogue.articles.column("guides")]
    groups: list[tuple[str, list[str]]] = []
    for year in catalogue.policy_years[:1]:
        for choice in year.choices["for"]:
            groups.append((choice.word, [policy.code for policy in choice.policies if policy.code in codes]))
    placed = {code for _, found in groups for code in found}
    groups.append(("其他", sorted(set(codes) - placed)))
    return [(word, [catalogue.policies[code] for code in found]) for word, found in groups if found]


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    articles = catalogue.articles
    for name in _LISTED:
        yield Page(f"{name}/index.html", "columns.column", {"name": name}, fingerprint_of(fingerprint, articles.key))
    for found in articles:
        key = fingerprint_of(fingerprint, found.digest)
        if found.column.name == "pages":
            yield Page(found.path + "index.html", "columns.about", {"slug": found.slug}, key)
        else:
            values = {"name": found.column.name, "slug": found.slug}
            yield Page(found.path + "index.html", "columns.article", values, key)
