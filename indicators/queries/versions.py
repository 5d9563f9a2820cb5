"""What a definition has been: its versions in words, and in what each differs from the one before."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators.calculations import (
    FormulaError,
    Vocabulary,
    describe,
    describe_population,
    parse_formula,
    parse_population,
)
from indicators.models import Indicator, IndicatorVersion
from indicators.passport_fields import DATES, PASSPORT_LABELS
from schools.periods import Period, PeriodKind
from schools.wording import day, number
from schools.wording import period as period_label

NOT_SAID = "не указано"
FOR_ALL = "для всех периодов"


@dataclass(frozen=True)
class Alteration:
    """One thing that a version says otherwise than the one before."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class VersionLine:
    version: IndicatorVersion
    since: str
    definition: str  # "" where it cannot be read
    population: str
    direction: str
    unit: str
    by: str
    altered: tuple[Alteration, ...]
    is_in_force: bool  # in the period in view


def version_lines(indicator: Indicator, vocabulary: Vocabulary, period: str) -> tuple[VersionLine, ...]:
    """The latest first; `period` is the one in view. One query."""
    versions = list(indicator.versions.select_related("created_by").order_by("number"))
    in_force = _in_force(versions, Period.parse(period))
    lines: list[VersionLine] = []
    for version in versions:
        before = lines[-1] if lines else None
        lines.append(_line(version, before, vocabulary, is_in_force=version is in_force))
    return tuple(reversed(lines))


def _in_force(versions: Iterable[IndicatorVersion], period: Period) -> IndicatorVersion | None:
    holding = [version for version in versions if version.holds(period.starts_on)]
    return max(holding, key=lambda version: version.number, default=None)


def _line(
    version: IndicatorVersion, before: VersionLine | None, vocabulary: Vocabulary, *, is_in_force: bool
) -> VersionLine:
    unit = str(version.passport.get("unit", ""))
    line = VersionLine(
        version=version,
        since=since(version),
        definition=definition_in_words(version.formula, vocabulary),
        population=population_in_words(version.population, vocabulary),
        direction=Indicator.Direction(version.direction).label,
        unit=dict(Indicator.Unit.choices).get(unit, unit),
        by=str(version.created_by) if version.created_by else "",
        altered=(),
        is_in_force=is_in_force,
    )
    return line if before is None else _with_alterations(line, before)


def _with_alterations(line: VersionLine, before: VersionLine) -> VersionLine:
    pairs = [
        ("Что считается", before.definition, line.definition),
        ("Охват", before.population, line.population),
        ("Направление", before.direction, line.direction),
    ]
    old, new = before.version.passport, line.version.passport
    pairs += [(label, in_words(name, old.get(name)), in_words(name, new.get(name))) for name, label in SHOWN.items()]
    altered = tuple(Alteration(*pair) for pair in pairs if pair[1] != pair[2])
    return VersionLine(**{**vars(line), "altered": altered})


SHOWN = {name: label for name, label in PASSPORT_LABELS.items() if name not in ("sentence", "sentence_all")}


def in_words(name: str, value: Any) -> str:
    """A field of the passport, as JSON keeps it, for people."""
    if value in (None, "", []):
        return NOT_SAID
    match name:
        case "unit":
            return dict(Indicator.Unit.choices).get(value, str(value))
        case "period_kind":
            return PeriodKind(value).label
        case "reference_rule":
            return dict(Indicator.ReferenceRule.choices).get(value, str(value))
        case "reference_value":
            return number(Decimal(value), 4)
        case _ if name in DATES:
            return ", ".join(period_label(code) for code in ([value] if isinstance(value, str) else value))
        case _:
            return "; ".join(value) if isinstance(value, list) else str(value)


def since(version: IndicatorVersion) -> str:
    """«с 2021/2022 учебного года», «с 2021 года», «с 31.05.2023», «для всех периодов»."""
    if version.valid_from is None:
        return FOR_ALL
    start, kind = version.valid_from, version.passport.get("period_kind")
    if kind == PeriodKind.SCHOOL_YEAR and start == Period.of_school_year(start.year).starts_on:
        return f"с {Period.of_school_year(start.year).label} учебного года"
    if kind == PeriodKind.CALENDAR_YEAR and (start.month, start.day) == (1, 1):
        return f"с {start.year} года"
    return f"с {day(start)}"


def definition_in_words(formula: Any, vocabulary: Vocabulary) -> str:
    """Without checking the codes: a version of long ago may name what is there no more."""
    try:
        return describe(parse_formula(formula), vocabulary)
    except FormulaError:
        return ""


def population_in_words(population: Any, vocabulary: Vocabulary) -> str:
    try:
        return describe_population(parse_population(population), vocabulary)
    except FormulaError:
        return ""
