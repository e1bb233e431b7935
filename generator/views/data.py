"""The open data: its page with the data dictionary, the files, and their description for programs."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, current_app

from generator.catalogue import Catalogue
from generator.datapackage import data_package
from generator.opendata import OpenData
from generator.views.shared import Page, fingerprint_of, here, show

blueprint = Blueprint("data", __name__)
_FILES = ("payments.csv", "payments.json", "policies.csv", "batches.csv", "cases.csv")


@blueprint.get("/data/")
def overview() -> str:
    return show("data", "开放数据", "开放数据", "补贴发放的合计数据，可以下载、引用、再利用", data=_data())


@blueprint.get(f"/data/<any({','.join(map(repr, _FILES))}):name>")
def file(name: str) -> Response:
    return Response(_data().files[name], mimetype="application/json" if name.endswith(".json") else "text/csv")


@blueprint.get("/data/datapackage.json")
def package() -> Response:
    return Response(data_package(_data()), mimetype="application/json")


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    key = fingerprint_of(fingerprint, OpenData(catalogue).key)
    yield Page("data/index.html", "data.overview", {}, key)
    yield Page("data/datapackage.json", "data.package", {}, key)
    for name in _FILES:
        yield Page(f"data/{name}", "data.file", {"name": name}, fingerprint if name == "policies.csv" else key)


def _data() -> OpenData:
    """The tables, made once for an app."""
    if "opendata" not in current_app.extensions:
        current_app.extensions["opendata"] = OpenData(here().catalogue)
    found: OpenData = current_app.extensions["opendata"]
    return found
