"""Part in events as numbers of formulas: of the school whose staff came, on the event's first day. An event that is
called off has no attendance. A kind of records is a group of kinds of events, as the documents ask for them."""

from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import Any

from indicators.calculations.records import Counted, RecordKind
from indicators.records import Behind, Keeper, Listed, Once, Stretch, Tallied
from mentoring.gatherings import STAFF, EventKind
from mentoring.models import Attendance, NamedAttendance
from mentoring.queries.participation import names_of
from schools.models import School
from schools.periods import year_of_plans
from schools.wording import counted

COLUMNS = ("Мероприятие", "Вид и кто назван", "Дата", "Последний день", "Сколько")
# Code, name, after «участий» and «учителей, которые были», and which events; «активные формы взаимодействия» are ours,
# the programme of Мегион names «конкурсное движение и др.» alone.
GROUPS: tuple[tuple[str, str, str, Collection[EventKind]], ...] = (
    ("events", "Участие в мероприятиях", "в мероприятиях", tuple(EventKind)),
    (
        "seminars",
        "Участие в семинарах, практикумах и вебинарах",
        "в семинарах, практикумах и вебинарах",
        (EventKind.SEMINAR, EventKind.WORKSHOP, EventKind.WEBINAR),
    ),
    ("contests", "Участие в конкурсах", "в конкурсах", (EventKind.CONTEST,)),
    (
        "active_forms",
        "Участие в активных формах: практикумы, мастер-классы, методические дни, круглые столы, конкурсы",
        "в активных формах взаимодействия",
        (
            EventKind.WORKSHOP,
            EventKind.MASTER_CLASS,
            EventKind.METHODICAL_DAY,
            EventKind.ROUND_TABLE,
            EventKind.CONTEST,
        ),
    ),
)


def _kind(code: str, name: str, where: str) -> RecordKind:
    times = Counted("участия: каждый работник каждый раз", f"участий работников {where}")
    teachers = Counted(
        "учителя, названные участниками (каждый один раз)",
        f"учителей, названных участниками {where} (каждый один раз)",
        may_be_unknown=True,
    )
    return RecordKind(code, name, {"times": times, "teachers": teachers}, is_of_all=True)


def _tally(kinds: Collection[EventKind], municipality_id: int, stretch: Stretch) -> Iterator[Tallied | Once]:
    rows = _attendance(kinds, stretch).filter(event__municipality=municipality_id).order_by("pk")
    for school, day, *people in rows.values_list("school_id", "event__starts_on", *STAFF):
        yield Tallied(school, day, {"times": sum(people)})
    named = NamedAttendance.objects.filter(attendance__in=rows).order_by("pk")
    for school, day, teacher in named.values_list(
        "attendance__school_id", "attendance__event__starts_on", "teacher_id"
    ):
        yield Once(school, Stretch(day, day), ("teachers",), teacher)


def _years(kinds: Collection[EventKind], municipality_id: int, stretch: Stretch) -> set[int]:
    rows = _attendance(kinds, stretch).filter(event__municipality=municipality_id)
    return {year_of_plans(day) for day in rows.order_by().values_list("event__starts_on", flat=True).distinct()}


def _behind(kinds: Collection[EventKind], user: Any, school: School, stretch: Stretch) -> Behind:
    """The events to which the school's people came, as far as the person sees them and knows the names."""
    rows = _attendance(kinds, stretch).filter(school=school)
    seen = rows.filter(pk__in=Attendance.objects.visible_to(user).values("pk")).select_related("event")
    names = names_of(user, seen)
    listed = tuple(_listed(row, names.get(row.pk, [])) for row in seen.order_by("event__starts_on", "pk"))
    return Behind(listed, rows.count() - len(listed))


def _attendance(kinds: Collection[EventKind], stretch: Stretch) -> Any:
    return Attendance.objects.filter(event__starts_on__range=stretch, event__kind__in=kinds)


def _listed(row: Attendance, named: Iterable[NamedAttendance]) -> Listed:
    event = row.event
    names = ", ".join(one.teacher.name for one in named)
    return Listed(
        title=event.title,
        link=event.get_absolute_url(),
        about=f"{event.get_kind_display()}: {names}" if names else event.get_kind_display(),
        day=event.starts_on,
        done_on=event.ends_on,
        verdict=counted(row.people, "участие,участия,участий"),
    )


EVENT_SOURCES = tuple(
    (
        _kind(code, name, where),
        Keeper(partial(_tally, kinds), partial(_years, kinds), partial(_behind, kinds), COLUMNS),
    )
    for code, name, where, kinds in GROUPS
)
