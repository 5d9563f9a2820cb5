"""Forms of what is kept about a teacher: new, put right, taken out; and the page of a report of support."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import once
from mentoring.forms.development import (
    CompetenceForm,
    CourseForm,
    DeficitForm,
    DevelopmentPlanForm,
    DevelopmentStepForm,
    OfTeacherForm,
    SupportReportForm,
)
from mentoring.models import (
    CompetenceMark,
    Course,
    Deficit,
    DevelopmentPlan,
    DevelopmentStep,
    SupportReport,
    Teacher,
)
from mentoring.queries.development import may_keep, may_support, shown_facts, visible_teachers
from mentoring.queries.pairings import may_edit
from mentoring.queries.teacher_history import rewritten
from mentoring.views.records import removed, written
from roadmaps.queries.years import year_of_plans
from schools.context import YEARS_KNOWN_TO_THE_PORTAL, show_municipality

HIDDEN = "Видят школа, методический центр, управление образования и наставник учителя."


@dataclass(frozen=True)
class Record:
    """One kind of them; `by_mentor`: the teacher's mentor writes it as well."""

    model: Any
    form: type[OfTeacherForm]
    new: str
    edit: str
    remove: str
    by_mentor: bool = True
    of_year: bool = False  # one a school year


RECORDS = {
    "courses": Record(Course, CourseForm, "Внести курсы", "Курсы", "Убрать курсы?", by_mentor=False),
    "deficits": Record(Deficit, DeficitForm, "Записать дефицит", "Дефицит", "Убрать дефицит?"),
    "competence": Record(
        CompetenceMark, CompetenceForm, "Предметная компетенция", "Предметная компетенция",
        "Убрать сведения этого года?", by_mentor=False, of_year=True,
    ),
    "plans": Record(
        DevelopmentPlan, DevelopmentPlanForm, "Новый план развития", "План развития", "Убрать план развития?"
    ),
    "steps": Record(DevelopmentStep, DevelopmentStepForm, "Новая строка плана", "Строка плана", "Убрать строку плана?"),
    "reports": Record(
        SupportReport, SupportReportForm, "Отчёт о сопровождении", "Отчёт о сопровождении", "Убрать отчёт?",
        of_year=True,
    ),
}  # fmt: skip


def _record(slug: str) -> Record:
    if slug not in RECORDS:
        raise Http404("Таких записей нет.")
    return RECORDS[slug]


def writable_teacher(request: HttpRequest, pk: int, *, by_mentor: bool) -> Teacher:
    """404 for those who do not see the teacher, 403 for those who may not write."""
    teacher = get_object_or_404(visible_teachers(request.user), pk=pk)
    show_municipality(request, teacher.school.municipality)
    if not (may_support(request.user, teacher) if by_mentor else may_keep(request.user, teacher.school)):
        raise PermissionDenied
    return teacher


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, pk: int, record: str) -> HttpResponse:
    """Of the kinds that are one a year, that of the year in the address, which may be there already."""
    kept = _record(record)
    if kept.model is DevelopmentStep:
        raise Http404("Строку добавляют к плану.")
    teacher = writable_teacher(request, pk, by_mentor=kept.by_mentor)
    if not kept.of_year:
        return _form_page(request, kept, kept.model(teacher=teacher), teacher)
    year = _year(request)
    found = kept.model.objects.filter(teacher=teacher, school_year=year).first()
    return _form_page(request, kept, found or kept.model(teacher=teacher, school_year=year), teacher)


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year", "")
    is_year = text.isdecimal() and int(text) in YEARS_KNOWN_TO_THE_PORTAL
    return int(text) if is_year else year_of_plans(timezone.localdate())


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_step(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(DevelopmentPlan.objects.visible_to(request.user), pk=pk)
    plan.teacher = writable_teacher(request, plan.teacher_id, by_mentor=True)
    return _form_page(request, RECORDS["steps"], DevelopmentStep(plan=plan), plan.teacher)


def _found(request: HttpRequest, kept: Record, pk: int) -> tuple[Any, Teacher]:
    """That the person may write."""
    visible = kept.model.objects.visible_to(request.user)
    row = get_object_or_404(visible.select_related("plan") if kept.model is DevelopmentStep else visible, pk=pk)
    about = row.plan if kept.model is DevelopmentStep else row
    about.teacher = writable_teacher(request, about.teacher_id, by_mentor=kept.by_mentor)
    return row, about.teacher


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, record: str, pk: int) -> HttpResponse:
    kept = _record(record)
    return _form_page(request, kept, *_found(request, kept, pk))


def _form_page(request: HttpRequest, kept: Record, row: Any, teacher: Teacher) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    initial = {"version": row.version} if row.pk else _first(row, timezone.localdate())
    is_centre = may_edit(request.user, teacher.school.municipality)
    form = kept.form(data, instance=row, initial=initial, teacher=teacher, is_centre=is_centre)
    stored, changed = written(request, form, row)
    if stored:
        messages.success(request, "Сохранено.")
        return redirect(stored)
    context = {
        "form": form,
        "teacher": teacher,
        "row": row if row.pk else None,
        "record": next(slug for slug, one in RECORDS.items() if one is kept),
        "title": kept.edit if row.pk else kept.new,
        "year": row.school_year if kept.of_year else None,
        "changed": changed,
        "hidden": HIDDEN,
    }
    return render(request, "mentoring/teacher_record_form.html", context)


def _first(row: Any, today: dt.date) -> dict[str, Any]:
    """What a new row begins with."""
    if isinstance(row, Deficit):
        return {"found_on": today}
    if isinstance(row, DevelopmentPlan):
        return {"starts_on": today, "ends_on": dt.date(year_of_plans(today) + 1, 8, 31)}
    return {}


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, record: str, pk: int) -> HttpResponse:
    """Asks first."""
    kept = _record(record)
    row, teacher = _found(request, kept, pk)
    if request.method == "POST":
        if removed(request, row):
            messages.success(request, "Запись убрана.")
        else:
            messages.error(request, "Запись за это время изменили: посмотрите на неё ещё раз.")
        return redirect(teacher)
    context = {"row": row, "teacher": teacher, "title": kept.remove}
    return render(request, "mentoring/remove_teacher_record.html", context)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SupportReport.objects.visible_to(request.user), pk=pk)
    found.teacher = get_object_or_404(visible_teachers(request.user), pk=found.teacher_id)
    show_municipality(request, found.teacher.school.municipality)
    context = {
        "report": found,
        "teacher": found.teacher,
        "facts": shown_facts(found, timezone.localdate()),
        "rewritten": rewritten(found),
        "can_support": may_support(request.user, found.teacher),
        "hidden": HIDDEN,
    }
    return render(request, "mentoring/support_report.html", context)
