"""From columns of numbers to outcomes: school by school, and for the municipality as a whole.

Whole columns are worked out at once, each node and period only once, however many indicators look at them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import chain

from indicators.calculations.comparable import Sides, like_sides
from indicators.calculations.formulas import (
    LOOKBACK_YEARS,
    NUMBERS,
    Change,
    Combined,
    Count,
    Formula,
    Identified,
    Leaf,
    Mean,
    Node,
    Number,
    OverYears,
    Records,
    Relative,
    SchoolsMeeting,
    Share,
    ShareOfSchools,
    Sum,
    leaves,
)
from indicators.calculations.numbers import Column, Columns, Place
from indicators.calculations.outcomes import (
    Outcome,
    adder,
    combine,
    count,
    difference,
    divide,
    is_gap,
    meets,
    meets_several,
    over_years,
    pool,
    relative,
    union,
)
from indicators.calculations.provenance import together
from schools.periods import Period, PeriodKind

Members = Callable[[Period], frozenset[int]]  # the schools of the population in a period
Outcomes = dict[Place, Outcome]  # of one formula in one period

MISSING_SCHOOLS = "missing_schools"  # schools of the population have no data, or all theirs were left out


def missing_schools(formula: Formula, *, known: int, expected: int) -> frozenset[str]:
    """The warning that schools of the population have no data. Records of the portal are all there: a school of which
    it keeps none owed none."""
    is_of_records = all(isinstance(leaf, Records) for leaf in leaves(formula))
    return frozenset({MISSING_SCHOOLS} if known < expected and not is_of_records else ())


class Evaluation:
    """`dates` are those on which what is worked out is measured, in their order; none for years."""

    def __init__(self, columns: Columns, dates: tuple[Period, ...] = ()) -> None:
        self.columns = columns
        self.dates = dates
        self._numbers: dict[tuple[Number, str], Column] = {}
        self._outcomes: dict[tuple[Node, str], Outcomes] = {}
        self._previous: dict[tuple[Node, str], Period | None] = {}
        self._wholes: dict[tuple[Relative, str], Outcome | None] = {}

    def held(self, node: Node, period: Period) -> bool:
        """Whether anybody in the municipality has what the node looks at: an exam held, a number collected."""
        match node:
            case Sum(of=parts) | Combined(of=parts) | SchoolsMeeting(of=parts):
                return any(self.held(part, period) for part in parts)
            case Share(part=first, whole=second) | Mean(total=first, count=second):
                return self.held(first, period) and self.held(second, period)
            case Count(of=inner) | Change(of=inner) | ShareOfSchools(of=inner) | OverYears(of=inner):
                return self.held(inner, period)
            case Relative(of=inner):  # where the region's number is missing, the exam was held all the same
                return self.held(inner, period)
            case _:
                assert isinstance(node, Leaf)
                return bool(self._column(node, period))

    def previous(self, node: Node, period: Period) -> Period | None:
        """The last earlier period, at most three years back, in which the procedure was held (rule 3); of dates the
        last earlier one at which anything stands."""
        key = (node, period.code)
        if key not in self._previous:
            earlier = (period.year_back(years) for years in range(1, LOOKBACK_YEARS + 1))
            if period.kind is PeriodKind.DATE:
                earlier = (date for date in reversed(self.dates) if date < period)
            self._previous[key] = next((back for back in earlier if self.held(node, back)), None)
        return self._previous[key]

    def start(self, node: Node, period: Period) -> Period | None:
        """The first earlier date at which anything stands."""
        return next((date for date in self.dates if date < period and self.held(node, date)), None)

    def compared_with(self, change: Change, period: Period) -> Period | None:
        return self.start(change.of, period) if change.since_start else self.previous(change.of, period)

    def numbers(self, number: Number, period: Period) -> Column:
        """The number of every place that has one."""
        if not isinstance(number, Sum):
            return self._column(number, period)
        key = (number, period.code)
        if key not in self._numbers:
            self._numbers[key] = self._sums(number, period)
        return self._numbers[key]

    def outcomes(self, formula: Formula, period: Period) -> Outcomes:
        """The value of every place that has one. Missing is not zero: who has nothing, or nobody to divide by, is not
        here (rule 2)."""
        key = (formula, period.code)
        if key not in self._outcomes:
            self._outcomes[key] = self._work_out(formula, period)
        return self._outcomes[key]

    def total(self, formula: Formula, period: Period, members: Members) -> Outcome | None:
        """The value of the municipality: sums of numerators over sums of denominators, never a mean of shares (rule 1).

        A change is the difference of two such values, each over the population of its own period; a value relative to
        the municipality compares its population with all schools; a combined one is made of the municipality's parts.
        """
        if isinstance(formula, Change):
            earlier = self.compared_with(formula, period)
            sides = self.total_sides(formula.of, period, earlier, members) if earlier else None
            return difference(*sides, is_gap(period, earlier)) if sides and earlier else None
        column = self.outcomes(formula, period)
        if None in column:
            return column[None]
        schools = members(period)
        if not schools and column and isinstance(formula, Count) and isinstance(formula.of, Identified):
            return Outcome(value=0, numerator=0)  # the year has a list, and it names nobody: known, not missing
        present = [column[school] for school in sorted(schools) if school in column]
        known = [outcome for outcome in present if outcome.value is not None]
        excluded = union(outcome.excluded for outcome in present)
        if not known and any(outcome.is_left_out for outcome in present):
            return Outcome(value=None, excluded=excluded)
        whole = self._together(formula, period, members, known) if known else None
        if whole is None:
            return None
        warnings = union(outcome.warnings for outcome in present)
        missing = missing_schools(formula, known=len(known), expected=len(schools))
        participants = pool(formula, known).participants  # so that those of the schools add up to them
        return whole._replace(participants=participants, warnings=warnings | missing, excluded=excluded)

    def _together(self, formula: Formula, period: Period, members: Members, known: list[Outcome]) -> Outcome | None:
        """The schools of the population as one; `known` are their values."""
        match formula:
            case Relative(of=inner):
                compared, whole = self.total(inner, period, members), self.whole(formula, period)
                if compared is None or whole is None:
                    return None
                return relative(formula, compared, whole)._replace(refs=together(compared.refs, whole.refs))
            case Combined(of=values):
                column = self.outcomes(formula, period)
                unknown = {school for school, outcome in column.items() if outcome.value is None}

                def counted(at: Period) -> frozenset[int]:
                    return members(at) - unknown if at == period else members(at)

                parts = [part for part in (self.total(value, period, counted) for value in values) if part]
                return combine(formula, parts) if parts else None
            case _:
                return pool(formula, known)

    def sides(self, formula: Formula, period: Period, earlier: Period) -> dict[Place, Sides]:
        """What the change of a value is the difference of, for every place that has the value now: like with like."""
        then = self.outcomes(formula, earlier)
        found: dict[Place, Sides] = {}
        for place, now in self.outcomes(formula, period).items():

            def value_at(part: Formula, at: Period, place: Place = place) -> Outcome | None:
                return self.outcomes(part, at).get(place)

            found[place] = like_sides(formula, Sides(now, then.get(place)), value_at, period, earlier)
        return found

    def total_sides(self, formula: Formula, period: Period, earlier: Period, members: Members) -> Sides:
        """The same of the municipality's value."""

        def value_at(part: Formula, at: Period) -> Outcome | None:
            return self.total(part, at, members)

        whole = Sides(value_at(formula, period), value_at(formula, earlier))
        return like_sides(formula, whole, value_at, period, earlier)

    def whole(self, formula: Relative, period: Period) -> Outcome | None:
        """What a relative value is compared with: all schools of the municipality, in the list or not, or the region's
        number; None where that is nought or not known."""
        key = (formula, period.code)
        if key not in self._wholes:
            self._wholes[key] = self._whole(formula, period)
        return self._wholes[key]

    def _whole(self, formula: Relative, period: Period) -> Outcome | None:
        if formula.region:
            reported = self._column(formula.region, period).get(None)
            return count(reported) if reported and reported.number else None

        def everybody(at: Period) -> frozenset[int]:
            return frozenset(school for school in self.outcomes(formula.of, at) if school is not None)

        whole = self.total(formula.of, period, everybody)
        if whole is None or whole.value == 0:
            return None  # nothing to divide by
        return whole

    def _column(self, leaf: Leaf, period: Period) -> Column:
        return self.columns.get(leaf, {}).get(period.code, {})

    def _sums(self, number: Sum, period: Period) -> Column:
        columns = [self._column(term, period) for term in number.of]
        add = adder(number.of)
        places = dict.fromkeys(chain.from_iterable(columns))
        return {place: add([column.get(place) for column in columns]) for place in places}

    def _work_out(self, formula: Formula, period: Period) -> Outcomes:
        match formula:
            case Share(part=first, whole=second) | Mean(total=first, count=second):
                wholes = self.numbers(second, period)
                pairs = {
                    place: (part, wholes[place])
                    for place, part in self.numbers(first, period).items()
                    if place in wholes and wholes[place].number != 0
                }
                return {place: divide(formula, part, whole) for place, (part, whole) in pairs.items()}
            case Count(of=number):
                return {place: count(amount) for place, amount in self.numbers(number, period).items()}
            case Change():
                return self._changes(formula, period)
            case ShareOfSchools():
                return self._met(formula, period)
            case SchoolsMeeting(of=parts):
                return {place: meets_several(formula, found) for place, found in self._by_place(parts, period).items()}
            case Relative():
                return self._relatives(formula, period)
            case Combined(of=parts):
                return {place: combine(formula, found) for place, found in self._by_place(parts, period).items()}
            case OverYears():
                return self._over_years(formula, period)
            case _:
                raise TypeError(f"{formula} is not resolved")

    def _by_place(self, formulas: Iterable[Formula], period: Period) -> dict[Place, list[Outcome]]:
        """The outcomes that a place has of these formulas."""
        return _gathered(self.outcomes(formula, period) for formula in formulas)

    def _relatives(self, formula: Relative, period: Period) -> Outcomes:
        whole = self.whole(formula, period)
        if whole is None:
            return {}
        return {place: relative(formula, one, whole) for place, one in self.outcomes(formula.of, period).items()}

    def _over_years(self, formula: OverYears, period: Period) -> Outcomes:
        """Years without the procedure add nothing; in one without it there is no value at all."""
        if not self.held(formula, period):
            return {}
        window = [period, *(period.year_back(years) for years in range(1, formula.years))]
        by_place = _gathered(self.outcomes(formula.of, year) for year in window)
        return {place: over_years(formula, years) for place, years in by_place.items()}

    def _changes(self, change: Change, period: Period) -> Outcomes:
        """A place without a value in that very earlier period has no change, even when it has older ones."""
        earlier = self.compared_with(change, period)
        if earlier is None:
            return {}
        gap = is_gap(period, earlier)
        changes = {place: difference(*both, gap) for place, both in self.sides(change.of, period, earlier).items()}
        return {place: change for place, change in changes.items() if change is not None}

    def _met(self, formula: ShareOfSchools, period: Period) -> Outcomes:
        """1 or 0 for every school that has the value looked at."""
        if isinstance(formula.of, NUMBERS):
            looked_at = {place: count(amount) for place, amount in self.numbers(formula.of, period).items()}
        else:
            looked_at = self.outcomes(formula.of, period)
        return {place: meets(formula, outcome) for place, outcome in looked_at.items() if place is not None}


def _gathered(columns: Iterable[Outcomes]) -> dict[Place, list[Outcome]]:
    places: dict[Place, list[Outcome]] = defaultdict(list)
    for column in columns:
        for place, outcome in column.items():
            places[place].append(outcome)
    return places
