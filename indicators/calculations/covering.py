"""Which values are hidden besides those about few pupils, so that nobody subtracts his way to these. No Django here.

The sums of a municipality stay whole. Who takes from such a sum all that is shown learns about the rest together: so
where a school of few pupils is hidden alone, or with others that are few together, the smallest school that is shown is
hidden with it, and stays hidden wherever its values tell of the same results. See ADR 26.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from indicators.calculations.formulas import (
    Change,
    Count,
    Exam,
    Formula,
    Mean,
    Node,
    OverYears,
    Results,
    Share,
    Sum,
    leaves,
    walk,
)
from indicators.procedures import Procedure
from indicators.subjects import MATHEMATICS, MATHEMATICS_LEVELS

Place = tuple[int, str]  # an indicator and a period
ResultsOf = Mapping[tuple[int, int], Iterable[Exam]]  # results of a school in a school year


@dataclass
class Told:
    """What the values of schools tell in one place."""

    pupils: dict[int, int] = field(default_factory=dict)  # by school, but of those whose numbers are known anyway
    few: set[int] = field(default_factory=set)  # schools that are hidden for themselves
    exams: frozenset[Exam] = frozenset()  # that the values are made of
    years: frozenset[int] = frozenset()  # school years that they were held in
    adds_up: bool = True  # whether the municipality's parts are the sums of those of the schools
    has_parts: bool = False  # whether they are about more pupils than one of the results that they are made of
    has_sum: bool = True  # whether the municipality has a value there


@dataclass(frozen=True)
class Covering:
    """What is hidden for the sake of another school."""

    schools: Mapping[Place, frozenset[int]]  # hidden in that place though not about few pupils
    results: Mapping[tuple[int, int], frozenset[Exam]]  # of a school in a school year, which must not be told either


@dataclass(frozen=True)
class Matter:
    """What a formula is about, as far as hiding needs it."""

    exams: frozenset[Exam]
    adds_up: bool
    has_parts: bool
    has_change: bool
    years_back: int  # that are added to its own year

    @classmethod
    def of(cls, formula: Formula) -> "Matter":
        nodes = list(walk(formula))
        exams = exams_of(formula)
        in_sums = any(len(exams_of(node)) > 1 for node in nodes if isinstance(node, Sum))
        return cls(
            exams=exams,
            adds_up=_adds_up(formula),
            # What else is made of several results says itself how few the fewest are: `outcomes.combine`, `over_years`.
            has_parts=in_sums or any(map(is_union, exams)),
            has_change=any(isinstance(node, Change) for node in nodes),
            years_back=max((node.years - 1 for node in nodes if isinstance(node, OverYears)), default=0),
        )


def _adds_up(formula: Formula) -> bool:
    match formula:
        case OverYears(of=inner):
            return _adds_up(inner)
        case Change(of=inner):
            return isinstance(inner, Count)
        case _:
            return isinstance(formula, Share | Mean | Count)


def exams_of(node: Node) -> frozenset[Exam]:
    return frozenset(leaf.exam for leaf in leaves(node) if isinstance(leaf, Results))


def is_union(exam: Exam) -> bool:
    """ЕГЭ mathematics as a whole: who knows it and one of its levels knows the other."""
    return (exam.procedure, exam.subject) == (Procedure.EGE, MATHEMATICS)


def tells_of(exam: Exam, other: Exam) -> bool:
    """Whether the results of the one hold those of the other."""
    same = exam.subject == other.subject or (is_union(exam) and other.subject in MATHEMATICS_LEVELS)
    return same and _is_same_work(exam, other)


def meet(exam: Exam, other: Exam) -> bool:
    """Whether one of them tells of the other: a level of mathematics of the whole, but not of the other level."""
    return tells_of(exam, other) or tells_of(other, exam)


def _is_same_work(exam: Exam, other: Exam) -> bool:
    """Where one names the grade of the paper and the other that of the pupils, it may be."""
    return (
        (exam.procedure, exam.wave) == (other.procedure, other.wave)
        and (exam.grade is None or other.grade is None or exam.grade == other.grade)
        and (exam.pupil_grade is None or other.pupil_grade is None or exam.pupil_grade == other.pupil_grade)
    )


def hide_wholes_of_few(places: Mapping[Place, Told], few_results: ResultsOf) -> dict[Place, frozenset[int]]:
    """Schools that become hidden in a place because a part of their value is about few pupils: who takes the other
    parts from the whole learns about these. `few_results` are results about few pupils; values of one exam tell of such
    by themselves."""
    few: dict[tuple[int, int], set[Exam]] = defaultdict(set)
    for name, exams in few_results.items():
        few[name].update(exams)
    for told in places.values():
        if len(told.exams) == len(told.years) == 1 and not told.has_parts:
            (exam,), (year,) = told.exams, told.years
            for school in told.few:
                few[school, year].add(exam)
    found = {}
    for place, told in places.items():
        if told.has_parts and few:
            whole = {school for school in told.pupils.keys() - told.few if _has_few_part(told, school, few)}
            if whole:
                told.few |= whole
                found[place] = frozenset(whole)
    return found


def _has_few_part(told: Told, school: int, few: ResultsOf) -> bool:
    return any(tells_of(exam, one) for year in told.years for one in few.get((school, year), ()) for exam in told.exams)


def cover(places: Mapping[Place, Told], *, small: int) -> Covering:
    """The same for whoever sees the same schools in full: nothing depends on what of it is looked at."""
    covering = _Cover(places, small)
    covering.run()
    return Covering(
        schools={
            place: frozenset(schools - places[place].few)
            for place, schools in covering.hidden.items()
            if schools > places[place].few
        },
        results={name: frozenset(exams) for name, exams in covering.results.items()},
    )


def companion(pupils: Mapping[int, int], hidden: Collection[int], *, small: int) -> int | None:
    """The smallest school that is shown, where those that are hidden can be told apart or are few together; None where
    all is well, or nobody is left to be hidden."""
    if are_hidden_well(pupils, hidden, small=small):
        return None
    return min(pupils.keys() - set(hidden), key=lambda school: (pupils[school], school), default=None)


def are_hidden_well(pupils: Mapping[int, int], hidden: Collection[int], *, small: int) -> bool:
    """Whether there is nobody to be found, or several that are not few together."""
    return not hidden or (len(hidden) > 1 and sum(pupils[school] for school in hidden) >= small)


class _Cover:
    """Hides one school more at a time, wherever it must be hidden, until no sum gives anything away."""

    def __init__(self, places: Mapping[Place, Told], small: int) -> None:
        self.places, self.small = places, small
        self.hidden = {place: set(told.few) for place, told in places.items()}
        self.results: dict[tuple[int, int], set[Exam]] = defaultdict(set)
        # The least choice first: who is hidden there may do for the others too.
        with_few = [place for place, told in places.items() if told.few]
        self.waiting = deque(sorted(with_few, key=lambda place: (len(places[place].pupils), place)))
        self._in_year: dict[int, list[Place]] = defaultdict(list)
        self._alike: dict[tuple[frozenset[Exam], frozenset[int]], list[Place]] = defaultdict(list)
        self._kin: dict[Place, list[Place]] = {}
        for place, told in sorted(places.items()):
            for year in told.years:
                self._in_year[year].append(place)
            if told.adds_up and told.has_sum and told.exams:
                self._alike[told.exams, told.years].append(place)

    def run(self) -> None:
        while self.waiting:
            place = self.waiting.popleft()
            told = self.places[place]
            if not told.has_sum or not (told.adds_up or told.few):
                continue
            found = companion(told.pupils, self.hidden[place], small=self.small)
            if found is not None:
                self._hide(place, found)
            for other in self._alike[told.exams, told.years] if told.adds_up else ():
                self._part(place, other)

    def _part(self, place: Place, other: Place) -> None:
        """Two sums of the same results: whoever takes the one from the other is left with the schools that are in one
        of them alone."""
        pupils, others = self.places[place].pupils, self.places[other].pupils
        alone = {school: (pupils | others)[school] for school in pupils.keys() ^ others.keys()}
        hidden = alone.keys() & (self.hidden[place] | self.hidden[other])
        found = companion(alone, hidden, small=self.small)
        if found is not None:
            self._hide(place if found in pupils else other, found)

    def _hide(self, place: Place, school: int) -> None:
        """There, and in every value that tells of the same results; what is no sum tells of nobody else."""
        told = self.places[place]
        for year in told.years if told.exams and told.adds_up else ():
            self.results[school, year] |= told.exams
        for other in (place, *(self._of_same_results(place) if told.adds_up else ())):
            if school in self.places[other].pupils and school not in self.hidden[other]:
                self.hidden[other].add(school)
                self.waiting.append(other)

    def _of_same_results(self, place: Place) -> list[Place]:
        if place not in self._kin:
            exams, years = self.places[place].exams, self.places[place].years
            near = {other for year in years for other in self._in_year[year]} - {place}
            self._kin[place] = [
                other
                for other in sorted(near)
                if any(meet(exam, one) for exam in exams for one in self.places[other].exams)
            ]
        return self._kin[place]
