"""Sheets: the same notices typeset by us and by WeasyPrint, from the same content, each into files on the disk.

WeasyPrint needs Pango of the system, which comes along with Chromium.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
from jinja2 import Environment

from generator import packs
from generator.load import load_catalogue
from generator.sheets import SheetWriter
from generator.typeset import Typesetter
from portal.domain.sheets import Layout
from tests.bench.county import Instance

_MADE_ON: Final = date(2025, 6, 30)
_FACE: Final = "body { font-family: Song, serif } @font-face { font-family: Song; src: url(%s) }"
_STYLE: Final = """
@page { size: A4; margin: 37mm 26mm 30mm 28mm;
  @bottom-left { content: string(number); font: 9pt Song }
  @bottom-center { content: "第" counter(page) "页/共" counter(pages) "页"; font: 9pt Song }
  @bottom-right { content: string(code); font: 9pt Song } }
body { font-size: 14pt; line-height: 1.7; margin: 0 }
h1 { font-size: 22pt; line-height: 1.4; text-align: center; string-set: number attr(data-number), code attr(data-code) }
p { text-indent: 2em; margin: 0 0 2mm }
table { border-collapse: collapse; width: 100%; font-size: 12pt; line-height: 1.3; margin-bottom: 4mm }
th, td { border: .5pt solid; height: 7.6mm; padding: 0 1.8mm; text-align: center }
tr { break-inside: avoid } thead { display: table-header-group } td.figure { text-align: right }
.qr svg { width: 28mm } .qr, .seal { display: inline-block; width: 45%; vertical-align: middle }
.seal { height: 38mm; text-align: center }
"""
_PAGE: Final = """<!doctype html><html lang="zh-CN"><head><title>{{ s.title|join }}</title></head><body>
<h1 data-number="印制编号 {{ s.number }}" data-code="核对码 {{ s.code }}">{{ s.title[0] }}<br>{{ s.title[1] }}</h1>
{% for words in s.opening %}<p>{{ words }}</p>{% endfor %}
<table><thead><tr>{% for c in s.columns %}<th>{{ c.head|join('<br>'|safe) }}</th>{% endfor %}</tr></thead><tbody>
{% for row in s.rows %}<tr>{% for cell in row.cells %}<td class="{{ s.columns[loop.index0].kind }}">{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table>
<table>{% for line in s.totals %}<tr><th>{{ line[0] }}</th><td>{{ line[1] }}</td></tr>{% endfor %}</table>
{% for words in s.objection %}<p>{{ words }}</p>{% endfor %}
<div class="qr">{{ s.qr|safe }}</div><div class="seal">{{ s.unit }}<br>{{ s.date }}</div>
{% for line in s.phones %}<div>{{ line[0] }} {{ line[1] }}</div>{% endfor %}
{% for word in s.signatures %}<div>{{ word }}________</div>{% endfor %}
</body></html>"""


def write_content(instance: Instance, count: int, path: Path) -> None:
    """The content of `count` sheets of the county as one JSON file: what both sides begin with."""
    with instance.publication.view(_MADE_ON) as view:
        catalogue = load_catalogue(view, instance.config.content)
        pages = {page.posting.id: page for page in catalogue.postings[:count]}
        writer = SheetWriter(catalogue.site, _MADE_ON)
        made = [
            writer.posting(pages[posting], snapshot, f"000001-{posting:03d}", Layout()).content
            for posting, snapshot in view.snapshots(list(pages))
        ]
    path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")


def with_typst(content: Path, folder: Path) -> int:
    """In volumes, as `mingbai print` does."""
    sheets: list[dict[str, Any]] = json.loads(content.read_bytes())
    typesetter = Typesetter()
    for start in range(0, len(sheets), packs.SHEETS):
        document = {"title": "公示单", "author": "县", "sheets": sheets[start : start + packs.SHEETS]}
        (folder / f"{start}.pdf").write_bytes(typesetter.set("pack.typ", document, _MADE_ON))
    return len(sheets)


def with_weasyprint(content: Path, folder: Path) -> int:
    """A template, a style sheet and a font configuration made once; a document a sheet, tagged as ours are."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    sheets: list[dict[str, Any]] = json.loads(content.read_bytes())
    fonts = FontConfiguration()
    face = _FACE % pylopdf_fonts_zh_cn.serif_path().as_uri()
    style = CSS(string=face + _STYLE, font_config=fonts)
    template = Environment(autoescape=True).from_string(_PAGE)
    for number, sheet in enumerate(sheets):
        html = HTML(string=template.render(s=sheet))
        html.write_pdf(folder / f"{number}.pdf", stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")
    return len(sheets)
