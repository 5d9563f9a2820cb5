"""Rows of results as the rule takes them, in the fewest words."""

from typing import Any

from indicators.procedures import Procedure
from monitoring.identification.parameters import Exam, Parameters
from monitoring.identification.rule import Finding, Flag, ResultRow, identify

VPR_5_MATHS = Exam(Procedure.VPR, "mathematics", 5)
VPR_5_RUSSIAN = Exam(Procedure.VPR, "russian", 5)
VPR_6_MATHS = Exam(Procedure.VPR, "mathematics", 6)
OGE_MATHS = Exam(Procedure.OGE, "mathematics", 9)
EGE_RUSSIAN = Exam(Procedure.EGE, "russian", 11)
EGE_BASE = Exam(Procedure.EGE, "mathematics_base", 11)
EGE_PROFILE = Exam(Procedure.EGE, "mathematics_profile", 11)
EXAMS = (VPR_5_MATHS, VPR_5_RUSSIAN, VPR_6_MATHS, OGE_MATHS, EGE_RUSSIAN, EGE_BASE, EGE_PROFILE)


def result(exam: Exam, low: int | None, participants: int | None, *, year: int = 2020, school: Any = "A") -> ResultRow:
    """By marks: so many twos among so many."""
    passed = participants - low if participants is not None and low is not None else None
    return ResultRow(school, year, exam, participants, low, passed)


def rule(**changes: Any) -> Parameters:
    return Parameters(exams=changes.pop("exams", EXAMS), **changes)


def find(*rows: ResultRow, flags: tuple[Flag, ...] = (), year: int = 2020, **changes: Any) -> Finding[str]:
    """What the rule says of school A."""
    found = identify(schools=["A"], rows=rows, flags=flags, parameters=rule(**changes), school_year=year)
    return found["A"]
