"""Who came to an event: counted by the centre for every school, or by a school for itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.access import Permission
from accounts.models import User, audit
from mentoring.contact import Group
from mentoring.gatherings import STAFF, EventState
from mentoring.models import Attendance, Event, NamedAttendance, Teacher
from mentoring.models.events import ATTENDANCE_NUMBERS
from mentoring.queries.events import invited_to
from mentoring.services.counting import attendance_moved
from roadmaps.services.changed import COMPARE, ChangedSince
from schools.models import School

NOT_YOURS = "Участие школы записывают она сама, методический центр и управление образования."
NOT_INVITED = "Мероприятие не для этой школы ({school}): добавьте её в мероприятие."
TOO_EARLY = "Мероприятие ещё не началось: участие записывают {on:%d.%m.%Y} и позже."
CALLED_OFF = "Мероприятие отменено: участие по нему не записывают."
TOO_MANY_PRESENT = "{school}: представили опыт больше, чем было. Проверьте числа."
TOO_FEW = "{school}: названо учителей {named}, из них представили опыт {presented}. Сначала снимите с них отметки."
OTHER_SCHOOL = "Этих учителей нет в списке школы: обновите страницу."
CHANGED = f"Пока вы записывали участие, его изменил другой человек ({{schools}}). {COMPARE}"
NOBODY = (0,) * len(ATTENDANCE_NUMBERS)
Named = Mapping[int, bool]  # by the teacher's key, whether they presented their experience


class AttendanceRefused(Exception):
    """Nothing is changed; the text is for people and says why."""


class AttendanceChanged(AttendanceRefused, ChangedSince):
    """Somebody has changed these schools' numbers since the person looked at them."""

    def __init__(self, schools: Sequence[School]) -> None:
        super().__init__(CHANGED.format(schools=", ".join(school.name for school in schools)))
        self.schools = schools


@dataclass(frozen=True)
class AttendanceTold:
    """Numbers in the order of ATTENDANCE_NUMBERS, as the person saw them and as they leave them; all nought: nobody of
    this school came."""

    school: School
    numbers: tuple[int, ...]
    seen: tuple[int, ...] = NOBODY

    @property
    def people(self) -> int:
        return sum(self.numbers[: len(STAFF)])

    @property
    def not_managers(self) -> int:
        return self.people - self.numbers[STAFF.index(Group.ADMINISTRATION)]

    @property
    def presented(self) -> int:
        return self.numbers[-1]


@transaction.atomic
def write_attendance(*, event: Event, told: Sequence[AttendanceTold], by: User) -> int:
    """All of it or nothing; how many schools' numbers have changed. What the person left as they saw it is not written,
    whatever has become of it since. Raises AttendanceRefused."""
    Event.objects.select_for_update(no_key=True).values_list("pk").get(pk=event.pk)
    event = Event.objects.get(pk=event.pk)
    _refuse(event, told, by)
    stored = {row.school_id: row for row in Attendance.objects.filter(event=event).select_for_update(no_key=True)}
    numbers = {key: row.numbers for key, row in stored.items()}
    touched = [one for one in told if one.numbers != one.seen]
    fresh = [one for one in touched if numbers.get(one.school.pk, NOBODY) != one.numbers]
    late = [one.school for one in fresh if numbers.get(one.school.pk, NOBODY) != one.seen]
    if late:
        raise AttendanceChanged(late)
    _refuse_losing_names(event, fresh)
    for one in fresh:
        _write(event, stored.get(one.school.pk), one, by)
    if fresh:
        audit("attendance_written", event, by=by, municipality_id=event.municipality_id, schools=len(fresh))
        attendance_moved(event, by, event.starts_on)
    return len(fresh)


@transaction.atomic
def name_attendance(*, event: Event, school: School, named: Named, seen: Named, by: User) -> int:
    """Which teachers of the school's list came, and whether they presented their experience. Managers are other people:
    where more are named than were counted besides them, teachers grow; by how many. Raises AttendanceRefused."""
    Event.objects.select_for_update(no_key=True).values_list("pk").get(pk=event.pk)
    event = Event.objects.get(pk=event.pk)
    row = Attendance.objects.filter(event=event, school=school).first() or Attendance(event=event, school=school)
    counted = AttendanceTold(school, row.numbers)
    _refuse(event, [counted], by)
    stored = named_of(event, school)
    if named == stored:
        return 0
    if seen != stored:
        raise AttendanceChanged([school])
    if Teacher.objects.filter(pk__in=named, school=school).count() != len(named):
        raise AttendanceRefused(OTHER_SCHOOL)
    added = max(0, len(named) - counted.not_managers)
    row.teachers += added
    row.presented = max(row.presented, sum(named.values()))
    row.written_at, row.written_by = timezone.now(), by
    row.save()
    row.named.all().delete()
    NamedAttendance.objects.bulk_create(
        NamedAttendance(attendance=row, teacher_id=teacher, presented=presented) for teacher, presented in named.items()
    )
    audit("attendance_named", event, by=by, municipality_id=event.municipality_id, teachers=len(named))
    attendance_moved(event, by, event.starts_on)
    return added


def named_of(event: Event, school: School) -> dict[int, bool]:
    """By the teacher's key, whether they presented their experience."""
    rows = NamedAttendance.objects.filter(attendance__event=event, attendance__school=school)
    return dict(rows.values_list("teacher_id", "presented"))


def _refuse_losing_names(event: Event, told: Sequence[AttendanceTold]) -> None:
    rows = NamedAttendance.objects.filter(attendance__event=event).order_by()
    counts = rows.values_list("attendance__school").annotate(
        people=Count("pk"), shown=Count("pk", filter=Q(presented=True))
    )
    named = {school: numbers for school, *numbers in counts}
    for one in told:
        people, presented = named.get(one.school.pk, (0, 0))
        if one.not_managers < people or one.presented < presented:
            raise AttendanceRefused(TOO_FEW.format(school=one.school.name, named=people, presented=presented))


def _refuse(event: Event, told: Sequence[AttendanceTold], by: User) -> None:
    if event.state == EventState.CANCELLED:
        raise AttendanceRefused(CALLED_OFF)
    if event.starts_on > timezone.localdate():
        raise AttendanceRefused(TOO_EARLY.format(on=event.starts_on))
    theirs = set(School.objects.allowing(by, Permission.STAFF_EDIT).values_list("pk", flat=True))
    invited = {school.pk for school in invited_to(event)}
    for one in told:
        if one.school.pk not in theirs:
            raise AttendanceRefused(NOT_YOURS)
        if one.school.pk not in invited:
            raise AttendanceRefused(NOT_INVITED.format(school=one.school.name))
        if one.presented > one.people:
            raise AttendanceRefused(TOO_MANY_PRESENT.format(school=one.school.name))


def _write(event: Event, row: Attendance | None, told: AttendanceTold, by: User) -> None:
    if row is not None and not told.people:
        row.delete()
        return
    row = row or Attendance(event=event, school=told.school)
    for name, number in zip(ATTENDANCE_NUMBERS, told.numbers, strict=True):
        setattr(row, name, number)
    row.written_at, row.written_by = timezone.now(), by
    row.save()
