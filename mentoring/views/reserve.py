"""The reserve of future heads, for the centre and the department: the whole, one of its people, a programme, forms."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import once
from mentoring.forms.reserve import FORMS
from mentoring.models import (
    ReserveCandidate,
    ReserveEnrolment,
    ReserveProgramme,
    ReserveRotation,
    ReserveVacancy,
)
from mentoring.queries.pairings import may_edit
from mentoring.queries.reserve import candidate_card, enrolments_of, reserve_of
from mentoring.services.records import write_record
from mentoring.services.reserve import write_vacancy
from mentoring.views.records import removed, written
from schools.context import current_municipality, show_municipality
from schools.models import Municipality


@dataclass(frozen=True)
class Kept:
    """One kind of rows of the reserve."""

    model: Any
    new: str
    edit: str
    remove: str


KEPT = {
    "candidates": Kept(ReserveCandidate, "Внести в резерв", "Участник резерва", "Убрать из резерва запись?"),
    "programmes": Kept(ReserveProgramme, "Новая программа резерва", "Программа резерва", "Убрать программу?"),
    "enrolments": Kept(ReserveEnrolment, "Записать на программу", "Участник программы", "Убрать из программы?"),
    "vacancies": Kept(ReserveVacancy, "Новая вакансия", "Вакансия", "Убрать вакансию?"),
    "rotations": Kept(ReserveRotation, "Записать ротацию", "Ротация", "Убрать ротацию?"),
}


def _kept(record: str) -> Kept:
    if record not in KEPT:
        raise Http404("Таких записей в резерве нет.")
    return KEPT[record]


def _town(request: HttpRequest) -> Municipality:
    """403 for those who are neither the centre nor the department."""
    municipality = current_municipality(request)
    if not may_edit(request.user, municipality):
        raise PermissionDenied
    return municipality


def _found(request: HttpRequest, model: Any, pk: int) -> Any:
    found = get_object_or_404(model.objects.visible_to(request.user), pk=pk)
    about = found.programme if model is ReserveEnrolment else found
    show_municipality(request, about.municipality)
    return found


@require_safe
def reserve(request: HttpRequest) -> HttpResponse:
    municipality = _town(request)
    context = {"reserve": reserve_of(request.user, municipality, timezone.localdate())}
    return render(request, "mentoring/reserve.html", context)


@require_safe
def candidate(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, ReserveCandidate, pk)
    context = {"card": candidate_card(found, timezone.localdate()), "candidate": found}
    return render(request, "mentoring/reserve_candidate.html", context)


@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, ReserveProgramme, pk)
    context = {"programme": found, "enrolments": enrolments_of(found)}
    return render(request, "mentoring/reserve_programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, record: str) -> HttpResponse:
    kept, municipality = _kept(record), _town(request)
    if kept.model is ReserveEnrolment:
        raise Http404("Участников записывают на странице программы.")
    return _form_page(request, record, kept.model(municipality=municipality))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, ReserveProgramme, pk)
    return _form_page(request, "enrolments", ReserveEnrolment(programme=found))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, record: str, pk: int) -> HttpResponse:
    return _form_page(request, record, _found(request, _kept(record).model, pk))


def _form_page(request: HttpRequest, record: str, row: Any) -> HttpResponse:
    about = row.programme if record == "enrolments" else row
    data = request.POST if request.method == "POST" else None
    initial = {"version": row.version} if row.pk else {"since": timezone.localdate()}
    known = {"municipality": about.municipality, "user": request.user}
    form = FORMS[record](data, instance=row, initial=initial, **known)
    stored, changed = written(request, form, row, write_vacancy if record == "vacancies" else write_record)
    if stored:
        messages.success(request, "Сохранено.")
        return redirect(stored)
    context = {
        "form": form,
        "row": row if row.pk else None,
        "record": record,
        "title": KEPT[record].edit if row.pk else KEPT[record].new,
        "programme": about if record == "enrolments" else None,
        "changed": changed,
    }
    return render(request, "mentoring/reserve_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, record: str, pk: int) -> HttpResponse:
    """Asks first."""
    kept = _kept(record)
    row = _found(request, kept.model, pk)
    if request.method == "POST":
        if removed(request, row):
            messages.success(request, "Запись убрана.")
        else:
            messages.error(request, "Запись за это время изменили: посмотрите на неё ещё раз.")
        return redirect(row.programme if record == "enrolments" else "mentoring:reserve")
    return render(request, "mentoring/remove_reserve_record.html", {"row": row, "title": kept.remove})
