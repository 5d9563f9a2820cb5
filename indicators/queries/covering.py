"""What is hidden from a person for the sake of schools of few pupils: read from the database, decided in one room.

`value_list.school_values` is built on it, and so is whatever shows values or results of schools: whoever adds a list
need not think of it, and what is looked at decides nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, ExpressionWrapper, F, Q, QuerySet, When
from django.db.models.functions import Coalesce

from accounts.access import Permission, Role
from accounts.models import ApiKey, reach_of
from indicators.calculations.covering import (
    Matter,
    Place,
    Told,
    are_hidden_well,
    cover,
    exams_of,
    hide_wholes_of_few,
    meet,
)
from indicators.calculations.formulas import Exam, Node, SchoolsMeeting, ShareOfSchools
from indicators.engine.measured import BrokenIndicator, Measured, read_indicators
from indicators.models import MunicipalityValue, SchoolStatistic, SchoolValue
from indicators.procedures import WITH_RESITS, Procedure, Wave
from schools.models import Municipality, School
from schools.periods import Period, PeriodKind
from schools.small_numbers import SMALL, hidden_from

SEPTEMBER = 9
KEPT = "_covering"  # on the user object, as its grants are kept
FewResults = Callable[[Collection[int], Collection[Exam]], Iterable[tuple[int, int, Exam]]]
_few_results: list[FewResults] = []


def register(source: FewResults) -> None:
    """Ask this source which of these exams a school of these municipalities had few pupils in: school, school year, and
    the exam. So `indicators` learns of results without importing the app that keeps them."""
    _few_results.append(source)


@dataclass(frozen=True)
class Covering:
    """What is hidden from one person besides what is about few pupils by itself."""

    few: frozenset[int] = frozenset()  # values of which a part, or what their condition looks at, is about few pupils
    values: frozenset[int] = frozenset()  # hidden for another school
    changes: frozenset[int] = frozenset()  # values whose change would tell a hidden one
    results: Mapping[tuple[int, int], frozenset[Exam]] = field(default_factory=dict)  # by school and school year

    def hides_result(self, school: int, school_year: int, exam: Exam) -> bool:
        """Whether this result of the school would tell a value that is hidden for another."""
        return any(meet(exam, one) for one in self.results.get((school, school_year), ()))

    def hides_results_of(self, school: int, school_year: int) -> bool:
        """Whether any result of the school is hidden for another's sake; who asks of many asks this first."""
        return (school, school_year) in self.results

    def hides_work(self, school: int, school_year: int, procedure: str, subject: str, grade: int) -> bool:
        """The same where only the paper is known, in whatever wave it was written."""
        if not self.hides_results_of(school, school_year):
            return False
        paper = [Exam(Procedure(procedure), subject, grade, None, wave) for wave in Wave]
        return any(self.hides_result(school, school_year, exam) for exam in paper)

    def hides_numbers(self, school: int, node: Node, period: Period, as_of: Period | None = None) -> bool:
        """Whether numbers that this part of a formula gives for the school would tell a value that is hidden."""
        exams = exams_of(node)
        years = _years(_year_of(_standing(period, as_of), exams), period, exams)
        return any(self.hides_result(school, year, exam) for exam in exams for year in years)


NOTHING = Covering()


def covering_of(user: Any) -> Covering:
    """The same for the life of the user object, which is one request; so many queries, however many schools and values
    there are, and none for those who see all small numbers."""
    kept: Covering | None = getattr(user, KEPT, None)
    if kept is None:
        where = _where_something_may_be_hidden(user)
        kept = _read(user, where) if where else NOTHING
        setattr(user, KEPT, kept)
    return kept


def covering_for_all(municipality: Municipality) -> Covering:
    """For what is the same for everybody, a document that is passed on, say: of somebody who sees all schools and no
    small numbers."""
    return covering_of(ApiKey(role=Role.VIEWER, municipality=municipality))


def truth_of(condition: Q) -> "ExpressionWrapper[Q]":
    return ExpressionWrapper(condition, output_field=BooleanField())


def with_few_pupils(values: QuerySet[SchoolValue], user: Any) -> QuerySet[SchoolValue]:
    """`is_few`: about pupils so few that this person must not see the numbers; `is_few_before`: so is what the value is
    compared with, or nobody can say how many pupils that is about.

    A change gives the earlier value away to whoever knows the present one, so a value that is itself a change is about
    the few of either side.
    """
    pupils_before = Case(
        When(participants__isnull=True, then=None),  # it counts no pupils
        default=Coalesce(F("participants_before"), 0),
    )
    few_before = Q(change__isnull=False) & hidden_from(user, pupils="pupils_before")
    values = values.annotate(pupils_before=pupils_before).annotate(is_few_before=truth_of(few_before))
    return values.annotate(is_few=truth_of(hidden_from(user) | Q(is_few_before=True, change=F("value"))))


def _where_something_may_be_hidden(user: Any) -> frozenset[int]:
    """Municipalities; none for those who see nothing but schools whose small numbers they see."""
    seen, in_full = (reach_of(user, one) for one in (Permission.VALUES_VIEW, Permission.SMALL_NUMBERS_VIEW))
    if not seen.municipalities - in_full.municipalities and seen.schools <= in_full.schools:
        return frozenset()
    return seen.touched - in_full.municipalities


