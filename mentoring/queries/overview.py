"""Mentoring of a municipality over some days, or of one of its schools: all that is counted about it, brought together
for those who print it. No teacher's name and no text of a pair is in it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone

from mentoring.contact import Silence
from mentoring.kinds import COUNTED
from mentoring.models import (
    Attendance,
    EventChange,
    HelpRequest,
    HelpRequestChange,
    Meeting,
    MeetingChange,
    Pairing,
    PairingChange,
    Practice,
    ScoreSheet,
    SeminarRequest,
    Teacher,
)
from mentoring.models.pairings import PairingQuerySet
from mentoring.queries.development import Met, five_of, met_by
from mentoring.queries.events import Plan, plan_of
from mentoring.queries.mentors import LeftAlone, MentorLine, left_alone, pool_of
from mentoring.queries.numbers import FormNumbers, by_form, with_numbers
from mentoring.queries.participation import PartFilters, Participation, participation, years_of_events
from mentoring.queries.practices import published_on
from mentoring.queries.requests import Outcomes, outcomes_of
from mentoring.queries.scoring import HelpMonitoring, ScoredSheet, monitoring_of, sheet_of
from mentoring.queries.seminar import SeminarNumbers, numbers_of, seminars_of
from mentoring.queries.staffing import Staffing, staffing_of, staffing_years
from mentoring.queries.support import Support, support_of
from mentoring.scores import SheetKind, SheetState
from roadmaps.plans.calendar_words import Span
from roadmaps.queries.years import year_of_plans
from schools.models import Municipality, School
from schools.ordering import natural_key


@dataclass(frozen=True)
class PairNumbers:
    """A pairing with its meetings of the days, and its plan up to the last of them."""

    pairing: Pairing
    held: int
    confirmed: int
    hours: Decimal
    last_met_on: dt.date | None
    steps: int
    done: int
    silence: Silence | None  # of one that runs on the day


@dataclass(frozen=True)
class Growth:
    """Of teachers who work, in sums."""

    teachers: int
    five: list[Met]
    support: Support


@dataclass(frozen=True)
class Overview:
    days: Span
    day: dt.date  # on which pairings stand as they are told, and deadlines are late
    pairings: list[PairNumbers]  # whose term meets the days
    counted: list[Pairing]  # pairs with pupils
    forms: list[FormNumbers]
    mentors: list[MentorLine]  # who are in the pool on the day, or of the school's pairings
    alone: LeftAlone | None  # None for one school, and where there is no list
    requests: Outcomes
    events: Plan
    participation: Participation
    practices: list[Practice]
    seminars: list[SeminarNumbers]
    growth: Growth
    staffing: Staffing
    sheets: list[ScoredSheet]  # confirmed, of the municipality itself; of a school none
    monitoring: HelpMonitoring  # of all schools, or of the one
    is_of_school: bool

    @property
    def is_empty(self) -> bool:
        """Teachers are on the list whatever the days."""
        rows: Iterable[Any] = (
            self.pairings, self.counted, self.requests.came, self.events.states, self.practices, self.seminars,
            self.staffing.all.rows, self.sheets, self.monitoring.sheets,
        )  # fmt: skip
        return not any(rows)

    @property
    def silent(self) -> list[tuple[PairNumbers, Silence]]:
        """Who have not met for long, the longest first."""
        found = [(one, one.silence) for one in self.pairings if one.silence and one.silence.is_long]
        return sorted(found, key=lambda line: -line[1].days)


def overview_of(
    user: Any, municipality: Municipality, days: Span, day: dt.date, school: School | None = None
) -> Overview:
    """As many queries whatever is in it, but for a few of each seminar."""
    pairings = _pairings(user, municipality, days, school)
    found = _in_order(with_numbers(pairings.exclude(kind__in=COUNTED).with_sides(), days), day)
    return Overview(
        days=days,
        day=day,
        pairings=found,
        counted=list(pairings.filter(kind__in=COUNTED).select_related("school").order_by("kind", "school__name", "pk")),
        forms=by_form(pairings, days),
        mentors=_mentors(user, municipality, day, found if school else None),
        alone=None if school else left_alone(user, municipality, day, year_of_plans(days[1])),
        requests=outcomes_of(user, municipality, days, day, school),
        events=plan_of(user, municipality, days, day, school),
        participation=_participation(user, municipality, days, day, school),
        practices=list(published_on(user, municipality, days, school)),
        seminars=numbers_of(user, municipality, days, school),
        growth=_growth(user, municipality, days, day, school),
        staffing=staffing_of(user, municipality, year_of_plans(days[1]), school),
        sheets=[] if school else _sheets(user, municipality, year_of_plans(days[1])),
        monitoring=_monitoring(user, municipality, days, day, school),
        is_of_school=school is not None,
    )


def _pairings(user: Any, municipality: Municipality, days: Span, school: School | None) -> PairingQuerySet:
    found = Pairing.objects.visible_to(user).filter(municipality=municipality).within(*days)
    return found.with_school(school) if school else found


def _in_order(pairings: Iterable[Any], day: dt.date) -> list[PairNumbers]:
    """By what each is, then by whom it helps."""
    found = [
        PairNumbers(
            one, one.meetings_held, one.meetings_confirmed, one.hours or Decimal(), one.last_met_on, one.plan_steps,
            one.plan_done,
            Silence(one.starts_on, one.last_met_on, one.agreed_on, day) if one.term.holds_on(day) else None,
        )
        for one in pairings
    ]  # fmt: skip
    kinds = [kind for kind, _ in Pairing._meta.get_field("kind").choices or ()]
    return sorted(
        found,
        key=lambda one: (
            kinds.index(one.pairing.kind), natural_key(one.pairing.school.name), one.pairing.starts_on, one.pairing.pk,
        ),
    )  # fmt: skip


def _mentors(
    user: Any, municipality: Municipality, day: dt.date, pairings: list[PairNumbers] | None
) -> list[MentorLine]:
    lines = [line for line in pool_of(user, municipality, day) if line.is_in_pool]
    if pairings is None:
        return lines
    helping = {one.pairing.mentor_id for one in pairings}
    return [line for line in lines if line.mentor.pk in helping]


def _participation(
    user: Any, municipality: Municipality, days: Span, day: dt.date, school: School | None
) -> Participation:
    found = participation(user, municipality, days, day, PartFilters())
    if school is None:
        return found
    return Participation([one for one in found.schools if one.school == school], found.events)


def _growth(user: Any, municipality: Municipality, days: Span, day: dt.date, school: School | None) -> Growth:
    teachers = Teacher.objects.visible_to(user).filter(school__municipality=municipality, is_active=True)
    if school is not None:
        teachers = teachers.filter(school=school)
    five = five_of(teachers, year_of_plans(days[1]), day)
    return Growth(len(five), met_by(five), support_of(Teacher.objects.filter(pk__in=list(five)), days))


def _sheets(user: Any, municipality: Municipality, school_year: int) -> list[ScoredSheet]:
    own = (kind for kind in SheetKind if not kind.is_of_school)
    found = (sheet_of(user, municipality, kind, school_year) for kind in own)
    return [one for one in found if one is not None and one.sheet.is_confirmed]


def _monitoring(
    user: Any, municipality: Municipality, days: Span, day: dt.date, school: School | None
) -> HelpMonitoring:
    found = monitoring_of(user, municipality, year_of_plans(days[1]), day)
    if school is None:
        return found
    own = [one for one in found.sheets if one.sheet.school_id == school.pk]
    return replace(found, rows=[row for row in found.rows if row[0] == school], sheets=own)


def known_until(municipality: Municipality) -> dt.date | None:
    """The day of the latest entry of which a day decides: who met, what was asked and answered, what took place. With
    the day of printing instead, the same data would be another document every day."""
    of_pair, of_town = "pairing__municipality", "municipality"
    moments = (
        (Pairing, of_town, ("created_at",)),
        (PairingChange, of_pair, ("at",)),
        (Meeting, of_pair, ("logged_at", "confirmed_at")),
        (MeetingChange, f"meeting__{of_pair}", ("at",)),
        (HelpRequestChange, "request__municipality", ("at",)),
        (EventChange, "event__municipality", ("at",)),
        (Attendance, "event__municipality", ("written_at",)),
        (Practice, of_town, ("proposed_at", "reviewed_at")),
        (SeminarRequest, "seminar__municipality", ("asked_at",)),
    )
    latest = [
        moment
        for model, town, fields in moments
        for moment in model._default_manager.filter(**{town: municipality}).aggregate(*map(Max, fields)).values()
    ]
    days = [timezone.localdate(moment) for moment in latest if moment is not None]
    return max(days, default=None)


def years_of_mentoring(user: Any, municipality: Municipality, today: dt.date) -> set[int]:
    """School years, September to August, up to the one going on, of which there is anything to tell."""
    visible = Pairing.objects.visible_to(user).filter(municipality=municipality)
    terms = visible.order_by().values_list("starts_on", "ends_on").distinct()
    asked = HelpRequest.objects.visible_to(user).filter(municipality=municipality)
    sheets = ScoreSheet.objects.visible_to(user).filter(municipality=municipality)
    confirmed = sheets.filter(state=SheetState.CONFIRMED)
    now = year_of_plans(today)
    years = {
        *(year for first, last in terms for year in range(year_of_plans(first), year_of_plans(last or today) + 1)),
        *(year_of_plans(timezone.localdate(at)) for at in asked.values_list("asked_at", flat=True)),
        *years_of_events(user, municipality),
        *seminars_of(user, municipality).values_list("school_year", flat=True),
        *staffing_years(user, municipality),
        *confirmed.values_list("school_year", flat=True),
    }
    return {year for year in years if year <= now}
