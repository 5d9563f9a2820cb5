"""A roadmap as a whole: its title, term and order, its sections, its approval and its end, its history."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission
from accounts.once import once
from roadmaps.forms.frames import ApproveForm, PlanForm, SectionForm
from roadmaps.forms.rows import ReasonForm
from roadmaps.models import Activity, Roadmap, RoadmapSection
from roadmaps.plans.deadlines import Kind
from roadmaps.queries.amendments import amendments_of, in_words
from roadmaps.queries.editing import FIELD_LABELS, frame_values, section_values, standing_sections, words_for
from roadmaps.services.editing import ChangedMeanwhile, EditRefused
from roadmaps.services.roadmaps import RunsPastEnd, approve, close, edit_frame, reopen, undone
from roadmaps.services.sections import add_section, edit_section, remove_section
from roadmaps.views.reporting import seen_version
from roadmaps.views.rows import editable, found_roadmap, in_conflict, seen_in
from schools.context import show_municipality

AMENDMENTS_A_PAGE = 50


def merging(
    request: HttpRequest,
    *,
    roadmap: Roadmap,
    form: Callable[..., Any],
    initial: dict[str, Any],
    save: Callable[[Any, Any], Any],
    template: str,
    back: str,
    **context: Any,
) -> HttpResponse:
    """A form that two people may fill in at once. Whatever is refused, what was typed stays; what both have changed is
    shown field by field."""
    told: dict[str, Any] = {"roadmap": roadmap, "back": back, **context}
    if request.method != "POST":
        return render(request, template, told | {"form": form(initial=initial)})
    sent = form(request.POST)
    if not sent.is_valid():
        return render(request, template, told | {"form": sent})
    try:
        merged = save(sent.values(), (seen_in(request, sent), sent.cleaned_data.get("reason", "")))
    except ChangedMeanwhile as refusal:
        first = sent.cleaned_data.get("first_version") or sent.cleaned_data["version"]
        seen = {"version": refusal.version, "reason": sent.cleaned_data.get("reason", "")}
        told |= {
            "form": form(initial=type(sent).initial_of(refusal.values) | seen),
            "conflicts": in_conflict(refusal.conflicts, words_for(roadmap)),
            "first_version": first,
            "theirs": [FIELD_LABELS[name] for name in refusal.merged.theirs],
        }
        return render(request, template, told, status=409)
    except EditRefused as refusal:
        _say(sent, refusal)
        return render(request, template, told | {"form": sent})
    messages.success(request, "Сохранено." if merged is None or merged.mine else "Изменений нет.")
    if merged is not None and merged.theirs:
        labels = ", ".join(FIELD_LABELS[name] for name in merged.theirs)
        messages.info(request, f"Пока вы писали, другие изменили: {labels}. Их изменения сохранены.")
    return redirect(back)


def _say(form: Any, refusal: EditRefused) -> None:
    if isinstance(refusal, RunsPastEnd):
        form.ask_whether_later_are_known(refusal.times, refusal.ends_on)
    else:
        form.add_error(None, str(refusal))


@require_http_methods(["GET", "HEAD", "POST"])
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    roadmap = found_roadmap(request, pk)

    def save(typed: dict, seen: tuple) -> Any:
        are_known = bool(request.POST.get("later_are_known"))
        return edit_frame(
            roadmap=roadmap, typed=typed, seen=seen[0], reason=seen[1], by=request.user, later_are_known=are_known
        )

    return merging(
        request,
        roadmap=roadmap,
        form=lambda *data, **more: PlanForm(*data, roadmap=roadmap, user=request.user, **more),
        initial=frame_values(roadmap) | {"version": roadmap.version},
        save=save,
        template="roadmaps/frame.html",
        back=roadmap.get_absolute_url(),
    )


# --- Sections


@require_safe
def sections(request: HttpRequest, pk: int) -> HttpResponse:
    roadmap = found_roadmap(request, pk)
    rows = Activity.objects.filter(roadmap=roadmap, removed_at__isnull=True).values_list("section_id", flat=True)
    held = list(rows)
    found = [(section, held.count(section.pk)) for section in standing_sections(roadmap)]
    is_open = roadmap.state != Roadmap.State.CLOSED
    return render(request, "roadmaps/sections.html", {"roadmap": roadmap, "sections": found, "is_open": is_open})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_section(request: HttpRequest, pk: int) -> HttpResponse:
    roadmap = found_roadmap(request, pk)

    def save(typed: dict, seen: tuple) -> None:
        add_section(roadmap=roadmap, typed=typed, reason=seen[1], by=request.user)

    return merging(
        request,
        roadmap=roadmap,
        form=lambda *data, **more: SectionForm(*data, roadmap=roadmap, **more),
        initial={"version": roadmap.version},
        save=save,
        template="roadmaps/section_form.html",
        back=reverse("roadmaps:sections", args=[roadmap.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found_section(request, pk)
    roadmap = found.roadmap

    def save(typed: dict, seen: tuple) -> Any:
        return edit_section(section=found, typed=typed, seen=seen[0], reason=seen[1], by=request.user)

    return merging(
        request,
        roadmap=roadmap,
        form=lambda *data, **more: SectionForm(*data, roadmap=roadmap, section=found, **more),
        initial=section_values(found) | {"version": roadmap.version},
        save=save,
        template="roadmaps/section_form.html",
        back=reverse("roadmaps:sections", args=[roadmap.pk]),
        section=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delete_section(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found_section(request, pk)
    form, back = ReasonForm(request.POST or None), reverse("roadmaps:sections", args=[found.roadmap_id])
    if request.method == "POST" and form.is_valid():
        try:
            remove_section(section=found, reason=form.cleaned_data["reason"], by=request.user)
        except EditRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Раздел исключён из плана.")
            return redirect(back)
    return render(request, "roadmaps/remove_section.html", {"form": form, "section": found, "back": back})


def _found_section(request: HttpRequest, pk: int) -> RoadmapSection:
    visible = RoadmapSection.objects.filter(roadmap__in=Roadmap.objects.visible_to(request.user))
    found = get_object_or_404(visible.select_related("roadmap__municipality", "roadmap__school"), pk=pk)
    editable(request, found.roadmap)
    return found


# --- Its life


@require_http_methods(["GET", "HEAD", "POST"])
def approve_plan(request: HttpRequest, pk: int) -> HttpResponse:
    roadmap = _approvable(request, pk)
    form = ApproveForm(request.POST or None, initial={name: getattr(roadmap, name) for name in ApproveForm.base_fields})
    rows = roadmap.activities.filter(removed_at__isnull=True).order_by("position")
    told = {
        "rows": rows.count(),
        "unclear": list(rows.filter(means__kind=Kind.UNCLEAR.value)),
        "unnamed": list(rows.filter(responsible__isnull=True)),
    }

    def work() -> None:
        number, date = (form.cleaned_data[name] for name in ("order_number", "order_date"))
        seen = seen_version(request)
        approve(roadmap=roadmap, order_number=number, order_date=date, seen_version=seen, by=request.user)

    success = "Дорожная карта утверждена: по ней отчитываются."
    return _life(request, roadmap, form, work, success, "roadmaps/approve.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def close_plan(request: HttpRequest, pk: int) -> HttpResponse:
    roadmap = _approvable(request, pk)
    left = undone(roadmap)
    form = ReasonForm(request.POST or None, is_asked=bool(left))

    def work() -> None:
        reason = form.cleaned_data["reason"]
        close(roadmap=roadmap, reason=reason, seen_version=seen_version(request), by=request.user)

    return _life(request, roadmap, form, work, "Дорожная карта завершена.", "roadmaps/close.html", {"undone": left})


@require_http_methods(["GET", "HEAD", "POST"])
def reopen_plan(request: HttpRequest, pk: int) -> HttpResponse:
    roadmap = _approvable(request, pk)
    form = ReasonForm(request.POST or None)

    def work() -> None:
        reason = form.cleaned_data["reason"]
        reopen(roadmap=roadmap, reason=reason, seen_version=seen_version(request), by=request.user)

    return _life(request, roadmap, form, work, "Дорожная карта снова действует.", "roadmaps/reopen.html", {})


def _approvable(request: HttpRequest, pk: int) -> Roadmap:
    found = _visible(request, pk)
    if not (found.school or found.municipality).allows(request.user, Permission.PLANS_APPROVE):
        raise PermissionDenied
    return found


def _life(
    request: HttpRequest,
    roadmap: Roadmap,
    form: Any,
    work: Callable[[], None],
    success: str,
    template: str,
    told: dict[str, Any],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            work()
        except EditRefused as refusal:
            form.add_error(None, str(refusal))
            roadmap.refresh_from_db()
        else:
            messages.success(request, success)
            return redirect(roadmap)
    return render(request, template, {"roadmap": roadmap, "form": form, **told})


# --- Its history


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    roadmap = _visible(request, pk)
    if not Roadmap.objects.looked_into_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    page = Paginator(amendments_of(roadmap), AMENDMENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"roadmap": roadmap, "page": page, "lines": in_words(roadmap, list(page.object_list))}
    return render(request, "roadmaps/history.html", context)


def _visible(request: HttpRequest, pk: int) -> Roadmap:
    visible = Roadmap.objects.visible_to(request.user).select_related("municipality", "school", "programme")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    return found
