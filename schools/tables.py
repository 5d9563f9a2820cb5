"""Flat tables that people fill in: one header row, then rows, in XLSX, XLS or CSV. Knows no Django.

The official spreadsheets have layouts of their own and are read by `monitoring.imports`.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from python_calamine import CalamineWorkbook

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ROWS = 10_000
MAX_COLUMNS = 300

_REFERENCE = re.compile(rb"""<(?:\w+:)?(?:row|c)\s[^>]*?\br=["']([A-Z]*)(\d+)["']""")


class UnreadableTable(Exception):
    """The file holds no table that can be read; the text is for people and says what to do."""


class TableProblem(NamedTuple):
    """What is wrong in one cell: where, as Excel names it, what is there, what to do."""

    sheet: str
    cell: str
    value: str
    message: str


class TableRow(NamedTuple):
    """A row under its number in the file; `cells` are texts by column name, without the empty ones."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    sheet: str  # "" in a CSV
    header: tuple[str, ...]  # "" where a column has no name
    header_row: int
    rows: tuple[TableRow, ...]

    def cell_name(self, row: int, column: str) -> str:
        """«B5»; a column that the table does not have is named by its row alone."""
        return cell_name(row, self.header.index(column)) if column in self.header else str(row)

    def problem(self, row: int, column: str, value: str, message: str) -> TableProblem:
        return TableProblem(self.sheet, self.cell_name(row, column), value, message)


def cell_name(row: int, column: int) -> str:
    """As Excel names a cell; rows count from 1 as people see them, columns from 0 as lists have them."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def read_table(file: BinaryIO | bytes, name: str) -> Table:
    """The first sheet that is not empty; the header is its first row with two filled cells or more."""
    content = file if isinstance(file, bytes) else file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnreadableTable(f"Файл «{name}» больше 10 МБ. Оставьте в нём только нужную таблицу.")
    if content.startswith(b"PK"):
        _check_bounds(content, name)
        sheet, lines = _workbook_lines(content, name)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        sheet, lines = _workbook_lines(content, name)
    else:
        sheet, lines = "", _csv_lines(content, name)
    return _table(sheet, lines, name)


def _table(sheet: str, lines: Sequence[Sequence[str]], name: str) -> Table:
    filled = [number for number, line in enumerate(lines) if any(line)]
    if not filled:
        raise UnreadableTable(f"Файл «{name}» пуст: в нём нет ни одной заполненной ячейки.")
    if len(lines) > MAX_ROWS or max(map(len, lines)) > MAX_COLUMNS:
        raise UnreadableTable(f"Таблица в файле «{name}» слишком велика. Удалите лишние строки и столбцы.")
    at = next((number for number in filled if sum(map(bool, lines[number])) > 1), filled[0])
    header = tuple(lines[at])
    for column in header:
        if column and header.count(column) > 1:
            raise UnreadableTable(
                f"В файле «{name}» столбец «{column}» встречается дважды (строка {at + 1}). Оставьте один."
            )
    rows = tuple(
        TableRow(number + 1, {column: text for column, text in zip(header, lines[number], strict=False) if text})
        for number in filled
        if number > at
    )
    return Table(sheet=sheet, header=header, header_row=at + 1, rows=rows)


def _check_bounds(content: bytes, name: str) -> None:
    """Refuse a workbook whose cells lie so far apart that reading it would take all the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise UnreadableTable(f"Файл «{name}» после распаковки слишком велик.")
            for info in archive.infolist():
                if re.search(r"(^|/)worksheets/[^/]+\.xml$", info.filename):
                    _check_sheet(archive.read(info), name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise UnreadableTable(_not_a_table(name)) from None


def _check_sheet(xml: bytes, name: str) -> None:
    for match in _REFERENCE.finditer(xml):
        letters, row = match.groups()
        if len(row) > 6 or int(row) > MAX_ROWS or len(letters) > 3 or _column_number(letters) > MAX_COLUMNS:
            place = (letters + row).decode("ascii")
            raise UnreadableTable(
                f"В файле «{name}» есть ячейка далеко за пределами таблицы: {place}. "
                "Скопируйте таблицу на новый лист и сохраните заново."
            )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _workbook_lines(content: bytes, name: str) -> tuple[str, list[list[str]]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            lines = [[_text(value) for value in row] for row in rows]
            if any(any(line) for line in lines):
                return sheet, lines
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        raise UnreadableTable(_not_a_table(name)) from None
    return "", []


def _csv_lines(content: bytes, name: str) -> list[list[str]]:
    text = _decoded(content)
    if text is None:
        raise UnreadableTable(_not_a_table(name))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t", key=first.count)
    try:
        return [[_text(value) for value in row] for row in _rows_by_line(text, delimiter)]
    except csv.Error:
        raise UnreadableTable(_not_a_table(name)) from None


def _rows_by_line(text: str, delimiter: str) -> list[list[str]]:
    """Rows under the numbers of their lines: a quoted line break leaves an empty line behind, as in the file."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    lines: list[list[str]] = []
    for row in reader:
        lines.append(row)
        lines.extend([] for _ in range(reader.line_num - len(lines)))
    return lines


def _decoded(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in content:
        return None
    else:
        encodings = ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _text(value: Any) -> str:
    """A cell as people would write it; 860123.0 of a number cell is the code 860123."""
    match value:
        case bool():
            return "да" if value else "нет"
        case float() if value.is_integer():
            return str(int(value))
        case dt.datetime() | dt.date():
            return f"{value:%d.%m.%Y}"
        case _:
            return re.sub(r"\s+", " ", str(value)).strip()


def _not_a_table(name: str) -> str:
    return f"Файл «{name}» не удалось прочитать как таблицу. Сохраните его в Excel как «Книга Excel (.xlsx)» или CSV."
