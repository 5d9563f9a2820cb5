"""Why a value is what it is: its steps down to the cells of the spreadsheets, and whether they still come to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from accounts.access import Permission
from accounts.models import Job, reach_of
from indicators.calculations import describe, describe_population, parse_formula, parse_population
from indicators.calculations.evaluation import Evaluation
from indicators.calculations.formulas import leaves, lookback
from indicators.calculations.outcomes import Outcome
from indicators.calculations.problems import FormulaError, Vocabulary
from indicators.calculations.tracing import Step, Tracer
from indicators.engine.evaluate import as_stored
from indicators.engine.measured import BrokenIndicator, Definition, read_indicators
from indicators.models import (
    Indicator,
    IndicatorVersion,
    MunicipalityStatistic,
    SchoolStatistic,
)
from indicators.queries.covering import covering_of
from indicators.queries.identification_source import read_lists
from indicators.queries.passport import vocabulary_of
from indicators.queries.records_behind import RecordsBehind, records_behind
from indicators.sources import read_columns_of
from indicators.summaries import comparison_text
from indicators.trace_shown import Hidden, Showing, ShownStep, origin_key
from indicators.value_list import municipality_values, school_values
from monitoring.models import ObjectivityFlag
from monitoring.queries.objectivity import FlagRow, exams_left_out
from schools.models import School
from schools.ordering import in_natural_order
from schools.periods import Period
from schools.small_numbers import SmallNumbers, is_small

SCHOOLS_A_PAGE = 50


@dataclass(frozen=True)
class Entry:
    """Who brought a number in, None for the portal itself, and when."""

    by: Any
    at: Any


Entered = dict[str, Entry]  # by `Origin.key`


class NothingToTrace(Exception):
    """The formula does not hold together; the text is for people."""


@dataclass(frozen=True)
class Version:
    """The version that the value was worked out by, in words."""

    number: int
    sentence: str
    population: str
    valid_from: Any
    reason: str


@dataclass(frozen=True)
class Why:
    indicator: Indicator
    period: Period
    school: School | None  # None: the municipality
    step: ShownStep
    value: Any  # as stored, or None
    is_outside: bool  # the school is not among those that the indicator is about
    is_current: bool  # the steps come to what is stored
    is_waiting: bool  # for a recompute
    version: Version
    flags: tuple[FlagRow, ...]  # that leave results of this value out, as far as the person sees their schools
    flags_of_others: int
    with_all: ShownStep | None  # the value if nothing were left out; None where that would give few pupils away
    entered: Entered
    records: tuple[RecordsBehind, ...]  # that a school's value counts
    is_change_hidden: bool
    periods: tuple[Period, ...]  # of the other values, the latest first
    schools_page: "Page[int] | None"
    can_open_sources: bool
    can_see_jobs: bool

    @property
    def has_interval(self) -> bool:
        """Whether its change is read against chance."""
        return self.value is not None and self.value.low is not None

    @property
    def comparison(self) -> str:
        """How its change was made comparable, where it had to be."""
        return comparison_text(self.value.warnings) if self.value is not None else ""

    @property
    def place(self) -> str:
        return self.school.name if self.school else f"{self.indicator.municipality.name} в целом"


def why(*, user: Any, indicator: Indicator, period: Period, school: School | None = None, page: Any = 1) -> Why:
    """For the municipality, or for one school; the queries do not depend on how many schools there are."""
    definition = _definition_at(indicator, period)
    trace = _Trace(definition, period, indicator)
    step = trace.step(school)
    is_outside = school is not None and school.pk not in trace.members(period)
    schools = _visible_schools(user, indicator, school)
    places = _places(step)
    in_table = [one.pk for one in in_natural_order(schools.values()) if one.pk in places]
    schools_page = Paginator(in_table, SCHOOLS_A_PAGE).get_page(page)
    vocabulary, hidden = vocabulary_of(user, indicator), _hidden(user, indicator, definition)
    small, covering = SmallNumbers.seen_by(user), covering_of(user)
    showing = Showing(vocabulary, small, covering, schools, frozenset(schools_page.object_list), hidden)
    shown = showing.show_value(step)
    values = _values(user, indicator, school)
    value = next((one for one in values if one.period == period.code), None)
    brings_in = indicator.municipality_id in reach_of(user, Permission.RESULTS_IMPORT).municipalities
    excluded = step.outcome.excluded if step.outcome else frozenset()
    flags, others = _flags(user, indicator, excluded)
    return Why(
        indicator=indicator,
        period=period,
        school=school,
        step=shown,
        value=value,
        is_outside=is_outside,
        is_current=_is_stored(None if is_outside else step.outcome, value, definition.version),
        is_waiting=_is_waiting(indicator.municipality_id),
        version=_version(indicator, value.version if value else definition.version, vocabulary),
        flags=flags,
        flags_of_others=others,
        with_all=_with_all(trace, school, showing, excluded) if excluded else None,
        entered=_entered(user, indicator, shown),
        records=records_behind(user, school, step) if school is not None else (),
        is_change_hidden=bool(value and value.is_change_hidden),
        periods=tuple(sorted({Period.parse(one.period) for one in values} - {period}, reverse=True)),
        schools_page=schools_page if school is None else None,
        can_open_sources=brings_in or (school is not None and showing.small.shown_for(school)),
        can_see_jobs=brings_in,
    )


class _Trace:
    """The steps of one formula; what is left out is read again only where anything is."""

    def __init__(self, definition: Definition, period: Period, indicator: Indicator) -> None:
        self.definition, self.period, self.municipality_id = definition, period, indicator.municipality_id
        self.dates = tuple(sorted(map(Period.parse, indicator.measured_on)))
        self.lists = read_lists(self.municipality_id)

    def step(self, school: School | None, *, with_left_out: bool = False) -> Step:
        formula, first = self.definition.formula, self.period.starts_on.year
        years = range(first - lookback(formula), first + 1)
        columns = read_columns_of(
            self.municipality_id, leaves(formula), self.period.kind, self.dates, years, with_left_out=with_left_out
        )
        tracer = Tracer(Evaluation(columns, self.dates))
        if school is not None:
            return tracer.at(formula, self.period, school.pk)
        return tracer.total(formula, self.period, self.members)

    def members(self, period: Period) -> frozenset[int]:
        return self.lists.members(self.definition.population, period)


def _definition_at(indicator: Indicator, period: Period) -> Definition:
    """By which the values of the period are worked out."""
    try:
        measured = next(one for one in read_indicators(indicator.municipality_id) if one.pk == indicator.pk)
    except BrokenIndicator as error:
        raise NothingToTrace(str(error)) from None
    definition = measured.definition_of(period)
    if definition is None:
        raise NothingToTrace("В этом периоде показателя ещё не было: его определение действует с более позднего дня.")
    return definition


def _visible_schools(user: Any, indicator: Indicator, school: School | None) -> dict[int, School]:
    if school is not None:
        return {school.pk: school}
    visible = School.objects.allowing(user, Permission.VALUES_VIEW)
    return visible.filter(municipality_id=indicator.municipality_id).in_bulk()


def _places(step: Step) -> frozenset[int]:
    """The schools of all totals."""
    return frozenset(one.place for total in step.walk() for one in total.schools if one.place is not None)


def _values(user: Any, indicator: Indicator, school: School | None) -> list[Any]:
    """Of all periods."""
    rows: Any = municipality_values(user) if school is None else school_values(user).filter(school=school)
    return list(rows.filter(indicator=indicator).select_related("job").defer("sources"))


def _hidden(user: Any, indicator: Indicator, definition: Definition) -> Hidden:
    """Of all schools and periods, as every list of values hides them."""
    rows: Any = school_values(user)
    found = rows.filter(indicator=indicator, is_hidden=True).values_list("period", "school", "is_covered")
    return Hidden(definition.formula, {(period, pk): covered for period, pk, covered in found})


def _is_stored(outcome: Outcome | None, value: Any, version: int) -> bool:
    """Whether the steps come exactly to what is stored, as it is stored."""
    if value is None:
        return outcome is None or outcome.value is None
    if outcome is None or value.version != version:
        return False
    fresh = tuple(as_stored(number) for number in (outcome.value, outcome.numerator, outcome.denominator))
    return fresh == (value.value, value.numerator, value.denominator)


def _is_waiting(municipality_id: int) -> bool:
    recomputes = Job.objects.filter(municipality_id=municipality_id, kind=Job.Kind.RECOMPUTE)
    return recomputes.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING]).exists()


def _version(indicator: Indicator, number: int, vocabulary: Vocabulary) -> Version:
    kept = IndicatorVersion.objects.filter(indicator=indicator, number=number).first()
    source: Any = kept or indicator
    try:
        sentence = describe(parse_formula(source.formula), vocabulary)
        population = describe_population(parse_population(source.population), vocabulary)
    except FormulaError:
        sentence, population = "", ""
    return Version(
        number=number,
        sentence=sentence,
        population=population,
        valid_from=kept.valid_from if kept else None,
        reason=kept.reason if kept else "",
    )


def _flags(user: Any, indicator: Indicator, excluded: Iterable[Any]) -> tuple[tuple[FlagRow, ...], int]:
    """Who marked these results and why; of schools that are not for these eyes only how many there are."""
    names = {tuple(name) for name in excluded}
    if not names:
        return (), 0
    flags = ObjectivityFlag.objects.visible_to(user).active()
    flags = flags.filter(school__in={name[0] for name in names}).select_related("school", "marked_by")
    told = [(flag, covered) for flag in flags if (covered := names & set(exams_left_out(flag)))]
    seen = {name for _, covered in told for name in covered}
    return tuple(FlagRow(flag) for flag, _ in told), len(names - seen)


def _with_all(trace: _Trace, school: School | None, showing: Showing, excluded: Iterable[Any]) -> ShownStep | None:
    """Both values tell what was left out by their difference, so nothing is told where that is about few pupils."""
    step = trace.step(school, with_left_out=True)
    in_doubt = {name[0] for name in excluded}
    for one in step.walk():
        if one.place in in_doubt and one.outcome is not None:
            known = showing.schools.get(one.place) if one.place else None
            shown = known is not None and showing.small.shown_for(known)
            if not shown and is_small(one.outcome.participants):
                return None
    return showing.show_value(step)


def _entered(user: Any, indicator: Indicator, shown: ShownStep) -> Entered:
    """Who brought the collected numbers in and when, by school, statistic and period."""
    origins = [step.origin for step in shown.walk() if step.origin and step.origin.statistic]
    if not origins:
        return {}
    named = {"kind__code__in": {one.statistic for one in origins}, "period__in": {one.period.code for one in origins}}
    schools = {one.school.pk for one in origins if one.school}
    of_schools = SchoolStatistic.objects.visible_to(user).filter(school__in=schools, **named)
    of_whole = MunicipalityStatistic.objects.visible_to(user).filter(municipality_id=indicator.municipality_id, **named)
    rows: list[Any] = [*of_schools.select_related("kind", "entered_by"), *of_whole.select_related("kind", "entered_by")]
    return {
        origin_key(getattr(row, "school_id", None), row.kind.code, row.period): Entry(row.entered_by, row.entered_at)
        for row in rows
    }
