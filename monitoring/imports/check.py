"""The parsed batch, the person's options and the lookups → checked exams with all their problems at once.

Pure and repeatable: after a person has matched a school or answered a question, the same parsed batch is checked again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from monitoring.imports import problems as say
from monitoring.imports.batch import check_across
from monitoring.imports.cells import join_spans
from monitoring.imports.checked import CheckedExam, CheckedResult, Lookups, Options
from monitoring.imports.head import Head, settle
from monitoring.imports.parsed import PUPILS, ParsedBatch, ParsedExam, ParsedFile, SchoolTally
from monitoring.imports.problems import Problem
from monitoring.imports.schools import AMBIGUOUS, FOUND, Match
from monitoring.imports.summary import Numbers, Rules, facets_of
from monitoring.imports.tally import NOT_SCHOOLS, NOT_SCHOOLS_MESSAGE

Part = tuple[ParsedExam, Head]
MANY_SINGLE_ROWS = 5


def check(
    batch: ParsedBatch, options: Options, lookups: Lookups, *, by_file: Mapping[str, Options] | None = None
) -> list[CheckedExam]:
    """At least one entry a file, in the order of the batch; a file with several exams gives several of one name and
    sha256. `by_file` holds what a person said of single files, in place of what was said of all."""
    checked: list[CheckedExam] = []
    for index, file in enumerate(batch.files):
        exams = _check_file(file, (by_file or {}).get(file.name, options), lookups)
        for exam in exams:
            exam.file_index = index
        checked += exams
    check_across(checked, lookups)
    for exam in checked:
        exam.problems = list(dict.fromkeys(exam.problems))
    return checked


def _check_file(file: ParsedFile, options: Options, lookups: Lookups) -> list[CheckedExam]:
    groups = [_check_group(file, parts, lookups) for parts in _same_session(file, options)]
    exams = groups or [CheckedExam(file.name, file.sha256, file.layout, dropped_columns=file.dropped_columns)]
    exams[0].problems[:0] = file.problems
    return exams


def _same_session(file: ParsedFile, options: Options) -> list[list[Part]]:
    """Blocks and sheets of one file about the same session belong together; what is not settled stays by itself."""
    groups: dict[object, list[Part]] = {}
    for number, exam in enumerate(file.exams):
        head = settle(exam, options)
        key = (head.procedure, head.subject, head.grade, head.school_year, head.wave, head.attempt, head.session)
        groups.setdefault(key if None not in key else number, []).append((exam, head))
    return list(groups.values())


def _check_group(file: ParsedFile, parts: list[Part], lookups: Lookups) -> CheckedExam:
    head = parts[0][1]
    checked = CheckedExam(
        file.name, file.sha256, parts[0][0].layout, parts[0][0].level,
        head.procedure, head.subject, head.grade, head.pupil_grade, head.school_year, head.wave, head.attempt,
        head.session,
        sheets=list(dict.fromkeys(exam.sheet for exam, _ in parts)),
        rows=sum(exam.rows for exam, _ in parts),
        dropped_columns=file.dropped_columns,
    )  # fmt: skip
    for exam, own_head in parts:
        checked.problems += exam.problems + own_head.problems
    collected = _collect(file, parts, lookups, checked)
    checked.schools = len(collected)
    checked.participants = sum(tally.participants for school in collected for tally, _ in school.tallies)
    if checked.is_settled:
        rules = Rules.of(head, lookups.scales)
        checked.problems += _values_out_of_range(parts, rules)
        checked.results = [school.result(file.name, rules) for school in collected]
        checked.problems += _scale_warnings(checked, head, rules)
    return checked


@dataclass
class _School:
    """All tallies of one school in one exam."""

    match: Match
    first: SchoolTally
    tallies: list[tuple[SchoolTally, ParsedExam]] = field(default_factory=list)

    def result(self, file_name: str, rules: Rules) -> CheckedResult:
        numbers = Numbers()
        for tally, exam in self.tallies:
            numbers.add(tally, exam, rules)
        carried = dict.fromkeys(facet for _, exam in self.tallies for facet in exam.facets)
        facets, warnings = facets_of(numbers, carried, rules)
        sources = {facet: self._sources(file_name, facet) for facet in facets}
        return CheckedResult(
            self.match.school_id, self.first.key, self.first.name,
            numbers.listed, numbers.participants, facets, sources, warnings,
        )  # fmt: skip

    def _sources(self, file_name: str, facet: str) -> list[dict[str, str]]:
        by_sheet: dict[str, str] = {}
        for tally, exam in self.tallies:
            if facet in exam.facets:
                known = by_sheet.get(exam.sheet)
                by_sheet[exam.sheet] = join_spans(known, tally.rows) if known else tally.rows
        return [{"file": file_name, "sheet": sheet, "rows": rows} for sheet, rows in by_sheet.items()]


def _collect(file: ParsedFile, parts: list[Part], lookups: Lookups, checked: CheckedExam) -> list[_School]:
    """Tallies by school, whatever key each sheet uses; keys that mean no school or several are errors, one a key."""
    schools: dict[object, _School] = {}
    for exam, _ in parts:
        for tally in exam.schools:
            match = lookups.schools.find(tally.kind, tally.key)
            known = match.school_id if match.status == FOUND else (tally.kind, tally.key)
            school = schools.setdefault(known, _School(match, tally))
            if _repeats(school, exam):
                checked.problems.append(_repeated(tally, exam))
                continue
            school.tallies.append((tally, exam))
    checked.problems += _without_match([school for school in schools.values() if school.match.status != FOUND])
    return list(schools.values())


def _without_match(schools: list[_School]) -> list[Problem]:
    """One problem a school; but many codes of a single row each are not schools, and may be a pupil's document."""
    single = [
        school
        for school in schools
        if school.first.kind == "code" and all(exam.level == PUPILS for _, exam in school.tallies)
        and sum(tally.row_count for tally, _ in school.tallies) == 1
    ]  # fmt: skip
    if len(single) < MANY_SINGLE_ROWS:
        return [_not_matched(school) for school in schools]
    tally, exam = single[0].tallies[0]
    shown = say.error(NOT_SCHOOLS, NOT_SCHOOLS_MESSAGE, sheet=exam.sheet, cell=tally.cell)
    return [shown, *(_not_matched(school) for school in schools if school not in single)]


