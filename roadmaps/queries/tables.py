"""The table of a roadmap: its rows by sections, each with its times and the state that follows from them."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, QuerySet

from roadmaps.models import Activity, Occurrence, Responsible, Roadmap, RoadmapSection
from roadmaps.plans.deadlines import Precision
from roadmaps.queries.standing import counts_by_plan, with_state
from roadmaps.states import Status, seen_on, status_of_row
from schools.ordering import natural_key


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
    responsible: tuple[Responsible, ...] = ()

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
            and (not self.responsible or any(row.name == self.responsible for row in line.responsible))
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
    """Rows with their times and who answers for them, in three queries. They are put together here: prefetching makes a
    query set for each row and relation, which costs more than the rows."""
    found = list(activities.annotate(plan_state=F("roadmap__state")))
    times: dict[int, list[Occurrence]] = {activity.pk: [] for activity in found}
    for occurrence in Occurrence.objects.filter(activity__in=times).order_by("due_on", "starts_on", "pk"):
        times[occurrence.activity_id].append(occurrence)
    responsible: dict[int, list[Responsible]] = {activity.pk: [] for activity in found}
    for row in Responsible.objects.filter(activity__in=responsible).select_related("school").order_by("position"):
        responsible[row.activity_id].append(row)
    return [
        _line(row, times[row.pk], responsible[row.pk], today, in_force=row.plan_state == Roadmap.State.APPROVED)
        for row in found
    ]


def line_of(activity: Activity, today: dt.date) -> Line:
    """Of a row that comes with both, and with its plan."""
    in_force = activity.roadmap.state == Roadmap.State.APPROVED
    return _line(activity, activity.occurrences.all(), activity.responsible.all(), today, in_force=in_force)


def _line(
    activity: Activity,
    occurrences: Iterable[Occurrence],
    responsible: Iterable[Responsible],
    today: dt.date,
    *,
    in_force: bool,
) -> Line:
    times = tuple(Time(row, state_of(row, today, in_force=in_force)) for row in occurrences)
    if not activity.overruled:
        return Line(activity, times, status_of_row(time.status for time in times), tuple(responsible))
    status = Status(activity.overruled)
    return Line(activity, tuple(_as_decided(time, status) for time in times), status, tuple(responsible))


def _as_decided(time: Time, status: Status) -> Time:
    """Where somebody has decided that the row is over, no time of it is still waited for."""
    is_open = time.status not in (Status.DONE, Status.CANCELLED)
    return Time(time.occurrence, status) if is_open and status in (Status.DONE, Status.CANCELLED) else time


def state_of(occurrence: Occurrence, today: dt.date, *, in_force: bool) -> Status:
    """What was done after that day was not done on it. `in_force` is its plan."""
    was_done = occurrence.done_on is None or occurrence.done_on <= today
    status = occurrence.status if was_done else Status.IN_WORK.value
    return state_on(status, occurrence.due_on, occurrence.precision, today, in_force=in_force)


def state_on(status: str, due_on: dt.date, precision: str, today: dt.date, *, in_force: bool) -> Status:
    """As `standing.is_late` says it to the database: nobody is late for a day that the document does not name, nor by a
    plan that nobody has approved or that is over."""
    stored = Status(status)
    return seen_on(stored, due_on, today) if in_force and precision != Precision.FUZZY else stored


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
    return tuple(sorted({row.name for line in lines for row in line.responsible}))


@dataclass(frozen=True)
class HowFar:
    """How many rows of plans are in which state, as the tables of these plans show them."""

    counts: Counter[Status]

    @property
    def awaited(self) -> int:
        return self.counts.total() - self.cancelled

    @property
    def cancelled(self) -> int:
        return self.counts[Status.CANCELLED]

    @property
    def done(self) -> int:
        return self.counts[Status.DONE]

    @property
    def late(self) -> int:
        return self.counts[Status.LATE]


@dataclass(frozen=True)
class RoadmapLine(HowFar):
    """A roadmap in the list."""

    roadmap: Roadmap


def in_order_of_schools(roadmaps: QuerySet[Roadmap]) -> list[Roadmap]:
    """Roadmaps of schools by school, the latest first."""
    found = roadmaps.filter(school__isnull=False).select_related("school").order_by("-starts_on", "pk")
    return sorted(found, key=_place_of_school)


def _place_of_school(roadmap: Roadmap) -> tuple[object, int]:
    assert roadmap.school is not None, "asked of roadmaps of schools"
    return natural_key(roadmap.school.name), roadmap.school.pk


def roadmap_lines(roadmaps: Iterable[Roadmap], today: dt.date) -> list[RoadmapLine]:
    """Of these, which come with their schools; the database counts, since a town has tens of thousands of times."""
    found = list(roadmaps)
    counts = _counts(Activity.objects.filter(roadmap__in=[roadmap.pk for roadmap in found]), today)
    return [RoadmapLine(counts.get(roadmap.pk, Counter()), roadmap) for roadmap in found]


def how_far(roadmaps: QuerySet[Roadmap], today: dt.date) -> HowFar:
    """All these plans together."""
    counts = _counts(Activity.objects.filter(roadmap__in=roadmaps.order_by().values("pk")), today)
    return HowFar(sum(counts.values(), Counter()))


def _counts(activities: QuerySet[Activity], today: dt.date) -> dict[int, Counter[Status]]:
    found: dict[int, Counter[Status]] = {}
    for plan, status, count in counts_by_plan(with_state(activities.filter(removed_at__isnull=True), today)):
        found.setdefault(plan, Counter())[status] += count
    return found
