"""What pairings, requests and events tell of the help to each school in a school year: criteria 4–6 and 8 of the
monitoring of methodical help. Of all schools at once, in a few queries."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Max, Q, Sum
from django.urls import reverse
from django.utils import timezone

from indicators.models import SchoolStatistic
from mentoring.asking import RequestState
from mentoring.contact import GROUP_LABELS, MeetingState
from mentoring.gatherings import STAFF
from mentoring.kinds import Kind
from mentoring.models import Attendance, HelpRequest, Meeting, Pairing
from mentoring.scores import Fact
from roadmaps.plans.calendar_words import Span
from roadmaps.queries.years import year_of_plans
from schools.models import School
from schools.periods import Period
from schools.wording import counted, number, percent

ASKED = "запрос,запроса,запросов"
PATIENCE = dt.timedelta(days=30)  # for a request that names no day; the document says nothing of it


@dataclass
class Came:
    """Of one school: participations by group of staff, and the most that came to one event."""

    groups: Counter[str] = field(default_factory=Counter)
    most: int = 0

    @property
    def people(self) -> int:
        return sum(self.groups.values())


def help_facts(schools: Iterable[School], days: Span) -> dict[str, dict[int, Fact]]:
    """By code of the criterion and key of the school; `days` are those of the school year."""
    keys = [school.pk for school in schools]
    link = reverse("mentoring:participation")
    pages = {key: reverse("mentoring:school", args=[key]) for key in keys}
    came = came_of(keys, days)
    staff = _reported_teachers(keys, year_of_plans(days[0]))
    pairings, with_school, met = _pairings(keys, days)
    requests = _requests(keys, days)
    nobody = (0, 0, 0)
    return {
        "access": {key: _access(*requests.get(key, nobody), pairings[key], pages[key]) for key in keys},
        "reach": {key: _reach(came[key], link) for key in keys},
        "people": {key: _people(came[key], staff.get(key, 0), link) for key in keys},
        "network": {key: _network(with_school[key], met[key], pages[key]) for key in keys},
    }


def _access(due: int, in_time: int, waiting: int, pairings: int, link: str) -> Fact:
    """Requests whose day has come that were answered in time; where there is none, that somebody helps the school."""
    words = f"{counted(due, ASKED)} о помощи, с ответом в срок {number(in_time)}." if due else ""
    if waiting:
        words = f"{words} {counted(waiting, ASKED)} о помощи ждут ответа, срок ещё не прошёл.".lstrip()
    words = f"{words or 'Запросов о помощи не было.'} Пар, в которых школе помогали: {number(pairings)}."
    if due:
        return Fact(words, link, Fraction(in_time, due))
    return Fact(words, link, Fraction(1) if pairings else None)


def _reach(came: Came, link: str) -> Fact:
    """Groups of staff from which anybody took part in an event or a meeting."""
    words = [f"{GROUP_LABELS[group]} — {number(came.groups[group])}" for group in STAFF]
    reached = sum(1 for group in STAFF if came.groups[group])
    return Fact(f"Участий по группам: {', '.join(words)}.", link, Fraction(reached, len(STAFF)))


def _people(came: Came, staff: int, link: str) -> Fact:
    """At least so many different people took part as came to the fullest event; half of the staff is enough."""
    if not came.people:
        return Fact("Никто из школы не участвовал в мероприятиях и встречах.", link, Fraction(0))
    words = (
        f"Участий в мероприятиях и встречах: {number(came.people)}; больше всего за один раз — {number(came.most)} чел."
    )
    if not staff:
        return Fact(f"{words} Доля неизвестна: школа не сообщила, сколько в ней педагогов.", link)
    share = min(Fraction(1), Fraction(came.most, staff))
    words += f", это не меньше {percent(100 * share)} педагогов школы ({number(staff)})."
    return Fact(words, link, min(Fraction(1), 2 * share))


def _network(pairings: int, meetings: int, link: str) -> Fact:
    """A pairing with a strong school is half, that they met the other."""
    if not pairings:
        return Fact("Пары со школой-лидером в этом учебном году не было.", link, Fraction(0))
    words = f"Пар со школой-лидером: {number(pairings)}, встреч за учебный год: {number(meetings)}."
    return Fact(words, link, Fraction(1) if meetings else Fraction(1, 2))


def came_of(keys: list[int], days: Span) -> dict[int, Came]:
    """Who came from each school to events and to meetings that nobody disputes."""
    found: dict[int, Came] = defaultdict(Came)
    people = sum((F(group) for group in STAFF[1:]), F(STAFF[0]))
    rows = Attendance.objects.filter(school__in=keys, event__starts_on__range=days).exclude(event__state="cancelled")
    sums = (
        rows.order_by()
        .values_list("school")
        .annotate(most=Max(people), **{f"all_{group}": Sum(group) for group in STAFF})
    )
    for school, most, *numbers in sums:
        found[school].groups.update(dict(zip(STAFF, numbers, strict=True)))
        found[school].most = most
    for school, audience in meetings_held(keys, days).values_list("pairing__school", "audience"):
        told = {group: count for group, count in audience.items() if group in STAFF}
        found[school].groups.update(told)
        found[school].most = max(found[school].most, sum(told.values()))
    return found


def meetings_held(keys: Iterable[int], days: Span) -> Any:
    """Of pairings that help these schools; disputed ones do not count."""
    rows = Meeting.objects.filter(pairing__school__in=keys, on__range=days)
    return rows.exclude(state=MeetingState.DISPUTED).order_by()


def running_in(days: Span) -> tuple[Q, Q]:
    """Pairings that were in force on any of these days."""
    return Q(ends_on=None) | Q(ends_on__gte=days[0]), Q(starts_on__lte=days[1])


def _pairings(keys: list[int], days: Span) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """Of each school: pairings in which somebody helps it, those with a strong school, and how often these met."""
    running = Pairing.objects.filter(*running_in(days), school__in=keys, count=None)
    every, with_school = Counter[int](), Counter[int]()
    for school, kind in running.order_by().values_list("school", "kind"):
        every[school] += 1
        with_school[school] += kind == Kind.SCHOOL_SCHOOL
    met = meetings_held(keys, days).filter(pairing__kind=Kind.SCHOOL_SCHOOL.value)
    return every, with_school, Counter(met.values_list("pairing__school", flat=True))


def _requests(keys: list[int], days: Span) -> dict[int, tuple[int, int, int]]:
    """Of each school that asked: how many were answered or should have been by now, how many of these by their day, and
    how many have time yet."""
    rows = HelpRequest.objects.filter(school__in=keys, asked_at__date__range=days)
    rows = rows.exclude(state=RequestState.WITHDRAWN.value)
    wanted = Q(due_on=None, wanted_by=None) | Q(answered_on__lte=F("due_on"))
    in_time = Q(answered_on__isnull=False) & (wanted | Q(due_on=None, answered_on__lte=F("wanted_by")))
    today = timezone.localdate()
    is_late = Q(due_on__lt=today) | Q(due_on=None, wanted_by__lt=today)
    is_late |= Q(due_on=None, wanted_by=None, asked_at__date__lt=today - PATIENCE)
    has_time = Q(state__in=[state for state in RequestState if state.is_awaited]) & ~is_late
    sums = (
        rows.order_by()
        .values("school")
        .annotate(
            all=Count("pk"), in_time=Count("pk", filter=in_time & ~has_time), waiting=Count("pk", filter=has_time)
        )
    )
    return {one["school"]: (one["all"] - one["waiting"], one["in_time"], one["waiting"]) for one in sums}


def _reported_teachers(keys: list[int], school_year: int) -> dict[int, int]:
    """How many teachers each school has reported, of that year or the latest before it. Those entered by name are no
    measure: a school may have entered one of thirty."""
    rows = SchoolStatistic.objects.filter(school__in=keys, kind__code="teachers")
    latest: dict[int, tuple[Period, int]] = {}
    for school, period, value in rows.values_list("school", "period", "value"):
        at = Period.parse(period)
        if at.school_year <= school_year and (school not in latest or latest[school][0] < at):
            latest[school] = at, int(value)
    return {school: teachers for school, (_, teachers) in latest.items()}
