"""From frozen content to a file. Reads neither database nor clock nor net.

Only the worker and the commands import it: the web process needs none of the libraries that draw.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from reports.contents import TEMPLATES, Content
from reports.drawing import svg_address
from reports.formats import Format
from reports.roadmap_files import roadmap_docx, roadmap_xlsx
from reports.roadmaps import RoadmapDocument
from reports.snapshots import AnalyticalNote
from reports.tables import TableDocument
from reports.word import table_docx
from reports.workbooks import table_xlsx

STYLESHEET = Path(__file__).parent / "static" / "reports" / "document.css"  # the page's preview has the same


def draw(content: Content, format: Format) -> bytes:
    """The file; the same content gives the same bytes wherever the same fonts are installed."""
    return DRAWERS[type(content), format](content)


def document_html(content: Content) -> str:
    template = TEMPLATES[type(content)]
    context = template.context(content)
    drawn = {"chart_address": svg_address(context["chart"])} if context.get("chart") else {}
    return render_to_string(template.document, context | drawn)


def document_pdf(content: Content) -> bytes:
    """Tagged, with embedded fonts."""
    fonts = FontConfiguration()
    fetcher = URLFetcher(allowed_protocols=["data"], fail_on_errors=True)
    document = HTML(string=document_html(content), url_fetcher=fetcher)
    style = CSS(filename=STYLESHEET, font_config=fonts, url_fetcher=fetcher)
    return bytes(
        document.write_pdf(
            stylesheets=[style],
            font_config=fonts,
            pdf_variant="pdf/ua-1",
            pdf_identifier=content.sha256[:32].encode(),
            presentational_hints=True,
        )
    )


DRAWERS: dict[tuple[type, Format], Callable[[Any], bytes]] = {
    (AnalyticalNote, Format.PDF): document_pdf,
    (RoadmapDocument, Format.PDF): document_pdf,
    (RoadmapDocument, Format.DOCX): roadmap_docx,
    (RoadmapDocument, Format.XLSX): roadmap_xlsx,
    (TableDocument, Format.PDF): document_pdf,
    (TableDocument, Format.DOCX): table_docx,
    (TableDocument, Format.XLSX): table_xlsx,
}
