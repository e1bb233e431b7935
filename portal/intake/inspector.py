"""The child that looks through one file: `python -m portal.intake.inspector FILE LIMITS`, places out, no values."""

from __future__ import annotations

import sys
from pathlib import Path

from portal.intake.child import Limits, say, serve
from portal.intake.file_kind import kind_of
from portal.intake.inspect_docx import look_through_docx
from portal.intake.inspect_pdf import look_through_pdf
from portal.intake.inspect_sheets import look_through_xls, look_through_xlsx
from portal.intake.inspect_text import look_through_page, look_through_text

_LOOK = {
    "xlsx": look_through_xlsx,
    "xls": look_through_xls,
    "docx": look_through_docx,
    "pdf": look_through_pdf,
    "html": look_through_page,
    "text": look_through_text,
}


def inspect(path: Path, limits: Limits) -> None:
    for found in _LOOK[kind_of(path)](path, limits):
        say(found)


if __name__ == "__main__":
    serve(inspect, sys.argv[1:])
