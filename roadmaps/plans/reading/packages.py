"""Looks at a file before anything opens it: what it is, whether it is whole, and how much it would unpack to."""

import io
import re
import zipfile
import zlib

from roadmaps.plans.reading.grid import Unreadable

MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_UNPACKED_BYTES = 96 * 1024 * 1024  # with the pictures
MAX_XML_BYTES = 24 * 1024 * 1024  # one part; the whole programme of a city is 3 MB
MAX_PARTS = 2000
MAX_RATIO, RATIO_FROM_BYTES = 200, 8 * 1024 * 1024  # real documents shrink to a twentieth, a zip bomb to a thousandth

WORD, WORKBOOK = "word", "workbook"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SAVE = "Откройте его и сохраните как «Документ Word (.docx)» или «Книга Excel (.xlsx)»"
_TOO_LARGE = "В распакованном виде файл слишком велик. Скопируйте таблицу плана в новый документ и загрузите его."
_DAMAGED = "Файл повреждён и не открывается. Скачайте или сохраните его ещё раз."


def kind_of(content: bytes) -> str:
    """Whether it is a document or a workbook that may be opened; `Unreadable` otherwise."""
    if len(content) > MAX_FILE_BYTES:
        raise Unreadable(
            f"Файл больше {MAX_FILE_BYTES // 1024 // 1024} МБ. Скопируйте таблицу плана в новый документ без рисунков "
            "и загрузите его."
        )
    if not content:
        raise Unreadable("Файл пуст (0 байт). Сохраните его ещё раз.")
    if content.startswith(_OLE):
        raise Unreadable(_about_ole(content))
    if not content.startswith(b"PK"):
        raise Unreadable(_about_other(content))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _kind_of_package(archive, len(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, KeyError) as problem:
        raise Unreadable(_DAMAGED) from problem
    except RuntimeError as problem:  # how zipfile says that a part is encrypted
        raise Unreadable("Файл защищён паролем. Снимите пароль и загрузите файл снова.") from problem
    except zlib.error as problem:
        raise Unreadable(_DAMAGED) from problem


def damaged() -> Unreadable:
    return Unreadable(_DAMAGED)


def _kind_of_package(archive: zipfile.ZipFile, size: int) -> str:
    parts = {info.filename: info for info in archive.infolist()}
    unpacked = sum(info.file_size for info in archive.infolist())
    is_bomb = unpacked > RATIO_FROM_BYTES and unpacked > MAX_RATIO * size
    if is_bomb or unpacked > MAX_UNPACKED_BYTES or len(archive.infolist()) > MAX_PARTS:
        raise Unreadable(_TOO_LARGE)
    is_word, is_workbook = "word/document.xml" in parts, "xl/workbook.xml" in parts
    if not is_word and not is_workbook:
        raise Unreadable(_about_zip(set(parts)))
    for name, info in parts.items():
        if name.lower().endswith((".xml", ".rels", ".vml")):
            _check_xml(archive, info)
    return WORD if is_word else WORKBOOK


def _check_xml(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """No document of an office has a document type; entities that grow need one."""
    if info.file_size > MAX_XML_BYTES:
        raise Unreadable(_TOO_LARGE)
    if _MARKED.search(archive.read(info).replace(b"\x00", b"")):  # in UTF-16 as well
        raise Unreadable("В файле есть то, чего в документах не бывает, и он не открыт. " + _SAVE + ".")


def _about_ole(content: bytes) -> str:
    """An OLE container holds an old document or an encrypted one: the names in its directory tell."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "Файл защищён паролем. Снимите пароль (Файл → Сведения → Защита) и загрузите файл снова."
    if "WordDocument".encode("utf-16-le") in content:
        return "Это документ старого вида (.doc). Откройте его в Word, сохраните как .docx и загрузите снова."
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return "Это книга старого вида (.xls). Откройте её в Excel, сохраните как .xlsx и загрузите снова."
    return f"Это не документ Word и не книга Excel. {_SAVE} и загрузите снова."


def _about_zip(names: set[str]) -> str:
    if "content.xml" in names:
        return f"Это документ OpenDocument (.odt, .ods). {_SAVE} и загрузите снова."
    if "xl/workbook.bin" in names:
        return "Это двоичная книга (.xlsb). Откройте её в Excel, сохраните как .xlsx и загрузите снова."
    return "Это архив, а не документ. Достаньте из него файл .docx или .xlsx и загрузите его."


def _about_other(content: bytes) -> str:
    start = content[:1024].lstrip()
    if start.startswith(b"%PDF"):
        return "Из PDF план не читается. Загрузите документ, из которого он сделан: .docx или .xlsx."
    if start.startswith(b"{\\rtf"):
        return "Это документ RTF. Откройте его в Word, сохраните как .docx и загрузите снова."
    if start.startswith(b"<"):
        return f"Внутри файла веб-страница, а не документ. {_SAVE} и загрузите снова."
    return "План принимается в виде .docx или .xlsx; этот файл — не то и не другое. Сохраните таблицу в Word или Excel."
