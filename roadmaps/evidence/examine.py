"""What a file is by its content, and whether it may be kept."""

from dataclasses import dataclass

import filetype

from roadmaps.evidence import names
from roadmaps.evidence.kinds import ACCEPTED_IN_WORDS, EvidenceRefused, Kind
from roadmaps.evidence.names import refuse_dangerous_extension, shown_name
from roadmaps.evidence.packages import DIRECTORY, OLE, ZIP, kind_of_ole, kind_of_package
from roadmaps.evidence.pdf import check_pdf, is_pdf
from roadmaps.evidence.pictures import redraw
from roadmaps.evidence.texts import decoded, kind_of_text

EMPTY_REFUSED = "Файл пустой. Проверьте, тот ли он, и приложите ещё раз."
TOO_LARGE_REFUSED = "Файл больше {limit} МБ. Уменьшите его, разделите на части или дайте ссылку на него."
MOVING_REFUSED = "Видео и звук портал не хранит. Разместите запись на сайте школы и дайте ссылку на неё."
OTHER_REFUSED = f"Файлы такого вида портал не принимает. Принимаются {ACCEPTED_IN_WORDS}."


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: what is stored is `content`, which is not always what came."""

    kind: Kind
    name: str  # for people, with the extension of the kind
    content: bytes
    preview: bytes  # a small JPEG of a picture; empty for others


def examine(name: str, content: bytes, *, max_bytes: int) -> Examined:
    """The file as it may be kept, with a name that says what it is. The same file gives the same bytes.

    Raises EvidenceRefused.
    """
    if not content:
        raise EvidenceRefused(EMPTY_REFUSED)
    refuse_too_large(len(content), max_bytes)
    refuse_dangerous_extension(name)
    guessed = filetype.guess(content)
    media_type = guessed.mime if guessed else ""
    if media_type.startswith("image/") and decoded(content) is None:  # «BM» begins both a bitmap and a text
        picture = redraw(content, media_type)
        return Examined(picture.kind, shown_name(name, picture.kind), picture.content, picture.preview)
    kind = _kind_of_document(content, names.extension_of(name)) or _refuse(media_type)
    return Examined(kind, shown_name(name, kind), content, b"")


def refuse_too_large(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise EvidenceRefused(TOO_LARGE_REFUSED.format(limit=max_bytes // 1024 // 1024))


def _kind_of_document(content: bytes, extension: str) -> Kind | None:
    """None for what is neither a document nor text."""
    if content.startswith((ZIP, DIRECTORY)):
        return kind_of_package(content)
    if content.startswith(OLE):
        return kind_of_ole(content)
    if is_pdf(content):
        check_pdf(content)
        return Kind.PDF
    text = decoded(content)
    return None if text is None else kind_of_text(text, extension)


def _refuse(media_type: str) -> Kind:
    """Always raises EvidenceRefused, in words for what the file is."""
    group, _, kind = media_type.partition("/")
    if group in ("video", "audio"):
        raise EvidenceRefused(MOVING_REFUSED)
    if kind in PROGRAMS:
        raise EvidenceRefused(names.PROGRAM_REFUSED)
    if kind in ARCHIVES:
        raise EvidenceRefused(names.ARCHIVE_REFUSED)
    raise EvidenceRefused(OTHER_REFUSED)


# Second halves of media types, as the library names them.
PROGRAMS = frozenset({"x-msdownload", "x-executable", "x-google-chrome-extension", "wasm", "x-shockwave-flash"})
ARCHIVES = frozenset({
    "zip", "x-rar-compressed", "x-7z-compressed", "gzip", "x-tar", "x-bzip2", "x-xz", "zstd", "x-lz4", "x-lzip",
    "x-lzop", "x-compress", "vnd.ms-cab-compressed", "x-unix-archive", "x-rpm", "x-deb",
})  # fmt: skip
