"""Collected numbers as a spreadsheet: «Код ОО | Школа | one column a number», one row a school."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from indicators.calculations.statistics import BadNumber, excesses, parse_number
from indicators.models import StatisticKind
from indicators.queries.statistics import Place, StatisticsSheet, limits_of
from schools.queries.lookup import SchoolLookup
from schools.tables import Table, TableProblem, TableRow
from schools.wording import number as in_words

CODE, NAME = "Код ОО", "Школа"
WHOLE = "В целом по муниципалитету"


@dataclass(frozen=True)
class Entry:
    """One number of one place; None takes it away."""

    place: Place
    kind: StatisticKind
    value: Decimal | None
    row: int | None = None  # of the spreadsheet


@dataclass
class CheckedNumbers:
    entries: list[Entry] = field(default_factory=list)
    problems: list[TableProblem] = field(default_factory=list)


def check_statistics(table: Table, sheet: StatisticsSheet, schools: SchoolLookup) -> CheckedNumbers:
    """All problems at once. A column or a school that the table does not have is left alone."""
    checked = CheckedNumbers()
    columns = {kind.name: kind for kind in (*sheet.kinds, *sheet.municipal_kinds) if kind.name in table.header}
    _check_header(table, columns, checked)
    if checked.problems:
        return checked
    first_rows: dict[Place, int] = {}
    for row in table.rows:
        place = _place(table, row, sheet, schools, checked)
        if isinstance(place, str):
            continue
        if first_rows.setdefault(place, row.number) != row.number:
            message = f"Эта школа уже есть в строке {first_rows[place]}. Оставьте одну строку."
            checked.problems.append(table.problem(row.number, NAME, row.cells.get(NAME, ""), message))
            continue
        _check_row(table, row, place, columns, sheet, checked)
    return checked


def _check_header(table: Table, columns: Mapping[str, StatisticKind], checked: CheckedNumbers) -> None:
    if not {CODE, NAME} & set(table.header):
        message = f"Нет столбца «{CODE}» или «{NAME}». Возьмите шаблон на странице «Собираемые сведения»."
        checked.problems.append(TableProblem(table.sheet, str(table.header_row), "; ".join(table.header), message))
        return
    for column in table.header:
        if column and column not in columns and column not in (CODE, NAME):
            message = f"Столбец «{column}» не из шаблона: удалите его или верните прежнее название."
            checked.problems.append(table.problem(table.header_row, column, column, message))
    if not columns and not checked.problems:
        message = "Нет ни одного столбца с числами. Возьмите шаблон на странице «Собираемые сведения»."
        checked.problems.append(TableProblem(table.sheet, str(table.header_row), "; ".join(table.header), message))


def _place(
    table: Table, row: TableRow, sheet: StatisticsSheet, schools: SchoolLookup, checked: CheckedNumbers
) -> Place | str:
    """The school or the municipality that a row is about; a text when there is none."""
    code, name = row.cells.get(CODE, ""), row.cells.get(NAME, "")
    if not code and name == WHOLE and sheet.can_edit_municipality:
        return None
    found = schools.find(code, name)
    if isinstance(found, str):
        checked.problems.append(table.problem(row.number, CODE if code else NAME, code or name, found))
        return found
    return found.pk


def _check_row(
    table: Table,
    row: TableRow,
    place: Place,
    columns: Mapping[str, StatisticKind],
    sheet: StatisticsSheet,
    checked: CheckedNumbers,
) -> None:
    level = StatisticKind.Level.MUNICIPALITY if place is None else StatisticKind.Level.SCHOOL
    numbers: dict[str, Decimal | None] = {code: value for (of, code), value in sheet.numbers.items() if of == place}
    for column, kind in columns.items():
        text = row.cells.get(column, "")
        if kind.level != level:
            if text:
                message = "Это число сообщают в другой строке: " + (
                    f"«{WHOLE}»." if level == StatisticKind.Level.SCHOOL else "у каждой школы своё."
                )
                checked.problems.append(table.problem(row.number, column, text, message))
            continue
        try:
            numbers[kind.code] = parse_number(text, is_of_people=kind.counts_people)
        except BadNumber as error:
            checked.problems.append(table.problem(row.number, column, text, str(error)))
            numbers[kind.code] = None
        else:
            checked.entries.append(Entry(place, kind, numbers[kind.code], row.number))
    names = {kind.code: kind.name for kind in columns.values()}
    for excess in excesses(numbers, limits_of((*sheet.kinds, *sheet.municipal_kinds))):
        column = names.get(excess.code) or names.get(excess.at_most, "")
        if column:
            checked.problems.append(
                table.problem(
                    row.number, column, row.cells.get(column, ""), excess_message(excess.at_most, excess.largest, sheet)
                )
            )


def excess_message(at_most: str, largest: Decimal, sheet: StatisticsSheet) -> str:
    name = next(kind.name for kind in (*sheet.kinds, *sheet.municipal_kinds) if kind.code == at_most)
    return f"Не может быть больше, чем «{name}» ({in_words(largest, 4)}). Исправьте одно из двух чисел."
