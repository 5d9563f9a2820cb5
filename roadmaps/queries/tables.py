"""The table of a roadmap: its rows by sections, each with its times and the state that follows from them."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from roadmaps.models import Activity, Occurrence, Responsible, Roadmap, RoadmapSection
from roadmaps.plans.deadlines import Precision
from roadmaps.states import Status, seen_on, status_of_row


@dataclass(frozen=True)
class Time:
    """Once that a row is due, as people see it on a day."""

    occurrence: Occurrence
    status: Status


@dataclass(frozen=True)
class Line:
    """A row of the table."""

    activity: Activity
    times: tuple[Time, ...]
    status: Status

    @property
    def is_overruled(self) -> bool:
        return bool(self.activity.overruled)

    @property
    def next_time(self) -> Time | None:
        """The first that is not over."""
        return next((time for time in self.times if time.status not in (Status.DONE, Status.CANCELLED)), None)

    @property
    def done(self) -> int:
        return sum(time.status is Status.DONE for time in self.times)

    @property
    def awaited(self) -> int:
        return sum(time.status is not Status.CANCELLED for time in self.times)


@dataclass
class SectionLines:
    section: RoadmapSection
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Filters:
    """What the table is narrowed to; empty is everything."""

    status: str = ""
    responsible: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.status or self.responsible or self.text)

    def let_through(self, line: Line) -> bool:
        activity, wanted = line.activity, self.text.casefold()
        return (
            (not self.status or line.status == self.status)
            and (not self.responsible or any(row.name == self.responsible for row in activity.responsible.all()))
            and (not wanted or wanted in f"{activity.number} {activity.title} {activity.expected}".casefold())
        )


@dataclass(frozen=True)
class Table:
    roadmap: Roadmap
    sections: tuple[SectionLines, ...]
    all_lines: tuple[Line, ...]  # before anything is filtered
    responsible: tuple[str, ...]  # names to choose from

    @property
    def shown(self) -> int:
        return sum(len(section.lines) for section in self.sections)

    def count(self, status: Status) -> int:
        return sum(line.status is status for line in self.all_lines)


def lines_of(activities: QuerySet[Activity], today: dt.date) -> list[Line]:
    """Rows with their times and who answers for them, in three queries."""
    times = Prefetch("occurrences", queryset=Occurrence.objects.order_by("due_on", "starts_on", "pk"))
    responsible = Prefetch("responsible", queryset=Responsible.objects.select_related("school"))
    return [line_of(activity, today) for activity in activities.prefetch_related(times, responsible)]


def line_of(activity: Activity, today: dt.date) -> Line:
    times = tuple(Time(row, state_of(row, today)) for row in activity.occurrences.all())
    followed = status_of_row(time.status for time in times)
    return Line(activity, times, Status(activity.overruled) if activity.overruled else followed)


def state_of(occurrence: Occurrence, today: dt.date) -> Status:
    """What was done after that day was not done on it."""
    was_done = occurrence.done_on is None or occurrence.done_on <= today
    status = occurrence.status if was_done else Status.IN_WORK.value
    return state_on(status, occurrence.due_on, occurrence.precision, today)


def state_on(status: str, due_on: dt.date, precision: str, today: dt.date) -> Status:
    """Nobody is late for a day that the document does not name."""
    stored = Status(status)
    return stored if precision == Precision.FUZZY else seen_on(stored, due_on, today)


def table_of(roadmap: Roadmap, filters: Filters, today: dt.date) -> Table:
    """All of it; a heading without rows of its own stays as long as nothing is filtered."""
    standing = Activity.objects.filter(roadmap=roadmap, removed_at__isnull=True).order_by("position")
    lines = lines_of(standing, today)
    headings = roadmap.sections.filter(removed_at__isnull=True).order_by("position")
    sections = {section.pk: SectionLines(section) for section in headings}
    for line in lines:
        if filters.let_through(line):
            sections[line.activity.section_id].lines.append(line)
    kept = [section for section in sections.values() if section.lines or filters.is_empty]
    return Table(roadmap, tuple(kept), tuple(lines), _names(lines))


def _names(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(sorted({row.name for line in lines for row in line.activity.responsible.all()}))


@dataclass(frozen=True)
class RoadmapLine:
    """A roadmap in the list, with how many of its times are done and late."""

    roadmap: Roadmap
    awaited: int
    done: int
    late: int


def roadmap_lines(roadmaps: QuerySet[Roadmap], today: dt.date) -> list[RoadmapLine]:
    """In two queries."""
    found = list(roadmaps.select_related("school", "programme"))
    counts: dict[int, Counter[Status]] = {roadmap.pk: Counter() for roadmap in found}
    times = Occurrence.objects.filter(activity__roadmap__in=counts).standing().exclude(status=Status.CANCELLED)
    told = times.values_list("activity__roadmap_id", "status", "due_on", "precision")
    for roadmap_id, status, due_on, precision in told:
        counts[roadmap_id][state_on(status, due_on, precision, today)] += 1
    return [
        RoadmapLine(roadmap, of.total(), of[Status.DONE], of[Status.LATE])
        for roadmap in found
        for of in [counts[roadmap.pk]]
    ]
