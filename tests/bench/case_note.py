"""The analytical note, from the database to its PDF, against WeasyPrint alone on the finished HTML.

What the portal adds to WeasyPrint is reading and freezing the values, drawing the chart and filling the template.
"""

from collections.abc import Iterator

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from reports.queries import build_analytical_note
from reports.rendering import STYLESHEET, document_html, document_pdf
from reports.snapshots import AnalyticalNote
from schools.models import Municipality
from tests.bench import world
from tests.bench.frame import Row, Size, medians, peak_memory

NAMES = ("analytical note",)
SCHOOLS = 40
PERIOD = f"{world.LAST_YEAR}"


def rows(size: Size) -> Iterator[Row]:
    town = world.municipality(size.pick(full=SCHOOLS, short=10))
    note = frozen(town)
    html = document_html(note)
    floor, ours = medians(lambda: drawn(html), lambda: document_pdf(frozen(town)), runs=size.runs, warm_up=True)
    yield Row(
        name="analytical note",
        ours=ours,
        floor=floor,
        floor_is="WeasyPrint on the finished HTML",
        memory_mb=peak_memory(make, town.pk),
        counts={"schools": town.schools.count(), "bytes": len(document_pdf(note))},
    )


def frozen(town: Municipality) -> AnalyticalNote:
    return build_analytical_note(municipality=town, period=PERIOD)


def drawn(html: str) -> bytes:
    """The least that a tagged PDF in our looks takes."""
    fonts = FontConfiguration()
    style = CSS(filename=STYLESHEET, font_config=fonts)
    return bytes(HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"))


def make(town_id: int) -> None:
    """In a child process, for its memory."""
    document_pdf(frozen(Municipality.objects.get(pk=town_id)))
