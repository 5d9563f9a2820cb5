"""Reports of schools on plans as numbers of formulas: how many were awaited, have come, and came in time.

The rules are those of `roadmaps.queries.punctuality`, so that the page of completeness and the indicators say the same.
Reports of the municipality itself are not counted: an indicator is about schools.
"""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.access import Permission
from indicators.calculations.records import Counted, RecordKind
from indicators.records import Behind, Keeper, Listed, Stretch, Tallied
from roadmaps.models import Occurrence, Roadmap
from roadmaps.queries.punctuality import AwaitedReport, asked_for, awaited_reports
from schools.models import Municipality, School
from schools.periods import year_of_plans

ACTIVITIES = RecordKind(
    "activities",
    "Отчёты школ по дорожным картам",
    {
        "awaited": Counted("ожидавшиеся отчёты", "отчётов школ, срок которых прошёл"),
        "reported": Counted("поступившие отчёты", "поступивших отчётов школ", within="awaited"),
        "in_time": Counted("отчёты, отправленные в срок", "отчётов школ, отправленных в срок", within="reported"),
    },
)
COLUMNS = ("Мероприятие", "Дорожная карта", "Срок", "Отправлен", "Итог")
IN_TIME, LATE, NOT_COME = "в срок", "позже срока", "не поступил"


def tally(municipality_id: int, stretch: Stretch) -> Iterator[Tallied]:
    """Each awaited report of a school, on the day on which it was due."""
    for report in _reports(Municipality.objects.get(pk=municipality_id), stretch):
        if report.place is not None:
            counted = report.counted
            numbers = {"awaited": counted.awaited, "reported": counted.come, "in_time": counted.in_time}
            yield Tallied(report.place, report.due_on, numbers)


def years(municipality_id: int, stretch: Stretch) -> set[int]:
    """School years in which something was due on these days."""
    times = asked_for(Roadmap.objects.filter(municipality=municipality_id), *stretch)
    return {year_of_plans(day) for day in times.values_list("due_on", flat=True).distinct()}


def behind(user: Any, school: School, stretch: Stretch) -> Behind:
    """The reports that were awaited from a school, in their order; of those whose plan, or whose reports, the person
    does not look into only how many there are."""
    reports = [one for one in _reports(school.municipality, stretch) if one.place == school.pk]
    seen = Occurrence.objects.visible_to(user) if _looks_into(user, school) else Occurrence.objects.none()
    times = seen.filter(pk__in={one.time for one in reports}).select_related("activity__roadmap").in_bulk()
    shown = sorted((one for one in reports if one.time in times), key=lambda one: (one.due_on, one.time))
    return Behind(tuple(_listed(one, times[one.time]) for one in shown), len(reports) - len(shown))


def _looks_into(user: Any, school: School) -> bool:
    return School.objects.allowing(user, Permission.PLANS_VIEW).filter(pk=school.pk).exists()


def _reports(municipality: Municipality, stretch: Stretch) -> Iterator[AwaitedReport]:
    roadmaps = Roadmap.objects.filter(municipality=municipality)
    return awaited_reports(roadmaps, stretch.first, stretch.last, municipality.zone)


def _listed(report: AwaitedReport, time: Occurrence) -> Listed:
    row = time.activity
    counted = report.counted
    return Listed(
        title=f"{row.number} {row.title}".strip(),
        link=reverse("roadmaps:activity", args=[row.pk]),
        about=row.roadmap.title,
        day=report.due_on,
        done_on=report.sent_on,
        verdict=IN_TIME if counted.in_time else LATE if counted.come else NOT_COME,
        is_good=bool(counted.in_time),
    )


KEEPER = Keeper(tally, years, behind, COLUMNS)
