"""Whether a formula makes sense: sums of scores are no counts of people, a mean divides by its own count."""

from collections.abc import Iterator

from indicators.calculations.formulas import (
    UNITS_OF_KIND,
    Count,
    Formula,
    Identified,
    Leaf,
    Mean,
    Measure,
    Node,
    Number,
    Results,
    Share,
    ShareOfSchools,
    Statistic,
    Sum,
    children,
    kind_of,
    walk,
)
from indicators.calculations.problems import Problem
from indicators.procedures import Procedure

POINTS = frozenset({Measure.MARK_SUM, Measure.PRIMARY_SUM, Measure.TEST_SUM})  # the others count people
COUNT_OF_POINTS = {
    Measure.MARK_SUM: Measure.PARTICIPANTS,
    Measure.PRIMARY_SUM: Measure.PRIMARY_COUNT,
    Measure.TEST_SUM: Measure.TEST_COUNT,
}
WITHOUT_LEVELS_OF_EXAM = frozenset({Measure.PARTICIPANTS, Measure.LISTED, Measure.PASSED})
CHILD_NAMES = {Share: ("part", "whole"), Mean: ("total", "count")}


def check_formula(node: Node, path: str) -> Iterator[Problem]:
    """Everything that is wrong with a well-formed formula by itself."""
    match node:
        case Results():
            yield from _check_results(node, path)
        case Share(part=part, whole=whole):
            yield from _people_only(part, f"{path}.part")
            yield from _people_only(whole, f"{path}.whole")
        case Mean(total=total, count=count):
            yield from _check_mean(total, count, path)
        case Count(of=of):
            yield from _people_only(of, f"{path}.of")
        case _:
            pass
    for place, child in enumerate(children(node)):
        name = f"of[{place}]" if isinstance(node, Sum) else CHILD_NAMES.get(type(node), ("of",))[place]
        yield from check_formula(child, f"{path}.{name}")


def check_resolved(formula: Formula, path: str, municipal: frozenset[str] = frozenset()) -> Iterator[Problem]:
    """What shows only once references are replaced; `municipal` are statistics of the municipality alone."""
    parts = list(walk(formula))
    for part in parts:
        if isinstance(part, ShareOfSchools) and any(
            isinstance(below, ShareOfSchools) for below in list(walk(part))[1:]
        ):
            yield Problem(path, "доля школ внутри доли школ не имеет смысла")
    of_municipality = [part for part in parts if isinstance(part, Statistic) and part.code in municipal]
    of_schools = [
        part for part in parts if isinstance(part, Results | Identified | Statistic) and part not in of_municipality
    ]
    if of_municipality and (of_schools or any(isinstance(part, ShareOfSchools) for part in parts)):
        codes = ", ".join(sorted({part.code for part in of_municipality}))
        yield Problem(path, f"сведения муниципалитета ({codes}) нельзя сочетать в одной формуле с данными школ")


def check_unit(formula: Formula, unit: str, path: str) -> Iterator[Problem]:
    """The unit must fit what the resolved formula makes."""
    kind = kind_of(formula)
    if kind is not None and unit not in UNITS_OF_KIND[kind]:
        fitting = ", ".join(sorted(UNITS_OF_KIND[kind]))
        yield Problem(path, f"единица «{unit}» не подходит к формуле; допустимо: {fitting}")


def _check_results(node: Results, path: str) -> Iterator[Problem]:
    exam = node.exam
    is_union = exam.procedure is Procedure.EGE and exam.subject == "mathematics"
    if is_union and node.measure not in WITHOUT_LEVELS_OF_EXAM:
        message = "у ЕГЭ по математике в целом нет отметок и баллов: укажите mathematics_base или mathematics_profile"
        yield Problem(f"{path}.measure", message)


def _terms(number: Number) -> tuple[Leaf, ...]:
    return number.of if isinstance(number, Sum) else (number,)


def _people_only(number: Number, path: str) -> Iterator[Problem]:
    for term in _terms(number):
        if isinstance(term, Results) and term.measure in POINTS:
            yield Problem(path, f"{term.measure.value} — сумма баллов или отметок, а здесь нужно число участников")


def _check_mean(total: Number, count: Number, path: str) -> Iterator[Problem]:
    """Scores are divided by the number of those who have them, in the same exam."""
    yield from _people_only(count, f"{path}.count")
    tops, bottoms = _terms(total), _terms(count)
    points = [term for term in tops if isinstance(term, Results)]
    if any(term.measure not in POINTS for term in points):
        yield Problem(f"{path}.total", "нужна сумма баллов или отметок: mark_sum, primary_sum или test_sum")
        return
    wanted = {(term.exam, term.attempt, COUNT_OF_POINTS[term.measure]) for term in points}
    given = {(term.exam, term.attempt, term.measure) for term in bottoms if isinstance(term, Results)}
    if points and (wanted != given or len(points) < len(tops) or len(given) < len(bottoms)):
        names = ", ".join(sorted({measure.value for _, _, measure in wanted}))
        yield Problem(f"{path}.count", f"нужно число участников тех же результатов: {names}")
