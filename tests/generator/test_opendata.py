"""The open data: the same sums as the pages, in tables that a program can trust and a spreadsheet cannot be fooled by."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from generator.catalogue import Catalogue
from generator.data_tables import Field, Table, harmless
from generator.money import MERGED, UNPLACED, Money
from generator.opendata import OpenData
from generator.verify import verify_release
from portal.publication import Publication
from portal.security import keys
from tests.generator.published import FEN, ROWS, Published

CSVS = ("payments", "policies", "batches", "cases")
SUMS = ("amount", "paid", "pending", "held", "treasury", "dropped")
_NAME = re.compile(r"[-a-z0-9._/]+")
_CASTS: dict[str, Any] = {
    "string": str, "integer": int, "number": Decimal, "year": int, "date": date.fromisoformat,
}  # fmt: skip
Lines = list[dict[str, str]]


def read(county: Published, name: str) -> Lines:
    """A table as built."""
    return list(csv.DictReader(io.StringIO((county.root / "data" / f"{name}.csv").read_bytes().decode("utf-8"))))


def added(lines: Lines, by: str, column: str = "amount") -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line[by]] += Decimal(line[column])
    return dict(sums)


def package(county: Published) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(county.text("data/datapackage.json"))
    return described


def yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def test_payments_add_up_to_what_the_rolls_say(county: Published) -> None:
    lines = read(county, "payments")
    assert added(lines, "year") == {str(year): yuan(fen) for year, fen in FEN.items()}
    assert added(lines, "year", "rows") == {str(year): rows for year, rows in ROWS.items()}


def test_payments_add_up_to_the_batches_and_the_money_pages(county: Published) -> None:
    lines, batches = read(county, "payments"), read(county, "batches")
    for column in (*SUMS, "returned", "rows"):
        assert added(lines, "batch", column) == added(batches, "batch", column)
    money = Money(county.catalogue, None)
    pages = {line.name: yuan(line.tally.fen) for line in money.by_township.lines}
    merged, unplaced = pages.pop(MERGED), pages.pop(UNPLACED)
    by_scope = added(lines, "scope")
    assert (by_scope["全县合并"], by_scope["未分到村"]) == (merged, unplaced)
    assert added([line for line in lines if line["township"]], "township") == pages
    assert added(lines, "department") == {line.name: yuan(line.tally.fen) for line in money.by_department.lines}
    assert added(lines, "level") == {line.name: yuan(line.tally.fen) for line in money.by_level.lines}


def test_every_posting_is_a_line_with_the_posting_s_own_totals(county: Published) -> None:
    lines = {(line["batch"], line["area_code"]): line for line in read(county, "payments") if line["published"]}
    postings = {(page.batch.number, page.area.code): page for page in county.catalogue.postings}
    assert lines.keys() == postings.keys()
    for place, page in postings.items():
        facts = (page.tally.rows, yuan(page.tally.fen), yuan(page.tally.held_fen), page.kind_word)
        line = lines[place]
        assert (int(line["rows"]), Decimal(line["amount"]), Decimal(line["held"]), line["kind"]) == facts


@pytest.mark.parametrize("name", ["payments", "batches"])
def test_a_line_s_parts_add_up_to_its_amount(county: Published, name: str) -> None:
    for line in read(county, name):
        assert sum(Decimal(line[column]) for column in SUMS[1:]) == Decimal(line["amount"])
        assert Decimal(line["returned"]) <= Decimal(line["pending"])


def test_the_json_says_the_same_to_the_last_digit(county: Published) -> None:
    text = county.text("data/payments.json")
    objects = json.loads(text, parse_float=str, parse_int=str)
    assert [{name: value or "" for name, value in line.items()} for line in objects] == read(county, "payments")
    assert isinstance(json.loads(text)[0]["amount"], float)


@pytest.mark.parametrize("name", CSVS)
def test_csv_is_utf_8_without_bom_and_lines_end_as_rfc_4180_says(county: Published, name: str) -> None:
    content = (county.root / "data" / f"{name}.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-2", "@SUM(A1)", "＝1", "＋1", "－1", "＠A1", "\t=1", " =1", "\n=1"])
def test_text_that_a_spreadsheet_would_take_for_a_formula_gets_an_apostrophe(cell: str) -> None:
    table = Table(
        "t", "", "", (Field("name", "", ""), Field("amount", "", "", "number")), ("name",), ((cell, "-1.00"),)
    )
    written = list(csv.reader(io.StringIO(table.csv().decode())))[1]
    assert written[0].startswith("'")
    assert written[1] == "-1.00", "figures stay figures"


def test_other_text_stays_as_it_is() -> None:
    assert harmless("90-99岁老人，“补助”") == "90-99岁老人，“补助”"
    assert harmless("第一行\r\n第二行") == "第一行 第二行"


def test_the_json_holds_what_would_break_it() -> None:
    table = Table("t", "", "", (Field("name", "", ""), Field("sum", "", "", "number")), ("name",), (('"\\\n', ""),))
    assert json.loads(table.json()) == [{"name": '"\\\n', "sum": None}]


def test_the_package_has_what_version_1_asks_for(county: Published) -> None:
    described = package(county)
    assert _NAME.fullmatch(described["name"])
    assert described["licenses"]
    assert all(licence["name"] and licence["path"].startswith("https://") for licence in described["licenses"])
    assert datetime.fromisoformat(described["created"]).utcoffset() is not None
    assert described["homepage"] == county.catalogue.site.url + "data/"
    names = [resource["name"] for resource in described["resources"]]
    assert len(names) == len(set(names)) == 5
    assert all(_NAME.fullmatch(name) for name in names)


def test_the_package_describes_the_files_that_are_there(county: Published) -> None:
    resources = package(county)["resources"]
    published = {path.name for path in (county.root / "data").iterdir()} - {"index.html", "datapackage.json"}
    assert {resource["path"] for resource in resources} == published
    for resource in resources:
        content = (county.root / "data" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["encoding"] == "utf-8"
        assert resource["mediatype"] in ("text/csv", "application/json")


@pytest.mark.parametrize("name", CSVS)
def test_every_cell_is_what_the_schema_says(county: Published, name: str) -> None:
    resource = next(resource for resource in package(county)["resources"] if resource["name"] == name)
    assert resource["profile"] == "tabular-data-resource"
    schema, lines = resource["schema"], read(county, name)
    assert lines
    assert [field["name"] for field in schema["fields"]] == list(lines[0])
    assert [
        error for field in schema["fields"] for line in lines if (error := _wrong(field, line[field["name"]]))
    ] == []
    key = [tuple(line[column] for column in schema["primaryKey"]) for line in lines]
    assert [found for found, times in Counter(key).items() if times > 1] == []
    assert all(all(found) for found in key)


def test_every_payment_is_of_a_batch_that_is_listed(county: Published) -> None:
    resource = next(resource for resource in package(county)["resources"] if resource["name"] == "payments")
    key = resource["schema"]["foreignKeys"][0]
    listed = {line[key["reference"]["fields"]] for line in read(county, key["reference"]["resource"])}
    assert {line[key["fields"]] for line in read(county, "payments")} <= listed


def _wrong(field: dict[str, Any], cell: str) -> str:
    """What is wrong with a cell; "" when nothing is."""
    constraints = field.get("constraints", {})
    if not cell:
        return f"{field['name']}: empty" if constraints.get("required") else ""
    try:
        _CASTS[field["type"]](cell)
    except (ValueError, ArithmeticError):
        return f"{field['name']}: {cell}"
    allowed = cell in constraints.get("enum", [cell]) and re.fullmatch(constraints.get("pattern", ".*"), cell)
    return "" if allowed else f"{field['name']}: {cell}"


def test_policies_are_those_of_every_year_s_list(county: Published) -> None:
    lines = read(county, "policies")
    assert {(line["year"], line["code"]) for line in lines} == {
        (str(listing.year), policy.code) for listing in county.catalogue.lists for policy in listing.policies
    }
    elders = next(line for line in lines if line["year"] == "2024")
    assert (elders["name"], elders["departments"]) == ("长寿补贴", "小明县财政局；小明县农业农村局")


@pytest.mark.parametrize("name", CSVS)
def test_the_page_explains_every_column(county: Published, name: str) -> None:
    html = county.text("data/index.html")
    part = html.partition(f'<h2 id="{name}">')[2].partition("</table>")[0]
    assert [re.escape(column) for column in re.findall(r"<code>(\w+)</code>", part)] == list(read(county, name)[0])


def test_the_page_says_how_to_cite_and_under_what_licence(county: Published) -> None:
    html, site = county.text("data/index.html"), county.catalogue.site
    assert f"{site.url}data/" in html
    assert site.licence["licence_url"] in html
    assert "2025年6月16日更新" in html
    assert "没有 BOM" in html


def test_nobody_s_name_is_in_the_data(county: Published) -> None:
    """Masked or not: what is published of persons stands on their village's page and nowhere else."""
    text = "".join((county.root / "data" / name).read_text("utf-8") for name in ("payments.csv", "batches.csv"))
    assert "*" not in text
    assert max(Counter(line["area_code"] for line in read(county, "payments")).values()) < ROWS[2025]