class _Row(NamedTuple):
    pk: int
    indicator: int
    period: str
    school: int
    pupils: int
    is_few: bool
    change_from: str
    as_of: str

    @property
    def place(self) -> Place:
        return self.indicator, self.period


def _read(user: Any, where: frozenset[int]) -> Covering:
    """First what is hidden for itself, which is little; whole indicators only where that is not enough."""
    values = _values(user, where)
    measured = {one.pk: one for municipality in sorted(where) for one in _indicators(municipality)}
    sums = MunicipalityValue.objects.filter(indicator__municipality__in=where, participants__isnull=False)
    with_sum = set(sums.values_list("indicator_id", "period"))
    few_results = _few_results_of(where, measured.values())
    in_parts = Q(
        indicator__in=[one.pk for one in measured.values() if _has_parts(one)],
        school__in={school for school, _ in few_results},
    )
    hidden = _rows(values.filter(Q(is_few=True) | in_parts))
    places = _places(hidden, measured, with_sum)
    wholes = hide_wholes_of_few(places, few_results)
    near = _to_look_at(places, measured)
    rows = _rows(values.filter(indicator__in=near)) if near else []
    places = _places(rows, measured, with_sum)
    for place in wholes.keys() & places.keys():
        places[place].few |= wholes[place]
    covering = cover(places, small=SMALL)
    kept = {place: wholes.get(place, frozenset()) | covering.schools.get(place, frozenset()) for place in places}
    kept = {**wholes, **kept}
    outcomes = _hidden_outcomes(user, where, measured, few_results, covering.results)
    return Covering(
        few=frozenset(row.pk for row in hidden if row.school in wholes.get(row.place, ())) | outcomes.of_few,
        values=frozenset(row.pk for row in rows if row.school in covering.schools.get(row.place, ()))
        | outcomes.of_covered,
        changes=frozenset(
            row.pk for row in (*hidden, *rows) if row.school in kept.get((row.indicator, row.change_from), ())
        ),
        results=covering.results,
    )


def _values(user: Any, where: frozenset[int]) -> QuerySet[SchoolValue]:
    """Of all schools but those of which this person knows every number, seen or not: they are in the sums."""
    known = School.objects.allowing(user, Permission.SMALL_NUMBERS_VIEW)
    values = SchoolValue.objects.filter(indicator__municipality__in=where, participants__isnull=False)
    return with_few_pupils(values.exclude(school__in=known), user)


def _rows(values: Any) -> list[_Row]:
    fields = ("pk", "indicator_id", "period", "school_id", "participants", "is_few", "change_from", "as_of")
    return [_Row(*row) for row in values.values_list(*fields)]


def _few_results_of(where: frozenset[int], measured: Iterable[Measured]) -> dict[tuple[int, int], list[Exam]]:
    """Of the exams that values are made of together with others, or that conditions look at."""
    exams = {exam for one in measured if _has_parts(one) or _is_condition(one) for exam in one.looks_at.exams}
    found: dict[tuple[int, int], list[Exam]] = defaultdict(list)
    for source in _few_results if exams else ():
        for school, year, exam in source(where, exams):
            found[school, year].append(exam)
    return found


def _has_parts(measured: Measured) -> bool:
    return any(definition.matter.has_parts for definition in measured.definitions)


def _is_condition(measured: Measured) -> bool:
    """Whether it only says of a school that it meets a condition or does not."""
    return any(isinstance(definition.formula, ShareOfSchools | SchoolsMeeting) for definition in measured.definitions)


class _Outcomes(NamedTuple):
    of_few: frozenset[int] = frozenset()
    of_covered: frozenset[int] = frozenset()


def _hidden_outcomes(
    user: Any,
    where: frozenset[int],
    measured: Mapping[int, Measured],
    few_results: Mapping[tuple[int, int], Iterable[Exam]],
    covered_results: Mapping[tuple[int, int], Iterable[Exam]],
) -> _Outcomes:
    """Conditions of schools of which what they look at is hidden: «number of participants not less than 4» met by who
    is hidden as fewer than five says that there were four."""
    conditions = {pk: one for pk, one in measured.items() if _is_condition(one)}
    if not conditions:
        return _Outcomes()
    few_numbers = _few_numbers(where, conditions.values())
    schools = {school for school, _ in (*few_results, *covered_results)} | {school for school, _ in few_numbers}
    known = School.objects.allowing(user, Permission.SMALL_NUMBERS_VIEW)
    values = SchoolValue.objects.filter(indicator__in=conditions, school__in=schools).exclude(school__in=known)
    of_few, of_covered = set(), set()
    for pk, indicator, code, school, as_of, earlier in values.values_list(
        "pk", "indicator_id", "period", "school_id", "as_of", "change_from"
    ):
        definition = conditions[indicator].definition_of(Period.parse(code))
        if definition is None:
            continue
        told = Told()
        _describe(told, definition.matter, Period.parse(code), [(as_of, earlier)])
        seen = {(school, year) for year in told.years}
        numbers = {number for period in (code, as_of, earlier) for number in few_numbers.get((school, period), ())}
        if _meets(told.exams, seen, few_results) or numbers & conditions[indicator].looks_at.statistics:
            of_few.add(pk)
        elif _meets(told.exams, seen, covered_results):
            of_covered.add(pk)
    return _Outcomes(frozenset(of_few), frozenset(of_covered))


