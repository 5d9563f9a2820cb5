"""What is printed of a plan, line by line, whatever it is printed in."""

from dataclasses import dataclass

from roadmaps.plans.columns import QUOTED, WIDTHS, heading_of, is_told_apart, printed_columns
from roadmaps.plans.quoted import are_quoted, quotes_of
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.plans.styles import SECTION, SUBSECTION
from roadmaps.plans.texts import clean, is_number, join_planned, join_responsible, one_line

DEMO = "Демонстрационные данные: школы и результаты вымышлены"


@dataclass(frozen=True)
class Frame:
    """What stands round the table. None of it is part of the plan when the file comes back."""

    approval: tuple[str, ...] = ()  # «УТВЕРЖДЁН», «приказом … от … № …»: at the right, over the title
    under_title: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # below the table; in a workbook above it
    author: str = ""
    is_demo: bool = False


@dataclass(frozen=True)
class PrintedCell:
    """A cell over `columns` columns and `rows` rows."""

    text: str
    column: int
    columns: int = 1
    rows: int = 1
    style: str = ""  # that of a heading; else it is a row's
    quotes: tuple[tuple[int, int], ...] = ()  # from where to where the text says a planned value


@dataclass(frozen=True)
class Printed:
    columns: tuple[tuple[str, str], ...]
    lines: tuple[tuple[PrintedCell, ...], ...]  # places that a cell above covers are left out

    @property
    def widths(self) -> list[float]:
        """Shares that come to 1."""
        shares = [WIDTHS[field] for field, _ in self.columns]
        return [share / sum(shares) for share in shares]


def printed(plan: Plan, *, can_mark: bool) -> Printed:
    """Planned values that the expected result says are marked there; where words cannot be marked, they are repeated in
    a column."""
    columns = printed_columns(plan)
    if are_quoted(plan) and not can_mark:
        columns = (*columns, ("planned", QUOTED))
    fields = [field for field, _ in columns]
    lines: list[tuple[PrintedCell, ...]] = []
    for section in plan.sections:
        if "section" in fields:
            lines += _beside_module(section, fields)
            continue
        if section.title or section.number:
            lines.append(_heading(section, fields))
        lines += [_row(row, fields) for row in section.rows]
    return Printed(columns, tuple(lines))


def _heading(section: PlanSection, fields: list[str]) -> tuple[PrintedCell, ...]:
    """Across the whole table, as documents print it. A number that would not be known as one («1 Модуль») stands in the
    column of numbers."""
    style = SECTION if section.level == 1 else SUBSECTION
    number, title = one_line(section.number), one_line(section.title)
    if is_told_apart(section) or fields[0] != "number" or not (is_number(number) or not number):
        return (PrintedCell(heading_of(section), 0, len(fields), style=style),)
    return PrintedCell(number, 0), PrintedCell(title, 1, len(fields) - 1, style=style)


def _beside_module(section: PlanSection, fields: list[str]) -> list[tuple[PrintedCell, ...]]:
    """The section stands in a column, merged down beside its rows."""
    place = fields.index("section")
    module = PrintedCell(heading_of(section), place, rows=max(1, len(section.rows)))
    rows = [_row(row, fields) for row in section.rows or (PlanRow(""),)]
    return [
        tuple(module if cell.column == place else cell for cell in row if number == 0 or cell.column != place)
        for number, row in enumerate(rows)
    ]


def _row(row: PlanRow, fields: list[str]) -> tuple[PrintedCell, ...]:
    quotes = quotes_of(row) if "planned" not in fields else None
    return tuple(
        PrintedCell(_text(row, field), place, quotes=(quotes or ()) if field == "expected" else ())
        for place, field in enumerate(fields)
    )


def _text(row: PlanRow, field: str) -> str:
    if field == "section":
        return ""
    if field == "responsible":
        return join_responsible(row.responsible)
    if field == "planned":
        return join_planned(row.planned)
    if field == "number":
        return one_line(row.number)
    return clean(getattr(row, field))
