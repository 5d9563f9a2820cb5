"""Plans beside what has come of them: as first approved and as amended, progress, and how hard a target is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q

from accounts.access import Permission
from accounts.models import reach_of
from indicators.calculations.parsing import ABOUT_SCHOOLS_TYPES
from indicators.calculations.planned import Cell
from indicators.calculations.progress import Challenge, Progress, challenge_of
from indicators.models import (
    Baseline,
    Indicator,
    IndicatorVersion,
    MunicipalityValue,
    PlanRevision,
    Reading,
    SchoolValue,
    Target,
)
from indicators.queries.plan import History, Planned, cell_histories, cell_of
from indicators.queries.plan_progress import measured_progress
from indicators.summaries import challenge_text, progress_text
from indicators.value_list import school_values
from schools.models import School
from schools.ordering import in_natural_order
from schools.periods import Period
from schools.small_numbers import SMALL, hidden_in_words

SUMS = (Indicator.Unit.COUNT, Indicator.Unit.SCHOOLS)  # of which no school does as much as the municipality


@dataclass(frozen=True)
class PlanLine:
    """A target, as it was and is, beside the value of its period."""

    period: str
    first: Decimal | None
    target: Decimal | None  # None where it was taken away
    changes: int
    value: Decimal | None
    is_hidden: bool  # the value, and with it all that would tell where it stands
    is_covered: bool  # hidden for the sake of another school
    reading: str
    progress: Progress
    challenge: Challenge | None
    measured_in: str  # the period of the schools' values by which the challenge is judged
    source: str
    is_demo: bool
    version: int  # of the definition that holds in the period
    planned_for: int | None  # the version that the target was set or confirmed for

    @property
    def hidden_in_words(self) -> str:
        return hidden_in_words(self.is_covered)

    @property
    def awaits_recompute(self) -> bool:
        """A target that has just been set: its reading comes with the recompute."""
        is_to_be_read = self.target is not None and self.progress.kind != "no_direction"
        return is_to_be_read and self.reading == Reading.NO_TARGET

    @property
    def progress_text(self) -> str:
        return progress_text(self.progress)

    @property
    def is_of_other_version(self) -> bool:
        """Whether the target was set for an earlier definition than its period has now."""
        return self.planned_for is not None and self.planned_for < self.version

    @property
    def challenge_text(self) -> str:
        return challenge_text(self.challenge) if self.challenge else ""


@dataclass(frozen=True)
class Plan:
    """All that is planned in one indicator, for the municipality or for one school."""

    indicator: Indicator
    baseline: Baseline | None
    lines: tuple[PlanLine, ...]  # the earliest period first

    @property
    def has_challenge(self) -> bool:
        return any(line.challenge for line in self.lines)

    @property
    def version_notice(self) -> str:
        """What is to be done where the plan is of an earlier definition; "" where it is not."""
        return version_notice(self.baseline, self.lines)

    @property
    def changes(self) -> int:
        return sum(line.changes for line in self.lines)

    @property
    def as_list(self) -> "list[Plan]":
        """For a table of several."""
        return [self]


def plans_of(
    *, user: Any, indicators: Iterable[Indicator], school: School | None = None, with_challenge: bool = True
) -> dict[int, Plan]:
    """By indicator, those without any plan included; the same number of queries for any number of them."""
    chosen = list(indicators)
    of_place: dict[str, Any] = {"school": school} if school else {"school__isnull": True}
    read = _read(user, chosen, of_place)
    if with_challenge:
        read = replace(read, standing=_standing(chosen, read.planned, is_of_school=school is not None))
    return {indicator.pk: _plan(indicator, school.pk if school else None, read) for indicator in chosen}


@dataclass(frozen=True)
class SchoolPlanLine:
    """A target of a school in one period."""

    school: School
    indicator: Indicator
    baseline: Baseline | None
    line: PlanLine


def plans_of_schools(*, user: Any, indicators: Iterable[Indicator], period: str) -> list[SchoolPlanLine]:
    """The schools' own targets of a period: by indicator in the order given, then by school."""
    chosen = list(indicators)
    read = _read(user, chosen, {"school__isnull": False})
    cells = {cell for cell in (*read.planned, *read.history) if cell.period == period}
    schools = School.objects.in_bulk({cell.school for cell in cells if cell.school})
    found = []
    for indicator in chosen:
        for school in in_natural_order(
            schools[cell.school] for cell in cells if cell.indicator == indicator.pk and cell.school
        ):
            base = read.planned.get(Cell(indicator.pk, school.pk, ""))
            baseline = base if isinstance(base, Baseline) else None
            line = _line(indicator, Cell(indicator.pk, school.pk, period), baseline, read)
            found.append(SchoolPlanLine(school, indicator, baseline, line))
    return found


