"""What somebody owes besides reports: risks of their school to check, stages to tell of or to judge, expertise to write
or to accept."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.access import Permission
from accounts.models import reach_of
from roadmaps.models import Assignment, Programme, Review, StageReview
from roadmaps.queries.answering import hats_of
from roadmaps.queries.control import owed_assignments
from roadmaps.queries.expertise import reviews_to_write
from roadmaps.states import WRITABLE_REVIEWS, ReviewState, StageState
from schools.models import Municipality, SchoolRisk
from schools.periods import school_year_label, school_year_of

SOON = dt.timedelta(days=30)  # as reports are shown


@dataclass(frozen=True)
class Duty:
    """One thing to do: what, about what, where, and until when where a day is set."""

    what: str
    about: str
    address: str
    due_on: dt.date | None = None
    is_late: bool = False


def duties_of(user: Any, municipality: Municipality, today: dt.date) -> list[Duty]:
    """Those with a day first, the nearest at the top. A few queries, however many there are."""
    found = [
        *_risks(user, municipality, today),
        *_stages(user, municipality, today),
        *_reviews(user, municipality, today),
    ]
    return sorted(found, key=lambda duty: (duty.due_on is None, duty.due_on or today, duty.about))


def dated_duties(user: Any, municipality: Municipality, today: dt.date, ahead: dt.timedelta) -> list[Duty]:
    """What this person has themselves to write by a day, besides reports: answers to assignments and recommendations,
    stages, conclusions."""
    stages = StageReview.objects.visible_to(user).filter(
        _to_tell(user, municipality, today + ahead), programme__municipality=municipality
    )
    return [
        *(_answer(row, today) for row in owed_assignments(user, municipality).filter(due_on__lte=today + ahead)),
        *(_stage(stage, today) for stage in stages.select_related("programme__school")),
        *(_review(row, today) for row in reviews_to_write(user, municipality)),
    ]


def _answer(row: Assignment, today: dt.date) -> Duty:
    is_late = row.due_on is not None and row.due_on < today
    about = " ".join(filter(None, [row.task_text, row.label]))
    return Duty("Ответить", f"{about}. {row.from_what}. {row.who}", row.get_absolute_url(), row.due_on, is_late)


def _risks(user: Any, municipality: Municipality, today: dt.date) -> list[Duty]:
    """Of the running school year and of the next, one line for each school and year."""
    schools = hats_of(user).schools
    if not schools:
        return []
    unchecked = SchoolRisk.objects.visible_to(user).filter(
        school__in=schools,
        school__municipality=municipality,
        check_result="",
        factor__school_year__gte=school_year_of(today),
    )
    rows = unchecked.values_list("school_id", "school__name", "factor__school_year")
    return [
        Duty(
            f"Проверить риски: {count}",
            f"{name}, {school_year_label(year)} учебный год",
            f"{reverse('schools:school_risks', args=[school_id])}?municipality={municipality.slug}&year={year}",
        )
        for (school_id, name, year), count in Counter(rows).items()
    ]


def _stages(user: Any, municipality: Municipality, today: dt.date) -> list[Duty]:
    reviewed = reach_of(user, Permission.PROGRESS_REVIEW)
    wanted = _to_tell(user, municipality, today + SOON)
    if municipality.pk in reviewed.municipalities:
        wanted |= Q(state=StageState.TOLD) & ~Q(told_by=user.pk)
    stages = StageReview.objects.visible_to(user).filter(wanted, programme__municipality=municipality)
    return [_stage(stage, today) for stage in stages.select_related("programme__school")]


def _to_tell(user: Any, municipality: Municipality, until: dt.date) -> Q:
    """Stages that this person tells of, due until that day."""
    hats = hats_of(user)
    own = Q(programme__school__in=hats.schools)
    if municipality.pk in hats.municipalities:
        own |= Q(programme__school__isnull=True)
    return own & Q(state=StageState.AWAITED, due_on__lte=until)


def _stage(stage: StageReview, today: dt.date) -> Duty:
    is_awaited = stage.state == StageState.AWAITED
    return Duty(
        "Рассказать об этапе" if is_awaited else "Дать заключение об этапе",
        f"{stage.programme.title}, {stage.get_stage_display()}{_of_school(stage.programme)}",
        stage.get_absolute_url(),
        stage.due_on,
        is_awaited and stage.due_on < today,
    )


def _of_school(programme: Programme) -> str:
    return f". {programme.school.name}" if programme.school else ""


def _reviews(user: Any, municipality: Municipality, today: dt.date) -> list[Duty]:
    wanted = Q(expert=user.pk, state__in=[state.value for state in WRITABLE_REVIEWS])
    if municipality.pk in reach_of(user, Permission.PLANS_EDIT).municipalities:
        wanted |= Q(state=ReviewState.SUBMITTED) & ~Q(expert=user.pk)
    reviews = Review.objects.visible_to(user).filter(wanted, expertise__municipality=municipality)
    return [_review(review, today) for review in reviews.select_related("expertise", "programme__school")]


def _review(review: Review, today: dt.date) -> Duty:
    is_written = review.state == ReviewState.SUBMITTED
    return Duty(
        "Принять заключение эксперта" if is_written else "Написать заключение эксперта",
        f"{review.programme.title}{_of_school(review.programme)}",
        review.get_absolute_url(),
        review.expertise.due_on,
        not is_written and review.expertise.due_on < today,
    )
