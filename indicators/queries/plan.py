"""The plan as a sheet: indicators of the municipality, or schools in one indicator, by periods."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q

from accounts.access import Permission
from indicators.calculations.parsing import ABOUT_SCHOOLS_TYPES
from indicators.calculations.planned import Cell, Limits, limits_of, token
from indicators.models import Baseline, Indicator, MunicipalityValue, PlanRevision, SchoolValue, Target
from indicators.periods import periods_of_year
from indicators.queries.members import population_members
from indicators.value_list import school_values
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.periods import Period, PeriodKind

FIELDS_A_PAGE = 600  # Django refuses forms of more than 1000 fields
ROWS_A_PAGE = 100
YEARS_AHEAD, YEARS_OF_NEW_PLAN = 1, 2  # offered after the year in view
BASELINE_YEARS = 5

Place = tuple[int, int | None]  # indicator and school
Planned = dict[Cell, Target | Baseline]


@dataclass(frozen=True)
class Fact:
    """A value beside the plan; without a number where the user may not see it."""

    period: str
    value: Decimal | None


@dataclass(frozen=True)
class PlanRow:
    """An indicator of the municipality, or one of its schools in an indicator."""

    indicator: Indicator
    school: School | None

    @property
    def place(self) -> Place:
        return self.indicator.pk, self.school.pk if self.school else None

    @property
    def title(self) -> str:
        return self.school.name if self.school else self.indicator.short_name

    @property
    def code(self) -> str:
        """As a spreadsheet names the row."""
        return self.school.public_code if self.school else self.indicator.code

    @property
    def limits(self) -> Limits:
        return limits_of(self.indicator.unit, str(self.indicator.formula.get("type")))

    @property
    def has_school_plan(self) -> bool:
        """Not where schools themselves are counted: each could only be one or none."""
        return self.indicator.formula.get("type") not in ABOUT_SCHOOLS_TYPES

    def cell(self, period: str) -> Cell:
        return Cell(*self.place, period)


@dataclass
class History:
    """What the ledger says of a cell."""

    first: Decimal | None = None  # as first approved
    changes: int = 0  # after that


@dataclass(frozen=True)
class PlanSheet:
    """Rows × periods, with what is planned and what has come of it."""

    municipality: Municipality
    indicator: Indicator | None  # whose schools these are; None for the municipality's indicators
    kind: PeriodKind
    periods: tuple[str, ...]
    rows: tuple[PlanRow, ...]
    can_edit: bool
    planned: Planned = field(default_factory=dict)
    facts: Mapping[Place, tuple[Fact, ...]] = field(default_factory=dict)  # by period, the earliest first
    history: Mapping[Cell, History] = field(default_factory=dict)
    left_out: int = 0  # schools that the indicator is not about

    @property
    def cells(self) -> list[Cell]:
        return [row.cell(period) for row in self.rows for period in ("", *self.periods)]

    @property
    def filled(self) -> int:
        """Targets, not baselines."""
        return sum(not cell.is_baseline for cell in self.planned)

    @property
    def changed(self) -> int:
        """Cells that are not as first approved, or were changed on the way."""
        return sum(history.changes > 0 for history in self.history.values())

    @property
    def baseline_periods(self) -> list[str]:
        """Periods that a baseline may be of: with values, named already, or the years before the plan; latest first."""
        codes = {fact.period for facts in self.facts.values() for fact in facts}
        codes |= {row.period for cell, row in self.planned.items() if cell.is_baseline}
        if self.kind is PeriodKind.DATE:
            codes |= set(self.periods)
        elif self.periods:
            codes |= {Period.parse(self.periods[0]).year_back(years).code for years in range(BASELINE_YEARS + 1)}
        return sorted(codes, key=Period.parse, reverse=True)

    @property
    def usual_baseline_period(self) -> str:
        """That of most baselines, else the one before the plan."""
        counts = Counter(row.period for cell, row in self.planned.items() if cell.is_baseline)
        if counts:
            return max(counts, key=lambda code: (counts[code], Period.parse(code)))
        if not self.periods:
            return ""
        start = Period.parse(self.periods[0])
        earlier = [code for code in self.baseline_periods if Period.parse(code) < start]
        return next(iter(earlier), "")

    def fact(self, row: PlanRow, period: str) -> Fact | None:
        return next((fact for fact in self.facts.get(row.place, ()) if fact.period == period), None)

    def latest(self, row: PlanRow) -> Fact | None:
        return next(iter(reversed(self.facts.get(row.place, ()))), None)


def cell_of(row: PlanRevision | Target | Baseline) -> Cell:
    """Which cell a number of the plan, or a line of its ledger, is about."""
    is_baseline = isinstance(row, Baseline)
    if isinstance(row, PlanRevision):
        is_baseline = row.kind == PlanRevision.Kind.BASELINE
    return Cell(row.indicator_id, row.school_id, "" if is_baseline else row.period)


def token_of(row: Target | Baseline | None) -> str:
    """What stands in a cell, as a form shows it."""
    if row is None:
        return ""
    return token(row.value, row.period if isinstance(row, Baseline) else "")


def planned_in(cells: Iterable[Cell]) -> Planned:
    """What the plan says now in these cells."""
    wanted = set(cells)
    near: dict[str, Any] = {"indicator__in": {cell.indicator for cell in wanted}}
    if not any(cell.school for cell in wanted):
        near["school__isnull"] = True
    rows: list[Target | Baseline] = [*Target.objects.filter(**near), *Baseline.objects.filter(**near)]
    return {cell: row for row in rows if (cell := cell_of(row)) in wanted}


def plan_kinds(user: Any, municipality: Municipality) -> list[PeriodKind]:
    """Kinds of periods that the municipality's indicators have, its own first."""
    indicators = Indicator.objects.visible_to(user).filter(municipality=municipality)
    kinds = {PeriodKind(kind) for kind in indicators.order_by().values_list("period_kind", flat=True).distinct()}
    return sorted(kinds, key=lambda kind: (kind != municipality.period_kind, list(PeriodKind).index(kind)))


