"""Whether a formula makes sense: sums of scores are no counts of people, a mean divides by its own count."""

from collections.abc import Iterator, Sequence

from indicators.calculations.formulas import (
    LEAVES,
    UNITS_OF_KIND,
    Change,
    Combined,
    Count,
    Formula,
    IndicatorRef,
    Kind,
    Leaf,
    Mean,
    Measure,
    Node,
    Number,
    OverYears,
    Records,
    Relative,
    Results,
    SchoolsMeeting,
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
from schools.periods import Period, PeriodKind

POINTS = frozenset({Measure.MARK_SUM, Measure.PRIMARY_SUM, Measure.TEST_SUM})  # the others count people
COUNT_OF_POINTS = {
    Measure.MARK_SUM: Measure.PARTICIPANTS,
    Measure.PRIMARY_SUM: Measure.PRIMARY_COUNT,
    Measure.TEST_SUM: Measure.TEST_COUNT,
}
RECORDS_ARE_OF_PERIODS = (
    "записи портала, например отчёты, считают за период, а не на дату: выберите учебный или календарный год, полугодие "
    "или квартал"
)
WITHOUT_LEVELS_OF_EXAM = frozenset({Measure.PARTICIPANTS, Measure.LISTED, Measure.PASSED})
CHILD_NAMES = {Share: ("part", "whole"), Mean: ("total", "count"), Relative: ("of", "statistic")}
SEVERAL = (Sum, Combined, SchoolsMeeting)


def nodes_with_paths(node: Node, path: str) -> Iterator[tuple[Node, str]]:
    """The node and everything below it, each with the path to it."""
    yield node, path
    for place, child in enumerate(children(node)):
        name = f"of[{place}]" if isinstance(node, SEVERAL) else CHILD_NAMES.get(type(node), ("of",))[place]
        yield from nodes_with_paths(child, f"{path}.{name}")


def check_formula(formula: Node, path: str) -> Iterator[Problem]:
    """Everything that is wrong with a well-formed formula by itself."""
    for node, at in nodes_with_paths(formula, path):
        yield from _check_node(node, at)


def _check_node(node: Node, path: str) -> Iterator[Problem]:
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
        case Combined() | Relative() | OverYears() | SchoolsMeeting():
            yield from _check_joined(node, path)


def check_resolved(formula: Formula, path: str, municipal: frozenset[str] = frozenset()) -> Iterator[Problem]:
    """What shows only once references are replaced; `municipal` are statistics of the municipality alone."""
    parts = list(walk(formula))
    for part in parts:
        if isinstance(part, ShareOfSchools) and any(
            isinstance(below, ShareOfSchools | SchoolsMeeting) for below in list(walk(part))[1:]
        ):
            yield Problem(path, "доля школ внутри доли школ не имеет смысла")
        if isinstance(part, Combined | Relative | OverYears | SchoolsMeeting):
            yield from _check_joined(part, path)
        if isinstance(part, ShareOfSchools):
            yield from _check_bound(part, path)
    regions = {part.region for part in parts if isinstance(part, Relative) and part.region}
    for region in sorted(regions, key=lambda region: region.code):
        if region.code not in municipal:
            yield Problem(path, f"«{region.code}» сообщают школы, а для сравнения с регионом нужно одно число")
    parts = [part for part in parts if part not in regions]
    of_municipality = [part for part in parts if isinstance(part, Statistic) and part.code in municipal]
    of_schools = [part for part in parts if isinstance(part, LEAVES) and part not in of_municipality]
    needs_schools = any(
        isinstance(part, ShareOfSchools) or (isinstance(part, Relative) and not part.region) for part in parts
    )
    if of_municipality and (of_schools or needs_schools):
        codes = ", ".join(sorted({part.code for part in of_municipality}))
        yield Problem(path, f"сведения муниципалитета ({codes}) нельзя сочетать в одной формуле с данными школ")


def _check_bound(node: ShareOfSchools, path: str) -> Iterator[Problem]:
    """A bound that no school can pass, or none can miss, tells nothing of schools."""
    if isinstance(node.of, Number) or kind_of(node.of) is not Kind.PERCENT:
        return
    least = 0 if _is_over_people(node.of) else -100
    if not least <= node.than <= 100:
        points = "п. п." if least else "%"
        yield Problem(path, f"граница для долей — от {least} до 100 {points}: другая не отличит одну школу от другой")


def _check_joined(node: Combined | Relative | OverYears | SchoolsMeeting, path: str) -> Iterator[Problem]:
    """What the parts must be; one that is still a reference is looked at once it is resolved."""
    match node:
        case SchoolsMeeting(of=conditions):
            if not all(isinstance(part, ShareOfSchools | SchoolsMeeting | IndicatorRef) for part in conditions):
                yield Problem(path, "условием может быть только доля школ: share_of_schools или schools_meeting")
        case OverYears(of=inner):
            terms = inner.of if isinstance(inner, Combined) else (inner,)
            if not all(isinstance(term, Share | Mean | Count | IndicatorRef) for term in terms):
                yield Problem(path, "за несколько лет складывают только доли, средние и количества")
        case Relative(of=inner):
            if not _is_over_people(inner):
                yield Problem(path, "сравнивать с муниципалитетом или регионом можно только долю или среднее")
        case Combined(of=values):
            kinds = {kind for kind in map(kind_of, values) if kind}
            if not all(_is_over_people(value.of if isinstance(value, Change) else value, True) for value in values):
                message = "объединять можно только доли, средние, их отношения к муниципалитету и их изменения"
                yield Problem(path, message)
            elif len(kinds) > 1 or Kind.COUNT in kinds:
                yield Problem(path, "объединять можно только значения одного вида")


def _is_over_people(formula: Formula, or_relative: bool = False) -> bool:
    """Whether it is a mean over somebody, so that it can be weighted by how many they are."""
    match formula:
        case Share() | Mean() | IndicatorRef():
            return True
        case Combined(of=values):
            return all(_is_over_people(value, or_relative) for value in values)
        case OverYears(of=inner):
            return _is_over_people(inner)
        case Relative():
            return or_relative
        case _:
            return False


def check_unit(formula: Formula, unit: str, path: str) -> Iterator[Problem]:
    """The unit must fit what the resolved formula makes."""
    kind = kind_of(formula)
    if kind is not None and unit not in UNITS_OF_KIND[kind]:
        fitting = ", ".join(sorted(UNITS_OF_KIND[kind]))
        yield Problem(path, f"единица «{unit}» не подходит к формуле; допустимо: {fitting}")


def check_periods(formula: Formula, kind: PeriodKind, measured_on: Sequence[str], path: str) -> Iterator[Problem]:
    """Dates are named one by one, and what a resolved formula asks of years or of dates must be there."""
    is_date = kind is PeriodKind.DATE
    if is_date != bool(measured_on) or not all(_is_date(code) for code in measured_on):
        text = "укажите даты измерения, например 2023-05-31" if is_date else "даты указывают только для вида «дата»"
        yield Problem(f"{path}.measured_on", text)
    parts = list(walk(formula))
    if is_date and any(isinstance(part, OverYears) for part in parts):
        yield Problem(f"{path}.formula", "на даты стоят последние данные, складывать их по годам нельзя")
    if is_date and any(isinstance(part, Records) for part in parts):
        yield Problem(f"{path}.formula", RECORDS_ARE_OF_PERIODS)
    if not is_date and any(isinstance(part, Change) and part.since_start for part in parts):
        yield Problem(f"{path}.formula", "первая дата измерения есть только у показателей, которые измеряют по датам")


def _is_date(code: str) -> bool:
    try:
        return Period.parse(code).kind is PeriodKind.DATE
    except ValueError:
        return False


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
