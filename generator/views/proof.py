"""How anybody can check that what they hold is what this site published, and the key that releases are signed with."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response

from generator.catalogue import Catalogue
from generator.views.shared import Page, fingerprint_of, here, show

blueprint = Blueprint("proof", __name__)


@blueprint.get("/verify/")
def verify() -> str:
    return show(
        "verify", "核对真假", "核对", "手里的名单、下载的文件是不是和网站一致，怎么核对", key=here().signing_key
    )


@blueprint.get("/verify/signing-key.pem")
def signing_key() -> Response:
    return Response(here().signing_key, mimetype="application/x-pem-file")


def pages(catalogue: Catalogue, fingerprint: str) -> Iterator[Page]:
    """The ledger's head moves with every build that is recorded: on its own it is no reason for another build."""
    key = fingerprint_of(fingerprint, catalogue.today, catalogue.change)
    yield Page("verify/index.html", "proof.verify", {}, key)
    yield Page("verify/signing-key.pem", "proof.signing_key", {}, fingerprint)
