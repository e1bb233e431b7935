"""The open data's description for programs: a Frictionless Data Package, version 1."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from generator.data_tables import Table
from generator.opendata import OpenData


def data_package(data: OpenData) -> bytes:
    """datapackage.json: each file with its size, SHA-256 and columns. The same data gives the same bytes."""
    site = data.catalogue.site
    licence = site.licence
    package = {
        "profile": "data-package",
        "name": f"mingbai-{data.catalogue.county.code[:6]}",
        "id": f"{site.url}data/",
        "title": f"{site.county}惠民惠农财政补贴开放数据",
        "description": "只有合计，没有个人。文本是没有 BOM 的 UTF-8；金额是元，两位小数，不取整。",
        "homepage": f"{site.url}data/",
        "version": data.updated or "0",
        **({"created": f"{data.updated}T00:00:00+08:00"} if data.updated else {}),
        "licenses": [{"name": licence["licence"], "title": licence["licence_title"], "path": licence["licence_url"]}],
        "sources": [{"title": site.name, "path": site.url}],
        "contributors": [{"title": site.meta["publisher"], "role": "publisher"}],
        "keywords": ["惠民惠农财政补贴", "一卡通", site.county],
        "resources": [*(_csv(data, table) for table in data.tables), _json(data, data.payments)],
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _csv(data: OpenData, table: Table) -> dict[str, Any]:
    linked = {"fields": "batch", "reference": {"resource": "batches", "fields": "batch"}}
    schema = {
        "fields": [field.schema() for field in table.fields],
        "missingValues": [""],
        "primaryKey": list(table.primary_key),
        **({"foreignKeys": [linked]} if table.name == "payments" else {}),
    }
    return {
        "profile": "tabular-data-resource",
        **_file(data, table, table.name, "csv"),
        "schema": schema,
    }


def _json(data: OpenData, table: Table) -> dict[str, Any]:
    return {"profile": "data-resource", **_file(data, table, f"{table.name}-json", "json")}


def _file(data: OpenData, table: Table, name: str, kind: str) -> dict[str, Any]:
    path = f"{table.name}.{kind}"
    content = data.files[path]
    return {
        "name": name,
        "path": path,
        "title": table.title,
        "description": table.description,
        "format": kind,
        "mediatype": {"csv": "text/csv", "json": "application/json"}[kind],
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
