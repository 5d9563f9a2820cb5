"""Expertise: a round is made, experts are assigned, each writes marks and a conclusion, which somebody else accepts."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.access import Permission
from accounts.models import Membership, User, audit
from roadmaps.models import Criterion, Expertise, Programme, Review, ReviewMark
from roadmaps.queries.drafts import begun
from roadmaps.queries.expertise import has_left, review_actors
from roadmaps.services.news import tell_of_returned_review, tell_of_reviews
from roadmaps.states import WRITABLE_REVIEWS, Actor, ReviewState, review_may_move
from schools.models import Municipality

NOT_ALLOWED = "Экспертизу назначают управление образования и методический центр."
CHANGED = "Пока вы писали, экспертизу изменил другой человек. Сверьте её и отправьте ещё раз."
NO_CRITERIA = "Впишите хотя бы один критерий: по ним эксперт ставит оценки."
CRITERIA_IN_USE = "Эксперты уже ставят оценки: критерии и наибольшая оценка больше не меняются."
NO_PROGRAMMES = "Отметьте хотя бы одну программу."
NOT_HERE = "Программа или эксперт относятся к другому муниципалитету."
OWN_SCHOOL = "Эксперт работает в школе, чью программу «{title}» нужно оценить: назначьте человека из другой школы."
NO_SCHOOL = "Взаимоэкспертизу проводят школы друг у друга: выберите человека из другой школы."
WHICH_SCHOOL = "Этот человек не работает ни в одной школе портала: назовите его школу или выберите, откуда он."
TWICE = "Этому эксперту программа «{title}» в этой экспертизе уже назначена."
NOT_NOW = "Экспертиза {state}: сейчас этого сделать нельзя. Обновите страницу."
NOT_YOURS = "На этом шаге решают другие люди."
REVIEW_CHANGED = (
    "Пока вы писали, оценку изменили: сейчас она {state}. Ваш текст остался в форме: сверьте и отправьте ещё раз."
)
NOT_WHOLE = "Поставьте оценку по каждому критерию, выберите заключение и напишите его текст: без этого не сдать."
BAD_MARK = "Оценка по критерию — целое число от 0 до {greatest}."
NO_REASON = "Напишите причину: её прочтёт тот, кому вы возвращаете."
WRITTEN = "Эксперт уже начал писать: верните ему оценку или дождитесь отказа, убрать её нельзя."


class ExpertiseRefused(Exception):
    """Nothing is changed; the text is for people and says why, about a field of the form where it names one."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Round:
    """What a round is besides its experts."""

    kind: str
    title: str
    due_on: dt.date
    max_mark: int
    criteria: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """What an expert writes; a criterion without a mark is left open."""

    marks: Mapping[int, int | None]
    verdict: str
    conclusion: str


@transaction.atomic
def make_round(*, municipality: Municipality, told: Round, by: User) -> Expertise:
    """Raises ExpertiseRefused."""
    _refuse_strangers(municipality, by)
    if not told.criteria:
        raise ExpertiseRefused(NO_CRITERIA)
    expertise = Expertise.objects.create(
        municipality=municipality,
        kind=told.kind,
        title=told.title,
        due_on=told.due_on,
        max_mark=told.max_mark,
        created_by=by,
    )
    _write_criteria(expertise, told.criteria)
    audit("expertise_made", expertise, by=by, municipality_id=municipality.pk, kind=str(told.kind))
    return expertise


@transaction.atomic
def correct_round(*, expertise: Expertise, told: Round, seen_version: int, by: User) -> Expertise:
    """Title and day at any time; what is marked by, only until the first mark. Raises ExpertiseRefused."""
    _refuse_strangers(expertise.municipality, by)
    stored = Expertise.objects.select_for_update().get(pk=expertise.pk)
    if stored.version != seen_version:
        raise ExpertiseRefused(CHANGED)
    if not told.criteria:
        raise ExpertiseRefused(NO_CRITERIA)
    before = tuple(stored.criteria.values_list("text", flat=True))
    if (before, stored.max_mark) != (told.criteria, told.max_mark):
        if ReviewMark.objects.filter(review__expertise=stored).exists():
            raise ExpertiseRefused(CRITERIA_IN_USE)
        stored.criteria.all().delete()
        _write_criteria(stored, told.criteria)
    stored.kind, stored.title, stored.due_on, stored.max_mark = told.kind, told.title, told.due_on, told.max_mark
    stored.version += 1
    stored.save()
    audit("expertise_corrected", stored, by=by, municipality_id=stored.municipality_id)
    return stored


