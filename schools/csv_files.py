"""Tables as files for Excel in Russian: a mark of the encoding, semicolons, decimal commas."""

import csv
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

# What a spreadsheet would work out instead of showing: a text that somebody typed may begin so. Signed numbers may not.
_FORMULA = re.compile(r"[=@\t\r]|[+-](?!\s?\d[\d\s\u00a0]*(?:,\d+)?\s?(?:%|п\.\s?п\.)?$)")


def csv_of(table: Iterable[Sequence[str]], name: str) -> HttpResponse:
    """`name` with its ending; every row has as many cells as the head."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    csv.writer(response, delimiter=";").writerows([[_as_text(cell) for cell in row] for row in table])
    return response


def _as_text(cell: str) -> str:
    """With the sign that tells a spreadsheet that this is a text."""
    return f"'{cell}" if _FORMULA.match(str(cell)) else cell
