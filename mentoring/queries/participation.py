"""Who takes part in events: by school and category of staff, within a school year. An event that is called off has no
attendance. People are counted each time they come."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accounts.access import Permission
from mentoring.contact import GROUP_LABELS
from mentoring.gatherings import STAFF
from mentoring.models import Attendance, Event, NamedAttendance, Teacher
from mentoring.models.events import ATTENDANCE_NUMBERS
from roadmaps.queries.years import year_of_plans
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.wording import number

COLUMNS = (*(GROUP_LABELS[group] for group in STAFF), "представили опыт")


@dataclass(frozen=True)
class SchoolPart:
    """`numbers` in the order of ATTENDANCE_NUMBERS."""

    school: School
    invited: int  # to how many events that are over or going on and not called off
    came: int  # to how many of these somebody came
    numbers: tuple[int, ...]

    @property
    def people(self) -> int:
        return sum(self.numbers[: len(STAFF)])

    @property
    def cells(self) -> list[tuple[str, int]]:
        return list(zip(COLUMNS, self.numbers, strict=True))


@dataclass(frozen=True)
class Participation:
    schools: list[SchoolPart] = field(default_factory=list)
    events: int = 0  # that took place, of those that the person sees

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(map(sum, zip(*(one.numbers for one in self.schools), strict=True))) or (0,) * len(COLUMNS)

    @property
    def people(self) -> int:
        return sum(self.numbers[: len(STAFF)])

    @property
    def took_part(self) -> int:
        """Schools from which somebody came at least once."""
        return sum(1 for one in self.schools if one.came)

    @property
    def share_percent(self) -> Fraction | None:
        """Of the schools those that took part; None where there are none."""
        return Fraction(100 * self.took_part, len(self.schools)) if self.schools else None


@dataclass(frozen=True)
class PartFilters:
    kind: str = ""
    level: str = ""

    @property
    def wanted(self) -> Mapping[str, str]:
        return {name: value for name, value in (("kind", self.kind), ("level", self.level)) if value}


def participation(
    user: Any, municipality: Municipality, days: tuple[dt.date, dt.date], today: dt.date, filters: PartFilters
) -> Participation:
    """Of events that began within these days, in a few queries."""
    first, last = days[0], min(days[1], today)
    held = Event.objects.visible_to(user).filter(municipality=municipality, starts_on__range=(first, last))
    held = held.exclude(state="cancelled").filter(**filters.wanted)
    keys = list(held.order_by().values_list("pk", "for_all"))
    schools = list(School.objects.allowing(user, Permission.MENTORING_VIEW).filter(municipality=municipality))
    to_all = sum(for_all for _, for_all in keys)
    named = _counted(Event.schools.through.objects.filter(event__in=[pk for pk, for_all in keys if not for_all]))
    rows = Attendance.objects.filter(event__in=[pk for pk, _ in keys], school__in=schools).order_by()
    sums = rows.values_list("school").annotate(Count("pk"), *(Sum(name) for name in ATTENDANCE_NUMBERS))
    came = {school: (count, tuple(numbers)) for school, count, *numbers in sums}
    nobody = (0, (0,) * len(ATTENDANCE_NUMBERS))
    return Participation(
        [
            SchoolPart(school, to_all + named.get(school.pk, 0), *came.get(school.pk, nobody))
            for school in in_natural_order(schools)
        ],
        len(keys),
    )


def years_of_events(user: Any, municipality: Municipality) -> set[int]:
    """School years in which any event begins; one query."""
    events = Event.objects.visible_to(user).filter(municipality=municipality)
    return {year_of_plans(day) for day in events.order_by().values_list("starts_on", flat=True).distinct()}


def _counted(rows: Any) -> dict[int, int]:
    return dict(rows.order_by().values_list("school").annotate(Count("pk")))


def table_of(found: Participation) -> list[list[str]]:
    """As a spreadsheet."""
    head = ["Школа", "Приглашена", "Участвовала", "Участий", *(label.capitalize() for label in COLUMNS)]
    rows = [
        [one.school.name, *(number(value) for value in (one.invited, one.came, one.people, *one.numbers))]
        for one in found.schools
    ]
    return [head, *rows]


def attendance_of(user: Any, event: Event) -> dict[int, Attendance]:
    """By school, of those that the person may look into."""
    return {
        row.school_id: row for row in Attendance.objects.visible_to(user).filter(event=event).select_related("school")
    }


def names_of(user: Any, attendance: Iterable[Attendance]) -> dict[int, list[NamedAttendance]]:
    """By the attendance that they are of, as far as the person may know the names."""
    named: dict[int, list[NamedAttendance]] = {}
    for row in NamedAttendance.objects.visible_to(user).filter(attendance__in=attendance).select_related("teacher"):
        named.setdefault(row.attendance_id, []).append(row)
    return named


def teachers_to_name(user: Any, school: School, named: Collection[int]) -> QuerySet[Teacher]:
    """Who works in the school, and who was named already."""
    return Teacher.objects.visible_to(user).filter(Q(is_active=True) | Q(pk__in=named), school=school)


def schools_to_write(user: Any, invited: Iterable[School]) -> list[School]:
    """Of the schools that an event is for, those whose staff this person may count."""
    theirs = set(School.objects.allowing(user, Permission.STAFF_EDIT).values_list("pk", flat=True))
    return [school for school in invited if school.pk in theirs]
