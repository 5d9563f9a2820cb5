"""PDF: kept as it is, so what acts by itself is refused. It is looked for, not parsed: a reader may find more."""

import re
import zlib
from collections.abc import Iterator

from roadmaps.evidence.kinds import EvidenceRefused
from roadmaps.evidence.names import ARCHIVE_REFUSED
from roadmaps.evidence.packages import has_directory

BEFORE_HEAD = b"\xef\xbb\xbf \t\r\n\0"
TAIL = 2048  # bytes in which readers look for the end
ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R\b|<<)")
ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA)(?=[\s/<>\[\](){}%]|$)")
LINK = re.compile(rb"\(https?://[^\s()<>]*\)")  # an address may end in any of these words
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb">>\s*stream\r?\n")
STARTS_WITH_NUMBERS = re.compile(rb"\s*\d+\s+\d+\s")  # as packed objects do: the number and place of each
HEAD = 256  # bytes of a stream that tell what is in it
MAX_UNPACKED = 64 * 1024 * 1024  # of all packed objects, both packed and not
MAX_STREAMS = 50_000

LOCKED_REFUSED = "PDF защищён паролем или запретами. Снимите защиту или напечатайте его в новый PDF."
ACTIVE_REFUSED = (
    "В этом PDF есть сценарии, вложенные файлы или запуск программ. Напечатайте его в новый PDF и приложите тот."
)
DAMAGED_REFUSED = "PDF повреждён или передан не до конца. Откройте его у себя, сохраните заново и приложите ещё раз."


def is_pdf(content: bytes) -> bool:
    return content[:1024].lstrip(BEFORE_HEAD).startswith(b"%PDF-")


def check_pdf(content: bytes) -> None:
    """Raises EvidenceRefused for one that is cut off, protected, acts by itself or has an archive behind it."""
    if b"%%EOF" not in content[-TAIL:]:
        raise EvidenceRefused(DAMAGED_REFUSED)
    if ENCRYPTED.search(content):
        raise EvidenceRefused(LOCKED_REFUSED)
    if any(ACTIVE.search(_plain(part)) for part in (content, *_packed_objects(content))):
        raise EvidenceRefused(ACTIVE_REFUSED)
    if has_directory(content):
        raise EvidenceRefused(ARCHIVE_REFUSED)


def _plain(part: bytes) -> bytes:
    """Without links, and with the letters of names that may be written as numbers: /Java#53cript."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), LINK.sub(b"()", part))


def _packed_objects(content: bytes) -> Iterator[bytes]:
    """Streams that hold objects, unpacked: since PDF 1.5 actions may stand in them.

    Raises EvidenceRefused for a file that is made to be looked at for ever.
    """
    view, left = memoryview(content), MAX_UNPACKED
    for count, found in enumerate(STREAM.finditer(content)):
        if count > MAX_STREAMS or left <= 0:
            raise EvidenceRefused(DAMAGED_REFUSED)
        if not _holds_objects(view[found.end() :][:HEAD]):
            continue
        end = content.find(b"endstream", found.end())
        stream = view[found.end() : end if end != -1 else len(content)]
        left -= len(stream)
        try:
            part = zlib.decompressobj().decompress(stream, max(left, 1))
        except zlib.error:
            continue  # no reader gets further
        left -= len(part)
        yield part


def _holds_objects(head: memoryview) -> bool:
    try:
        return bool(STARTS_WITH_NUMBERS.match(zlib.decompressobj().decompress(head, 64)))
    except zlib.error:
        return False  # packed in another way, or not at all
