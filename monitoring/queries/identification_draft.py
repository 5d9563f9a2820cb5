"""The list of a year as it would be published now: the rule over today's results, and what people have decided."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from indicators.models import Indicator, SchoolStatistic, SchoolValue
from monitoring.identification.edition import Cuts, SchoolOfList, YearOfList
from monitoring.identification.groups import Axis, Classified, Group, GroupSettings, classify, composite
from monitoring.identification.rule import Finding, Verdict
from monitoring.models import IdentificationDecision
from monitoring.queries.identification_rule import Material, read_material, rule_in_force
from schools.list_changes import GROUPS, ListYears
from schools.models import Category, Identification, Municipality, School
from schools.periods import PeriodKind
from schools.queries.identification import list_years

Decisions = Mapping[tuple[int, str], IdentificationDecision]  # by school and category
Listed = Mapping[int, frozenset[str]]  # categories by school


@dataclass(frozen=True)
class Draft:
    """The list, the decisions that made it so, and what the published list says today."""

    list: YearOfList
    schools: tuple[School, ...]
    decisions: Decisions
    listed: Listed  # of the categories that the list covers
    classified: Classified[int] | None

    def seen_beside(self, edition: int) -> str:
        """What whoever has this draft before their eyes has seen: the number of the year's latest edition (0: there is
        none), the draft, and today's list, which publishing replaces."""
        listed = sorted((school, *sorted(categories)) for school, categories in self.listed.items())
        return f"{edition}:{sha256(f'{self.list.fingerprint}{listed}'.encode()).hexdigest()}"


def covered(groups: GroupSettings | None) -> tuple[str, ...]:
    """ШНОР by the rule, and the five groups where the year has axes for them."""
    return (Category.LOW_RESULTS.value, *((group.value for group in Group) if groups else ()))


def draft_of(municipality: Municipality, school_year: int) -> Draft:
    """A fixed number of queries, whatever the number of schools."""
    rule = rule_in_force(municipality, school_year)
    material = read_material(municipality, school_year, [rule.parameters])
    findings = material.findings(rule.parameters)
    classified = classified_by(rule.groups, municipality, material, findings) if rule.groups else None
    covers = covered(rule.groups)
    compared = _compared(list_years(municipality), covers, school_year)
    listed, before = _lists(municipality, school_year, covers, compared)
    decisions = {
        (row.school_id, row.category): row
        for row in IdentificationDecision.objects.filter(
            school__municipality=municipality, school_year=school_year, category__in=covers
        ).select_related("decided_by")
    }
    schools = tuple(
        _school(school, findings[school.pk], classified, decisions, covers, before) for school in material.schools
    )
    cuts = Cuts(classified.n, classified.result_lines, classified.condition_lines) if classified else None
    year = YearOfList(school_year, rule, covers, schools, compared, cuts)
    return Draft(year, material.schools, decisions, listed, classified)


def _compared(lists: ListYears, covers: Iterable[str], school_year: int) -> dict[str, int]:
    """Categories that had a list before, with its year."""
    before = {category: lists.before(category, school_year) for category in covers}
    return {category: year for category, year in before.items() if year is not None}


def _lists(
    municipality: Municipality, school_year: int, covers: tuple[str, ...], compared: Mapping[str, int]
) -> tuple[Listed, Listed]:
    """The published list of the year, and what the lists before said."""
    listed: dict[int, set[str]] = defaultdict(set)
    before: dict[int, set[str]] = defaultdict(set)
    rows = Identification.objects.filter(
        school__municipality=municipality, school_year__in={school_year, *compared.values()}, category__in=covers
    )
    for school, year, category in rows.values_list("school_id", "school_year", "category"):
        if year == school_year:
            listed[school].add(category)
        elif year == compared.get(category):
            before[school].add(category)
    return _frozen(listed), _frozen(before)


def _frozen(listed: Mapping[int, set[str]]) -> Listed:
    return {school: frozenset(categories) for school, categories in listed.items()}


