"""Rows of pupils → tallies by school, without keeping a pupil.

A hundred thousand rows come at once, so nothing is done row by row in Python that can be done by columns: rows are
counted as tuples of raw cells (`Counter(zip(...))`), and only the distinct tuples, some thousands, are looked into.
Cells are searched for again only where something is wrong with them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

from monitoring.imports import problems as say
from monitoring.imports.cells import cell_name, is_absent, is_blank, mark_of, row_spans, safe_value, text, whole
from monitoring.imports.parsed import ParsedExam, SchoolTally
from monitoring.imports.problems import Problem

ROLES = ("school", "status", "mark", "primary", "test", "journal", "passed")
MAX_PRIMARY = 200

# A column of schools repeats each code; so many different long ones are of pupils.
MANY_ROWS, LONG_CODE = 20, 7
NOT_SCHOOLS = "not_school_codes"
NOT_SCHOOLS_MESSAGE = (
    "В столбце кода ОО стоят не коды школ: почти в каждой строке своё значение. "
    "Проверьте, не сдвинуты ли столбцы, и выгрузите таблицу ещё раз."
)

BLANK, ABSENT, BAD = "blank", "absent", "bad"


@dataclass(frozen=True)
class SchoolKey:
    kind: str  # code, login or name
    key: str
    name: str = ""


@dataclass
class PupilTable:
    """The columns of one block that a layout recognised, side by side, of its pupil rows only."""

    sheet: str
    rows: Sequence[int]  # row numbers as Excel shows them
    columns: dict[str, Sequence[Any]]  # by role, raw cells
    places: dict[str, int]  # by role, the column's index in the sheet
    key_of: Callable[[Any], SchoolKey | None]
    # ГИА: who has no mark did not take part. ВПР: the total decides, and a mark may be lacking or follow from the
    # scale.
    mark_decides: bool = True
    taking_part: list[bool] = field(default_factory=list)  # by row, filled by `tally`

    def cell(self, position: int, role: str) -> str:
        return cell_name(self.rows[position], self.places[role])


@dataclass
class TallyResult:
    schools: list[SchoolTally]
    problems: list[Problem]


def read_mark(value: Any) -> int | str:
    return _read(value, mark_of)


def read_primary(value: Any) -> int | str:
    return _read(value, lambda cell: _within(cell, MAX_PRIMARY))


def read_test(value: Any) -> int | str:
    return _read(value, lambda cell: _within(cell, 100))


def _within(value: Any, most: int) -> int | None:
    found = whole(value)
    return found if found is not None and 0 <= found <= most else None


def _read(value: Any, reader: Callable[[Any], int | None]) -> int | str:
    if is_blank(value):
        return BLANK
    found = reader(value)
    if found is not None:
        return found
    return ABSENT if is_absent(value) else BAD


def read_status(value: Any) -> str:
    """A variant or a remark: whether it says "absent", nothing, or something else."""
    return BLANK if is_blank(value) else ABSENT if is_absent(value) else ""


def read_passed(value: Any) -> str:
    """«Зачет» as regions print it: 2 is "не преодолел"; yes, no, a sign of absence, or "" when the cell is empty."""
    if is_blank(value):
        return ""
    plain = text(value).lower().replace("ё", "е").removesuffix(".0")
    if re.fullmatch(r"2|0|-|нет|false|не ?(зачет|сда|преодол|справ)\w*", plain):
        return "no"
    if re.fullmatch(r"1|\+|да|true|(зачет|зачтен|сда|преодол|справ)\w*", plain):
        return "yes"
    return ABSENT if is_absent(value) else BAD


READERS: dict[str, Callable[[Any], Any]] = {
    "mark": read_mark, "primary": read_primary, "test": read_test,
    "status": read_status, "journal": mark_of, "passed": read_passed,
}  # fmt: skip


def tally(table: PupilTable) -> TallyResult:
    """Count the block: one tally a school, and every cell that cannot be understood."""
    columns = [table.columns.get(role, repeat("")) for role in ROLES]
    tuples = list(zip(*columns, strict=False))
    readings = {
        role: {cell: reader(cell) for cell in set(table.columns.get(role, ("",)))} for role, reader in READERS.items()
    }
    counted = Counter(tuples)
    keys = {raw: table.key_of(raw) for raw in set(table.columns["school"])}
    if shown := _pupils_for_schools(table, keys):
        return TallyResult([], [shown])
    schools = _start_schools(table, keys)
    takes: dict[tuple[Any, ...], bool] = {}
    for raw, n in counted.items():
        read = _Reading(raw, readings)
        takes[raw] = read.takes_part(table)
        key = keys[raw[0]]
        if key is not None:
            _add(schools[key.kind, key.key], read, n, takes[raw])
    table.taking_part = [takes[raw] for raw in tuples]
    return TallyResult(list(schools.values()), _bad_cells(table, readings) + _lacking(table, readings))


def _pupils_for_schools(table: PupilTable, keys: dict[Any, SchoolKey | None]) -> Problem | None:
    """The school's column of a shifted table holds codes, forms or documents of pupils: none of them may be kept."""
    codes = {key.key for key in keys.values() if key is not None and key.kind == "code"}
    rows = len(table.columns["school"])
    long = sum(len(code) >= LONG_CODE for code in codes)
    if rows < MANY_ROWS or len(codes) < rows or long < rows:
        return None
    table.taking_part = [False] * rows
    return say.error(NOT_SCHOOLS, NOT_SCHOOLS_MESSAGE, sheet=table.sheet, cell=table.cell(0, "school"))


