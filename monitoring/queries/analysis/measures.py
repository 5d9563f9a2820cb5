"""What was carried out, and when: answers that were accepted, and rows of roadmaps that were done."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from indicators.models import Indicator
from roadmaps.models import Activity, Assignment, Occurrence, Roadmap
from roadmaps.queries.taking_part import Place
from roadmaps.states import AssignmentState, Status
from schools.models import Municipality, School
from schools.periods import Period


@dataclass(frozen=True)
class Measure:
    """An answer that was accepted, or a row of a roadmap that was done, by its reports or by a decision."""

    title: str
    source: str
    address: str
    school: School | None  # None: of the municipality
    done_on: dt.date
    indicators: tuple[Indicator, ...]
    plan: Place  # whose schools take part

    @property
    def whose(self) -> str:
        return self.school.name if self.school else "Муниципалитет"


def half_of(day: dt.date) -> Period:
    return Period.parse(f"{day.year}h{1 if day.month <= 6 else 2}")


def halves_with_measures(user: Any, municipality: Municipality) -> list[Period]:
    """Half-years in which something was done, the latest first."""
    days = set(_done_occurrences(user, municipality).values_list("done_on", flat=True).distinct())
    days |= set(_accepted(user, municipality).values_list("answered_at__date", flat=True).distinct())
    days |= {timezone.localdate(at) for at in _decided(user, municipality).values_list("decided_at", flat=True)}
    return sorted({half_of(day) for day in days if day}, reverse=True)


def measures_of(user: Any, municipality: Municipality, half: Period) -> list[Measure]:
    """In the order in which they were done."""
    span = half.starts_on, half.ends_on
    found = [
        *_answers(user, municipality, span),
        *_rows(user, municipality, span),
        *_decisions(user, municipality, span),
    ]
    return sorted(found, key=lambda one: (one.done_on, one.title, one.whose, one.source))


def _done_occurrences(user: Any, municipality: Municipality) -> Any:
    done = Occurrence.objects.visible_to(user).standing().filter(status=Status.DONE, done_on__isnull=False)
    return done.filter(activity__roadmap__municipality=municipality).order_by()


def _decided(user: Any, municipality: Municipality) -> Any:
    """Rows that somebody has decided are done, of which no time is done by its reports."""
    decided = Activity.objects.filter(roadmap__in=Roadmap.objects.looked_into_by(user), overruled=Status.DONE)
    return (
        decided.filter(roadmap__municipality=municipality, removed_at__isnull=True)
        .exclude(occurrences__status=Status.DONE)
        .annotate(decided_at=Max("changes__at", filter=Q(changes__action="overruled")))
        .filter(decided_at__isnull=False)
        .order_by()
    )


def _accepted(user: Any, municipality: Municipality) -> Any:
    accepted = Assignment.objects.visible_to(user).filter(municipality=municipality, state=AssignmentState.ACCEPTED)
    return accepted.filter(answered_at__isnull=False).order_by()


def _answers(user: Any, municipality: Municipality, span: tuple[dt.date, dt.date]) -> Iterator[Measure]:
    rows = _accepted(user, municipality).filter(answered_at__date__range=span)
    rows = rows.select_related("school", "point__decision", "recommendation")
    for row in rows.prefetch_related("point__decision__indicators", "recommendation__indicators"):
        of = row.point.decision if row.point else row.recommendation
        yield Measure(
            title=row.task_text,
            source=row.from_what,
            address=row.get_absolute_url(),
            school=row.school,
            done_on=timezone.localdate(row.answered_at),
            indicators=tuple(of.indicators.all()),
            plan=(municipality.pk, row.point.decision.programme_id if row.point else None),
        )


def _rows(user: Any, municipality: Municipality, span: tuple[dt.date, dt.date]) -> Iterator[Measure]:
    times = _done_occurrences(user, municipality).filter(done_on__range=span)
    for time in times.select_related("activity__roadmap__school").prefetch_related("activity__indicators"):
        activity: Activity = time.activity
        yield Measure(
            title=activity.title,
            source=f"Дорожная карта, {time.label}",
            address=activity.get_absolute_url(),
            school=activity.roadmap.school,
            done_on=time.done_on,
            indicators=tuple(activity.indicators.all()),
            plan=(municipality.pk, activity.roadmap.programme_id),
        )


def _decisions(user: Any, municipality: Municipality, span: tuple[dt.date, dt.date]) -> Iterator[Measure]:
    rows = _decided(user, municipality).filter(decided_at__date__range=span)
    for row in rows.select_related("roadmap__school").prefetch_related("indicators"):
        yield Measure(
            title=row.title,
            source="Дорожная карта, выполнено по решению",
            address=row.get_absolute_url(),
            school=row.roadmap.school,
            done_on=timezone.localdate(row.decided_at),
            indicators=tuple(row.indicators.all()),
            plan=(municipality.pk, row.roadmap.programme_id),
        )
