"""Reports of schools on plans, counted a second time: time by time and school by school, from the rows alone.

The rules once more. A report is awaited of a plan that was approved, closed ones included, for a row that stands and a
time that names its day and was not cancelled, unless somebody decided that the row is done or given up. It is awaited
from the school whose plan it is; of a plan of the municipality from the schools that its row names, and where it names
all, from the programme's participants, or if it lists no school from every school that is no branch. It has come when
it waits for its check or was accepted, on the day when it was first handed in since it was last taken back.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from indicators.models import CountedUpTo
from monitoring.audit.calendar import kind_of, last_day
from roadmaps.models import Activity, ActivityChange, Occurrence, Participant, ProgressUpdate
from schools.models import Municipality, School


class Reports:
    """Of one municipality, up to the day that it counts to."""

    def __init__(self, municipality_id: int) -> None:
        self.municipality_id = municipality_id
        self.up_to = day_counted_to(municipality_id)

    def counted(self) -> Iterator[tuple[int, dt.date, dict[str, int]]]:
        """School, the day on which the report was due, and what it adds to each measure."""
        if self.up_to is None:
            return
        zone = Municipality.objects.get(pk=self.municipality_id).zone
        times = Occurrence.objects.filter(activity__roadmap__municipality=self.municipality_id)
        sent = _handed_in(self.municipality_id, zone)
        schools = self._schools()
        for time in times.values("pk", "activity_id", "due_on", "status", "precision"):
            if time["due_on"] > self.up_to or time["status"] == "cancelled" or time["precision"] == "fuzzy":
                continue
            for school in schools.get(time["activity_id"], ()):
                day = sent.get((time["pk"], school))
                yield (
                    school,
                    time["due_on"],
                    {
                        "awaited": 1,
                        "reported": int(day is not None),
                        "in_time": int(day is not None and day <= time["due_on"]),
                    },
                )

    def _schools(self) -> dict[int, set[int]]:
        """By row, as far as reports on it are awaited."""
        rows = Activity.objects.filter(roadmap__municipality=self.municipality_id).prefetch_related("responsible")
        awaited: dict[int, set[int]] = {}
        parts = _participants(self.municipality_id)
        everybody = set(
            School.objects.filter(municipality=self.municipality_id, parent=None).values_list("pk", flat=True)
        )
        for row in rows.select_related("roadmap"):
            plan = row.roadmap
            if plan.state not in ("approved", "closed") or row.removed_at or row.overruled in ("done", "cancelled"):
                continue
            named: set[int] = set()
            for one in row.responsible.all():
                if one.school_id:
                    named.add(one.school_id)
                if one.is_every_school:
                    named |= parts.get(plan.programme_id or 0) or everybody
            awaited[row.pk] = {plan.school_id} if plan.school_id else named
        return awaited


def _participants(municipality_id: int) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    listed = Participant.objects.filter(programme__municipality=municipality_id, school__isnull=False)
    for programme, school in listed.values_list("programme_id", "school_id"):
        if school:
            found[programme].add(school)
    return found


def _handed_in(municipality_id: int, zone: ZoneInfo) -> dict[tuple[int, int], dt.date]:
    """By time and school, of reports that have come."""
    history: dict[int, list[tuple[str, dt.datetime]]] = defaultdict(list)
    changes = ActivityChange.objects.filter(activity__roadmap__municipality=municipality_id)
    for action, at, after in changes.order_by("at", "pk").values_list("action", "at", "after"):
        if "report" in after:
            history[after["report"]].append((action, at))
    days = {}
    reports = ProgressUpdate.objects.filter(occurrence__activity__roadmap__municipality=municipality_id)
    for report in reports.filter(school__isnull=False, state__in=("submitted", "accepted")):
        moments = [report.submitted_at] if report.submitted_at else []
        told = [at for action, at in _since_taken_back(history[report.pk]) if action == "submitted"]
        if first := next(iter(told or moments), None):
            days[report.occurrence_id, report.school_id or 0] = first.astimezone(zone).date()
    return days


def _since_taken_back(history: list[tuple[str, dt.datetime]]) -> list[tuple[str, dt.datetime]]:
    backs = [place for place, (action, _) in enumerate(history) if action == "taken_back"]
    return history[backs[-1] + 1 :] if backs else history


def day_counted_to(municipality_id: int) -> dt.date | None:
    return CountedUpTo.objects.filter(municipality=municipality_id).values_list("day", flat=True).first()


def periods_that_hold(day: dt.date) -> tuple[str, str, str, str]:
    """A school year of plans begins in September."""
    year, month = day.year, day.month
    return (
        f"{year - (month < 9):04d}",
        f"cy{year:04d}",
        f"{year:04d}h{1 if month < 7 else 2}",
        f"{year:04d}q{1 + (month - 1) // 3}",
    )


def counted_to(period: str, up_to: dt.date) -> str | None:
    """The day that a value of the period says, while the period is not over."""
    end = last_day(period)
    if kind_of(period) == "school_year":
        end = dt.date(end.year, 8, 31)
    return None if end <= up_to else up_to.isoformat()
