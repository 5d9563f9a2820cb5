"""The plan of a municipality as first approved and as amended, beside what has come of it by a period."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils import timezone

from accounts.access import Role
from accounts.models import ApiKey
from indicators.models import Indicator, PlanRevision, Reading, Target
from indicators.queries.plan_lines import Plan, PlanLine, SchoolPlanLine, plans_of, plans_of_schools, version_notice
from reports.formats import Format
from reports.kinds.base import DocumentKind, ReportRefused
from reports.models import Report
from reports.tables import Cell, Column, Number, Row, Section, Shown, TableDocument, in_unit, plan_in_unit
from reports.wording import accusative
from schools.models import Municipality
from schools.periods import Period
from schools.wording import day
from schools.wording import period as period_label

PROGRESS = (
    "Путь от исходного — какая часть пути от исходного значения к плану пройдена, в направлении, которое считается "
    "лучшим: для снижения — насколько снизилось. Где план равен исходному значению или требует меньшего, он удержан "
    "или не удержан, без процентов."
)
CHALLENGE = (
    "Насколько план напряжён, видно по школам, которые уже выполняют его по последним значениям, известным к концу "
    "периода плана: две трети и больше — невысокий, меньше трети — напряжённый, между ними — средний; при данных "
    "меньше чем у 5 школ уровень не называется. Школы, где менее 5 участников, не считаются."
)
SMALL = "Числа, относящиеся менее чем к пяти участникам, не приводятся."
INVENTED = "* Демонстрационный план: в документе программы такого значения нет."


def build(*, municipality: Municipality, period: str) -> TableDocument:
    """What a viewer of the whole municipality sees: numbers of fewer than five pupils are left out."""
    reader = ApiKey(role=Role.VIEWER, municipality=municipality)
    indicators = list(_indicators(municipality, period))
    plans = [plan for plan in plans_of(user=reader, indicators=indicators).values() if plan.lines]
    schools = plans_of_schools(user=reader, indicators=indicators, period=period)
    if not schools and not any(line.period == period for plan in plans for line in plan.lines):
        raise ReportRefused(
            f"План на {period_label(period)} не задан. Внесите его на странице «План по показателям» "
            "и подготовьте документ снова."
        )
    sections = [_of_period(plans, period), _of_all_periods(plans)]
    if schools:
        sections.append(_of_schools(schools, period))
    sections.append(_changes(indicators))
    return TableDocument(
        kind="Таблица плановых значений",
        title=f"показателей программы и их достижения за {accusative(period)}",
        municipality=municipality.full_name or municipality.name,
        department=municipality.department_name,
        period=period,
        is_demo=municipality.is_demo,
        sections=tuple(sections),
        notes=(PROGRESS, CHALLENGE, SMALL),
    )


def periods_with_plan(municipality: Municipality) -> list[str]:
    """Latest first."""
    targets = Target.objects.filter(indicator__municipality=municipality).order_by()
    return sorted(set(targets.values_list("period", flat=True)), key=Period.parse, reverse=True)


def _indicators(municipality: Municipality, period: str) -> Iterable[Indicator]:
    """In the order of the programme."""
    of_kind = municipality.indicators.filter(period_kind=Period.parse(period).kind)
    return of_kind.order_by("role", "position", "code")


def _of_period(plans: Iterable[Plan], period: str) -> Section:
    columns = (
        Column("Показатель"),
        Column("Исходное значение"),
        Column("Утверждено", group="План"),
        Column("Действует", group="План"),
        Column("Значение"),
        Column("Чтение"),
        Column("Путь от исходного"),
        Column("Насколько напряжён"),
    )
    chosen = [(plan, line) for plan in plans for line in plan.lines if line.period == period]
    is_demo = any(line.is_demo for _, line in chosen)
    return Section(
        sheet="Достижение плана",
        columns=columns,
        rows=tuple(_with_headings(chosen)),
        caption=f"Достижение плановых значений за {period_label(period)}",
        is_numbered=True,
        notes=(*((INVENTED,) if is_demo else ()), *_of_other_versions(chosen)),
        empty="Муниципалитету план на этот период не задан.",
    )


def _of_other_versions(chosen: Iterable[tuple[Plan | SchoolPlanLine, PlanLine]]) -> Iterator[str]:
    """Each indicator in whose plan and values two definitions would be mixed."""
    said: dict[str, str] = {}
    for plan, line in chosen:
        notice = version_notice(plan.baseline, [line])
        if notice:
            said.setdefault(plan.indicator.short_name, notice)
    return (f"{name}. {notice}" for name, notice in said.items())


def _with_headings(chosen: Sequence[tuple[Plan, PlanLine]]) -> Iterator[Row]:
    """Under the section of the programme, where it has several."""
    groups = list(dict.fromkeys(plan.indicator.group for plan, _ in chosen))
    for group in groups:
        if len(groups) > 1:
            yield (group or "Прочие показатели",)
        for plan, line in chosen:
            if plan.indicator.group == group:
                yield (plan.indicator.short_name, _baseline(plan), *_line(plan.indicator, line), _challenge(line))


def _line(indicator: Indicator, line: PlanLine) -> Row:
    """As first approved and as amended, the value, its reading and progress."""
    unit, mark = indicator.unit, "*" if line.is_demo else ""
    if line.is_hidden:
        result: Row = ("скрыто", "—", "—")
    else:
        reading = "—" if line.awaits_recompute else Reading(line.reading).label
        result = in_unit(line.value, unit), reading, line.progress_text
    target: Cell = "убрано" if line.target is None else plan_in_unit(line.target, unit, mark=mark)
    return (plan_in_unit(line.first, unit), target, *result)


def _baseline(plan: Plan | SchoolPlanLine) -> Cell:
    """With its period as a mark, for indicators may begin in different ones."""
    base = plan.baseline
    if base is None:
        return Number(None)
    return plan_in_unit(base.value, plan.indicator.unit, mark=f" ({period_label(base.period)})")


def _challenge(line: PlanLine) -> str:
    if not line.challenge:
        return "—"
    return f"{line.challenge_text} ({period_label(line.measured_in)})"


def _of_all_periods(plans: Sequence[Plan]) -> Section:
    periods = sorted({line.period for plan in plans for line in plan.lines}, key=Period.parse)
    columns = [Column("Показатель"), Column("Исходное значение")]
    for code in periods:
        columns += [Column(head, group=period_label(code)) for head in ("утв.", "действ.", "знач.")]
    rows = []
    for plan in plans:
        lines = {line.period: line for line in plan.lines}
        cells: list[Cell] = [plan.indicator.short_name, _baseline(plan)]
        for code in periods:
            cells += _line(plan.indicator, lines[code])[:3] if code in lines else [Number(None)] * 3
        rows.append(tuple(cells))
    return Section(
        sheet="План по периодам",
        columns=tuple(columns),
        rows=tuple(rows),
        caption="План, как он утверждён и как действует, и значения по периодам",
        is_numbered=True,
        empty="Муниципалитету план не задан.",
    )


def _of_schools(lines: Sequence[SchoolPlanLine], period: str) -> Section:
    rows: list[Row] = []
    for indicator in dict.fromkeys(row.indicator for row in lines):
        rows.append((indicator.short_name,))
        rows += [
            (row.school.name, _baseline(row), *_line(indicator, row.line))
            for row in lines
            if row.indicator == indicator
        ]
    return Section(
        sheet="План школ",
        columns=(
            Column("Школа"),
            Column("Исходное значение"),
            Column("Утверждено", group="План"),
            Column("Действует", group="План"),
            Column("Значение"),
            Column("Чтение"),
            Column("Путь от исходного"),
        ),
        rows=tuple(rows),
        caption=f"Плановые значения школ за {period_label(period)}",
        is_numbered=True,
        notes=tuple(_of_other_versions((row, row.line) for row in lines)),
    )


def _changes(indicators: Sequence[Indicator]) -> Section:
    """The municipality's ledger without first values: what was changed or taken away, and why."""
    lines = PlanRevision.objects.filter(indicator__in=indicators, school__isnull=True, old__isnull=False)
    rows: list[Row] = []
    for line in lines.select_related("indicator").order_by("changed_at", "pk"):
        order = f"приказ № {line.order_number}" if line.order_number else ""
        dated = f" от {day(line.order_date)}" if line.order_number and line.order_date else ""
        kind = "исходное, " if line.kind == PlanRevision.Kind.BASELINE else ""
        unit = line.indicator.unit
        rows.append(
            (
                Number(timezone.localdate(line.changed_at).isoformat(), Shown.DATE),
                line.indicator.short_name,
                f"{kind}{period_label(line.period)}",
                plan_in_unit(line.old, unit),
                "убрано" if line.new is None else plan_in_unit(line.new, unit),
                "; ".join(filter(None, (line.reason, order + dated))),
            )
        )
    return Section(
        sheet="Изменения плана",
        columns=(
            Column("Дата", Shown.DATE),
            Column("Показатель"),
            Column("Период"),
            Column("Было"),
            Column("Стало"),
            Column("Причина и приказ"),
        ),
        rows=tuple(rows),
        caption="Изменения плана муниципалитета после утверждения",
        empty="После утверждения план не меняли.",
        row_head=1,
    )


KIND = DocumentKind(
    code=Report.Kind.TARGETS_TABLE,
    build=build,
    periods=periods_with_plan,
    formats=(Format.PDF, Format.XLSX),
    hint="План, как он утверждён и как действует, с исходными значениями, достигнутым и изменениями.",
)
