"""The nodes of a formula, and what can be said of it without any data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from indicators.procedures import Attempt, Procedure, Wave

LOOKBACK_YEARS = 3  # how far back the previous value may lie (rule 3)


class Measure(StrEnum):
    """What is taken from a result."""

    PARTICIPANTS = "participants"
    LISTED = "listed"
    PASSED = "passed"
    MARK_2 = "mark_2"
    MARK_3 = "mark_3"
    MARK_4 = "mark_4"
    MARK_5 = "mark_5"
    MARK_SUM = "mark_sum"
    PRIMARY_SUM = "primary_sum"
    PRIMARY_COUNT = "primary_count"
    TEST_SUM = "test_sum"
    TEST_COUNT = "test_count"
    LEVELS = "levels"


class Condition(StrEnum):
    """How a share of schools compares."""

    ABOVE = "above"
    AT_LEAST = "at_least"
    BELOW = "below"
    AT_MOST = "at_most"

    def holds(self, value: Fraction | int, than: Fraction | int) -> bool:
        match self:
            case Condition.ABOVE:
                return value > than
            case Condition.AT_LEAST:
                return value >= than
            case Condition.BELOW:
                return value < than
            case _:
                return value <= than


class Kind(StrEnum):
    """What a value is, and so which units it fits and how schools add up."""

    PERCENT = "percent"
    MEAN = "mean"
    COUNT = "count"
    RATIO = "ratio"


UNITS_OF_KIND: dict[Kind, frozenset[str]] = {
    Kind.PERCENT: frozenset({"percent"}),
    Kind.MEAN: frozenset({"mark", "score", "count"}),
    Kind.COUNT: frozenset({"count", "schools"}),
    Kind.RATIO: frozenset({"ratio"}),
}


@dataclass(frozen=True)
class Exam:
    """Which results: a grade of None is any paper that pupils of `pupil_grade` wrote."""

    procedure: Procedure
    subject: str
    grade: int | None
    pupil_grade: int | None
    wave: Wave

    def is_about(self, procedure: str, subject: str, grade: int) -> bool:
        return (self.procedure, self.subject) == (procedure, subject) and self.grade in (None, grade)


@dataclass(frozen=True)
class Results:
    """A number of the official procedures."""

    exam: Exam
    attempt: Attempt
    measure: Measure
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statistic:
    """A number that schools, or the municipality, report."""

    code: str


@dataclass(frozen=True)
class Identified:
    """1 for a school that the list of the year names in one of the categories, 0 for the others."""

    categories: tuple[str, ...]


@dataclass(frozen=True)
class Records:
    """A number of records that the portal itself keeps, see `indicators.calculations.records`."""

    kind: str
    measure: str


Leaf = Results | Statistic | Identified | Records


@dataclass(frozen=True)
class Sum:
    of: tuple[Leaf, ...]


Number = Leaf | Sum


@dataclass(frozen=True)
class Share:
    part: Number
    whole: Number


@dataclass(frozen=True)
class Mean:
    total: Number
    count: Number


@dataclass(frozen=True)
class Count:
    of: Number


@dataclass(frozen=True)
class Change:
    """This period minus the last earlier one in which the procedure was held; at dates the last earlier date, or the
    first of them, where each school started."""

    of: "Formula"
    since_start: bool = False


@dataclass(frozen=True)
class ShareOfSchools:
    """The share of schools whose value or number meets a condition, among the schools that have it."""

    of: "Formula | Number"
    condition: Condition
    than: Fraction


@dataclass(frozen=True)
class SchoolsMeeting:
    """The share of schools that meet several conditions at once, or at least one of them."""

    of: "tuple[Formula, ...]"  # each of them is about schools that meet something
    needs_all: bool


@dataclass(frozen=True)
class Relative:
    """A school's value divided by that of all schools of the municipality together, or by a number of the region's that
    the municipality collects, because results of other municipalities are not in the files."""

    of: "Formula"
    region: Statistic | None = None  # None: the municipality


@dataclass(frozen=True)
class Combined:
    """Values of one kind as their mean, weighted by participants; where one is missing, of the others."""

    of: "tuple[Formula, ...]"


@dataclass(frozen=True)
class OverYears:
    """Numerators and denominators of so many years together, the period's own being the last."""

    of: "Formula"
    years: int


