"""Small workbooks for the tests, made on the spot, and short ways through the import."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

from monitoring.imports.check import check
from monitoring.imports.checked import CheckedExam, CheckedResult, Lookups, Options
from monitoring.imports.parse import parse
from monitoring.imports.parsed import ParsedBatch, ParsedFile
from monitoring.imports.schools import SchoolDirectory, SchoolRef
from monitoring.scales import Scales

ROOT = Path(__file__).resolve().parents[2]
Rows = Sequence[Sequence[Any]]

SCHOOLS = (
    SchoolRef(1, "МБОУ СОШ №1", ("125001",), ("edu224233",)),
    SchoolRef(2, "МБОУ СОШ №2", ("125002",), ("edu224234",)),
    SchoolRef(3, 'МБОУ Лицей "Бригантина"', ("0125009",), ("edu224239",)),
)


def xlsx(path: Path, rows: Rows, *, sheet: str = "Page 1", more: dict[str, Rows] | None = None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in {sheet: rows, **(more or {})}.items():
        page = book.create_sheet(name)
        for number, line in enumerate(lines, 1):
            for place, value in enumerate(line, 1):
                if value not in ("", None):
                    page.cell(number, place, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def xls(path: Path, rows: Rows, sheet: str = "Page 1") -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    for number, line in enumerate(rows):
        for place, value in enumerate(line):
            if value not in ("", None):
                page.write(number, place, value)
    book.save(str(path))
    return path


def csv_file(path: Path, rows: Rows, *, encoding: str = "cp1251", delimiter: str = ";") -> Path:
    with open(path, "w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


def read(*paths: Path) -> ParsedBatch:
    """Through JSON, as it waits in the spool."""
    return ParsedBatch.from_json(parse(paths, isolate=False).to_json())


def read_one(path: Path) -> ParsedFile:
    return read(path).files[0]


def lookups(**known: Any) -> Lookups:
    return Lookups(SchoolDirectory.of(SCHOOLS), Scales.from_file(ROOT / "fixtures/scales.json"), **known)


def checked(*paths: Path, known: Lookups | None = None, **options: Any) -> list[CheckedExam]:
    return check(read(*paths), Options(**options), known or lookups())


def checked_one(*paths: Path, **options: Any) -> CheckedExam:
    exams = checked(*paths, **options)
    assert len(exams) == 1, [exam.key for exam in exams]
    return exams[0]


def codes(source: Any) -> list[str]:
    return [problem.code for problem in source.problems]


def problem(source: Any, code: str) -> Any:
    found = [one for one in source.problems if one.code == code]
    assert found, [(one.code, one.message) for one in source.problems]
    return found[0]


def result(exam: CheckedExam, school_id: int) -> CheckedResult:
    return next(one for one in exam.results if one.school_id == school_id)


def marks(exam: CheckedExam, school_id: int) -> tuple[int | None, ...]:
    facet = result(exam, school_id).facets["marks"]
    return tuple(facet[f"mark_{mark}"] for mark in (2, 3, 4, 5))


# The forms as they come.

OGE_DENSE = ["№", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "Фамилия", "Имя", "Отчество", "Серия", "Номер",
             "Первичный балл", "Оценка"]  # fmt: skip
EGE_SPARSE = ["№", "", "Код МСУ", "", "Код ОО", "", "Класс", "", "Код ППЭ", "", "Аудитория", "", "Фамилия", "Имя",
              "Отчество",
              "", "Задания с кратким ответом", "", "Задания с развёрнутым ответом", "", "Первичный балл", "",
              "Тестовый балл"]  # fmt: skip
EGE_COMPACT = ["№", "Код ППЭ", "Код ОО", "Класс", "Код ООП", "Профиль", "Фамилия", "Имя", "Отчество", "Вариант",
               "Код участника", "№ бланка", "Ответы в краткой форме", "Ответы в развернутой форме", "Первичный балл",
               "Итоговый балл"]  # fmt: skip
NORMALISED = ["SchoolCode", "ClassCode", "StationCode", "AuditoriumCode", "SurnameCell", "NameCell", "SecondNameCell",
              "DocumentSeriesCode", "DocumentNumberCode", "TestResultBCell", "TestResultCCell",
              "PrimaryMark"]  # fmt: skip
SURNAME, GIVEN, PATRONYMIC = "Вымышленный", "Аристарх", "Тестович"


def oge(code: Any, primary: Any, mark: Any, class_name: Any = "9А") -> list[Any]:
    return [1, code, class_name, "1201", "0001", SURNAME, GIVEN, PATRONYMIC, "4510", "123456", primary, mark]


def ege(code: Any, primary: Any, test: Any) -> list[Any]:
    return [1, "", "777", "", code, "", "11А", "", "0101", "", "0002", "", SURNAME, GIVEN, PATRONYMIC,
            "", "++-", "", "1(3)", "", primary, "", test]  # fmt: skip


def compact(code: Any, primary: Any, final: Any, class_name: Any = "11Б") -> list[Any]:
    return [1, "0101", code, class_name, "1", "универсальный", SURNAME, GIVEN, PATRONYMIC, "301", "0000001",
            "220000000001",
            "+++-", "", primary, final]  # fmt: skip


def normalised(code: Any, primary: Any, result_value: Any, class_name: str = "11А") -> list[Any]:
    return [code, class_name, "0101", "0002", SURNAME, GIVEN, PATRONYMIC, "0000", "000000", "++-", "0(2)", primary,
            result_value]  # fmt: skip


def fisoko(title: str, header: Sequence[Any], rows: Rows, exam: str = "ВПР 2021 Математика 5 класс") -> list[list[Any]]:
    subject = exam.split(" ", 2)[2].rsplit(" ", 2)[0] if exam.count(" ") > 3 else ""
    return [
        [title], [], [exam], ["Предмет:", subject], ["Максимальный первичный балл:", 20], ["Дата:", "20.04.2023"], [],
        list(header), *[list(row) for row in rows],
    ]  # fmt: skip


MARKS_HEADER = ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5]


def fisoko_marks(*rows: Sequence[Any], exam: str = "ВПР 2021 Математика 5 класс") -> list[list[Any]]:
    return fisoko("Статистика по отметкам", MARKS_HEADER, rows, exam)


VPR_2021 = ["логин школы", "регион", "номер обучающегося", "код обучающегося",
            "отметка за предыдущую четверть/триместр", "пол",
            "класс", "вариант", "всего баллов", "балл за 1", "балл за 2", "Учебник"]  # fmt: skip


def vpr(
    login: str, total: Any, journal: Any = "4", tasks: Sequence[Any] = (1, 1), variant: Any = "1", code: Any = "50001"
) -> list[Any]:
    return [login, "город Заринск", "1", code, journal, "ж", "А", variant, total, *tasks, "Виленкин Н.Я."]
