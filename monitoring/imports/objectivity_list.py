"""The official yearly list of schools whose ВПР results show signs of not being objective (`bias.xlsx`).

«Год | Логин | Муниципалитет | ОО | 4 РУ | 4 МА | 5 РУ | 5 МА | Количество маркеров», one row for a school and year.
Years are text, the same row may stand twice, blanks and noughts mean the same, and the list is the whole region's: rows
of other municipalities are counted and passed over. «2024» is ВПР 2024, the school year 2023/2024. A list without one
of its four markers says nothing of that exam, which would look like trust, so it is refused; further ones are read.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from indicators.subjects import subject_by_name, subject_dative
from monitoring.imports.problems import Problem, error, warning
from monitoring.imports.schools import AMBIGUOUS, FOUND, SchoolDirectory
from schools.tables import Table, TableRow, cell_name

YEAR, LOGIN, PLACE, SCHOOL, COUNT = "год", "логин", "муниципалитет", "оо", "количество маркеров"
YES, NO = {"1", "да", "+", "есть"}, {"", "0", "нет", "-", "–", "—"}
NO_PLACE = "муниципалитет не указан"
MARKERS = {"4 РУ": (4, "russian"), "4 МА": (4, "mathematics"), "5 РУ": (5, "russian"), "5 МА": (5, "mathematics")}
FIRST_YEAR, LAST_YEAR = 2015, 2100
LAST_GRADE = 11

_MARKER = re.compile(r"(\d{1,2})\s*([А-ЯЁ]{2,4})")
_LEGAL = re.compile(r"\b(муниципальн\w+( образовани\w+)?|городской округ(?= г(ород)?\b)|город|г)\b")


@dataclass(frozen=True)
class Mark:
    """One marker of a school: the exam in doubt, and the rows that say so."""

    school_id: int
    school_year: int
    subject: str
    grade: int
    marker: str  # «4 РУ», as the list heads it
    rows: str  # «5» or «5,153»


@dataclass
class CheckedList:
    """What a list says of one municipality."""

    sheet: str
    marks: list[Mark] = field(default_factory=list)
    rows: int = 0  # of all municipalities
    schools: set[int] = field(default_factory=set)  # that the list names, with markers or without
    skipped: Counter[str] = field(default_factory=Counter)  # rows of other municipalities, by name
    problems: list[Problem] = field(default_factory=list)

    @property
    def skipped_rows(self) -> int:
        return self.skipped.total()

    @property
    def is_refused(self) -> bool:
        return any(problem.blocks for problem in self.problems)


def check_objectivity_list(table: Table, directory: SchoolDirectory, places: Iterable[str]) -> CheckedList:
    """All problems at once; `places` are the names of the municipality, its schools are those of the directory."""
    checked = CheckedList(sheet=table.sheet, rows=len(table.rows))
    columns = {name.lower(): name for name in table.header if name}
    markers = _marker_columns(table.header)
    missing = [title for title in (YEAR, LOGIN) if title not in columns]
    if missing or not markers:
        checked.problems.append(_not_this_list(table, missing))
        return checked
    checked.problems += [*_missing_markers(table, markers), *_unknown_markers(table, markers)]
    reading = _Reading(table, columns, markers, directory, frozenset(map(_place_key, places)), checked)
    for row in table.rows:
        reading.take(row)
    reading.finish()
    return checked


def _marker_columns(header: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Columns like «4 РУ»: which grade and subject each is about."""
    found = {}
    for name in header:
        match = _MARKER.fullmatch(name.upper())
        subject = subject_by_name(match[2]) if match else None
        if match and subject and 1 <= int(match[1]) <= LAST_GRADE:
            found[name] = (int(match[1]), subject)
    return found


def _missing_markers(table: Table, markers: Mapping[str, tuple[int, str]]) -> Iterator[Problem]:
    missing = {name: exam for name, exam in MARKERS.items() if exam not in markers.values()}
    if not missing:
        return
    columns = ", ".join(f"«{name}»" for name in missing)
    exams = ", ".join(f"{grade} класс по {subject_dative(subject)}" for grade, subject in missing.values())
    message = (
        f"{'Нет столбца' if len(missing) == 1 else 'Нет столбцов'} {columns}: о ВПР ({exams}) список молчит, а это не "
        "значит, что результаты объективны. Возьмите официальный список целиком, со всеми столбцами; если в списке "
        "этого года их нет, отметьте результаты вручную — на странице школы «Результаты»."
    )
    yield error("missing_markers", message, sheet=table.sheet, cell=str(table.header_row), value=_head(table))


def _unknown_markers(table: Table, markers: Mapping[str, tuple[int, str]]) -> Iterator[Problem]:
    """A column that looks like a marker and is none would be passed over in silence."""
    for place, name in enumerate(table.header):
        if _MARKER.fullmatch(name.upper()) and name not in markers:
            message = (
                "Похоже на маркер, но класс или предмет не распознан. Назовите столбец, например, «5 РУ» или «5 МА»."
            )
            cell = cell_name(table.header_row, place)
            yield error("unknown_marker", message, sheet=table.sheet, cell=cell, value=name)


def _head(table: Table) -> str:
    return "; ".join(filter(None, table.header))[:200]


