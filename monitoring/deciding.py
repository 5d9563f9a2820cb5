"""Which columns of a kept sheet gave a number, so that people find the very cells. Pure: no Django here.

Layouts name their columns in many ways; what is looked for are the words that the kept ones have in common. A number
that a sheet does not hold itself comes from what it is made of: who passed from marks, marks from scores, and how many
took part from the rows that have any of them.
"""

import re
from collections.abc import Sequence

from indicators.calculations.formulas import Measure

PUPILS = re.compile(r"(?<!группы )участник|выполняли|писали|по списку")
MARK = re.compile(r"отметка(?! за)(?!.*журнал)|оценка|mark5|зач[её]т")
MARKS = re.compile(r"«?[2-5]»?")
PRIMARY = re.compile(r"первичн|primary|итого баллов|всего баллов|^sum$")
TEST = re.compile(r"тестов|итоговый балл|mark100|^балл$")


def deciding_columns(names: Sequence[str], cells: str) -> frozenset[int]:
    """`cells` is a measure, of levels with their names: «passed», «levels:Базовый:Повышенный»; else there are none."""
    measure, *levels = cells.split(":")
    if measure == Measure.LEVELS:
        wanted = {level.casefold() for level in levels}
        return frozenset(place for place, name in enumerate(names) if name.strip().casefold() in wanted)
    for found in _ways(measure, [name.strip().lower() for name in names]):
        if found:
            return found
    return frozenset()


def _ways(measure: str, names: list[str]) -> list[frozenset[int]]:
    """From the column that holds the number itself to those that it is made of."""
    counts, mark = _full(MARKS, names), _with(MARK, names)
    primary, test, pupils = _with(PRIMARY, names), _with(TEST, names), _with(PUPILS, names)
    match measure:
        case Measure.PARTICIPANTS | Measure.LISTED:
            return [pupils, mark, counts, test, primary]
        case Measure.PASSED:
            passing = frozenset(place for place in counts if "2" not in names[place])
            return [mark, passing, test, primary]
        case Measure.MARK_2 | Measure.MARK_3 | Measure.MARK_4 | Measure.MARK_5:
            own = frozenset(place for place in counts if measure[-1] in names[place])
            return [mark, own, primary]
        case Measure.MARK_SUM:
            return [mark, counts, primary]
        case Measure.PRIMARY_SUM | Measure.PRIMARY_COUNT:
            return [primary]
        case Measure.TEST_SUM | Measure.TEST_COUNT:
            return [test]
        case _:
            return []


def _with(pattern: re.Pattern[str], names: list[str]) -> frozenset[int]:
    return frozenset(place for place, name in enumerate(names) if pattern.search(name))


def _full(pattern: re.Pattern[str], names: list[str]) -> frozenset[int]:
    return frozenset(place for place, name in enumerate(names) if pattern.fullmatch(name))
