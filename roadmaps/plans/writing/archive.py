"""Takes the moment of saving out of a document or workbook, so that the same plan gives the same bytes."""

import io
import re
import zipfile

PROPERTIES = "docProps/core.xml"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a zip knows
_MOMENT = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>")
_LEFT_OUT = {"docProps/thumbnail.jpeg"}  # a picture of python-docx's own empty page
_THUMBNAIL = re.compile(rb"<Relationship [^>]*thumbnail[^>]*/>")


def without_clock(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as drawn, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in drawn.namelist():
            if name in _LEFT_OUT:
                continue
            part = drawn.read(name)
            if name == PROPERTIES:
                part = _MOMENT.sub(b"", part)
            elif name == "_rels/.rels":
                part = _THUMBNAIL.sub(b"", part)
            kept.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), part, zipfile.ZIP_DEFLATED)
    return file.getvalue()