def _not_this_list(table: Table, missing: list[str]) -> Problem:
    lacking = [f"«{name.capitalize()}»" for name in missing] or ["с маркерами: «4 РУ», «4 МА», «5 РУ», «5 МА»"]
    message = (
        f"Это не список школ с признаками необъективности: нет столбцов {', '.join(lacking)}. "
        "Нужна таблица «Год, Логин, Муниципалитет, ОО, 4 РУ, 4 МА, 5 РУ, 5 МА, Количество маркеров»."
    )
    return error("unknown_layout", message, sheet=table.sheet, cell=str(table.header_row), value=_head(table))


def _place_key(name: str) -> str:
    """«город Назарово», «г. Назарово» and «Назарово» are one place; «Назаровский район» is another."""
    plain = re.sub(r"[^\w]+", " ", name.lower().replace("ё", "е"))
    return " ".join(_LEGAL.sub(" ", plain).split())


@dataclass
class _Reading:
    table: Table
    columns: Mapping[str, str]  # name as it is compared → as it is written
    markers: Mapping[str, tuple[int, str]]
    directory: SchoolDirectory
    places: frozenset[str]
    checked: CheckedList
    found: dict[tuple[int, int], tuple[frozenset[str], list[int]]] = field(default_factory=dict)

    def take(self, row: TableRow) -> None:
        school = self._school(row)
        if school is None:
            return
        self.checked.schools.add(school)
        year, marked = self._year(row), self._marked(row)
        if year is None or marked is None:
            return
        self._compare_count(row, len(marked))
        known, rows = self.found.setdefault((school, year), (marked, []))
        if known != marked:
            message = (
                f"О той же школе и том же годе строка {rows[0]} говорит другое. Оставьте верную строку, вторую удалите."
            )
            self._say("rows_differ", row, LOGIN, message)
            return
        rows.append(row.number)

    def finish(self) -> None:
        """The marks in the order of the list; a list without a single row of this municipality is refused."""
        for (school, year), (marked, rows) in self.found.items():
            for marker in (name for name in self.markers if name in marked):
                grade, subject = self.markers[marker]
                spans = ",".join(map(str, rows))
                self.checked.marks.append(Mark(school, year, subject, grade, marker, spans))
        if not self.checked.schools and not self.checked.is_refused:
            named = ", ".join(list(self.checked.skipped)[:3]) or "ни одной строки"
            message = (
                f"В списке нет школ этого муниципалитета, в нём: {named}. Проверьте файл; если он верен, впишите "
                "логины ФИС ОКО в список школ: по ним портал узнаёт школы."
            )
            self.checked.problems.append(error("no_own_rows", message, sheet=self.table.sheet))

    def _school(self, row: TableRow) -> int | None:
        """None for a row of another municipality, which is counted, and for one that is refused."""
        login, name, place = (self._text(row, column) for column in (LOGIN, SCHOOL, PLACE))
        is_ours = _place_key(place) in self.places
        kind, key = ("login", login) if login else ("name", name)
        match = self.directory.find(kind, key) if login or is_ours else None
        if match and match.status == FOUND:
            return match.school_id
        if match and match.status == AMBIGUOUS and is_ours:
            message = f"Так называются несколько школ: {', '.join(match.candidates)}. Впишите логин."
            self._say("ambiguous_school", row, LOGIN, message)
        elif is_ours:
            shown = " ".join(filter(None, (login, f"«{name}»" if name else "")))
            message = f"Школы {shown} нет в списке школ муниципалитета. Впишите её логин туда или исправьте его здесь."
            self._say("unknown_school", row, LOGIN, message)
        else:
            self.checked.skipped[place or NO_PLACE] += 1
        return None

    def _year(self, row: TableRow) -> int | None:
        """The school year: ВПР of a year are written in its spring."""
        text = self._text(row, YEAR)
        if text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR:
            return int(text) - 1
        self._say("bad_year", row, YEAR, "Год не распознан. Впишите год ВПР числом, например 2024.")
        return None

    def _marked(self, row: TableRow) -> frozenset[str] | None:
        marked = set()
        is_clear = True
        for column in self.markers:
            text = row.cells.get(column, "").lower()
            if text in YES:
                marked.add(column)
            elif text not in NO:
                is_clear = False
                message = "В столбце маркера может стоять 1, 0 или ничего."
                self._say("bad_marker", row, column.lower(), message)
        return frozenset(marked) if is_clear else None

    def _compare_count(self, row: TableRow, marked: int) -> None:
        if COUNT not in self.columns:
            return
        text = self._text(row, COUNT)
        if (text or "0") != str(marked):
            message = f"Маркеров отмечено {marked}, а количество указано {text or 'пустое'}. Учтены отмеченные маркеры."
            self._say("count_differs", row, COUNT, message, say=warning)

    def _text(self, row: TableRow, column: str) -> str:
        return row.cells.get(self.columns.get(column, ""), "")

    def _say(self, code: str, row: TableRow, column: str, message: str, say: Callable[..., Problem] = error) -> None:
        name = self.columns.get(column, "")
        cell = cell_name(row.number, self.table.header.index(name)) if name else str(row.number)
        value = row.cells.get(name, "")
        self.checked.problems.append(say(code, message, sheet=self.table.sheet, cell=cell, value=value))
