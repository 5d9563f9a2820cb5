"""What only the whole batch can tell: the same file twice, two files about one thing, more re-sits than failures."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from indicators.procedures import WITH_RESITS, Attempt
from monitoring.imports import problems as say
from monitoring.imports.checked import MARKS, CheckedExam, CheckedResult, Lookups
from monitoring.imports.parsed import PUPILS

Carrier = tuple[CheckedExam, CheckedResult]
_FACET_NAMES = {"marks": "отметки", "scores": "баллы", "journal": "сравнение с журналом", "tasks": "задания"}


def check_across(checked: list[CheckedExam], lookups: Lookups) -> None:
    _same_file_twice(checked)
    _same_facet_twice(checked)
    _too_many_first_attempts(checked, lookups)
    _resits_exceed_failed(checked, lookups)


def _same_file_twice(checked: list[CheckedExam]) -> None:
    """Equal content counts once, under whatever names it came."""
    first: dict[str, CheckedExam] = {}
    # Of equal files that one counts whose name leaves nothing open.
    blocked = {exam.file_index for exam in checked if exam.blocks}
    for exam in sorted(checked, key=lambda one: one.file_index in blocked):
        if not exam.sha256 or exam.layout is None:
            continue
        known = first.setdefault(exam.sha256, exam)
        if known.file_index != exam.file_index:
            message = f"Это тот же файл, что и «{known.name}»: он учтён один раз."
            exam.problems = [say.warning("same_file_twice", message)]
            exam.results = []


def _same_facet_twice(checked: list[CheckedExam]) -> None:
    """Pupil rows beat shares; otherwise nobody but a person can tell which of two files is right."""
    carriers: dict[tuple[Any, ...], list[Carrier]] = defaultdict(list)
    for exam in checked:
        for result in exam.results:
            if result.school_id is not None:
                for facet in result.facets:
                    carriers[(exam.key, result.school_id, facet)].append((exam, result))
    superseded: dict[int, dict[str, list[CheckedResult]]] = defaultdict(lambda: defaultdict(list))
    twice: dict[tuple[int, str], set[str]] = defaultdict(set)
    for (_, _, facet), found in carriers.items():
        left = _give_way(facet, found, superseded) if len(found) > 1 else found
        if len(left) > 1:
            for exam, _ in left:
                twice[id(exam), facet] |= {other.name for other, _ in left if other is not exam}
    _tell_superseded(checked, superseded)
    _tell_twice(checked, twice)


def _give_way(facet: str, found: list[Carrier], superseded: dict[int, dict[str, list[CheckedResult]]]) -> list[Carrier]:
    """Take the facet from those that give way to pupil rows; what is left."""
    strong = [carrier for carrier in found if carrier[0].level == PUPILS and not _is_hollow(carrier[1], facet)]
    weak = [carrier for carrier in found if carrier not in strong]
    # Pupil rows without a scale have no marks: then they give way themselves to shares that do.
    if not strong:
        strong = [carrier for carrier in found if carrier[0].level != PUPILS]
        weak = [carrier for carrier in found if carrier[0].level == PUPILS]
    if not strong or not weak:
        return found
    for exam, result in weak:
        result.drop(facet)
        superseded[id(exam)][facet].append(result)
    return strong


def _is_hollow(result: CheckedResult, facet: str) -> bool:
    numbers = result.facets[facet]
    return facet == MARKS and numbers["mark_2"] is None and numbers["levels"] is None and numbers["passed"] is None


def _tell_superseded(checked: list[CheckedExam], superseded: dict[int, dict[str, list[CheckedResult]]]) -> None:
    for exam in checked:
        for facet, results in superseded.get(id(exam), {}).items():
            message = (
                f"Для {len(results)} школ эти сведения ({_FACET_NAMES[facet]}) точнее в другом файле этой загрузки: "
                "из этого файла они не взяты."
            )
            exam.problems.append(say.warning("facet_superseded", message, sheet="".join(exam.sheets[:1])))


def _tell_twice(checked: list[CheckedExam], twice: dict[tuple[int, str], set[str]]) -> None:
    for exam in checked:
        for (owner, facet), names in twice.items():
            if owner == id(exam):
                others = ", ".join(f"«{name}»" for name in sorted(names))
                message = (
                    f"Те же школы и та же работа ({_FACET_NAMES[facet]}) есть и в другом файле: {others}. "
                    "Загрузите только верный файл."
                )
                problem = say.Problem(say.QUESTION, "same_facet_twice", "".join(exam.sheets[:1]), "", "", message)
                exam.problems.append(problem)


Measure = tuple[int, int, str, str]  # school, school year, procedure, subject


def _pool(subject: str) -> str:
    """Who failed profile mathematics may sit the base level again, so both are one when re-sits are compared."""
    return "mathematics" if subject.startswith("mathematics") else subject


def _attempts(checked: Iterable[CheckedExam], attempt: Attempt) -> Iterable[tuple[CheckedExam, CheckedResult, Measure]]:
    for exam in checked:
        if exam.procedure in WITH_RESITS and exam.attempt == attempt and exam.is_settled:
            for result in exam.results:
                if result.school_id is not None and MARKS in result.facets:
                    measure = (result.school_id, exam.school_year or 0, exam.procedure or "", exam.subject or "")
                    yield exam, result, measure


def _too_many_first_attempts(checked: list[CheckedExam], lookups: Lookups) -> None:
    """More first attempts than pupils of the grade: an unmarked re-sit, most likely."""
    sessions: dict[Measure, dict[str, int]] = {}
    exams: dict[Measure, CheckedExam] = {}
    for exam, result, measure in _attempts(checked, Attempt.FIRST):
        known = sessions.setdefault(measure, dict(lookups.first_attempts.get(measure, {})))
        known[exam.session or ""] = result.participants
        exams[measure] = exam
    for measure, exam in exams.items():
        pupils = lookups.pupils.get((measure[0], measure[1], exam.grade or 0))
        total = sum(sessions[measure].values())
        if pupils is not None and total > pupils:
            message = (
                f"Первых попыток {total}, а обучающихся в {exam.grade} классе {pupils}. Если один из дней — пересдача, "
                "добавьте в имя его файла слово «пересдача» и загрузите файлы снова."
            )
            key = _key(exam, measure[0])
            exam.problems.append(say.warning("too_many_first_attempts", message, value=key, option="attempt"))


def _resits_exceed_failed(checked: list[CheckedExam], lookups: Lookups) -> None:
    """More passed re-sits than failures before them."""
    passes: dict[Measure, int] = {}
    exams: dict[Measure, CheckedExam] = {}
    for exam, result, (school, year, procedure, subject) in _attempts(checked, Attempt.RESIT):
        pool = (school, year, procedure, _pool(subject))
        passes[pool] = passes.get(pool, 0) + (result.facets[MARKS]["passed"] or 0)
        exams[pool] = exam
    if not passes:
        return  # and what is stored need not be asked for
    failed: dict[Measure, int] = {}
    brought: set[Measure] = set()
    for _, result, (school, year, procedure, subject) in _attempts(checked, Attempt.FIRST):
        brought.add((school, year, procedure, subject))
        passed = result.facets[MARKS]["passed"]
        if passed is not None:
            pool = (school, year, procedure, _pool(subject))
            failed[pool] = failed.get(pool, 0) + result.participants - passed
    for (school, year, procedure, subject), stored in lookups.failed.items():
        if (school, year, procedure, subject) not in brought:
            pool = (school, year, procedure, _pool(subject))
            failed[pool] = failed.get(pool, 0) + stored
    for pool, exam in exams.items():
        if pool in failed and passes[pool] > failed[pool]:
            message = (
                f"Пересдали успешно {passes[pool]}, а не справились в основной период {failed[pool]}. Проверьте, все "
                f"ли файлы "
                "основного периода загружены."
            )
            exam.problems.append(say.warning("resits_exceed_failed", message, value=_key(exam, pool[0])))


def _key(exam: CheckedExam, school_id: int) -> str:
    return next((result.school_key for result in exam.results if result.school_id == school_id), "")
