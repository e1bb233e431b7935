"""Declaring whom one is related to; for the administrator, who has declared what. Neither says which cases there are."""

from __future__ import annotations

from flask import Response, flash, request

from portal.actions.case_relations import declare_relation, end_relation
from portal.desk.access import allowed, desk, office, signed_in
from portal.desk.cases import names
from portal.desk.sign_in import to
from portal.domain.batches import ROLES
from portal.domain.findings import Refused
from portal.queries.case_relations import all_relations, own_relations
from portal.shell import show


@desk.route("/relations", methods=["GET", "POST"])
@allowed(*ROLES, link="回避申报")
def relations() -> str | Response | tuple[str, int]:
    if request.method == "GET":
        return _shown("")
    kind = "person" if request.form.get("person") else "unit"
    try:
        declare_relation(office(), signed_in(), kind, request.form.get(kind, ""))
    except Refused as refused:
        return _shown(str(refused)), 409
    flash("已申报。以后反映这个单位（这个人）的件，您看不到，也不会分给您")
    return to("desk.relations")


@desk.post("/relations/end")
@allowed("admin")
def end_declared() -> Response:
    asked = request.form
    end_relation(office(), signed_in(), asked.get("name", ""), asked.get("kind", ""), asked.get("subject", ""))
    flash("已撤掉这条申报")
    return to("desk.relations")


def _shown(problem: str) -> str:
    me, known = signed_in(), names()
    return show(
        "desk/relations.html",
        "回避申报",
        "办公端",
        problem=problem,
        names=known,
        mine=own_relations(office(), me),
        everybody=all_relations(office()) if me.role == "admin" else [],
        is_admin=me.role == "admin",
        units=sorted(known.choices.units.values(), key=lambda unit: (unit.area, unit.code)),
        people=[person for person in known.people if person.name != me.name],
    )
