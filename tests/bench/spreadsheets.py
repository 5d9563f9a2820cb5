"""Invented ЕГЭ protocols as large as a region's: the layouts of РИС ГИА, seeded, the same cells at every run.

Pupils, codes and answers belong to nobody; what matters is that columns, blanks, repeated and distinct texts are as
they are in real unloads.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEAD_ROWS = 4  # above the pupils; the last of them names the columns
HEADERS = (
    "№", "", "Код МСУ", "", "Код ОО", "", "Класс", "", "Код ППЭ", "", "Аудитория", "", "Фамилия", "Имя", "Отчество", "",
    "Задания с кратким ответом", "", "Задания с развёрнутым ответом", "", "Первичный балл", "", "Тестовый балл",
)  # fmt: skip
COMPACT_HEADERS = (
    "№", "Код ППЭ", "Код ОО", "Класс", "Код ООП", "Профиль", "Фамилия", "Имя", "Отчество", "Вариант", "Код участника",
    "№ бланка", "Ответы в краткой форме", "Ответы в развернутой форме", "Первичный балл", "Итоговый балл",
)  # fmt: skip
SURNAMES = ("Вымышленный", "Придуманнов", "Небывальский", "Тестовицкий", "Образцовский", "Условников", "Примерьев")
NAMES = ("Тест", "Проба", "Пример", "Образец", "Макет")


@dataclass(frozen=True)
class Exam:
    code: str
    subject: str
    day: str
    most: int  # highest primary score
    is_base: bool = False  # judged by a mark, printed in the compact form


EXAMS = (
    Exam("01", "Русский язык", "2021.06.03", 58),
    Exam("02", "Математика профильная", "2021.06.07", 32),
    Exam("22", "Математика базовая", "2021.06.08", 20, is_base=True),
    Exam("03", "Физика", "2021.06.11", 53),
    Exam("12", "Обществознание", "2021.06.15", 64),
)


def write_ege_books(folder: Path, codes: Sequence[str], *, rows_per_school: int, seed: int = 2021) -> list[Path]:
    """One workbook an exam, with so many pupils of each school in it."""
    written = []
    for exam in EXAMS:
        path = folder / f"ege_{exam.day}_{exam.code}.xlsx"
        _save(path, _rows(exam, codes, rows_per_school, random.Random(f"{seed} {exam.code}")))
        written.append(path)
    return written


def _save(path: Path, rows: Iterator[Sequence[Any]]) -> None:
    book = Workbook(write_only=True)
    page = book.create_sheet("Page 1")
    for row in rows:
        page.append([cell if cell != "" else None for cell in row])
    book.save(path)


def _rows(exam: Exam, codes: Sequence[str], rows_per_school: int, chance: random.Random) -> Iterator[Sequence[Any]]:
    yield ["Протокол проверки"]
    yield ["24 - Красноярский край"]
    yield [f"{exam.code} - {exam.subject} {exam.day}"]
    yield COMPACT_HEADERS if exam.is_base else HEADERS
    write = _compact if exam.is_base else _sparse
    for number in range(len(codes) * rows_per_school):
        primary = min(exam.most, max(0, round(chance.gauss(exam.most * 0.55, exam.most * 0.2))))
        yield write(exam, number + 1, codes[number // rows_per_school], primary, chance)


def _answers(chance: random.Random) -> tuple[str, str]:
    short = "".join(chance.choice("++++-") for _ in range(20))
    return short, "".join(f"{chance.randint(0, most)}({most})" for most in (2, 2, 3, 3, 4))


def _pupil(number: int, chance: random.Random) -> tuple[str, str, str]:
    return f"{chance.choice(SURNAMES)}-{number % 4000:04d}", chance.choice(NAMES), "Тестович"


def _sparse(exam: Exam, number: int, code: str, primary: int, chance: random.Random) -> Sequence[Any]:
    surname, name, patronymic = _pupil(number, chance)
    short, long = _answers(chance)
    form, room = f"11{chance.choice('АБВ')}", f"{number // 15 % 40 + 1:04d}"
    return (
        number, "", "240", "", code, "", form, "", f"{number // 600:04d}", "", room, "", surname, name, patronymic, "",
        short, "", long, "", primary, "", round(primary * 100 / exam.most),
    )  # fmt: skip


def _compact(exam: Exam, number: int, code: str, primary: int, chance: random.Random) -> Sequence[Any]:
    short, _ = _answers(chance)
    mark = 2 if primary < 7 else 3 if primary < 12 else 4 if primary < 17 else 5
    return (
        number, f"{number // 600:04d}", code, f"11{chance.choice('АБВ')}", "1", "универсальный",
        *_pupil(number, chance), str(300 + number % 8), f"{number:07d}", f"22{number:010d}", short, "", primary, mark,
    )  # fmt: skip