def _meets(
    exams: Iterable[Exam], seen: Iterable[tuple[int, int]], results: Mapping[tuple[int, int], Iterable[Exam]]
) -> bool:
    return any(meet(exam, one) for name in seen for one in results.get(name, ()) for exam in exams)


def _few_numbers(where: frozenset[int], conditions: Iterable[Measured]) -> dict[tuple[int, str], set[str]]:
    """Collected numbers about few pupils, by school and period."""
    codes = {code for one in conditions for code in one.looks_at.statistics}
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    if codes:
        small = SchoolStatistic.objects.filter(
            school__municipality__in=where, kind__code__in=codes, kind__counts_pupils=True, value__lt=SMALL
        )
        for school, period, code in small.values_list("school_id", "period", "kind__code"):
            found[school, period].add(code)
    return found


def _to_look_at(places: Mapping[Place, Told], measured: Mapping[int, Measured]) -> frozenset[int]:
    """Indicators in which somebody could be worked out from a sum, and all that tell of the same exams."""
    several = _of_several_populations(measured.values())
    found = {
        indicator
        for (indicator, _), told in places.items()
        if told.few
        and told.has_sum
        and (indicator in several or not are_hidden_well(told.pupils, told.few, small=SMALL))
    }
    waiting = [measured[indicator] for indicator in found if indicator in measured]
    while waiting:
        exams = waiting.pop().looks_at.exams
        near = [
            other
            for other in measured.values()
            if other.pk not in found and any(meet(exam, one) for exam in exams for one in other.looks_at.exams)
        ]
        found.update(other.pk for other in near)
        waiting += near
    return frozenset(found)


def _of_several_populations(measured: Iterable[Measured]) -> frozenset[int]:
    """Indicators beside which another tells of the same exams in other schools: one sum can be taken from the other."""
    alike: dict[frozenset[Exam], list[Measured]] = defaultdict(list)
    for one in measured:
        if one.looks_at.exams:
            alike[one.looks_at.exams].append(one)
    return frozenset(one.pk for group in alike.values() if len({one.populations for one in group}) > 1 for one in group)


def _indicators(municipality: int) -> list[Measured]:
    """None where the catalogue cannot be evaluated: then each indicator stands for itself."""
    try:
        return read_indicators(municipality)
    except BrokenIndicator:
        return []


def _places(
    rows: Iterable[_Row], measured: Mapping[int, Measured], sums: Collection[tuple[int, str]]
) -> dict[Place, Told]:
    places: dict[Place, Told] = {}
    days: dict[Place, set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        place = row.place
        if place not in places:
            places[place] = Told(has_sum=place in sums)
        places[place].pupils[row.school] = row.pupils
        if row.is_few:
            places[place].few.add(row.school)
        days[place].add((row.as_of, row.change_from))
    for (indicator, code), told in places.items():
        period = Period.parse(code)
        definition = measured[indicator].definition_of(period) if indicator in measured else None
        if definition:
            _describe(told, definition.matter, period, days[indicator, code])
    return places


def _describe(told: Told, matter: Matter, period: Period, days: Iterable[tuple[str, str]]) -> None:
    """Of which exams of which school years the values are made."""
    told.exams, told.adds_up, told.has_parts = matter.exams, matter.adds_up, matter.has_parts
    years = {_year_of(_standing(period, Period.parse(as_of) if as_of else None), told.exams) for as_of, _ in days}
    if matter.has_change:
        years |= {Period.parse(earlier).school_year for _, earlier in days if earlier}
    years |= {year - more for year in years for more in range(1, matter.years_back + 1)}
    told.years = frozenset(seen for year in years for seen in _years(year, period, told.exams))


def _standing(period: Period, as_of: Period | None) -> Period:
    """Of what results a value is made: at a date of those that stood there, and a year is its own, for its day tells
    only up to when records of the portal count."""
    return as_of if as_of is not None and period.kind is PeriodKind.DATE else period


def _year_of(period: Period, exams: Iterable[Exam]) -> int:
    """The school year of what stands there: whoever re-sits in September does so for the year before."""
    is_september = period.kind is PeriodKind.DATE and period.ends_on.month == SEPTEMBER
    is_resit = is_september and all(exam.procedure in WITH_RESITS for exam in exams)
    return period.school_year - 1 if is_resit else period.school_year


def _years(school_year: int, period: Period, exams: Iterable[Exam]) -> tuple[int, ...]:
    """The school years that a period of this one sees: the autumn of a calendar year belongs to the next."""
    sees_autumn = period.kind is PeriodKind.CALENDAR_YEAR and any(exam.wave == Wave.AUTUMN for exam in exams)
    return (school_year, school_year + 1) if sees_autumn else (school_year,)
