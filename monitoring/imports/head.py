"""Settles what an exam is about: from what the file says, what its name says, what the person says, in this order.

Whatever stays open is a question; whatever the person says against the file is an error.
"""

import datetime as dt
from dataclasses import dataclass, field

from indicators.procedures import WITH_RESITS, Attempt, Procedure, Wave
from indicators.subjects import SUBJECTS, subject_by_exam_code, subject_by_name, subject_name
from monitoring.imports import problems as say
from monitoring.imports.cells import find_date
from monitoring.imports.checked import Options
from monitoring.imports.parsed import LAYOUT, NAME, Fact, ParsedExam
from monitoring.imports.problems import Problem
from schools.periods import FIRST_MONTH_OF_SCHOOL_YEAR, school_year_label, school_year_of

FIXED_GRADES = {Procedure.OGE: 9, Procedure.EGE: 11}
# From columns alone ГВЭ looks like ОГЭ or ЕГЭ, so a person may say it is ГВЭ without contradicting the file.
_LOOK_ALIKE = {Procedure.GVE.value}
_FIRST_AUTUMN_ONLY = 2020  # the works of spring 2020 were put off, so «ВПР 2020» was written in autumn


@dataclass
class Head:
    """What is settled so far, and what stands in the way."""

    exam: ParsedExam
    options: Options
    problems: list[Problem] = field(default_factory=list)
    procedure: str | None = None
    subject: str | None = None
    grade: int | None = None
    pupil_grade: int | None = None
    school_year: int | None = None
    wave: str | None = None
    attempt: str | None = None
    session: str | None = None

    def said(self, name: str) -> Fact | None:
        """What content or name say; what follows from the kind of table only does not count."""
        fact = self.exam.facts.get(name)
        return fact if fact is not None and fact.source != LAYOUT else None

    def suggested(self, name: str) -> str | int | None:
        fact = self.exam.facts.get(name)
        return fact.value if fact is not None and fact.source == LAYOUT else None

    def conflict(self, option: str, fact: Fact | None, in_file: str, in_option: str) -> None:
        where = "в имени файла" if fact is not None and fact.source == NAME else "в файле"
        message = (
            f"Указано «{in_option}», а {where} — «{in_file}». Проверьте, тот ли это файл; если тот, загрузите его "
            "снова и укажите иное."
        )
        at = {"sheet": self.exam.sheet, "cell": fact.cell if fact is not None else "", "value": in_file}
        self.problems.append(say.error("option_conflict", message, option=option, **at))

    def ask(self, code: str, option: str, what: str) -> None:
        message = f"Ни файл, ни его имя не называют {what}."
        self.problems.append(say.question(code, message, option=option, sheet=self.exam.sheet))


def settle(exam: ParsedExam, options: Options) -> Head:
    head = Head(exam, options)
    _settle_procedure(head)
    _settle_subject(head)
    if head.procedure is not None:
        _settle_attempt(head)
        if head.procedure in WITH_RESITS:
            _settle_day(head)
        else:
            _settle_year_and_wave(head)
        _settle_grade(head)
    return head


def _settle_procedure(head: Head) -> None:
    fact, option, inferred = head.said("procedure"), head.options.procedure, head.suggested("procedure")
    if fact is not None:
        head.procedure = str(fact.value)
        if option and option != head.procedure:
            head.conflict("procedure", fact, _procedure_label(head.procedure), _procedure_label(option))
        return
    if option and inferred and option != inferred and option not in _LOOK_ALIKE:
        head.conflict("procedure", None, _procedure_label(str(inferred)), _procedure_label(option))
    head.procedure = option or (str(inferred) if inferred else None)
    if head.procedure is None:
        head.ask("missing_procedure", "procedure", "вид процедуры (ОГЭ, ЕГЭ, ВПР…)")


def _procedure_label(code: str) -> str:
    return Procedure(code).label if code in set(Procedure) else code


