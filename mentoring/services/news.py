"""Telling people what waits for them in mentoring. Nobody is told of what they did themselves; within the transaction
of the move, so that both happen or neither."""

from accounts.models import User
from mentoring.asking import RequestState
from mentoring.models import HelpRequest
from mentoring.queries.addressees import who_answers, who_asked
from mentoring.queries.awaited import TOLD, awaited_request, facts_of_request
from roadmaps.notices.kinds import Kind
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
