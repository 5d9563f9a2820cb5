"""Events: the plan as a list and a month, one with its history, and what the centre does with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.once import once
from mentoring.event_calendar import calendar_of
from mentoring.forms.events import (
    CallOffForm,
    EventFiltersForm,
    EventForm,
    event_initial,
    new_event_initial,
)
from mentoring.gatherings import EVENT_LABELS, EVENT_STATE_LABELS, LEVEL_LABELS, EventState
from mentoring.models import Event
from mentoring.queries.events import (
    WHEN,
    EventLine,
    event_line,
    event_lines,
    event_list,
    history_of,
    invited_as_seen,
    may_keep,
    month_of_events,
    occurrence_of,
)
from mentoring.queries.participation import attendance_of, names_of, schools_to_write
from mentoring.queries.requests import requests_answered_by
from mentoring.services.event_reports import ReportBegun, draft_report
from mentoring.services.events import (
    EventRefused,
    announce_event,
    call_off_event,
    change_event,
    hold_event,
    plan_event,
    put_back_event,
    remove_event,
)
from roadmaps.models import Occurrence
from roadmaps.queries.answering import hats_of
from roadmaps.services.progress import ProgressRefused
from roadmaps.views.evidence import number
from roadmaps.views.refusals import MovedOn, say_at_field, say_refusal
from roadmaps.views.seeing import asked_date, asked_month
from schools.context import current_municipality, show_municipality
from schools.forms.versions import show_version
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.wording import counted

A_PAGE = 50
NOT_PLANNED = "Мероприятие уже {state}: чтобы изменить его, сначала верните его в план."


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    municipality, today = current_municipality(request), timezone.localdate()
    form = EventFiltersForm(request.GET)
    filters = form.filters
    found = event_list(request.user, municipality, filters, today)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "lines": event_lines(request.user, page.object_list, today),
        "has_any": Event.objects.visible_to(request.user).filter(municipality=municipality).exists(),
        "when": WHEN.items(),
        "kinds": EVENT_LABELS.items(),
        "levels": LEVEL_LABELS.items(),
        "states": EVENT_STATE_LABELS.items(),
        "schools": in_natural_order(School.objects.visible_to(request.user).filter(municipality=municipality)),
        "can_keep": may_keep(request.user, municipality),
    }
    return render(request, "mentoring/events/list.html", context)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    municipality, today = current_municipality(request), timezone.localdate()
    month = month_of_events(request.user, municipality, asked_month(request) or today.replace(day=1))
    context = {
        "month": month,
        "day": month.day(asked_date(request.GET.get("day", ""))),
        "today": today,
        "can_keep": may_keep(request.user, municipality),
    }
    return render(request, "mentoring/events/calendar.html", context)


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    return event_page(request, found_event(request, pk))


def event_page(request: HttpRequest, line: EventLine, *, call_off: CallOffForm | None = None) -> HttpResponse:
    """With the form as it came back, if it did."""
    found = line.event
    invited = invited_as_seen(request.user, found)
    attended = attendance_of(request.user, found)
    names = names_of(request.user, attended.values())
    occurrence = occurrence_of(found)
    sees_row = occurrence is not None and Occurrence.objects.visible_to(request.user).filter(pk=occurrence.pk).exists()
    can_keep = may_keep(request.user, found.municipality)
    context = {
        "line": line,
        "event": found,
        "invited": invited if not found.for_all else [],
        "attended": [
            (row, names.get(row.pk, [])) for school in invited if (row := attended.get(school.pk)) is not None
        ],
        "silent": [school for school in invited if school.pk not in attended],
        "can_write": line.has_begun
        and line.state is not EventState.CANCELLED
        and bool(schools_to_write(request.user, invited)),
        "occurrence": occurrence if sees_row else None,
        "can_report": line.state is EventState.HELD
        and sees_row
        and hats_of(request.user).may_report_for(None, found.municipality_id),
        "answers": requests_answered_by(request.user, found),
        "history": history_of(request.user, found),
        "call_off": call_off or CallOffForm(initial={"version": found.version}),
        "can_keep": can_keep,
    }
    return render(request, "mentoring/events/event.html", context)


def found_event(request: HttpRequest, pk: int) -> EventLine:
    """That the person may see."""
    visible = Event.objects.visible_to(request.user).select_related("municipality", "activity__roadmap")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    return event_line(request.user, found, timezone.localdate())


def _to_keep(request: HttpRequest, pk: int) -> EventLine:
    line = found_event(request, pk)
    if not may_keep(request.user, line.event.municipality):
        raise PermissionDenied
    return line


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    if not may_keep(request.user, municipality):
        raise PermissionDenied
    form = _form(request, municipality, None, new_event_initial(municipality))
    if request.method == "POST" and form.is_valid():
        try:
            made = plan_event(municipality=municipality, told=form.told, by=request.user)
        except EventRefused as refusal:
            say_at_field(form, refusal)
        else:
            is_over = made.ends_on < timezone.localdate()
            further = "Запишите, кто участвовал, и отметьте его проведённым." if is_over else "Сообщите о нём школам."
            messages.success(request, f"Мероприятие в плане. {further}")
            return redirect(made)
    return render(request, "mentoring/events/form.html", {"form": form})


def _form(request: HttpRequest, municipality: Municipality, found: Event | None, initial: dict[str, Any]) -> EventForm:
    kept = found.activity_id if found else None
    data = request.POST if request.method == "POST" else None
    return EventForm(data, municipality=municipality, user=request.user, kept=kept, initial=initial)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    line = _to_keep(request, pk)
    found = line.event
    form, changed = _form(request, found.municipality, found, event_initial(found)), []
    if line.state is not EventState.PLANNED:
        raise MovedOn(NOT_PLANNED.format(state=line.state.label), found, [form])
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["version"]
            change_event(event=found, told=form.told, seen_version=seen, by=request.user)
        except EventRefused as refusal:
            changed = say_refusal(form, refusal, found, lambda: form.differences(found))
        else:
            messages.success(request, "Сохранено.")
            return redirect(found)
    context = {"form": form, "event": found, "changed": changed}
    return render(request, "mentoring/events/form.html", context)


@require_POST
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    line = _to_keep(request, pk)
    try:
        told = announce_event(event=line.event, seen_version=_version(request), by=request.user)
    except EventRefused as refusal:
        messages.error(request, str(refusal))
    else:
        people = counted(told, "человеку,людям,людям")
        if told:
            messages.success(request, f"Сообщено школам: анонс ушёл {people} на портале и, кто хочет, письмом.")
        else:
            messages.warning(request, "Анонс отмечен, но у этих школ в портале нет кураторов: сообщите им иначе.")
    return redirect(line.event)


def _version(request: HttpRequest) -> int:
    return number(request.POST.get("version", ""))


@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    return _moved(request, pk, hold_event, "Мероприятие проведено. Запишите, кто участвовал.")


@require_POST
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _moved(request, pk, put_back_event, "Мероприятие снова в плане.")


def _moved(request: HttpRequest, pk: int, move: Callable[..., Event], said: str) -> HttpResponse:
    line = _to_keep(request, pk)
    try:
        move(event=line.event, seen_version=_version(request), by=request.user)
    except EventRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(line.event)


@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    line = _to_keep(request, pk)
    form = CallOffForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            call_off_event(
                event=line.event, reason=said["reason"], seen_version=said["version"], by=request.user
            )  # fmt: skip
        except EventRefused as refusal:
            say_at_field(form, refusal)
            show_version(form, Event.objects.get(pk=line.event.pk).version)
        else:
            messages.success(request, "Мероприятие отменено.")
            return redirect(line.event)
    return event_page(request, line, call_off=form)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first."""
    line = _to_keep(request, pk)
    if request.method == "POST":
        try:
            remove_event(event=line.event, seen_version=_version(request), by=request.user)
        except EventRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(line.event)
        messages.success(request, "Мероприятие удалено.")
        return redirect("mentoring:events")
    return render(request, "mentoring/events/remove.html", {"event": line.event})


@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Drafts the report on the row of the roadmap and opens it."""
    line = found_event(request, pk)
    if not hats_of(request.user).may_report_for(None, line.event.municipality_id):
        raise PermissionDenied
    try:
        occurrence = draft_report(event=line.event, by=request.user).occurrence
    except ReportBegun as refusal:
        messages.warning(request, str(refusal))
        occurrence = refusal.occurrence
    except ProgressRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(line.event)
    else:
        messages.success(request, "Черновик готов. Проверьте его, приложите подтверждения и отправьте.")
    return redirect(f"{reverse('roadmaps:report', args=[occurrence.pk])}?school=")


@require_safe
def ics(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_event(request, pk).event
    address = request.build_absolute_uri(found.get_absolute_url())
    answer = HttpResponse(
        calendar_of(found, now=timezone.now(), address=address), content_type="text/calendar; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="event-{found.pk}.ics"'
    return answer
