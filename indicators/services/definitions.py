"""A person makes an indicator, changes its definition or its texts, or takes it away."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max

from accounts.jobs import enqueue
from accounts.models import AuditEvent, Job, audit
from indicators.calculations import (
    Formula,
    FormulaError,
    Problem,
    Unresolved,
    dependencies,
    parse_formula,
    resolve,
    to_json,
)
from indicators.models import Baseline, Indicator, IndicatorVersion, PlanRevision, Target
from indicators.queries.definitions import Parsed, Surroundings, parsed, period_problem, resolved, surroundings
from indicators.services.catalogue import VERSIONED, check_together
from indicators.services.versions import DEFINITION, PASSPORT, keep_version
from schools.models import Municipality

FIELDS = ("role", "position", *(name for name in PASSPORT if name not in DEFINITION), "direction")
OF_ALL_PERIODS = ("period_kind", "unit")  # the values of different kinds or units cannot stand side by side


class DefinitionRefused(Exception):
    """What is wrong with it, each problem at its field; nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


class ChangedMeanwhile(Exception):
    """Somebody else has saved the indicator since this person opened it."""

    def __init__(self, event: AuditEvent | None) -> None:
        self.event = event
        super().__init__("changed meanwhile")


class IndicatorInUse(Exception):
    """It cannot be taken away; the text says why and what to do."""


@dataclass(frozen=True)
class Definition:
    """All that a person says of an indicator; the fields are those of the model."""

    fields: Mapping[str, Any]
    formula: Mapping[str, Any]
    population: Mapping[str, Any]

    def differences(self, indicator: Indicator) -> frozenset[str]:
        """The names of the fields in which it differs from what is stored."""
        changed = {name for name, value in self.fields.items() if getattr(indicator, name) != value}
        if _meaning(self.formula) != _meaning(indicator.formula):
            changed.add("formula")
        if _in_order(self.population) != _in_order(indicator.population):
            changed.add("population")
        return frozenset(changed)


def is_another_figure(changed: frozenset[str]) -> bool:
    """Whether older values would be other figures, so that it takes a new version."""
    return bool(changed & {*VERSIONED, "period_kind"})


@transaction.atomic
def create_indicator(*, municipality: Municipality, definition: Definition, by: Any) -> Indicator:
    """Version 1, in force for all periods; DefinitionRefused with every problem."""
    Municipality.objects.lock(municipality.pk)  # so that two new ones cannot refer to each other unseen
    check_definition(municipality=municipality, definition=definition, by=by)
    indicator = Indicator(municipality=municipality, **definition.fields)
    indicator.formula, indicator.population = dict(definition.formula), dict(definition.population)
    indicator.save()
    keep_version(indicator, by=by)
    audit("indicator_created", indicator, by=by, municipality_id=municipality.pk, code=indicator.code)
    _recompute(indicator, by)
    return indicator


@transaction.atomic
def revise_indicator(
    *,
    indicator: Indicator,
    definition: Definition,
    seen: str,
    by: Any,
    valid_from: dt.date | None = None,
    reason: str = "",
) -> frozenset[str]:
    """Save what differs; the names of those fields. Another figure makes another version, texts alone do not.

    `seen` is the state that the person's form was made from: ChangedMeanwhile when it is no longer the stored one.
    """
    indicator = _locked(indicator, seen)
    changed = definition.differences(indicator)
    is_new_version = is_another_figure(changed)
    begins = (valid_from,) if is_new_version else ()
    check_definition(
        municipality=indicator.municipality, definition=definition, by=by, indicator=indicator, begins=begins
    )
    if not changed:
        return changed
    if is_new_version:
        _check_revision(changed, valid_from, reason)
        indicator.version += 1
    _take(indicator, definition, changed)
    keep_version(indicator, valid_from=valid_from if is_new_version else None, reason=reason, by=by)
    of_version = {"code": indicator.code, "version": indicator.version, "reason": reason}
    audit(
        "indicator_revised",
        indicator,
        by=by,
        municipality_id=indicator.municipality_id,
        fields=sorted(changed),
        **of_version,
    )
    if is_new_version or "measured_on" in changed:
        _recompute(indicator, by)
    return changed


