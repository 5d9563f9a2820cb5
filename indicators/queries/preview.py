"""What a definition that is not saved yet would give on the data that are there. Nothing is written.

The engine's own evaluation, over the years around the one in view: a few queries, and columns of a few years, however
much history there is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from indicators.calculations import Formula, Population, describe, describe_population, lookback
from indicators.calculations.evaluation import Evaluation
from indicators.calculations.formulas import (
    LOOKBACK_YEARS,
    NUMBERS,
    UNITS_OF_KIND,
    Change,
    Count,
    Kind,
    Leaf,
    Mean,
    SchoolsMeeting,
    Share,
    ShareOfSchools,
    kind_of,
    leaves,
)
from indicators.calculations.numbers import Columns, Exact
from indicators.calculations.outcomes import Outcome
from indicators.calculations.populations import Lists
from indicators.queries.definitions import Surroundings, period_problem, resolved
from indicators.queries.identification_source import read_lists
from indicators.queries.passport import parts_in_words
from indicators.sources import read_columns_of
from schools.models import School
from schools.periods import Period, PeriodKind
from schools.small_numbers import SmallNumbers
from schools.wording import change_in_unit, in_unit, number, plural_genitive

YEARS_BACK = 5  # so many years before the one in view are looked through
PERIODS_SHOWN, SCHOOLS_SHOWN = 3, 5
MET, NOT_MET = "выполнено", "не выполнено"
NATURAL_UNITS = {"percent": "percent", "mean": "mark", "count": "count", "ratio": "ratio"}


@dataclass(frozen=True)
class Asked:
    """A definition as far as it is filled in, and what it is to be tried on."""

    formula: Formula
    population: Population
    unit: str
    period_kind: PeriodKind
    school_year: int
    dates: tuple[Period, ...] = ()  # on which it is measured, where the periods are dates


@dataclass(frozen=True)
class Found:
    """One number that the formula looks at, and where it is."""

    what: str
    periods: tuple[str, ...]  # labels; none where nothing was found
    schools: int


@dataclass(frozen=True)
class Cell:
    value: str  # «75,0 %», or why there is none
    parts: str = ""  # «12 из 16»


@dataclass(frozen=True)
class Row:
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Preview:
    sentence: str
    population: str
    numerator: str
    denominator: str
    years: str  # that were looked through
    found: tuple[Found, ...] = ()
    periods: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()  # the municipality first
    example: str = ""
    notes: tuple[str, ...] = ()
    is_resolved: bool = True  # else a reference leads nowhere
    never: str = ""  # why there will be no value, whatever data come in

    @property
    def has_data(self) -> bool:
        return bool(self.rows)

    @property
    def missing(self) -> tuple[Found, ...]:
        return tuple(each for each in self.found if not each.periods)


def preview(*, user: Any, around: Surroundings, asked: Asked) -> Preview:
    vocabulary = around.vocabulary
    numerator, denominator = parts_in_words(asked.formula, vocabulary)
    said = Preview(
        sentence=describe(asked.formula, vocabulary),
        population=describe_population(asked.population, vocabulary),
        numerator=numerator,
        denominator=denominator,
        years=f"{asked.school_year - YEARS_BACK}–{asked.school_year + 1}",
    )
    formula = resolved(asked.formula, around)
    if formula is None:
        return replace(said, is_resolved=False)
    if never := period_problem(formula, asked.period_kind):
        return replace(said, never=f"{never[:1].upper()}{never[1:]}.")
    years = range(asked.school_year - YEARS_BACK - lookback(formula) - LOOKBACK_YEARS, asked.school_year + 2)
    columns = read_columns_of(around.municipality.pk, leaves(formula), asked.period_kind, asked.dates, years)
    trial = _Trial(user, around, asked, formula, columns, read_lists(around.municipality.pk))
    found = tuple(trial.found())
    if not trial.periods:
        return replace(said, found=found)
    return replace(
        said,
        found=found,
        periods=tuple(period.label for period in trial.periods),
        rows=tuple(trial.rows()),
        example=trial.example(),
        notes=tuple(trial.notes()),
    )


class _Trial:
    """One definition tried on columns of numbers."""

    def __init__(
        self, user: Any, around: Surroundings, asked: Asked, formula: Formula, columns: Columns, lists: Lists
    ) -> None:
        self.around, self.asked, self.formula, self.columns, self.lists = around, asked, formula, columns, lists
        self.evaluation = Evaluation(columns, asked.dates)
        self.small = SmallNumbers.seen_by(user)
        self.schools = {school.pk: school for school in around.schools}
        self.unit = _fitting_unit(formula, asked.unit)
        self.periods = self._periods()

    def _periods(self) -> list[Period]:
        """The latest in which there is a value, the newest last."""
        codes = {code for by_period in self.columns.values() for code in by_period}
        first, last = self.asked.school_year - YEARS_BACK, self.asked.school_year
        periods = sorted(period for period in map(Period.parse, codes) if period.kind == self.asked.period_kind)
        in_view = [period for period in periods if first <= period.school_year <= last]
        with_value = [period for period in in_view if self.evaluation.outcomes(self.formula, period)]
        return with_value[-PERIODS_SHOWN:]

    def found(self) -> Iterator[Found]:
        """In the order of the formula's words: results, numbers, lists."""
        for leaf in sorted(leaves(self.asked.formula), key=lambda leaf: (type(leaf).__name__, repr(leaf))):
            by_period = self.columns.get(leaf, {})
            periods = sorted(map(Period.parse, by_period))
            yield Found(
                what=_leaf_in_words(leaf, self.around),
                periods=tuple(period.label for period in periods[-PERIODS_SHOWN:]),
                schools=len({place for column in by_period.values() for place in column if place is not None}),
            )

    def members(self, period: Period) -> frozenset[int]:
        return self.lists.members(self.asked.population, period)

    def rows(self) -> Iterator[Row]:
        whole = [self.evaluation.total(self.formula, period, self.members) for period in self.periods]
        yield Row(f"{self.around.municipality.name} в целом", tuple(map(self.in_words, whole)))
        for school in self.shown_schools():
            outcomes = [self._outcome(school, period) for period in self.periods]
            yield Row(school.name, tuple(self.of_school(school, outcome) for outcome in outcomes))

    def shown_schools(self) -> list[School]:
        last = self.periods[-1]
        column = self.evaluation.outcomes(self.formula, last)
        listed = [school for pk, school in self.schools.items() if pk in self.members(last) and pk in column]
        return listed[:SCHOOLS_SHOWN]

    def _outcome(self, school: School, period: Period) -> Outcome | None:
        if school.pk not in self.members(period):
            return None
        return self.evaluation.outcomes(self.formula, period).get(school.pk)

    def of_school(self, school: School, outcome: Outcome | None) -> Cell:
        if outcome is not None and self.small.hides(outcome.participants, school):
            return Cell("скрыто", "менее 5 участников")
        if isinstance(self.formula, ShareOfSchools | SchoolsMeeting) and outcome and outcome.value is not None:
            return Cell(MET if outcome.numerator else NOT_MET)
        return self.in_words(outcome)

    def in_words(self, outcome: Outcome | None) -> Cell:
        if outcome is None:
            return Cell("нет данных")
        if outcome.value is None:
            return Cell("неизвестно")
        if isinstance(self.formula, Change):
            return Cell(change_in_unit(outcome.value, self.unit))
        return Cell(in_unit(outcome.value, self.unit), self._parts(outcome))

    def _parts(self, outcome: Outcome) -> str:
        if outcome.numerator is None or outcome.denominator is None:
            return ""
        between = " из " if kind_of(self.formula) is Kind.PERCENT else " : "
        return f"{number(outcome.numerator, 4)}{between}{number(outcome.denominator, 4)}"

    def example(self) -> str:
        """One school worked out so that it can be checked on a calculator: «СОШ № 1: 12 из 16 = 75,0 %»."""
        last = self.periods[-1]
        best = max(
            (
                (school, outcome)
                for school in self.shown_schools()
                if (outcome := self._outcome(school, last)) and outcome.value is not None
                if not self.small.hides(outcome.participants, school)
            ),
            key=lambda pair: (pair[1].numerator not in (0, pair[1].denominator), pair[1].participants or 0),
            default=None,
        )
        if best is None:
            return ""
        school, outcome = best
        return f"{school.name}, {last.label}: {self._worked_out(school, outcome, last)}"

    def _worked_out(self, school: School, outcome: Outcome, period: Period) -> str:
        value = outcome.value
        assert value is not None
        match self.formula:
            case Change():
                return f"{self._change(self.formula, school, period)} = {change_in_unit(value, self.unit)}"
            case ShareOfSchools():
                return (
                    f"{self._looked_at(self.formula, school, period)} — условие {self.of_school(school, outcome).value}"
                )
            case SchoolsMeeting():
                return f"условие {self.of_school(school, outcome).value}"
            case _:
                parts = self._parts(outcome)
                return f"{parts} = {in_unit(value, self.unit)}" if parts else in_unit(value, self.unit)

    def _change(self, change: Change, school: School, period: Period) -> str:
        """«75,0 % − 58,0 % (2018/2019)»."""
        inner, earlier = change.of, self.evaluation.compared_with(change, period)
        now = self.evaluation.outcomes(inner, period).get(school.pk)
        then = self.evaluation.outcomes(inner, earlier).get(school.pk) if earlier else None
        unit = _fitting_unit(inner, self.unit)
        if now is None or then is None or earlier is None:
            return ""
        return f"{in_unit(now.value, unit)} − {in_unit(then.value, unit)} ({earlier.label})"

    def _looked_at(self, formula: ShareOfSchools, school: School, period: Period) -> str:
        """The value by which the school meets the condition or does not."""
        inner: Any = formula.of
        if isinstance(inner, Change):
            value = _value_of(self.evaluation.outcomes(inner, period).get(school.pk))
            shown = change_in_unit(value, _fitting_unit(inner, ""))
            return f"{self._change(inner, school, period)} = {shown}"
        if isinstance(inner, NUMBERS):
            inner = Count(inner)
        value = _value_of(self.evaluation.outcomes(inner, period).get(school.pk))
        return in_unit(value, _fitting_unit(inner, ""))

    def notes(self) -> Iterator[str]:
        """What is missing in the latest period, in words: missing is not zero."""
        last = self.periods[-1]
        members, column = self.members(last), self.evaluation.outcomes(self.formula, last)
        if not members:
            yield f"За {last.label} в охват не входит ни одна школа: проверьте список этого года."
            return
        yield from self._beyond_the_whole(last, members)
        if None in column:
            return
        empty = self._with_nobody_to_divide_by(last) & members
        unknown = {pk for pk in members & column.keys() if column[pk].value is None}
        missing = members - column.keys() - empty
        of = plural_genitive
        if empty:
            yield (
                f"За {last.label} у {len(empty)} {of(len(empty), 'школы,школ')} в знаменателе ноль: "
                "делить не на что, и в показатель они не входят."
            )
        if missing:
            yield (
                f"За {last.label} нет данных у {len(missing)} {of(len(missing), 'школы,школ')} "
                f"из {len(members)}: это не ноль, они просто не входят в показатель."
            )
        if unknown:
            yield (
                f"За {last.label} число неизвестно у {len(unknown)} {of(len(unknown), 'школы,школ')}: "
                "например, нет шкалы отметок или сообщено не всё."
            )

    def _beyond_the_whole(self, period: Period, members: frozenset[int]) -> Iterator[str]:
        """A part that is larger than its whole is none."""
        if not isinstance(self.formula, Share):
            return
        column = self.evaluation.outcomes(self.formula, period)
        beyond = {
            pk for pk in {*members, None} & column.keys() if (value := column[pk].value) is not None and value > 100
        }
        if beyond:
            where = "" if None in beyond else f" у {len(beyond)} {plural_genitive(len(beyond), 'школы,школ')}"
            yield (
                f"За {period.label}{where} числитель больше знаменателя, и доля больше 100\u00a0%: проверьте, "
                "часть ли он знаменателя, и верны ли сами числа."
            )

    def _with_nobody_to_divide_by(self, period: Period) -> set[int]:
        match self.formula:
            case Share(part=_, whole=below) | Mean(total=_, count=below):
                column = self.evaluation.numbers(below, period)
                return {place for place, amount in column.items() if amount.number == 0 and place is not None}
            case _:
                return set()


def _value_of(outcome: Outcome | None) -> Exact | None:
    return outcome.value if outcome else None


def _fitting_unit(formula: Formula, unit: str) -> str:
    """The unit, if it fits what the formula makes; else the one that people expect."""
    kind = kind_of(formula)
    if kind is None or unit in UNITS_OF_KIND[kind]:
        return unit
    return NATURAL_UNITS[kind.value]


def _leaf_in_words(leaf: Leaf, around: Surroundings) -> str:
    return describe(Count(leaf), around.vocabulary)
