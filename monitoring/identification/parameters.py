"""What the rule of a year looks at, as data that people may change: nothing of it is a constant of the rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from indicators.procedures import Attempt, Procedure
from indicators.subjects import subject_name

FIRST_YEAR_WITHOUT_VPR = 2024  # school year 2024/2025: the letter is of spring 2025

METHOD_SOURCE = (
    "Методика выявления школ с низкими результатами: приказ Рособрнадзора от 19.08.2020 № 847 — не менее 30 % "
    "участников с низким результатом не менее чем в двух процедурах за два учебных года. Состав процедур, порог и окно "
    "сверьте с текстом приказа и с методикой региона."
)
VPR_LETTER = (
    "ВПР не учитываются: письмо Рособрнадзора от 18.04.2025 № 02-86 — «Использование результатов ВПР для оценки "
    "деятельности образовательных организаций и педагогических работников не предусмотрено»."
)


class Mode(StrEnum):
    """How the low procedures of several years are counted."""

    ANY_IN_WINDOW = "any_in_window"
    EACH_YEAR = "each_year"

    @property
    def label(self) -> str:
        return {Mode.ANY_IN_WINDOW: "за всё окно вместе", Mode.EACH_YEAR: "в каждом году окна"}[self]


class Exam(NamedTuple):
    """A procedure of the rule without its year: a subject of a procedure in the grade of the paper."""

    procedure: str
    subject: str
    grade: int

    @property
    def code(self) -> str:
        return f"{self.procedure}:{self.subject}:{self.grade}"

    @classmethod
    def of(cls, code: str) -> "Exam":
        procedure, subject, grade = code.split(":")
        return cls(procedure, subject, int(grade))

    @property
    def label(self) -> str:
        """«ВПР 5 кл., математика»."""
        name = subject_name(self.subject)
        return f"{Procedure(self.procedure).label} {self.grade} кл., {name[:1].lower()}{name[1:]}"


VPR_EXAMS = tuple(Exam(Procedure.VPR, subject, grade) for grade in (5, 6) for subject in ("russian", "mathematics"))
GIA_EXAMS = (
    Exam(Procedure.OGE, "russian", 9),
    Exam(Procedure.OGE, "mathematics", 9),
    Exam(Procedure.EGE, "russian", 11),
    Exam(Procedure.EGE, "mathematics_base", 11),
    Exam(Procedure.EGE, "mathematics_profile", 11),
)
# What may be chosen besides: the portal knows for these what a low result is.
FURTHER_EXAMS = (
    *(Exam(Procedure.VPR, subject, grade) for grade in (4, 7, 8) for subject in ("russian", "mathematics")),
    Exam(Procedure.EGE, "mathematics", 11),
    *(Exam(Procedure.GVE, subject, grade) for grade in (9, 11) for subject in ("russian", "mathematics")),
)


def place_of(exam: Exam) -> tuple[int, int, int, str]:
    """Where an exam stands among others: by procedure and grade, subjects as documents name them."""
    procedures, subjects = [one.value for one in Procedure], ("russian", "mathematics")
    subject = subjects.index(exam.subject) if exam.subject in subjects else len(subjects)
    return procedures.index(exam.procedure), exam.grade, subject, exam.subject


EXAMS_TO_CHOOSE = tuple(sorted({*VPR_EXAMS, *GIA_EXAMS, *FURTHER_EXAMS}, key=place_of))


@dataclass(frozen=True)
class Parameters:
    """The rule of a year. `threshold` is in per cent; `window_years` end with the year that the rule is of."""

    exams: tuple[Exam, ...]
    threshold: Decimal = Decimal(30)
    inclusive: bool = True  # a share that equals the threshold is low
    min_procedures: int = 2
    window_years: int = 2
    mode: Mode = Mode.ANY_IN_WINDOW
    attempt: Attempt = Attempt.FIRST
    leave_out_not_objective: bool = True
    min_n: int = 10  # fewer participants say nothing either way

    def __post_init__(self) -> None:
        """The same exams are the same rule, in whichever order they were chosen."""
        object.__setattr__(self, "exams", tuple(sorted(set(self.exams), key=place_of)))

    @property
    def threshold_share(self) -> Fraction:
        return Fraction(self.threshold) / 100

    def is_low(self, share: Fraction) -> bool:
        """Compared exactly: nothing is rounded before."""
        return share >= self.threshold_share if self.inclusive else share > self.threshold_share

    def years(self, school_year: int) -> range:
        """The school years of the window, the year of the rule last."""
        return range(school_year - self.window_years + 1, school_year + 1)

    @property
    def has_vpr(self) -> bool:
        return any(exam.procedure == Procedure.VPR for exam in self.exams)

    def to_json(self) -> dict[str, Any]:
        return {
            "procedures": [exam._asdict() for exam in self.exams],
            "threshold": f"{self.threshold:f}",
            "inclusive": self.inclusive,
            "min_procedures": self.min_procedures,
            "window_years": self.window_years,
            "mode": self.mode.value,
            "attempt": self.attempt.value,
            "leave_out_not_objective": self.leave_out_not_objective,
            "min_n": self.min_n,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Parameters":
        return cls(
            exams=tuple(Exam(one["procedure"], one["subject"], int(one["grade"])) for one in stored["procedures"]),
            threshold=Decimal(stored["threshold"]),
            inclusive=stored["inclusive"],
            min_procedures=stored["min_procedures"],
            window_years=stored["window_years"],
            mode=Mode(stored["mode"]),
            attempt=Attempt(stored["attempt"]),
            leave_out_not_objective=stored["leave_out_not_objective"],
            min_n=stored["min_n"],
        )


def default_parameters(school_year: int) -> Parameters:
    """What holds while a municipality has kept nothing of its own."""
    vpr = () if school_year >= FIRST_YEAR_WITHOUT_VPR else VPR_EXAMS
    return Parameters(exams=(*vpr, *GIA_EXAMS))


def denies_vpr(source: str) -> bool:
    """Whether a source holds the letter by which ВПР is left out, however its spaces and lines are broken."""
    return "".join(VPR_LETTER.split()) in "".join(source.split())


def default_source(school_year: int) -> str:
    """Where the default parameters of a year are from, to be shown with them."""
    return f"{METHOD_SOURCE} {VPR_LETTER}" if school_year >= FIRST_YEAR_WITHOUT_VPR else METHOD_SOURCE
