"""A draft as nested groups of fields, ready to be drawn: labels, choices, what was typed, what is wrong with it.

The fields are not Django's: which there are depends on what is chosen, at any depth, and nothing typed may be lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from indicators.calculations import Problem
from indicators.calculations.checks import POINTS
from indicators.calculations.draft_changes import can_lose_part, kinds_at
from indicators.calculations.drafts import (
    EXAM_MEAN,
    EXAM_SHARE,
    LINES,
    PLAIN,
    SEVERAL,
    Draft,
    parts_of,
)
from indicators.calculations.formulas import Measure
from indicators.calculations.parsing import GRADE_OF_PAPER
from indicators.calculations.records import known_kinds
from indicators.forms import words
from indicators.procedures import PROCEDURE_LABELS, WITH_RESITS, Attempt, Procedure, Wave
from indicators.subjects import SUBJECT_CHOICES

NOT_CHOSEN = ("", "— выберите —")
REFRESHING = frozenset({"procedure", "kind", "measure", "measures", "to"})  # other fields come or go with these
WITH_DEFAULT = (".wave", ".attempt", ".to")  # the first is meant where nothing is chosen
SELDOM = ("grade", "pupil_grade")

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Choices:
    """What may be chosen where the indicator stands: codes with what people call them."""

    categories: Options
    statistics: Options
    indicators: Options
    schools: Options

    def of(self, draft: Draft, name: str) -> Options:
        kind = str(draft["type"])
        if kind == "records":
            return _options_of_records(name, str(draft.get("kind", "")))
        return {
            ("statistic", "code"): self.statistics,
            ("relative", "statistic"): self.statistics,
            ("indicator", "code"): self.indicators,
            ("identified", "categories"): self.categories,
            ("categories", "categories"): self.categories,
            ("categories_of_year", "categories"): self.categories,
            ("schools", "codes"): self.schools,
        }.get((kind, name), _FIXED.get((kind, name)) or _FIXED.get(("", name), ()))


@dataclass(frozen=True)
class FieldView:
    name: str
    label: str
    widget: str  # select, checks, text, lines, hidden
    values: tuple[str, ...]
    options: tuple[tuple[str, str, bool], ...] = ()  # value, label, whether chosen
    hint: str = ""
    errors: tuple[str, ...] = ()
    refreshes: bool = False

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


@dataclass(frozen=True)
class NodeView:
    """One draft: its kind, its fields, the groups of its parts."""

    path: str
    title: str
    kind: FieldView
    fields: tuple[FieldView, ...]
    more: tuple[FieldView, ...]  # seldom needed
    kept: tuple[FieldView, ...]  # do not matter at present, but were typed
    parts: tuple["NodeView", ...]
    errors: tuple[str, ...]
    add: str  # words of the button that adds a part; "" without one
    can_be_removed: bool

    @property
    def id(self) -> str:
        return f"id_{self.path}"


@dataclass(frozen=True)
class Said:
    """Errors by field, as they are said."""

    by_field: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> "Said":
        said: dict[str, list[str]] = {}
        for problem in problems:
            if problem.message not in said.setdefault(problem.path, []):
                said[problem.path].append(problem.message)
        return cls(said)

    def at(self, path: str) -> tuple[str, ...]:
        return tuple(self.by_field.get(path, ()))


def formula_view(draft: Draft, choices: Choices, said: Said | None = None) -> NodeView:
    return _Tree(draft, choices, said or Said()).node(draft, "formula", "Что считаем")


def population_view(draft: Draft, choices: Choices, said: Said | None = None) -> NodeView:
    tree = _Tree(draft, choices, said or Said())
    kind = tree.select("population.type", "Какие школы входят", draft["type"], list(words.POPULATIONS.items()), True)
    return tree.plain_node(draft, "population", "Охват", kind)


class _Tree:
    def __init__(self, root: Draft, choices: Choices, said: Said) -> None:
        self.root, self.choices, self.said = root, choices, said

    def node(self, draft: Draft, path: str, title: str, *, can_be_removed: bool = False) -> NodeView:
        kind = str(draft.get("type", ""))
        view = self.plain_node(draft, path, title, self.kind_field(path, kind))
        parts = tuple(
            self.node(
                part,
                f"{path}.{step}",
                words.part_label(kind, step),
                can_be_removed=kind in SEVERAL and can_lose_part(draft),
            )
            for step, part in parts_of(draft)
        )
        add = words.ADD.get(kind) or (words.ADD["sum"] if self.can_become_sum(path, kind) else "")
        return NodeView(**{**vars(view), "parts": parts, "add": add, "can_be_removed": can_be_removed})

    def plain_node(self, draft: Draft, path: str, title: str, kind: FieldView) -> NodeView:
        name_of_kind = str(draft.get("type", ""))
        names = PLAIN.get(name_of_kind, ())
        shown = [name for name in names if _is_shown(name, draft)]
        fields = [self.field(draft, path, name) for name in shown]
        seldom = {f"{path}.{name}" for name in SELDOM if _is_plain(name, draft) and not self.said.at(f"{path}.{name}")}
        return NodeView(
            path=path,
            title=title,
            kind=kind,
            fields=tuple(found for found in fields if found.name not in seldom),
            more=tuple(found for found in fields if found.name in seldom),
            kept=tuple(self.hidden(draft, path, name) for name in names if name not in shown and draft.get(name)),
            parts=(),
            errors=self.said.at(path),
            add="",
            can_be_removed=False,
        )

    def kind_field(self, path: str, kind: str) -> FieldView:
        if kind == "sum":
            return FieldView(f"{path}.type", "", "hidden", (kind,))
        allowed = kinds_at(self.root, path)
        options = [(code, label) for code, label in words.KINDS.items() if code in allowed]
        return self.select(f"{path}.type", words.FIELDS["type"], kind, options, True)

    def can_become_sum(self, path: str, kind: str) -> bool:
        above, _, step = path.rpartition(".")
        return kind in words.KINDS_OF_NUMBERS and not step.startswith("of[") and bool(above)

    def field(self, draft: Draft, path: str, name: str) -> FieldView:
        kind, full = str(draft["type"]), f"{path}.{name}"
        label, value = words.field_label(kind, name), draft.get(name, "")
        hint, errors = words.HINTS.get(name, ""), self.said.at(full)
        if name in LINES:
            return FieldView(full, label, "lines", ("\n".join(value or ()),), hint=hint, errors=errors)
        options = self.choices.of(draft, name)
        if name in ("measures", "categories", "codes"):
            chosen = tuple(value or ())
            checks = tuple((code, text, code in chosen) for code, text in _with_unknown(options, chosen))
            return FieldView(full, label, "checks", chosen, checks, hint, errors, name in REFRESHING)
        if options or (kind, name) in _FROM_CHOICES:
            return self.select(full, label, str(value), options, name in REFRESHING, hint)
        return FieldView(full, label, "text", (str(value),), hint=hint, errors=errors)

    def select(
        self, name: str, label: str, value: str, options: Options, refreshes: bool = False, hint: str = ""
    ) -> FieldView:
        chosen = (value,) if value else ()
        known = _with_unknown(options, chosen)
        if not value and not name.endswith(WITH_DEFAULT):
            known = [NOT_CHOSEN, *known]
        return FieldView(
            name=name,
            label=label,
            widget="select",
            values=(value,),
            options=tuple((code, text, code == value) for code, text in known),
            hint=hint,
            errors=self.said.at(name),
            refreshes=refreshes,
        )

    def hidden(self, draft: Draft, path: str, name: str) -> FieldView:
        value = draft[name]
        values = ("\n".join(value),) if name in LINES else tuple(value) if isinstance(value, list) else (str(value),)
        return FieldView(f"{path}.{name}", "", "hidden", values)


def _options_of_records(name: str, kind: str) -> Options:
    """Which records, and of those that are chosen what is counted."""
    kinds = known_kinds()
    if name == "kind":
        return [(one.code, one.name) for one in kinds.values()]
    return [(code, one.name) for code, one in kinds[kind].measures.items()] if kind in kinds else ()


def _is_shown(name: str, draft: Draft) -> bool:
    """Whether the field matters for what is chosen so far."""
    match name:
        case "wave":
            return bool(draft.get("procedure") == Procedure.VPR)
        case "attempt":
            return draft.get("procedure") in WITH_RESITS
        case "levels":
            return Measure.LEVELS in (draft.get("measure"), *(draft.get("measures") or ()))
        case "statistic":
            return bool(draft.get("to") == "region")
        case "measure" if draft["type"] == "records":
            return bool(draft.get("kind"))
        case _:
            return True


def _is_plain(name: str, draft: Draft) -> bool:
    """Whether nobody need look at the field: the grade of ОГЭ is known, that of the pupils is mostly the paper's."""
    if name == "grade":
        known = GRADE_OF_PAPER.get(draft.get("procedure"))
        return known is not None and draft.get("grade", "") in ("", str(known))
    return draft.get(name, "") in ("", draft.get("grade", ""))


