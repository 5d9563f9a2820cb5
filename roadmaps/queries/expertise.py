"""Rounds of expertise as pages read them: what I am to assess, how a round stands, what an expert looks at."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.access import Permission
from accounts.models import reach_of
from roadmaps.models import (
    Activity,
    Criterion,
    Expertise,
    Presentation,
    Programme,
    Review,
    ReviewMark,
    Roadmap,
    StageReview,
)
from roadmaps.models.expertise import assigned_to
from roadmaps.queries.answering import hats_of
from roadmaps.queries.passport import PassportShown, content_of, passport_shown
from roadmaps.queries.tables import Line, lines_of
from roadmaps.states import WRITABLE_REVIEWS, Actor, ReviewState, review_may_move
from schools.models import Municipality, School

FOR_PAGES = ("expertise__municipality", "programme__school", "programme__municipality", "expert", "judged_by")


def review_actors(user: Any, review: Review) -> frozenset[Actor]:
    """The expert writes; whoever keeps the municipality's plans accepts. Nobody accepts their own."""
    if review.expert_id is not None and review.expert_id == getattr(user, "pk", None):
        return frozenset({Actor.AUTHOR})
    organised = reach_of(user, Permission.PLANS_EDIT).municipalities
    return frozenset({Actor.REVIEWER}) if review.expertise.municipality_id in organised else frozenset()


def has_left(review: Review) -> bool:
    """Whether its expert belongs to the municipality no longer, so that nobody can write it."""
    expert, place = review.expert, review.expertise.municipality_id
    return (
        expert is None or not expert.is_active or all(one.municipality_id != place for one in expert.memberships.all())
    )


@dataclass(frozen=True)
class ReviewShown:
    """An assessment as somebody sees it on a day."""

    review: Review
    marks: tuple[tuple[Criterion, int | None], ...]
    is_late: bool
    is_abandoned: bool  # its expert has left, so nobody will write it
    can_write: bool
    can_decline: bool
    can_take_back: bool
    can_accept: bool
    can_return: bool
    can_ask_again: bool

    @property
    def total(self) -> int | None:
        """None until every criterion has its mark."""
        known = [mark for _, mark in self.marks if mark is not None]
        return sum(known) if known and len(known) == len(self.marks) else None

    @property
    def is_begun(self) -> bool:
        """Whether the expert has written anything, or is past that."""
        review = self.review
        is_open = ReviewState(review.state) in (ReviewState.ASSIGNED, ReviewState.DECLINED)
        return (
            not is_open or bool(review.conclusion or review.verdict) or any(mark is not None for _, mark in self.marks)
        )

    @property
    def greatest(self) -> int:
        return len(self.marks) * self.review.expertise.max_mark


def reviews_shown(user: Any, reviews: Any, today: dt.date) -> list[ReviewShown]:
    """In five queries, however many there are."""
    criteria = Prefetch("expertise__criteria", queryset=Criterion.objects.order_by("position"))
    marks = Prefetch("marks", queryset=ReviewMark.objects.all())
    found = reviews.select_related(*FOR_PAGES).prefetch_related(criteria, marks, "expert__memberships")
    return [_shown(user, review, today) for review in found]


def _shown(user: Any, review: Review, today: dt.date) -> ReviewShown:
    state, actors = ReviewState(review.state), review_actors(user, review)
    given = {row.criterion_id: row.mark for row in review.marks.all()}
    author, organiser = actors & {Actor.AUTHOR}, actors & {Actor.REVIEWER}
    return ReviewShown(
        review,
        tuple((criterion, given.get(criterion.pk)) for criterion in review.expertise.criteria.all()),
        is_late=state in WRITABLE_REVIEWS and review.expertise.due_on < today,
        is_abandoned=state in WRITABLE_REVIEWS and has_left(review),
        can_write=state in WRITABLE_REVIEWS and bool(author),
        can_decline=review_may_move(state, ReviewState.DECLINED, author),
        can_take_back=state is ReviewState.SUBMITTED and review_may_move(state, ReviewState.ASSIGNED, author),
        can_accept=review_may_move(state, ReviewState.ACCEPTED, organiser),
        can_return=review_may_move(state, ReviewState.RETURNED, organiser),
        can_ask_again=state is ReviewState.DECLINED and review_may_move(state, ReviewState.ASSIGNED, organiser),
    )


