"""What one school did in the official procedures, year by year."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from indicators.charts import Chart, MarksRow, marks_chart
from indicators.procedures import WITH_RESITS, Attempt, Procedure, Wave
from indicators.subjects import subject_name
from monitoring.models import ObjectivityFlag, ResultTotal
from monitoring.queries.hidden_results import HiddenResults
from monitoring.queries.objectivity import active_flags, exam_key
from schools.models import School
from schools.periods import school_year_label
from schools.small_numbers import hidden_in_words

WARNINGS = {
    "no_scale": "нет шкалы или порога: сколько прошло, неизвестно",
    "scale_of_earlier_year": "отметки по шкале прежнего года",
    "facets_differ": "отметки и баллы — о разном числе участников",
    "mark_from_scale": "отметки переведены из баллов по шкале",
    "resits_exceed_failed": "на пересдаче больше прошедших, чем было непрошедших",
    "percents_do_not_add_up": "проценты файла не складываются в 100",
    "total_differs": "число участников в файле расходится",
}


@dataclass(frozen=True)
class ResultRow:
    """One year and attempt; nothing but its year where the numbers are hidden."""

    school_year: int
    attempt: str  # in words, "" where there is one only
    hidden_in_words: str = ""  # why nothing is shown
    participants: int | None = None
    marks: tuple[int, ...] | None = None  # how many got 2, 3, 4, 5
    levels: tuple[int, ...] | None = None
    passed: int | None = None
    pass_rate: Decimal | None = None
    quality_rate: Decimal | None = None
    mean_mark: Decimal | None = None
    mean_primary: Decimal | None = None
    mean_test: Decimal | None = None
    journal: tuple[int, ...] | None = None  # how many below, at and above it
    sources: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    flag: ObjectivityFlag | None = None  # that leaves it out of the indicators
    is_first_of_year: bool = True  # a flag covers both attempts, so its reason is told once
    exam: str = ""  # as addresses name it, see `exam_key`

    @property
    def is_hidden(self) -> bool:
        return bool(self.hidden_in_words)


@dataclass(frozen=True)
class ExamSection:
    """One procedure, subject, grade and wave over the years; says which columns hold anything."""

    title: str
    rows: tuple[ResultRow, ...]
    levels: tuple[str, ...]
    chart: Chart | None

    @property
    def has_marks(self) -> bool:
        return any(row.marks for row in self.rows)

    @property
    def has_passed(self) -> bool:
        return any(row.pass_rate is not None for row in self.rows)

    @property
    def has_journal(self) -> bool:
        return any(row.journal for row in self.rows)

    @property
    def has_primary(self) -> bool:
        return any(row.mean_primary is not None for row in self.rows)

    @property
    def has_test(self) -> bool:
        return any(row.mean_test is not None for row in self.rows)

    @property
    def columns(self) -> int:
        """How many stand between the year and the source, for the cell that says that a row is hidden."""
        return (
            1
            + 6 * self.has_marks
            + self.has_passed
            + len(self.levels)
            + self.has_primary
            + self.has_test
            + 3 * self.has_journal
        )


@dataclass(frozen=True)
class SchoolResults:
    procedures: tuple[Procedure, ...]  # that the school has results of
    procedure: Procedure | None  # in view
    years: tuple[int, ...]  # the latest first
    sections: tuple[ExamSection, ...]


Exam = tuple[str, int, str]  # subject, grade, wave
Flags = Mapping[str, ObjectivityFlag]  # by key of the exam


def school_results(*, user: Any, school: School, procedure: str = "", year: int | None = None) -> SchoolResults:
    """The results of one procedure: the asked one, else the first that the school has."""
    totals = list(
        ResultTotal.objects.visible_to(user).with_fewest_in_level().filter(school=school).select_related("school")
    )
    present = {total.procedure for total in totals}
    procedures = tuple(known for known in Procedure if known in present)
    chosen = next((known for known in procedures if known == procedure), procedures[0] if procedures else None)
    of_procedure = [total for total in totals if total.procedure == chosen]
    wanted = [total for total in of_procedure if year is None or total.school_year == year]
    hidden = HiddenResults.from_user(user)
    flags = active_flags(user=user, school=school)
    exams: dict[Exam, list[ResultTotal]] = defaultdict(list)
    for total in wanted:
        exams[total.subject, total.grade, total.wave].append(total)
    return SchoolResults(
        procedures=procedures,
        procedure=chosen,
        years=tuple(sorted({total.school_year for total in of_procedure}, reverse=True)),
        sections=tuple(
            _section(exam, exams[exam], flags, hidden)
            for exam in sorted(exams, key=lambda exam: (exam[1], subject_name(exam[0]), exam[2]))
        ),
    )


def _section(exam: Exam, totals: list[ResultTotal], flags: Flags, hidden: HiddenResults) -> ExamSection:
    subject, grade, wave = exam
    words = [subject_name(subject), f"{grade} класс"]
    if wave == Wave.AUTUMN:
        words.append(Wave(wave).label)
    shown = [total for total in totals if not hidden.hides(total)]
    levels = tuple(dict.fromkeys(name for total in shown for name in total.levels or ()))
    rows = [_row(total, levels, flags, hidden) for total in _distinct(totals)]
    rows = [
        replace(row, is_first_of_year=not place or rows[place - 1].school_year != row.school_year)
        for place, row in enumerate(rows)
    ]
    title = ", ".join(words)
    return ExamSection(title=title, rows=tuple(rows), levels=levels, chart=_chart(title, rows))


def _distinct(totals: Iterable[ResultTotal]) -> list[ResultTotal]:
    """The latest year first; the best attempt only where re-sits changed anything."""
    by_year: dict[int, dict[str, ResultTotal]] = defaultdict(dict)
    for total in totals:
        by_year[total.school_year][total.attempt] = total
    kept = []
    for year in sorted(by_year, reverse=True):
        first, best = by_year[year].get(Attempt.FIRST), by_year[year].get(Attempt.BEST)
        kept += [total for total in (first, best) if total and (total is first or not first or _differ(first, best))]
    return kept


def _differ(first: ResultTotal, best: ResultTotal | None) -> bool:
    names = ("participants", "mark_2", "mark_3", "mark_4", "mark_5", "passed")
    return best is not None and any(getattr(first, name) != getattr(best, name) for name in names)


def _row(total: ResultTotal, levels: tuple[str, ...], flags: Flags, hidden: HiddenResults) -> ResultRow:
    attempt = Attempt(total.attempt).label if total.procedure in WITH_RESITS else ""
    exam = exam_key(total.school_year, total.procedure, total.subject, total.grade, total.wave)
    if hidden.hides(total):
        why = hidden_in_words(not hidden.is_about_few(total))
        return ResultRow(total.school_year, attempt, hidden_in_words=why, exam=exam, flag=flags.get(exam))
    marks = _all_known(total.mark_2, total.mark_3, total.mark_4, total.mark_5)
    people = total.participants or None
    return ResultRow(
        school_year=total.school_year,
        attempt=attempt,
        participants=total.participants,
        marks=marks,
        levels=tuple(total.levels.get(name, 0) for name in levels) if total.levels else None,
        passed=total.passed,
        pass_rate=_share(total.passed, people),
        quality_rate=_share(marks[2] + marks[3], people) if marks else None,
        mean_mark=_ratio(sum(mark * count for mark, count in zip((2, 3, 4, 5), marks, strict=True)), people)
        if marks
        else None,
        mean_primary=_ratio(total.primary_sum, total.primary_count),
        mean_test=_ratio(total.test_sum, total.test_count),
        journal=_all_known(total.journal_lower, total.journal_same, total.journal_higher),
        sources=tuple(total.sources),
        warnings=tuple(WARNINGS[code] for code in total.warnings if code in WARNINGS),
        exam=exam,
        flag=flags.get(exam),
    )


def _all_known(*counts: int | None) -> tuple[int, ...] | None:
    known = tuple(count for count in counts if count is not None)
    return known if len(known) == len(counts) else None


def _share(part: int | None, whole: int | None) -> Decimal | None:
    return Decimal(part) * 100 / whole if part is not None and whole else None


def _ratio(total: int | None, count: int | None) -> Decimal | None:
    return Decimal(total) / count if total is not None and count else None


def _chart(title: str, rows: list[ResultRow]) -> Chart | None:
    """Marks before re-sits, the earliest year on top: what changed is read downwards."""
    firsts: dict[int, ResultRow] = {}
    for row in rows:
        if row.marks and row.participants:
            firsts.setdefault(row.school_year, row)
    if len(firsts) < 2:
        return None
    bars = [MarksRow(school_year_label(year), firsts[year].marks or (0, 0, 0, 0)) for year in sorted(firsts)]
    return marks_chart(title=f"{title}: отметки по годам", rows=bars)
