"""Telling people what waits for them in mentoring. Nobody is told of what they did themselves; within the transaction
of the move, so that both happen or neither."""

from django.utils import timezone

from accounts.models import User
from mentoring.asking import RequestState
from mentoring.contact import MeetingState, Side
from mentoring.models import HelpRequest, Meeting, Mentor, Practice, Seminar
from mentoring.queries.addressees import of_centre, of_side, people, who_answers, who_asked
from mentoring.queries.awaited import TOLD, awaited_request, facts_of_request
from roadmaps.notices.kinds import Kind
from roadmaps.queries.recipients import people_of_schools
from roadmaps.telling import News, of_awaited, tell


def tell_of_request(request: HelpRequest, *, by: User) -> None:
    """Whoever is to answer now, of what is asked; the school, of an answer or of what was returned. The request comes
    with its people."""
    state = RequestState(request.state)
    if state.is_awaited:
        news, people = (
            of_awaited(awaited_request(request), Kind.HELP, "asked", request.municipality),
            who_answers(request),
        )
    elif state in TOLD:
        facts = facts_of_request(request) | {
            "request": request.pk, "state": request.state, "who": str(by), "message": TOLD[state],
        }  # fmt: skip
        news = News(
            Kind.HELP_NEWS,
            f"{Kind.HELP_NEWS}:{request.pk}:{request.version}",
            request.municipality,
            facts=facts,
            school=request.school,
            link=request.get_absolute_url(),
        )
        people = who_asked(request)
    else:
        return
    tell((user, news) for user in people if user.pk != by.pk)


def tell_of_meeting(meeting: Meeting, *, by: User) -> None:
    """The other side, of a meeting to confirm, or the centre where nobody there has a login; of one that is disputed,
    those who wrote it down. The meeting comes with its pairing and its sides."""
    author = Side(meeting.logged_side)
    is_disputed = meeting.state == MeetingState.DISPUTED
    other = Side.HELPED if author is Side.HELPER else Side.HELPER
    people, school = of_side(meeting.pairing, author if is_disputed else other)
    others = [user for user in people if user.pk != by.pk]
    if not others and not is_disputed:
        others, school = [user for user in of_centre(meeting.pairing.municipality) if user.pk != by.pk], None
    kind = Kind.DISPUTE if is_disputed else Kind.MEETING
    disputes = meeting.changes.filter(action="disputed").count()
    facts = {
        "title": f"{meeting}: {meeting.topic}",
        "place": meeting.pairing.school.name,
        "who": str(by),
        "meeting": meeting.pk,
        "disputes": disputes,
    }
    key, town = f"{kind}:{meeting.pk}:{disputes}", meeting.pairing.municipality
    news = News(kind, key, town, facts=facts, school=school, link=meeting.get_absolute_url())
    tell((user, news) for user in others)


def tell_of_offers(seminar: Seminar, *, by: User) -> None:
    """The schools, that the centre offers topics, once a day however many it writes down; nobody when requests are
    over. The seminar comes with its municipality."""
    town, today = seminar.municipality, timezone.localdate()
    if today > seminar.requests_until:
        return
    facts = {"title": str(seminar), "due": seminar.requests_until.isoformat(), "seminar": seminar.pk}
    key = f"{Kind.OFFERED}:{seminar.pk}:{today}"
    news = News(Kind.OFFERED, key, town, facts=facts, link=seminar.get_absolute_url())
    curators = people_of_schools(town, town.schools.values_list("pk", flat=True))
    tell((user, news) for user in curators if user.pk != by.pk)


def tell_of_practice(practice: Practice, *, by: User) -> None:
    """Those who could take it over: who speaks for a school, and the mentors; once, though it may be published again.
    The practice comes with its municipality and school; the teacher whose it is stays unnamed."""
    town = practice.municipality
    told = [("Предмет", practice.subject), ("Кому пригодится", practice.audience)]
    facts = {
        "title": practice.title,
        "place": practice.school.name,
        "details": "\n".join(f"{label}: {words}." for label, words in told if words),
        "practice": practice.pk,
    }
    news = News(Kind.PRACTICE, f"{Kind.PRACTICE}:{practice.pk}", town, facts=facts, link=practice.get_absolute_url())
    pool = Mentor.objects.in_pool(timezone.localdate()).filter(municipality=town)
    tell((user, news) for user in people(town, town.schools.all(), *pool) if user.pk != by.pk)
