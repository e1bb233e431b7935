"""The policy list of each year, a policy over the years, and a batch county-wide."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, abort

from generator.catalogue import Catalogue
from generator.views.shared import Page, batch_keys, fingerprint_of, here, show

blueprint = Blueprint("policies", __name__)


@blueprint.get("/policies/")
def newest_list() -> str:
    lists = here().lists
    return policy_list(max(lists)) if lists else abort(404)


@blueprint.get("/policies/<int:year>/")
def policy_list(year: int) -> str:
    lists = here().lists
    listing = lists.get(year) or abort(404)
    changes = here().catalogue.list_changes.get(year, ())
    years = sorted(lists, reverse=True)
    return show("policy_list", f"{year}年补贴政策清单", "政策清单", listing=listing, changes=changes, years=years)


@blueprint.get("/policies/<code>/")
def policy(code: str) -> str:
    page = here().catalogue.policies.get(code) or abort(404)
    return show("policy", page.newest.name, "政策清单", page.newest.target_group, page=page)


@blueprint.get("/batches/<number>/")
def batch(number: str) -> str:
    page = here().batches.get(number) or abort(404)
    return show("batch", page.title, "发放信息", page=page)


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    """`fingerprint` stands for the lists and units too: they are on every page."""
    if catalogue.lists:
        yield Page("policies/index.html", "policies.newest_list", {}, fingerprint)
    for listing in catalogue.lists:
        yield Page(f"policies/{listing.year}/index.html", "policies.policy_list", {"year": listing.year}, fingerprint)
    for policy in catalogue.policies.values():
        key = fingerprint_of(fingerprint, batch_keys(policy.batches))
        yield Page(policy.path + "index.html", "policies.policy", {"code": policy.code}, key)
    for batch in catalogue.batches:
        key = fingerprint_of(fingerprint, batch_keys([batch]))
        yield Page(batch.path + "index.html", "policies.batch", {"number": batch.number}, key)