def my_reviews(user: Any, today: dt.date) -> list[ReviewShown]:
    """Assigned to this person, those to be written first."""
    mine = Review.objects.visible_to(user).filter(expert=getattr(user, "pk", None))
    shown = reviews_shown(user, mine.order_by("expertise__due_on", "pk"), today)
    return sorted(shown, key=lambda one: not one.can_write)


def reviews_to_write(user: Any, municipality: Municipality) -> QuerySet[Review]:
    """What this person has still to assess there, with its round and programme."""
    mine = Review.objects.filter(assigned_to(user), expertise__municipality=municipality, state__in=WRITABLE_REVIEWS)
    return mine.select_related("expertise__municipality", "programme__school").order_by("expertise__due_on", "pk")


def rounds(user: Any, municipality: Municipality) -> Any:
    """With how many assessments are to come and how many are accepted, as far as this person sees them."""
    seen = Q(reviews__in=Review.objects.visible_to(user))
    return (
        Expertise.objects.visible_to(user)
        .filter(municipality=municipality)
        .annotate(
            assigned=Count("reviews", filter=seen & ~Q(reviews__state=ReviewState.DECLINED), distinct=True),
            accepted=Count("reviews", filter=seen & Q(reviews__state=ReviewState.ACCEPTED), distinct=True),
        )
    )


@dataclass(frozen=True)
class ProgrammeReviews:
    """A programme of a round, with what its experts say."""

    programme: Programme
    reviews: tuple[ReviewShown, ...]


def by_programme(shown: Iterable[ReviewShown]) -> list[ProgrammeReviews]:
    found: dict[int, list[ReviewShown]] = {}
    for one in shown:
        found.setdefault(one.review.programme_id, []).append(one)
    return [ProgrammeReviews(group[0].review.programme, tuple(group)) for group in found.values()]


@dataclass(frozen=True)
class Materials:
    """What an expert looks at: all of it on one page, since nothing else of the school is open to them."""

    passport: PassportShown
    is_project: bool  # its text is not, or not yet, as an order has approved it
    risks: tuple[Any, ...]
    roadmaps: tuple[tuple[Roadmap, tuple[Line, ...]], ...]
    stages: tuple[StageReview, ...]
    presentations: tuple[Presentation, ...]


def materials_of(user: Any, programme: Programme, today: dt.date) -> Materials:
    roadmaps = list(programme.roadmaps.filter(school=programme.school_id).order_by("pk"))
    rows = Activity.objects.filter(roadmap__in=roadmaps, removed_at__isnull=True).order_by("position")
    lines: dict[int, list[Line]] = {roadmap.pk: [] for roadmap in roadmaps}
    for line in lines_of(rows, today):
        lines[line.activity.roadmap_id].append(line)
    return Materials(
        passport_shown(user, programme, content_of(programme)),
        programme.status != Programme.Status.APPROVED,
        tuple(programme.grew_from.select_related("factor")),
        tuple((roadmap, tuple(lines[roadmap.pk])) for roadmap in roadmaps),
        tuple(StageReview.objects.filter(programme=programme).exclude(verdict="")),
        tuple(Presentation.objects.filter(programme=programme)),
    )


def may_present(user: Any, programme: Programme) -> bool:
    """Who carries the programme out, or keeps it."""
    hats = hats_of(user)
    place: School | Municipality = programme.school or programme.municipality
    is_theirs = hats.may_report_for(programme.school_id, programme.municipality_id)
    return is_theirs or place.allows(user, Permission.PLANS_EDIT)
