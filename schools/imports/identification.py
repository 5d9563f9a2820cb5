"""The identification list of a year as a spreadsheet: «Код ОО | Школа | Категория | Номер приказа | Дата приказа»."""

import datetime as dt
import re
from dataclasses import dataclass, field

from schools.models import Category, School
from schools.orders import order_date_problem
from schools.queries.lookup import SchoolLookup
from schools.tables import Table, TableProblem, TableRow

CODE, NAME, CATEGORY, ORDER_NUMBER, ORDER_DATE = "Код ОО", "Школа", "Категория", "Номер приказа", "Дата приказа"
COLUMNS = (CODE, NAME, CATEGORY, ORDER_NUMBER, ORDER_DATE)
ORDER_NUMBER_LENGTH = 60

CATEGORIES = {spelling.lower(): category for category in Category for spelling in (category.label, category.value)}


@dataclass(frozen=True)
class IdentificationLine:
    school: School
    category: Category
    order_number: str
    order_date: dt.date | None
    row: int


@dataclass
class CheckedList:
    school_year: int
    lines: list[IdentificationLine] = field(default_factory=list)
    problems: list[TableProblem] = field(default_factory=list)


def check_identification(table: Table, schools: SchoolLookup, school_year: int) -> CheckedList:
    """All problems at once; rows without a category are the list's other schools and are passed over."""
    checked = CheckedList(school_year)
    missing = [column for column in (CATEGORY,) if column not in table.header]
    if not {CODE, NAME} & set(table.header):
        missing.insert(0, f"{CODE}» или «{NAME}")
    if missing:
        message = f"Нет столбца «{'», «'.join(missing)}». Возьмите шаблон на странице «Идентификация»."
        checked.problems.append(TableProblem(table.sheet, str(table.header_row), "; ".join(table.header), message))
        return checked
    first_rows: dict[tuple[int, Category], int] = {}
    for row in table.rows:
        if row.cells.get(CATEGORY):
            _check_row(table, row, schools, checked, first_rows)
    if not checked.lines and not checked.problems:
        message = "Ни в одной строке не указана категория: список пуст, записывать нечего."
        checked.problems.append(table.problem(table.header_row, CATEGORY, "", message))
    return checked


def _check_row(
    table: Table,
    row: TableRow,
    schools: SchoolLookup,
    checked: CheckedList,
    first_rows: dict[tuple[int, Category], int],
) -> None:
    code, name = row.cells.get(CODE, ""), row.cells.get(NAME, "")
    found = schools.find(code, name)
    if isinstance(found, str):
        checked.problems.append(table.problem(row.number, CODE if code else NAME, code or name, found))
    number, date = _order(table, row, checked)
    for word in re.split(r"\s*[,;/+]\s*", row.cells[CATEGORY]):
        category = CATEGORIES.get(word.lower())
        if category is None:
            known = ", ".join(category.label for category in Category)
            message = f"Категория «{word}» неизвестна. Бывает: {known}."
            checked.problems.append(table.problem(row.number, CATEGORY, row.cells[CATEGORY], message))
            continue
        if isinstance(found, str):
            continue
        first = first_rows.setdefault((found.pk, category), row.number)
        if first != row.number:
            message = f"«{found}» уже указана в категории {category.label} в строке {first}. Оставьте одну строку."
            checked.problems.append(table.problem(row.number, CATEGORY, word, message))
            continue
        checked.lines.append(IdentificationLine(found, category, number, date, row.number))


def _order(table: Table, row: TableRow, checked: CheckedList) -> tuple[str, dt.date | None]:
    number, text = row.cells.get(ORDER_NUMBER, ""), row.cells.get(ORDER_DATE, "")
    if len(number) > ORDER_NUMBER_LENGTH:
        message = f"Номер приказа длиннее {ORDER_NUMBER_LENGTH} знаков. Сократите его."
        checked.problems.append(table.problem(row.number, ORDER_NUMBER, number[:80], message))
    if not text:
        return number, None
    date = _date(text)
    message = (
        order_date_problem(date, checked.school_year) if date else "Дата не распознана. Запишите её как 15.09.2020."
    )
    if message:
        checked.problems.append(table.problem(row.number, ORDER_DATE, text, message))
    return number, date


def _date(text: str) -> dt.date | None:
    for pattern in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None