def option_subject(options: Options) -> str | None:
    """The option takes a code or a name."""
    if not options.subject:
        return None
    return options.subject if options.subject in SUBJECTS else subject_by_name(options.subject)


def _settle_subject(head: Head) -> None:
    fact = head.said("subject")
    said = str(fact.value) if fact is not None else None
    code = head.said("exam_code")
    if said is None and code is not None and head.procedure is not None:
        fact, said = code, subject_by_exam_code(code.value, head.procedure)
    option = option_subject(head.options)
    if head.options.subject and option is None:
        head.conflict("subject", None, "предмет с таким названием неизвестен", head.options.subject)
    head.subject = _exact_level(head, said, option)
    wanted = _exact_level(head, option, None)
    if said is not None and option is not None and head.subject not in (option, wanted):
        head.conflict("subject", fact, subject_name(head.subject or said), subject_name(option))
    if head.subject is None:
        head.ask("missing_subject", "subject", "предмет")


def _exact_level(head: Head, subject: str | None, option: str | None) -> str | None:
    """«Математика» of ЕГЭ is one of two levels; the levels of other procedures are other subjects."""
    subject = subject or option
    if subject not in {"mathematics", "mathematics_base", "mathematics_profile"}:
        return subject
    if head.procedure == Procedure.VPR:
        return "mathematics_advanced" if subject == "mathematics_profile" else "mathematics"
    if head.procedure != Procedure.EGE:
        return "mathematics" if head.procedure in (Procedure.OGE, Procedure.GVE) else subject
    if subject != "mathematics":
        return subject
    if option in {"mathematics_base", "mathematics_profile"}:
        return option
    code = head.said("exam_code")
    by_code = subject_by_exam_code(code.value, Procedure.EGE.value) if code is not None else None
    if by_code in {"mathematics_base", "mathematics_profile"}:
        return by_code
    return "mathematics_base" if head.exam.result == "mark" else "mathematics_profile"


def _settle_attempt(head: Head) -> None:
    fact, option = head.said("attempt"), head.options.attempt
    if head.procedure not in WITH_RESITS:
        head.attempt = Attempt.FIRST.value
        return
    head.attempt = str(fact.value) if fact is not None else option or Attempt.FIRST.value
    if fact is not None and option and option != fact.value:
        head.conflict("attempt", fact, "пересдача", "первая попытка")


def option_date(options: Options) -> dt.date | None:
    if options.date is None or isinstance(options.date, dt.date):
        return options.date
    return find_date(options.date)


def _settle_day(head: Head) -> None:
    """ГИА: the exam's date is the session and gives the school year."""
    fact, option = head.said("date"), option_date(head.options)
    day = dt.date.fromisoformat(str(fact.value)) if fact is not None else option
    if fact is not None and option is not None and option != day:
        head.conflict("date", fact, f"{day:%d.%m.%Y}", f"{option:%d.%m.%Y}")
    head.wave = Wave.MAIN.value
    if head.options.wave not in (None, Wave.MAIN.value):
        head.conflict("wave", None, Wave.MAIN.label, str(head.options.wave))
    if day is None:
        head.ask("missing_date", "date", "дату экзамена")
        return
    head.session = day.isoformat()
    head.school_year = gia_school_year(day, head.attempt or Attempt.FIRST.value)
    if day.month == 9 and head.attempt == Attempt.FIRST:
        message = (
            "Экзамен в сентябре не помечен как пересдача и отнесён к новому учебному году. Если это пересдача, "
            "добавьте в имя файла слово «пересдача» и загрузите его снова."
        )
        head.problems.append(say.warning("september_first_attempt", message, sheet=head.exam.sheet, option="attempt"))
    _compare_year(head, fact)


def gia_school_year(day: dt.date, attempt: str) -> int:
    """A re-sit in September still belongs to the year that is over."""
    return day.year - 1 if attempt == Attempt.RESIT and day.month == 9 else school_year_of(day)


