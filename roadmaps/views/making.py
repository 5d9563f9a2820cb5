"""A new roadmap that is not read from a document: empty, from a template, from another one with its dates moved."""

from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import Permission
from accounts.once import once
from roadmaps.forms import signed
from roadmaps.forms.making import EmptyPlanForm, FromRoadmapForm, FromTemplateForm
from roadmaps.models import Roadmap
from roadmaps.plan_templates import plan_templates
from roadmaps.plans.carrying import (
    CarriedRow,
    Term,
    carried_plan,
    carried_rows,
    following_term,
    years_between,
    years_in_words,
)
from roadmaps.plans.deadlines import in_words
from roadmaps.plans.rows import Plan, PlanSection
from roadmaps.services.carrying import carried, carry_roadmap
from roadmaps.services.editing import EditRefused
from roadmaps.services.plans import Frame, store_plan
from schools.context import current_municipality
from schools.models import Municipality

LONGEST_SOURCE = 300


@dataclass(frozen=True)
class ShownRow:
    carried: CarriedRow
    meaning: str

    @property
    def is_moved(self) -> bool:
        return self.carried.was != self.carried.row.deadline


@dataclass(frozen=True)
class Made:
    """What would be written, and where it comes from."""

    plan: Plan
    rows: list[CarriedRow]
    years: int
    source: str

    @property
    def sections(self) -> list[tuple[PlanSection, list[ShownRow]]]:
        told = iter(self.rows)
        return [
            (section, [ShownRow(row, in_words(row.means)) for row in (next(told) for _ in section.rows)])
            for section in self.plan.sections
        ]


def editable_municipality(request: HttpRequest) -> Municipality:
    municipality = current_municipality(request)
    if not municipality.allows(request.user, Permission.PLANS_EDIT):
        raise PermissionDenied
    return municipality


@require_http_methods(["GET", "HEAD", "POST"])
@once
def empty(request: HttpRequest) -> HttpResponse:
    municipality = editable_municipality(request)
    form = EmptyPlanForm(request.POST or None, municipality=municipality, user=request.user)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        plan = Plan(told["title"].strip(), tuple(PlanSection(title) for title in told["sections"]))
        roadmap = store_plan(municipality=municipality, plan=plan, frame=frame_of(told), by=request.user)
        messages.success(request, "Дорожная карта создана. Добавьте мероприятия.")
        return redirect(roadmap)
    return render(request, "roadmaps/new_empty.html", {"form": form}, status=400 if form.errors else 200)


def frame_of(told: dict[str, Any], source: str = "") -> Frame:
    return Frame(
        starts_on=told["starts_on"],
        ends_on=told["ends_on"],
        school=told["school"],
        programme=told["programme"],
        source=shorten(source, LONGEST_SOURCE, placeholder="…"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def from_template(request: HttpRequest) -> HttpResponse:
    """The templates with what they are made from; then the preview; then the roadmap."""
    municipality = editable_municipality(request)
    initial = {"template": request.GET.get("template")}
    form = FromTemplateForm(request.POST or None, municipality=municipality, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        template = plan_templates()[told["template"]]
        years = years_between(template.starts_on, told["starts_on"]) if template.starts_on else 0
        plan = carried_plan(template.plan, years)
        nobody = [None] * len(plan.rows)
        term = Term(told["starts_on"], told["ends_on"])
        rows = carried_rows(template.plan.rows, plan.rows, nobody, years=years, term=term)
        made = titled(Made(plan, rows, years, template.source), told)
        if "store" in request.POST and told["seen"] == made.plan:
            frame = frame_of(told, template.source)
            return redirect(store_plan(municipality=municipality, plan=made.plan, frame=frame, by=request.user))
        return preview(request, form, made, ("template",))
    context = {"form": form, "templates": list(plan_templates().values())}
    return render(request, "roadmaps/new_from_template.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def from_roadmap(request: HttpRequest) -> HttpResponse:
    municipality = editable_municipality(request)
    form = FromRoadmapForm(request.POST or None, municipality=municipality, user=request.user)
    if request.method != "POST":
        form.initial = next_term(form.chosen(request.GET.get("source", "")))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        source, years = told["source"], told["years"]
        if years is None:
            years = years_between(source.starts_on, told["starts_on"])
        plan, rows = carried(source, years=years, term=Term(told["starts_on"], told["ends_on"]))
        made = titled(Made(plan, rows, years, f"По дорожной карте «{source.title}»"), told, before=source.title)
        if "store" in request.POST and told["seen"] is not None:
            try:
                frame = frame_of(told, made.source)
                seen = told["seen"]
                return redirect(carry_roadmap(source=source, years=years, seen=seen, frame=frame, by=request.user))
            except EditRefused as refusal:
                messages.error(request, str(refusal))
        return preview(request, form, made, ("source", "years"))
    return render(request, "roadmaps/new_from_roadmap.html", {"form": form}, status=400 if form.errors else 200)


def next_term(source: Roadmap | None) -> dict[str, Any]:
    """A plan of a year at most, the same days a year later: between 31 May and 1 August it has its summer. A longer one
    goes on from the day after it ends, for as many years."""
    if source is None:
        return {}
    term = following_term(source.starts_on, source.ends_on)
    return {"source": source.pk, "starts_on": term.starts_on, "ends_on": term.ends_on, "programme": source.programme_id}


def titled(made: Made, told: dict[str, Any], before: str = "") -> Made:
    """As the person calls it. Else as before with the years moved; where it names none, with those of its term, so that
    two plans are not called the same."""
    title = made.plan.title
    if title == before:
        title = f"{title} ({years_in_words(told['starts_on'], told['ends_on'])})"
    return replace(made, plan=replace(made.plan, title=told["title"].strip() or title))


def preview(request: HttpRequest, form: Any, made: Made, more: tuple[str, ...]) -> HttpResponse:
    names = ("starts_on", "ends_on", "school", "programme", *more)
    kept = {name: request.POST.get(name, "") for name in names}
    context = {
        "made": made,
        "kept": {**kept, "title": made.plan.title, "seen": signed(made.plan)},
        "starts_on": form.cleaned_data["starts_on"],
        "ends_on": form.cleaned_data["ends_on"],
        "school": form.cleaned_data["school"],
        "unclear": sum(row.means.needs_person for row in made.rows),
        "outside": sum(row.is_outside for row in made.rows),
        "moved": sum(row.was != row.row.deadline for row in made.rows),
    }
    return render(request, "roadmaps/made_preview.html", context)
