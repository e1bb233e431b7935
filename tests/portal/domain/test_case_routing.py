"""Who gets what somebody reports, and whom it is kept from."""

from __future__ import annotations

import pytest

from portal.domain.case_routing import WHOM, Category, concerned_units, kind_of, route
from portal.domain.units import Unit
from tests.county import COUNTY, DONGHE, WANGCUN, rules

ACTS = range(1, 21)
UNPAID = Category("unpaid", "没收到钱", "complaint", "desk", (2,))
DEDUCTED = Category("deducted", "被抵贷款", "report", "discipline", (17,))
UNITS = {
    unit.code: unit
    for unit in (
        Unit("nyj", "农业农村局", "department", COUNTY),
        Unit("xczx", "乡村振兴局", "department", COUNTY, successor="nyj"),
        Unit("dh", "东河镇", "township", DONGHE),
        Unit("dh-cz", "东河财政所", "township_finance", DONGHE),
        Unit("wc", "王村", "village", WANGCUN),
        Unit("xs", "西山乡", "township", "990199102000"),
        Unit("yh", "农商行", "bank", COUNTY),
    )
}


def test_only_chosen_categories_go_to_discipline_inspection_by_themselves() -> None:
    """Diversion, collected by others, deducted, passbook held, made up; delays and mistakes go to the desk."""
    by_itself = {each.code for each in rules().categories.values() if route(each, "village", {"wc"}, {"xfj"}) != "desk"}
    assert by_itself == {"passbook", "deducted", "collected", "diverted", "faked"}


def test_every_forbidden_act_is_reached_through_somebodys_words() -> None:
    reached = {act for category in rules().categories.values() for act in category.acts}
    assert reached == set(ACTS)


@pytest.mark.parametrize("whom", ["leaders", "discipline"])
@pytest.mark.parametrize("category", [UNPAID, DEDUCTED])
def test_what_concerns_leaders_or_discipline_inspection_goes_higher(whom: str, category: Category) -> None:
    assert route(category, whom, set(), {"xfj"}) == "superior"  # type: ignore[arg-type]


def test_what_concerns_the_desk_itself_is_not_the_desks() -> None:
    assert route(UNPAID, "desk", set(), set()) == "discipline"
    assert route(UNPAID, "department", {"xfj", "nyj"}, {"xfj"}) == "discipline"
    assert route(UNPAID, "department", {"nyj"}, {"xfj"}) == "desk"


def test_discipline_inspection_gets_reports_whatever_it_was_called() -> None:
    assert kind_of(UNPAID, "discipline") == "report"
    assert kind_of(UNPAID, "desk") == "complaint"


def test_who_is_concerned_and_who_is_too_near_to_them() -> None:
    assert concerned_units(UNITS, "village", WANGCUN, "") == {"wc"}
    for area in (DONGHE, WANGCUN):  # somebody who chose the village all the same means the township
        assert concerned_units(UNITS, "township", area, "") == {"dh", "dh-cz", "wc"}
    assert concerned_units(UNITS, "department", "", "xczx") == {"xczx", "nyj"}
    assert concerned_units(UNITS, "bank", "", "yh") == {"yh"}
    for whom in WHOM:
        assert concerned_units(UNITS, whom, "", "") == frozenset()
        assert concerned_units(UNITS, whom, "", "nobody") == frozenset()


@pytest.mark.parametrize("wrong", [{"kind": "song"}, {"to": "neighbour"}, {"acts": [21]}])
def test_a_category_that_is_none_is_refused(wrong: dict[str, object]) -> None:
    table = {"code": "x", "words": "x", "kind": "complaint", "to": "desk", "acts": [1], **wrong}
    with pytest.raises(ValueError, match="not a category"):
        Category.from_table(table, ACTS)
