"""Pictures of every page kind in every mode: `python -m tests.browser.screenshots OUT [WORD …]`.

Words choose kinds ("policies", "proof.verify"). Print becomes a PDF, and a picture a page where pdftoppm is there.
"""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.serving import chromium, served
from tests.every_page import every_page

WIDTHS = (320, 360, 768, 1280)
MODES = ("large", "contrast")
DOTS_PER_INCH = "60"


def main(folder: Path, words: list[str]) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        every_page(Path(name)) as made,
        served(made.app()) as url,
        chromium() as browser,
    ):
        wanted = {kind: path for kind, path in made.kinds.items() if not words or any(word in kind for word in words)}
        pages = {re.sub("[ .]+", "-", kind): url + path for kind, path in wanted.items()}
        for taken in _take(browser, pages, folder):
            print(taken)


def _take(browser: Browser, pages: dict[str, str], folder: Path) -> Iterator[Path]:
    for width in WIDTHS:
        yield from _shots(_open(browser, width), pages, folder, str(width))
    for mode in MODES:
        for width in (360, 1280):
            yield from _shots(_open(browser, width, mode), pages, folder, f"{mode}-{width}")
    yield from _shots(_open(browser, 360, script=False), pages, folder, "no-script-360")
    paper = _open(browser, 1280)
    for kind, address in pages.items():
        paper.goto(address)
        pdf = folder / f"{kind}-print.pdf"
        paper.pdf(path=pdf, format="A4", prefer_css_page_size=True)
        yield pdf
        if program := shutil.which("pdftoppm"):
            subprocess.run([program, "-r", DOTS_PER_INCH, "-png", pdf, pdf.with_suffix("")], check=True)


def _open(browser: Browser, width: int, mode: str = "", script: bool = True) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    if mode:
        context.add_init_script(f"localStorage.setItem('mingbai-{mode}', '1')")
    return context.new_page()


def _shots(page: Page, pages: dict[str, str], folder: Path, mode: str) -> Iterator[Path]:
    for kind, address in pages.items():
        page.goto(address)
        file = folder / f"{kind}-{mode}.png"
        page.screenshot(path=file, full_page=True)
        yield file
    page.context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
