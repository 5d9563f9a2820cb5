"""The standing seminar: half-years, what is offered in one, a school's request, and the programmes of schools."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.once import once
from mentoring.forms.seminar import (
    OfferForm,
    SeenForm,
    SeminarForm,
    SessionForms,
    offer_initial,
    request_differences,
    say_twice,
    seen_initial,
    seminar_initial,
    sessions_initial,
    wanted_forms,
)
from mentoring.models import Seminar, SeminarOffer, SeminarProgramme
from mentoring.queries.events import may_keep
from mentoring.queries.seminar import (
    demand_for,
    fingerprint,
    left_out,
    may_ask,
    requests_are_open,
    requests_of,
    school_lines,
    seminars_of,
    sessions_of,
)
from mentoring.services.seminar import (
    APPROVED,
    SeminarChanged,
    SeminarRefused,
    adopt_topic,
    approve_programme,
    ask,
    build_programme,
    closed_to,
    remove_offer,
    write_offer,
    write_seminar,
    write_sessions,
)
from roadmaps.views.evidence import number
from roadmaps.views.refusals import MovedOn, say_at_field, say_refusal
from schools.context import current_municipality, show_municipality
from schools.forms.versions import show_version
from schools.models import Municipality, School


@require_safe
def seminars(request: HttpRequest) -> HttpResponse:
    """The newest half-year is what people come for; with none, or several, a list."""
    municipality = current_municipality(request)
    context = {
        "seminars": seminars_of(request.user, municipality),
        "today": timezone.localdate(),
        "can_keep": may_keep(request.user, municipality),
    }
    return render(request, "mentoring/seminar/list.html", context)


def _found(request: HttpRequest, pk: int, *, to_keep: bool = False) -> Seminar:
    found = get_object_or_404(Seminar.objects.visible_to(request.user).select_related("municipality"), pk=pk)
    show_municipality(request, found.municipality)
    if to_keep and not may_keep(request.user, found.municipality):
        raise PermissionDenied
    return found


@require_safe
def seminar(request: HttpRequest, pk: int) -> HttpResponse:
    found, today = _found(request, pk), timezone.localdate()
    demand = demand_for(request.user, found)
    lines = school_lines(request.user, found, demand)
    context = {
        "seminar": found,
        "demand": demand,
        "lines": lines,
        "today": today,
        "is_open": requests_are_open(request.user, found, today),
        "asked": sum(bool(line.asked) for line in lines),
        "approved": sum(line.is_approved for line in lines),
        "can_keep": may_keep(request.user, found.municipality),
    }
    return render(request, "mentoring/seminar/seminar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    if not may_keep(request.user, municipality):
        raise PermissionDenied
    return _seminar_form(request, municipality, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk, to_keep=True)
    return _seminar_form(request, found.municipality, found)


def _seminar_form(request: HttpRequest, municipality: Municipality, found: Seminar | None) -> HttpResponse:
    form, changed = SeminarForm(_data(request), seminar=found, initial=seminar_initial(found)), []
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["version"]
        told = {"municipality": municipality, "told": form.told, "by": request.user}
        try:
            stored = write_seminar(**told, seminar=found, seen_version=seen)
        except SeminarRefused as refusal:
            changed = say_refusal(form, refusal, found, lambda: form.differences(found))
        else:
            messages.success(request, "Сохранено." if found else "Полугодие открыто: добавьте темы.")
            return redirect(stored)
    return render(request, "mentoring/seminar/form.html", {"form": form, "seminar": found, "changed": changed})


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_offer(request: HttpRequest, pk: int) -> HttpResponse:
    return _offer_form(request, _found(request, pk, to_keep=True), None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_offer(request: HttpRequest, pk: int) -> HttpResponse:
    offer = get_object_or_404(SeminarOffer.objects.visible_to(request.user), pk=pk)
    return _offer_form(request, _found(request, offer.seminar_id, to_keep=True), offer)


def _offer_form(request: HttpRequest, found: Seminar, offer: SeminarOffer | None) -> HttpResponse:
    form, changed = OfferForm(_data(request), initial=offer_initial(offer) if offer else {}), []
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            write_offer(seminar=found, told=form.told, by=request.user, offer=offer, seen_version=seen)
        except SeminarRefused as refusal:
            changed = say_refusal(form, refusal, offer, lambda: form.differences(offer))
        else:
            messages.success(request, "Сохранено." if offer else "Тема добавлена.")
            return redirect("mentoring:new_offer", found.pk) if "another" in request.POST else redirect(found)
    context = {"form": form, "seminar": found, "offer": offer, "changed": changed}
    return render(request, "mentoring/seminar/offer_form.html", context)


@require_POST
def delete_offer(request: HttpRequest, pk: int) -> HttpResponse:
    offer = get_object_or_404(SeminarOffer.objects.visible_to(request.user).select_related("seminar"), pk=pk)
    found = _found(request, offer.seminar_id, to_keep=True)
    return _done(request, found, lambda: remove_offer(offer=offer, by=request.user), "Тема убрана.")


@require_POST
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    found, topic = _found(request, pk, to_keep=True), request.POST.get("topic", "")
    said = "Тема теперь среди предложений центра: её могут попросить и другие школы."
    return _done(request, found, lambda: adopt_topic(seminar=found, topic=topic, by=request.user), said)


def _done(request: HttpRequest, back: Any, do: Any, said: str) -> HttpResponse:
    """To the page of what comes of it where that is a programme, else back."""
    try:
        made = do()
    except SeminarRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    messages.success(request, said)
    return redirect(made if isinstance(made, SeminarProgramme) else back)


def _school(request: HttpRequest, found: Seminar, school: int) -> School:
    of_town = School.objects.visible_to(request.user).filter(municipality=found.municipality)
    return get_object_or_404(of_town, pk=school)


@require_http_methods(["GET", "HEAD", "POST"])
def request_topics(request: HttpRequest, pk: int, school: int) -> HttpResponse:
    """All that a school asks for."""
    found = _found(request, pk)
    of = _school(request, found, school)
    if not may_ask(request.user, found, of):
        raise PermissionDenied
    asked = requests_of(request.user, found, of)
    wanted = wanted_forms(_data(request), found.offers.all(), asked)
    if problem := closed_to(request.user, found, of):
        if request.method == "POST":
            raise MovedOn(problem, request.path, wanted)
        context = {"seminar": found, "school": of, "asked": asked, "problem": problem}
        return render(request, "mentoring/seminar/asked.html", context)
    form, changed = SeenForm(_data(request), initial=seen_initial(asked)), []
    if request.method == "POST":
        say_twice(wanted)
    if form.is_valid() and not [one for one in wanted if not one.is_valid()]:
        told = [topic for one in wanted if (topic := one.told) is not None]
        try:
            ask(seminar=found, school=of, wanted=told, seen=form.cleaned_data["version"], by=request.user)
        except SeminarRefused as refusal:
            say_at_field(form, refusal)
            if isinstance(refusal, SeminarChanged):
                asked = requests_of(request.user, found, of)
                show_version(form, **seen_initial(asked))
                changed = request_differences(told, asked)
        else:
            messages.success(request, "Заявка сохранена." if told else "Заявка пуста: школа ничего не просит.")
            return redirect(found)
    context = {
        "seminar": found,
        "school": of,
        "offered": [one for one in wanted if one.offer],
        "own": [one for one in wanted if not one.offer],
        "form": form,
        "changed": changed,
    }
    return render(request, "mentoring/seminar/request.html", context)


@require_POST
def build(request: HttpRequest, pk: int, school: int) -> HttpResponse:
    found = _found(request, pk, to_keep=True)
    of = _school(request, found, school)
    said = "Программа составлена из заявки школы: назначьте дни и утвердите."
    return _done(request, found, lambda: build_programme(seminar=found, school=of, by=request.user), said)


def _programme(request: HttpRequest, pk: int, *, to_keep: bool = False) -> SeminarProgramme:
    visible = SeminarProgramme.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("seminar__municipality", "school", "approved_by"), pk=pk)
    show_municipality(request, found.seminar.municipality)
    if to_keep and not may_keep(request.user, found.seminar.municipality):
        raise PermissionDenied
    return found


@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    found = _programme(request, pk)
    is_draft = found.state == SeminarProgramme.State.DRAFT
    sessions, asked = sessions_of(found), requests_of(request.user, found.seminar, found.school)
    context = {
        "programme": found,
        "seminar": found.seminar,
        "sessions": sessions,
        "left_out": left_out(asked, sessions),
        "asked": fingerprint(asked),
        "is_draft": is_draft,
        "can_keep": is_draft and may_keep(request.user, found.seminar.municipality),
    }
    return render(request, "mentoring/seminar/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_programme(request: HttpRequest, pk: int) -> HttpResponse:
    found = _programme(request, pk, to_keep=True)
    lines = SessionForms(
        _data(request), initial=sessions_initial(found.sessions.all()), form_kwargs={"seminar": found.seminar}
    )
    if found.state == SeminarProgramme.State.APPROVED:
        raise MovedOn(APPROVED, found, lines if lines.is_bound else ())
    form = VersionForm(_data(request), initial={"version": found.version})
    if request.method == "POST" and lines.is_valid() and form.is_valid():
        told = [one for line in lines if (one := line.told) is not None]
        seen = form.cleaned_data["version"]
        try:
            write_sessions(programme=found, told=told, seen_version=seen, by=request.user)
        except SeminarRefused as refusal:
            say_refusal(form, refusal, found, list)
        else:
            messages.success(request, "Сохранено.")
            return redirect(found)
    context = {"programme": found, "seminar": found.seminar, "lines": lines, "form": form}
    return render(request, "mentoring/seminar/sessions.html", context)


class VersionForm(forms.Form):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    found = _programme(request, pk, to_keep=True)
    seen = {"seen_version": number(request.POST.get("version", "")), "seen_asked": request.POST.get("asked")}
    said = "Программа утверждена: её темы стали мероприятиями. Сообщите о них школе на странице каждого."
    return _done(request, found, lambda: approve_programme(programme=found, by=request.user, **seen), said)
