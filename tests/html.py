"""Reads the site's pages as a browser does, strictly: for tests that ask whether they are valid and where they lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib

_LABELLED = {"input", "select", "textarea"}
_NEEDS_NO_LABEL = {"hidden", "submit", "button"}


@lru_cache(maxsize=512)
def read_page(path: Path) -> Element:
    """A page of the site as a tree. Raises html5lib's ParseError where the standard says "parse error"."""
    return parse_page(path.read_text(encoding="utf-8"))


def parse_page(text: str) -> Element:
    """The same of a page's text."""
    page: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    return page


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def faults(page: Element) -> Iterator[str]:
    """What is wrong with a page beyond its syntax."""
    if page.get("lang") != "zh-CN":
        yield "no lang"
    if len(page.findall(".//h1")) != 1:
        yield "not one h1"
    if not (page.findtext("head/title") or "").strip():
        yield "no title"
    ids = Counter(element.get("id") for element in page.iter() if element.get("id"))
    yield from (f"id {name} twice" for name, count in ids.items() if count > 1)
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
        for element in page.iter():
            yield from (
                f"{attribute}={name} leads nowhere" for name in element.get(attribute, "").split() if name not in ids
            )
    yield from _unlabelled(page)
    yield from _poor_tables(page)
    yield from (f"image without words: {image.attrib}" for image in page.iter("img") if image.get("alt") is None)
    yield from (f"style or handler in {element.tag}" for element in page.iter() if _is_inline(element))


def _is_inline(element: Element) -> bool:
    """What the content security policy refuses."""
    return any(name == "style" or name.startswith("on") for name in element.attrib) or (
        element.tag in ("script", "style") and not element.get("src")
    )


def _unlabelled(page: Element) -> Iterator[str]:
    labels = {label.get("for") for label in page.iter("label")}
    inside = {id(field) for label in page.iter("label") for field in label.iter()}
    for field in page.iter():
        if field.tag in _LABELLED and field.get("type") not in _NEEDS_NO_LABEL:
            named = field.get("id") in labels or id(field) in inside or field.get("aria-label")
            if not named:
                yield f"no label: {field.attrib}"


def _poor_tables(page: Element) -> Iterator[str]:
    """A table that the county wrote in an article has no caption: the named frame around it does instead."""
    framed = {
        id(table)
        for frame in page.iter()
        if frame.get("role") == "region" and frame.get("aria-label")
        for table in frame.findall("table")
    }
    for table in page.iter("table"):
        caption = table.findtext("caption") or ""
        if not caption.strip() and id(table) not in framed:
            yield "a table without caption"
        yield from (f"{caption}: th without scope: {text(th)}" for th in table.iter("th") if not th.get("scope"))
        if table.find(".//th") is None:
            yield f"{caption}: no th"


def links(root: Path, file: Path) -> Iterator[tuple[str, Path | None, str]]:
    """(as written, the file it leads to, fragment) of each address in a page; None for what leads out of the site."""
    base = "http://site/" + str(file.relative_to(root))
    for element in read_page(file).iter():
        for name in ("href", "src", "action", "data-finder"):
            if (written := element.get(name)) is None:
                continue
            target = urlsplit(urljoin(base, written))
            if target.netloc != "site" or target.scheme != "http":
                yield written, None, ""
                continue
            path = root / unquote(target.path).lstrip("/")
            yield written, path / "index.html" if target.path.endswith("/") else path, unquote(target.fragment)
