"""A teacher's card: the five indicators of a year, deficits, courses, plans of development and what a year of support
came to. What one asks for here, one may see: the teacher comes from `visible_to`."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.competence import VERDICT_LABELS, Competence, Held, Verdict, day_of_year, has_category, year_before
from mentoring.models import (
    CompetenceMark,
    Course,
    Deficit,
    DevelopmentPlan,
    DevelopmentStep,
    NamedAttendance,
    Pairing,
    SupportReport,
    Teacher,
)
from mentoring.queries.support import support_of
from roadmaps.queries.years import year_of_plans
from schools.models import School
from schools.wording import counted, day, number

MEETING_WORDS, COURSE_WORDS = "встреча,встречи,встреч", "программа,программы,программ"


@dataclass(frozen=True)
class StepLine:
    step: DevelopmentStep
    is_late: bool


@dataclass(frozen=True)
class PlanLine:
    plan: DevelopmentPlan
    steps: list[StepLine]

    @property
    def done(self) -> int:
        return sum(line.step.state == DevelopmentStep.State.DONE for line in self.steps)

    @property
    def awaited(self) -> int:
        return sum(line.step.state != DevelopmentStep.State.DROPPED for line in self.steps)

    @property
    def late(self) -> int:
        return sum(line.is_late for line in self.steps)


@dataclass(frozen=True)
class Card:
    teacher: Teacher
    school_year: int
    competence: list[Held]
    deficits: list[Deficit]
    courses: list[Course]
    plans: list[PlanLine]
    reports: list[SupportReport]
    pairings: list[Pairing]  # that help the teacher
    attended: list[NamedAttendance]  # the latest first

    @property
    def open_deficits(self) -> int:
        return sum(deficit.closed_on is None for deficit in self.deficits)

    @property
    def met(self) -> int:
        return sum(held.is_met is True for held in self.competence)


def card_of(user: Any, teacher: Teacher, school_year: int, today: dt.date) -> Card:
    steps: dict[int, list[StepLine]] = defaultdict(list)
    for step in DevelopmentStep.objects.filter(plan__teacher=teacher).select_related("plan", "deficit"):
        steps[step.plan_id].append(StepLine(step, step.is_late(today)))
    pairings = Pairing.objects.open_to(user).filter(teacher=teacher).with_sides()
    attended = NamedAttendance.objects.visible_to(user).filter(teacher=teacher)
    return Card(
        teacher,
        school_year,
        five_of([teacher], school_year, today)[teacher.pk],
        list(teacher.deficits.all()),
        list(teacher.courses.select_related("deficit")),
        [PlanLine(plan, steps[plan.pk]) for plan in teacher.development_plans.all()],
        list(teacher.support_reports.all()),
        list(pairings),
        list(attended.select_related("attendance__event").order_by("-attendance__event__starts_on", "-pk")),
    )


def years_of(teacher: Teacher, today: dt.date) -> set[int]:
    """School years of which something is kept, and the one going on."""
    marks = teacher.competence_marks.values_list("school_year", flat=True)
    courses = teacher.courses.order_by().values_list("finished_on", flat=True)
    return {year_of_plans(today), *marks, *(year_of_plans(on) for on in courses)}


def five_of(teachers: Iterable[Teacher], school_year: int, today: dt.date) -> dict[int, list[Held]]:
    """The five indicators of each teacher by the end of the school year, or by today while it goes on; two queries."""
    found = list(teachers)
    keys = [teacher.pk for teacher in found]
    on = day_of_year(school_year, today)
    marks = {mark.teacher_id: mark for mark in CompetenceMark.objects.filter(teacher__in=keys, school_year=school_year)}
    courses = Course.objects.filter(
        teacher__in=keys, is_regional=True, finished_on__gt=year_before(on), finished_on__lte=on
    )
    latest = dict(courses.order_by().values_list("teacher").annotate(on=Max("finished_on")))
    is_running = school_year == year_of_plans(today)
    return {
        teacher.pk: _five(teacher, marks.get(teacher.pk), latest.get(teacher.pk), on, is_running=is_running)
        for teacher in found
    }


def _five(
    teacher: Teacher, mark: CompetenceMark | None, certified_on: dt.date | None, on: dt.date, *, is_running: bool
) -> list[Held]:
    category = has_category(teacher.category, teacher.category_since, teacher.category_until, on)
    words = f"{teacher.get_category_display()} категория" if category else "нет на этот день"
    certified = f"удостоверение от {day(certified_on)}" if certified_on else "курсов этого института за год не внесено"
    return [
        _verdict(Competence.EXPERT, mark.expert if mark else "", mark.expert_on if mark else None),
        _verdict(
            Competence.TEST, mark.test if mark else "", mark.test_on if mark else None,
            mark.test_percent if mark else None,
        ),
        Held(Competence.CERTIFICATE, certified_on is not None, certified),
        Held(Competence.CATEGORY, category, words),
        _advanced(teacher, mark, is_running=is_running),
    ]  # fmt: skip


def _verdict(competence: Competence, verdict: str, on: dt.date | None, percent: int | None = None) -> Held:
    if not verdict:
        return Held(competence, None, "не проводилась")
    done = f"выполнено {percent} %" if percent is not None else ""
    told = [VERDICT_LABELS[Verdict(verdict)], done, day(on) if on else ""]
    return Held(competence, verdict == Verdict.POSITIVE, ", ".join(word for word in told if word))


def _advanced(teacher: Teacher, mark: CompetenceMark | None, *, is_running: bool) -> Held:
    """By half-years where somebody has said so; else the teacher's entry tells, of the year going on."""
    halves = (mark.advanced_first, mark.advanced_second) if mark else (None, None)
    if any(half is not None for half in halves):
        told = [f"в {which} полугодии" for which, half in zip(("первом", "втором"), halves, strict=True) if half]
        return Held(Competence.ADVANCED, bool(told), " и ".join(told) or "нет")
    if is_running and teacher.advanced_level:
        return Held(Competence.ADVANCED, True, "по записи об учителе")
    return Held(Competence.ADVANCED, None, "не указано")


