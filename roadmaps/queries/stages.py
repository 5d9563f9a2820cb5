"""The stages of a programme, and what somebody may do about each."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from roadmaps.models import Programme, StageReview
from roadmaps.queries.answering import hats_of, may_review
from roadmaps.states import Actor, StageState, stage_may_move


def stage_actors(user: Any, review: StageReview) -> frozenset[Actor]:
    """Who carries the programme out tells of it, who checks reports judges it; nobody judges their own telling."""
    programme = review.programme
    found = set()
    if hats_of(user).may_report_for(programme.school_id, programme.municipality_id):
        found.add(Actor.AUTHOR)
    if may_review(user, programme.municipality, programme.school) and review.told_by_id != user.pk:
        found.add(Actor.REVIEWER)
    return frozenset(found)


@dataclass(frozen=True)
class StageShown:
    """A stage as somebody sees it on a day."""

    review: StageReview
    is_late: bool
    can_tell: bool
    can_take_back: bool
    can_judge: bool
    can_reopen: bool


def stage_shown(user: Any, review: StageReview, today: dt.date) -> StageShown:
    state, actors = StageState(review.state), stage_actors(user, review)
    return StageShown(
        review,
        is_late=state is StageState.AWAITED and review.due_on < today,
        can_tell=stage_may_move(state, StageState.TOLD, actors & {Actor.AUTHOR}),
        can_take_back=stage_may_move(state, StageState.AWAITED, actors & {Actor.AUTHOR}),
        can_judge=stage_may_move(state, StageState.JUDGED, actors & {Actor.REVIEWER}),
        can_reopen=stage_may_move(state, StageState.TOLD, actors & {Actor.REVIEWER}),
    )


def stages_of(user: Any, programme: Programme, today: dt.date) -> list[StageShown]:
    reviews = StageReview.objects.visible_to(user).filter(programme=programme)
    reviews = reviews.select_related("programme__municipality", "programme__school", "told_by", "judged_by")
    return [stage_shown(user, review, today) for review in reviews]


def usual_days(programme: Programme) -> dict[int, dt.date]:
    """As the order of Surgut has them in its only year: the end of May and the end of October."""
    year = programme.ends_in
    return {StageReview.Stage.FIRST: dt.date(year, 5, 31), StageReview.Stage.SECOND: dt.date(year, 10, 31)}