def _locked(indicator: Indicator, seen: str) -> Indicator:
    """As it is stored, which must be as the person has seen it."""
    Municipality.objects.lock(indicator.municipality_id)
    indicator = Indicator.objects.select_related("municipality").select_for_update(of=("self",)).get(pk=indicator.pk)
    if seen != state_of(indicator):
        raise ChangedMeanwhile(last_change(indicator))
    return indicator


def _take(indicator: Indicator, definition: Definition, changed: frozenset[str]) -> None:
    """What is equal but written otherwise stays as it is written."""
    for name, value in definition.fields.items():
        setattr(indicator, name, value)
    for name in changed & {"formula", "population"}:
        setattr(indicator, name, dict(getattr(definition, name)))
    indicator.save()


def planned_for_earlier(indicator: Indicator) -> tuple[int, ...]:
    """Versions before the present one that baselines or targets of the indicator were set for."""
    earlier = {"indicator": indicator, "version__lt": indicator.version}
    found = {
        version
        for model in (Target, Baseline)
        for version in model.objects.filter(**earlier).order_by().values_list("version", flat=True).distinct()
    }
    return tuple(sorted(found))


@transaction.atomic
def remove_indicator(*, indicator: Indicator, by: Any) -> None:
    """With its values and versions; IndicatorInUse while something leans on it."""
    Municipality.objects.lock(indicator.municipality_id)
    if reasons := why_kept(indicator):
        raise IndicatorInUse(" ".join(reasons))
    audit("indicator_removed", indicator, by=by, municipality_id=indicator.municipality_id, code=indicator.code)
    indicator.delete()


def why_kept(indicator: Indicator) -> list[str]:
    """Why the indicator cannot be taken away, in sentences; nothing when it can."""
    reasons = []
    names = [f"«{other.short_name}»" for other in referring(indicator)]
    if names:
        reasons.append(f"На него смотрят показатели: {', '.join(names)}. Сначала измените их определения.")
    elif _is_in_versions(indicator):
        reasons.append("На него смотрели прежние версии других показателей, а их значения хранятся.")
    if any(rows.objects.filter(indicator=indicator).exists() for rows in (Target, Baseline, PlanRevision)):
        reasons.append("Для него задан план или история плана: показатель с планом остаётся в каталоге.")
    return reasons


def referring(indicator: Indicator) -> list[Indicator]:
    """The other indicators whose present formula names this one."""
    others = Indicator.objects.filter(municipality=indicator.municipality_id).exclude(pk=indicator.pk)
    return [other for other in others if indicator.code in _references(other.formula)]


