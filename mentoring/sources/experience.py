"""Experience that schools presented, as numbers of formulas: practices on the day on which they were published, and
what was presented at events on their first day."""

from collections.abc import Iterable, Iterator
from typing import Any

from indicators.calculations.records import Counted, RecordKind
from indicators.records import Behind, Keeper, Listed, Once, Stretch, Tallied
from mentoring.models import Attendance, NamedAttendance, Practice
from mentoring.queries.participation import names_of
from mentoring.sharing import PracticeState
from schools.models import School
from schools.periods import year_of_plans
from schools.wording import counted

EXPERIENCE = RecordKind(
    "experience",
    "Представление опыта",
    {
        "practices": Counted("опубликованные практики", "опубликованных практик"),
        "presentations": Counted(
            "выступления на мероприятиях: каждый работник каждый раз", "выступлений работников на мероприятиях"
        ),
        "teachers": Counted(
            "учителя, чья практика опубликована или кто назван выступившим (каждый один раз)",
            "учителей, чья практика опубликована или кто назван выступившим (каждый один раз)",
            may_be_unknown=True,
        ),
    },
    is_of_all=True,
)
COLUMNS = ("Что представлено", "Где и кто назван", "Дата", "Последний день", "Сколько")
IN_THE_BANK = "банк практик"


def tally(municipality_id: int, stretch: Stretch) -> Iterator[Tallied | Once]:
    practices = _published(stretch).filter(municipality=municipality_id).order_by("pk")
    for school, day, teacher in practices.values_list("school_id", "published_on", "teacher_id"):
        yield Tallied(school, day, {"practices": 1})
        if teacher:
            yield Once(school, Stretch(day, day), ("teachers",), teacher)
    rows = _presented(stretch).filter(event__municipality=municipality_id).order_by("pk")
    for school, day, presented in rows.values_list("school_id", "event__starts_on", "presented"):
        yield Tallied(school, day, {"presentations": presented})
    named = NamedAttendance.objects.filter(attendance__in=rows, presented=True).order_by("pk")
    for school, day, teacher in named.values_list(
        "attendance__school_id", "attendance__event__starts_on", "teacher_id"
    ):
        yield Once(school, Stretch(day, day), ("teachers",), teacher)


def years(municipality_id: int, stretch: Stretch) -> set[int]:
    practices = _published(stretch).filter(municipality=municipality_id).values_list("published_on", flat=True)
    events = _presented(stretch).filter(event__municipality=municipality_id).values_list("event__starts_on", flat=True)
    return {year_of_plans(day) for day in [*practices, *events]}


def behind(user: Any, school: School, stretch: Stretch) -> Behind:
    """What was published all see who look into mentoring; of events those that the person sees, and the names that the
    person may know."""
    practices, presented = _published(stretch).filter(school=school), _presented(stretch).filter(school=school)
    seen = practices.filter(pk__in=Practice.objects.visible_to(user).values("pk"))
    at_events = presented.filter(pk__in=Attendance.objects.visible_to(user).values("pk"))
    names = names_of(user, at_events)
    listed = [*map(_practice, seen), *(_presentation(row, names.get(row.pk, [])) for row in at_events)]
    rows = tuple(sorted(listed, key=lambda one: (one.day, one.title)))
    return Behind(rows, practices.count() + presented.count() - len(rows))


def _published(stretch: Stretch) -> Any:
    return Practice.objects.filter(state=PracticeState.PUBLISHED, published_on__range=stretch).order_by()


def _presented(stretch: Stretch) -> Any:
    """Attendance of those who presented something."""
    rows = Attendance.objects.filter(event__starts_on__range=stretch, presented__gt=0)
    return rows.select_related("event").order_by()


def _practice(practice: Practice) -> Listed:
    assert practice.published_on
    return Listed(
        practice.title, practice.get_absolute_url(), IN_THE_BANK, practice.published_on, None, "практика опубликована"
    )


def _presentation(row: Attendance, named: Iterable[NamedAttendance]) -> Listed:
    event = row.event
    about = event.get_kind_display()
    if names := ", ".join(one.teacher.name for one in named if one.presented):
        about = f"{about}: {names}"
    words = counted(row.presented, "выступление,выступления,выступлений")
    return Listed(event.title, event.get_absolute_url(), about, event.starts_on, event.ends_on, words)


EXPERIENCE_KEEPER = Keeper(tally, years, behind, COLUMNS)
