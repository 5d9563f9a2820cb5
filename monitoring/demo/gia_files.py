"""ОГЭ and ЕГЭ as РЦОИ export their protocols: regional, dense, sparse and compact sheets, and the CSV in cp1251.

Each layout is its columns in order: header and what a row holds there. Gaps are what merged cells leave.
"""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from monitoring.demo.cases import DemoResults, Place, Session
from monitoring.demo.pupils import DOCUMENT_SERIES, PATRONYMIC, Pupil, participants
from monitoring.demo.workbooks import save_rows

Column = tuple[str | None, Callable[[Pupil, Place], Any]]
EXAM_CODES = {"russian": "01", "mathematics": "02", "mathematics_profile": "02", "mathematics_base": "22"}
EXAM_NAMES = {"russian": "Русский язык", "mathematics": "Математика", "mathematics_base": "Математика базовая"}
GAP: Column = (None, lambda pupil, place: None)

SURNAME: Column = ("Фамилия", lambda pupil, place: pupil.surname)
NAME: Column = ("Имя", lambda pupil, place: pupil.name)
PATRONYM: Column = ("Отчество", lambda pupil, place: PATRONYMIC)
NUMBER: Column = ("№", lambda pupil, place: pupil.number)
SCHOOL: Column = ("Код ОО", lambda pupil, place: pupil.school_code)
FORM: Column = ("Класс", lambda pupil, place: pupil.form)
STATION: Column = ("Код ППЭ", lambda pupil, place: f"{place.msu_code}01")
ROOM: Column = ("Аудитория", lambda pupil, place: f"{pupil.number // 15 + 1:04d}")
MSU: Column = ("Код МСУ", lambda pupil, place: place.msu_code)
PRIMARY: Column = ("Первичный балл", lambda pupil, place: pupil.primary)
MARK: Column = ("Оценка", lambda pupil, place: pupil.result)
SHORT: Column = ("Задания с кратким ответом", lambda pupil, place: "++-+--")
LONG: Column = ("Задания с развёрнутым ответом", lambda pupil, place: "0(2)1(2)")

OGE_REGIONAL = (
    NUMBER, SCHOOL, FORM, GAP, STATION, GAP, ROOM, GAP, MSU, GAP, SURNAME, GAP, NAME, PATRONYM,
    SHORT, GAP, GAP, LONG, PRIMARY, GAP, MARK,
)  # fmt: skip
OGE_DENSE = (
    NUMBER, SCHOOL, FORM, STATION, ROOM, SURNAME, NAME, PATRONYM,
    ("Серия", lambda pupil, place: DOCUMENT_SERIES), ("Номер", lambda pupil, place: pupil.document), PRIMARY, MARK,
)  # fmt: skip
EGE_SPARSE = (
    NUMBER, GAP, MSU, GAP, SCHOOL, GAP, FORM, GAP, STATION, GAP, ROOM, GAP, SURNAME, NAME, PATRONYM, GAP,
    SHORT, GAP, LONG, GAP, PRIMARY, GAP, ("Тестовый балл", lambda pupil, place: pupil.result),
)  # fmt: skip
EGE_COMPACT = (
    NUMBER, STATION, SCHOOL, FORM,
    ("Код ООП", lambda pupil, place: "1"), ("Профиль", lambda pupil, place: "универсальный"),
    SURNAME, NAME, PATRONYM,
    ("Вариант", lambda pupil, place: "301"), ("Код участника", lambda pupil, place: f"{pupil.number:07d}"),
    ("№ бланка", lambda pupil, place: f"22{pupil.number:010d}"),
    ("Ответы в краткой форме", lambda pupil, place: "+++-"), ("Ответы в развернутой форме", lambda pupil, place: None),
    PRIMARY, ("Итоговый балл", lambda pupil, place: pupil.result),
)  # fmt: skip
CSV_COLUMNS = (
    ("SchoolCode", SCHOOL[1]), ("ClassCode", FORM[1]), ("StationCode", STATION[1]), ("AuditoriumCode", ROOM[1]),
    ("SurnameCell", SURNAME[1]), ("NameCell", NAME[1]), ("SecondNameCell", PATRONYM[1]),
    ("DocumentSeriesCode", lambda pupil, place: DOCUMENT_SERIES),
    ("DocumentNumberCode", lambda pupil, place: pupil.document),
    ("TestResultBCell", lambda pupil, place: "++-"), ("TestResultCCell", lambda pupil, place: "0(2)"),
    ("PrimaryMark", PRIMARY[1]), ("Mark100", lambda pupil, place: pupil.result),
)  # fmt: skip


