"""Expertise: rounds, who is asked, and the assessment itself on a page of its own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from accounts.once import once
from roadmaps.forms.expertise import AssignForm, ReviewForm, RoundForm
from roadmaps.models import Expertise, Programme, Review
from roadmaps.queries.awaited import further_reviews
from roadmaps.queries.drafts import why_round_stays
from roadmaps.queries.expertise import (
    by_programme,
    materials_of,
    my_reviews,
    review_actors,
    reviews_shown,
    rounds,
)
from roadmaps.queries.results import results_of
from roadmaps.services import expertise as services
from roadmaps.services.expertise import ExpertiseRefused
from roadmaps.states import Actor, ReviewState
from roadmaps.views.refusals import say_at_field
from roadmaps.views.reporting import seen_version
from schools.context import current_municipality, municipality_if_any, show_municipality
from schools.forms.versions import show_version


@require_safe
def expertises(request: HttpRequest) -> HttpResponse:
    """What I am to assess, and the rounds of the municipality. Opens to an expert to whom no municipality is open."""
    municipality = municipality_if_any(request)
    context = {
        "mine": my_reviews(request.user, timezone.localdate()),
        "further": further_reviews(request.user, timezone.localdate()),
        "rounds": rounds(request.user, municipality) if municipality else [],
        "sees_rounds": municipality is not None,
        "can_edit": municipality is not None and municipality.allows(request.user, Permission.PLANS_EDIT),
        "kinds": Expertise.Kind.choices,
    }
    return render(request, "roadmaps/expertise/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_expertise(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    if not municipality.allows(request.user, Permission.PLANS_EDIT):
        raise PermissionDenied
    usual = RoundForm.usual(request.GET.get("kind", ""), timezone.localdate())
    form = RoundForm(request.POST if request.method == "POST" else None, initial=usual)
    if request.method == "POST" and form.is_valid():
        made = services.make_round(municipality=municipality, told=form.told(), by=request.user)
        messages.success(request, "Экспертиза создана. Назначьте экспертов.")
        return redirect(made)
    return render(request, "roadmaps/expertise/form.html", {"form": form, "expertise": None})


@require_safe
def expertise(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    reviews = Review.objects.visible_to(request.user).filter(expertise=found)
    shown = reviews_shown(request.user, reviews.order_by("programme__school__name", "programme", "pk"), _today())
    context = {
        "expertise": found,
        "criteria": found.criteria.all(),
        "programmes": by_programme(shown),
        "assigned": sum(one.review.state != ReviewState.DECLINED for one in shown),
        "accepted": sum(one.review.state == ReviewState.ACCEPTED for one in shown),
        "late": sum(one.is_late for one in shown),
        "can_edit": found.municipality.allows(request.user, Permission.PLANS_EDIT),
        "stays": why_round_stays(found),
        "visible_programmes": set(
            Programme.objects.visible_to(request.user)
            .filter(pk__in=[one.review.programme_id for one in shown])
            .values_list("pk", flat=True)
        ),
    }
    return render(request, "roadmaps/expertise/round.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_expertise(request: HttpRequest, pk: int) -> HttpResponse:
    found = _editable(request, pk)
    form = RoundForm(request.POST if request.method == "POST" else None, initial=RoundForm.of(found))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.correct_round(expertise=found, told=form.told(), seen_version=version, by=request.user)
        except ExpertiseRefused as refusal:
            form.add_error(None, str(refusal))
            found = _editable(request, pk)
            show_version(form, found.version)
        else:
            messages.success(request, "Экспертиза исправлена.")
            return redirect(found)
    return render(request, "roadmaps/expertise/form.html", {"form": form, "expertise": found})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def assign_expert(request: HttpRequest, pk: int) -> HttpResponse:
    found = _editable(request, pk)
    form = AssignForm(request.POST if request.method == "POST" else None, expertise=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.assign(expertise=found, **form.cleaned_data, by=request.user)
        except ExpertiseRefused as refusal:
            say_at_field(form, refusal)
        else:
            messages.success(
                request, "Эксперт назначен: задание появилось у него на странице «Экспертиза», он об этом узнает."
            )
            return redirect(found)
    return render(request, "roadmaps/expertise/assign.html", {"form": form, "expertise": found})


# --- One assessment


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The assessment with all that it is about; its expert writes it here."""
    found = _found_review(request, pk)
    (shown,) = reviews_shown(request.user, Review.objects.filter(pk=pk), _today())
    form = ReviewForm(request.POST if request.method == "POST" else None, shown=shown)
    if request.method == "POST":
        if found.expert_id != request.user.pk:
            raise PermissionDenied
        if form.is_valid() and _written(request, form, found):
            return redirect(found)
        (shown,) = reviews_shown(request.user, Review.objects.filter(pk=pk), _today())
        show_version(form, shown.review.version)
    sees_programme = Programme.objects.visible_to(request.user).filter(pk=found.programme_id).exists()
    of_results = found.expertise.kind == Expertise.Kind.RESULTS
    is_open = sees_programme or shown.review.state != ReviewState.DECLINED  # whoever declined looks no further
    context = {
        "shown": shown,
        "form": form if shown.can_write or form.is_bound else None,
        "materials": materials_of(request.user, found.programme, _today()) if is_open else None,
        "results": results_of(found.programme, _today()) if is_open and of_results else None,
        "sees_programme": sees_programme,
        "can_unassign": Actor.REVIEWER in review_actors(request.user, found)
        and (not shown.is_begun or shown.is_abandoned),
    }
    return render(request, "roadmaps/expertise/review.html", context)


