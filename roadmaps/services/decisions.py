"""Decisions are registered and amended; each point that asks something of somebody is put under control."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Membership, User, audit
from indicators.models import Indicator
from roadmaps.models import (
    Decision,
    DecisionPoint,
    PointResponsible,
    Programme,
)
from roadmaps.plans.bounds import due_problem, term_problem
from roadmaps.plans.deadlines import Deadline, read_deadline
from roadmaps.plans.rows import LONGEST_NAME
from roadmaps.queries.taking_part import taking_part
from roadmaps.services.changed import COMPARE, ChangedSince
from roadmaps.services.control import Wanted, dues_of, put_under_control
from roadmaps.services.news import tell_of_assignments
from roadmaps.services.plans import EVERY_SCHOOL, schools_by_name
from roadmaps.states import AssignmentState
from schools.models import Municipality, School, SchoolAlias, alias_key

# «Руководители ОО – участников Проекта», «общеобразовательные организации – участники»: besides what plans write.
EVERY_HEAD = re.compile(
    r"(руководител\w+ )?(ОО|школы?|(обще)?образовательн\w+ организаци\w+( \(ОО\))?)"
    r"(?: ?[-–—]? ?участни\w+(?: (проекта|программы|концепции))?)?",
    re.IGNORECASE,
)
OUT_OF_THE_WAY = 10_000  # positions of points while they change places
ALREADY_THERE = "{decision} уже заведён: откройте его в списке решений."
ANSWERED = (
    "По пункту {number} уже есть ответы или решения по контролю: пункт не удаляется. Если он больше не нужен, снимите "
    "его с контроля с причиной."
)
CHANGED = f"Пока вы правили решение, его изменил другой человек. {COMPARE}"
NOT_A_DUE = "Пункт {number}: {problem}"
NO_POINTS = "В решении нет ни одного пункта: впишите хотя бы один."


class DecisionRefused(Exception):
    """Nothing is changed; the text is for people and says why."""


class DecisionChanged(DecisionRefused, ChangedSince):
    """Somebody has changed the decision since the person looked at it."""


@dataclass(frozen=True)
class PointTold:
    """A point as somebody writes it; `key` is that of the point it replaces."""

    text: str
    number: str = ""
    deadline: str = ""
    due_on: dt.date | None = None
    responsible: tuple[str, ...] = ()
    report_form: str = ""
    means: Mapping[str, Any] | None = None  # as a person says it; else as the words are read
    key: int | None = None


@dataclass(frozen=True)
class DecisionTold:
    kind: str
    number: str
    date: dt.date
    title: str
    points: Sequence[PointTold]
    ends_on: dt.date
    issued_by: str = ""
    signed_by: str = ""
    programme: Programme | None = None
    indicators: Sequence[Indicator] = ()
    origin: tuple[str, int | None, str] = ("", None, "")  # kind, id and text
    source: str = ""


@transaction.atomic
def register_decision(*, municipality: Municipality, told: DecisionTold, by: Any = None) -> Decision:
    """With all its points, each of which that asks something being under control from now on. Raises
    DecisionRefused."""
    decision = Decision(municipality=municipality, created_by=by if isinstance(by, User) else None)
    asked = _write(decision, told)
    tell_of_assignments(asked, municipality, by=by)
    audit("decision_registered", decision, by=by, municipality_id=municipality.pk, points=len(told.points))
    return decision


@transaction.atomic
def amend_decision(*, decision: Decision, told: DecisionTold, seen_version: int, by: User) -> Decision:
    """What was answered stays. Raises DecisionRefused."""
    Decision.objects.select_for_update(no_key=True).values_list("pk").get(pk=decision.pk)
    decision = Decision.objects.select_related("municipality", "programme").get(pk=decision.pk)
    if decision.version != seen_version:
        raise DecisionChanged(CHANGED)
    decision.version += 1
    asked = _write(decision, told)
    tell_of_assignments(asked, decision.municipality, by=by)
    audit("decision_amended", decision, by=by, municipality_id=decision.municipality_id, points=len(told.points))
    return decision


def _write(decision: Decision, told: DecisionTold) -> list[int]:
    """Keys of what is asked from now on."""
    decision.kind, decision.number, decision.date = told.kind, told.number.strip(), told.date
    decision.title, decision.issued_by, decision.signed_by = told.title.strip(), told.issued_by, told.signed_by
    decision.programme, decision.ends_on, decision.source = told.programme, told.ends_on, told.source
    decision.origin_kind, decision.origin_id, decision.origin_text = told.origin
    if problem := term_problem(told.date, told.ends_on, what="Срок решения"):
        raise DecisionRefused(problem)
    same = Decision.objects.filter(
        municipality=decision.municipality, kind=told.kind, number=decision.number, date=told.date
    )
    if same.exclude(pk=decision.pk).exists():
        raise DecisionRefused(ALREADY_THERE.format(decision=decision))
    if not told.points:
        raise DecisionRefused(NO_POINTS)
    decision.save()
    decision.indicators.set(told.indicators)
    points = _write_points(decision, told.points)
    return _put_under_control(decision, points)


def _write_points(decision: Decision, told: Sequence[PointTold]) -> list[DecisionPoint]:
    kept = {point.pk: point for point in decision.points.all()}
    wanted = {one.key for one in told}
    for pk, point in kept.items():
        if pk not in wanted:
            if point.assignments.exclude(state=AssignmentState.AWAITED).exists():
                raise DecisionRefused(ANSWERED.format(number=point.number or point.position))
            point.delete()
    decision.points.update(position=F("position") + OUT_OF_THE_WAY)
    names, people = schools_by_name(decision.municipality), _people(decision.municipality)
    points = []
    for position, one in enumerate(told, start=1):
        point = kept.get(one.key or 0) or DecisionPoint(decision=decision)
        point.position, point.number, point.text = position, one.number.strip(), one.text.strip()
        point.deadline, point.due_on, point.report_form = one.deadline.strip(), one.due_on, one.report_form.strip()
        point.means = _meaning(decision, point, one).to_json()
        point.save()
        point.responsible.all().delete()
        PointResponsible.objects.bulk_create(_responsible(point, one.responsible, names, people))
        points.append(point)
    return points


def _meaning(decision: Decision, point: DecisionPoint, told: PointTold) -> Deadline:
    try:
        if told.means:
            return Deadline.from_json(told.means)
        return read_deadline(point.deadline, starts_on=decision.date, ends_on=decision.ends_on, title=point.text)
    except ValueError as problem:
        raise _refused(point, str(problem)) from problem


def _refused(point: DecisionPoint, problem: str) -> DecisionRefused:
    return DecisionRefused(NOT_A_DUE.format(number=point.number or point.position, problem=problem))


def _people(municipality: Municipality) -> dict[str, int]:
    """Those of the town who alone bear their name."""
    held = Membership.objects.filter(municipality=municipality, user__is_active=True)
    found: dict[str, set[int]] = {}
    for user_id, name in held.values_list("user_id", "user__full_name"):
        if name:
            found.setdefault(name.casefold(), set()).add(user_id)
    return {name: users.pop() for name, users in found.items() if len(users) == 1}


def _responsible(
    point: DecisionPoint, names: Iterable[str], schools: Mapping[str, School], people: Mapping[str, int]
) -> list[PointResponsible]:
    return [
        PointResponsible(
            point=point,
            position=position,
            name=name[:LONGEST_NAME],
            is_every_school=is_every_school(name),
            school=schools.get(alias_key(SchoolAlias.Kind.NAME, name)),
            user_id=people.get(name.casefold()),
        )
        for position, name in enumerate(names, start=1)
    ]


def is_every_school(name: str) -> bool:
    """Whether the words mean all schools that take part."""
    return bool(EVERY_SCHOOL.fullmatch(name.strip()) or EVERY_HEAD.fullmatch(name.strip()))


def heads_others(point: DecisionPoint, points: Iterable[DecisionPoint]) -> bool:
    """«3.» heads «3.1.»: it says who, and its own points say what."""
    own = point.number.rstrip(".")
    return bool(own) and any(other.number.startswith(f"{own}.") and other.number.rstrip(".") != own for other in points)


def _put_under_control(decision: Decision, points: Sequence[DecisionPoint]) -> list[int]:
    place = decision.municipality_id, decision.programme_id
    everybody = School.objects.filter(pk__in=taking_part([place])[place]).order_by("name").values_list("pk", flat=True)
    return [
        key
        for point in points
        for key in put_under_control(point, _wanted(decision, point, points, everybody), decision.municipality)
    ]


def _wanted(
    decision: Decision, point: DecisionPoint, points: Sequence[DecisionPoint], everybody: Iterable[int]
) -> Wanted:
    if heads_others(point, points):
        return {}
    named = list(point.responsible.all())
    whom: dict[tuple[int | None, str], int | None] = {}
    for row in named:
        if row.is_every_school:
            whom |= {(school_id, ""): None for school_id in everybody}
        else:
            whom[row.school_id, "" if row.school_id else row.name] = row.user_id
    if not named and (point.deadline or point.due_on):
        whom[None, ""] = None  # a day without a name: whoever issued it sees to it
    dues = dues_of(Deadline.from_json(point.means), point.due_on, decision.date, decision.ends_on)
    if problem := due_problem((day for _, day in dues), decision.date):
        raise _refused(point, problem)
    return {
        (school_id, name, label): (due_on, user_id)
        for label, due_on in dues
        for (school_id, name), user_id in whom.items()
    }