def _repeats(school: _School, exam: ParsedExam) -> bool:
    """Rows of pupils add up; two tables of shares for one school do not."""
    return exam.level != PUPILS and any(set(other.facets) & set(exam.facets) for _, other in school.tallies)


def _repeated(tally: SchoolTally, exam: ParsedExam) -> Problem:
    message = "Школа встречается в этом файле дважды за ту же работу. Оставьте одну строку или один лист."
    return say.error("duplicate_row", message, sheet=exam.sheet, cell=tally.cell, value=tally.key)


def _not_matched(school: _School) -> Problem:
    tally = school.first
    rows = sum(one.row_count for one, _ in school.tallies)
    what = {"code": "код ОО", "login": "логин", "name": "название"}[tally.kind]
    shown = f"{tally.name} ({tally.key})" if tally.name and tally.name != tally.key else tally.key
    if school.match.status == AMBIGUOUS:
        candidates = "; ".join(school.match.candidates)
        message = (
            f"Под этот {what} подходят несколько школ: {candidates}. Уточните коды школ в справочнике. Строк: {rows}."
        )
        code = "ambiguous_school"
    else:
        message = (
            f"Школы нет в справочнике муниципалитета: {what} {shown}, строк: {rows}. "
            "Сопоставьте её со школой или добавьте школу."
        )
        code = "unknown_school"
    return say.error(code, message, sheet=school.tallies[0][1].sheet, cell=tally.cell, value=tally.key)


def _values_out_of_range(parts: Iterable[Part], rules: Rules) -> list[Problem]:
    """A result column read as test scores that turns out to hold marks must hold marks only."""
    found = []
    for exam, _ in parts:
        if exam.result != "test" or not rules.by_mark:
            continue
        odd = sorted({value for school in exam.schools for value in school.test if not 2 <= value <= 5})
        if odd:
            message = (
                "В столбце должны стоять отметки от 2 до 5. Проверьте предмет и вид экзамена или исправьте столбец."
            )
            value = ", ".join(map(str, odd[:5]))
            found.append(say.error("bad_mark", message, sheet=exam.sheet, cell=exam.result_cell, value=value))
    return found


_SCALE_MESSAGES = {
    "no_scale": "Нет шкалы или порога для этого предмета и года: число справившихся не рассчитано, баллы сохранены.",
    "mark_from_scale": (
        "В файле нет отметок: они рассчитаны по шкале «{source}». Если в регионе шкала своя, загрузите отметки."
    ),
    "scale_of_earlier_year": "Для этого года шкалы нет, взята ближайшая предыдущая: «{source}». Проверьте её.",
}


def _scale_warnings(checked: CheckedExam, head: Head, rules: Rules) -> list[Problem]:
    """Once for the file what stands at each result."""
    codes = dict.fromkeys(code for result in checked.results for code in result.warnings)
    scale = rules.scale or rules.threshold
    source = scale.row.source if scale is not None else ""
    return [
        say.warning(code, _SCALE_MESSAGES[code].format(source=source), sheet=head.exam.sheet)
        for code in codes
        if code in _SCALE_MESSAGES
    ]
