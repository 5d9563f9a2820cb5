"""ВПР as ГИС ФИС ОКО unloads them: «Статистика по отметкам» and «Сравнение отметок с отметками по журналу»."""

from pathlib import Path
from typing import Any

from indicators.subjects import subject_name
from monitoring.demo.cases import CheckWork, DemoResults, DemoSchool, Place
from monitoring.demo.workbooks import save_rows

SUBJECT_PREFIXES = {"russian": "РУ", "mathematics": "МА", "world_around": "ОМ"}
MARKS_REPORT = "Статистика по отметкам"
JOURNAL_REPORT = "Сравнение отметок с отметками по журналу"
JOURNAL_READINGS = (
    "Понизили (Отметка < Отметка по журналу)",
    "Подтвердили (Отметка = Отметке по журналу)",
    "Повысили (Отметка > Отметка по журналу)",
)
# Invented too: (ОО, участников, доли отметок 2–5).
WHOLE_SAMPLE = (35589, 1452202, 12.06, 39.92, 34.33, 13.69)
REGION_SAMPLE = (960, 27785, 13.86, 41.62, 32.33, 12.19)
FIRST_FILE_NUMBER = 2900101  # these unloads carry bare numbers for names


def write_vpr(results: DemoResults, folder: Path) -> list[Path]:
    """Two unloads of every work, named by numbers as the system names them."""
    written = []
    for position, work in enumerate(results.vpr):
        place = folder / f"{work.year - 1}-{work.year}"
        place.mkdir(parents=True, exist_ok=True)
        number = FIRST_FILE_NUMBER + position * 7919 % 9000 * 10
        written.append(_save(place / f"{number}.xlsx", work, MARKS_REPORT, _marks(work, results)))
        written.append(_save(place / f"{number + 3}.xlsx", work, JOURNAL_REPORT, _journal(work, results)))
    return written


def _save(path: Path, work: CheckWork, report: str, body: list[list[Any]]) -> Path:
    subject = subject_name(work.subject)
    head: list[list[Any]] = [
        [report],
        [],
        [f"ВПР {work.year} {subject} {work.grade} класс"],
        ["Предмет:", subject],
        ["Максимальный первичный балл:", work.max_primary_score],
        ["Дата:", f"20.04.{work.year}"],
        [],
    ]
    save_rows(path, f"{SUBJECT_PREFIXES[work.subject]} {work.grade} {report}", head + body)
    return path


def _marks(work: CheckWork, results: DemoResults) -> list[list[Any]]:
    """Marks in per cent: Russia, region and municipality first, then the schools without «Кол-во ОО»."""
    total = [sum(column) for column in zip(*work.marks.values(), strict=True)]
    rows: list[list[Any]] = [
        ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5],
        ["Вся выборка", *WHOLE_SAMPLE],
        [results.place.region, *REGION_SAMPLE],
        [_municipality(results.place), len(work.marks), sum(total), *_percents(total)],
    ]
    for code, counts in work.marks.items():
        rows.append([_group(results.schools[code], work.year), None, sum(counts), *_percents(counts)])
    return rows


def _journal(work: CheckWork, results: DemoResults) -> list[list[Any]]:
    head = ["Группы участников", "Кол-во участников(всего)"]
    for reading in JOURNAL_READINGS:
        head += [f"{reading} %", f"{reading} Кол-во участников"]
    total = [sum(column) for column in zip(*work.journal.values(), strict=True)]
    rows: list[list[Any]] = [head, [_municipality(results.place), sum(total), *_pairs(total)]]
    for code, counts in work.journal.items():
        rows.append([_group(results.schools[code], work.year), sum(counts), *_pairs(counts)])
    return rows


def _municipality(place: Place) -> str:
    return f"{place.municipality}(reg{place.region_code}_{place.fisoko_code})"


def _group(school: DemoSchool, year: int) -> str:
    """The school with its login; up to 2021 logins began with `sch`."""
    login = school.login if year >= 2021 else school.login.replace("edu", "sch")
    return f"{school.name}({login})"


def _percents(counts: list[int]) -> list[float]:
    return [round(100 * count / sum(counts), 2) for count in counts]


def _pairs(counts: list[int]) -> list[float]:
    return [cell for share, count in zip(_percents(counts), counts, strict=True) for cell in (share, count)]