@dataclass(frozen=True)
class Standing:
    """Where the schools stood when the period of a target was over, or last before: what came later says nothing of how
    hard it was. Without those that have fewer than five pupils: whoever sees the count, it is the same and tells of
    none of them."""

    period: str
    values: tuple[Fraction, ...]


@dataclass(frozen=True)
class _Value:
    value: Decimal | None
    reading: str
    is_hidden: bool = False
    is_covered: bool = False


@dataclass(frozen=True)
class _Read:
    """All that was read of the plans of one place."""

    planned: Planned
    history: dict[Cell, History]
    values: dict[Cell, _Value]
    versions: dict[int, list[IndicatorVersion]]  # by indicator, in the order of their numbers
    standing: dict[Cell, Standing]  # by target
    whole: frozenset[int]  # municipalities whose schools the user sees one and all


def _read(user: Any, indicators: list[Indicator], of_place: dict[str, Any]) -> _Read:
    near = {"indicator__in": indicators, **of_place}
    stored: list[Target | Baseline] = [
        *Target.objects.visible_to(user).filter(**near),
        *Baseline.objects.visible_to(user).filter(**near),
    ]
    return _Read(
        planned={cell_of(row): row for row in stored},
        history=cell_histories(PlanRevision.objects.visible_to(user).filter(**near)),
        values=_values(user, indicators, of_place),
        versions=_versions(indicators),
        standing={},
        whole=reach_of(user, Permission.VALUES_VIEW).municipalities,
    )


def _plan(indicator: Indicator, place: int | None, read: _Read) -> Plan:
    base = read.planned.get(Cell(indicator.pk, place, ""))
    baseline = base if isinstance(base, Baseline) else None
    cells = {cell for cell in (*read.planned, *read.history) if cell.indicator == indicator.pk and not cell.is_baseline}
    in_order = sorted(cells, key=lambda cell: Period.parse(cell.period))
    lines = tuple(_line(indicator, cell, baseline, read) for cell in in_order)
    return Plan(indicator, baseline, lines)


def _line(indicator: Indicator, cell: Cell, baseline: Baseline | None, read: _Read) -> PlanLine:
    planned, past = read.planned.get(cell), read.history.get(cell)
    target = planned if isinstance(planned, Target) else None
    now = read.values.get(cell, _Value(None, Reading.NO_DATA))
    challenge, version = _challenge(indicator, cell, target, read), _version_in(read.versions, indicator, cell.period)
    return PlanLine(
        period=cell.period,
        first=past.first if past else target.value if target else None,
        target=target.value if target else None,
        changes=past.changes if past else 0,
        value=now.value,
        is_hidden=now.is_hidden,
        is_covered=now.is_covered,
        reading=now.reading,
        progress=measured_progress(indicator, now.value, baseline, target, version),
        challenge=challenge,
        measured_in=read.standing[cell].period if challenge else "",
        source=target.source if target else "",
        is_demo=bool(target and target.is_demo),
        version=version,
        planned_for=target.version if target else None,
    )


def _challenge(indicator: Indicator, cell: Cell, target: Target | None, read: _Read) -> Challenge | None:
    """Of so few schools that there is no level, whoever sees one of them could guess at another."""
    standing = read.standing.get(cell)
    if target is None or standing is None:
        return None
    found = challenge_of(standing.values, Fraction(target.value), indicator.better)
    return found if found and (found.level or indicator.municipality_id in read.whole) else None


