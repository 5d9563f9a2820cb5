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


def first_stage_of(review: StageReview) -> StageReview | None:
    """The stage before this one, where this is not the first."""
    if review.stage == StageReview.Stage.FIRST:
        return None
    return StageReview.objects.filter(programme=review.programme_id, stage=StageReview.Stage.FIRST).first()


def is_open_after(first: StageReview, today: dt.date) -> bool:
    """Whether the second stage may be told of: the first is over, and what has changed in it was told."""
    return first.due_on < today and first.state != StageState.AWAITED


@dataclass(frozen=True)
class StageShown:
    """A stage as somebody sees it on a day."""

    review: StageReview
    opens_after: dt.date | None  # too early to tell of it: first the stage before it has to be over, and told of
    is_late: bool
    can_tell: bool
    can_take_back: bool
    can_judge: bool
    can_reopen: bool


def stage_shown(user: Any, review: StageReview, first: StageReview | None, today: dt.date) -> StageShown:
    """`first` is the stage before it, if there is one."""
    state, actors = StageState(review.state), stage_actors(user, review)
    is_early = state is StageState.AWAITED and first is not None and not is_open_after(first, today)
    return StageShown(
        review,
        opens_after=first.due_on if first and is_early else None,
        is_late=state is StageState.AWAITED and review.due_on < today,
        can_tell=not is_early and stage_may_move(state, StageState.TOLD, actors & {Actor.AUTHOR}),
        can_take_back=stage_may_move(state, StageState.AWAITED, actors & {Actor.AUTHOR}),
        can_judge=stage_may_move(state, StageState.JUDGED, actors & {Actor.REVIEWER}),
        can_reopen=stage_may_move(state, StageState.TOLD, actors & {Actor.REVIEWER}),
    )


def stages_of(user: Any, programme: Programme, today: dt.date) -> list[StageShown]:
    reviews = StageReview.objects.visible_to(user).filter(programme=programme)
    reviews = reviews.select_related("programme__municipality", "programme__school", "told_by", "judged_by")
    known = {review.stage: review for review in reviews}
    first = known.get(StageReview.Stage.FIRST)
    return [stage_shown(user, review, first if review is not first else None, today) for review in known.values()]


def usual_days(programme: Programme) -> dict[int, dt.date]:
    """As the order of Surgut has them in its only year: the end of May and the end of October."""
    year = programme.ends_in
    return {StageReview.Stage.FIRST: dt.date(year, 5, 31), StageReview.Stage.SECOND: dt.date(year, 10, 31)}