def state_of(indicator: Indicator) -> str:
    """A digest of all that a person can change; equal for equal states."""
    fields = {name: getattr(indicator, name) for name in ("version", "formula", "population", *FIELDS)}
    text = json.dumps(fields, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def last_change(indicator: Indicator) -> AuditEvent | None:
    events = AuditEvent.objects.filter(
        municipality=indicator.municipality_id, subject=f"{indicator._meta.label_lower}:{indicator.pk}"
    )
    return events.select_related("user").order_by("-at", "-pk").first()


def next_position(municipality: Municipality) -> int:
    last = Indicator.objects.filter(municipality=municipality).aggregate(last=Max("position"))["last"]
    return 0 if last is None else min(last + 1, 32_000)


def check_definition(
    *,
    municipality: Municipality,
    definition: Definition,
    by: Any,
    indicator: Indicator | None = None,
    begins: tuple[dt.date | None, ...] = (),
) -> Parsed:
    """DefinitionRefused with every problem of the definition, by itself and among the municipality's others.

    `begins` is the day from which a new version of it will hold (None: for all periods), if there will be one.
    """
    around = surroundings(user=by, municipality=municipality, indicator=indicator)
    read = parsed(definition.formula, definition.population, around)
    problems = list(read.problems)
    if indicator is None and any(other.code == definition.fields["code"] for other in around.indicators):
        problems.append(Problem("code", "показатель с таким кодом только что создан: выберите другой код"))
    if read.formula is not None:
        code = indicator.code if indicator else str(definition.fields["code"])
        problems += list(_among_others(read.formula, code, str(definition.fields["unit"]), around))
        whole = resolved(read.formula, around)
        if whole is not None and (message := period_problem(whole, str(definition.fields["period_kind"]))):
            problems.append(Problem("period_kind", message))
        for valid_from in begins if not problems else ():
            problems += list(_among_versions(read.formula, code, valid_from, municipality))
    if problems:
        raise DefinitionRefused(problems)
    return read


def _among_others(formula: Formula, code: str, unit: str, around: Surroundings) -> Iterator[Problem]:
    """Its own problems at its own fields, and what it would do to those that look at it."""
    formulas, units, names = {code: formula}, {code: unit}, {}
    for other in around.indicators:
        try:
            formulas[other.code] = parse_formula(other.formula)
        except FormulaError:
            continue  # it has its own trouble
        units[other.code], names[other.code] = other.unit, other.short_name
    for problem in check_together(formulas, units, around.municipality):
        of, _, name = problem.path.rpartition(".")
        if of == code:
            yield Problem(name, problem.message)
        elif code in _all_references(of, formulas):
            yield Problem("formula", f"на этот показатель смотрит «{names[of]}», и в нём: {problem.message}")


def _among_versions(
    formula: Formula, code: str, valid_from: dt.date | None, municipality: Municipality
) -> Iterator[Problem]:
    """A circle that closes only in earlier periods, over versions that held then: it would stop every recompute."""
    versions: dict[str, list[tuple[dt.date | None, Formula]]] = {}
    kept = IndicatorVersion.objects.filter(indicator__municipality=municipality).order_by("number")
    for of, since, data in kept.values_list("indicator__code", "valid_from", "formula"):
        try:
            versions.setdefault(of, []).append((since, parse_formula(data)))
        except FormulaError:
            continue
    versions.setdefault(code, []).append((valid_from, formula))
    for day in sorted({since or dt.date.min for known in versions.values() for since, _ in known}):
        in_force = {
            of: held[-1] for of, known in versions.items() if (held := [f for s, f in known if not s or s <= day])
        }
        for of in in_force:
            try:
                resolve(in_force[of], in_force, (of,))
            except Unresolved as error:
                if error.is_cycle and code in error.way:
                    text = "по прежним версиям показатели ссылаются друг на друга по кругу"
                    yield Problem("formula", f"{text}: {error}")
                    return


def _all_references(code: str, formulas: Mapping[str, Formula]) -> set[str]:
    found: set[str] = set()
    waiting = [code]
    while waiting:
        formula = formulas.get(waiting.pop())
        if formula is not None:
            waiting += dependencies(formula).indicators - found
            found |= dependencies(formula).indicators
    return found


def _check_revision(changed: frozenset[str], valid_from: dt.date | None, reason: str) -> None:
    problems = []
    if not reason.strip():
        problems.append(Problem("reason", "напишите, почему меняется определение: например, номер и дату приказа"))
    if valid_from is not None and changed & set(OF_ALL_PERIODS):
        message = "другая единица или другой вид периода относятся ко всем значениям: выберите «Для всех периодов»"
        problems.append(Problem("applies", message))
    if problems:
        raise DefinitionRefused(problems)


def _recompute(indicator: Indicator, by: Any) -> None:
    enqueue(Job.Kind.RECOMPUTE, municipality_id=indicator.municipality_id, by=by, scope={"indicators": [indicator.pk]})


def _references(formula: Any) -> frozenset[str]:
    try:
        return dependencies(parse_formula(formula)).indicators
    except FormulaError:
        return frozenset()


def _is_in_versions(indicator: Indicator) -> bool:
    versions = IndicatorVersion.objects.filter(indicator__municipality=indicator.municipality_id)
    formulas = versions.exclude(indicator=indicator).values_list("formula", flat=True)
    return any(indicator.code in _references(formula) for formula in formulas)


def _meaning(formula: Any) -> Any:
    """With every default said, so that two ways of writing one formula are equal."""
    try:
        return _in_order(to_json(parse_formula(formula)))
    except FormulaError:
        return _in_order(formula)


def _in_order(data: Any) -> Any:
    """Lists of categories, schools and levels mean the same in any order."""
    if isinstance(data, Mapping):
        return {name: _in_order(value) for name, value in data.items()}
    if isinstance(data, list):
        return sorted(data) if all(isinstance(item, str) for item in data) else [_in_order(item) for item in data]
    return data