def _checks(county: Published, folder: Path, catalogue: Catalogue) -> dict[str, bool]:
    key = keys.load_verifying_key(county.folder / "office" / "keys")
    with Publication(county.office.ledger, county.office.rules).view(county.office.today) as view:
        return {check.name: check.ok for check in verify_release(folder, view, catalogue, key)}


@pytest.mark.parametrize("changed", ["a figure", "a line", "the file"])
def test_verify_adds_the_data_up_again(county: Published, tmp_path: Path, changed: str) -> None:
    assert _checks(county, county.root.parent, county.catalogue)["开放数据＝台账"]
    folder = tmp_path / "release"
    shutil.copytree(county.root.parent, folder)
    path = folder / "site" / "data" / "payments.csv"
    lines: Sequence[str] = path.read_text("utf-8").splitlines(keepends=True)
    if changed == "the file":
        path.unlink()
    elif changed == "a line":
        path.write_text("".join(lines[:-1]), encoding="utf-8")
    else:
        path.write_text("".join(lines).replace("1140.00", "1140.01", 1), encoding="utf-8")
    assert not _checks(county, folder, county.catalogue)["开放数据＝台账"]


def test_nothing_published_is_an_empty_table_and_no_error(county: Published) -> None:
    empty = OpenData(replace(county.catalogue, batches=(), lists=(), townships=(), county_postings=()))
    assert empty.updated == ""
    assert json.loads(empty.payments.json()) == []
    assert empty.payments.csv().count(b"\n") == 1