def names_pupils(exam: ParsedExam) -> bool:
    """Nothing of such a table may be kept for provenance either."""
    return any(problem.code == NOT_SCHOOLS for problem in exam.problems)


class _Reading:
    """One distinct tuple, understood; each cell was read once, by `READERS`."""

    __slots__ = ("absent", "journal", "mark", "passed", "primary", "status", "test")

    def __init__(self, raw: tuple[Any, ...], readings: dict[str, dict[Any, Any]]) -> None:
        _, status, mark, primary, test, journal, passed = raw
        self.mark = readings["mark"][mark]
        self.primary = readings["primary"][primary]
        self.test = readings["test"][test]
        self.status = readings["status"][status]
        said: str = readings["passed"][passed]
        self.absent = ABSENT in (self.status, self.mark, self.primary, self.test, said)
        self.journal: int | None = readings["journal"][journal]
        self.passed = said if said in ("yes", "no") else ""

    def takes_part(self, table: PupilTable) -> bool:
        if self.absent:
            return False
        if table.mark_decides:
            decides = next((role for role in ("test", "mark", "primary") if role in table.columns), "")
            return isinstance(getattr(self, decides), int) if decides else bool(self.passed)
        if self.status == BLANK and self.primary == 0 and "status" in table.columns:
            return False  # a line of a form made ready and left empty: no variant, and a total of nothing
        return isinstance(self.mark, int) or isinstance(self.primary, int)


def _start_schools(table: PupilTable, keys: dict[Any, SchoolKey | None]) -> dict[tuple[str, str], SchoolTally]:
    places: dict[Any, list[int]] = defaultdict(list)
    for position, raw in enumerate(table.columns["school"]):
        places[raw].append(position)
    positions: dict[SchoolKey, list[int]] = defaultdict(list)
    for raw, found in places.items():
        key = keys[raw]
        if key is not None:
            positions[SchoolKey(key.kind, key.key)].extend(found)
    names = {(key.kind, key.key): key.name for key in keys.values() if key is not None and key.name}
    return {
        (key.kind, key.key): SchoolTally(
            kind=key.kind,
            key=key.key,
            name=names.get((key.kind, key.key), ""),
            cell=table.cell(min(found), "school"),
            rows=row_spans(table.rows[position] for position in found),
            row_count=len(found),
        )
        for key, found in positions.items()
    }


