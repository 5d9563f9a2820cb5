"""What in a school's results may be a sign of their not being objective. Facts for people: nothing is marked by them.

Sources of the rules: «Рекомендации по проведению анализа результатов ВПР» (groups tell something from 10 pupils on,
histograms from 20, well from 50) and the practice of regions, which compare with the territory rather than with a fixed
share, since «понизили 30–40 %» is usual. What the school is compared with are the others' results that count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from indicators.calculations.intervals import wilson
from schools.wording import number, percent, signed

FEW_IN_GROUP = 10  # fewer pupils say nothing of a group
FEW_IN_HISTOGRAM, ENOUGH_IN_HISTOGRAM = 20, 50
LEAST_PEAK = 5  # pupils: fewer on one score are chance
INFORMATIVE, ROUGH = "информативно", "ориентировочно"


@dataclass(frozen=True)
class Thresholds:
    """From where on a fact is shown; a person may set others on the page."""

    journal_points: Decimal = Decimal(20)  # percentage points from the other schools' share
    peak_ratio: Decimal = Decimal(2)  # times the mean of the neighbouring scores


@dataclass(frozen=True)
class SchoolFacts:
    """One school in one exam; None is unknown."""

    school_id: int
    participants: int | None = None
    good: int | None = None  # marks 4 and 5
    journal: tuple[int, int, int] | None = None  # lower, same, higher
    histogram: Mapping[str, int] | None = None  # {primary score: how many}
    counts: bool = True  # False: left out of the indicators already, so others are not compared with it


@dataclass(frozen=True)
class Sign:
    """A neutral fact with its threshold; `weight` says how far a histogram of so few can be trusted."""

    text: str
    weight: str = ""


@dataclass(frozen=True)
class Others:
    """The other schools together, as far as their results count."""

    journal: tuple[int, int, int] = (0, 0, 0)
    good: int = 0
    participants: int = 0  # where marks are known

    @classmethod
    def of(cls, schools: Iterable[SchoolFacts]) -> "Others":
        total = cls()
        for school in schools:
            total = total._moved(school, 1)
        return total

    def without(self, school: SchoolFacts) -> "Others":
        return self._moved(school, -1)

    def _moved(self, school: SchoolFacts, sign: int) -> "Others":
        if not school.counts:
            return self
        lower, same, higher = school.journal or (0, 0, 0)
        marked = school.good is not None and school.participants is not None
        return Others(
            (self.journal[0] + sign * lower, self.journal[1] + sign * same, self.journal[2] + sign * higher),
            self.good + (sign * (school.good or 0) if marked else 0),
            self.participants + (sign * (school.participants or 0) if marked else 0),
        )


def signs(exam: Sequence[SchoolFacts], borders: Iterable[int], thresholds: Thresholds) -> dict[int, list[Sign]]:
    """By school, of those that show any. `borders` are the first primary scores of marks 3, 4 and 5."""
    scores, everybody = tuple(borders), Others.of(exam)
    found: dict[int, list[Sign]] = {}
    for school in exam:
        others = everybody.without(school)
        told = [*_journal(school, others, thresholds), *_quality(school, others)]
        told += _peaks(school, scores, thresholds)
        if told:
            found[school.school_id] = told
    return found


def _journal(school: SchoolFacts, others: Others, thresholds: Thresholds) -> Iterable[Sign]:
    """Shares lowered and raised against the journal, beside those of the other schools together."""
    if school.journal is None or min(sum(school.journal), sum(others.journal)) < FEW_IN_GROUP:
        return
    for place, words in ((0, "Отметка ниже, чем в журнале"), (2, "Отметка выше, чем в журнале")):
        own = Fraction(100 * school.journal[place], sum(school.journal))
        theirs = Fraction(100 * others.journal[place], sum(others.journal))
        if abs(own - theirs) >= thresholds.journal_points:
            yield Sign(
                f"{words}: {_share(school.journal[place], sum(school.journal))}; в остальных школах {percent(theirs)}. "
                f"Разница {signed(own - theirs)} п. п. при пороге {number(thresholds.journal_points)} п. п."
            )


def _quality(school: SchoolFacts, others: Others) -> Iterable[Sign]:
    """A share of marks 4 and 5 above the other schools' Wilson interval."""
    if school.good is None or not school.participants or min(school.participants, others.participants) < FEW_IN_GROUP:
        return
    theirs, own = wilson(others.good, others.participants), wilson(school.good, school.participants)
    share = Fraction(100 * school.good, school.participants)
    if theirs and own and share > theirs.high:
        meet = "пересекается с ним" if own.overlaps(theirs) else "не пересекается с ним"
        yield Sign(
            f"«4» и «5»: {_share(school.good, school.participants)}; в остальных школах "
            f"{percent(Fraction(100 * others.good, others.participants))}, 95-процентный интервал "
            f"{percent(theirs.low)} – {percent(theirs.high)}. Интервал школы {percent(own.low)} – "
            f"{percent(own.high)} {meet}."
        )


def _peaks(school: SchoolFacts, borders: Sequence[int], thresholds: Thresholds) -> Iterable[Sign]:
    """Many more pupils on the first score of a mark than on the scores around it."""
    counts = {int(score): count for score, count in (school.histogram or {}).items()}
    pupils = sum(counts.values())
    if pupils < FEW_IN_HISTOGRAM:
        return
    weight = INFORMATIVE if pupils >= ENOUGH_IN_HISTOGRAM else ROUGH
    for mark, border in enumerate(borders, start=3):
        around = [counts.get(score, 0) for score in (border - 2, border - 1, border + 1, border + 2) if score >= 0]
        usual, here = Fraction(sum(around), len(around)), counts.get(border, 0)
        if here >= LEAST_PEAK and here >= usual * Fraction(thresholds.peak_ratio):
            yield Sign(
                f"Пик на границе отметки «{mark}»: {border} баллов набрали {here} из {pupils}, соседние баллы — "
                f"в среднем {number(usual)}. Порог: в {number(thresholds.peak_ratio)} раза больше соседних.",
                weight,
            )


def _share(part: int, whole: int) -> str:
    return f"{percent(Fraction(100 * part, whole))} ({part} из {whole})"