def _school(
    school: School,
    finding: Finding[int],
    classified: Classified[int] | None,
    decisions: Decisions,
    covers: tuple[str, ...],
    before: Listed,
) -> SchoolOfList:
    proposed = proposed_categories(finding, classified)
    decided = {category: decisions[school.pk, category] for category in covers if (school.pk, category) in decisions}
    included = _included(covers, proposed, decided)
    place = classified.by_place.get(school.pk) if classified else None
    return SchoolOfList(
        school=school.pk,
        code=school.public_code,
        name=school.name,
        procedures=finding.procedures,
        verdict=finding.verdict,
        result=place.result if place else None,
        condition=place.condition if place else None,
        proposed=tuple(category for category in covers if category in proposed),
        included=included,
        reasons={
            category: row.reason
            for category, row in decided.items()
            if row.reason and (category in proposed or category in included)
        },
        before=tuple(category for category in covers if category in before.get(school.pk, ())),
    )


def _included(
    covers: tuple[str, ...], proposed: frozenset[str], decided: Mapping[str, IdentificationDecision]
) -> tuple[str, ...]:
    """A decision goes before the proposal; a school is in one group at most, so that a group decided upon is the only
    one, whatever is proposed today."""
    chosen = {category for category, row in decided.items() if row.is_included}
    is_grouped = bool(chosen & GROUPS)
    as_proposed = {
        category for category in proposed if category not in decided and not (is_grouped and category in GROUPS)
    }
    return tuple(category for category in covers if category in chosen | as_proposed)


def proposed_categories(finding: Finding[int], classified: Classified[int] | None) -> frozenset[str]:
    proposed = {Category.LOW_RESULTS.value} if finding.verdict is Verdict.MEETS else set()
    place = classified.by_place.get(finding.school) if classified else None
    return frozenset(proposed | ({place.group.value} if place else set()))


# --- The axes of the groups


def classified_by(
    settings: GroupSettings, municipality: Municipality, material: Material, findings: Mapping[int, Finding[int]]
) -> Classified[int]:
    return classify(
        schools=[school.pk for school in material.schools],
        results=_results(settings, municipality, material.school_year, findings),
        conditions=Axis(
            _statistic(settings.statistic, municipality, material.school_year),
            settings.condition_cut,
            settings.more_is_better,
        ),
    )


def _results(
    settings: GroupSettings, municipality: Municipality, school_year: int, findings: Mapping[int, Finding[int]]
) -> Axis:
    """Indicators as one number, or the share of low results of all procedures that count, in per cent."""
    if settings.indicators:
        return _indicators(settings, municipality, school_year)
    shares = {
        school: Fraction(100 * low, people)
        for school, (low, people) in ((school, finding.pooled) for school, finding in findings.items())
        if people
    }
    return Axis(shares, settings.result_cut, more_is_better=False)


def _indicators(settings: GroupSettings, municipality: Municipality, school_year: int) -> Axis:
    """One indicator as it is, in its direction; several as their composite, where more is better.

    Nothing is said by some of them where another has left the catalogue.
    """
    chosen = {row.code: row for row in municipality.indicators.filter(code__in=settings.indicators)}
    if set(settings.indicators) - set(chosen):
        return Axis({}, settings.result_cut)
    values: dict[int, dict[int, Fraction]] = defaultdict(dict)
    rows = SchoolValue.objects.filter(indicator__in=chosen.values(), period__in=periods_of_year(school_year))
    for indicator, school, value in rows.values_list("indicator_id", "school_id", "value"):
        if value is not None:
            values[indicator][school] = Fraction(value)
    parts = [
        (values[chosen[code].pk], chosen[code].direction != Indicator.Direction.DOWN) for code in settings.indicators
    ]
    if len(parts) == 1:
        return Axis(parts[0][0], settings.result_cut, parts[0][1])
    return Axis(composite(parts), settings.result_cut)


def _statistic(code: str, municipality: Municipality, school_year: int) -> dict[int, Fraction]:
    """Of the school year, else of the calendar year in which it ends."""
    rows = SchoolStatistic.objects.filter(school__municipality=municipality, kind__code=code)
    by_period: dict[str, dict[int, Fraction]] = {period: {} for period in periods_of_year(school_year)}
    for school, period, value in rows.filter(period__in=by_period).values_list("school_id", "period", "value"):
        by_period[period][school] = Fraction(value)
    school_years, calendar_years = by_period.values()
    return calendar_years | school_years


def periods_of_year(school_year: int) -> dict[str, PeriodKind]:
    """The periods that say how a school year went, that of the school year itself first."""
    return {str(school_year): PeriodKind.SCHOOL_YEAR, f"cy{school_year + 1}": PeriodKind.CALENDAR_YEAR}
