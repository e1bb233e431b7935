"""A folder of content/ with the county's own writing, for tests: the three pages that must be there, and what a test adds."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.county import CONTENT

GUIDE_BODY = "\n\n".join(f"## {heading}\n\n照实说。" for heading in ("谁能申请", "带什么", "到哪里办", "多久到账"))
FRONT: dict[str, Any] = {
    "title": '"补贴办法"',
    "date": "2025-03-01",
    "source": '"小明县财政局"',
    "attribute": '"主动公开"',
}
COPIED = ("site.toml", "rules")


def write_article(content: Path, name: str, body: str = "正文。", **front: str | None) -> Path:
    """Write content/<name>.md; `front` are TOML values as written, None leaves one out. Documents are 有效."""
    given = FRONT | ({"validity": '"有效"'} if name.startswith("documents/") else {}) | front
    lines = [f"{key} = {value}" for key, value in given.items() if value is not None]
    path = content / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["+++", *lines, "+++", "", body, ""]), encoding="utf-8")
    return path


def make_content(folder: Path) -> Path:
    """The project's own site.toml and rules, and nothing of what the county wrote but the three pages."""
    content = folder / "content"
    content.mkdir()
    for name in COPIED:
        source = CONTENT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, content / name)
    for page in ("about", "privacy", "accessibility"):
        write_article(content, f"pages/{page}", title=f'"{page}"')
    return content
