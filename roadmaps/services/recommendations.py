"""Recommendations are given and corrected; each addressee's answer is under control, each time it is due."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User, audit
from indicators.models import Indicator
from roadmaps.models import Recommendation
from roadmaps.plans.bounds import due_problem
from roadmaps.plans.deadlines import read_deadline
from roadmaps.services.changed import COMPARE, ChangedSince
from roadmaps.services.control import Wanted, dues_of, put_under_control
from roadmaps.services.news import tell_of_assignments
from roadmaps.states import AssignmentState
from schools.models import Municipality, School

NOBODY = "Отметьте, кому рекомендация: школы, методический центр или управление образования."
CHANGED = f"Пока вы правили рекомендацию, её изменил другой человек. {COMPARE}"
ANSWERED = (
    "{who}: уже есть ответ, поэтому адресата не убрать. Если рекомендация больше не нужна, снимите её с контроля."
)
A_YEAR = dt.timedelta(days=365)  # what recurs is asked for that long


class RecommendationRefused(Exception):
    """Nothing is changed; the text is for people and says why."""


class RecommendationChanged(RecommendationRefused, ChangedSince):
    """Somebody has changed it since the person looked at it."""


@dataclass(frozen=True)
class RecommendationTold:
    """`others` are the names of addressees that are no school."""

    text: str
    schools: Sequence[School] = ()
    others: Sequence[str] = ()
    deadline: str = ""
    due_on: dt.date | None = None
    report_form: str = ""
    indicators: Sequence[Indicator] = ()
    origin: tuple[str, int | None, str] = ("", None, "")  # kind, id and text


@transaction.atomic
def recommend(*, municipality: Municipality, told: RecommendationTold, by: Any = None) -> Recommendation:
    """Raises RecommendationRefused."""
    given = Recommendation(
        municipality=municipality, given_on=timezone.localdate(), created_by=by if isinstance(by, User) else None
    )
    asked = _write(given, told)
    tell_of_assignments(asked, municipality, by=by)
    audit(
        "recommendation_given", given, by=by, municipality_id=municipality.pk, to=len(told.schools) + len(told.others)
    )
    return given


@transaction.atomic
def correct(*, recommendation: Recommendation, told: RecommendationTold, seen_version: int, by: User) -> Recommendation:
    """What was answered stays. Raises RecommendationRefused."""
    Recommendation.objects.select_for_update(no_key=True).values_list("pk").get(pk=recommendation.pk)
    kept = Recommendation.objects.select_related("municipality").get(pk=recommendation.pk)
    if kept.version != seen_version:
        raise RecommendationChanged(CHANGED)
    _refuse_taking_out(kept, told)
    kept.version += 1
    asked = _write(kept, told)
    tell_of_assignments(asked, kept.municipality, by=by)
    audit("recommendation_corrected", kept, by=by, municipality_id=kept.municipality_id)
    return kept


def _refuse_taking_out(kept: Recommendation, told: RecommendationTold) -> None:
    schools = {school.pk for school in told.schools}
    answered = kept.assignments.exclude(state=AssignmentState.AWAITED).select_related("school")
    for row in answered:
        if (row.school_id not in schools) if row.school_id else (row.name not in told.others):
            raise RecommendationRefused(ANSWERED.format(who=row.who))


def _write(given: Recommendation, told: RecommendationTold) -> list[int]:
    """Keys of what is asked from now on."""
    if not told.schools and not told.others:
        raise RecommendationRefused(NOBODY)
    first, last = given.given_on, given.given_on + A_YEAR
    means = read_deadline(told.deadline, starts_on=first, ends_on=last)
    dues = dues_of(means, told.due_on, first, last, is_open=True)
    if problem := due_problem((day for _, day in dues), first):
        raise RecommendationRefused(problem)
    given.text, given.deadline, given.due_on = told.text.strip(), told.deadline.strip(), told.due_on
    given.means, given.report_form = means.to_json(), told.report_form
    given.origin_kind, given.origin_id, given.origin_text = told.origin
    given.save()
    given.indicators.set(told.indicators)
    whom = [(school.pk, "") for school in told.schools] + [(None, name) for name in told.others]
    wanted: Wanted = {(*one, label): (due_on, None) for one in whom for label, due_on in dues}
    return put_under_control(given, wanted, given.municipality)