def _add(school: SchoolTally, read: _Reading, n: int, takes_part: bool) -> None:
    school.listed += n
    if not takes_part:
        return
    school.participants += n
    if isinstance(read.mark, int):
        school.marks[read.mark] = school.marks.get(read.mark, 0) + n
    if isinstance(read.primary, int):
        school.primary[read.primary] = school.primary.get(read.primary, 0) + n
        if not isinstance(read.mark, int):
            school.unmarked[read.primary] = school.unmarked.get(read.primary, 0) + n
    if isinstance(read.test, int):
        school.test[read.test] = school.test.get(read.test, 0) + n
    if read.passed:
        school.passes[read.passed] = school.passes.get(read.passed, 0) + n
    if read.journal is not None:
        _add_pair(school, read, n)


def _add_pair(school: SchoolTally, read: _Reading, n: int) -> None:
    basis, value = ("mark", read.mark) if isinstance(read.mark, int) else ("primary", read.primary)
    if not isinstance(value, int) or read.journal is None:
        return
    for index, (kind, number, journal, before) in enumerate(school.pairs):
        if (kind, number, journal) == (basis, value, read.journal):
            school.pairs[index] = (kind, number, journal, before + n)
            return
    school.pairs.append((basis, value, read.journal, n))


_EXPECTED = {
    "mark": ("bad_mark", "Отметка должна быть от 2 до 5. Исправьте ячейку или оставьте её пустой, если работы нет."),
    "primary": ("bad_score", f"Первичный балл должен быть целым числом от 0 до {MAX_PRIMARY}. Исправьте ячейку."),
    "test": ("bad_score", "Тестовый балл должен быть целым числом от 0 до 100. Исправьте ячейку."),
    "passed": ("bad_passed", "Зачёт пишут как «1», «да», «зачёт» или «2», «нет», «незачёт». Исправьте ячейку."),
}


def _bad_cells(table: PupilTable, readings: dict[str, dict[Any, Any]]) -> list[Problem]:
    """Every cell that is neither a number in range, nor empty, nor a sign of absence."""
    found: list[tuple[int, Problem]] = []
    for role, (code, message) in _EXPECTED.items():
        bad = {cell for cell, reading in readings[role].items() if reading == BAD}
        if not bad:
            continue
        for position, cell in enumerate(table.columns[role]):
            if cell in bad:
                problem = say.error(
                    code, message, sheet=table.sheet, cell=table.cell(position, role), value=safe_value(cell)
                )
                found.append((table.rows[position], problem))
    return [problem for _, problem in sorted(found, key=lambda item: item[0])]


def _lacking(table: PupilTable, readings: dict[str, dict[Any, Any]]) -> list[Problem]:
    """Rows with a primary score above nothing but without the mark or test score that decides."""
    decides = "test" if "test" in table.columns else "mark"
    if not table.mark_decides or decides not in table.columns or "primary" not in table.columns:
        return []
    blank = {cell for cell, reading in readings[decides].items() if reading == BLANK}
    scored = {cell for cell, reading in readings["primary"].items() if isinstance(reading, int) and reading > 0}
    pairs = zip(table.columns[decides], table.columns["primary"], table.taking_part, strict=True)
    lacking = [
        at for at, (result, primary, part) in enumerate(pairs) if not part and result in blank and primary in scored
    ]
    if not blank or not lacking:
        return []
    message = (
        f"Первичный балл есть, а итога нет ({_rows(len(lacking))}, первая названа): такие строки не считаются "
        f"участниками. "
        "Если работа засчитана, впишите итог."
    )
    return [say.warning("result_missing", message, sheet=table.sheet, cell=table.cell(lacking[0], decides))]


def _rows(count: int) -> str:
    return f"строк: {count}"
