"""Staff of schools as statistics: provision with teachers by subject, load, vacancies, a forecast, and the years that
schools have reported in the collected numbers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from accounts.access import Permission
from indicators.models import SchoolStatistic
from indicators.subjects import subject_name
from mentoring.forecast import positions, provision
from mentoring.models import SubjectStaffing
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.periods import Period
from schools.wording import number

OVERLOAD = Fraction(27)  # hours a week: one and a half positions


@dataclass(frozen=True)
class Line:
    """Rows of a subject, a school or all together: sums of hours, divided once."""

    title: str
    school: School | None
    rows: tuple[SubjectStaffing, ...]

    @property
    def wanted(self) -> Fraction:
        return sum((row.hours.wanted for row in self.rows), Fraction())

    @property
    def covered(self) -> Fraction:
        return sum((row.hours.covered for row in self.rows), Fraction())

    @property
    def provision(self) -> Fraction | None:
        return provision(self.covered, self.wanted)

    @property
    def teachers(self) -> int:
        """Who teaches two subjects is counted with each."""
        return sum(row.teachers for row in self.rows)

    @property
    def load(self) -> Fraction | None:
        return self.covered / self.teachers if self.teachers else None

    @property
    def is_overloaded(self) -> bool:
        return self.load is not None and self.load > OVERLOAD

    @property
    def vacancies(self) -> Fraction:
        return sum((Fraction(row.vacancies) for row in self.rows), Fraction())

    @property
    def lacking(self) -> Fraction:
        return sum((row.hours.lacking for row in self.rows), Fraction())

    @property
    def lacking_next(self) -> Fraction:
        """Of each school by itself: what one has over does not help another."""
        return sum((row.hours.lacking_next for row in self.rows), Fraction())

    @property
    def positions_next(self) -> Fraction:
        return positions(self.lacking_next)


@dataclass(frozen=True)
class Staffing:
    """Of a school, or of all that the person sees in the municipality."""

    school_year: int
    all: Line
    by_subject: list[Line]
    by_school: list[Line]  # that have said anything
    silent: list[School]

    @property
    def lacking_subjects(self) -> list[Line]:
        return [line for line in self.by_subject if line.lacking]


def staffing_of(user: Any, municipality: Municipality, school_year: int, school: School | None = None) -> Staffing:
    schools = School.objects.allowing(user, Permission.STAFF_VIEW).filter(municipality=municipality)
    if school is not None:
        schools = schools.filter(pk=school.pk)
    found = in_natural_order(schools)
    rows = SubjectStaffing.objects.visible_to(user).filter(school__in=schools, school_year=school_year)
    of_school: dict[int, list[SubjectStaffing]] = defaultdict(list)
    of_subject: dict[str, list[SubjectStaffing]] = defaultdict(list)
    for row in rows:
        of_school[row.school_id].append(row)
        of_subject[row.subject].append(row)
    return Staffing(
        school_year,
        Line("Всего", None, tuple(row for kept in of_subject.values() for row in kept)),
        sorted((Line(subject_name(code), None, tuple(kept)) for code, kept in of_subject.items()), key=_title),
        [Line(one.name, one, tuple(of_school[one.pk])) for one in found if one.pk in of_school],
        [one for one in found if one.pk not in of_school],
    )


def _title(line: Line) -> str:
    return line.title


def staffing_years(user: Any, municipality: Municipality) -> set[int]:
    """Of which schools have said anything."""
    rows = SubjectStaffing.objects.visible_to(user).filter(school__municipality=municipality)
    return set(rows.order_by().values_list("school_year", flat=True).distinct())


@dataclass(frozen=True)
class Reported:
    """A number of the collected statistics over the years, of so many schools in each."""

    title: str
    sums: list[tuple[Fraction, int] | None]  # by year: the sum, and of how many schools; None where nobody has reported


REPORTED = {
    "teachers": "Педагогов",
    "staff_positions": "Ставок по штатному расписанию",
    "staff_filled": "Ставок, занятых квалифицированными педагогами",
    "teachers_with_category": "Педагогов с высшей или первой категорией",
}


def reported_years(
    user: Any, municipality: Municipality, school: School | None = None
) -> tuple[list[int], list[Reported]]:
    """School years, and what has been reported in each; of a school the latest number of the year. One query."""
    rows = SchoolStatistic.objects.visible_to(user).filter(
        school__in=School.objects.allowing(user, Permission.STAFF_VIEW).filter(municipality=municipality),
        kind__code__in=REPORTED,
    )
    if school is not None:
        rows = rows.filter(school=school)
    latest: dict[tuple[str, int], dict[int, tuple[Period, Fraction]]] = defaultdict(dict)
    for code, place, period, value in rows.values_list("kind__code", "school_id", "period", "value"):
        at = Period.parse(period)
        of_year = latest[code, at.school_year]
        if place not in of_year or of_year[place][0] < at:
            of_year[place] = at, Fraction(value)
    years = sorted({year for _, year in latest})
    found = [Reported(title, [_summed(latest.get((code, year))) for year in years]) for code, title in REPORTED.items()]
    return years, [line for line in found if any(line.sums)]


def _summed(numbers: dict[int, tuple[Period, Fraction]] | None) -> tuple[Fraction, int] | None:
    return (sum((value for _, value in numbers.values()), Fraction()), len(numbers)) if numbers else None


TABLE_HEAD = [
    "Школа", "Предмет", "Часов по плану", "Ведут учителя предмета", "Обеспеченность, %", "Учителей",
    "Нагрузка, ч", "Вакантных ставок", "Не хватит часов в следующем году",
]  # fmt: skip


def table_of(lines: Iterable[Line]) -> list[list[str]]:
    """As a spreadsheet, a row for a school and subject."""
    rows = []
    for line in lines:
        for row in sorted(line.rows, key=lambda row: subject_name(row.subject)):
            hours = row.hours
            share = provision(hours.covered, hours.wanted)
            told = (hours.wanted, hours.covered, share, hours.teachers, hours.load, row.vacancies, hours.lacking_next)
            rows.append([line.title, subject_name(row.subject), *(number(value) for value in told)])
    return [TABLE_HEAD, *rows]
