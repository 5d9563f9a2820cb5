"""The list of teachers with what each still needs, narrowed as the address says."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from mentoring.models import DevelopmentPlan, DevelopmentStep, Teacher
from schools.models import Municipality, School
from schools.ordering import in_natural_order

COURSES_EVERY = 3  # years: a teacher's right to courses, article 47 of the law on education (№ 273-ФЗ)


class Need(StrEnum):
    """What a teacher may lack."""

    DEFICITS = "deficits"
    NO_PLAN = "no_plan"
    LATE = "late"
    NO_COURSES = "no_courses"

    @property
    def label(self) -> str:
        return NEED_LABELS[self]


NEED_LABELS = {
    Need.DEFICITS: "есть невосполненные дефициты",
    Need.NO_PLAN: "дефициты есть, плана развития нет",
    Need.LATE: "строки плана развития просрочены",
    Need.NO_COURSES: "курсов не было три года",
}


@dataclass(frozen=True)
class TeacherFilters:
    school: int | None = None
    need: Need | None = None

    @property
    def is_empty(self) -> bool:
        return self.school is None and self.need is None


@dataclass(frozen=True)
class TeacherList:
    """`teachers` are those who work, with `open_deficits`, `has_plan`, `is_late` and `learnt_on`."""

    teachers: QuerySet[Teacher]
    schools: list[School]  # to narrow the list to
    total: int  # who work, of all that the person sees here
    with_category: int
    with_deficits: int
    without_plan: int  # of these


def with_needs(teachers: QuerySet[Teacher], today: dt.date) -> QuerySet[Teacher]:
    """Each with `open_deficits`; whether there is a plan with a row in it, `has_plan`, or any at all,
    `has_any_plan`, and anything of it is late, `is_late`; when the last course ended, `learnt_on`."""
    plans = DevelopmentPlan.objects.filter(teacher=OuterRef("pk"), state__in=["draft", "active"])
    rows = DevelopmentStep.objects.filter(plan__teacher=OuterRef("pk"), plan__state__in=["draft", "active"])
    late = DevelopmentStep.objects.filter(
        plan__teacher=OuterRef("pk"), plan__state="active", state="planned", due_on__lt=today
    )
    return teachers.annotate(
        open_deficits=Count("deficits", filter=Q(deficits__closed_on=None), distinct=True),
        has_plan=Exists(rows.exclude(state="dropped")),
        has_any_plan=Exists(plans),
        is_late=Exists(late),
        learnt_on=Max("courses__finished_on"),
    )


def holding_category(day: dt.date) -> Q:
    """The first or the highest, on that day: what `competence.has_category` says of one teacher."""
    begun = Q(category_since=None) | Q(category_since__lte=day)
    lasts = Q(category_until=None) | Q(category_until__gte=day)
    return Q(category__in=["first", "highest"]) & begun & lasts


def teacher_list(user: Any, municipality: Municipality, filters: TeacherFilters, today: dt.date) -> TeacherList:
    """In alphabetical order, whoever belongs to which school."""
    visible = Teacher.objects.visible_to(user).filter(school__municipality=municipality, is_active=True)
    everybody = with_needs(visible, today)
    counts = everybody.aggregate(
        total=Count("pk"),
        with_category=Count("pk", filter=holding_category(today)),
        with_deficits=Count("pk", filter=Q(open_deficits__gt=0)),
        without_plan=Count("pk", filter=Q(open_deficits__gt=0, has_plan=False)),
    )
    narrowed = everybody.filter(_needing(filters.need, today))
    if filters.school is not None:
        narrowed = narrowed.filter(school=filters.school)
    schools = School.objects.filter(pk__in=visible.values("school"))
    listed = narrowed.select_related("school").order_by("name", "pk")
    return TeacherList(listed, in_natural_order(schools), **counts)


def _needing(need: Need | None, today: dt.date) -> Q:
    long_ago = dt.date(today.year - COURSES_EVERY, today.month, min(today.day, 28))
    needing = {
        Need.DEFICITS: Q(open_deficits__gt=0),
        Need.NO_PLAN: Q(open_deficits__gt=0, has_plan=False),
        Need.LATE: Q(is_late=True),
        Need.NO_COURSES: Q(learnt_on=None) | Q(learnt_on__lte=long_ago),
    }
    return needing[need] if need else Q()
