"""The two stages of positive changes: when each is due, what has changed, what is made of it."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.access import Permission
from accounts.models import User, audit
from roadmaps.models import Programme, StageReview
from roadmaps.queries.stages import first_stage_of, is_open_after, stage_actors
from roadmaps.states import Actor, StageState, stage_may_move

NOT_ALLOWED = "Сроки этапов назначают управление образования и методический центр."
IN_ORDER = "Второй этап наступает позже первого: проверьте даты."
BEGUN = "По этапу «{stage}» уже отчитались: срок больше не меняется."
NO_TEXT = "Напишите, что изменилось: без этого этап не рассмотреть."
NO_VERDICT = "Выберите заключение."
NO_COMMENT = "Напишите, чего не хватило: школе нужно знать, что исправить."
NO_REASON = "Напишите, что дополнить: без этого отчёт не возвращается."
NOT_YOURS = "На этом шаге решают другие люди."
OWN = "Об этом этапе отчитались вы: рассматривает его другой человек."
TOO_EARLY = "Об этом этапе отчитываются после {day:%d.%m.%Y}, когда закончится предыдущий, и после отчёта о нём."
NOT_NOW = "Этап {state}: сейчас этого сделать нельзя. Обновите страницу."
CHANGED = "Пока вы писали, этап изменил другой человек: теперь он {state}. Ваш текст остался в форме."


class StageRefused(Exception):
    """Nothing is changed; the text is for people and says why."""


@transaction.atomic
def plan_stages(*, programme: Programme, due: Mapping[int, dt.date], by: User) -> list[StageReview]:
    """Say by when each stage is to be told of; one that was told of keeps its day. Raises StageRefused."""
    if not (programme.school or programme.municipality).allows(by, Permission.PLANS_EDIT):
        raise StageRefused(NOT_ALLOWED)
    Programme.objects.select_for_update(no_key=True).values_list("pk").get(pk=programme.pk)
    first, second = due[StageReview.Stage.FIRST], due[StageReview.Stage.SECOND]
    if second <= first:
        raise StageRefused(IN_ORDER)
    known = {review.stage: review for review in StageReview.objects.filter(programme=programme)}
    planned = []
    for stage, day in sorted(due.items()):
        review = known.get(stage) or StageReview(programme=programme, stage=stage, version=0)
        if review.due_on != day:
            if review.pk and review.state != StageState.AWAITED:
                raise StageRefused(BEGUN.format(stage=review.get_stage_display()))
            review.due_on = day
            review.version += 1
            review.save()
        planned.append(review)
    audit(
        "stages_planned",
        programme,
        by=by,
        municipality_id=programme.municipality_id,
        due={str(stage): day.isoformat() for stage, day in due.items()},
    )
    return planned


@transaction.atomic
def tell_stage(*, review: StageReview, text: str, seen_version: int, by: User) -> StageReview:
    """What has changed, by those who carry the programme out. Raises StageRefused."""
    stored = _moved(review, StageState.TOLD, Actor.AUTHOR, seen_version, by)
    if not text.strip():
        raise StageRefused(NO_TEXT)
    first = first_stage_of(stored)
    if first and not is_open_after(first, timezone.localdate()):
        raise StageRefused(TOO_EARLY.format(day=first.due_on))
    stored.told, stored.told_by, stored.told_at, stored.reason = text.strip(), by, timezone.now(), ""
    return _kept(stored, "stage_told", by)


@transaction.atomic
def take_stage_back(*, review: StageReview, seen_version: int, by: User) -> StageReview:
    """To put something right before it is judged. Raises StageRefused."""
    stored = _moved(review, StageState.AWAITED, Actor.AUTHOR, seen_version, by)
    return _kept(stored, "stage_taken_back", by)


@transaction.atomic
def judge_stage(*, review: StageReview, verdict: str, comment: str, seen_version: int, by: User) -> StageReview:
    """Raises StageRefused; nobody judges what they told themselves."""
    stored = _moved(review, StageState.JUDGED, Actor.REVIEWER, seen_version, by)
    if verdict not in StageReview.Verdict.values:
        raise StageRefused(NO_VERDICT)
    if verdict != StageReview.Verdict.CAME and not comment.strip():
        raise StageRefused(NO_COMMENT)
    stored.verdict, stored.comment = verdict, comment.strip()
    stored.judged_by, stored.judged_at = by, timezone.now()
    return _kept(stored, "stage_judged", by)


@transaction.atomic
def return_stage(*, review: StageReview, reason: str, seen_version: int, by: User) -> StageReview:
    """What was told is not enough to judge by. Raises StageRefused."""
    if not reason.strip():
        raise StageRefused(NO_REASON)
    stored = _moved(review, StageState.AWAITED, Actor.REVIEWER, seen_version, by)
    stored.reason = reason.strip()
    return _kept(stored, "stage_returned", by)


@transaction.atomic
def reopen_stage(*, review: StageReview, seen_version: int, by: User) -> StageReview:
    """Judge it anew: something has come out since. Raises StageRefused."""
    stored = _moved(review, StageState.TOLD, Actor.REVIEWER, seen_version, by)
    stored.verdict, stored.comment, stored.judged_by, stored.judged_at = "", "", None, None
    return _kept(stored, "stage_reopened", by)


def _moved(review: StageReview, after: StageState, acting: Actor, seen_version: int, by: User) -> StageReview:
    """The stored row in its new state, not yet saved; whoever else is at it waits. `acting` is as what the person does
    it: a reviewer returns what an author takes back."""
    StageReview.objects.select_for_update().values_list("pk").get(pk=review.pk)
    stored = StageReview.objects.select_related("programme__municipality", "programme__school").get(pk=review.pk)
    before = StageState(stored.state)
    if stored.version != seen_version:
        raise StageRefused(CHANGED.format(state=before.label))
    if not stage_may_move(before, after, {acting}):
        raise StageRefused(NOT_NOW.format(state=before.label))
    if acting not in stage_actors(by, stored):
        is_own = acting is Actor.REVIEWER and stored.told_by_id == by.pk
        raise StageRefused(OWN if is_own else NOT_YOURS)
    stored.state = after.value
    return stored


def _kept(review: StageReview, action: str, by: User) -> StageReview:
    review.version += 1
    review.save()
    audit(action, review, by=by, municipality_id=review.programme.municipality_id, programme=review.programme_id)
    return review
