"""What the result column of a ГИА protocol holds, a mark or a test score, and which exam that makes it.

Headers are used as synonyms («итоговый балл», «итоговая оценка», «оценка»), so the subject decides where it is known
and the numbers themselves where it is not.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indicators.procedures import Procedure
from indicators.subjects import is_gve_code, subject_by_exam_code
from monitoring.imports.cells import number
from monitoring.imports.names import NameFacts
from monitoring.imports.parsed import LAYOUT, ParsedExam

MARK, TEST = "mark", "test"
NINTH, ELEVENTH = (8, 9, 10), (11, 12)


@dataclass(frozen=True)
class ResultKind:
    role: str  # the header's role that was taken, "" when there is none
    kind: str  # mark or test
    is_sure: bool


def result_kind(
    exam: ParsedExam, columns: Mapping[str, Sequence[Any]], roles: Mapping[str, int], grade: int | None, name: NameFacts
) -> ResultKind:
    present = [role for role in ("test", "mark", "final") if role in roles]
    if not present:
        return ResultKind("", MARK, True)
    if {"test", "mark"} <= set(present):
        # Both are printed: the ninth grade is judged by the mark, the eleventh by the score unless it is the base
        # level.
        takes_mark = grade in NINTH or _is_base(exam, name)
        return ResultKind("mark", MARK, True) if takes_mark else ResultKind("test", TEST, True)
    role = present[0]
    if _is_base(exam, name):
        return ResultKind(role, MARK, True)
    over_five, seen = _share_over_five(columns[role])
    if role == "mark":
        is_test = over_five > 0.5 and not _is_ninth(exam, grade, name)
        return ResultKind(role, TEST if is_test else MARK, not is_test)
    if _subject(exam, name) or not seen:
        return ResultKind(role, MARK if _is_ninth(exam, grade, name) else TEST, role == "test")
    return ResultKind(role, TEST if over_five > 0 and not _is_ninth(exam, grade, name) else MARK, False)


def _share_over_five(column: Sequence[Any]) -> tuple[float, int]:
    """The share of numbers above 5 among the numbers, and how many numbers there are."""
    above = seen = 0
    for cell, n in Counter(column).items():
        found = number(cell)
        if found is not None:
            seen += n
            above += n if found > 5 else 0
    return (above / seen if seen else 0.0), seen


def _subject(exam: ParsedExam, name: NameFacts) -> str | None:
    """The subject as far as it is known while reading; a plain «Математика» of ЕГЭ may still be either level."""
    said = exam.facts.get("subject")
    subject = str(said.value) if said else name.subject
    code = exam.facts.get("exam_code")
    by_code = subject_by_exam_code(code.value if code else name.exam_code or "", Procedure.EGE.value)
    if subject in (None, "mathematics"):
        return by_code
    return subject


def _is_base(exam: ParsedExam, name: NameFacts) -> bool:
    return _subject(exam, name) == "mathematics_base"


def _is_ninth(exam: ParsedExam, grade: int | None, name: NameFacts) -> bool:
    said = exam.facts.get("procedure")
    procedure = said.value if said else name.procedure
    return procedure in (Procedure.OGE, Procedure.GVE) or (procedure is None and grade in NINTH)


def say_procedure(exam: ParsedExam, kind: ResultKind, grade: int | None) -> None:
    """The procedure that follows from columns and class, as the weakest of facts; the grade goes with it."""
    code = exam.facts.get("exam_code")
    if code is not None and is_gve_code(code.value):
        exam.say("procedure", Procedure.GVE.value)
    elif kind.kind == TEST or kind.role == "test" or grade in ELEVENTH:
        exam.say("procedure", Procedure.EGE.value, LAYOUT)
    elif grade in NINTH:
        exam.say("procedure", Procedure.OGE.value, LAYOUT)
    elif exam.layout.startswith("ege_"):
        exam.say("procedure", Procedure.EGE.value, LAYOUT)
    exam.say("pupil_grade", grade)
