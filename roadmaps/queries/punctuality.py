"""Completeness and timeliness of reporting, by school, in a school year.

A report is awaited once the day that the document names has passed: of a plan in force or closed, of a row that still
stands, for a time that was not cancelled, of each who answers for the row. It has come when it waits for its check or
is accepted; one that was returned has to be written again. It came in time when it was first sent by its day; what was
taken back was not sent.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from roadmaps.models import Activity, ActivityChange, Occurrence, ProgressUpdate, Roadmap
from roadmaps.plans.deadlines import Precision
from roadmaps.plans.punctuality import NOTHING, Punctuality, of_report, together
from roadmaps.queries.answering import answering_of
from roadmaps.states import ReportState, Status
from schools.models import Municipality, School
from schools.ordering import in_natural_order

COME = [ReportState.SUBMITTED.value, ReportState.ACCEPTED.value]
IN_FORCE = [Roadmap.State.APPROVED, Roadmap.State.CLOSED]
DECIDED = [Status.DONE.value, Status.CANCELLED.value]  # by a decision: nobody has to report any more

Place = int | None  # a school, or the municipality


@dataclass(frozen=True)
class PunctualityLine:
    """One who reports; no school is the municipality's own centre and department."""

    school: School | None
    of: Punctuality


@dataclass(frozen=True)
class PunctualityTable:
    lines: tuple[PunctualityLine, ...]
    total: Punctuality
    is_whole: bool  # of the whole municipality, not of one's own school alone
    too_early: int  # times that were over before their plan came into the portal: nobody could report on them in time


def punctuality_table(user: Any, municipality: Municipality, school_year: int, today: dt.date) -> PunctualityTable:
    """Of the schools that the user may look into, and of the municipality for those who see all of it; in a few
    queries, however many reports there are. Who was asked for nothing is left out."""
    is_whole = municipality.pk in reach_of(user, Permission.PLANS_VIEW).municipalities
    visible = School.objects.allowing(user, Permission.PLANS_VIEW).filter(municipality=municipality)
    schools = in_natural_order(visible)
    visible_plans = Roadmap.objects.visible_to(user).filter(municipality=municipality)
    days = _days(school_year, today)
    reports = list(awaited_reports(visible_plans, *days, municipality.zone))
    found = _counted(reports)
    places: list[School | None] = [None, *schools] if is_whole else [*schools]
    lines = tuple(
        PunctualityLine(school, of)
        for school in places
        if (of := found.get(school.pk if school else None, NOTHING)).awaited
    )
    before_the_plan = Q(due_on__lt=F("activity__roadmap__created_at__date"))
    early = set(asked_for(visible_plans, *days).filter(before_the_plan).values_list("pk", flat=True))
    shown = {place.pk if place else None for place in places}
    too_early = len(early & {report.time for report in reports if report.place in shown})
    return PunctualityTable(lines, together(line.of for line in lines), is_whole, too_early)


def _days(school_year: int, today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of those of the year that are over."""
    return dt.date(school_year, 9, 1), min(dt.date(school_year + 1, 8, 31), today - dt.timedelta(days=1))


class AwaitedReport(NamedTuple):
    """A report that was due, and the day on which it was first sent where it has come."""

    time: int  # key of the occurrence
    place: Place
    due_on: dt.date
    sent_on: dt.date | None

    @property
    def counted(self) -> Punctuality:
        return of_report(self.due_on, self.sent_on)


def by_place(
    roadmaps: QuerySet[Roadmap], school_year: int, today: dt.date, zone: ZoneInfo | None = None
) -> dict[Place, Punctuality]:
    return _counted(awaited_reports(roadmaps, *_days(school_year, today), zone))


def _counted(reports: Iterable[AwaitedReport]) -> dict[Place, Punctuality]:
    found: dict[Place, Punctuality] = {}
    for report in reports:
        found[report.place] = found.get(report.place, NOTHING) + report.counted
    return found


def awaited_reports(
    roadmaps: QuerySet[Roadmap], first: dt.date, last: dt.date, zone: ZoneInfo | None
) -> Iterator[AwaitedReport]:
    """Those of these plans whose day is within these, in a few queries; days are those of the zone's clock."""
    times = asked_for(roadmaps, first, last)
    sent = _first_sent(times, zone)
    for key, due_on, places in _awaited(times):
        for place in places:
            yield AwaitedReport(key, place, due_on, sent.get((key, place)))


def asked_for(roadmaps: QuerySet[Roadmap], first: dt.date, last: dt.date) -> QuerySet[Occurrence]:
    """Times on which reports were due."""
    in_force = roadmaps.filter(state__in=IN_FORCE).order_by()
    return (
        Occurrence.objects.standing()
        .filter(activity__roadmap__in=in_force.values("pk"), due_on__range=(first, last))
        .exclude(Q(status=Status.CANCELLED) | Q(precision=Precision.FUZZY.value) | Q(activity__overruled__in=DECIDED))
        .order_by()
    )


def _awaited(times: QuerySet[Occurrence]) -> Iterator[tuple[int, dt.date, Iterable[Place]]]:
    """Each time with those who have to report on it. In a school's own plan that is the school."""
    for key, due_on, school in times.filter(activity__roadmap__school__isnull=False).values_list(
        "pk", "due_on", "activity__roadmap__school"
    ):
        yield key, due_on, (school,)
    municipal = list(times.filter(activity__roadmap__school__isnull=True).values_list("pk", "due_on", "activity"))
    rows = Activity.objects.filter(pk__in={row for _, _, row in municipal}).select_related("roadmap")
    answers = answering_of(rows)
    for key, due_on, row in municipal:
        yield key, due_on, (*answers[row].schools, *([None] if answers[row].municipality else []))


def _first_sent(times: QuerySet[Occurrence], zone: ZoneInfo | None) -> dict[tuple[int, Place], dt.date]:
    """By time and place: the day on which a report that has come was first sent."""
    come = ProgressUpdate.objects.filter(occurrence__in=times.values("pk"), state__in=COME).order_by()
    reports = {
        pk: (once, place, at) for pk, once, place, at in come.values_list("pk", "occurrence", "school", "submitted_at")
    }
    sendings: dict[int, dt.datetime] = {}
    moves = ActivityChange.objects.filter(
        action__in=["submitted", "taken_back"], activity__in=times.values("activity")
    ).order_by("at", "pk")
    for report, action, at in moves.values_list("after__report", "action", "at"):
        if action == "taken_back":
            sendings.pop(report, None)
        else:
            sendings.setdefault(report, at)
    return {
        (once, place): timezone.localdate(moment, zone)
        for pk, (once, place, at) in reports.items()
        if (moment := sendings.get(pk) or at) is not None
    }
