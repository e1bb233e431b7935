"""The trial at the desk: everybody signed in may look at the site as it will be; the disclosure office opens it."""

from __future__ import annotations

from flask import Response, flash, redirect, request, session

from portal.actions.trial import ROLES as OPENERS
from portal.actions.trial import set_trial
from portal.desk.access import allowed, desk, office, own_account, signed_in, this_desk
from portal.desk.forms import DeskForm
from portal.desk.sign_in import to
from portal.domain.batches import ROLES
from portal.domain.findings import Refused
from portal.queries.publishing import publishing_now, trial_since
from portal.security.preview import COOKIE, open_preview
from portal.shell import show


@desk.get("/trial")
@allowed(*OPENERS, link="正式开通")
def trial() -> str:
    ledger = office().ledger
    return show(
        "desk/trial.html",
        "正式开通",
        "办公端",
        since=trial_since(ledger),
        released=publishing_now(ledger).released,
        form=DeskForm(formdata=None),
    )


@desk.post("/trial/open")
@allowed(*OPENERS)
def open_site() -> Response:
    set_trial(office(), signed_in().name, is_on=False)
    flash("网站正式开通了，几秒后谁都能看")
    return to("desk.trial")


@desk.post("/trial/close")
@allowed(*OPENERS)
def close_site() -> Response:
    if request.form.get("sure") != "yes":
        flash("没有关。要关上网站，先勾上“我知道”")
        return to("desk.trial")
    set_trial(office(), signed_in().name, is_on=True)
    flash("网站开始试运行，群众几秒后就看不到了")
    return to("desk.trial")


@desk.post("/trial/view")
@allowed(*ROLES)
def view_trial() -> Response:
    """Hands out the ticket, for as long as this session lasts. Raises Refused where there is no key to sign it."""
    preview, account = open_preview(this_desk().config.keys), own_account()
    if preview is None or account is None:
        raise Refused("缺少密钥文件 preview.key，看不了。请管理员运行 mingbai init，再重新启动服务", "key.missing")
    answer = redirect(request.script_root + "/", 303)
    answer.set_cookie(
        COOKIE,
        preview.issue(account.uniquifier, float(session["started"])),
        path=request.script_root + "/",
        secure=this_desk().config.https,
        httponly=True,
        samesite="Lax",
    )
    return answer  # type: ignore[return-value]
