"""Plain text and CSV: what decodes as text, is no page and no script."""

import re

from roadmaps.evidence.kinds import EvidenceRefused, Kind
from roadmaps.evidence.names import MARKUP_REFUSED, PROGRAM_REFUSED

BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
BY_CUSTOM = ("utf-8", "cp1251")  # the second is what Excel and Notepad of Windows write
NEVER_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
MARKUP = re.compile(r"<\s*(?:!doctype|\?xml|\?php|html|head|body|script|svg|iframe|object|embed)\b", re.IGNORECASE)
PRINTED = (r"{\rtf", "%!PS")  # text for a computer, a document for people
# Whoever calls these text has a damaged file, not a wrong name.
NEVER_TEXT = frozenset({
    "jpg", "jpeg", "png", "webp", "heic", "gif", "pdf", "docx", "xlsx", "pptx", "odt", "ods", "doc", "xls", "ppt",
})  # fmt: skip

PRINTED_REFUSED = "Это документ RTF или PostScript. Сохраните его как DOCX или PDF."
DAMAGED_REFUSED = (
    "Содержимое файла не то, что обещает его имя: внутри просто текст. Откройте файл у себя, сохраните заново и "
    "приложите ещё раз."
)


def decoded(content: bytes) -> str | None:
    """The text, or None where it is none."""
    marked = [encoding for mark, encoding in BYTE_ORDER_MARKS if content.startswith(mark)]
    for encoding in marked or BY_CUSTOM:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not NEVER_IN_TEXT.search(text):
            return text
    return None


def kind_of_text(text: str, extension: str) -> Kind:
    """Raises EvidenceRefused for pages, scripts and what was to be something else."""
    if MARKUP.search(text):
        raise EvidenceRefused(MARKUP_REFUSED)
    if text.startswith("#!"):
        raise EvidenceRefused(PROGRAM_REFUSED)
    if text.startswith(PRINTED):
        raise EvidenceRefused(PRINTED_REFUSED)
    if extension in NEVER_TEXT:
        raise EvidenceRefused(DAMAGED_REFUSED)
    return Kind.CSV if extension == "csv" else Kind.TEXT
