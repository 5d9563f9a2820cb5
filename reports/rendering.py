"""From a frozen snapshot to PDF. Reads neither database nor clock nor net.

Only the worker and the commands import it: the web process needs none of the libraries that draw.
"""

from pathlib import Path

from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from reports.drawing import svg_address
from reports.note import note_context
from reports.snapshots import AnalyticalNote

STYLESHEET = Path(__file__).parent / "static" / "reports" / "document.css"  # the page's preview has the same


def note_html(note: AnalyticalNote) -> str:
    context = note_context(note)
    drawn = {"chart_address": svg_address(context["chart"])} if context["chart"] else {}
    return render_to_string("reports/documents/analytical_note.html", context | drawn)


def note_pdf(note: AnalyticalNote) -> bytes:
    """Tagged, with embedded fonts; the same note gives the same bytes wherever the same fonts are installed."""
    fonts = FontConfiguration()
    fetcher = URLFetcher(allowed_protocols=["data"], fail_on_errors=True)
    document = HTML(string=note_html(note), url_fetcher=fetcher)
    style = CSS(filename=STYLESHEET, font_config=fonts, url_fetcher=fetcher)
    return bytes(
        document.write_pdf(
            stylesheets=[style],
            font_config=fonts,
            pdf_variant="pdf/ua-1",
            pdf_identifier=note.sha256[:32].encode(),
        )
    )
