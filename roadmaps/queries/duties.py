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
from roadmaps.models import Review, StageReview
from roadmaps.queries.answering import hats_of
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
    hats, reviewed = hats_of(user), reach_of(user, Permission.PROGRESS_REVIEW)
    own = Q(programme__school__in=hats.schools)
    if municipality.pk in hats.municipalities:
        own |= Q(programme__school__isnull=True)
    to_tell = own & Q(state=StageState.AWAITED, due_on__lte=today + SOON)
    wanted = to_tell
    if municipality.pk in reviewed.municipalities:
        wanted |= Q(state=StageState.TOLD) & ~Q(told_by=user.pk)
    stages = StageReview.objects.visible_to(user).filter(wanted, programme__municipality=municipality)
    return [
        Duty(
            "Рассказать об этапе" if stage.state == StageState.AWAITED else "Дать заключение об этапе",
            f"{stage.programme.title}, {stage.get_stage_display()}"
            + (f". {stage.programme.school.name}" if stage.programme.school else ""),
            stage.get_absolute_url(),
            stage.due_on,
            stage.state == StageState.AWAITED and stage.due_on < today,
        )
        for stage in stages.select_related("programme__school")
    ]


def _reviews(user: Any, municipality: Municipality, today: dt.date) -> list[Duty]:
    wanted = Q(expert=user.pk, state__in=[state.value for state in WRITABLE_REVIEWS])
    if municipality.pk in reach_of(user, Permission.PLANS_EDIT).municipalities:
        wanted |= Q(state=ReviewState.SUBMITTED) & ~Q(expert=user.pk)
    reviews = Review.objects.visible_to(user).filter(wanted, expertise__municipality=municipality)
    return [
        Duty(
            "Принять заключение эксперта" if review.state == ReviewState.SUBMITTED else "Написать заключение эксперта",
            f"{review.programme.title}" + (f". {review.programme.school.name}" if review.programme.school else ""),
            review.get_absolute_url(),
            review.expertise.due_on,
            review.state != ReviewState.SUBMITTED and review.expertise.due_on < today,
        )
        for review in reviews.select_related("expertise", "programme__school")
    ]
