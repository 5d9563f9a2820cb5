"""The head that all unloads of ГИС ФИС ОКО «Аналитика» share, and the levels of its rows."""

import re

from indicators.procedures import Procedure
from indicators.subjects import subject_by_name
from monitoring.imports.cells import cell_name, school_login, text, whole
from monitoring.imports.names import wave_named
from monitoring.imports.parsed import ParsedExam
from monitoring.imports.tally import SchoolKey
from monitoring.imports.workbook import Sheet

_TITLE = re.compile(
    r"ВПР\D{0,12}?(20\d\d)\s*(?:г\.?|год\w?)?[\s.,]+(.+?)[\s.,]+(\d{1,2})\s*-?й?\s*(?:класс|кл)", re.IGNORECASE
)
_SHEET = re.compile(r"([А-Я]{2,3}) (\d{1,2}) ")
_MUNICIPALITY = re.compile(r"\(reg\s*\d+_m\s*\d+\)\s*$", re.IGNORECASE)
_BRACKETED = re.compile(r"\(\s*(edu|sch|ksh)\s*\d+\s*\)\s*$", re.IGNORECASE)
_LIKE_SCHOOL = re.compile(
    r"школ|сош|оош|ноош|лице[йя]|гимнази|интернат|кадетск|образовательн\w+ (учреждени|организаци)|"
    r"^м[бкао]+оу|^гб?оу|^чоу",
    re.IGNORECASE,
)


def say_head(exam: ParsedExam, sheet: Sheet, header_row: int) -> None:
    """Subject, grade and year as the head prints them; its date is the unload's and decides nothing."""
    exam.say("procedure", Procedure.VPR.value)
    for index in range(header_row):
        for column, cell in enumerate(sheet.rows[index]):
            shown = text(cell)
            place = cell_name(index + 1, column)
            if match := _TITLE.search(shown):
                exam.say("year", int(match[1]), cell=place)
                exam.say("subject", subject_by_name(match[2]), cell=place)
                exam.say("grade", int(match[3]), cell=place)
                exam.say("wave", wave_named(shown), cell=place)
            elif shown.lower().startswith("предмет"):
                beside = shown.partition(":")[2] or next(filter(None, map(text, sheet.rows[index][column + 1 :])), "")
                exam.say("subject", subject_by_name(beside), cell=place)
            elif re.fullmatch(r"класс:?", shown.lower()):
                exam.say("grade", whole(sheet.cell(index, column + 1)), cell=place)
    if match := _SHEET.match(sheet.name):
        exam.say("subject", subject_by_name(match[1]))
        exam.say("grade", int(match[2]))


def is_municipality(name: str) -> bool:
    return bool(_MUNICIPALITY.search(name))


def looks_like_school(name: str) -> bool:
    return bool(_LIKE_SCHOOL.search(name))


def school_of(name: str, *, may_be_nameless: bool) -> SchoolKey | None:
    """The school a row is about; None for the country, a region, a municipality, a total.

    A row without a login counts as a school only where nothing speaks against it (`may_be_nameless`) and the words do.
    """
    shown = text(name)
    if _BRACKETED.search(shown):
        login = school_login(shown[shown.rindex("(") :])
        return SchoolKey("login", login, shown[: shown.rindex("(")].strip())
    if is_municipality(shown) or not may_be_nameless or not _LIKE_SCHOOL.search(shown):
        return None
    return SchoolKey("name", shown, shown)
