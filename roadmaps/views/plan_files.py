"""A plan from a document: read, looked at, stored as a draft."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Permission
from accounts.once import once
from roadmaps.forms import PlanFileForm, SeenPlanForm, signed
from roadmaps.plans.deadlines import Deadline, in_words, read_deadline
from roadmaps.plans.quoted import has_unmarked_share
from roadmaps.plans.reading import ERROR, PlanProblem, ReadPlan, read_plan
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.queries.said import said_of
from roadmaps.services.plans import Frame, store_plan
from schools.context import current_municipality
from schools.models import Municipality


@dataclass(frozen=True)
class ReadRow:
    row: PlanRow
    meaning: str
    is_said: bool  # as a person has said it in a plan of the same days
    is_unclear: bool  # a person must say what the words mean
    is_unmarked: bool  # a share in the result that may be a planned value


@dataclass(frozen=True)
class ReadSection:
    section: PlanSection
    rows: tuple[ReadRow, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, and with a file what was read of it; nothing is written yet."""
    municipality = _editable(request)
    if request.method != "POST":
        return _form(request, PlanFileForm(municipality=municipality, user=request.user))
    form = PlanFileForm(request.POST, request.FILES, municipality=municipality, user=request.user)
    if not form.is_valid():
        return _form(request, form)
    file = form.cleaned_data["file"]
    read = read_plan(file.name, file.read())
    if read.plan is None or not read.is_whole:
        for problem in read.problems:
            if problem.severity == ERROR:
                form.add_error("file", f"{problem.place}: {problem.message}" if problem.place else problem.message)
        return _form(request, form)
    plan = replace(read.plan, title=form.cleaned_data["title"].strip() or read.plan.title)
    return _preview(request, form, read, plan)


@require_POST
@once
def store(request: HttpRequest) -> HttpResponse:
    municipality = _editable(request)
    form = SeenPlanForm(request.POST, municipality=municipality, user=request.user)
    if not form.is_valid():
        again = PlanFileForm(request.POST, municipality=municipality, user=request.user)
        again.errors.clear()
        for messages in form.errors.values():
            for message in messages:
                again.add_error(None, message)
        return _form(request, again)
    told = form.cleaned_data
    frame = Frame(
        starts_on=told["starts_on"], ends_on=told["ends_on"], school=told["school"], programme=told["programme"]
    )
    plan = told["plan"]
    said = said_of(request.user, municipality, plan, starts_on=frame.starts_on, ends_on=frame.ends_on)
    roadmap = store_plan(municipality=municipality, plan=plan, frame=frame, said=said, by=request.user)
    return redirect(roadmap)


def _editable(request: HttpRequest) -> Municipality:
    municipality = current_municipality(request)
    if not municipality.allows(request.user, Permission.PLANS_EDIT):
        raise PermissionDenied
    return municipality


def _form(request: HttpRequest, form: PlanFileForm) -> HttpResponse:
    return render(request, "roadmaps/new.html", {"form": form}, status=400 if form.errors else 200)


def _preview(request: HttpRequest, form: PlanFileForm, read: ReadPlan, plan: Plan) -> HttpResponse:
    told = form.cleaned_data
    warnings: list[PlanProblem] = [problem for problem in read.problems if problem.severity != ERROR]
    kept = {name: request.POST.get(name, "") for name in ("starts_on", "ends_on", "school", "programme")}
    starts_on, ends_on = told["starts_on"], told["ends_on"]
    said = said_of(request.user, current_municipality(request), plan, starts_on=starts_on, ends_on=ends_on)
    shown = iter([_seen(row, one, starts_on, ends_on) for row, one in zip(plan.rows, said, strict=True)])
    context: dict[str, Any] = {
        "plan": plan,
        "sections": [ReadSection(section, tuple(next(shown) for _ in section.rows)) for section in plan.sections],
        "said": sum(one is not None for one in said),
        "has_participants": any(row.participants for row in plan.rows),
        "warnings": warnings,
        "kept": {**kept, "title": plan.title, "plan": signed(plan)},
        "school": told["school"],
        "starts_on": starts_on,
        "ends_on": ends_on,
        "source": read.source,
    }
    return render(request, "roadmaps/preview.html", context)


def _seen(row: PlanRow, said: Deadline | None, starts_on: dt.date, ends_on: dt.date) -> ReadRow:
    means = said or read_deadline(row.deadline, starts_on=starts_on, ends_on=ends_on, title=row.title)
    return ReadRow(row, in_words(means), said is not None, means.needs_person, has_unmarked_share(row))
