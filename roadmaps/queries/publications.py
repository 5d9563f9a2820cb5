"""What has to be published and how it stands, and what a programme's page on the official site says."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.access import Permission
from indicators.models import Indicator
from indicators.queries.values import ValueLine, value_lines
from roadmaps.models import Activity, Occurrence, Programme, PublicationItem, Roadmap
from roadmaps.passport.parts import Part
from roadmaps.plans.deadlines import Precision
from roadmaps.plans.texts import persons
from roadmaps.queries.passport import lines_of
from roadmaps.states import PublicationState, Status, publication_state
from schools.models import Municipality
from schools.small_numbers import is_small

DAYS_AHEAD, ANNOUNCED = 60, 30
NOBODY_NAMED = "ответственное лицо"


@dataclass(frozen=True)
class PublicationLine:
    item: PublicationItem
    state: PublicationState


@dataclass(frozen=True)
class ProgrammePublications:
    """A programme with how much of its checklist is done."""

    programme: Programme
    total: int
    published: int
    overdue: int


@dataclass(frozen=True)
class SiteRow:
    """A row of a roadmap as the site shows it."""

    number: str
    title: str
    deadline: str
    responsible: str


@dataclass(frozen=True)
class SiteRoadmap:
    title: str
    order: str
    rows: tuple[SiteRow, ...]


@dataclass(frozen=True)
class SitePage:
    """All that is said of a programme in public: no names of people, no school's numbers, no sums about fewer than
    five."""

    programme: Programme
    is_project: bool  # no order has approved it yet
    title: str
    years: str
    order: str
    aim: str
    tasks: tuple[str, ...]
    roadmaps: tuple[SiteRoadmap, ...]
    coming: tuple[tuple[dt.date, str], ...]
    values: tuple[ValueLine, ...]
    school_year: int
    published: tuple[PublicationItem, ...]
    made_on: dt.date


def may_publish(user: Any, programme: Programme) -> bool:
    """Those who report for the place whose programme it is."""
    return (programme.school or programme.municipality).allows(user, Permission.PROGRESS_REPORT)


def publication_lines(user: Any, programme: Programme, today: dt.date) -> list[PublicationLine]:
    items = PublicationItem.objects.visible_to(user).filter(programme=programme).order_by("pk")
    return [PublicationLine(item, publication_state(item.published_on, item.due_on, today)) for item in items]


def programmes_to_publish(user: Any, municipality: Municipality, today: dt.date) -> list[ProgrammePublications]:
    """In two queries."""
    programmes = Programme.objects.visible_to(user).filter(municipality=municipality).select_related("school")
    found = list(programmes)
    states: dict[int, list[PublicationState]] = {programme.pk: [] for programme in found}
    items = PublicationItem.objects.filter(programme__in=states).values_list("programme", "published_on", "due_on")
    for programme_id, published_on, due_on in items:
        states[programme_id].append(publication_state(published_on, due_on, today))
    return [
        ProgrammePublications(
            programme,
            len(of),
            of.count(PublicationState.PUBLISHED),
            of.count(PublicationState.OVERDUE),
        )
        for programme in found
        for of in [states[programme.pk]]
    ]


def without_people(text: str) -> str:
    """The words with each name of a person taken out."""
    for name in sorted(persons(text), key=len, reverse=True):
        text = text.replace(name, NOBODY_NAMED)
    return text


def site_page(user: Any, programme: Programme, year: int, today: dt.date) -> SitePage:
    """What may be shown to anybody, with the values of that school year, put together for the official site.

    Of the passport the edition in force: what is being changed is nobody's business until an order approves it. What
    has no edition is called a project.
    """
    edition = programme.editions.order_by("-number").first()
    passport = edition.content if edition else {part: lines_of(programme, part) for part in (Part.HEAD, Part.TASKS)}
    (head,) = passport[Part.HEAD]
    approved = Roadmap.objects.visible_to(user).filter(programme=programme, state=Roadmap.State.APPROVED)
    roadmaps = list(approved.filter(school=programme.school).order_by("starts_on", "pk"))
    published = PublicationItem.objects.filter(programme=programme, published_on__isnull=False)
    return SitePage(
        programme=programme,
        is_project=edition is None,
        title=without_people(head["title"]),
        years="–".join(dict.fromkeys([str(head["starts_in"]), str(head["ends_in"])])),
        order=_order_in_words(head["order_number"], head["order_date"]),
        aim=without_people(head["aim"]),
        tasks=tuple(without_people(task["text"]) for task in passport[Part.TASKS]),
        roadmaps=tuple(_site_roadmaps(roadmaps)),
        coming=tuple(_coming(roadmaps, today)),
        values=tuple(_values(user, programme, year)),
        school_year=year,
        published=tuple(published.order_by("kind", "published_on", "pk")),
        made_on=today,
    )


def _site_roadmaps(roadmaps: Iterable[Roadmap]) -> Iterable[SiteRoadmap]:
    by_roadmap: dict[int, list[SiteRow]] = {roadmap.pk: [] for roadmap in roadmaps}
    activities = Activity.objects.filter(roadmap__in=by_roadmap, removed_at__isnull=True)
    for row in activities.prefetch_related("responsible").order_by("position"):
        names = ", ".join(without_people(one.name) for one in row.responsible.all())
        by_roadmap[row.roadmap_id].append(
            SiteRow(row.number, without_people(row.title), without_people(row.deadline), names)
        )
    for roadmap in roadmaps:
        order = _order_in_words(roadmap.order_number, roadmap.order_date)
        yield SiteRoadmap(without_people(roadmap.title), order, tuple(by_roadmap[roadmap.pk]))


def _order_in_words(number: str, date: dt.date | str | None) -> str:
    """`date` is a day, or its text as a passport keeps it."""
    if not number:
        return ""
    on = dt.date.fromisoformat(date) if isinstance(date, str) and date else date
    return f"приказ № {number} от {on:%d.%m.%Y}" if on else f"приказ № {number}"


def _coming(roadmaps: list[Roadmap], today: dt.date) -> Iterable[tuple[dt.date, str]]:
    """What is announced: only days that the plan itself names."""
    soon = Occurrence.objects.standing().filter(
        activity__roadmap__in=roadmaps, due_on__gte=today, due_on__lte=today + dt.timedelta(days=DAYS_AHEAD)
    )
    soon = soon.exclude(status=Status.CANCELLED).exclude(precision=Precision.FUZZY).select_related("activity")
    for time in soon.order_by("due_on", "activity__position")[:ANNOUNCED]:
        yield time.due_on, without_people(time.activity.title)


def _values(user: Any, programme: Programme, year: int) -> Iterable[ValueLine]:
    """Of the municipality as a whole; what was made of fewer than five is no matter for a public page."""
    if programme.school is not None:
        return
    for line in value_lines(user=user, municipality=programme.municipality, school_year=year):
        is_shown = line.indicator.role == Indicator.Role.PROGRAMME and line.value is not None
        if not is_shown or line.value is None or line.value.value is None:
            continue
        if not is_small(line.value.participants):
            yield line
