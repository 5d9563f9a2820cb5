"""What changed, as a job carries it, and which values that can touch."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from indicators.calculations.formulas import LOOKBACK_YEARS
from indicators.calculations.populations import Categories, CategoriesOfYear
from indicators.engine.measured import Measured
from schools.periods import Period, PeriodKind

LAST_YEAR = 9999  # of dates
ExamYear = tuple[str, str, int, int]  # procedure, subject, grade, school year


@dataclass(frozen=True)
class Scope:
    """Empty means everything. A part that is not empty limits the recompute to what it names.

    As JSON: {"exams": [[procedure, subject, grade, school_year]], "statistics": [[code, period]],
    "identification": [school_year], "records": [[kind, school_year]], "targets": [[indicator id, period]],
    "pairs": [school_year], "indicators": [indicator id], "versions": [[indicator id, first day or ""]],
    "schools": [school id]}.

    `targets` are baselines too, and those of schools. `versions` are new definitions with the day from which they hold,
    as `IndicatorVersion.valid_from` has it; `indicators` may have changed in any period.
    `records` and `pairs`, those of schools, are of school years as plans have them.

    `schools` says whose exams, statistics and records changed; without it, anybody's may have. Who names them vouches
    that others had the same all the while, and no later: the first of a year, and the last that goes, change what
    everybody's values are compared with, and what stands at a date.
    """

    exams: frozenset[ExamYear] = field(default_factory=frozenset)
    statistics: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    identification: frozenset[int] = field(default_factory=frozenset)
    targets: frozenset[tuple[int, str]] = field(default_factory=frozenset)
    indicators: frozenset[int] = field(default_factory=frozenset)
    versions: frozenset[tuple[int, str]] = field(default_factory=frozenset)
    schools: frozenset[int] = field(default_factory=frozenset)
    records: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    pairs: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, data: Mapping[str, Any] | None) -> "Scope":
        """From JSON; a name that is not known here means that everything is to be done."""
        data = data or {}
        if set(data) - set(cls.__dataclass_fields__):
            return cls()
        return cls(
            exams=frozenset((str(p), str(s), int(g), int(y)) for p, s, g, y in data.get("exams", ())),
            statistics=frozenset((str(code), str(period)) for code, period in data.get("statistics", ())),
            identification=frozenset(int(year) for year in data.get("identification", ())),
            targets=frozenset((int(pk), str(period)) for pk, period in data.get("targets", ())),
            indicators=frozenset(int(pk) for pk in data.get("indicators", ())),
            versions=frozenset((int(pk), str(day)) for pk, day in data.get("versions", ())),
            schools=frozenset(int(pk) for pk in data.get("schools", ())),
            records=frozenset((str(kind), int(year)) for kind, year in data.get("records", ())),
            pairs=frozenset(int(year) for year in data.get("pairs", ())),
        )

    @property
    def is_all(self) -> bool:
        return not any(getattr(self, name) for name in self.__dataclass_fields__ if name != "schools")

    def to_json(self) -> dict[str, Any]:
        parts = {name: sorted(getattr(self, name)) for name in self.__dataclass_fields__}
        return {
            name: [list(item) if isinstance(item, tuple) else item for item in items]
            for name, items in parts.items()
            if items
        }

    def __or__(self, other: "Scope") -> "Scope":
        """What either asks for; everything, when one of them does."""
        if self.is_all or other.is_all:
            return Scope()
        both = {name: getattr(self, name) | getattr(other, name) for name in self.__dataclass_fields__}
        of_schools = (scope for scope in (self, other) if scope.exams or scope.statistics or scope.records)
        if not all(scope.schools for scope in of_schools):
            both["schools"] = frozenset()
        return Scope(**both)


@dataclass(frozen=True)
class Reach:
    """Which values of one indicator a scope touches; those of the municipality in any case."""

    everything: bool
    years: frozenset[int] = frozenset()  # the first days of what changed lie in these calendar years
    years_on: int = 0  # so many years later values still depend on it
    since: dt.date | None = None  # and whatever begins on this day or later
    schools: frozenset[int] | None = None  # None is all

    @property
    def is_nothing(self) -> bool:
        return not self.everything and not self.years and self.since is None

    def holds(self, period: Period) -> bool:
        if self.everything or (self.since is not None and period.starts_on >= self.since):
            return True
        start = period.starts_on.year
        return any(year <= start <= year + self.years_on for year in self.years)

    @property
    def first_years(self) -> frozenset[int]:
        return self.years if self.since is None else self.years | {self.since.year}

    def has(self, school: int | None) -> bool:
        return school is None or self.schools is None or school in self.schools


def years_looked_at(reaches: Iterable[Reach]) -> range | None:
    """The calendar years in which periods begin that these values depend on; None is all."""
    reaches = list(reaches)
    if any(reached.everything for reached in reaches):
        return None
    first = min((year - reached.years_on for reached in reaches for year in reached.first_years), default=0)
    last = max((year + reached.years_on for reached in reaches for year in reached.years), default=0)
    return range(first, (LAST_YEAR if any(reached.since for reached in reaches) else last) + 1)


def schools_looked_at(reaches: Iterable[Reach]) -> frozenset[int] | None:
    """The schools whose values these are, besides those of the municipality; None is all."""
    found: frozenset[int] = frozenset()
    for reached in reaches:
        if reached.schools is None:
            return None
        found |= reached.schools
    return found


def reach(scope: Scope, indicator: Measured, all_indicators: Iterable[Measured]) -> Reach:
    """A value depends on what its formula looks back on, and its change on the value of up to three years before.

    What one school reports touches its own values and those of the municipality, and every school's where they are
    compared with the municipality; a list touches whom it names or no longer names, so that all are looked at.
    """
    if scope.is_all or _is_named(scope, indicator, all_indicators):
        return Reach(everything=True)
    stated_years = {
        population.school_year for population in indicator.populations if isinstance(population, CategoriesOfYear)
    }
    if stated_years & scope.identification:
        return Reach(everything=True)  # the list of that year counts in every period
    since = _since(scope, indicator, all_indicators)
    if indicator.period_kind is PeriodKind.DATE:
        return _reach_of_dates(scope, indicator, since)
    of_schools = _years_of_exams(scope, indicator) | _years_of_statistics(scope, indicator)
    of_schools |= _years_of_records(scope, indicator)
    of_lists = _years_of_lists(scope, indicator)
    is_of_schools = scope.schools and not of_lists and since is None and indicator.is_of_school_alone
    return Reach(
        everything=False,
        years=frozenset(of_schools | of_lists),
        years_on=indicator.lookback + LOOKBACK_YEARS,
        since=since,
        schools=scope.schools if is_of_schools else None,
    )


def _reach_of_dates(scope: Scope, indicator: Measured, since: dt.date | None) -> Reach:
    """At a date stands what came last, and the first date is what later ones are compared with. So all dates from the
    day of what changed are touched."""
    exams = indicator.looks_at.exams
    days = [Period.parse(period).ends_on for code, period in scope.statistics if code in indicator.looks_at.statistics]
    days += [
        Period.of_school_year(year).starts_on
        for procedure, subject, grade, year in scope.exams
        if any(exam.is_about(procedure, subject, grade) for exam in exams)
    ]
    of_lists = [Period.of_school_year(year).starts_on for year in _listed_years(scope, indicator)]
    is_of_schools = scope.schools and not of_lists and since is None and indicator.is_of_school_alone
    return Reach(
        everything=False,
        since=min([*days, *of_lists, *filter(None, [since])], default=None),
        schools=scope.schools if is_of_schools else None,
    )


def _is_named(scope: Scope, indicator: Measured, all_indicators: Iterable[Measured]) -> bool:
    """By itself, by its targets (the last one decides how earlier values read), or by what its formula refers to."""
    if indicator.pk in {pk for pk, _ in scope.targets}:
        return True
    named = scope.indicators | {pk for pk, day in scope.versions if not day}
    return bool(named) and not named.isdisjoint(_looked_at(indicator, all_indicators))


def _since(scope: Scope, indicator: Measured, all_indicators: Iterable[Measured]) -> dt.date | None:
    """The first day of the new definitions, of itself or of what its formula refers to: values of periods that begin
    later depend on them, and none before."""
    if not scope.versions:
        return None
    looked_at = _looked_at(indicator, all_indicators)
    return min((dt.date.fromisoformat(day) for pk, day in scope.versions if pk in looked_at and day), default=None)


def _looked_at(indicator: Measured, all_indicators: Iterable[Measured]) -> set[int]:
    """Ids of the indicator itself and of those that its formula refers to."""
    return {indicator.pk} | {other.pk for other in all_indicators if other.code in indicator.references}


def _years_of_exams(scope: Scope, indicator: Measured) -> set[int]:
    exams = indicator.looks_at.exams
    touched = {
        year
        for procedure, subject, grade, year in scope.exams
        if any(exam.is_about(procedure, subject, grade) for exam in exams)
    }
    return _starts(touched, indicator.period_kind)


def _years_of_statistics(scope: Scope, indicator: Measured) -> set[int]:
    codes = indicator.looks_at.statistics
    periods = [Period.parse(period) for code, period in scope.statistics if code in codes]
    return {period.starts_on.year for period in periods if period.kind == indicator.period_kind}


def _years_of_records(scope: Scope, indicator: Measured) -> set[int]:
    years = {year for kind, year in scope.records if kind in indicator.looks_at.records}
    return _starts(years, indicator.period_kind)


def _years_of_lists(scope: Scope, indicator: Measured) -> set[int]:
    return _starts(_listed_years(scope, indicator), indicator.period_kind)


def _listed_years(scope: Scope, indicator: Measured) -> frozenset[int]:
    """School years of which its population, or what it counts, may be another one."""
    lists = scope.identification if _looks_at_lists(indicator) else frozenset()
    return lists | (scope.pairs if indicator.looks_at_pairs else frozenset())


def _looks_at_lists(indicator: Measured) -> bool:
    of_own_year = any(isinstance(population, Categories) for population in indicator.populations)
    return of_own_year or indicator.looks_at.identification


def _starts(school_years: Iterable[int], kind: PeriodKind) -> set[int]:
    """Calendar years in which periods that see these school years begin; autumn and spring lie in two of them."""
    years = set(school_years)
    return years if kind is PeriodKind.SCHOOL_YEAR else years | {year + 1 for year in years}
