"""Meetings of pairings as numbers of formulas: of the helped school, on their day. What the other side disputes does
not count until it is settled."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from indicators.calculations.records import Counted, RecordKind
from indicators.records import Behind, Keeper, Listed, Stretch, Tallied
from mentoring.contact import MeetingState
from mentoring.models import Meeting
from schools.models import School
from schools.periods import year_of_plans

MEETINGS = RecordKind(
    "meetings",
    "Встречи пар",
    {
        "held": Counted("записанные встречи, кроме оспоренных", "встреч пар"),
        "confirmed": Counted("встречи, подтверждённые другой стороной", "подтверждённых встреч пар", within="held"),
    },
    is_of_all=True,
)
COLUMNS = ("Встреча", "Пара", "Дата", "Записана", "Состояние")


def tally(municipality_id: int, stretch: Stretch) -> Iterator[Tallied]:
    rows = _held(stretch).filter(pairing__municipality=municipality_id).order_by("pk")
    for school, day, state in rows.values_list("pairing__school_id", "on", "state"):
        yield Tallied(school, day, {"held": 1, "confirmed": int(state == MeetingState.CONFIRMED)})


def years(municipality_id: int, stretch: Stretch) -> set[int]:
    days = _held(stretch).filter(pairing__municipality=municipality_id).order_by().values_list("on", flat=True)
    return {year_of_plans(day) for day in days.distinct()}


def behind(user: Any, school: School, stretch: Stretch) -> Behind:
    """That they took place; topics and texts stay on the page of the meeting."""
    rows = _held(stretch).filter(pairing__school=school)
    seen = rows.filter(pk__in=Meeting.objects.visible_to(user).values("pk")).with_sides().order_by("on", "pk")
    listed = tuple(
        Listed(
            title=str(one),
            link=one.get_absolute_url(),
            about=one.pairing.in_words(named=False),
            day=one.on,
            done_on=timezone.localdate(one.logged_at),
            verdict=one.get_state_display(),
        )
        for one in seen
    )
    return Behind(listed, rows.count() - len(listed))


def _held(stretch: Stretch) -> Any:
    return Meeting.objects.filter(on__range=stretch).exclude(state=MeetingState.DISPUTED)


MEETINGS_KEEPER = Keeper(tally, years, behind, COLUMNS)
