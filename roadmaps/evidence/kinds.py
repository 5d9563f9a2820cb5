"""The kinds of files that are kept as evidence, and why a file is not."""

from enum import StrEnum


class EvidenceRefused(Exception):
    """The file is not taken; the text is for people and says what to do."""


class Kind(StrEnum):
    """What a kept file is by its content. The value is its extension, so it can stand in the database."""

    JPEG = "jpg"
    PNG = "png"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    TEXT = "txt"
    CSV = "csv"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self]

    @property
    def is_picture(self) -> bool:
        return self in PICTURES

    @property
    def opens_in_browser(self) -> bool:
        """Others are only downloaded: a browser has nothing to do with them."""
        return self.is_picture or self is Kind.PDF


PICTURES = frozenset({Kind.JPEG, Kind.PNG})
LABELS = {
    Kind.JPEG: "Снимок JPEG",
    Kind.PNG: "Снимок PNG",
    Kind.PDF: "Документ PDF",
    Kind.DOCX: "Документ Word",
    Kind.XLSX: "Таблица Excel",
    Kind.PPTX: "Презентация PowerPoint",
    Kind.ODT: "Документ OpenDocument",
    Kind.ODS: "Таблица OpenDocument",
    Kind.TEXT: "Текст",
    Kind.CSV: "Таблица CSV",
}
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
MEDIA_TYPES = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.PDF: "application/pdf",
    Kind.DOCX: f"{OFFICE}.wordprocessingml.document",
    Kind.XLSX: f"{OFFICE}.spreadsheetml.sheet",
    Kind.PPTX: f"{OFFICE}.presentationml.presentation",
    Kind.ODT: f"{OPEN_DOCUMENT}.text",
    Kind.ODS: f"{OPEN_DOCUMENT}.spreadsheet",
    Kind.TEXT: "text/plain",
    Kind.CSV: "text/csv",
}
KIND_CHOICES = [(one.value, one.label) for one in Kind]
# For the `accept` of a field: an iPhone that reads it sends its HEIC photographs as JPEG by itself.
ACCEPT = "image/jpeg,image/png,image/webp," + ",".join(f".{one}" for one in Kind if not one.is_picture)
ACCEPTED_IN_WORDS = "снимки JPEG, PNG, WEBP, документы PDF, DOCX, XLSX, PPTX, ODT, ODS, тексты TXT и CSV"
