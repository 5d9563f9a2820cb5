"""Invented participants of state exams. Their surnames are nobody's, so tests can look for them where none may be."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from monitoring.demo.cases import Session

SURNAMES = ("Вымышленный", "Придуманнов", "Небывальский", "Тестовицкий", "Образцовский", "Условников", "Примерьев")
NAMES = ("Тест", "Проба", "Пример", "Образец", "Макет")
PATRONYMIC = "Тестович"
DOCUMENT_SERIES = "0000"
FIRST_DOCUMENT = 900001

# Highest primary scores of marks 2, 3, 4 and of the paper (ОГЭ from 2019, not held in 2020; база ЕГЭ).
PRIMARY_BANDS = {
    ("russian", 2019): (14, 24, 33, 39),
    ("russian", 2021): (14, 22, 28, 33),
    ("russian", 2022): (14, 22, 28, 33),
    ("russian", 2023): (14, 22, 28, 33),
    ("mathematics", 2019): (7, 14, 21, 32),
    ("mathematics", 2021): (7, 14, 21, 31),
    ("mathematics", 2022): (7, 14, 21, 31),
    ("mathematics", 2023): (7, 14, 21, 31),
    ("mathematics_base", 2019): (6, 11, 16, 20),
    ("mathematics_base", 2020): (6, 11, 16, 20),
    ("mathematics_base", 2021): (6, 11, 16, 20),
    ("mathematics_base", 2022): (6, 11, 16, 21),
    ("mathematics_base", 2023): (6, 11, 16, 21),
}
HIGHEST_PRIMARY = {"russian": 58, "mathematics_profile": 32}


@dataclass(frozen=True)
class Pupil:
    """A row of an exam's protocol; `result` is the mark or the test score."""

    number: int
    school_code: str
    form: str
    surname: str
    name: str
    document: str
    primary: int
    result: int


def participants(session: Session, *, grade: int) -> list[Pupil]:
    """Everybody who sat on this day, school by school, with the results that the case states."""
    surnames, names = cycle(SURNAMES), cycle(NAMES)
    return [
        Pupil(
            number=number,
            school_code=school_code,
            form=f"{grade}{'АБ'[number % 2]}",
            surname=next(surnames),
            name=next(names),
            document=str(FIRST_DOCUMENT + number),
            primary=primary,
            result=result,
        )
        for number, (school_code, primary, result) in enumerate(_works(session), start=1)
    ]


def _works(session: Session) -> Iterator[tuple[str, int, int]]:
    for school_code, counts in session.marks.items():
        for mark, count in zip((2, 3, 4, 5), counts, strict=True):
            low, high = _band(session, mark)
            for place in range(count):
                yield school_code, low + place % (high - low + 1), mark
    for school_code, scores in session.scores.items():
        for score in scores:
            yield school_code, round(score * HIGHEST_PRIMARY[session.subject] / 100), score


def _band(session: Session, mark: int) -> tuple[int, int]:
    """The primary scores that make this mark; a 2 is never an empty sheet, so it starts near its upper end."""
    ends = PRIMARY_BANDS[session.subject, session.year]
    high = ends[mark - 2]
    return (max(1, high - 4), high) if mark == 2 else (ends[mark - 3] + 1, high)
