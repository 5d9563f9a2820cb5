"""The steps of a value as one person may see them: small numbers hidden at every step, other schools not named.

Who knows a sum and all its terms but one knows that one too, so where one term is about a few pupils no term is told; a
change is told only where both its sides are; and a table of schools covers as many more as hiding takes. What is hidden
elsewhere for the sake of another school is hidden here too.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from indicators.calculations.comparable import NOT_COMPARABLE
from indicators.calculations.covering import companion
from indicators.calculations.figures import FEW
from indicators.calculations.formulas import (
    LEAVES,
    Change,
    Combined,
    Leaf,
    Mean,
    Node,
    OverYears,
    Relative,
    Results,
    SchoolsMeeting,
    Share,
    ShareOfSchools,
    Statistic,
    Sum,
)
from indicators.calculations.problems import Vocabulary
from indicators.calculations.provenance import compact
from indicators.calculations.tracing import Step
from indicators.queries.covering import Covering
from indicators.summaries import COMPARISONS, comparison_text
from indicators.trace_words import figure, interval, judged, reckoning, title
from schools.models import School
from schools.ordering import in_natural_order
from schools.periods import Period
from schools.small_numbers import SMALL, SmallNumbers, hidden_in_words

WHY_UNKNOWN = {
    "no_scale": "нет шкалы или порога, по которым считают прошедших",
    "unknown_level": "в работе нет такого уровня",
}


@dataclass(frozen=True)
class Origin:
    """Where a number came from."""

    node: Leaf
    period: Period
    school: School | None  # None: the municipality's own number
    sources: tuple[dict[str, Any], ...]

    @property
    def is_result(self) -> bool:
        return isinstance(self.node, Results)

    @property
    def cells(self) -> str:
        """What to mark in the rows: the measure, for levels with their names."""
        return ":".join([self.node.measure, *self.node.levels]) if isinstance(self.node, Results) else ""

    @property
    def statistic(self) -> str:
        return self.node.code if isinstance(self.node, Statistic) else ""

    @property
    def key(self) -> str:
        """Of a collected number: whose, which, and of what period."""
        return origin_key(self.school.pk if self.school else None, self.statistic, self.period.code)


def origin_key(school: int | None, statistic: str, period: str) -> str:
    return f"{school or ''}:{statistic}:{period}"


@dataclass(frozen=True)
class ShownRow:
    """One school of a total."""

    school: School
    text: str  # the reckoning, or what decides about the school
    met: bool | None = None  # where schools are counted
    is_hidden: bool = False
    is_covered: bool = False  # or another school's few pupils could be told from the sum
    has_few: bool = False

    @property
    def hidden_in_words(self) -> str:
        return hidden_in_words(self.is_covered)


@dataclass(frozen=True)
class Hidden:
    """Stored values of the schools that are hidden, by period and school: whether for the sake of another school."""

    formula: Node | None = None  # that they are values of
    stored: Mapping[tuple[str, int], bool] = field(default_factory=dict)

    def of(self, step: Step) -> bool | None:
        """None where the value is shown, or the step is none of them."""
        if step.place is None or step.node != self.formula:
            return None
        return self.stored.get((step.period.code, step.place))


@dataclass(frozen=True)
class ShownStep:
    """One step in words; `figure` is "" where there is no value or none for these eyes."""

    title: str
    period: str  # in words
    code: str  # of the period
    lead: str = ""  # what it is to the step above: «Числитель», «Было»
    figure: str = ""
    reckoning: str = ""
    note: str = ""  # why there is no figure
    is_hidden: bool = False
    is_covered: bool = False  # hidden for the sake of another school
    has_few: bool = False
    is_left_out: bool = False  # results were there, and are not counted
    interval: str = ""
    comparison: str = ""  # of a change whose sides are not made of the same
    origin: Origin | None = None
    parts: tuple["ShownStep", ...] = ()
    rows: tuple[ShownRow, ...] = ()
    other_schools: int = 0  # that add to a total and are not for these eyes
    is_counting: bool = False  # schools are counted, not summed

    @property
    def hidden_in_words(self) -> str:
        return hidden_in_words(self.is_covered)

    def walk(self) -> Iterator["ShownStep"]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Showing:
    """For one person: the schools that they see, of which one page is listed."""

    vocabulary: Vocabulary
    small: SmallNumbers
    covering: Covering
    schools: Mapping[int, School]
    listed: Collection[int] = field(default_factory=frozenset)
    hidden: Hidden = field(default_factory=Hidden)

    def show_value(self, step: Step) -> ShownStep:
        """The value itself; where it is hidden, so is all it is made of. Of a change each side is hidden or shown by
        itself."""
        covered = self.hidden.of(step)
        if covered is None or not isinstance(step.node, Change):
            return self.show(step, is_hidden=covered is not None, is_covered=bool(covered))
        nothing: dict[str, Any] = dict.fromkeys(("figure", "reckoning", "note", "interval", "comparison"), "")
        return replace(self.show(step), **nothing, has_few=False, is_hidden=True, is_covered=covered)

    def show(self, step: Step, lead: str = "", *, is_hidden: bool = False, is_covered: bool = False) -> ShownStep:
        hidden = is_hidden or self.hides(step)
        covered = is_covered or (hidden and not is_hidden and not self.is_about_few(step))
        outcome = step.outcome
        known = not hidden and step.is_known
        parts = self._parts(step, is_hidden, covered)
        return ShownStep(
            title=title(step, self.vocabulary),
            period=step.period.label,
            code=step.period.code,
            lead=lead,
            figure=figure(step) if known else "",
            reckoning=reckoning(step) if known and not any(part.is_hidden for part in parts) else "",
            note="" if hidden or step.is_known else _why_nothing(step),
            is_hidden=hidden,
            is_covered=covered,
            has_few=known and _has_few(step),
            is_left_out=bool(outcome and outcome.excluded),
            interval=interval(step) if known else "",
            comparison=comparison_text(outcome.warnings) if known and outcome and _is_change(step) else "",
            origin=None if hidden else self._origin(step),
            parts=parts,
            rows=() if step.parts else self._rows(step),
            other_schools=sum(one.place not in self.schools for one in step.schools if one.is_known),
            is_counting=isinstance(step.node, ShareOfSchools | SchoolsMeeting),
        )

    def hides(self, step: Step) -> bool:
        """Whether this person must not see the step's own figure: it is about few pupils, or would tell of others'."""
        return self.is_about_few(step) or self._is_covered(step)

    def is_about_few(self, step: Step) -> bool:
        school = None if step.place is None else self.schools.get(step.place)
        if school is None or step.outcome is None:
            return False
        return self.small.hides(step.outcome.participants, school) or (
            isinstance(step.node, Change) and any(map(self.is_about_few, step.parts))
        )

    def _is_covered(self, step: Step) -> bool:
        """By its results; of a change by those of either side."""
        if step.place is None or step.outcome is None or step.place not in self.schools:
            return False
        as_of = step.outcome.as_of
        return self.covering.hides_numbers(step.place, step.node, step.period, as_of) or (
            isinstance(step.node, Change) and any(map(self._is_covered, step.parts))
        )

    def _parts(self, step: Step, is_hidden: bool, is_covered: bool) -> tuple[ShownStep, ...]:
        """With the term of a few pupils all terms go, or it could be told from the sum; of a change each side is by
        itself about few pupils or not."""
        together = is_hidden or (not isinstance(step.node, Change) and self.hides(step))
        together |= isinstance(step.node, Sum) and any(map(self.hides, step.parts))
        return tuple(
            self.show(part, lead, is_hidden=together, is_covered=together and is_covered)
            for lead, part in zip(_leads(step), step.parts, strict=True)
        )

    def _origin(self, step: Step) -> Origin | None:
        node = step.node
        if not isinstance(node, LEAVES) or step.outcome is None or step.is_total:
            return None
        school = None if step.place is None else self.schools.get(step.place)
        return Origin(node, step.period, school, compact(step.outcome.refs))

    def _rows(self, step: Step) -> tuple[ShownRow, ...]:
        """The schools on this page that the person sees, by name."""
        visible = {one.place: one for one in step.schools if one.place in self.schools}
        covered = self._covered(step, visible)
        return tuple(
            self._row(school, visible[school.pk], is_covered=school.pk in covered)
            for school in in_natural_order(self.schools[pk] for pk in visible if pk is not None)
            if school.pk in self.listed
        )

    def _covered(self, step: Step, visible: Mapping[int | None, Step]) -> frozenset[int]:
        """Those that are hidden for the sake of another school: in all that is shown of the indicator, or in this
        table, for its sum stands below it."""
        counted = {
            pk: (one, one.outcome.participants)
            for pk, one in visible.items()
            if pk is not None and one.is_known and one.outcome is not None and one.outcome.participants is not None
        }
        few = {pk for pk, (one, _) in counted.items() if self.is_about_few(one) or self.hidden.of(one) is False}
        hidden = few | {pk for pk, (one, _) in counted.items() if self.hides(one) or self.hidden.of(one)}
        pupils = {pk: participants for pk, (_, participants) in counted.items()}
        while (found := companion(pupils, hidden, small=SMALL)) is not None:
            hidden.add(found)
        return frozenset(hidden - few)

    def _row(self, school: School, step: Step, *, is_covered: bool) -> ShownRow:
        if isinstance(step.node, ShareOfSchools | SchoolsMeeting):
            met = bool(step.outcome.numerator) if step.is_known and step.outcome else None
            looked_at = step.parts[0]
            is_hidden, is_few = self.hides(looked_at), self.is_about_few(looked_at)
            text = "" if is_hidden else (judged(step) or reckoning(step) or _why_nothing(step))
            has_few = not is_hidden and _has_few(looked_at)
            return ShownRow(
                school, text, met, is_hidden=is_hidden, is_covered=is_hidden and not is_few, has_few=has_few
            )
        if self.hides(step) or is_covered or self.hidden.of(step) is not None:
            return ShownRow(school, "", is_hidden=True, is_covered=is_covered)
        hides_parts = any(self.hides(below) for below in step.walk())
        told = "" if hides_parts else reckoning(step)
        return ShownRow(school, told or figure(step) or _why_nothing(step), has_few=_has_few(step))


def _is_change(step: Step) -> bool:
    return isinstance(step.node, Change)


def _has_few(step: Step) -> bool:
    pupils = step.outcome.participants if step.outcome else None
    return isinstance(step.node, Share | Mean) and pupils is not None and pupils < FEW


def _leads(step: Step) -> tuple[str, ...]:
    """What each part is to the step; a total of schools has none."""
    if not step.parts:
        return ()
    match step.node:
        case Share() | Mean():
            return "Числитель", "Знаменатель"
        case Change():
            return ("Стало", "Было")[: len(step.parts)]  # where there is nothing to compare with, only the first
        case ShareOfSchools():
            return ("На что смотрит условие",)
        case SchoolsMeeting():
            return tuple(f"Условие {place}" for place in range(1, len(step.parts) + 1))
        case Relative():
            return "Что сравнивается", "С чем сравнивается"
        case Combined():
            return tuple(f"Часть {place}" for place in range(1, len(step.parts) + 1))
        case OverYears() | Sum():
            return ("Слагаемое",) * len(step.parts)
        case _:
            return ("",) * len(step.parts)


def _why_nothing(step: Step) -> str:
    """Why a step has no value; "" where it has one."""
    if step.is_known:
        return ""
    outcome, node = step.outcome, step.node
    if outcome is not None:
        if outcome.excluded and outcome.participants is None:
            return "результаты есть, но не учитываются"
        reasons = [WHY_UNKNOWN[code] for code in sorted(outcome.warnings) if code in WHY_UNKNOWN]
        return f"неизвестно: {'; '.join(reasons) or 'не хватает одного из чисел'}"
    if isinstance(node, Change):
        if len(step.parts) == 2 and all(part.is_known for part in step.parts):
            return COMPARISONS[NOT_COMPARABLE]
        return "сравнить не с чем: " + (
            "за три предыдущих года процедуры не было" if len(step.parts) < 2 else "за один из периодов данных нет"
        )
    if isinstance(node, Share | Mean) and all(part.outcome is not None for part in step.parts):
        return "делить не на что: в знаменателе ноль"
    return "данных нет"
