"""What somebody has to report on, and what waits for their check."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import Permission
from accounts.models import reach_of
from roadmaps.models import Occurrence, ProgressUpdate, Roadmap
from roadmaps.plans.deadlines import Precision
from roadmaps.queries.answering import Hats, answering_of, hats_of
from roadmaps.queries.tables import state_of
from roadmaps.states import ReportState, Status
from schools.models import Municipality, School

DAYS_AHEAD = 30


class Why(Enum):
    """Why something is owed, the most pressing first."""

    RETURNED = "Возвращено на доработку"
    LATE = "Просрочено"
    SOON = f"Срок в ближайшие {DAYS_AHEAD} дней"
    UNDATED = "Срок в документе точно не назван"
    BEGUN = "Начато раньше срока"


@dataclass(frozen=True)
class Owed:
    """One report that somebody owes."""

    occurrence: Occurrence
    school: School | None  # None: for the municipality
    report: ProgressUpdate | None
    why: Why
    days: int  # until it is due; negative when late

    @property
    def late_days(self) -> int:
        return max(-self.days, 0)

    @property
    def verb(self) -> str:
        """Of the one button."""
        verbs = {ReportState.RETURNED.value: "Исправить отчёт", ReportState.DRAFT.value: "Дописать отчёт"}
        return verbs.get(self.report.state if self.report else "", "Отчитаться")


def owed_by(user: Any, municipality: Municipality, today: dt.date) -> list[Owed]:
    """By why, then in the order of days. The number of queries does not depend on how much it is."""
    return _owed(user, municipality, hats_of(user), today)


def owed_anywhere(user: Any, today: dt.date, *, days_ahead: int) -> list[Owed]:
    """In all municipalities where the user reports, due in so many days."""
    hats = hats_of(user)
    municipalities = Municipality.objects.filter(pk__in=reach_of(user, Permission.PROGRESS_REPORT).touched)
    return [one for town in municipalities for one in _owed(user, town, hats, today, days_ahead=days_ahead)]


def owed_of(user: Any, school: School, today: dt.date) -> list[Owed]:
    """What a school owes, whoever reports for it, as far as the user may look into the plans."""
    return _owed(user, school.municipality, Hats(frozenset({school.pk}), frozenset()), today)


def _owed(
    user: Any, municipality: Municipality, hats: Hats, today: dt.date, *, days_ahead: int = DAYS_AHEAD
) -> list[Owed]:
    schools = School.objects.in_bulk(list(hats.schools)) if hats.schools else {}
    places: list[School | None] = [school for school in schools.values() if school.municipality_id == municipality.pk]
    if municipality.pk in hats.municipalities:
        places.append(None)
    if not places:
        return []
    occurrences = list(_open_occurrences(user, municipality, hats, today, days_ahead))
    answers = answering_of({row.activity_id: row.activity for row in occurrences}.values())
    reports = _reports_by_place(occurrences)
    found = [
        _one(occurrence, school, reports.get((occurrence.pk, school.pk if school else None)), today)
        for occurrence in occurrences
        for school in places
        if answers[occurrence.activity_id].includes(school.pk if school else None)
    ]
    order = list(Why)
    return sorted((one for one in found if one), key=lambda one: (order.index(one.why), one.occurrence.due_on))


def _open_occurrences(
    user: Any, municipality: Municipality, hats: Hats, today: dt.date, days_ahead: int
) -> QuerySet[Occurrence]:
    """Of plans in force that are due soon or before, or on which one of these has begun to report."""
    begun = ProgressUpdate.objects.visible_to(user).filter(state__in=[ReportState.DRAFT, ReportState.RETURNED])
    near = Q(due_on__lte=today + dt.timedelta(days=days_ahead))
    mine = Q(activity__roadmap__school__isnull=True) | Q(activity__roadmap__school__in=hats.schools)
    return (
        Occurrence.objects.visible_to(user)
        .standing()
        .filter(mine, activity__roadmap__municipality=municipality, activity__roadmap__state=Roadmap.State.APPROVED)
        .filter(near | Q(pk__in=begun.values("occurrence")))
        .exclude(status__in=[Status.DONE, Status.CANCELLED])
        .exclude(activity__overruled__in=[Status.DONE, Status.CANCELLED])
        .select_related("activity__roadmap")
    )


def _reports_by_place(occurrences: list[Occurrence]) -> dict[tuple[int, int | None], ProgressUpdate]:
    reports = ProgressUpdate.objects.filter(occurrence__in=[row.pk for row in occurrences])
    return {(report.occurrence_id, report.school_id): report for report in reports}


def _one(occurrence: Occurrence, school: School | None, report: ProgressUpdate | None, today: dt.date) -> Owed | None:
    state = ReportState(report.state) if report else ReportState.DRAFT
    is_told = state is ReportState.SUBMITTED or (state is ReportState.ACCEPTED and report and report.percent == 100)
    if is_told:
        return None
    days = (occurrence.due_on - today).days
    return Owed(occurrence, school, report, _why(occurrence, state, days, today), days)


def _why(occurrence: Occurrence, state: ReportState, days: int, today: dt.date) -> Why:
    if state is ReportState.RETURNED:
        return Why.RETURNED
    if state_of(occurrence, today, in_force=True) is Status.LATE:  # only plans in force are asked about
        return Why.LATE
    if days > DAYS_AHEAD:
        return Why.BEGUN
    return Why.UNDATED if occurrence.precision == Precision.FUZZY else Why.SOON


def waiting_for(user: Any, municipality: Municipality) -> QuerySet[ProgressUpdate]:
    """Reports that the user may judge, the longest waiting first; not those they wrote themselves."""
    whole = reach_of(user, Permission.PROGRESS_REVIEW).municipalities
    reviewed = School.objects.allowing(user, Permission.PROGRESS_REVIEW)
    return (
        ProgressUpdate.objects.visible_to(user)
        .filter(
            Q(school__in=reviewed) | Q(school__isnull=True, occurrence__activity__roadmap__municipality__in=whole),
            state=ReportState.SUBMITTED,
            occurrence__activity__roadmap__municipality=municipality,
            occurrence__activity__removed_at__isnull=True,
        )
        .exclude(author=user.pk)
        .select_related("school", "author", "occurrence__activity__roadmap")
        .order_by("submitted_at", "pk")
    )
