"""The policy list of each year and its filters, a policy over the years with its leaflet, and a batch county-wide."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, abort

from generator.catalogue import Catalogue
from generator.policy_years import HEADINGS, Choice, PolicyYear
from generator.qr import QrCodes
from generator.views.shared import Page, batch_keys, fingerprint_of, here, show

blueprint = Blueprint("policies", __name__)
_KIND = f"<any({','.join(HEADINGS)}):kind>"


@blueprint.get("/policies/")
def newest_list() -> str:
    years = here().catalogue.policy_years
    return _list(years[0], None) if years else abort(404)


@blueprint.get("/policies/<int:year>/")
def policy_list(year: int) -> str:
    return _list(_year(year), None)


@blueprint.get(f"/policies/<int:year>/{_KIND}/<code>/")
def choice(year: int, kind: str, code: str) -> str:
    listed = _year(year)
    return _list(listed, listed.choice(kind, code) or abort(404))


@blueprint.get("/policies/<code>/")
def policy(code: str) -> str:
    page = here().catalogue.policies.get(code) or abort(404)
    return show("policy", page.newest.name, "政策清单", page.newest.target_group, page=page)


@blueprint.get("/policies/<code>/leaflet/")
def leaflet(code: str) -> str:
    page = here().catalogue.policies.get(code) or abort(404)
    qr = QrCodes().svg(here().catalogue.site.url + page.path)
    return show("leaflet", f"{page.newest.name}明白卡", "政策清单", page.newest.target_group, page=page, qr=qr)


@blueprint.get("/batches/<number>/")
def batch(number: str) -> str:
    page = here().batches.get(number) or abort(404)
    return show("batch", page.title, "发放信息", page=page)


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    """`fingerprint` stands for the lists and units too: they are on every page. A list is also made of what is late."""
    for number, listed in enumerate(catalogue.policy_years):
        key = fingerprint_of(fingerprint, listed.states)
        if number == 0:
            yield Page("policies/index.html", "policies.newest_list", {}, key)
        yield Page(f"policies/{listed.year}/index.html", "policies.policy_list", {"year": listed.year}, key)
        for found in listed.all_choices:
            values = {"year": found.year, "kind": found.kind, "code": found.code}
            yield Page(found.path + "index.html", "policies.choice", values, key)
    for policy in catalogue.policies.values():
        key = fingerprint_of(fingerprint, batch_keys(policy.batches), catalogue.articles.key)
        yield Page(policy.path + "index.html", "policies.policy", {"code": policy.code}, key)
        yield Page(policy.path + "leaflet/index.html", "policies.leaflet", {"code": policy.code}, fingerprint)
    for batch in catalogue.batches:
        key = fingerprint_of(fingerprint, batch_keys([batch]))
        yield Page(batch.path + "index.html", "policies.batch", {"number": batch.number}, key)


def _year(year: int) -> PolicyYear:
    return next((listed for listed in here().catalogue.policy_years if listed.year == year), None) or abort(404)


def _list(listed: PolicyYear, choice: Choice | None) -> str:
    """A year's whole list, or what is left of it under one choice."""
    catalogue = here().catalogue
    return show(
        "policy_list",
        choice.title if choice else f"{listed.year}年补贴政策清单",
        "政策清单",
        listing=listed.listing,
        changes=() if choice else catalogue.list_changes.get(listed.year, ()),
        listed=listed,
        choice=choice,
        headings=HEADINGS,
    )