def _write_criteria(expertise: Expertise, texts: Sequence[str]) -> None:
    Criterion.objects.bulk_create(
        Criterion(expertise=expertise, position=position, text=text) for position, text in enumerate(texts, start=1)
    )


@transaction.atomic
def assign(
    *,
    expertise: Expertise,
    programmes: Collection[Programme],
    expert: User,
    origin: str,
    organisation: str,
    by: User,
) -> list[Review]:
    """Ask an expert to assess each of these programmes; nobody assesses their own school. Raises ExpertiseRefused."""
    _refuse_strangers(expertise.municipality, by)
    if not programmes:
        raise ExpertiseRefused(NO_PROGRAMMES)
    Expertise.objects.select_for_update(no_key=True).values_list("pk").get(pk=expertise.pk)
    held = list(Membership.objects.filter(user=expert, municipality=expertise.municipality).select_related("school"))
    _refuse_expert(expertise, programmes, expert, held)
    own = next((one.school.name for one in held if one.school), "")
    named = organisation.strip() or (own if origin == Review.Origin.SCHOOL else "")
    if origin == Review.Origin.SCHOOL and not named:
        raise ExpertiseRefused(WHICH_SCHOOL, field="organisation")
    reviews = Review.objects.bulk_create(
        Review(
            expertise=expertise,
            programme=programme,
            expert=expert,
            origin=origin,
            organisation=named,
            assigned_by=by,
        )
        for programme in programmes
    )
    tell_of_reviews(reviews, by=by)
    audit(
        "experts_assigned",
        expertise,
        by=by,
        municipality_id=expertise.municipality_id,
        reviews=[review.pk for review in reviews],
    )
    return reviews


def _refuse_expert(
    expertise: Expertise, programmes: Collection[Programme], expert: User, held: Collection[Membership]
) -> None:
    are_ours = all(programme.municipality_id == expertise.municipality_id for programme in programmes)
    if not held or not are_ours:
        raise ExpertiseRefused(NOT_HERE)
    if expertise.kind == Expertise.Kind.MUTUAL and not any(one.school_id for one in held):
        raise ExpertiseRefused(NO_SCHOOL)
    taken = set(Review.objects.filter(expertise=expertise, expert=expert).values_list("programme_id", flat=True))
    for programme in programmes:
        if programme.pk in taken:
            raise ExpertiseRefused(TWICE.format(title=programme.title))
        if programme.school_id is not None and works_at(expert, programme):
            raise ExpertiseRefused(OWN_SCHOOL.format(title=programme.title))


def works_at(expert: User, programme: Programme) -> bool:
    """At the programme's school, its head school or a branch of it."""
    school = programme.school
    assert school is not None
    family = Q(school=school) | Q(school__parent=school)
    if school.parent_id is not None:
        family |= Q(school=school.parent_id) | Q(school__parent=school.parent_id)
    return Membership.objects.filter(family, user=expert).exists()


@transaction.atomic
def unassign(*, review: Review, by: User) -> None:
    """Only what nobody has begun to write, or what its expert, who has left, will not finish. Raises
    ExpertiseRefused."""
    _refuse_strangers(review.expertise.municipality, by)
    stored = _locked(review)
    this = Review.objects.filter(pk=stored.pk)
    is_abandoned = ReviewState(stored.state) in WRITABLE_REVIEWS and has_left(stored)
    if begun(this).exists() and not is_abandoned:
        raise ExpertiseRefused(WRITTEN)
    audit(
        "expert_unassigned",
        stored,
        by=by,
        municipality_id=stored.expertise.municipality_id,
        programme=stored.programme_id,
    )
    stored.delete()


