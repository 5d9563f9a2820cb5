"""Results as a source of numbers for the engine of the indicators."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from indicators.calculations.formulas import Leaf, Measure, Results
from indicators.calculations.provenance import together
from indicators.procedures import Wave
from indicators.sources import Amount, Column, Columns, Place, Ref, periods_of_year
from monitoring.models import ResultTotal
from schools.periods import PeriodKind

MARKS = ("mark_2", "mark_3", "mark_4", "mark_5")
FIELDS = (
    "school_id",
    "school_year",
    "procedure",
    "subject",
    "grade",
    "pupil_grade",
    "wave",
    "attempt",
    "participants",
    "listed",
    *MARKS,
    "levels",
    "passed",
    "primary_sum",
    "primary_count",
    "test_sum",
    "test_count",
    "warnings",
    "sources",
)
# These follow from a scale or a threshold, so what is said about scales concerns them and no other number.
BY_SCALE = frozenset({Measure.PASSED, Measure.MARK_SUM, *(Measure(mark) for mark in MARKS)})
OF_SCALES = frozenset({"no_scale", "scale_of_earlier_year"})
OF_SCORES = frozenset({Measure.PRIMARY_SUM, Measure.PRIMARY_COUNT, Measure.TEST_SUM, Measure.TEST_COUNT})
UNKNOWN_LEVEL = "unknown_level"  # the work has no levels, or names them otherwise

Row = dict[str, Any]


def read_results(municipality_id: int, leaves: frozenset[Leaf], kinds: frozenset[PeriodKind]) -> Columns:
    """One query over the totals, in which sessions are summed and attempts and levels already worked out."""
    wanted: dict[tuple[str, ...], list[Results]] = defaultdict(list)
    for leaf in leaves:
        if isinstance(leaf, Results):
            exam = leaf.exam
            wanted[exam.procedure, exam.subject, exam.wave, leaf.attempt].append(leaf)
    rows = ResultTotal.objects.filter(
        school__municipality_id=municipality_id,
        procedure__in={key[0] for key in wanted},
        subject__in={key[1] for key in wanted},
    )
    columns: dict[Leaf, dict[str, dict[Place, Amount]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows.order_by("pk").values(*FIELDS):
        asked = wanted.get((row["procedure"], row["subject"], row["wave"], row["attempt"]), ())
        refs = _refs(row["sources"]) if asked else {}
        for leaf in asked:
            if leaf.exam.grade not in (None, row["grade"]) or leaf.exam.pupil_grade not in (None, row["pupil_grade"]):
                continue
            amount = _amount(leaf, row, refs["scores" if leaf.measure in OF_SCORES else "marks"])
            for period in periods_of_year(row["school_year"], kinds, in_autumn=row["wave"] == Wave.AUTUMN):
                column = columns[leaf][period]
                school = row["school_id"]
                column[school] = _both(column[school], amount) if school in column else amount
    return {leaf: dict[str, Column](by_period) for leaf, by_period in columns.items()}


def _amount(leaf: Results, row: Row, refs: tuple[Ref, ...]) -> Amount:
    number = _level_count(leaf, row) if leaf.measure is Measure.LEVELS else NUMBERS[leaf.measure](row)
    warnings = set(row["warnings"]) if leaf.measure in BY_SCALE else set(row["warnings"]) - OF_SCALES
    if leaf.measure is Measure.LEVELS and number is None:
        warnings.add(UNKNOWN_LEVEL)
    return Amount(number=number, participants=row["participants"], refs=refs, warnings=frozenset(warnings))


def _refs(places: list[dict[str, Any]]) -> dict[str, tuple[Ref, ...]]:
    """By facet the places that gave its numbers: a comparison with the journal gives no marks.

    One group for all numbers of a facet, so that what is made of several of them need not compare places.
    """
    refs = {}
    for facet in ("marks", "scores"):
        giving = [place for place in places if facet in place.get("facets", ())] or places
        refs[facet] = tuple(Ref.of(place) or Ref() for place in giving)
    return refs


def _level_count(leaf: Results, row: Row) -> int | None:
    """Pupils at these levels. A work that does not know one of them cannot tell: that is not zero."""
    counts = {level.casefold(): count for level, count in (row["levels"] or {}).items()}
    asked = [level.casefold() for level in leaf.levels]
    return sum(counts[level] for level in asked) if all(level in counts for level in asked) else None


def _mark_sum(row: Row) -> int | None:
    marks = [row[mark] for mark in MARKS]
    return None if None in marks else sum(mark * count for mark, count in zip((2, 3, 4, 5), marks, strict=True))


def _field(name: str) -> Callable[[Row], int | None]:
    return lambda row: row[name]


NUMBERS: dict[Measure, Callable[[Row], int | None]] = {
    measure: _field(measure.value) for measure in Measure if measure not in (Measure.MARK_SUM, Measure.LEVELS)
} | {Measure.MARK_SUM: _mark_sum}


def _both(first: Amount, second: Amount) -> Amount:
    """Pupils of one grade who wrote papers of two grades."""

    def total(one: Any, other: Any) -> Any:
        return None if one is None or other is None else one + other

    return Amount(
        number=total(first.number, second.number),
        participants=total(first.participants, second.participants),
        refs=together(first.refs, second.refs),
        warnings=first.warnings | second.warnings,
    )
