"""Whether what somebody did to a plan, or reported, changes how many reports count in the indicators: then these are
worked out anew. Nothing counts of drafts, nor before its day is over."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Max, Min

from indicators.records import Stretch
from indicators.services.counting import records_changed
from roadmaps.models import Occurrence, Programme, ProgressUpdate, Roadmap
from roadmaps.queries.punctuality import COME, IN_FORCE
from roadmaps.sources import ACTIVITIES
from schools.models import Municipality

Days = tuple[dt.date, dt.date]


def report_moved(report: ProgressUpdate, before: str, by: Any) -> None:
    """Of a school: it has come, or is to be written again. What others reported is as it was."""
    if report.school_id is None or (before in COME) == (report.state in COME):
        return
    occurrence = report.occurrence
    municipality = occurrence.activity.roadmap.municipality
    _request(municipality, [(occurrence.due_on, occurrence.due_on)], by, schools=(report.school_id,))


def time_moved(occurrence: Occurrence, by: Any) -> None:
    """It was cancelled, or stands again."""
    roadmap = occurrence.activity.roadmap
    if roadmap.state in IN_FORCE:
        _request(roadmap.municipality, [(occurrence.due_on, occurrence.due_on)], by)


def plan_changed(roadmap: Roadmap, by: Any, *before: Days) -> None:
    """Other rows, times or people who answer, or it has come into force. `before` are terms that it had."""
    if roadmap.state not in IN_FORCE:
        return
    stretches = [(roadmap.starts_on, roadmap.ends_on), *before]
    times = Occurrence.objects.filter(activity__roadmap=roadmap).aggregate(first=Min("due_on"), last=Max("due_on"))
    if times["first"] is not None:  # times that were reported on stay, also where the plan has another term now
        stretches.append((times["first"], times["last"]))
    _request(roadmap.municipality, stretches, by)


def participants_changed(programme: Programme, by: Any) -> None:
    """«ОО» in the municipality's plans of a programme are its participants."""
    plans = Roadmap.objects.filter(programme=programme, school__isnull=True, state__in=IN_FORCE)
    _request(programme.municipality, list(plans.values_list("starts_on", "ends_on")), by)


def _request(municipality: Municipality, stretches: Iterable[Days], by: Any, schools: Collection[int] = ()) -> None:
    days = [Stretch(*days) for days in stretches]
    records_changed(municipality=municipality, kinds=(ACTIVITIES.code,), stretches=days, schools=schools, by=by)
