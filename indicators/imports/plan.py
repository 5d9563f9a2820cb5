"""A plan as a spreadsheet: «Код | Показатель or Школа | Исходное значение | one column a period», one row a place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from indicators.calculations.planned import BadPlan, PlanEntry, parse_planned
from indicators.models import Baseline, Target
from indicators.queries.plan import PlanRow, PlanSheet, token_of
from schools.queries.lookup import SchoolLookup
from schools.tables import Table, TableProblem, TableRow
from schools.wording import period
from schools.workbooks import CellValue

SCHOOL_CODE, SCHOOL_NAME = "Код ОО", "Школа"
INDICATOR_CODE, INDICATOR_NAME = "Код показателя", "Показатель"
BASELINE = "Исходное значение"
TAKE_TEMPLATE = "Возьмите шаблон на странице плана."


@dataclass
class CheckedPlan:
    """What a spreadsheet would change; with problems, nothing of it is to be written."""

    entries: list[PlanEntry] = field(default_factory=list)
    problems: list[TableProblem] = field(default_factory=list)


def plan_table(sheet: PlanSheet) -> tuple[list[str], list[list[CellValue]]]:
    """The head and the rows of the template, with what is planned already."""
    head = [*_names(sheet), BASELINE, *map(period, sheet.periods)]
    rows: list[list[CellValue]] = [
        [row.code, row.title, *(_number(sheet.planned.get(row.cell(code))) for code in ("", *sheet.periods))]
        for row in sheet.rows
    ]
    return head, rows


def check_plan(table: Table, sheet: PlanSheet) -> CheckedPlan:
    """All problems at once, and the cells that would change. A column or a row that the table does not have is left
    alone."""
    checked = CheckedPlan()
    known = {BASELINE: "", **{period(code): code for code in sheet.periods}}
    columns = {name: code for name, code in known.items() if name in table.header}
    checked.problems += _check_header(table, sheet, columns)
    if checked.problems:
        return checked
    lookup = SchoolLookup.among(row.school for row in sheet.rows if row.school)
    first_rows: dict[PlanRow, int] = {}
    for line in table.rows:
        row = _row(line, sheet, lookup)
        name = _names(sheet)[0] if line.cells.get(_names(sheet)[0]) else _names(sheet)[1]
        if isinstance(row, str):
            checked.problems.append(table.problem(line.number, name, line.cells.get(name, ""), row))
        elif first_rows.setdefault(row, line.number) != line.number:
            message = f"Эта строка уже есть: {first_rows[row]}. Оставьте одну из двух."
            checked.problems.append(table.problem(line.number, name, line.cells.get(name, ""), message))
        else:
            _check_row(table, line, row, columns, sheet, checked)
    return checked


def _check_header(table: Table, sheet: PlanSheet, columns: Mapping[str, str]) -> list[TableProblem]:
    names = _names(sheet)
    if not set(names) & set(table.header):
        message = f"Нет столбца «{names[0]}» или «{names[1]}». {TAKE_TEMPLATE}"
        return [TableProblem(table.sheet, str(table.header_row), "; ".join(table.header), message)]
    problems = [
        table.problem(
            table.header_row,
            column,
            column,
            f"Столбца «{column}» нет в плане: удалите его, верните прежнее название "
            "или сначала добавьте такой период на странице плана.",
        )
        for column in table.header
        if column and column not in columns and column not in names
    ]
    if not columns and not problems:
        message = f"Нет ни одного столбца с планом. {TAKE_TEMPLATE}"
        problems.append(TableProblem(table.sheet, str(table.header_row), "; ".join(table.header), message))
    return problems


def _row(line: TableRow, sheet: PlanSheet, lookup: SchoolLookup) -> PlanRow | str:
    """The row of the plan that a line of the file is about; a text when there is none."""
    code, name = (line.cells.get(column, "") for column in _names(sheet))
    if sheet.indicator is not None:
        school = lookup.find(code, name)
        return school if isinstance(school, str) else next(row for row in sheet.rows if row.school == school)
    found = [row for row in sheet.rows if (row.code == code if code else row.title == name)]
    if len(found) != 1:
        return f"Показателя «{code or name}» в этом плане нет. Исправьте код или уберите строку."
    if name and name != found[0].title:
        return f"Код {code} — это «{found[0].title}», а в строке написано «{name}». Исправьте одно из двух."
    return found[0]


def _check_row(
    table: Table, line: TableRow, row: PlanRow, columns: Mapping[str, str], sheet: PlanSheet, checked: CheckedPlan
) -> None:
    for column, code in columns.items():
        text, cell = line.cells.get(column, ""), row.cell(code)
        try:
            new = parse_planned(text, row.limits)
        except BadPlan as error:
            checked.problems.append(table.problem(line.number, column, text, str(error)))
            continue
        known = sheet.planned.get(cell)
        if new != (known.value if known else None):
            checked.entries.append(PlanEntry(cell, new, token_of(known)))


def _names(sheet: PlanSheet) -> tuple[str, str]:
    return (SCHOOL_CODE, SCHOOL_NAME) if sheet.indicator is not None else (INDICATOR_CODE, INDICATOR_NAME)


def _number(row: Target | Baseline | None) -> Decimal | None:
    return row.value.normalize() + 0 if row else None