@transaction.atomic
def write_review(*, review: Review, told: Assessment, seen_version: int, submit: bool, by: User) -> Review:
    """Keep what the expert has written, or hand it in. Raises ExpertiseRefused."""
    stored = _locked(review)
    _refuse_changed(stored, seen_version)
    state = ReviewState(stored.state)
    if state not in WRITABLE_REVIEWS:
        raise ExpertiseRefused(NOT_NOW.format(state=state.label))
    if Actor.AUTHOR not in review_actors(by, stored):
        raise ExpertiseRefused(NOT_YOURS)
    criteria = set(stored.expertise.criteria.values_list("pk", flat=True))
    given = {key: mark for key, mark in told.marks.items() if key in criteria and mark is not None}
    if any(not 0 <= mark <= stored.expertise.max_mark for mark in given.values()):
        raise ExpertiseRefused(BAD_MARK.format(greatest=stored.expertise.max_mark))
    is_whole = set(given) == criteria and bool(told.verdict) and bool(told.conclusion.strip())
    if submit and not is_whole:
        raise ExpertiseRefused(NOT_WHOLE)
    stored.verdict, stored.conclusion = told.verdict, told.conclusion.strip()
    if submit:
        stored.state, stored.submitted_at = ReviewState.SUBMITTED.value, timezone.now()
    stored.marks.all().delete()
    ReviewMark.objects.bulk_create(
        ReviewMark(review=stored, criterion_id=key, mark=mark) for key, mark in given.items()
    )
    return _kept(stored, "review_submitted" if submit else "review_written", by)


@transaction.atomic
def take_back(*, review: Review, seen_version: int, by: User) -> Review:
    """Raises ExpertiseRefused."""
    return _kept(_moved(review, ReviewState.ASSIGNED, Actor.AUTHOR, seen_version, by), "review_taken_back", by)


@transaction.atomic
def decline(*, review: Review, reason: str, seen_version: int, by: User) -> Review:
    """The expert cannot or may not assess it, and says why. Raises ExpertiseRefused."""
    return _with_reason(review, ReviewState.DECLINED, Actor.AUTHOR, reason, seen_version, by, "review_declined")


@transaction.atomic
def accept(*, review: Review, seen_version: int, by: User) -> Review:
    """Raises ExpertiseRefused. From now on those who carry the programme out see it."""
    stored = _moved(review, ReviewState.ACCEPTED, Actor.REVIEWER, seen_version, by)
    stored.judged_by, stored.judged_at, stored.reason = by, timezone.now(), ""
    return _kept(stored, "review_accepted", by)


@transaction.atomic
def give_back(*, review: Review, reason: str, seen_version: int, by: User) -> Review:
    """The expert is told why. Raises ExpertiseRefused."""
    returned = _with_reason(review, ReviewState.RETURNED, Actor.REVIEWER, reason, seen_version, by, "review_returned")
    tell_of_returned_review(returned, by=by)
    return returned


@transaction.atomic
def ask_again(*, review: Review, seen_version: int, by: User) -> Review:
    """Whoever declined is asked once more. Raises ExpertiseRefused."""
    stored = _moved(review, ReviewState.ASSIGNED, Actor.REVIEWER, seen_version, by)
    stored.reason = ""
    kept = _kept(stored, "review_asked_again", by)
    tell_of_reviews([kept], by=by)
    return kept


def _with_reason(
    review: Review, after: ReviewState, acting: Actor, reason: str, seen_version: int, by: User, action: str
) -> Review:
    if not reason.strip():
        raise ExpertiseRefused(NO_REASON)
    stored = _moved(review, after, acting, seen_version, by)
    stored.reason = reason.strip()
    return _kept(stored, action, by)


def _moved(review: Review, after: ReviewState, acting: Actor, seen_version: int, by: User) -> Review:
    """The stored row in its new state, not yet saved; `acting` is as what the person does it."""
    stored = _locked(review)
    _refuse_changed(stored, seen_version)
    before = ReviewState(stored.state)
    if not review_may_move(before, after, {acting}):
        raise ExpertiseRefused(NOT_NOW.format(state=before.label))
    if acting not in review_actors(by, stored):
        raise ExpertiseRefused(NOT_YOURS)
    stored.state = after.value
    return stored


def _locked(review: Review) -> Review:
    Review.objects.select_for_update().values_list("pk").get(pk=review.pk)
    return Review.objects.select_related("expertise__municipality", "programme__school").get(pk=review.pk)


def _refuse_changed(stored: Review, seen_version: int) -> None:
    if stored.version != seen_version:
        raise ExpertiseRefused(REVIEW_CHANGED.format(state=ReviewState(stored.state).label))


def may_organise(user: Any, municipality: Municipality) -> bool:
    return municipality.allows(user, Permission.PLANS_EDIT)


def _refuse_strangers(municipality: Municipality, by: Any) -> None:
    if not may_organise(by, municipality):
        raise ExpertiseRefused(NOT_ALLOWED)


def _kept(review: Review, action: str, by: User) -> Review:
    review.version += 1
    review.save()
    audit(action, review, by=by, municipality_id=review.expertise.municipality_id, programme=review.programme_id)
    return review
