"""The summary table of a year: schools × indicators with the reading."""

from accounts.access import Role
from accounts.models import ApiKey
from monitoring.queries.analysis.summary import SummaryCell, SummaryRow, SummaryTable, summary_table
from reports.formats import Format
from reports.kinds.base import DocumentKind, ReportRefused
from reports.models import Report
from reports.queries import periods_with_values
from reports.tables import Cell, Column, Row, Section, TableDocument, exact_text, in_unit
from reports.wording import accusative
from schools.models import Municipality
from schools.periods import Period
from schools.wording import NBSP
from schools.wording import period as period_label

NUMBERED = 6  # of more indicators the heads are numbers, and a table says what they mean
IN_PART = "*"
SIGNS = {"▲": "рост", "▼": "снижение", "≈": "не значимо или в пределах референтного значения", "=": "без изменений"}


def build(*, municipality: Municipality, period: str) -> TableDocument:
    """What a viewer of the whole municipality sees: numbers of fewer than five pupils are left out."""
    reader = ApiKey(role=Role.VIEWER, municipality=municipality)
    year = Period.parse(period).school_year
    table = summary_table(user=reader, municipality=municipality, school_year=year)
    if not table.indicators or not (table.rows or table.is_by_reference):
        raise ReportRefused(
            f"За {period_label(period)} значений показателей по школам нет. "
            "Загрузите результаты или внесите сведения школ и подготовьте документ снова."
        )
    return TableDocument(
        kind="Сводная таблица",
        title=f"{_title(table)} за {accusative(period)}",
        municipality=municipality.full_name or municipality.name,
        department=municipality.department_name,
        period=period,
        is_demo=municipality.is_demo,
        sections=(_schools(table), _indicators(table)),
        lead=_lead(table),
        notes=_notes(table),
    )


def _title(table: SummaryTable) -> str:
    if table.is_by_reference:
        return "школ с отрицательной динамикой по основным показателям мониторинга"
    return "значений показателей по школам"


def _lead(table: SummaryTable) -> tuple[str, ...]:
    if not table.is_by_reference:
        return ()
    by = "по всем основным показателям" if table.rule.between == "all" else "хотя бы по одному основному показателю"
    series = "по любому из рядов" if table.rule.within == "any" else "по всем рядам, по которым есть данные"
    return (
        f"В таблицу включены школы с отрицательной динамикой {by}; показатель из нескольких рядов считается "
        f"отрицательным {series}. Референтные значения приведены в таблице показателей.",
    )


def _schools(table: SummaryTable) -> Section:
    is_numbered = len(table.indicators) > NUMBERED
    columns = [Column("Школа"), Column("Категория")]
    for place, indicator in enumerate(table.indicators, start=1):
        columns.append(
            Column(str(place) if is_numbered else indicator.short_name, group="Показатель" if is_numbered else "")
        )
    if table.is_by_reference:
        columns.append(Column("Признаки необъективности", "number"))
        columns += [Column(condition.label[:1].upper() + condition.label[1:]) for condition in table.context]
    return Section(
        sheet="Школы",
        columns=tuple(columns),
        rows=tuple(_row(row, table) for row in table.rows),
        caption="Школы и значения показателей",
        empty="Ни одна школа не подходит под условие.",
        is_numbered=True,
        notes=_signs(table),
    )


def _row(row: SummaryRow, table: SummaryTable) -> Row:
    cells: list[Cell] = [row.school.name, ", ".join(category.label for category in row.categories) or "—"]
    cells += [_cell(cell, indicator.unit) for indicator, cell in row.pairs]
    if table.is_by_reference:
        cells += [str(row.flags) if row.flags else "нет", *row.context_texts]
    return tuple(cells)


def _cell(cell: SummaryCell, unit: str) -> Cell:
    return (
        "скрыто"
        if cell.is_hidden
        else in_unit(exact_text(cell.value), unit, mark=_mark(cell) if cell.value is not None else "")
    )


def _mark(cell: SummaryCell) -> str:
    return f"{NBSP if cell.icon else ''}{cell.icon}{IN_PART if cell.is_in_part else ''}"


def _signs(table: SummaryTable) -> tuple[str, ...]:
    """What the signs beside the numbers mean, those that occur."""
    used = {cell.icon for row in table.rows for cell in row.cells if cell.value is not None}
    if table.is_by_reference:
        words = {cell.icon: cell.words for row in table.rows for cell in row.cells if cell.value is not None}
    else:
        words = {icon: SIGNS[icon] for icon in used if icon in SIGNS}
    remarks = {cell.remark for row in table.rows for cell in row.cells if cell.remark}
    return (
        *(f"{icon} — {words[icon]}." for icon in sorted(used) if icon in words),
        *(f"{IN_PART} — {remark}." for remark in remarks),
    )


def _indicators(table: SummaryTable) -> Section:
    columns = [Column("Показатель"), Column("Формулировка"), Column("Единица")]
    if table.is_by_reference:
        columns += [Column("Референтное значение", "number"), Column("Условие")]
    rows = []
    for indicator in table.indicators:
        cells: list[Cell] = [indicator.short_name, indicator.wording, indicator.get_unit_display()]
        if table.is_by_reference:
            cells += [in_unit(exact_text(indicator.reference_value), "count"), indicator.get_reference_rule_display()]
        rows.append(tuple(cells))
    return Section(
        sheet="Показатели",
        columns=tuple(columns),
        rows=tuple(rows),
        caption="Показатели таблицы",
        is_numbered=True,
    )


def _notes(table: SummaryTable) -> tuple[str, ...]:
    notes = ["Числа, относящиеся менее чем к пяти участникам, не приводятся."]
    if table.unknown:
        names = ", ".join(school.name for school in table.unknown)
        notes.append(f"Не хватает данных, чтобы решить: {names}.")
    return tuple(notes)


KIND = DocumentKind(
    code=Report.Kind.SUMMARY_TABLE,
    build=build,
    periods=periods_with_values,
    formats=(Format.PDF, Format.XLSX),
    hint="Школы и показатели с чтением динамики; где есть референтные значения — школы с отрицательной динамикой.",
)
