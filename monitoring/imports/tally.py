"""Rows of pupils → tallies by school, without keeping a pupil.

A hundred thousand rows come at once, so nothing is done row by row in Python that can be done by columns: each
different row of cells beside the school, some hundreds, is understood once, and schools and what was understood are
counted in pairs (`Counter(zip(...))`). Cells are searched for again only where something is wrong with them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from monitoring.imports import problems as say
from monitoring.imports.cells import cell_name, is_absent, is_blank, mark_of, row_spans, safe_value, text, whole
from monitoring.imports.parsed import ParsedExam, SchoolTally
from monitoring.imports.problems import Problem

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


_PASSED = re.compile(r"1|\+|да|true|(зачет|зачтен|сда|преодол|справ)\w*")
_NOT_PASSED = re.compile(r"2|0|-|нет|false|не ?(зачет|сда|преодол|справ)\w*")


def read_passed(value: Any) -> str:
    """«Зачет» as regions print it: 2 is "не преодолел"; yes, no, a sign of absence, or "" when the cell is empty."""
    if is_blank(value):
        return ""
    plain = text(value).lower().replace("ё", "е").removesuffix(".0")
    if _NOT_PASSED.fullmatch(plain):
        return "no"
    if _PASSED.fullmatch(plain):
        return "yes"
    return ABSENT if is_absent(value) else BAD


READERS: dict[str, Callable[[Any], Any]] = {
    "mark": read_mark, "primary": read_primary, "test": read_test,
    "status": read_status, "journal": mark_of, "passed": read_passed,
}  # fmt: skip


def tally(table: PupilTable) -> TallyResult:
    """Count the block: one tally a school, and every cell that cannot be understood."""
    keys = {raw: table.key_of(raw) for raw in set(table.columns["school"])}
    if shown := _pupils_for_schools(table, keys):
        return TallyResult([], [shown])
    readings = {role: {cell: read(cell) for cell in set(table.columns.get(role, ()))} for role, read in READERS.items()}
    works = _works(table, readings)
    schools = _start_schools(table, keys)
    for (raw, work), n in Counter(zip(table.columns["school"], works, strict=True)).items():
        key = keys[raw]
        if key is not None:
            _add(schools[key.kind, key.key], work, n)
    table.taking_part = [work.takes_part for work in works]
    return TallyResult(list(schools.values()), _bad_cells(table, readings) + _lacking(table, readings))


def _works(table: PupilTable, readings: dict[str, dict[Any, Any]]) -> "list[_Work]":
    """What each row says of its pupil's work; equal rows share one."""
    roles = [role for role in READERS if role in table.columns]
    rows = list(zip(*(table.columns[role] for role in roles), strict=True)) or [()] * len(table.columns["school"])
    works = {
        row: _Work.of(table, {role: readings[role][cell] for role, cell in zip(roles, row, strict=True)})
        for row in set(rows)
    }
    return [works[row] for row in rows]


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


@dataclass(frozen=True, eq=False)  # equal to itself alone, so that counting is cheap
class _Work:
    """What the cells of one pupil say, whoever it is; None where they say nothing that counts."""

    takes_part: bool
    mark: int | None
    primary: int | None
    test: int | None
    journal: int | None
    passed: str  # yes, no or ""

    @classmethod
    def of(cls, table: PupilTable, read: dict[str, Any]) -> "_Work":
        """`read` holds by role what `READERS` made of the cells."""
        numbers = {role: found for role, found in read.items() if isinstance(found, int)}
        passed = read.get("passed")
        return cls(
            takes_part=_takes_part(table, read),
            mark=numbers.get("mark"),
            primary=numbers.get("primary"),
            test=numbers.get("test"),
            journal=numbers.get("journal"),
            passed=passed if passed in ("yes", "no") else "",
        )


def _takes_part(table: PupilTable, read: dict[str, Any]) -> bool:
    if ABSENT in read.values():
        return False
    if table.mark_decides:
        decides = next((role for role in ("test", "mark", "primary") if role in table.columns), "")
        return isinstance(read[decides], int) if decides else read.get("passed") in ("yes", "no")
    if read.get("status") == BLANK and read.get("primary") == 0:
        return False  # a line of a form made ready and left empty: no variant, and a total of nothing
    return isinstance(read.get("mark"), int) or isinstance(read.get("primary"), int)


def _start_schools(table: PupilTable, keys: dict[Any, SchoolKey | None]) -> dict[tuple[str, str], SchoolTally]:
    places: dict[Any, list[int]] = defaultdict(list)
    cells = table.columns["school"]
    for raw, run in groupby(range(len(cells)), key=cells.__getitem__):  # a school's rows mostly follow each other
        places[raw].extend(run)
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
            rows=row_spans([table.rows[position] for position in found]),
            row_count=len(found),
        )
        for key, found in positions.items()
    }


def _add(school: SchoolTally, work: _Work, n: int) -> None:
    school.listed += n
    if not work.takes_part:
        return
    school.participants += n
    if work.mark is not None:
        school.marks[work.mark] = school.marks.get(work.mark, 0) + n
    if work.primary is not None:
        school.primary[work.primary] = school.primary.get(work.primary, 0) + n
        if work.mark is None:
            school.unmarked[work.primary] = school.unmarked.get(work.primary, 0) + n
    if work.test is not None:
        school.test[work.test] = school.test.get(work.test, 0) + n
    if work.passed:
        school.passes[work.passed] = school.passes.get(work.passed, 0) + n
    if work.journal is not None:
        _add_pair(school, work, work.journal, n)


def _add_pair(school: SchoolTally, work: _Work, journal: int, n: int) -> None:
    basis, value = ("mark", work.mark) if work.mark is not None else ("primary", work.primary)
    if value is None:
        return
    for index, (kind, number, known, before) in enumerate(school.pairs):
        if (kind, number, known) == (basis, value, journal):
            school.pairs[index] = (kind, number, known, before + n)
            return
    school.pairs.append((basis, value, journal, n))


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
    if not blank:
        return []
    scored = {cell for cell, reading in readings["primary"].items() if isinstance(reading, int) and reading > 0}
    pairs = zip(table.columns[decides], table.columns["primary"], table.taking_part, strict=True)
    lacking = [
        at for at, (result, primary, part) in enumerate(pairs) if not part and result in blank and primary in scored
    ]
    if not lacking:
        return []
    message = (
        f"Первичный балл есть, а итога нет ({_rows(len(lacking))}, первая названа): такие строки не считаются "
        f"участниками. "
        "Если работа засчитана, впишите итог."
    )
    return [say.warning("result_missing", message, sheet=table.sheet, cell=table.cell(lacking[0], decides))]


def _rows(count: int) -> str:
    return f"строк: {count}"