def _written(request: HttpRequest, form: ReviewForm, found: Review) -> bool:
    submit = "submit" in request.POST
    version = form.cleaned_data["version"]
    try:
        services.write_review(review=found, told=form.told(), seen_version=version, submit=submit, by=request.user)
    except ExpertiseRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "Заключение сдано." if submit else "Сохранено. Заключение ещё не сдано.")
    return True


@require_POST
def move_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is done about an assessment besides writing it."""
    found = _found_review(request, pk)
    if not review_actors(request.user, found):
        raise PermissionDenied
    verb, reason = request.POST.get("do", ""), request.POST.get("reason", "")[:1000]
    seen = {"review": found, "seen_version": seen_version(request), "by": request.user}
    moves: dict[str, tuple[Callable[[], Any], str]] = {
        "take_back": (lambda: services.take_back(**seen), "Заключение взято обратно: исправьте его и сдайте ещё раз."),
        "decline": (lambda: services.decline(**seen, reason=reason), "Вы отказались от экспертизы."),
        "accept": (lambda: services.accept(**seen), "Заключение принято: теперь его видит и школа."),
        "return": (lambda: services.give_back(**seen, reason=reason), "Заключение возвращено эксперту."),
        "ask_again": (lambda: services.ask_again(**seen), "Эксперту назначено ещё раз."),
        "unassign": (lambda: services.unassign(review=found, by=request.user), "Назначение снято."),
    }
    if verb not in moves:
        messages.error(request, "Непонятно, что сделать: нажмите одну из кнопок страницы.")
        return redirect(found)
    work, success = moves[verb]
    try:
        work()
    except ExpertiseRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    messages.success(request, success)
    return redirect(found.expertise if verb == "unassign" else found)


# --- What the pages share


def _today() -> Any:
    return timezone.localdate()


def _found(request: HttpRequest, pk: int) -> Expertise:
    found = get_object_or_404(Expertise.objects.visible_to(request.user).select_related("municipality"), pk=pk)
    show_municipality(request, found.municipality)
    return found


def _editable(request: HttpRequest, pk: int) -> Expertise:
    found = _found(request, pk)
    if not found.municipality.allows(request.user, Permission.PLANS_EDIT):
        raise PermissionDenied
    return found


def _found_review(request: HttpRequest, pk: int) -> Review:
    visible = Review.objects.visible_to(request.user).select_related(
        "expertise__municipality", "programme__municipality", "programme__school"
    )
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.expertise.municipality)
    return found
