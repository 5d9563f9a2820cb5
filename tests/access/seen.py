"""What can be read in an answer, and whether something of others is in it."""

import html
import io
import re
import zipfile
from typing import Any

from pypdf import PdfReader

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSRF_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value|"X-CSRFToken"):?\s*=?\s*"[^"]*"')


def text_of(answer: Any) -> str:
    """All that can be read in an answer, in whatever form it comes."""
    body = answer.getvalue() if answer.streaming else answer.content
    kind = answer["Content-Type"].partition(";")[0]
    if kind == XLSX:
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            parts = (book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
            return html.unescape("\n".join(parts))  # a workbook writes Cyrillic as references
    if kind == "application/pdf" and b"%%EOF" in body:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    text = body.decode("utf-8")
    if kind == "application/json":
        text = text.encode().decode("unicode_escape").encode("latin-1", "ignore").decode("utf-8", "ignore") + text
    return CSRF_TOKEN.sub("", text)


def found_in(text: str, secrets: list[str]) -> list[str]:
    """Whole words only, so that a number is not found inside a longer one; thousands may be set apart."""
    plain = re.sub(r"(?<=\d)[\u00a0\u202f](?=\d{3})|(?<=\d)&nbsp;(?=\d{3})", "", text)
    # A quarter of these tests' time went by where words were looked for that are not there at all.
    there = (secret for secret in secrets if secret in plain)
    return [secret for secret in there if re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", plain)]
