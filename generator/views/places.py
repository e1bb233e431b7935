"""Places: find my village, a township with its base register, a village."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, abort

from generator.catalogue import Catalogue
from generator.register import BaseRegister
from generator.sheet_words import is_for_everybody
from generator.views.shared import Page, fingerprint_of, here, posting_keys, show

blueprint = Blueprint("places", __name__)


@blueprint.get("/villages/")
def find() -> str:
    return show("find", "查本村公示", "公示公开")


@blueprint.get("/villages/<code>/")
def village(code: str) -> str:
    page = here().villages.get(code) or abort(404)
    sheets = [posting for posting in page.on_notice if is_for_everybody(posting, here().catalogue.site)]
    return show("village", f"{page.township.name}{page.area.name}", "公示公开", page=page, sheets=sheets)


@blueprint.get("/townships/<code>/")
def township(code: str) -> str:
    page = here().townships.get(code) or abort(404)
    registers = [(year, BaseRegister.of(page, year)) for year in page.years]
    return show("township", f"{page.area.name}补贴底册", "公示公开", page=page, registers=registers)


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    yield Page("villages/index.html", "places.find", {}, fingerprint)
    for township in catalogue.townships:
        key = fingerprint_of(fingerprint, posting_keys(township.postings))
        yield Page(township.path + "index.html", "places.township", {"code": township.area.code[:9]}, key)
    for village in catalogue.villages:
        key = fingerprint_of(fingerprint, posting_keys([*village.postings, *village.merged]))
        yield Page(village.path + "index.html", "places.village", {"code": village.area.code}, key)
