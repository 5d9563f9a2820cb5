"""What a school did in an exam, from its sessions one by one. Pure.

A session is a dict with the fields of `Result`. A number that one of several sessions lacks is not known of all of
them. Re-sits need no identity: only who failed sits again, and moves from mark 2 to the new mark.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

Session = dict[str, Any]
MARKS = ("mark_2", "mark_3", "mark_4", "mark_5")
UNION = "mathematics"  # of ЕГЭ: one subject that is sat at one of two levels
LEVELS_OF_UNION = ("mathematics_base", "mathematics_profile")
WITH_RESITS = ("oge", "ege", "gve")


def is_in_union(procedure: str, subject: str) -> bool:
    return procedure == "ege" and subject in LEVELS_OF_UNION


def attempts_of(procedure: str, subject: str, sessions: list[Session]) -> dict[str, Session]:
    """`first` and, where there are re-sits, `best`; nothing where nobody sat the exam for the first time."""
    firsts = [one for one in sessions if one["attempt"] == "first"]
    again = [one for one in sessions if one["attempt"] == "resit"]
    if not firsts:
        return {}
    if procedure == "ege" and subject == UNION:
        return {"first": _united(firsts, []), "best": _united(firsts, again)}
    first = _together(firsts)
    return {"first": first} if procedure not in WITH_RESITS else {"first": first, "best": _best(first, again)}


def number_in(session: Session, measure: str, levels: Iterable[str] = ()) -> int | None:
    """What a formula takes from a result; None where it is not known."""
    if measure == "levels":
        counts = {name.casefold(): count for name, count in (session.get("levels") or {}).items()}
        wanted = [name.casefold() for name in levels]
        return sum(counts[name] for name in wanted) if set(wanted) <= set(counts) else None
    if measure == "mark_sum":
        if any(session.get(name) is None for name in MARKS):
            return None
        return sum(mark * int(session[f"mark_{mark}"]) for mark in (2, 3, 4, 5))
    number: int | None = session.get(measure)
    return number


def spread_of(session: Session, measure: str) -> Counter[int] | None:
    """How many have which mark or score, for a sum of them; None where the file did not say."""
    if measure == "mark_sum":
        return Counter({mark: session.get(f"mark_{mark}") or 0 for mark in (2, 3, 4, 5)})
    told = session.get({"primary_sum": "primary_histogram", "test_sum": "test_histogram"}.get(measure, ""))
    return Counter({int(score): count for score, count in told.items()}) if told else None


def _together(sessions: list[Session]) -> Session:
    """All sessions of one attempt."""
    names = (
        *("listed", "participants", *MARKS, "passed", "primary_sum", "primary_count", "test_sum", "test_count"),
        *("levels", "primary_histogram", "test_histogram"),
    )
    return {name: _added([one.get(name) for one in sessions]) for name in names}


def _added(parts: list[Any]) -> Any:
    if any(part is None for part in parts):
        return None
    if not isinstance(parts[0], dict):
        return sum(parts)
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(total)


def _best(first: Session, again: list[Session]) -> Session:
    if not again:
        return first
    resat = _together(again)
    best = dict(first, passed=None)
    if None not in (first["passed"], resat["passed"], first["participants"]):
        best["passed"] = min(first["participants"], first["passed"] + resat["passed"])
        if first["passed"] > first["participants"]:  # of more who passed than sat, none can have failed
            best["passed"] = first["passed"] + min(resat["passed"], first["participants"] - first["passed"])
    if first["mark_2"] is None:
        return best
    if resat["mark_2"] is None:
        return best | dict.fromkeys(MARKS)
    failed = first["mark_2"]
    for name in MARKS[1:]:
        moved = min(failed, resat[name])
        best[name], failed = first[name] + moved, failed - moved
    return best | {"mark_2": failed}


def _united(firsts: list[Session], again: list[Session]) -> Session:
    """Both levels as one subject: marks and scores of two scales do not add up, those who passed do."""
    together = {name: _added([one.get(name) for one in firsts]) for name in ("listed", "participants", "passed")}
    if again:
        passed = _added([together["passed"], *(one.get("passed") for one in again)])
        sat = together["participants"]
        together["passed"] = passed if passed is None or sat is None else min(sat, passed)
    return together
