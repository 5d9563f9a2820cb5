"""What is counted in which exams, in words: what the terms of a sum share is said once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from indicators.calculations.formulas import Exam, Measure, Results
from indicators.procedures import WITH_RESITS, Attempt, Procedure, Wave
from indicators.subjects import subject_dative

# What is counted, in the genitive: «доля кого», «число кого».
WHO = {
    Measure.PARTICIPANTS: "участников",
    Measure.LISTED: "обучающихся по списку",
    Measure.PASSED: "преодолевших минимальный порог",
    Measure.MARK_SUM: "отметок",
    Measure.PRIMARY_SUM: "первичных баллов",
    Measure.TEST_SUM: "тестовых баллов",
    Measure.PRIMARY_COUNT: "участников с первичным баллом",
    Measure.TEST_COUNT: "участников с тестовым баллом",
}
MARKS = {Measure.MARK_2: "«2»", Measure.MARK_3: "«3»", Measure.MARK_4: "«4»", Measure.MARK_5: "«5»"}
FEWEST_IN_RANGE = 3  # «4–8 классы», but «5 и 6 классы»

Sat = tuple[Exam, Attempt]


@dataclass(frozen=True)
class _Exams:
    """Exams that differ in one thing at most once they are put together, each field a tuple of what is common."""

    procedures: tuple[Procedure, ...]
    subjects: tuple[str, ...]
    grades: tuple[int | None, ...]
    pupil_grades: tuple[int | None, ...]
    waves: tuple[Wave, ...]
    attempts: tuple[Attempt, ...]

    @classmethod
    def of(cls, exam: Exam, attempt: Attempt) -> "_Exams":
        own_grade = exam.pupil_grade if exam.pupil_grade != exam.grade else None
        return cls((exam.procedure,), (exam.subject,), (exam.grade,), (own_grade,), (exam.wave,), (attempt,))

    def __str__(self) -> str:
        """«ЕГЭ и ГВЭ по математике (11 класс, до пересдач)»."""
        details = [
            _grades("{} класс", "{} классы", self.grades),
            _grades("обучающиеся {} класса", "обучающиеся {} классов", self.pupil_grades),
            _and(wave.label for wave in self.waves) if Wave.AUTUMN in self.waves else "",
            _and(attempt.label for attempt in self.attempts) if set(self.procedures) & WITH_RESITS else "",
        ]
        names = _and(procedure.label for procedure in self.procedures)
        said = ", ".join(filter(None, details))
        return f"{names} по {_and(map(subject_dative, self.subjects))}" + (f" ({said})" if said else "")


def in_exams(sat: Iterable[Sat]) -> str:
    """«ОГЭ по математике и русскому языку (9 класс, до пересдач)»; what cannot be said together stands side by side."""
    found = [_Exams.of(exam, attempt) for exam, attempt in dict.fromkeys(sat)]
    for name in ("waves", "grades", "pupil_grades", "subjects", "procedures"):
        found = _together(found, name)
    return _and(map(str, found))


def counted(terms: Iterable[Results]) -> str:
    """«получивших отметку «4» или «5»», without the exam."""
    results = list(terms)
    measures = dict.fromkeys(term.measure for term in results)
    marks = [MARKS[measure] for measure in sorted(measures) if measure in MARKS]
    levels = dict.fromkeys(f"«{level}»" for term in results for level in term.levels)
    said = [WHO[measure] for measure in measures if measure in WHO]
    said += [f"получивших отметку {_or(marks)}"] if marks else []
    said += [f"показавших уровень {_or(levels)}"] if levels else []
    return _and(said)


def counted_in_exams(terms: Iterable[Results]) -> str:
    """«получивших отметку «4» или «5» по результатам ВПР по математике (5 класс)»."""
    of_exam: dict[Sat, list[Results]] = {}
    for term in terms:
        of_exam.setdefault((term.exam, term.attempt), []).append(term)
    alike: dict[str, list[Sat]] = {}
    for sat, results in of_exam.items():
        alike.setdefault(counted(results), []).append(sat)
    return _and(f"{who}{_link(who)}{in_exams(sat)}" for who, sat in alike.items())


def _link(who: str) -> str:
    return " по результатам " if who.startswith(("получивших", "показавших")) else " "


def _together(exams: list[_Exams], name: str) -> list[_Exams]:
    """Those that are the same but for this field as one."""
    same: dict[_Exams, list[_Exams]] = {}
    for found in exams:
        same.setdefault(replace(found, **{name: ()}), []).append(found)
    return [
        replace(rest, **{name: tuple(dict.fromkeys(one for found in group for one in getattr(found, name)))})
        for rest, group in same.items()
    ]


def _grades(one: str, several: str, grades: tuple[int | None, ...]) -> str:
    known = sorted(grade for grade in grades if grade is not None)
    if not known:
        return ""
    is_range = len(known) >= FEWEST_IN_RANGE and known[-1] - known[0] < len(known)
    said = f"{known[0]}–{known[-1]}" if is_range else _and(map(str, known))
    return (several if len(known) > 1 else one).format(said)


def _and(words: Iterable[str]) -> str:
    return _joined(words, " и ")


def _or(words: Iterable[str]) -> str:
    return _joined(words, " или ")


def _joined(words: Iterable[str], last: str) -> str:
    *before, end = list(words)
    return f"{', '.join(before)}{last}{end}" if before else end
