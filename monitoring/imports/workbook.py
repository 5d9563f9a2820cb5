"""Opens one spreadsheet: .xlsx, .xls, .ods by calamine, CSV by hand; what it is decides the content, not the name.

A crafted or merely unlucky workbook (one cell at XFD1048576, a zip bomb among the shared strings) makes any reader
ask for hundreds of gigabytes. Checking declared bounds beforehand would mean inflating and scanning every sheet a
second time, and would still miss .xls and shared strings. So reading happens in child processes with a limit on their
address space (`child.py`), copies of one that has loaded what reading needs (`nursery.py`). They cost milliseconds,
work within a daemonic Celery worker, and stop every such file alike. Here stand only the cheap checks: sizes, and the
sum of unpacked sizes that the zip itself declares.
"""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import python_calamine

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 768 * 1024 * 1024  # 100 000 rows of ЕГЭ unpack to about 120 MB
MAX_RATIO, RATIO_FROM_BYTES = 200, 64 * 1024 * 1024  # real books shrink to a twentieth, a zip bomb to a thousandth
MAX_CSV_FIELD = 1_000_000
# What `zipfile` may say of bytes that are no archive, or one that it does not know the packing of.
NO_ARCHIVE = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError)

_SPREADSHEET_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Unreadable(Exception):
    """The file cannot be read; `code` and the text go to the person."""

    def __init__(self, message: str, code: str = "unreadable") -> None:
        super().__init__(message)
        self.code = code


class NotASpreadsheet(Exception):
    """The file is something else altogether."""


@dataclass
class Sheet:
    """Rows from A1 on, so row number = index + 1."""

    name: str
    rows: list[list[Any]]
    hidden: bool = False
    _columns: dict[int, list[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    def cell(self, row: int, column: int) -> Any:
        """The cell by indices from 0; "" outside the sheet."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def column(self, place: int) -> list[Any]:
        """A whole column by its index from 0, "" where a row is shorter; it is picked out of the rows once."""
        if place not in self._columns:
            self._columns[place] = self._picked(place)
        return self._columns[place]

    def cells(self, rows: Sequence[int], place: int) -> list[Any]:
        """The cells of one column in these rows (indices that rise); mostly the rows follow each other."""
        column = self.column(place)
        if rows and rows[-1] - rows[0] == len(rows) - 1:
            return column[rows[0] : rows[-1] + 1]
        return [column[row] for row in rows]

    def _picked(self, place: int) -> list[Any]:
        try:
            return list(map(itemgetter(place), self.rows))
        except IndexError:  # rows of a workbook are of one width, only those of a CSV may be shorter
            return [row[place] if place < len(row) else "" for row in self.rows]


def looks_like_spreadsheet(name: str) -> bool:
    return name.lower().endswith(_SPREADSHEET_SUFFIXES)


def open_sheets(name: str, content: bytes) -> list[Sheet]:
    """The sheets of a spreadsheet; `Unreadable` or `NotASpreadsheet` otherwise."""
    if len(content) > MAX_FILE_BYTES:
        raise Unreadable(
            f"Файл больше {MAX_FILE_BYTES // 1024 // 1024} МБ. Разделите его на части по предметам и загрузите их по "
            f"одной.",
            "too_large",
        )
    if not content:
        raise Unreadable("Файл пуст (0 байт). Выгрузите его ещё раз.")
    if content.startswith(b"PK"):
        _check_zip(content)
        return _by_calamine(content)
    if content.startswith(_OLE):
        _check_ole(content)
        return _by_calamine(content)
    return [Sheet("", _csv_rows(name, content))]


def _check_zip(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(info.file_size for info in archive.infolist())
    except NO_ARCHIVE as problem:
        raise Unreadable("Файл повреждён и не открывается. Скачайте или сохраните его ещё раз.") from problem
    if not any(name.startswith("xl/") for name in names) and "content.xml" not in names:
        raise NotASpreadsheet
    is_bomb = unpacked > RATIO_FROM_BYTES and unpacked > MAX_RATIO * len(content)
    if unpacked > MAX_UNPACKED_BYTES or is_bomb:
        raise Unreadable(
            "В распакованном виде книга слишком велика. Скопируйте таблицу с данными в новую книгу и загрузите её.",
            "too_large",
        )


def _check_ole(content: bytes) -> None:
    """An OLE container holds an old .xls, an encrypted .xlsx or a Word document: the names in its directory tell."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable("Файл защищён паролем. Снимите пароль в Excel (Файл → Сведения) и загрузите файл снова.")
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise NotASpreadsheet


def _by_calamine(content: bytes) -> list[Sheet]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        # skip_empty_area=False keeps the row numbers; names of sheets are cut or dressed with spaces in real files.
        return [
            Sheet(
                meta.name,
                book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False),
                meta.visible != python_calamine.SheetVisibleEnum.Visible,
            )
            for meta in book.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except MemoryError:
        raise
    except Exception as problem:
        if "password" in str(problem).lower():
            raise Unreadable(
                "Файл защищён паролем. Снимите пароль в Excel (Файл → Сведения) и загрузите файл снова."
            ) from problem
        raise Unreadable(
            "Файл повреждён и не читается. Откройте его в Excel, сохраните как .xlsx и загрузите снова."
        ) from problem


def _csv_rows(name: str, content: bytes) -> list[list[Any]]:
    decoded = _decode(content)
    if decoded is None or not _is_table(name, decoded):
        if looks_like_spreadsheet(name):
            raise Unreadable(_not_what_it_says(decoded))
        raise NotASpreadsheet
    csv.field_size_limit(MAX_CSV_FIELD)
    try:
        return list(csv.reader(io.StringIO(decoded, newline=""), delimiter=_delimiter(decoded)))
    except csv.Error as problem:
        raise Unreadable(
            "CSV не читается: проверьте кавычки и разделители или сохраните таблицу как .xlsx."
        ) from problem


def _decode(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content[:4096] or content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"Rar!", b"7z", b"GIF8")):
        return None
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _is_table(name: str, decoded: str) -> bool:
    head = decoded[:2000].lstrip()
    if head.startswith(("<", "{", "[")) or not head:
        return False
    if name.lower().endswith((".csv", ".tsv")):
        return True
    if name.lower().endswith((".md", ".json", ".yml", ".yaml", ".log", ".py", ".html", ".xml", ".ini")):
        return False
    return head.splitlines()[0].count(_delimiter(decoded)) >= 2


def _delimiter(decoded: str) -> str:
    """The separator that stands most often in the first filled lines; a lone comma may be a decimal one, so it comes
    last."""
    lines = [line for line in decoded[:20000].splitlines() if line.strip()][:5]
    counts = {mark: sum(len(re.findall(re.escape(mark), line)) for line in lines) for mark in (";", "\t", ",")}
    if counts[";"] or counts["\t"]:
        return ";" if counts[";"] >= counts["\t"] else "\t"
    return ","


def _not_what_it_says(decoded: str | None) -> str:
    if decoded is not None and decoded.lstrip()[:1] == "<":
        return "Внутри файла веб-страница, а не таблица. Откройте его в Excel и сохраните как «Книга Excel (.xlsx)»."
    return "По содержимому это не таблица, хотя имя файла говорит обратное. Сохраните данные как .xlsx или .csv."