def _with_unknown(options: Options, chosen: Iterable[str]) -> list[tuple[str, str]]:
    """What was chosen once and is offered no more stays to be seen."""
    known = dict(options)
    return [*options, *((code, f"{code} — больше нет в списке") for code in chosen if code not in known)]


def _labels(labels: Mapping[Any, str], *, only: Iterable[Any] | None = None) -> list[tuple[str, str]]:
    return [(str(code), text) for code, text in labels.items() if only is None or code in only]


_PEOPLE = [measure for measure in words.MEASURES if measure not in POINTS]
_FIXED: dict[tuple[str, str], Options] = {
    ("", "procedure"): _labels(PROCEDURE_LABELS),
    ("", "subject"): SUBJECT_CHOICES,
    ("", "wave"): [(wave.value, wave.label) for wave in (Wave.SPRING, Wave.AUTUMN)],
    ("", "attempt"): [(attempt.value, attempt.label) for attempt in (Attempt.FIRST, Attempt.BEST)],
    ("results", "measure"): _labels(words.MEASURES),
    (EXAM_MEAN, "measure"): _labels(words.MEANS),
    (EXAM_SHARE, "measures"): _labels(words.MEASURES, only=_PEOPLE),
    (EXAM_SHARE, "among"): _labels(words.MEASURES, only=[name for name in _PEOPLE if name != Measure.LEVELS]),
    ("", "is"): _labels(words.CONDITIONS),
    ("", "rule"): _labels(words.RULES),
    ("", "to"): _labels(words.COMPARED),
    ("", "side"): _labels(words.SIDES),
    ("", "years"): _labels(words.YEARS_TOGETHER),
}
_FROM_CHOICES = {
    ("statistic", "code"),
    ("relative", "statistic"),
    ("indicator", "code"),
    ("records", "kind"),
    ("records", "measure"),
}
