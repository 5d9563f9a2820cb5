"""Experts of a practice: the centre asks them on its page, each gives a conclusion on a page of their own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from mentoring.forms.practice_reviews import AssignExpertForm, ConclusionForm
from mentoring.models import PracticeReview
from mentoring.services.practice_reviews import ReviewRefused, assign_expert, give_conclusion, take_off_expert
from mentoring.services.records import RecordChanged
from mentoring.sharing import Hand, PracticeState
from mentoring.views.practices import found_practice, practice_page
from roadmaps.views.evidence import number
from roadmaps.views.refusals import say_at_field, say_refusal
from schools.forms.versions import Difference


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    line = found_practice(request, pk)
    if Hand.REVIEWER not in line.hands:
        raise PermissionDenied
    form = AssignExpertForm(request.POST, practice=line.practice)
    if form.is_valid():
        said = form.cleaned_data
        try:
            assign_expert(practice=line.practice, expert=said["expert"], due_on=said["due_on"], by=request.user)
        except ReviewRefused as refusal:
            say_at_field(form, refusal)
        else:
            messages.success(request, "Эксперт назначен: портал сообщил ему.")
            return redirect(line.practice)
    return practice_page(request, line, assigning=form)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The centre reads it; the expert writes it, as long as the practice waits."""
    found = _found(request, pk)
    is_expert = found.expert_id == request.user.pk
    can_write = is_expert and found.practice.state == PracticeState.PROPOSED
    if request.method == "POST" and not can_write:
        raise PermissionDenied
    form = ConclusionForm(request.POST or None, instance=found, initial={"version": found.version})
    changed: list[Difference] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            give_conclusion(
                review=found, verdict=said["verdict"], conclusion=said["conclusion"], seen_version=said["version"],
                by=request.user,
            )  # fmt: skip
        except (ReviewRefused, RecordChanged) as refusal:
            changed = say_refusal(form, refusal, found, lambda: form.differences(found))
        else:
            messages.success(request, "Заключение отправлено методическому центру.")
            return redirect(found)
    context = {
        "review": found,
        "practice": found.practice,
        "files": found.practice.files.all(),
        "form": form if can_write else None,
        "changed": changed,
        "is_expert": is_expert,
    }
    return render(request, "mentoring/practices/review.html", context)


def _found(request: HttpRequest, pk: int) -> PracticeReview:
    """The head of the page stays as it is: to an expert nothing of the municipality is open but this."""
    visible = PracticeReview.objects.visible_to(request.user)
    related = ("practice__school", "practice__teacher", "practice__municipality", "expert")
    return get_object_or_404(visible.select_related(*related), pk=pk)


@require_POST
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    line = found_practice(request, found.practice_id)
    if Hand.REVIEWER not in line.hands:
        raise PermissionDenied
    try:
        take_off_expert(review=found, seen_version=number(request.POST.get("version", "")), by=request.user)
    except (ReviewRefused, RecordChanged) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Эксперт снят с этой практики.")
    return redirect(line.practice)
