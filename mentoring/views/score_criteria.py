"""The criteria of a kind of sheets in a school year: read by all who are scored, worded by the department."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.forms.scores import CriterionForms, EditionForm, criteria_initial, told_criteria
from mentoring.models import ScoreEdition
from mentoring.queries.scoring import edition_of, may_change_criteria
from mentoring.services.score_criteria import CriteriaChanged, CriteriaRefused, write_criteria
from mentoring.views.scores import kind_of, shown_year
from roadmaps.views.refusals import say_at_field
from schools.context import current_municipality
from schools.forms.versions import show_version


@require_safe
def criteria(request: HttpRequest, kind: str) -> HttpResponse:
    of, municipality = kind_of(kind), current_municipality(request)
    if municipality.pk not in reach_of(request.user, Permission.SCORES_VIEW).touched:
        raise PermissionDenied
    year = shown_year(request, municipality)
    edition = edition_of(municipality, of, year)
    lines = list(edition.criteria.all()) if edition else []
    context = {
        "kind": of,
        "year": year,
        "edition": edition,
        "criteria": lines,
        "bounds": edition.bounds.in_words(sum(line.top for line in lines)) if edition else [],
        "can_change": may_change_criteria(request.user, municipality),
    }
    return render(request, "mentoring/scores/criteria.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: str) -> HttpResponse:
    """From the year in view on."""
    of, municipality = kind_of(kind), current_municipality(request)
    if not may_change_criteria(request.user, municipality):
        raise PermissionDenied
    year = shown_year(request, municipality)
    edition = edition_of(municipality, of, year)
    if edition is None:
        messages.info(request, "На этот учебный год критериев ещё нет: сначала возьмите их из документа.")
        return redirect(reverse("mentoring:scores") + f"?year={year}")
    data = request.POST if request.method == "POST" else None
    form = EditionForm(data, initial=_initial(edition))
    lines: Any = CriterionForms(data, prefix="criteria", initial=criteria_initial(edition.criteria.all()))
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        try:
            write_criteria(
                municipality=municipality,
                kind=of,
                school_year=year,
                told=form.told(told_criteria(lines)),
                seen_version=form.cleaned_data["version"],
                by=request.user,
            )
        except CriteriaRefused as refusal:
            say_at_field(form, refusal)
            if isinstance(refusal, CriteriaChanged) and (now := edition_of(municipality, of, year)):
                show_version(form, now.version)
        else:
            messages.success(request, "Критерии сохранены. Черновики этого года заполняются уже по ним.")
            return redirect(reverse("mentoring:criteria", args=[of]) + f"?year={year}")
    context = {"form": form, "lines": lines, "kind": of, "year": year, "edition": edition}
    context["is_wrong"] = request.method == "POST" and any(lines.errors)
    return render(request, "mentoring/scores/criteria_form.html", context)


def _initial(edition: ScoreEdition) -> dict[str, Any]:
    return {name: getattr(edition, name) for name in ("middle_from", "high_from", "source", "version")}