@dataclass(frozen=True)
class IndicatorRef:
    """The formula of another indicator; its population does not come with it."""

    code: str


Formula = (
    Share | Mean | Count | Change | ShareOfSchools | SchoolsMeeting | Relative | Combined | OverYears | IndicatorRef
)
Node = Formula | Number
LEAVES = (Results, Statistic, Identified, Records)
NUMBERS = (*LEAVES, Sum)


@dataclass(frozen=True)
class Dependencies:
    """What a formula looks at."""

    exams: frozenset[Exam]
    statistics: frozenset[str]
    indicators: frozenset[str]
    identification: bool
    records: frozenset[str] = frozenset()  # kinds


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Sum(of=terms):
            return terms
        case Combined(of=values) | SchoolsMeeting(of=values):
            return values
        case Relative(of=only, region=region):
            return (only, region) if region else (only,)
        case Share(part=first, whole=second) | Mean(total=first, count=second):
            return first, second
        case Count(of=only) | Change(of=only) | ShareOfSchools(of=only) | OverYears(of=only):
            return (only,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def leaves(node: Node) -> frozenset[Leaf]:
    return frozenset(part for part in walk(node) if isinstance(part, LEAVES))


def dependencies(formula: Formula) -> Dependencies:
    parts = list(walk(formula))
    return Dependencies(
        exams=frozenset(part.exam for part in parts if isinstance(part, Results)),
        statistics=frozenset(part.code for part in parts if isinstance(part, Statistic)),
        indicators=frozenset(part.code for part in parts if isinstance(part, IndicatorRef)),
        identification=any(isinstance(part, Identified) for part in parts),
        records=frozenset(part.kind for part in parts if isinstance(part, Records)),
    )


def lookback(node: Node) -> int:
    """How many years before its period a value may depend on."""
    below = max((lookback(child) for child in children(node)), default=0)
    match node:
        case Change():
            return below + LOOKBACK_YEARS
        case OverYears(years=years):
            return below + years - 1
        case _:
            return below


def is_of_school_alone(node: Node) -> bool:
    """Whether a school's value can be told from its own numbers; else what another school reports moves it too."""
    return not any(isinstance(part, Relative) and part.region is None for part in walk(node))


def kind_of(formula: Formula) -> Kind | None:
    """None for a reference that is not resolved."""
    match formula:
        case Share() | ShareOfSchools() | SchoolsMeeting():
            return Kind.PERCENT
        case Mean():
            return Kind.MEAN
        case Count():
            return Kind.COUNT
        case Relative():
            return Kind.RATIO
        case Change(of=inner) | OverYears(of=inner):
            return kind_of(inner)
        case Combined(of=values):
            return next(filter(None, map(kind_of, values)), None)
        case _:
            return None


class Unresolved(Exception):
    """A reference leads nowhere or back to where it came from; the codes are the way there."""

    def __init__(self, way: tuple[str, ...], *, is_cycle: bool) -> None:
        super().__init__(" → ".join(way))
        self.way, self.is_cycle = way, is_cycle


def resolve(formula: Formula, formulas: Mapping[str, Formula], way: tuple[str, ...] = ()) -> Formula:
    """The formula with every reference replaced by what it refers to."""
    resolved: Any = _resolve(formula, formulas, way)
    return resolved


def _resolve(node: Any, formulas: Mapping[str, Formula], way: tuple[str, ...]) -> Any:
    if isinstance(node, IndicatorRef):
        onward = (*way, node.code)
        if node.code in way:
            raise Unresolved(onward, is_cycle=True)
        if node.code not in formulas:
            raise Unresolved(onward, is_cycle=False)
        return _resolve(formulas[node.code], formulas, onward)
    if isinstance(node, Combined | SchoolsMeeting):
        return replace(node, of=tuple(_resolve(part, formulas, way) for part in node.of))
    if isinstance(node, Change | ShareOfSchools | Relative | OverYears):
        return replace(node, of=_resolve(node.of, formulas, way))
    return node
