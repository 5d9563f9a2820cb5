"""Whether what a share divides is a part of what it is divided by, and whether a sum counts anybody twice.

Of results that can be told: the same exam and attempt, and a number of some of those whom the whole counts. Of
collected numbers only their limits know («не больше, чем»); what they do not say is a doubt for a person to decide.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from indicators.calculations.checks import POINTS, nodes_with_paths
from indicators.calculations.formulas import (
    Exam,
    Identified,
    Leaf,
    Measure,
    Node,
    Number,
    Records,
    Results,
    Share,
    Statistic,
    Sum,
)
from indicators.calculations.problems import Problem
from indicators.calculations.records import known_kinds
from indicators.procedures import Procedure

Limits = Mapping[str, str]  # code of a collected number → code of the number that it cannot exceed
LEVELS_OF_EGE = frozenset({"mathematics_base", "mathematics_profile"})  # «mathematics» is both together
ATOMS: dict[Measure, frozenset[str]] = {
    Measure.MARK_2: frozenset("2"),
    Measure.MARK_3: frozenset("3"),
    Measure.MARK_4: frozenset("4"),
    Measure.MARK_5: frozenset("5"),
    Measure.PASSED: frozenset("345"),
}
FIELDS = {
    "procedure": "процедура",
    "subject": "предмет",
    "grade": "класс работы",
    "pupil_grade": "класс обучающихся",
    "wave": "когда проводили",
    "attempt": "попытка",
}
SAME = "числитель и знаменатель совпадают: такая доля всегда 100 %. Выберите в числителе часть"
TWICE = "считаются дважды, в двух слагаемых суммы: оставьте одно из них"
UPSIDE_DOWN = "знаменатель — часть числителя: поменяйте их местами"
ANOTHER_KIND = "для сравнения разных чисел есть вид «Отношение: одно число, делённое на другое»"


class Inclusion(NamedTuple):
    problems: tuple[Problem, ...]  # what is certainly wrong
    doubts: tuple[Problem, ...]  # what nobody but a person can tell


def check_inclusion(formula: Node, path: str, limits: Limits) -> Inclusion:
    """Of every share and every sum of a well-formed formula, each at its field."""
    problems: list[Problem] = []
    doubts: list[Problem] = []
    for node, at in nodes_with_paths(formula, path):
        if isinstance(node, Sum):
            problems += _counted_twice(node, at, limits)
        elif isinstance(node, Share):
            outside = list(_outside(node, at, limits))
            problems += outside
            if not outside:
                doubts += _doubts(node, at, limits)
    return Inclusion(tuple(problems), tuple(doubts))


# --- The part within the whole


def _outside(share: Share, path: str, limits: Limits) -> Iterator[Problem]:
    parts, wholes = _terms(share.part), _terms(share.whole)
    if set(parts) == set(wholes):
        yield Problem(f"{path}.part", SAME)
        return
    for part, at in _placed(share.part, f"{path}.part"):
        if any(isinstance(part, Results) and part.measure in POINTS for part in (*parts, *wholes)):
            return  # told already
        message = _why_outside(part, wholes, limits)
        if message:
            yield Problem(at, message)


def _why_outside(part: Leaf, wholes: tuple[Leaf, ...], limits: Limits) -> str:
    """Why it certainly is no part of these; "" where it is one, or might be."""
    if isinstance(part, Statistic):
        only = wholes[0] if len(wholes) == 1 else None
        is_upside_down = isinstance(only, Statistic) and part.code in _above(only.code, limits)
        return UPSIDE_DOWN if is_upside_down else ""
    if any(isinstance(whole, Statistic) for whole in wholes):
        return ""
    records = [whole for whole in wholes if isinstance(whole, Records)]
    if isinstance(part, Records):
        return _why_other_records(part, records)
    if len(records) == len(wholes):
        return f"в знаменателе записи портала, и это не их часть; {ANOTHER_KIND}"
    if isinstance(part, Identified):
        return _why_not_among(part, [whole for whole in wholes if isinstance(whole, Identified)])
    sat = [whole for whole in wholes if isinstance(whole, Results)]
    if not sat:
        return f"обучающиеся не могут быть частью числа школ; {ANOTHER_KIND}"
    return _why_another_exam(part, sat) or _why_another_measure(part, sat)


def _why_other_records(part: Records, wholes: list[Records]) -> str:
    same = [whole for whole in wholes if whole.kind == part.kind]
    if any(_is_of(part, whole) for whole in same):
        return ""
    if any(_is_of(whole, part) for whole in same):
        return UPSIDE_DOWN
    return f"эти записи портала — не часть того, что в знаменателе; {ANOTHER_KIND}"


def _is_of(part: Records, whole: Records) -> bool:
    """Whether it counts some of those whom the other counts, or the same."""
    above = known_kinds()[part.kind].above(part.measure)
    return part.kind == whole.kind and whole.measure in (part.measure, *above)


def _why_not_among(part: Identified, wholes: list[Identified]) -> str:
    if not wholes:
        return f"школы не могут быть частью числа обучающихся; {ANOTHER_KIND}"
    if any(set(part.categories) <= set(whole.categories) for whole in wholes):
        return ""
    return "школ этих категорий в знаменателе нет: отметьте в знаменателе и эти категории"


def _why_another_exam(part: Results, wholes: list[Results]) -> str:
    if any(_is_within(part, whole) for whole in wholes):
        return ""
    nearest = min((_differing(part, whole) for whole in wholes), key=len)
    return (
        f"это не часть знаменателя, а другая работа ({', '.join(nearest)}): такая доля может быть больше 100 %. "
        "Выберите в числителе и знаменателе одни и те же процедуру, предмет, класс и попытку"
    )


def _why_another_measure(part: Results, wholes: list[Results]) -> str:
    same = [whole for whole in wholes if _is_within(part, whole)]
    if _is_counted_in(part, same):
        return ""
    names = " и ".join(dict.fromkeys(whole.measure.value for whole in same))
    return (
        f"{part.measure.value} — не часть того, что в знаменателе ({names}). Выберите в знаменателе "
        f"{Measure.PARTICIPANTS.value} или другую часть в числителе"
    )


def _is_counted_in(part: Results, wholes: list[Results]) -> bool:
    """Whether those whom it counts are among those whom these count, one by one or together."""
    measures = {whole.measure for whole in wholes}
    if Measure.LISTED in measures or part.measure in measures - {Measure.LEVELS}:
        return True
    if part.measure is Measure.LISTED:
        return False
    if Measure.PARTICIPANTS in measures:
        return True
    atoms = _atoms(part)
    return bool(atoms) and atoms <= frozenset().union(*(_atoms(whole) for whole in wholes))


def _atoms(term: Results) -> frozenset[str]:
    """What people are told apart by, as far as it is told: marks, or names of levels."""
    if term.measure is Measure.LEVELS:
        return frozenset(f"level {level.casefold()}" for level in term.levels)
    return ATOMS.get(term.measure, frozenset())


def _is_within(part: Results, whole: Results) -> bool:
    """Whether the results of one are among those of the other: a grade that is not said is any grade."""
    one, other = part.exam, whole.exam
    return (
        (one.procedure, one.wave, part.attempt) == (other.procedure, other.wave, whole.attempt)
        and (one.subject == other.subject or _is_level_of(one, other))
        and other.grade in (None, one.grade)
        and other.pupil_grade in (None, one.pupil_grade)
    )


def _is_level_of(one: Exam, other: Exam) -> bool:
    return one.procedure is Procedure.EGE and one.subject in LEVELS_OF_EGE and other.subject == "mathematics"


def _differing(part: Results, whole: Results) -> list[str]:
    one, other = ({name: getattr(leaf.exam, name, leaf.attempt) for name in FIELDS} for leaf in (part, whole))
    if one["procedure"] != other["procedure"]:
        del one["wave"], one["attempt"]  # they follow from the procedure
    return [FIELDS[name] for name in one if one[name] != other[name]]


# --- Nobody twice


def _counted_twice(node: Sum, path: str, limits: Limits) -> Iterator[Problem]:
    for one_at, place in combinations(range(len(node.of)), 2):
        one, other = node.of[one_at], node.of[place]
        if isinstance(one, Results) and isinstance(other, Results) and _overlap(one, other):
            of_attempts = " до пересдач и с пересдачами" if one.attempt != other.attempt else ""
            names = " и ".join(dict.fromkeys((one.measure.value, other.measure.value)))
            yield Problem(f"{path}.of[{place}]", f"одни и те же обучающиеся{of_attempts} ({names}) {TWICE}")
        elif isinstance(one, Identified) and isinstance(other, Identified):
            message = "школа может быть в обеих категориях и посчитается дважды: отметьте категории в одном слагаемом"
            yield Problem(f"{path}.of[{place}]", message)
        elif isinstance(one, Records) and isinstance(other, Records) and (_is_of(one, other) or _is_of(other, one)):
            yield Problem(f"{path}.of[{place}]", f"одни и те же записи портала {TWICE}")
        elif isinstance(one, Statistic) and isinstance(other, Statistic) and _is_part_of_other(one, other, limits):
            yield Problem(f"{path}.of[{place}]", f"{one.code} и {other.code} — целое и его часть: они {TWICE}")


def _overlap(one: Results, other: Results) -> bool:
    """Whether somebody may be counted by both."""
    if one.measure in POINTS or other.measure in POINTS or not _may_meet(one.exam, other.exam):
        return False
    first, second = _atoms(one), _atoms(other)
    are_told_apart = (
        bool(first) and bool(second) and (one.measure is Measure.LEVELS) == (other.measure is Measure.LEVELS)
    )
    return one.attempt != other.attempt or not are_told_apart or bool(first & second)


def _may_meet(one: Exam, other: Exam) -> bool:
    return (
        (one.procedure, one.wave) == (other.procedure, other.wave)
        and (one.subject == other.subject or _is_level_of(one, other) or _is_level_of(other, one))
        and all(
            None in grades or grades[0] == grades[1]
            for grades in ((one.grade, other.grade), (one.pupil_grade, other.pupil_grade))
        )
    )


# --- What only a person can tell


def _doubts(share: Share, path: str, limits: Limits) -> Iterator[Problem]:
    wholes = _terms(share.whole)
    reported = {whole.code for whole in wholes if isinstance(whole, Statistic)}
    for part, at in _placed(share.part, f"{path}.part"):
        if isinstance(part, Statistic) and {part.code, *_above(part.code, limits)} & reported:
            continue
        if isinstance(part, Statistic):
            yield Problem(at, _ask_whether_within(part, wholes))
        elif isinstance(part, Results) and _why_outside(part, tuple(_not_reported(wholes)), limits) and reported:
            yield Problem(at, "портал не может проверить, что эти результаты входят в знаменатель: его сообщают школы")
        elif isinstance(part, Records) and reported:
            yield Problem(at, "портал не может проверить, что эти записи входят в знаменатель: его сообщают школы")
        elif isinstance(part, Identified) and reported:
            yield Problem(at, "портал не может проверить, что эти школы входят в знаменатель: его сообщают школы")
    for number, at in ((share.part, f"{path}.part"), (share.whole, f"{path}.whole")):
        if isinstance(number, Sum) and any(isinstance(term, Statistic) for term in number.of):
            yield Problem(
                at, "портал не может проверить, что слагаемые не пересекаются: никто не должен считаться дважды"
            )


def _ask_whether_within(part: Statistic, wholes: Iterable[Leaf]) -> str:
    named = ", ".join(whole.code for whole in wholes if isinstance(whole, Statistic)) or "знаменатель"
    return f"портал не может проверить, что {part.code} входит в {named}"


def _not_reported(wholes: Iterable[Leaf]) -> Iterator[Leaf]:
    return (whole for whole in wholes if not isinstance(whole, Statistic))


def _is_part_of_other(one: Statistic, other: Statistic, limits: Limits) -> bool:
    return other.code in _above(one.code, limits) or one.code in _above(other.code, limits)


def _above(code: str, limits: Limits) -> list[str]:
    """The numbers that it cannot exceed, through others too; a circle of limits ends."""
    found: list[str] = []
    while (limit := limits.get(code)) and limit not in found:
        found.append(limit)
        code = limit
    return found


def _terms(number: Number) -> tuple[Leaf, ...]:
    return number.of if isinstance(number, Sum) else (number,)


def _placed(number: Number, path: str) -> Iterator[tuple[Leaf, str]]:
    if isinstance(number, Sum):
        yield from ((term, f"{path}.of[{place}]") for place, term in enumerate(number.of))
    else:
        yield number, path
