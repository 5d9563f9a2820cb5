"""Rows of several plans of a municipality, narrowed down: what its table, timeline, calendar and board show.

First plans and how many of their rows fit, by state; then the rows of one page.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from roadmaps.models import Activity, Occurrence, Responsible, Roadmap
from roadmaps.queries.answering import everybody_of
from roadmaps.queries.plan import DOCUMENT_ORDER
from roadmaps.queries.standing import counts_by_plan, late_rows, with_state
from roadmaps.queries.tables import Line, lines_of
from roadmaps.states import Status
from schools.models import Municipality, School
from schools.ordering import natural_key

PLANS_WITH_NAMES = 20  # plans at most whose responsible are offered to choose from: more of them take a while to read
NAMES_OFFERED = 200
PLANS_COUNTED = 120  # plans at most whose rows are counted by their states where only some rows are shown


@dataclass(frozen=True)
class Wanted:
    """What the views are narrowed to; empty is everything."""

    status: str = ""
    responsible: str = ""  # a whole name as printed, or a part of it
    school: School | None = None  # its own rows, and those of the municipality that it answers for
    of_municipality: bool = False  # only plans of the municipality
    roadmap: Roadmap | None = None
    first: dt.date | None = None  # a row is shown when one of its times touches these days
    last: dt.date | None = None
    text: str = ""


@dataclass(frozen=True)
class PlanHead:
    """A plan as its rows are headed."""

    pk: int
    title: str
    school_id: int | None
    school: str  # blank: the municipality's
    starts_on: dt.date
    ends_on: dt.date
    state: str

    @property
    def is_draft(self) -> bool:
        return self.state == Roadmap.State.DRAFT

    @property
    def in_force(self) -> bool:
        """Of others nothing is late."""
        return self.state == Roadmap.State.APPROVED

    @property
    def owner(self) -> str:
        return self.school or "Муниципалитет"


@dataclass(frozen=True)
class Seen:
    """All rows that fit, in the order of their plans: the municipality's first, then by school; the latest first.

    Only numbers of rows are read; the keys of a page come when it is asked for.
    """

    plans: dict[int, PlanHead]
    rows: "Keys"  # of the state wanted
    counts: Counter[Status] | None = None  # of every state; None where there are too many plans to count them all
    of_state: "dict[Status, Keys]" = field(default_factory=dict)  # where they are counted
    names: tuple[str, ...] = ()  # of those who answer for rows of these plans
    known: QuerySet[Any] | None = None  # rows with their states, where they are counted


class Keys(Sequence[int]):
    """Keys of rows in the order of their plans, read a slice at a time from the plans that it touches."""

    def __init__(self, activities: QuerySet[Any], counts: dict[int, int]) -> None:
        self.activities, self.counts = activities, counts  # by plan, in the order of the plans

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __getitem__(self, wanted: Any) -> Any:
        if not isinstance(wanted, slice):
            return self[wanted : wanted + 1][0]
        first, last, _ = wanted.indices(len(self))
        touched: dict[int, list[int]] = {}
        before = skipped = 0
        for plan, count in self.counts.items():
            if before + count <= first:
                skipped += count
            elif before < last:
                touched[plan] = []
            before += count
        if not touched:
            return []
        rows = self.activities.filter(roadmap_id__in=list(touched)).order_by(*DOCUMENT_ORDER)
        for key, plan in rows.values_list("pk", "roadmap_id"):
            touched[plan].append(key)
        return [key for keys in touched.values() for key in keys][first - skipped : last - skipped]


@dataclass
class PlanLines:
    """Rows of one page under the head of their plan and section."""

    plan: PlanHead
    section: str
    lines: list[Line] = field(default_factory=list)


def seen(user: Any, municipality: Municipality, wanted: Wanted, today: dt.date, *, with_counts: bool = False) -> Seen:
    """In a few queries, however many plans and rows there are."""
    roadmaps = plans_within(user, municipality, wanted)
    plans = heads_of(roadmaps)
    names = names_of(roadmaps) if wanted.responsible or len(plans) <= PLANS_WITH_NAMES else ()
    rows = narrowed(roadmaps, wanted, names)
    if not with_counts and len(plans) > PLANS_COUNTED and wanted.status in ("", Status.LATE):
        fitting = late_rows(rows, today) if wanted.status else rows
        if wanted.first and wanted.last:
            fitting = fitting.filter(Exists(_touching(wanted)) | ~Exists(_times()))
        return Seen(plans, Keys(fitting, _in_order(plans, rows_by_plan(fitting))), names=names)
    known = with_state(rows, today)
    if wanted.first and wanted.last:
        touching = Q(occurrences__starts_on__lte=wanted.last, occurrences__due_on__gte=wanted.first)
        known = known.annotate(touching=Count("occurrences", filter=touching)).filter(Q(touching__gt=0) | Q(times=0))
    counts: dict[Status, dict[int, int]] = {status: {} for status in Status}
    for roadmap, state, count in counts_by_plan(known):
        counts[state][roadmap] = count
    of_state = {status: Keys(known.filter(seen=status), _in_order(plans, counts[status])) for status in Status}
    totals = Counter({status: len(keys) for status, keys in of_state.items()})
    if wanted.status:
        return Seen(plans, of_state[Status(wanted.status)], totals, of_state, names, known)
    all_counts = {plan: sum(of.get(plan, 0) for of in counts.values()) for plan in plans}
    return Seen(plans, Keys(known, all_counts), totals, of_state, names, known)


def rows_by_plan(rows: QuerySet[Activity]) -> dict[int, int]:
    return dict(rows.order_by().values_list("roadmap_id").annotate(Count("pk")))


def _in_order(plans: dict[int, PlanHead], counts: dict[int, int]) -> dict[int, int]:
    return {plan: counts[plan] for plan in plans if plan in counts}


def _times() -> QuerySet[Occurrence]:
    return Occurrence.objects.filter(activity=OuterRef("pk")).order_by()


def _touching(wanted: Wanted) -> QuerySet[Occurrence]:
    return _times().filter(starts_on__lte=wanted.last, due_on__gte=wanted.first)


def plans_within(user: Any, municipality: Municipality, wanted: Wanted) -> QuerySet[Roadmap]:
    """Plans that the person sees and that run in the days wanted."""
    found = Roadmap.objects.visible_to(user).filter(municipality=municipality)
    if wanted.roadmap:
        found = found.filter(pk=wanted.roadmap.pk)
    if wanted.of_municipality:
        found = found.filter(school__isnull=True)
    if wanted.first and wanted.last:
        found = found.filter(starts_on__lte=wanted.last, ends_on__gte=wanted.first)
    return found


def heads_of(roadmaps: QuerySet[Roadmap]) -> dict[int, PlanHead]:
    told = roadmaps.order_by().values_list("pk", "title", "school_id", "school__name", "starts_on", "ends_on", "state")
    heads = [
        PlanHead(pk, title, key, name or "", first, last, state) for pk, title, key, name, first, last, state in told
    ]
    keys = {name: natural_key(name) for name in {head.school for head in heads}}
    heads.sort(key=lambda head: (-head.starts_on.toordinal(), head.pk))
    heads.sort(key=lambda head: (keys[head.school], head.school_id or 0))
    return {head.pk: head for head in heads}


def names_of(roadmaps: QuerySet[Roadmap]) -> tuple[str, ...]:
    """Who answers for rows of these plans, as printed."""
    rows = Responsible.objects.filter(activity__roadmap__in=roadmaps.order_by().values("pk"))
    standing = rows.filter(activity__removed_at__isnull=True)
    return tuple(sorted(standing.order_by().values_list("name", flat=True).distinct(), key=natural_key))


def narrowed(roadmaps: QuerySet[Roadmap], wanted: Wanted, names: Iterable[str]) -> QuerySet[Activity]:
    """Rows of these plans that fit all but the state and the days wanted."""
    found = Activity.objects.filter(roadmap__in=roadmaps.order_by().values("pk"), removed_at__isnull=True)
    if wanted.school:
        found = found.filter(_is_of(wanted.school, roadmaps))
    if wanted.responsible:
        fitting = _fitting(wanted.responsible, names)
        found = found.filter(Exists(Responsible.objects.filter(activity=OuterRef("pk"), name__in=fitting)))
    if wanted.text:
        found = found.filter(pk__in=_with_text(found, wanted.text))
    return found


def _is_of(school: School, roadmaps: QuerySet[Roadmap]) -> Q:
    """Rows of the school's own plans, and those of the municipality's that name it or every school that takes part."""
    municipal = roadmaps.filter(school__isnull=True).select_related(None)
    taking_part = [pk for pk, schools in everybody_of(set(municipal)).items() if school.pk in schools]
    named = Responsible.objects.filter(activity=OuterRef("pk"))
    return (
        Q(roadmap__school=school)
        | Q(Exists(named.filter(school=school)), roadmap__school__isnull=True)
        | Q(Exists(named.filter(is_every_school=True)), roadmap__in=taking_part)
    )


def _fitting(wanted: str, names: Iterable[str]) -> list[str]:
    """The name itself where there is one, else all that hold the words; compared here, since SQLite does not fold the
    case of Cyrillic."""
    names = list(names)
    folded = wanted.casefold()
    whole = [name for name in names if name.casefold() == folded]
    return whole or [name for name in names if folded in name.casefold()]


def _with_text(rows: QuerySet[Activity], text: str) -> list[int]:
    wanted = text.casefold()
    told = rows.values_list("pk", "number", "title", "expected")
    return [pk for pk, *texts in told if wanted in " ".join(texts).casefold()]


def page_lines(keys: Iterable[int], today: dt.date) -> list[Line]:
    """Rows of one page in the order of their keys, in three queries."""
    keys = list(keys)
    activities = Activity.objects.filter(pk__in=keys).select_related("section")
    found = {line.activity.pk: line for line in lines_of(activities, today)}
    return [found[key] for key in keys if key in found]


def by_section(lines: Iterable[Line], plans: dict[int, PlanHead]) -> list[PlanLines]:
    """Under the heads of plans and sections, where one follows the other."""
    groups: list[PlanLines] = []
    last = None
    for line in lines:
        activity = line.activity
        if last != (place := (activity.roadmap_id, activity.section_id)):
            section = f"{activity.section.number} {activity.section.title}".strip()
            groups.append(PlanLines(plans[activity.roadmap_id], section))
            last = place
        groups[-1].lines.append(line)
    return groups
