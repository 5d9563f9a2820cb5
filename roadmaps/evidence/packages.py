"""Office documents: zip packages that say themselves what they are. Kept as they are, so what acts is refused."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from xml.parsers import expat

from roadmaps.evidence.kinds import MEDIA_TYPES, EvidenceRefused, Kind
from roadmaps.evidence.names import ARCHIVE_REFUSED, MACROS_REFUSED, PROGRAM_REFUSED, refuse_dangerous_extension

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DIRECTORY = b"PK\x05\x06"  # ends an archive
CONTENT_TYPES, MIMETYPE, MANIFEST = "[Content_Types].xml", "mimetype", "META-INF/manifest.xml"
OFFICE_KINDS = {f"{MEDIA_TYPES[kind]}.main+xml": kind for kind in (Kind.DOCX, Kind.XLSX, Kind.PPTX)}
OPEN_DOCUMENT_KINDS = {MEDIA_TYPES[kind]: kind for kind in (Kind.ODT, Kind.ODS)}

MAX_PARTS = 5000
MAX_DESCRIPTION = 8 * 1024 * 1024  # bytes of a part that describes others
MAX_UNPACKED = 100 * 1024 * 1024
HARMLESS_UNPACKED, MAX_RATIO = 10 * 1024 * 1024, 120  # a table of zeros packs well, a bomb packs better
MAX_DEPTH = 2  # a table inside a slide inside a document
BLOCK = 64 * 1024
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, struct.error, NotImplementedError, RuntimeError, ValueError,
    EOFError, OverflowError, LookupError, OSError,
)  # fmt: skip

PROJECT = "_VBA_PROJECT".encode("utf-16-le")  # names of streams in OLE files
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
PACKED_FILE = "Ole10Native".encode("utf-16-le")
MACROS_SAID = ("macroenabled", "vbaproject", "macrosheet")  # in a type of content
BASIC_OF_OFFICE = ("script-lc.xml", "script-lb.xml")  # an empty library, as some offices write always
LOADING = ("attachedTemplate", "oleObject", "frame", "subDocument")  # relations that fetch a part when it is opened
BY_HAND = ("file:", "mailto:")  # such a target is on one's own computer or opens only by a click

LOCKED_REFUSED = "Файл защищён паролем. Снимите пароль и приложите файл ещё раз."
OLD_REFUSED = "Это файл старого вида (DOC, XLS, PPT). Сохраните его как DOCX, XLSX, PPTX или PDF."
OTHER_REFUSED = "Это шаблон, показ или файл другой программы. Сохраните его как DOCX, XLSX, PPTX, ODT, ODS или PDF."
DAMAGED_REFUSED = "Файл повреждён или передан не до конца. Откройте его у себя, сохраните заново и приложите ещё раз."
BOMB_REFUSED = "Распакованный файл слишком велик. Сохраните его как PDF или разделите на части."
PACKED_FILE_REFUSED = (
    "В документ вложен другой файл. Удалите вложенный файл из документа или сохраните документ как PDF."
)
LOADS_REFUSED = "Документ при открытии загружает свои части из сети. Сохраните его как PDF и приложите PDF."


@dataclass
class Room:
    """What may still be unpacked of a file and of all that is embedded in it."""

    unpacked: int = MAX_UNPACKED  # bytes
    depth: int = 0


def has_directory(content: bytes) -> bool:
    """Whether an unpacker would find an archive at the end of something else."""
    return zipfile.is_zipfile(io.BytesIO(content))


def kind_of_ole(content: bytes) -> Kind:
    """Always raises EvidenceRefused: old documents hold macros where nobody sees them, new ones a password."""
    raise EvidenceRefused(LOCKED_REFUSED if ENCRYPTED_PACKAGE in content else OLD_REFUSED)


def kind_of_package(content: bytes, room: Room | None = None) -> Kind:
    """What an office document is, by its own description. Raises EvidenceRefused for whatever else is a zip."""
    room = room or Room()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_directory(parts, len(content), room)
            kind = _open_document(archive) or _office_document(archive)
            if kind is None:
                raise EvidenceRefused(PACKED_FILE_REFUSED if room.depth else ARCHIVE_REFUSED)
            for part in parts:
                _check_part(archive, part, room)
    except UNREADABLE:
        raise EvidenceRefused(DAMAGED_REFUSED) from None
    return kind


def _check_directory(parts: list[zipfile.ZipInfo], size: int, room: Room) -> None:
    """Before anything is unpacked: how much it would be, and whether all programs would find the same in it."""
    if any(part.flag_bits & 1 for part in parts):
        raise EvidenceRefused(LOCKED_REFUSED)
    unpacked = sum(part.file_size for part in parts)
    is_bomb = unpacked > HARMLESS_UNPACKED and unpacked > MAX_RATIO * size
    room.unpacked -= unpacked
    if len(parts) > MAX_PARTS or room.unpacked < 0 or is_bomb:
        raise EvidenceRefused(BOMB_REFUSED)
    names = [part.filename.lower() for part in parts]
    packed_oddly = any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts)
    leads_out = any(".." in name.split("/") or name.startswith("/") or "\\" in name for name in names)
    if not parts or min(part.header_offset for part in parts) or len(set(names)) < len(names):
        raise EvidenceRefused(DAMAGED_REFUSED)
    if packed_oddly or leads_out:
        raise EvidenceRefused(DAMAGED_REFUSED)


def _open_document(archive: zipfile.ZipFile) -> Kind | None:
    if MIMETYPE not in archive.namelist():
        return None
    kind = OPEN_DOCUMENT_KINDS.get(_description(archive, MIMETYPE).decode("ascii").strip())
    if kind is None:
        raise EvidenceRefused(OTHER_REFUSED)
    if any(name.endswith("encryption-data") for name, _ in _elements(_description(archive, MANIFEST))):
        raise EvidenceRefused(LOCKED_REFUSED)
    for name in archive.namelist():
        folder, _, last = name.rpartition("/")
        is_code = name.startswith("Basic/") and last not in ("", *BASIC_OF_OFFICE)
        if is_code or (folder.startswith("Scripts") and last):
            raise EvidenceRefused(MACROS_REFUSED)
    return kind


def _office_document(archive: zipfile.ZipFile) -> Kind | None:
    if CONTENT_TYPES not in archive.namelist():
        return None
    said = [said.get("ContentType", "") for _, said in _elements(_description(archive, CONTENT_TYPES))]
    if any(word in one.lower() for one in said for word in MACROS_SAID):
        raise EvidenceRefused(MACROS_REFUSED)
    kinds = {OFFICE_KINDS[one] for one in said if one in OFFICE_KINDS}
    if len(kinds) != 1:
        raise EvidenceRefused(OTHER_REFUSED)
    return kinds.pop()


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: Room) -> None:
    """Reads the part to its end, so that its checksum is compared; looks into what can act. Raises EvidenceRefused."""
    if part.is_dir():
        return
    _refuse_dangerous_part(part.filename)
    with archive.open(part) as stream:
        block = stream.read(BLOCK)
        if block.startswith((OLE, ZIP)):
            _check_embedded(block + stream.read(), room)
        elif part.filename.lower().endswith(".rels"):
            _check_relations(_limited(block + stream.read(MAX_DESCRIPTION)))
        while stream.read(BLOCK):
            pass
        if block.startswith((b"MZ", b"\x7fELF")):
            raise EvidenceRefused(PROGRAM_REFUSED)


def _refuse_dangerous_part(name: str) -> None:
    """Its own descriptions are XML, and «vbaProject.bin» and others «.bin»: what counts there is what is inside."""
    if name.lower().endswith("vbaproject.bin"):
        raise EvidenceRefused(MACROS_REFUSED)
    if not name.lower().endswith((".xml", ".bin", ".svg")):
        refuse_dangerous_extension(name)


def _check_embedded(content: bytes, room: Room) -> None:
    """A table behind a chart or an equation is common; a program behind an icon is not evidence."""
    if content.startswith(ZIP):
        room.depth += 1
        if room.depth > MAX_DEPTH:
            raise EvidenceRefused(BOMB_REFUSED)
        kind_of_package(content, room)
        room.depth -= 1
        return
    if PROJECT in content:
        raise EvidenceRefused(MACROS_REFUSED)
    if PACKED_FILE in content:
        raise EvidenceRefused(PACKED_FILE_REFUSED)


def _check_relations(description: bytes) -> None:
    for _, said in _elements(description):
        loads = said.get("Type", "").rpartition("/")[2] in LOADING and said.get("TargetMode") == "External"
        if loads and not said.get("Target", "").lower().startswith(BY_HAND):
            raise EvidenceRefused(LOADS_REFUSED)


def _description(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return _limited(stream.read(MAX_DESCRIPTION + 1))


def _limited(description: bytes) -> bytes:
    if len(description) > MAX_DESCRIPTION:
        raise EvidenceRefused(BOMB_REFUSED)
    return description


def _elements(description: bytes) -> Iterable[tuple[str, dict[str, str]]]:
    """Elements with their attributes. No description has a DTD, which could make a little text into a lot."""
    found: list[tuple[str, dict[str, str]]] = []

    def refuse(*_: object) -> None:
        raise EvidenceRefused(DAMAGED_REFUSED)

    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(description, True)
    return found