def plan_sheet(
    *, user: Any, municipality: Municipality, kind: PeriodKind, school_year: int, more: Iterable[str] = ()
) -> PlanSheet:
    """The municipality's plan: its programme's indicators, and others that have or had a plan."""
    indicators = Indicator.objects.visible_to(user).filter(municipality=municipality, period_kind=kind)
    of_whole: dict[str, Any] = {"school__isnull": True, "indicator__municipality": municipality}
    with_plan = Q(pk__in=Target.objects.filter(**of_whole).values("indicator"))
    with_plan |= Q(pk__in=PlanRevision.objects.filter(**of_whole).values("indicator"))
    chosen = indicators.filter(Q(role=Indicator.Role.PROGRAMME) | with_plan)
    rows = [PlanRow(indicator, None) for indicator in chosen.order_by("role", "position", "code")]
    return _sheet(user, municipality, None, kind, school_year, rows, more)


def school_plan_sheet(
    *, user: Any, indicator: Indicator, school_year: int, more: Iterable[str] = (), every_school: bool = False
) -> PlanSheet:
    """The plan of the schools that the indicator is about, of those that the user sees."""
    visible = School.objects.allowing(user, Permission.VALUES_VIEW).filter(municipality_id=indicator.municipality_id)
    schools = in_natural_order(visible.select_related("municipality"))
    kind = PeriodKind(indicator.period_kind)
    shown = schools if every_school else _those_it_is_about(user, indicator, schools, kind, school_year)
    rows = [row for school in shown if (row := PlanRow(indicator, school)).has_school_plan]
    return _sheet(
        user, indicator.municipality, indicator, kind, school_year, rows, more, left_out=len(schools) - len(shown)
    )


