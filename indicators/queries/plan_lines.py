"""Plans beside what has come of them: as first approved and as amended, progress, and how hard a target is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Max, Q

from accounts.access import Permission
from accounts.models import reach_of
from indicators.calculations.parsing import ABOUT_SCHOOLS_TYPES
from indicators.calculations.planned import Cell
from indicators.calculations.progress import Challenge, Progress, challenge_of
from indicators.models import Baseline, Indicator, MunicipalityValue, PlanRevision, Reading, SchoolValue, Target
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
    source: str
    is_demo: bool

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
    def challenge_text(self) -> str:
        return challenge_text(self.challenge) if self.challenge else ""


@dataclass(frozen=True)
class Plan:
    """All that is planned in one indicator, for the municipality or for one school."""

    indicator: Indicator
    baseline: Baseline | None
    lines: tuple[PlanLine, ...]  # the earliest period first
    measured_in: str  # the period in which the schools' values were last there; "" where nothing is said of them

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
    standing = _standing(chosen, is_of_school=school is not None) if with_challenge else {}
    read = _read(user, chosen, of_place, standing)
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
    read = _read(user, chosen, {"school__isnull": False}, {})
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
    """Where the schools stand by now, without those that have fewer than five pupils: whoever sees the count, it is
    the same and tells of none of them."""

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
    standing: dict[int, Standing]
    whole: frozenset[int]  # municipalities whose schools the user sees one and all


def _read(user: Any, indicators: list[Indicator], of_place: dict[str, Any], standing: dict[int, Standing]) -> _Read:
    near = {"indicator__in": indicators, **of_place}
    stored: list[Target | Baseline] = [
        *Target.objects.visible_to(user).filter(**near),
        *Baseline.objects.visible_to(user).filter(**near),
    ]
    return _Read(
        planned={cell_of(row): row for row in stored},
        history=cell_histories(PlanRevision.objects.visible_to(user).filter(**near)),
        values=_values(user, indicators, of_place),
        standing=standing,
        whole=reach_of(user, Permission.VALUES_VIEW).municipalities,
    )


def _plan(indicator: Indicator, place: int | None, read: _Read) -> Plan:
    base = read.planned.get(Cell(indicator.pk, place, ""))
    baseline = base if isinstance(base, Baseline) else None
    cells = {cell for cell in (*read.planned, *read.history) if cell.indicator == indicator.pk and not cell.is_baseline}
    in_order = sorted(cells, key=lambda cell: Period.parse(cell.period))
    lines = tuple(_line(indicator, cell, baseline, read) for cell in in_order)
    is_measured = any(line.challenge for line in lines)
    return Plan(indicator, baseline, lines, read.standing[indicator.pk].period if is_measured else "")


def _line(indicator: Indicator, cell: Cell, baseline: Baseline | None, read: _Read) -> PlanLine:
    planned, past = read.planned.get(cell), read.history.get(cell)
    target = planned if isinstance(planned, Target) else None
    now = read.values.get(cell, _Value(None, Reading.NO_DATA))
    return PlanLine(
        period=cell.period,
        first=past.first if past else target.value if target else None,
        target=target.value if target else None,
        changes=past.changes if past else 0,
        value=now.value,
        is_hidden=now.is_hidden,
        is_covered=now.is_covered,
        reading=now.reading,
        progress=measured_progress(indicator, now.value, baseline, target),
        challenge=_challenge(indicator, target, read),
        source=target.source if target else "",
        is_demo=bool(target and target.is_demo),
    )


def _challenge(indicator: Indicator, target: Target | None, read: _Read) -> Challenge | None:
    """Of so few schools that there is no level, whoever sees one of them could guess at another."""
    standing = read.standing.get(indicator.pk)
    if target is None or standing is None:
        return None
    found = challenge_of(standing.values, Fraction(target.value), indicator.direction)  # type: ignore[arg-type]
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


def _standing(indicators: Sequence[Indicator], *, is_of_school: bool) -> dict[int, Standing]:
    """The latest values of all schools, of indicators in which a school can be held to the target at all."""
    compared = [row for row in indicators if row.formula.get("type") not in ABOUT_SCHOOLS_TYPES]
    if not is_of_school:
        compared = [row for row in compared if row.unit not in SUMS]
    values = SchoolValue.objects.filter(
        Q(participants__isnull=True) | Q(participants__gte=SMALL), indicator__in=compared, value__isnull=False
    )
    latest: dict[int, str] = dict(values.order_by().values_list("indicator").annotate(Max("period")))
    near = values.filter(period__in=set(latest.values()))
    found: dict[int, list[Fraction]] = defaultdict(list)
    for pk, period, value in near.values_list("indicator", "period", "value"):
        if value is not None and latest[pk] == period:
            found[pk].append(Fraction(value))
    return {pk: Standing(latest[pk], tuple(known)) for pk, known in found.items()}
