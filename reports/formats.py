"""The files that documents are drawn as. Pure."""

import re
from enum import StrEnum


class Format(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"

    @property
    def label(self) -> str:
        return self.value.upper()

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self]


OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: f"{OFFICE}.wordprocessingml.document",
    Format.XLSX: f"{OFFICE}.spreadsheetml.sheet",
}
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FORMAT_CHOICES = [(one.value, one.label) for one in Format]


def storable(text: str) -> str:
    """Without the signs that no Word document and no workbook may hold."""
    return NOT_IN_XML.sub("", text)
