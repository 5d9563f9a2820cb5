"""Once a day in each municipality: who is to be reminded of what they have to do, and who is told what begins soon."""

import datetime as dt
import logging

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.access import Grant
from roadmaps.further_duties import further
from roadmaps.models import Assignment, NoticeRules, Occurrence, Review, Roadmap
from roadmaps.notice_facts import facts_of
from roadmaps.notices.kinds import Kind
from roadmaps.notices.ladder import newest_step
from roadmaps.plans.deadlines import Precision
from roadmaps.queries.answering import everybody_of
from roadmaps.queries.awaited import Awaited, awaited_by
from roadmaps.queries.recipients import Reminded, people_of_schools, reminded_people
from roadmaps.states import OWING, WRITABLE_REVIEWS, Status
from roadmaps.telling import News, of_awaited, tell
from schools.models import Municipality

logger = logging.getLogger(__name__)

FROM_HOUR = 6  # by the municipality's clock: before anybody begins to work
# What begins on a day, in a month or quarter is an event; what goes on for half a year or a whole one is not.
OF_EVENTS = (Precision.DAY, Precision.MONTH, Precision.QUARTER)


def remind_all() -> None:
    """Make the reminders of the day wherever it has begun and they are not made yet. What goes wrong in one
    municipality stops no other, and is tried again the next time; nobody is told twice."""
    for municipality in _with_something_to_do():
        try:
            remind(municipality, timezone.now())
        except Exception:
            logger.exception("reminders of municipality %s were not made", municipality.pk)


def _with_something_to_do() -> QuerySet[Municipality]:
    here = OuterRef("pk")
    plans = Roadmap.objects.filter(municipality=here, state=Roadmap.State.APPROVED)
    tasks = Assignment.objects.filter(municipality=here, state__in=OWING)
    reviews = Review.objects.filter(expertise__municipality=here, state__in=WRITABLE_REVIEWS)
    found = Q(Exists(plans) | Exists(tasks) | Exists(reviews))
    for duties in further():
        found |= Q(pk__in=duties.municipalities())
    return Municipality.objects.filter(found).order_by("pk")


def remind(municipality: Municipality, now: dt.datetime) -> None:
    """Does nothing before the morning, and nothing once the day's reminders are made."""
    local = now.astimezone(municipality.zone)
    rules, _ = NoticeRules.objects.get_or_create(municipality=municipality)
    if local.hour < FROM_HOUR or (rules.looked_on is not None and rules.looked_on >= local.date()):
        return
    known: dict[tuple[frozenset[Grant], int], list[Awaited]] = {}  # people with the same roles owe the same
    is_whole = True
    for one in reminded_people(municipality):
        try:
            same = (frozenset(one.user.grants), one.user.pk if one.by_name else 0)
            if same not in known:
                known[same] = awaited_by(one.user, municipality, local.date())
            tell([(one.user, news) for news in _news_of(known[same], one, municipality, local)], now=now)
        except Exception:
            is_whole = False
            logger.exception("user %s was not reminded", one.user.pk)
    if rules.event_days:
        _tell_of_events(municipality, rules.event_days, now)
    if is_whole:  # else those who are missing are tried again; the others have theirs
        NoticeRules.objects.filter(pk=rules.pk).update(looked_on=local.date())


def _news_of(awaited: list[Awaited], who: Reminded, municipality: Municipality, local: dt.datetime) -> list[News]:
    """The newest step of everything a person has to do. A step that was over before the thing came into the portal, or
    before this person came to do it, is no news: they find it among what they owe."""
    found = []
    for one in awaited:
        if one.due_on is None:
            continue
        step = newest_step((one.due_on - local.date()).days, is_undated=one.is_undated, ladder=one.ladder)
        known_from = max(who.since, one.asked_at).astimezone(local.tzinfo).date()
        if step is not None and step.reached_on(one.due_on) >= known_from:
            found.append(of_awaited(one, step.kind, str(step.days), municipality))
    return found


def _tell_of_events(municipality: Municipality, days: int, now: dt.datetime) -> None:
    """The people of the schools that take part in a municipal plan, of its rows that begin soon. Those that a portal
    that was down has missed are told as long as they have not begun."""
    today = now.astimezone(municipality.zone).date()
    soon = (
        Occurrence.objects.standing()
        .filter(
            activity__roadmap__municipality=municipality,
            activity__roadmap__school__isnull=True,
            activity__roadmap__state=Roadmap.State.APPROVED,
            starts_on__gte=today,
            starts_on__lte=today + dt.timedelta(days=days),
            precision__in=OF_EVENTS,
        )
        .exclude(Q(status__in=CLOSED) | Q(activity__overruled__in=CLOSED))
        .select_related("activity__roadmap__municipality")
        .order_by("starts_on", "pk")
    )
    schools = everybody_of({row.activity.roadmap for row in soon})
    for roadmap_id, invited in schools.items():
        people = people_of_schools(municipality, invited)
        rows = [row for row in soon if row.activity.roadmap_id == roadmap_id]
        tell([(user, _event(row)) for row in rows for user in people], now=now)


CLOSED = (Status.DONE, Status.CANCELLED)


def _event(occurrence: Occurrence) -> News:
    return News(
        Kind.EVENT,
        f"event:{occurrence.pk}:{occurrence.starts_on}",
        occurrence.activity.roadmap.municipality,
        facts=facts_of(occurrence, None) | {"of_start": True},
        occurrence=occurrence,
    )