def _values(user: Any, indicators: list[Indicator], of_place: dict[str, Any]) -> dict[Cell, _Value]:
    """What the user may not see of a school is not among them."""
    if of_place.get("school__isnull"):
        sums: Any = MunicipalityValue.objects.visible_to(user).filter(indicator__in=indicators)
        rows = sums.values_list("indicator", "period", "value", "reading")
        return {Cell(pk, None, period): _Value(value, reading) for pk, period, value, reading in rows}
    own: Any = school_values(user).filter(indicator__in=indicators, **of_place)
    fields = ("indicator", "school", "period", "value", "shown_reading", "is_hidden", "is_covered")
    return {
        Cell(pk, school, period): _Value(None if hidden else value, reading, hidden, covered)
        for pk, school, period, value, reading, hidden, covered in own.values_list(*fields)
    }


def _versions(indicators: Iterable[Indicator]) -> dict[int, list[IndicatorVersion]]:
    found: dict[int, list[IndicatorVersion]] = defaultdict(list)
    kept = IndicatorVersion.objects.filter(indicator__in=list(indicators)).only("indicator_id", "number", "valid_from")
    for version in kept.order_by("number"):
        found[version.indicator_id].append(version)
    return found


def _version_in(versions: Mapping[int, Iterable[IndicatorVersion]], indicator: Indicator, period: str) -> int:
    """The number of the definition by which the values of the period are worked out."""
    begins = Period.parse(period).starts_on
    holding = [version.number for version in versions.get(indicator.pk, ()) if version.holds(begins)]
    return max(holding, default=indicator.version)


def version_notice(baseline: Baseline | None, lines: Sequence[PlanLine]) -> str:
    """«Исходное значение задано для версии 1 определения, …»; "" where nothing is of an earlier definition."""
    stale = sorted({line.planned_for for line in lines if line.planned_for and line.is_of_other_version})
    latest = max((line.version for line in lines), default=1)
    said = []
    if baseline is not None and baseline.version < latest:
        said.append(f"исходное значение — для версии {baseline.version}")
    if stale:
        said.append(f"плановые значения — для {'версии' if len(stale) == 1 else 'версий'} {', '.join(map(str, stale))}")
    if not said:
        return ""
    return (
        f"Определение показателя изменено, действует версия {latest}, а заданы {' и '.join(said)}. Путь не измеряется, "
        "пока их не подтвердят для новой версии или не зададут заново."
    )


def _standing(indicators: Sequence[Indicator], planned: Planned, *, is_of_school: bool) -> dict[Cell, Standing]:
    """The values of all schools by each target, of indicators in which a school can be held to it at all."""
    compared = [row for row in indicators if row.formula.get("type") not in ABOUT_SCHOOLS_TYPES]
    if not is_of_school:
        compared = [row for row in compared if row.unit not in SUMS]
    values = SchoolValue.objects.filter(
        Q(participants__isnull=True) | Q(participants__gte=SMALL), indicator__in=compared, value__isnull=False
    )
    measured: dict[int, list[Period]] = defaultdict(list)
    for pk, code in values.order_by().values_list("indicator", "period").distinct():
        measured[pk].append(Period.parse(code))
    standing_in: dict[Cell, str] = {}
    for cell in (cell for cell in planned if not cell.is_baseline):
        last_day = Period.parse(cell.period).ends_on
        known = [period for period in measured.get(cell.indicator, ()) if period.ends_on <= last_day]
        if known:
            standing_in[cell] = max(known, key=lambda period: period.ends_on).code
    needed = {(cell.indicator, period) for cell, period in standing_in.items()}
    found: dict[tuple[int, str], list[Fraction]] = defaultdict(list)
    near = values.filter(period__in={period for _, period in needed})
    for pk, period, value in near.values_list("indicator", "period", "value"):
        if value is not None and (pk, period) in needed:
            found[pk, period].append(Fraction(value))
    return {cell: Standing(period, tuple(found[cell.indicator, period])) for cell, period in standing_in.items()}
