"""The centre asks experts for their word on a practice; each gives it once the practice waits for review."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.access import Role
from accounts.models import User, audit
from mentoring.models import Practice, PracticeReview
from mentoring.queries.practice_reviews import awaited_review, experts_for
from mentoring.queries.practices import hands_of
from mentoring.services.records import remove_record, write_record
from mentoring.sharing import Hand, PracticeState
from roadmaps.notices.kinds import Kind
from roadmaps.telling import forget_page, of_awaited, tell

NOT_WAITING = "Практика не ждёт рассмотрения: экспертов назначают, пока она предложена и не опубликована."
NOT_YOURS = "Экспертов назначает методический центр."
NO_EXPERT = f"Выберите человека с ролью «{Role.EXPERT.label}» муниципалитета, которому практика ещё не назначена."
IN_PAST = "Этот день уже прошёл: впишите сегодняшний или более поздний."
NO_WORDS = "Напишите, почему: центру и школе нужны слова, а не только вывод."
GIVEN = "Эксперт уже дал заключение: его не отменяют."


class ReviewRefused(Exception):
    """Nothing is changed; the text is for people and says why. `field` of the form that it is about, if any."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


@transaction.atomic
def assign_expert(*, practice: Practice, expert: User, due_on: dt.date, by: User) -> PracticeReview:
    """The expert is told. Raises ReviewRefused."""
    Practice.objects.select_for_update(no_key=True).values_list("pk").get(pk=practice.pk)
    practice = Practice.objects.select_related("municipality", "school", "teacher").get(pk=practice.pk)
    if Hand.REVIEWER not in hands_of(by, practice):
        raise ReviewRefused(NOT_YOURS)
    if practice.state != PracticeState.PROPOSED:
        raise ReviewRefused(NOT_WAITING)
    if not experts_for(practice).filter(pk=expert.pk).exists():
        raise ReviewRefused(NO_EXPERT, "expert")
    if due_on < timezone.localdate():
        raise ReviewRefused(IN_PAST, "due_on")
    review = PracticeReview.objects.create(practice=practice, expert=expert, due_on=due_on, changed_by=by)
    audit("practice_review_assigned", review, by=by, municipality_id=practice.municipality_id)
    tell([(expert, of_awaited(awaited_review(review), Kind.REVIEW, "asked", practice.municipality))])
    return review


def give_conclusion(
    *, review: PracticeReview, verdict: str, conclusion: str, seen_version: int, by: User
) -> PracticeReview:
    """By the expert; put right until the practice is published or returned. Raises ReviewRefused, RecordChanged."""
    if review.expert_id != by.pk:
        raise ReviewRefused("Заключение даёт эксперт, которому назначена практика.")
    if review.practice.state != PracticeState.PROPOSED:
        raise ReviewRefused("Практику уже рассмотрели: заключение не меняют.")
    if not conclusion.strip():
        raise ReviewRefused(NO_WORDS, "conclusion")
    fields = {"verdict": verdict, "conclusion": conclusion.strip(), "given_on": timezone.localdate()}
    return write_record(row=review, fields=fields, seen_version=seen_version, by=by)


@transaction.atomic
def take_off_expert(*, review: PracticeReview, seen_version: int, by: User) -> None:
    """As long as nothing is said. Raises ReviewRefused, RecordChanged."""
    if review.verdict:
        raise ReviewRefused(GIVEN)
    link = review.get_absolute_url()
    remove_record(row=review, seen_version=seen_version, by=by)
    forget_page(link)
