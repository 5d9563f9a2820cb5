"""What file names and headings say about an exam: procedure, subject, grade, date, year, wave, attempt."""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from indicators.procedures import Attempt, Procedure, Wave
from indicators.subjects import is_gve_code, plain_text, subject_by_name, subject_name
from monitoring.imports.cells import find_date, text
from monitoring.imports.parsed import NAME, ParsedExam

_PROCEDURES = (
    (Procedure.GVE, re.compile(r"\b(гвэ|gve|государственн\w* выпускн\w* экзамен\w*)")),
    (Procedure.OGE, re.compile(r"\b(огэ|oge|основн\w* государственн\w* экзамен\w*)")),
    (Procedure.EGE, re.compile(r"\b(егэ|ege|един\w* государственн\w* экзамен\w*)")),
    (Procedure.VPR, re.compile(r"\b(впр|vpr|всероссийск\w* проверочн\w* работ\w*)")),
    (Procedure.KDR, re.compile(r"\b(кдр|kdr|краев\w* диагностическ\w* работ\w*)")),
    (Procedure.RDR, re.compile(r"\b(рдр|rdr|региональн\w* диагностическ\w* работ\w*)")),
    (Procedure.VSOSH, re.compile(r"\b(всош|vsosh)")),
    (Procedure.RESH, re.compile(r"\b(рэш|resh)\b")),
    (Procedure.INTERIM, re.compile(r"\b(промежуточн\w* аттестац\w*|четвертн\w*)")),
    (Procedure.LOCAL, re.compile(r"\b(муниципальн\w* срез\w*|административн\w* контрольн\w*|срез)\b")),
)
_RESIT = re.compile(r"пересдач|пересда[ею]|дополнительн|(?<!\d )сентябр|повторн|\bresit")
_AUTUMN = re.compile(r"осень|осенн|осени|autumn")
_SPRING = re.compile(r"\bвесна|весенн|весной|весны|spring")
_GRADE = re.compile(r"(?<!\d)(\d{1,2}) ?(?:-?(?:й|го|ый|ые|е|м|х))? ?(?:класс|кл\b|кл\.)")
_LEADING_GRADE = re.compile(r"(?:[а-яa-z]{2,3} ?)?([1-9]\d?) (?=[а-яa-z])")
_GRADE_AFTER_PREFIX = re.compile(r"\b(?:кдр|рдр|впр|ма|ру) ?(\d{1,2})\b")
_SCHOOL_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[-–—/_]\s*(20\d\d|\d\d)(?!\d)(?![.\-_]\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_EXAM_CODE = re.compile(
    r"^(?:(?:егэ|огэ|гвэ|ege|oge|gve)[ _-]+)?0?(\d{1,3})[ _-]+(?=20\d\d[._-]\d\d[._-]\d\d|\d\d[._-]\d\d[._-]20\d\d)",
    re.IGNORECASE,
)

# `04 - Химия 2026.06.01 (пересдача)`; the region's row `22 - Алтайский край` has no date.
_HEADING = re.compile(
    r"(?:(?P<code>\d{1,3})\s*[-–—.]\s*)?(?P<subject>[А-Яа-яЁё][^\d]*?)[\s,(]*"
    r"(?P<date>20\d\d[.\-/]\d{1,2}[.\-/]\d{1,2}|\d{1,2}[.\-/]\d{1,2}[.\-/]20\d\d)"
)


@dataclass(frozen=True)
class ExamHeading:
    """What a heading row says; `shown` is the recognised part, safe to keep."""

    code: str
    subject: str
    date: dt.date
    shown: str


def procedure_named(string: str) -> str | None:
    plain = string.lower().replace("_", " ")
    return next((procedure.value for procedure, pattern in _PROCEDURES if pattern.search(plain)), None)


def says_resit(string: str) -> bool:
    return bool(_RESIT.search(string.lower()))


def wave_named(string: str) -> str | None:
    plain = string.lower().replace("_", " ")
    if _AUTUMN.search(plain):
        return Wave.AUTUMN.value
    return Wave.SPRING.value if _SPRING.search(plain) else None


def school_year_named(string: str) -> int | None:
    """2020/2021, 2020-2021, 2020/21 → 2020."""
    for match in _SCHOOL_YEAR.finditer(string):
        first, second = int(match[1]), int(match[2][-2:])
        if (first + 1) % 100 == second:
            return first
    return None


def exam_heading(string: str) -> ExamHeading | None:
    """«04 - Химия 2026.06.01», «Математика(2026.06.02)», «Русский язык 01.06.2021»; None for any other text."""
    match = _HEADING.search(text(string))
    date = find_date(match["date"]) if match else None
    if match is None or date is None:
        return None
    subject = subject_by_name(match["subject"])
    if subject is None and not match["code"]:
        return None
    code = match["code"] or ""
    # Composed anew rather than copied, so that nothing else that stands in the row is kept.
    parts = [f"{code} -" if code else "", subject_name(subject) if subject else "", f"{date:%Y.%m.%d}"]
    shown = " ".join(filter(None, parts)) + (" (пересдача)" if says_resit(string) else "")
    return ExamHeading(code, subject or "", date, shown)


def tell_from_heading(exam: ParsedExam, heading: ExamHeading, cell: str) -> None:
    exam.say("subject", heading.subject, cell=cell)
    exam.say("exam_code", heading.code, cell=cell)
    exam.say("date", heading.date.isoformat(), cell=cell)
    if heading.code and is_gve_code(heading.code):
        exam.say("procedure", Procedure.GVE.value, cell=cell)


@dataclass(frozen=True)
class NameFacts:
    """What the file's own name says; whatever it leaves open is None."""

    procedure: str | None = None
    subject: str | None = None
    exam_code: str | None = None
    grade: int | None = None
    year: int | None = None
    school_year: int | None = None
    date: str | None = None
    wave: str | None = None
    attempt: str | None = None

    def tell(self, exam: ParsedExam, source: str = NAME) -> None:
        """Add to an exam what nothing before has said."""
        for name, value in vars(self).items():
            if name == "year" and "date" in exam.facts:
                continue  # the day of the exam says more than a year in a name
            exam.say(name, value, source)


def facts_from_name(name: str) -> NameFacts:
    """«Проведение работы по математике, 5 класс. ВПР 2021.xlsx», «02_2021.06.01.csv», «5_Математика.xlsx»."""
    stem = PurePosixPath(name).name.rsplit(".", 1)[0] if "." in PurePosixPath(name).name else PurePosixPath(name).name
    code = _EXAM_CODE.match(stem)
    date = find_date(stem)
    school_year = school_year_named(stem)
    year = _YEAR.search(stem)
    return NameFacts(
        procedure=Procedure.GVE.value if code and is_gve_code(code[1]) else procedure_named(stem),
        subject=subject_by_name(stem),
        exam_code=code[1] if code else None,
        grade=_grade_named(stem) if not code else None,
        year=int(year[1]) if year and school_year is None else None,
        school_year=school_year,
        date=date.isoformat() if date else None,
        wave=wave_named(stem),
        attempt=Attempt.RESIT.value if says_resit(stem) else None,
    )


def facts_of_sheet(name: str) -> NameFacts:
    """A sheet named «Русский язык» or «МА 5»: only what is hard to mistake."""
    said = facts_from_name(f"{name}.")
    grade = said.grade if said.subject else None
    return NameFacts(subject=said.subject, date=said.date, attempt=said.attempt, grade=grade)


def _grade_named(stem: str) -> int | None:
    plain = stem.lower().replace("_", " ")
    match = _GRADE.search(plain) or _LEADING_GRADE.match(plain_text(stem)) or _GRADE_AFTER_PREFIX.search(plain)
    grade = int(match[1]) if match else 0
    return grade if 1 <= grade <= 12 else None
