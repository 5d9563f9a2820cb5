"""The demo's spreadsheets read a second way: pandas and plain loops, knowing nothing of the portal's own import."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pandas

BLOCK = re.compile(r"(\d\d) - (.+?) (\d{4})\.(\d\d)\.(\d\d)( \(пересдача\))?")
SUBJECTS = {
    "Русский язык": "russian",
    "Математика": "mathematics",
    "Математика базовая": "mathematics_base",
    "Читательская грамотность": "reading_literacy",
    "Естественно-научная грамотность": "science_literacy",
}
LEVELS = ("Недостаточный", "Пониженный", "Базовый", "Повышенный")

Exam = tuple[str, str, int, int]  # procedure, subject, grade, school year


@dataclass
class School:
    """What one school did in one exam: every mark or score of its participants, and of those who sat again."""

    first: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    levels: dict[str, int] = field(default_factory=dict)
    journal: list[int] = field(default_factory=list)

    @property
    def best(self) -> list[int]:
        """Marks after re-sits: whoever sat again had a 2 before, here or in another level, which does not count."""
        twos = self.first.count(2)
        better = [mark for mark in self.again if mark > 2][:twos]
        return [mark for mark in self.first if mark != 2] + better + [2] * (twos - len(better))


Results = dict[Exam, dict[str, School]]


def read_folder(folder: Path, code_of_login: dict[str, str]) -> Results:
    """Every exam of the folder, by school code."""
    results: Results = defaultdict(lambda: defaultdict(School))
    for path in sorted(folder.rglob("*.*")):
        if path.suffix == ".csv":
            _read_profile(path, results)
            continue
        rows = pandas.read_excel(path, header=None, dtype=object, engine="openpyxl").values.tolist()
        if path.name.startswith("КДР"):
            _read_levels(rows, results)
        elif str(rows[0][0]).startswith(("Статистика", "Сравнение")):
            _read_check_work(rows, code_of_login, results)
        else:
            _read_protocol(rows, path.name[:3], results)
    return results


def _read_protocol(rows: list[list], procedure: str, results: Results) -> None:
    exam, again, code_at, result_at = None, False, 0, 0
    for row in rows:
        if block := BLOCK.fullmatch(str(row[0])):
            # ЕГЭ of 2020 was held in July, and re-sits in September: both belong to the year before.
            exam = (procedure, SUBJECTS[block[2]], 9 if procedure == "oge" else 11, int(block[3]) - 1)
            again = block[6] is not None
        elif row[0] == "№":
            code_at = row.index("Код ОО")
            result_at = next(at for at, name in enumerate(row) if name in ("Оценка", "Тестовый балл", "Итоговый балл"))
        elif exam and not pandas.isna(row[0]):
            school = results[exam][str(row[code_at])]
            (school.again if again else school.first).append(int(row[result_at]))


def _read_profile(path: Path, results: Results) -> None:
    table = pandas.read_csv(path, sep=";", encoding="cp1251", dtype=str)
    exam = ("ege", "mathematics_profile", 11, int(path.stem[3:7]) - 1)
    for code, score in zip(table["SchoolCode"], table["Mark100"], strict=True):
        results[exam][code].first.append(int(score))


def _read_levels(rows: list[list], results: Results) -> None:
    head = rows[0]
    for row in rows[1:]:
        cells = dict(zip(head, row, strict=True))
        exam = ("kdr", SUBJECTS[cells["Предмет"]], int(cells["Класс"]), int(str(cells["Год"])[:4]))
        results[exam][str(cells["Код ОО"])].levels = {level: int(cells[level]) for level in LEVELS}


def _read_check_work(rows: list[list], code_of_login: dict[str, str], results: Results) -> None:
    _, year, *subject, grade, _ = str(rows[2][0]).split()
    exam = ("vpr", SUBJECTS[" ".join(subject)], int(grade), int(year) - 1)
    for row in rows[8:]:
        if not (login := re.search(r"\((?:edu|sch)(\d+)\)$", str(row[0]))):
            continue
        school = results[exam][code_of_login[login[1]]]
        if rows[0][0] == "Статистика по отметкам":
            for mark, share in zip((2, 3, 4, 5), row[3:7], strict=True):
                school.first += [mark] * round(int(row[2]) * float(share) / 100)
        else:
            school.journal = [int(row[at]) for at in (3, 5, 7)]
