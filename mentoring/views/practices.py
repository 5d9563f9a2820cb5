"""The bank of practices: searched, one of them, and what its school and the centre do with it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.once import once
from mentoring.forms.meetings import FilesForm
from mentoring.forms.practice_reviews import AssignExpertForm
from mentoring.forms.practices import PracticeFiltersForm, PracticeForm, ReturnForm, ShownForm, practice_initial
from mentoring.models import Practice
from mentoring.queries.events import may_keep
from mentoring.queries.practice_reviews import reviews_of
from mentoring.queries.practices import (
    PracticeLine,
    practice_line,
    practice_lines,
    practice_list,
    schools_to_propose_for,
    shown_at,
    waiting_practices,
)
from mentoring.services.practices import (
    PracticeRefused,
    correct_practice,
    propose_practice,
    publish_practice,
    remove_practice,
    return_practice,
    show_practice,
)
from mentoring.sharing import PRACTICE_LABELS, PracticeState, may_ever, may_move
from roadmaps.evidence_files import discard
from roadmaps.views.evidence import number
from roadmaps.views.refusals import MovedOn, say_at_field, say_refusal
from schools.context import current_municipality, show_municipality
from schools.forms.versions import show_version
from schools.models import Municipality, School
from schools.ordering import in_natural_order

A_PAGE = 30
MOVED_ON = {
    PracticeState.PROPOSED: "Практику исправили: она снова ждёт рассмотрения.",
    PracticeState.RETURNED: "Практику уже вернули на доработку: её исправит школа.",
    PracticeState.PUBLISHED: "Практика уже опубликована: чтобы исправить её, центр сначала вернёт её на доработку.",
}


@require_safe
def practices(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    filters = PracticeFiltersForm(request.GET).filters
    visible = Practice.objects.visible_to(request.user).filter(municipality=municipality)
    page = Paginator(practice_list(request.user, municipality, filters), A_PAGE).get_page(request.GET.get("page"))
    published = School.objects.visible_to(request.user).filter(practices__in=visible).distinct()
    context = {
        "filters": filters,
        "page": page,
        "lines": practice_lines(request.user, page.object_list),
        "has_any": visible.exists(),
        "has_unpublished": visible.exclude(state=PracticeState.PUBLISHED.value).exists(),
        "states": PRACTICE_LABELS.items(),
        "schools": in_natural_order(published),
        "waiting": waiting_practices(request.user, municipality),
        "can_propose": schools_to_propose_for(request.user, municipality).exists(),
    }
    return render(request, "mentoring/practices/list.html", context)


@require_safe
def practice(request: HttpRequest, pk: int) -> HttpResponse:
    return practice_page(request, found_practice(request, pk))


def practice_page(
    request: HttpRequest,
    line: PracticeLine,
    *,
    giving_back: ReturnForm | None = None,
    files: FilesForm | None = None,
    assigning: AssignExpertForm | None = None,
) -> HttpResponse:
    """With the forms as they came back, if any did."""
    found = line.practice
    context = {
        "line": line,
        "practice": found,
        "files": found.files.all(),
        "events": shown_at(request.user, found),
        "giving_back": giving_back or ReturnForm(initial={"version": found.version}),
        "files_form": files or FilesForm(),
        "sees_school": School.objects.visible_to(request.user).filter(pk=found.school_id).exists(),
        "sees_review": bool(line.hands) or may_keep(request.user, found.municipality),
        "can_show": bool(line.hands),
        "reviews": reviews_of(request.user, found),
        "assigning": assigning or (AssignExpertForm(practice=found) if line.can_publish else None),
    }
    return render(request, "mentoring/practices/practice.html", context)


def found_practice(request: HttpRequest, pk: int) -> PracticeLine:
    """That the person may see."""
    related = ("municipality", "school", "teacher", "proposed_by", "reviewed_by")
    found = get_object_or_404(Practice.objects.visible_to(request.user).select_related(*related), pk=pk)
    show_municipality(request, found.municipality)
    return practice_line(request.user, found)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    if not schools_to_propose_for(request.user, municipality).exists():
        raise PermissionDenied
    form = _form(request, municipality, {})
    if request.method == "POST" and form.is_valid():
        try:
            made = propose_practice(municipality=municipality, told=form.told, by=request.user)
        except PracticeRefused as refusal:
            say_at_field(form, refusal)
        else:
            messages.success(
                request, "Практика предложена: её рассмотрит методический центр. Приложите файлы, если есть."
            )
            return redirect(made)
    return render(request, "mentoring/practices/form.html", {"form": form})


def _refuse(line: PracticeLine, after: PracticeState, *typed: forms.Form) -> None:
    """Whoever may not bring it to this state now."""
    if may_move(line.state, after, line.hands):
        return
    if may_ever(after, line.hands):
        raise MovedOn(MOVED_ON[line.state], line.practice, typed)
    raise PermissionDenied


def _form(request: HttpRequest, municipality: Municipality, initial: dict[str, Any]) -> PracticeForm:
    return PracticeForm(request.POST or None, municipality=municipality, user=request.user, initial=initial)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    line = found_practice(request, pk)
    found = line.practice
    form, changed = _form(request, found.municipality, practice_initial(found)), []
    _refuse(line, PracticeState.PROPOSED, form)
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["version"]
            correct_practice(practice=found, told=form.told, seen_version=seen, by=request.user)
        except PracticeRefused as refusal:
            changed = say_refusal(form, refusal, found, lambda: form.differences(found))
        else:
            messages.success(request, "Сохранено: практику рассмотрит методический центр.")
            return redirect(found)
    return render(request, "mentoring/practices/form.html", {"form": form, "practice": found, "changed": changed})


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    line = found_practice(request, pk)
    _refuse(line, PracticeState.PUBLISHED)
    try:
        publish_practice(practice=line.practice, seen_version=_version(request), by=request.user)
    except PracticeRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Практика опубликована: её найдут все школы муниципалитета.")
    return redirect(line.practice)


def _version(request: HttpRequest) -> int:
    return number(request.POST.get("version", ""))


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    line = found_practice(request, pk)
    form = ReturnForm(request.POST)
    _refuse(line, PracticeState.RETURNED, form)
    if form.is_valid():
        said = form.cleaned_data
        try:
            return_practice(
                practice=line.practice, reason=said["reason"], seen_version=said["version"], by=request.user
            )
        except PracticeRefused as refusal:
            say_at_field(form, refusal)
            show_version(form, Practice.objects.get(pk=pk).version)
        else:
            messages.success(request, "Практика возвращена: школа увидит, что исправить.")
            return redirect(line.practice)
    return practice_page(request, line, giving_back=form)


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """At which events it was presented."""
    line = found_practice(request, pk)
    if not line.hands:
        raise PermissionDenied
    initial = {"events": [event.pk for event in shown_at(request.user, line.practice)]}
    data = request.POST if request.method == "POST" else None
    form = ShownForm(data, practice=line.practice, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            show_practice(practice=line.practice, events=form.cleaned_data["events"], by=request.user)
        except PracticeRefused as refusal:
            say_at_field(form, refusal)
        else:
            messages.success(request, "Сохранено.")
            return redirect(line.practice)
    return render(request, "mentoring/practices/events.html", {"form": form, "practice": line.practice})


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first."""
    line = found_practice(request, pk)
    _refuse(line, PracticeState.PROPOSED)
    if request.method == "POST":
        try:
            places = remove_practice(practice=line.practice, seen_version=_version(request), by=request.user)
        except PracticeRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(line.practice)
        discard(*places)
        messages.success(request, "Практика удалена.")
        return redirect("mentoring:practices")
    return render(request, "mentoring/practices/remove.html", {"practice": line.practice})
