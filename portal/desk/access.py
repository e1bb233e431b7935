"""Who may open which page of the desk: nobody, unless the page says so. Every page module starts from here.

@desk.route("/window", methods=["GET", "POST"])
@allowed("village", "station", link="窗口代查")
def window() -> str: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import Blueprint, Response, abort, current_app, redirect, request, session, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect

from portal.answers.pages import AnswerPages
from portal.config import Config
from portal.counters.attempts import Attempts
from portal.desk.throttle import Throttle
from portal.domain.batches import ROLES, Actor
from portal.domain.site import Site
from portal.domain.staff import Account
from portal.office import Office, OfficeFor
from portal.queries.own_payments import OwnPaymentsQuery
from portal.security.accounts import Factor
from portal.security.case_keys import CaseKeys
from portal.security.desk_secrets import DeskSecrets

CHANNEL: Final = "desk"
_EXTENSION: Final = "mingbai-desk"
_View = TypeVar("_View", bound=Callable[..., Any])

desk = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates")
csrf = CSRFProtect()

OPEN: Final = frozenset({"desk.sign_in", "desk.second_factor", "desk.set_up_factor"})
"""The way in. What is not on this list asks for a person who is signed in."""
_OWN_ACCOUNT: Final = frozenset({"desk.password", "desk.sign_out"})
"""Open to whoever still has to change the initial password."""


@dataclass(frozen=True)
class Rule:
    """Who may open a page; `link` is what the front page calls it, empty for a page that others lead to. `largest` is how
    many bytes a form of it may bring, where that is more than forms bring elsewhere."""

    roles: frozenset[str]
    link: str
    largest: int | None = None


LINKED: Final[list[Rule]] = []
"""The rules of the pages that the front page leads to, as their modules are imported."""


@dataclass(frozen=True)
class Desk:
    """What the desk's pages work with."""

    config: Config
    office_for: OfficeFor
    site: Site
    attempts: Attempts
    own_payments: OwnPaymentsQuery
    answers: AnswerPages
    throttle: Throttle
    factor: Factor
    case_keys: CaseKeys | None
    """None where the county has made no keys to seal complaints to."""
    secrets: DeskSecrets
    decoy_hash: str
    """Compared with where there is no account, so that it takes as long."""


def install(app: Any, the_desk: Desk) -> None:
    app.extensions[_EXTENSION] = the_desk


def this_desk() -> Desk:
    found: Desk = current_app.extensions[_EXTENSION]
    return found


def office() -> Office:
    """The office of this day, for acts that come from the desk."""
    return this_desk().office_for(CHANNEL)


def allowed(*roles: str, link: str = "", admin: bool = True, largest: int | None = None) -> Callable[[_View], _View]:
    """Lets these roles open the page, and the admin unless it is about people. `allowed(*ROLES)` is everybody who is
    signed in."""
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"no such roles: {unknown}")

    def mark(view: _View) -> _View:
        rule = Rule(frozenset(roles) | ({"admin"} if admin else set()), link, largest)
        view.rule = rule  # type: ignore[attr-defined]
        if link:
            LINKED.append(rule)
        return view

    return mark


def rule_of(endpoint: str) -> Rule | None:
    return getattr(current_app.view_functions[endpoint], "rule", None)


def own_account() -> Account | None:
    """The signed-in person's account; None for who is not signed in."""
    return current_user.account if current_user.is_authenticated else None


def signed_in() -> Actor:
    """The signed-in person, as actions know them."""
    account = own_account()
    assert account is not None, "the guard lets nobody else in"
    return account.actor


def guard() -> Response | None:
    """Before every request: a page of the desk asks for a token of ours on forms, then for a person, then for a role."""
    if request.url_rule is None or not request.url_rule.rule.startswith("/desk/"):
        return None
    endpoint = request.endpoint or ""
    account, rule = own_account(), rule_of(endpoint)
    if rule is not None and rule.largest and account is not None and account.actor.role in rule.roles:
        request.max_content_length = rule.largest  # before the form is read; a stranger's stays small
    csrf.protect()
    if endpoint in OPEN:
        return None
    if account is None:
        if request.method == "GET":
            session["next"] = request.path
        return _to("desk.sign_in")
    if account.lacks_factor and endpoint != "desk.sign_out":
        return _to("desk.set_up_factor")
    if account.must_change and endpoint not in _OWN_ACCOUNT:
        return _to("desk.password")
    if rule is None or account.actor.role not in rule.roles:
        abort(403)
    return None


def doors(role: str) -> Iterator[tuple[str, str]]:
    """(address, words) of the pages that the front page leads this role to, in the order of their registration."""
    for endpoint in current_app.view_functions:
        rule = rule_of(endpoint)
        if rule is not None and rule.link and role in rule.roles:
            yield url_for(endpoint), rule.link


def _to(endpoint: str) -> Response:
    return redirect(url_for(endpoint), 303)  # type: ignore[return-value]