def _compare_year(head: Head, fact: Fact | None) -> None:
    year = head.options.year
    if year is not None and head.school_year is not None and year != head.school_year:
        head.conflict(
            "year", fact, f"{school_year_label(head.school_year)} учебный год", f"{school_year_label(year)} учебный год"
        )


def _settle_year_and_wave(head: Head) -> None:
    head.session = ""
    head.wave = _wave(head)
    school_year, year = head.said("school_year"), head.said("year")
    said: Fact | None = None
    if school_year is not None:
        said, head.school_year = school_year, int(school_year.value)
    elif year is not None and head.procedure == Procedure.VPR:
        said, head.school_year = year, _vpr_school_year(int(year.value), head.wave)
    if said is not None:
        _compare_year(head, said)
        return
    day, suggested = option_date(head.options), head.suggested("year")
    if head.options.year is not None:
        head.school_year = head.options.year
    elif day is not None:
        head.school_year = school_year_of(day)
    elif suggested is not None and head.procedure == Procedure.VPR:
        head.school_year = _vpr_school_year(int(suggested), head.wave)
        message = (
            f"Год в файле не назван; по виду таблицы взят {school_year_label(head.school_year)}. "
            "Если он другой, добавьте в имя файла учебный год, например 2020-2021, и загрузите его снова."
        )
        head.problems.append(say.warning("year_by_layout", message, sheet=head.exam.sheet, option="year"))
    else:
        head.ask("missing_year", "year", "учебный год")


def _wave(head: Head) -> str:
    """ВПР is spring unless something says autumn; everything else has no waves."""
    option, fact = head.options.wave, head.said("wave")
    if head.procedure != Procedure.VPR:
        if option not in (None, Wave.MAIN.value):
            head.conflict("wave", None, Wave.MAIN.label, str(option))
        return Wave.MAIN.value
    if fact is not None:
        if option and option != fact.value:
            head.conflict(
                "wave", fact, Wave(str(fact.value)).label, Wave(option).label if option in set(Wave) else option
            )
        return str(fact.value)
    if option in (Wave.SPRING.value, Wave.AUTUMN.value):
        return str(option)
    if option:
        head.conflict("wave", None, "ВПР пишут весной или осенью", option)
    year = head.said("year")
    if year is not None:
        return Wave.AUTUMN.value if int(year.value) == _FIRST_AUTUMN_ONLY else Wave.SPRING.value
    day = option_date(head.options)
    if day is not None:
        return Wave.AUTUMN.value if day.month >= FIRST_MONTH_OF_SCHOOL_YEAR else Wave.SPRING.value
    return str(head.suggested("wave") or Wave.SPRING.value)


def _vpr_school_year(year: int, wave: str) -> int:
    """«ВПР 2021» in spring is 2020/2021, in autumn 2021/2022."""
    return year if wave == Wave.AUTUMN else year - 1


def _settle_grade(head: Head) -> None:
    procedure, option = Procedure(head.procedure or ""), head.options.grade
    pupils = head.said("pupil_grade")
    fixed = FIXED_GRADES.get(procedure)
    fact = head.said("grade") if fixed is None and procedure != Procedure.GVE else None
    if fixed is not None:
        head.grade = fixed
    elif fact is not None:
        head.grade = int(fact.value)
    elif procedure == Procedure.GVE and pupils is not None:
        head.grade = 9 if int(pupils.value) < 11 else 11
    if head.grade is not None and option is not None and option != head.grade:
        head.conflict("grade", fact, f"{head.grade} класс", f"{option} класс")
    if head.grade is None and option is not None:
        head.grade = option
    if head.grade is None and pupils is not None and head.wave == Wave.SPRING:
        head.grade = int(pupils.value)  # in spring pupils write the work of their own grade
    if head.grade is None:
        head.ask("missing_grade", "grade", "класс")
    in_autumn = procedure == Procedure.VPR and head.wave == Wave.AUTUMN and pupils is not None
    head.pupil_grade = int(pupils.value) if in_autumn and pupils is not None else head.grade