@dataclass(frozen=True)
class Met:
    """One of the five over many teachers."""

    competence: Competence
    met: int
    known: int


def met_by(five: dict[int, list[Held]]) -> list[Met]:
    """How many fulfil each, of how many it is known of."""
    met: Counter[Competence] = Counter()
    known: Counter[Competence] = Counter()
    for held in (held for of_teacher in five.values() for held in of_teacher):
        known[held.competence] += held.is_met is not None
        met[held.competence] += held.is_met is True
    return [Met(competence, met[competence], known[competence]) for competence in Competence]


def support_facts(teacher: Teacher, school_year: int, today: dt.date) -> list[tuple[str, str]]:
    """What the portal knows of a year of support, September to August: what, and the number in words."""
    year = (dt.date(school_year, 9, 1), dt.date(school_year + 1, 8, 31))
    support = support_of(Teacher.objects.filter(pk=teacher.pk), year)
    five = five_of([teacher], school_year, today)[teacher.pk]
    return [
        (
            "Подтверждённые встречи с наставником или тьютором",
            _with_hours(support.meetings, support.meeting_hours, MEETING_WORDS),
        ),
        ("Курсы", _with_hours(support.courses, support.course_hours, COURSE_WORDS)),
        ("Дефициты", f"выявлено {support.found}, восполнено {support.closed}, осталось {support.left}"),
        ("План развития", f"выполнено {support.done} из {counted(support.steps, 'строки,строк,строк')} с этим сроком"),
        ("Показатели предметной компетенции", f"есть {sum(held.is_met is True for held in five)} из 5"),
    ]


def _with_hours(count: int, hours: Decimal, words: str) -> str:
    return counted(count, words) + (f", {number(hours)} ч" if hours else "")


def shown_facts(report: SupportReport, today: dt.date) -> list[tuple[str, str]]:
    """As they were when it was handed in; of a draft as they are."""
    if report.state == SupportReport.State.HANDED_IN:
        return [(what, words) for what, words in report.facts]
    return support_facts(report.teacher, report.school_year, today)


def may_keep(user: Any, school: School) -> bool:
    """Whether the person writes the teachers of the school, their courses and competence."""
    return school.allows(user, Permission.STAFF_EDIT)


def may_support(user: Any, teacher: Teacher) -> bool:
    """And their deficits, plans and reports, which their mentor writes as well."""
    return may_keep(user, teacher.school) or is_mentor_of(user, teacher)


def is_mentor_of(user: Any, teacher: Teacher) -> bool:
    is_one = teacher.municipality_id in reach_of(user, Permission.MEETING_LOG).touched
    return is_one and Teacher.objects.mentored_by(user).filter(pk=teacher.pk).exists()


def visible_teachers(user: Any) -> QuerySet[Teacher]:
    return Teacher.objects.visible_to(user).select_related("school__municipality", "school__parent")
