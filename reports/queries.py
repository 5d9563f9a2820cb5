"""Reads the stored values of a programme into the frozen content of a document."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal

from indicators.calculations.formulas import lookback
from indicators.calculations.parsing import ABOUT_SCHOOLS_TYPES, parse_formula
from indicators.calculations.populations import Lists, parse_population
from indicators.models import ChangeReading, Indicator, MunicipalityValue, Reading, SchoolValue, Target
from indicators.queries.identification_source import read_lists
from reports.models import NoteText
from reports.snapshots import AnalyticalNote, NoteIndicator
from roadmaps.models import Programme
from schools.models import Municipality
from schools.periods import Period


@dataclass
class _Schools:
    """Who stands behind a share of schools: meets its condition, does not, or has no data and is in neither part."""

    yes: list[str] = field(default_factory=list)
    no: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Stored:
    """What the database holds for one period."""

    values: dict[int, MunicipalityValue]
    targets: dict[int, Target]
    schools: dict[int, _Schools]
    comments: dict[str, str]
    period: str


def build_analytical_note(*, municipality: Municipality, period: str) -> AnalyticalNote:
    """Everything that the note of the period says, as the database has it now."""
    year = Period.parse(period).school_year
    text = NoteText.objects.filter(municipality=municipality, school_year=year).first() or NoteText()
    indicators = list(
        municipality.indicators.filter(role=Indicator.Role.PROGRAMME, period_kind=Period.parse(period).kind)
    )
    stored = _Stored(
        values={
            row.indicator_id: row for row in MunicipalityValue.objects.filter(indicator__in=indicators, period=period)
        },
        targets={
            row.indicator_id: row
            for row in Target.objects.filter(indicator__in=indicators, period=period, school__isnull=True)
        },
        schools=_schools_behind(municipality, indicators, period),
        comments=text.comments,
        period=period,
    )
    programme = _programme(municipality, year)
    return AnalyticalNote(
        municipality=municipality.full_name or municipality.name,
        department=municipality.department_name,
        is_demo=municipality.is_demo,
        period=period,
        programme=programme.title if programme else "",
        background=programme.background if programme else "",
        aim=programme.aim if programme else "",
        tasks=tuple(task.text for task in programme.tasks.all()) if programme else (),
        indicators=tuple(_note_indicator(row, stored) for row in indicators),
        problems=lines(text.problems),
        next_tasks=lines(text.next_tasks),
    )


def lines(text: str) -> tuple[str, ...]:
    """A paragraph or task a line; blank lines count for nothing."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def periods_with_values(municipality: Municipality) -> list[str]:
    """Periods that a note can be written about, latest first."""
    codes = (
        MunicipalityValue.objects.filter(
            indicator__municipality=municipality,
            indicator__role=Indicator.Role.PROGRAMME,
            indicator__period_kind=municipality.period_kind,
            value__isnull=False,
        )
        .order_by()
        .values_list("period", flat=True)
        .distinct()
    )
    return sorted(codes, key=Period.parse, reverse=True)


def _programme(municipality: Municipality, school_year: int) -> Programme | None:
    """The programme that runs in the year; the latest one where none does."""
    programmes = list(municipality.programmes.prefetch_related("tasks"))
    running = [row for row in programmes if row.starts_in <= school_year <= row.ends_in]
    return next(iter(running or programmes), None)


def _note_indicator(indicator: Indicator, stored: _Stored) -> NoteIndicator:
    value, target = stored.values.get(indicator.pk), stored.targets.get(indicator.pk)
    schools = stored.schools.get(indicator.pk, _Schools())
    texts = NoteIndicator(
        code=indicator.code,
        short_name=indicator.short_name,
        wording=indicator.wording,
        unit=indicator.unit,
        sentence=indicator.sentence,
        sentence_all=indicator.sentence_all,
        method=indicator.method,
        comment=stored.comments.get(indicator.code, "").strip(),
        target=_exact(target.value) if target else None,
        target_is_demo=bool(target and target.is_demo),
        schools_yes=tuple(schools.yes),
        schools_no=tuple(schools.no),
        schools_unknown=tuple(schools.unknown),
    )
    return _with_value(texts, value, indicator) if value else texts


def _with_value(texts: NoteIndicator, value: MunicipalityValue, indicator: Indicator) -> NoteIndicator:
    # A value that is itself about a change says in `change_from` which period it looks back to.
    compared_with = value.change_from if lookback(parse_formula(indicator.formula)) else ""
    return replace(
        texts,
        value=_exact(value.value),
        numerator=_exact(value.numerator),
        denominator=_exact(value.denominator),
        target=_exact(value.target),
        reading=Reading(value.reading).value,
        change=_exact(value.change),
        change_from=value.change_from,
        change_reading=ChangeReading(value.change_reading).value,
        excluded=value.excluded,
        warnings=tuple(sorted(value.warnings)),
        compared_with=compared_with,
        without_results=_between(compared_with, value.period),
    )


def _schools_behind(municipality: Municipality, indicators: list[Indicator], period: str) -> dict[int, _Schools]:
    """For each share of schools."""
    shares = [row for row in indicators if row.formula.get("type") in ABOUT_SCHOOLS_TYPES]
    met: dict[int, dict[int, bool]] = defaultdict(dict)
    for own in SchoolValue.objects.filter(indicator__in=shares, period=period, value__isnull=False):
        met[own.indicator_id][own.school_id] = bool(own.numerator)
    names = _school_names(municipality)
    lists = read_lists(municipality.pk)
    return {row.pk: _sorted_out(row, met[row.pk], names, lists, Period.parse(period)) for row in shares}


def _school_names(municipality: Municipality) -> dict[int, str]:
    """A name that two schools bear (a school and its branch) is told apart by the code."""
    schools = list(municipality.schools.all())
    borne = Counter(school.name for school in schools)
    return {
        school.pk: f"{school.name} ({school.public_code})" if borne[school.name] > 1 else school.name
        for school in schools
    }


def _sorted_out(
    indicator: Indicator, met: dict[int, bool], names: dict[int, str], lists: Lists, period: Period
) -> _Schools:
    schools = _Schools()
    members = lists.members(parse_population(indicator.population), period)
    for pk, name in names.items():
        if pk in met:
            (schools.yes if met[pk] else schools.no).append(name)
        elif pk in members:
            schools.unknown.append(name)
    return schools


def _between(earlier: str, period: str) -> tuple[str, ...]:
    """Periods that a comparison steps over, because nothing was measured in them."""
    if not earlier:
        return ()
    steps = (Period.parse(period).year_back(years) for years in range(1, 10))
    return tuple(sorted(step.code for step in steps if step > Period.parse(earlier)))


def _exact(value: Decimal | None) -> str | None:
    """The number without the zeros that a database column adds."""
    return None if value is None else format(value.normalize() + 0, "f")
