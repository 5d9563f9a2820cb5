"""How sessions become the results that are read: main days summed, re-sits made into the best attempt.

Pure: no Django, no pupil. Sources of the rules: contract "REST, results" and "Re-sits need no identity" of the formats.
A number that one of the summed sessions does not have is unknown in the sum: None, never a smaller sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from indicators.procedures import Procedure
from indicators.subjects import MATHEMATICS, MATHEMATICS_LEVELS

MARKS = ("mark_2", "mark_3", "mark_4", "mark_5")
COUNTS = (
    "listed",
    "participants",
    *MARKS,
    "passed",
    "primary_sum",
    "primary_count",
    "test_sum",
    "test_count",
    "journal_lower",
    "journal_same",
    "journal_higher",
)
HISTOGRAMS = ("primary_histogram", "test_histogram")
Histogram = dict[str, int]  # {score: how many}


@dataclass(frozen=True)
class Facts:
    """What is known of a school in an exam; None is unknown, not zero."""

    listed: int | None = None
    participants: int | None = None
    mark_2: int | None = None
    mark_3: int | None = None
    mark_4: int | None = None
    mark_5: int | None = None
    levels: dict[str, int] | None = None
    passed: int | None = None
    primary_sum: int | None = None
    primary_count: int | None = None
    test_sum: int | None = None
    test_count: int | None = None
    journal_lower: int | None = None
    journal_same: int | None = None
    journal_higher: int | None = None
    primary_histogram: Histogram | None = None
    test_histogram: Histogram | None = None
    warnings: tuple[str, ...] = field(default=())


def counted_subjects(procedure: str, subject: str) -> tuple[str, ...]:
    """The subjects that a result counts for: a level of ЕГЭ mathematics is in the union of levels too."""
    is_level = procedure == Procedure.EGE and subject in MATHEMATICS_LEVELS
    return (subject, MATHEMATICS) if is_level else (subject,)


def covered_subjects(procedure: str, subject: str) -> tuple[str, ...]:
    """The subjects that a flag on this one leaves out.

    ЕГЭ mathematics is the union of its levels, so a level in doubt takes the union with it, and the union its levels.
    """
    if procedure == Procedure.EGE and subject == MATHEMATICS:
        return (subject, *MATHEMATICS_LEVELS)
    return counted_subjects(procedure, subject)


def total(sessions: Sequence[Facts]) -> Facts:
    """Sessions of one attempt added up."""
    if len(sessions) == 1:
        return sessions[0]
    sums: dict[str, Any] = {name: _sum(getattr(session, name) for session in sessions) for name in COUNTS}
    sums |= {name: _sum_by_name([getattr(session, name) for session in sessions]) for name in HISTOGRAMS}
    levels = _sum_by_name([session.levels for session in sessions])
    return Facts(**sums, levels=levels, warnings=_warnings(sessions))


def best(first: Facts, resits: Sequence[Facts]) -> Facts:
    """The attempt by the end of the summer period, known without knowing who the pupils were.

    Only those who failed sit again, so passed(best) = passed(first) + passed in the re-sits, at most all participants;
    each moves from mark 2 to the new mark. Scores and the list stay those of the first attempt.
    """
    if not resits:
        return first
    again = total(resits)
    moved = _moved_marks(first, again)
    warnings = _warnings([first, *resits])
    if first.passed is None or again.passed is None or first.participants is None:
        return replace(first, passed=None, **moved, warnings=warnings)
    failed = first.participants - first.passed
    if again.passed > failed:
        warnings = tuple(sorted({*warnings, "resits_exceed_failed"}))
    return replace(first, passed=first.passed + min(again.passed, failed), **moved, warnings=warnings)


def _moved_marks(first: Facts, again: Facts) -> dict[str, Any]:
    """Marks after the re-sits; at most those who had failed are moved, low marks first."""
    if first.mark_2 is None:
        return {}
    if again.mark_2 is None:
        return dict.fromkeys(MARKS)
    left = first.mark_2
    marks: dict[str, int] = {}
    for name in MARKS[1:]:
        moved = min(left, getattr(again, name))
        marks[name] = getattr(first, name) + moved
        left -= moved
    return {"mark_2": left, **marks}


def union_first(levels: Sequence[Facts]) -> Facts:
    """ЕГЭ mathematics before re-sits: base and profile together; marks and scores of two scales do not add."""
    return Facts(
        listed=_sum(level.listed for level in levels),
        participants=_sum(level.participants for level in levels),
        passed=_sum(level.passed for level in levels),
        warnings=_warnings(levels),
    )


def union_best(levels: Sequence[Facts], resits: Sequence[Facts]) -> Facts:
    """ЕГЭ mathematics at the end: who failed profile may pass base, so re-sits of both levels count for the union."""
    first = union_first(levels)
    passed = _sum([first.passed, *(resit.passed for resit in resits)])
    if passed is not None and first.participants is not None:
        passed = min(first.participants, passed)
    return replace(first, passed=passed, warnings=_warnings([first, *resits]))


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return None if None in known else sum(number for number in known if number is not None)


def _sum_by_name(counts: Sequence[dict[str, int] | None]) -> dict[str, int] | None:
    """Counts by level or by score."""
    sums: dict[str, int] = {}
    for one in counts:
        if one is None:
            return None
        for name, count in one.items():
            sums[name] = sums.get(name, 0) + count
    return sums


def _warnings(facts: Iterable[Facts]) -> tuple[str, ...]:
    return tuple(sorted({warning for fact in facts for warning in fact.warnings}))
