"""Short ways to ask a result what it says."""

from __future__ import annotations

from portal.domain.findings import Finding
from portal.intake.feedback import PreparedFeedback
from portal.intake.prepare import PreparedRoll


def codes(found: PreparedRoll | PreparedFeedback, level: str) -> list[str]:
    """The codes of all findings of a level, in order."""
    return [finding.code for finding in found.findings if finding.level == level]


def finding(found: PreparedRoll | PreparedFeedback, code: str) -> Finding:
    """The one finding with this code."""
    (only,) = [finding for finding in found.findings if finding.code == code]
    return only
