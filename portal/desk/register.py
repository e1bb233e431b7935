"""Opens the desk: its pages, the guard before them, sessions, and one place where refusals become messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, request, url_for
from flask_security.utils import hash_password
from flask_wtf.csrf import CSRFError

from portal.answers.pages import AnswerPages
from portal.config import Config
from portal.counters.attempts import Attempts
from portal.counters.store import open_store
from portal.desk import (
    access,
    bank_files,
    batches,
    board_records,
    cases_entry,
    cases_page,
    cases_queue,
    cases_register,
    cases_sealed,
    cases_slips,
    front,
    handovers,
    held_rows,
    hotlines,
    journal,
    kiosks,
    objections,
    password,
    people,
    policies,
    printing,
    relations,
    retention,
    roles,
    rolls,
    second_factor,
    sessions,
    sign_in,
    suspensions,
    trial,
    verify,
    warnings,
    window,
    withdrawals,
)
from portal.desk.devices import Devices
from portal.desk.throttle import Throttle
from portal.domain.findings import Refused
from portal.domain.site import Site
from portal.office import OfficeFor
from portal.queries.own_payments import OwnPaymentsQuery
from portal.queries.staff import whose_session
from portal.security import accounts, headers, keys
from portal.security.case_keys import open_case_keys
from portal.security.desk_secrets import DeskSecrets
from portal.shell import show

PAGES = (
    front,
    rolls,
    batches,
    bank_files,
    held_rows,
    policies,
    printing,
    board_records,
    objections,
    withdrawals,
    retention,
    trial,
    cases_queue,
    cases_entry,
    cases_slips,
    cases_register,
    cases_page,
    cases_sealed,
    handovers,
    relations,
    warnings,
    suspensions,
    hotlines,
    window,
    kiosks,
    journal,
    verify,
    people,
    roles,
    password,
    second_factor,
    sign_in,
)
"""The modules that hang their views on `access.desk` when they are imported."""


def register(
    app: Flask,
    config: Config,
    office_for: OfficeFor,
    site: Site,
    attempts: Attempts,
    own_payments: OwnPaymentsQuery,
    answers: AnswerPages,
) -> None:
    sessions.install(app, config)
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_I18N_ENABLED=False)
    with _at_the_desk_alone(app):
        access.csrf.init_app(app)
        accounts.install(app, config, lambda uniquifier: whose_session(office_for(access.CHANNEL), uniquifier))
    devices = Devices(keys.load_secret(config.keys, keys.DESK_SESSION, "device"))
    counting = keys.load_secret(config.keys, keys.DESK_SESSION, "counting")
    with app.app_context():
        decoy = hash_password(accounts.new_password())
    access.install(
        app,
        access.Desk(
            config,
            office_for,
            site,
            attempts,
            own_payments,
            answers,
            Throttle(open_store(config.counters_url), counting, devices, config.timezone),
            accounts.Factor(config, "明白账"),
            open_case_keys(config.keys),
            DeskSecrets(config.keys),
            decoy,
        ),
    )
    app.before_request(access.guard)
    app.after_request(_keep_nothing)
    app.register_blueprint(access.desk)


@contextmanager
def _at_the_desk_alone(app: Flask) -> Iterator[None]:
    """What libraries hang on every request of the app meanwhile is done for the desk's own: villagers are not asked
    who is signed in."""
    stages: list[dict[Any, list[Any]]] = [app.before_request_funcs, app.after_request_funcs]
    already = [len(stage[None]) for stage in stages]
    yield
    for stage, count in zip(stages, already, strict=True):
        stage[access.desk.name] += stage[None][count:]
        del stage[None][count:]


def _keep_nothing(response: Response) -> Response:
    return headers.keep_nothing(response) if sessions.is_desk(request.path) else response


@access.desk.errorhandler(Refused)
def refused(refusal: Refused) -> tuple[str, int]:
    return _message("没有办成", str(refusal)), 409


@access.desk.errorhandler(CSRFError)
def stale(_error: CSRFError) -> tuple[str, int]:
    words = "这一页放得太久了，刚才填的没有提交。请重新打开再填一次；总是这样的话，请看看浏览器是不是不让用 Cookie"
    return _message("请再填一次", words), 400


@access.desk.errorhandler(413)
def too_large(_error: Exception) -> tuple[str, int]:
    most = (request.max_content_length or 0) // 2**20
    limit = f"超过了{most} MB" if most else "太大了"  # a form without a file takes no more than words need
    words = f"送来的东西{limit}，没有收。表格请删去图片和多余的格式，或拆成几个文件；照片请拍小一点。再传一次"
    return _message("文件太大", words), 413


@access.desk.errorhandler(403)
def forbidden(_error: Exception) -> tuple[str, int]:
    return _message("这一页您不能用", "您的角色不办这件事。需要的话，请系统管理员改您的角色"), 403


def _message(title: str, words: str) -> str:
    return show("desk/message.html", title, "办公端", words=words, back=url_for("desk.front"))