def write_oge(results: DemoResults, folder: Path) -> list[Path]:
    """A regional file per subject, the reserve days in one of the same kind, the September re-sits in a dense one."""
    written = []
    for year in sorted({session.year for session in results.oge}):
        place = _year_folder(folder, year)
        sessions = [session for session in results.oge if session.year == year]
        head = f"Протокол проверки результатов  государственной итоговой аттестации {year} г."
        for session in sessions:
            if session.kind == "main":
                path = place / f"oge_{year}_{EXAM_NAMES[session.subject]}.xlsx"
                written.append(_save(path, [session], OGE_REGIONAL, results.place, grade=9, head=head))
        for kind, name, columns in (
            ("reserve", "резервные_дни", OGE_REGIONAL),
            ("resit", "пересдача_сентябрь", OGE_DENSE),
        ):
            of_kind = sorted((session for session in sessions if session.kind == kind), key=lambda found: found.day)
            path = place / f"oge_{year}_{name}.xlsx"
            written.append(_save(path, of_kind, columns, results.place, grade=9, head=head))
    return written


def write_ege(results: DemoResults, folder: Path) -> list[Path]:
    """Russian in the sparse layout (a reserve day is a second block), base mathematics compact, profile as CSV."""
    written = []
    for year in sorted({session.year for session in results.ege}):
        place = _year_folder(folder, year)
        sessions = [session for session in results.ege if session.year == year]
        russian = [session for session in sessions if session.subject == "russian"]
        path = place / f"ege_{year}_русский.xlsx"
        written.append(_save(path, russian, EGE_SPARSE, results.place, grade=11, head="Протокол проверки"))
        for session in sessions:
            if session.subject == "mathematics_base":
                name = "база_пересдача" if session.kind == "resit" else "база"
                path = place / f"ege_{year}_математика_{name}.xlsx"
                written.append(_save(path, [session], EGE_COMPACT, results.place, grade=11))
            if session.subject == "mathematics_profile":
                written.append(_save_csv(place / f"02_{session.day:%Y.%m.%d}.csv", session, results.place))
    return written


def _year_folder(folder: Path, year: int) -> Path:
    """Exams of spring and their September re-sits lie with the school year that they end."""
    place = folder / f"{year - 1}-{year}"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _save(
    path: Path, sessions: list[Session], columns: tuple[Column, ...], place: Place, *, grade: int, head: str = ""
) -> Path:
    """One sheet with a block for every session: what exam it is, the header row, the participants."""
    rows: list[list[Any]] = [[head], [f"{place.region_code} - {place.region}"]] if head else []
    for session in sessions:
        resit = " (пересдача)" if session.kind == "resit" else ""
        title = f"{EXAM_CODES[session.subject]} - {EXAM_NAMES[session.subject]} {session.day:%Y.%m.%d}{resit}"
        rows += [[title], [header for header, _ in columns]]
        rows += [[cell(pupil, place) for _, cell in columns] for pupil in participants(session, grade=grade)]
        rows.append([])
    save_rows(path, "Page 1", rows)
    return path


def _save_csv(path: Path, session: Session, place: Place) -> Path:
    text = io.StringIO()
    table = csv.writer(text, delimiter=";", lineterminator="\r\n")
    table.writerow([header for header, _ in CSV_COLUMNS])
    table.writerows([cell(pupil, place) for _, cell in CSV_COLUMNS] for pupil in participants(session, grade=11))
    path.write_bytes(text.getvalue().encode("cp1251"))
    return path
