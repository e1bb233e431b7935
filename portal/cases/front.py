"""What all pages of complaints share: whether anything is taken in at all, who asks, and the dress of phone or kiosk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from portal.config import Config
from portal.domain.findings import Refused
from portal.office import Office, OfficeFor
from portal.security.case_keys import CaseKeys
from portal.security.doorkeeper import Doorkeeper, Visitor
from portal.security.headers import keep_nothing
from portal.security.proof_of_work import ProofOfWork
from portal.shell import page

COLUMN = "我要反映"
Answered = str | tuple[str, int]


class Closed(Exception):
    """Nothing is taken in here: no keys, or the county has not opened it."""


class Front:
    """One process's front desk."""

    def __init__(
        self,
        config: Config,
        office_for: OfficeFor,
        case_keys: CaseKeys | None,
        senders: Doorkeeper,
        proof_of_work: ProofOfWork,
    ) -> None:
        self.config = config
        self.senders = senders
        self.proof_of_work = proof_of_work
        self.site_text: Mapping[str, Any] = config.site_text
        self._office_for = office_for
        self._keys = case_keys if self.site_text.get("cases", {}).get("online", False) else None

    @property
    def keys(self) -> CaseKeys:
        """Raises Closed."""
        if self._keys is None:
            raise Closed
        return self._keys

    def office(self) -> Office:
        return self._office_for("cases")

    def visitor(self) -> Visitor:
        return self.senders.visitor()

    def show(self, template: str, title: str, column: str = COLUMN, **extra: Any) -> str:
        """Render a page: in the site's dress, or the kiosk's."""
        is_kiosk = self.visitor().channel == "kiosk"
        layout = "cases/kiosk.html" if is_kiosk else "layouts/base.html"
        shared = {"layout": layout, "is_kiosk": is_kiosk, "superior": self.site_text.get("superior", {})}
        return render_template(template, **page(title, column), **shared, **extra)

    def blueprint(self, name: str) -> Blueprint:
        """A feature whose answers no cache may hold, and which says in words what cannot be had."""
        made = Blueprint(name, __name__, template_folder="templates")
        made.after_request(keep_nothing)
        made.register_error_handler(Closed, self._closed)
        made.register_error_handler(RequestEntityTooLarge, self._too_large)
        made.register_error_handler(Refused, self._refused)
        return made

    def _closed(self, _error: Exception) -> Answered:
        return self.show("cases/closed.html", "网上反映还没有开通"), 503

    def _too_large(self, _error: Exception) -> Answered:
        words = TOO_LARGE if request.path.endswith("/complain") else TOO_LONG  # files come with complaints alone
        return self.show("cases/message.html", "寄的东西太大了", words=words), 413

    def _refused(self, refusal: Exception) -> Answered:
        return self.show("cases/message.html", "这一步没有办成", words=str(refusal)), 422


TOO_LARGE = "照片、录音加起来太大了，没有收。一个文件不超过10兆，照片最多5张。请返回，少选几张再寄；写的字还在。"
TOO_LONG = "写得太长了，没有收。请返回，删短一些再寄；写的字还在。"
