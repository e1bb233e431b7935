"""What can be searched: policies, places, batches and postings by their titles, articles by their text; never a row,
never a name."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalogue import Catalogue
from generator.factors import BatchKey, PolicyKey, VillageKey
from generator.gate import Gate
from generator.index import Document
from portal.domain.policies import Policy


def documents(catalogue: Catalogue, gate: Gate) -> Iterator[Document]:
    """Every document of the full-text index, each through the gate."""
    for document in _documents(catalogue):
        gate.check(document.path, f"{document.title}\n{document.body}".encode())
        yield document


def _documents(catalogue: Catalogue) -> Iterator[Document]:
    for policy in catalogue.policies.values():
        yield Document(policy.path, "policy", policy.newest.name, _policy_text(policy.newest))
    for listing in catalogue.lists:
        yield Document(f"policies/{listing.year}/", "list", f"{listing.year}年补贴政策清单", "", listing.year)
    for township in catalogue.townships:
        yield Document(township.path, "township", f"{township.area.name}补贴底册", "")
    for village in catalogue.villages:
        names = "、".join(village.area.aliases)
        yield Document(village.path, "village", village.area.name, f"{village.township.name} {names}")
    for batch in catalogue.batches:
        yield Document(batch.path, "batch", f"{batch.title}发放情况", batch.unit.name, batch.public.year)
    for page in catalogue.postings:
        title = f"{page.place} {page.policy.name} {page.batch.period_word} {page.kind_word}"
        yield Document(page.path, "posting", title, "", page.batch.public.year)
    for article in catalogue.articles:
        body = f"{article.number or ''} {article.source} {article.warning} {article.prose.text}"
        year = None if article.column.name in ("guides", "pages") else article.published.year
        yield Document(article.path, article.column.name, article.title, body, year)


def _policy_text(policy: Policy) -> str:
    parts = (
        policy.target_group,
        policy.rate_text,
        policy.guide,
        "、".join(policy.departments),
        "、".join(policy.basis),
        "、".join(policy.audience),
    )
    return " ".join(filter(None, parts))


def factors(catalogue: Catalogue) -> tuple[list[VillageKey], list[PolicyKey], list[BatchKey]]:
    """What the in-page finder's table is made from."""
    villages = [
        VillageKey(village.area.code, village.area.name, village.township.name, village.area.aliases)
        for village in catalogue.villages
    ]
    policies = [PolicyKey(page.code, page.newest.name) for page in catalogue.policies.values()]
    batches = [
        BatchKey(
            batch.number,
            batch.public.policy,
            batch.period_word,
            frozenset(page.area.code for page in batch.postings if page.area.level == "village"),
        )
        for batch in catalogue.batches
    ]
    return villages, policies, batches
