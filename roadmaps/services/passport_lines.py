"""The lines of a passport into their tables. What stays, or is only rewritten or moved, keeps its row: whatever points
at a line goes on pointing at it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F

from indicators.models import Indicator
from roadmaps.models import ExpectedResult, Money, Participant, Programme, ProgrammeRisk, ProgrammeTask, Stage
from roadmaps.passport.changes import pairs_of
from roadmaps.passport.parts import Line, Part
from roadmaps.plans.bounds import day_problem
from roadmaps.queries.passport import lines_of
from schools.models import School

Values = dict[str, Any]
OUT_OF_THE_WAY = 10_000  # positions of lines while they change places
MODELS: Mapping[Part, Any] = {
    Part.TASKS: ProgrammeTask,
    Part.STAGES: Stage,
    Part.RESULTS: ExpectedResult,
    Part.PARTICIPANTS: Participant,
    Part.RISKS: ProgrammeRisk,
    Part.MONEY: Money,
}


class DayRefused(ValueError):
    """A day that no programme speaks of; the text is for people."""


def put_lines(programme: Programme, part: Part, lines: Sequence[Line]) -> None:
    """These lines of any part but the head, and no others, in this order. The programme is locked. Raises
    DayRefused."""
    model, values = MODELS[part], _values_of(programme, part)
    stored = list(model.objects.filter(programme=programme).order_by("position"))
    pairs = pairs_of(part, lines_of(programme, part), lines)
    rows = [model(programme=programme) for _ in lines]
    for old, new in pairs.items():
        rows[new] = stored[old]
    changed = []
    for position, (row, line) in enumerate(zip(rows, lines, strict=True), start=1):
        told = values(line) | {"position": position}
        if any(getattr(row, name) != value for name, value in told.items()):
            for name, value in told.items():
                setattr(row, name, value)
            changed.append(row)
    if gone := [row.pk for place, row in enumerate(stored) if place not in pairs]:
        model.objects.filter(pk__in=gone).delete()
    if kept := [row for row in changed if row.pk is not None]:
        model.objects.filter(pk__in=[row.pk for row in kept]).update(position=F("position") + OUT_OF_THE_WAY)
        model.objects.bulk_update(kept, list(told), batch_size=500)
    model.objects.bulk_create(row for row in changed if row.pk is None)
    if part is Part.TASKS:
        _link(programme, rows, lines)


def _values_of(programme: Programme, part: Part) -> Callable[[Line], Values]:
    """How a line of this part becomes the fields of its row."""
    match part:
        case Part.TASKS:
            return lambda line: {"kind": line.get("kind") or ProgrammeTask.Kind.TASK.value, "text": line["text"]}
        case Part.STAGES:
            return _stage
        case Part.RESULTS:
            return lambda line: {"text": line["text"]}
        case Part.PARTICIPANTS:
            known = School.objects.filter(municipality=programme.municipality_id)
            schools = {one.public_code: one.pk for one in known}
            return lambda line: _participant(line, schools)
        case Part.RISKS:
            return lambda line: {"text": line["text"], "mitigation": line.get("mitigation", "")}
        case Part.MONEY:
            return _money
        case _:
            raise ValueError(part)


def _stage(line: Line) -> Values:
    days = {name: day_of(line.get(name)) for name in ("starts_on", "ends_on")}
    return {"title": line["title"], "text": line.get("text", "")} | days


def _participant(line: Line, schools: Mapping[str, int]) -> Values:
    told = {name: line.get(name, "") for name in ("duties", "basis")}
    return {"organisation": line["organisation"], "school_id": schools.get(line.get("school") or "")} | told


def _money(line: Line) -> Values:
    sums = {name: Decimal(line.get(name) or 0) for name in ("planned", "spent")}
    return {"title": line["title"], "year": int(line["year"]), "source": line["source"]} | sums


def _link(programme: Programme, tasks: Sequence[ProgrammeTask], lines: Sequence[Line]) -> None:
    """Each task with the indicators that show whether it was reached."""
    codes = {code for line in lines for code in line.get("indicators", ())}
    found = Indicator.objects.filter(municipality=programme.municipality_id, code__in=codes)
    known = dict(found.values_list("code", "pk"))
    wanted = {
        (task.pk, known[code])
        for task, line in zip(tasks, lines, strict=True)
        for code in line.get("indicators", ())
        if code in known
    }
    link = ProgrammeTask.indicators.through
    links = link._default_manager.filter(programmetask__in=tasks)
    there = {(task, indicator): key for key, task, indicator in links.values_list("pk", "programmetask", "indicator")}
    links.filter(pk__in=[key for pair, key in there.items() if pair not in wanted]).delete()
    fresh = sorted(wanted - there.keys())
    link._default_manager.bulk_create(link(programmetask_id=task, indicator_id=one) for task, one in fresh)


def day_of(text: str | None) -> dt.date | None:
    """Raises DayRefused."""
    day = dt.date.fromisoformat(text) if text else None
    if problem := day_problem(day):
        raise DayRefused(problem)
    return day
