"""Reading a built site: its pages as trees of tags, its links, its tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_VOID = {"meta", "link", "input", "br", "img", "hr", "path", "rect", "circle", "col"}


@dataclass
class Tag:
    """An element: its name, attributes, text directly and below, and the names of those it stands in."""

    name: str
    attributes: dict[str, str | None]
    above: tuple[str, ...]
    text: str = ""
    below: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """All elements of a page in their order. `unclosed` says where the markup does not nest."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.tags: list[Tag] = []
        self.unclosed: list[str] = []
        self._open: list[Tag] = []
        self.feed(path.read_text("utf-8"))
        self.unclosed += [tag.name for tag in self._open]

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        tag = Tag(name, dict(attributes), tuple(found.name for found in self._open))
        for found in self._open:
            found.below.append(name)
        self.tags.append(tag)
        if name not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(name, dict(attributes), tuple(found.name for found in self._open)))

    def handle_endtag(self, name: str) -> None:
        if self._open and self._open[-1].name == name:
            self._open.pop()
        elif name not in _VOID:
            self.unclosed.append(name)

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            tag.text += data

    def all(self, *names: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name in names]

    @property
    def links(self) -> list[str]:
        """Every address the page names, its own site's and others'."""
        kinds = ("href", "src", "action", "data-finder")
        return [str(value) for tag in self.tags for kind, value in tag.attributes.items() if kind in kinds and value]


def pages(site: Path) -> list[Page]:
    return [Page(path) for path in sorted(site.rglob("*.html"))]


def target(page: Page, link: str) -> Path | None:
    """The file on disk that a link of the page leads to; None for phones, other sites and what the service answers."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or parts.path.endswith(("search", "lookup", "complain", "follow", "receipt-check")):
        return None
    if not parts.path:
        return page.path
    found = page.path.parent / unquote(parts.path)
    return found / "index.html" if parts.path.endswith(("/", ".")) else found


def as_fen(text: str) -> int:
    """1,234.50 → 123450."""
    whole, _, cents = text.replace(",", "").partition(".")
    return int(whole) * 100 + int(cents or 0)
