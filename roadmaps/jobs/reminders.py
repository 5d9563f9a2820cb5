"""Once a day in each municipality: who is to be reminded of what they owe, and who is told what begins soon."""

import datetime as dt
import logging

from django.db.models import Q
from django.utils import timezone

from accounts.access import Grant
from roadmaps.models import NoticeRules, Occurrence, Roadmap
from roadmaps.notices.kinds import Kind
from roadmaps.notices.ladder import Step, newest_step
from roadmaps.plans.deadlines import Precision
from roadmaps.queries.answering import everybody_of
from roadmaps.queries.owed import Owed, owed_by
from roadmaps.queries.recipients import people_of_schools, reporting_people
from roadmaps.states import Status
from roadmaps.telling import News, facts_of, tell
from schools.models import Municipality

logger = logging.getLogger(__name__)

FROM_HOUR = 6  # by the municipality's clock: before anybody begins to work
# What begins on a day, in a month or quarter is an event; what goes on for half a year or a whole one is not.
OF_EVENTS = (Precision.DAY, Precision.MONTH, Precision.QUARTER)


def remind_all() -> None:
    """Make the reminders of the day wherever it has begun and they are not made yet. What goes wrong in one
    municipality stops no other, and is tried again the next time; nobody is told twice."""
    for municipality in Municipality.objects.filter(roadmaps__state=Roadmap.State.APPROVED).distinct().order_by("pk"):
        try:
            remind(municipality, timezone.now())
        except Exception:
            logger.exception("reminders of municipality %s were not made", municipality.pk)


def remind(municipality: Municipality, now: dt.datetime) -> None:
    """Does nothing before the morning, and nothing once the day's reminders are made."""
    local = now.astimezone(municipality.zone)
    rules, _ = NoticeRules.objects.get_or_create(municipality=municipality)
    if local.hour < FROM_HOUR or (rules.looked_on is not None and rules.looked_on >= local.date()):
        return
    known: dict[frozenset[Grant], list[Owed]] = {}  # people with the same roles owe the same
    is_whole = True
    for user, since in reporting_people(municipality):
        try:
            roles = frozenset(user.grants)
            if roles not in known:
                known[roles] = owed_by(user, municipality, local.date())
            tell([(user, news) for news in _news_of(known[roles], since, municipality, local)], now=now)
        except Exception:
            is_whole = False
            logger.exception("user %s was not reminded", user.pk)
    if rules.event_days:
        _tell_of_events(municipality, rules.event_days, now)
    if is_whole:  # else those who are missing are tried again; the others have theirs
        NoticeRules.objects.filter(pk=rules.pk).update(looked_on=local.date())


def _news_of(owed: list[Owed], since: dt.datetime, municipality: Municipality, local: dt.datetime) -> list[News]:
    """The newest step of everything a person owes. A step that was over before the plan came into the portal, or before
    this person came to report, is no news: they find it among what they owe."""
    found = []
    for one in owed:
        step = newest_step(one.days, is_undated=one.occurrence.precision == Precision.FUZZY)
        known_from = max(since, one.occurrence.activity.roadmap.created_at).astimezone(local.tzinfo).date()
        if step is not None and step.reached_on(one.occurrence.due_on) >= known_from:
            found.append(_reminder(one, step, municipality))
    return found


def _reminder(owed: Owed, step: Step, municipality: Municipality) -> News:
    """The key has the day: a deadline that is moved begins its steps anew."""
    occurrence, school = owed.occurrence, owed.school
    occurrence.activity.roadmap.municipality = municipality
    place = school.pk if school else 0
    return News(
        step.kind,
        f"owed:{occurrence.pk}:{place}:{occurrence.due_on}:{step.days}",
        municipality,
        facts=facts_of(occurrence, school),
        school=school,
        occurrence=occurrence,
    )


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
        tell([(user, _event(row)) for row in rows for user, _ in people], now=now)


CLOSED = (Status.DONE, Status.CANCELLED)


def _event(occurrence: Occurrence) -> News:
    return News(
        Kind.EVENT,
        f"event:{occurrence.pk}:{occurrence.starts_on}",
        occurrence.activity.roadmap.municipality,
        facts=facts_of(occurrence, None) | {"of_start": True},
        occurrence=occurrence,
    )