def page_of_sheet(sheet: PlanSheet, number: str | int | None) -> tuple[PlanSheet, "Page[PlanRow]"]:
    """As many rows as a form may have fields for."""
    a_page = max(1, min(ROWS_A_PAGE, FIELDS_A_PAGE // (len(sheet.periods) + 1)))
    page = Paginator(sheet.rows, a_page).get_page(number)
    return part_of_sheet(sheet, page.object_list), page


def part_of_sheet(sheet: PlanSheet, rows: Iterable[PlanRow]) -> PlanSheet:
    """The sheet with these rows alone."""
    kept = tuple(rows)
    places = {row.place for row in kept}
    return PlanSheet(
        municipality=sheet.municipality,
        indicator=sheet.indicator,
        kind=sheet.kind,
        periods=sheet.periods,
        rows=kept,
        can_edit=sheet.can_edit,
        planned={cell: row for cell, row in sheet.planned.items() if cell[:2] in places},
        facts={place: facts for place, facts in sheet.facts.items() if place in places},
        history={cell: history for cell, history in sheet.history.items() if cell[:2] in places},
        left_out=sheet.left_out,
    )


def _those_it_is_about(
    user: Any, indicator: Indicator, schools: list[School], kind: PeriodKind, school_year: int
) -> list[School]:
    """Members in the year in view, and whoever has a plan or a value already; all where that is nobody."""
    period = next(iter(periods_of_year(kind, school_year)), f"{school_year}")
    members = set(population_members(user, indicator, schools, period))
    for model in (Target, Baseline, SchoolValue):
        members |= set(model.objects.filter(indicator=indicator).values_list("school_id", flat=True))
    return [school for school in schools if school.pk in members] or schools


def _sheet(
    user: Any,
    municipality: Municipality,
    indicator: Indicator | None,
    kind: PeriodKind,
    school_year: int,
    rows: list[PlanRow],
    more: Iterable[str],
    *,
    left_out: int = 0,
) -> PlanSheet:
    """Four queries, however many rows there are."""
    indicators = [row.indicator for row in rows] if indicator is None else [indicator]
    places = {row.place for row in rows}
    level = {"indicator__in": [one.pk for one in indicators], "school__isnull": indicator is None}
    stored: list[Target | Baseline] = [
        *Target.objects.visible_to(user).filter(**level),
        *Baseline.objects.visible_to(user).filter(**level),
    ]
    planned = {cell: row for row in stored if (cell := cell_of(row))[:2] in places}
    return PlanSheet(
        municipality=municipality,
        indicator=indicator,
        kind=kind,
        periods=_periods(kind, school_year, planned, indicators, more),
        rows=tuple(rows),
        can_edit=municipality.allows(user, Permission.TARGETS_EDIT),
        planned=planned,
        facts=_facts(user, indicator, indicators, places),
        history=cell_histories(PlanRevision.objects.visible_to(user).filter(**level)),
        left_out=left_out,
    )


def _periods(
    kind: PeriodKind,
    school_year: int,
    planned: Iterable[Cell],
    indicators: Iterable[Indicator],
    more: Iterable[str],
) -> tuple[str, ...]:
    """Those that are planned or measured, the year in view and those that follow, and what is asked for."""
    codes = {cell.period for cell in planned if not cell.is_baseline}
    codes |= {code for indicator in indicators for code in indicator.measured_on if kind is PeriodKind.DATE}
    years = range(school_year, school_year + 1 + (YEARS_AHEAD if codes else YEARS_OF_NEW_PLAN))
    codes |= {code for year in years for code in periods_of_year(kind, year)} | set(more)
    known = {Period.parse(code) for code in codes}
    return tuple(period.code for period in sorted(known) if period.kind is kind)


def _facts(
    user: Any, indicator: Indicator | None, indicators: list[Indicator], places: set[Place]
) -> dict[Place, tuple[Fact, ...]]:
    found: dict[Place, list[Fact]] = defaultdict(list)
    if indicator is None:
        values: Any = MunicipalityValue.objects.visible_to(user).filter(indicator__in=indicators)
        rows = [(pk, None, period, value) for pk, period, value in values.values_list("indicator", "period", "value")]
    else:
        of_schools: Any = school_values(user).filter(indicator=indicator)
        fields = ("school", "period", "value", "is_hidden")
        rows = [
            (indicator.pk, school, period, None if hidden else value)
            for school, period, value, hidden in of_schools.values_list(*fields)
        ]
    for pk, school, period, value in rows:
        found[pk, school].append(Fact(period, value))
    in_order = {
        place: tuple(sorted(facts, key=lambda fact: Period.parse(fact.period))) for place, facts in found.items()
    }
    return {place: facts for place, facts in in_order.items() if place in places}


def cell_histories(lines: Any) -> dict[Cell, History]:
    """Of each cell, from its lines in the order of the ledger."""
    found: dict[Cell, History] = {}
    fields = ("indicator_id", "school_id", "kind", "period", "new")
    for indicator, school, kind, period, new in lines.order_by("changed_at", "pk").values_list(*fields):
        cell = Cell(indicator, school, "" if kind == PlanRevision.Kind.BASELINE else period)
        if cell in found:
            found[cell].changes += 1
        else:
            found[cell] = History(first=new)
    return found
