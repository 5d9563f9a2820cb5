"""What one cell says: numbers, marks, signs of absence, school codes, header names; and how Excel names a cell."""

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

_BLANKS = re.compile(r"[\s\u00a0\u2007\u202f\ufeff]+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_QUOTES = "\"'«»“”„`"

# Said of a pupil who is on the list but did not write the work.
_ABSENT = re.compile(
    r"-+|–|—|н|н/?я|н\.?я\.?|нб|не ?яв\w*( на экзамен)?( (по|без) (не)?уважительной причин\w)?|отсутств\w*|"
    r"удал[её]н\w*( с экзамена)?|не участв\w*|не писал\w*|не завершил\w*( экзамен)?|[xх]|"
    r"(результат )?аннулир\w*|болен|болел\w*|болезнь|справка|нет|(нет|без) (отметки|оценки|результата|данных)|"
    r"не прис\w*|недопуск|не ?допущен\w?"
)
_WORD_MARKS = {
    "отлично": 5, "отл": 5, "хорошо": 4, "хор": 4, "удовлетворительно": 3, "удовл": 3, "уд": 3,
    "неудовлетворительно": 2, "неудовл": 2, "неуд": 2,
}  # fmt: skip
_MARK_AND_WORD = re.compile(r"([2-5]) ?\(?([а-я]+)\.?\)?")  # «5 (отлично)»


def text(value: Any) -> str:
    """A cell as text: no NBSP, no outer or double spaces, whole floats without `.0`, dates as ISO."""
    if isinstance(value, str):
        return _BLANKS.sub(" ", value).strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)


def number(value: Any) -> int | float | None:
    """The number in a cell, whole ones as int; text with a decimal comma, spaces between thousands or % counts too."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if not isinstance(value, str):
        return None
    plain = _BLANKS.sub("", value).removeprefix("=").strip(_QUOTES).removesuffix("%").replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        return None
    found = float(plain)
    return int(found) if found.is_integer() else found


def whole(value: Any) -> int | None:
    found = number(value)
    return found if isinstance(found, int) else None


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not _BLANKS.sub("", value).strip(_QUOTES))


def is_absent(value: Any) -> bool:
    """«отсутствовал», «н/я», «удалён», «-» and the like."""
    return isinstance(value, str) and bool(_ABSENT.fullmatch(text(value).strip(_QUOTES + " .").lower()))


def mark_of(value: Any) -> int | None:
    """A school mark 2–5 as a number or a word; None for anything else (a 6 too)."""
    found = number(value)
    if found is None and isinstance(value, str):
        plain = text(value).lower().strip(_QUOTES + " .")
        found = _WORD_MARKS.get(plain)
        if found is None and (match := _MARK_AND_WORD.fullmatch(plain)):
            found = int(match[1]) if _WORD_MARKS.get(match[2]) == int(match[1]) else None
    return found if isinstance(found, int) and 2 <= found <= 5 else None


_LETTER = re.compile(r"[^\W\d_]")
_HARMLESS = re.compile(r"[hн]|не ?(пройд|изуч)\w*\.?|(не ?)?зач[её]т|да|" + "|".join(_WORD_MARKS))


def safe_value(value: Any) -> str:
    """A cell's content for a message or for storage: letters are withheld, since a shifted row may hold a surname
    there."""
    shown = text(value)
    if len(shown) <= 40 and (not _LETTER.search(shown) or is_absent(shown) or _HARMLESS.fullmatch(shown.lower())):
        return shown
    return "(текст)" if shown else ""


_CODE = re.compile(r"[\w./-]{1,24}")
# «125001 - МБОУ СОШ №1»; exam codes and years are shorter.
_CODE_AND_NAME = re.compile(r"\(?(\d{5,12})\)?\s*(?:[-–—:|,]\s*|\s)(?=[^\W\d])")
# «МБОУ СОШ №1 (125001)»; a word of a school is asked for, since in a shifted row it may be a surname with a document.
_NAME_AND_CODE = re.compile(r"(?=.*(сош|оош|школ|лице[йя]|гимнази|интернат|оу\b))[^\W\d].*[(|\s](\d{5,9})\)?", re.I)
_LOGIN = re.compile(r"(edu|sch|ksh)[\s_]*(\d{4,9})", re.IGNORECASE)


def school_code(value: Any) -> str:
    """A school's code as text: `13450.0`, «"13450"», «="13450"» and 13450 are one; "" when the cell holds no code."""
    code = text(value).lstrip("= ").strip(_QUOTES + " ")
    code = code.removesuffix(".0").removesuffix(",0")
    if code.replace(" ", "").isdigit():
        code = code.replace(" ", "")
    elif match := _CODE_AND_NAME.match(code) or _NAME_AND_CODE.fullmatch(code):
        code = match[match.lastindex or 0]
    return code if _CODE.fullmatch(code) and any(char.isdigit() for char in code) else ""


def school_login(value: Any) -> str:
    """The ФИС ОКО login in a cell («МБОУ СОШ №1(edu224233)», «edu224085 | МБОУ…»), or ""."""
    match = _LOGIN.search(text(value))
    return f"{match[1].lower()}{match[2]}" if match else ""


_WITHOUT_QUOTES = str.maketrans("", "", _QUOTES)
_BROKEN_WORD = re.compile(r"(?<=[а-я])[-\u00ad] (?=[а-я])|\u00ad")  # «Первич-ный балл» over two lines


@lru_cache(maxsize=4096)
def header_key(name: str) -> str:
    """A header as it is compared: lower case, ё as е, single spaces, without quotes and a closing colon or full
    stop."""
    plain = _BLANKS.sub(" ", name).strip().lower().replace("ё", "е")
    plain = _BROKEN_WORD.sub("", plain)
    return plain.translate(_WITHOUT_QUOTES).strip(" :.*")


def as_date(value: Any) -> dt.date | None:
    """A date from a date cell or from text (2021-06-01, 2021.06.01, 01.06.2021)."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    return find_date(value) if isinstance(value, str) else None


_YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)[.\-_/](\d{1,2})[.\-_/](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[.\-_/](\d{1,2})[.\-_/](20\d\d)(?!\d)")


def find_date(string: str) -> dt.date | None:
    """The first real date written in the text."""
    for pattern, order in ((_YEAR_FIRST, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1))):
        for match in pattern.finditer(string):
            try:
                return dt.date(*(int(match[part]) for part in order))
            except ValueError:
                continue
    return None


_GRADE = re.compile(r"(\d{1,2})(?!\d)")


def grade_of(value: Any) -> int | None:
    """The grade in «9а», «11Б», 9, «9 класс»; None for a letter alone or a number no school has."""
    match = _GRADE.match(text(value).strip(_QUOTES + " "))
    return int(match[1]) if match and 1 <= int(match[1]) <= 12 else None


def column_letters(column: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """As Excel names it: `row` counts from 1, `column` from 0, so (6, 4) is E6."""
    return f"{column_letters(column)}{row}"


def row_spans(rows: Iterable[int]) -> str:
    """[6, 7, 8, 15] → «6-8,15»."""
    found = sorted(set(rows))
    if found and found[-1] - found[0] == len(found) - 1 > 0:  # nearly every school stands in one piece
        return f"{found[0]}-{found[-1]}"
    spans: list[list[int]] = []
    for row in found:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def join_spans(first: str, second: str) -> str:
    """«6-12» and «13,15» → «6-13,15»."""
    rows: list[int] = []
    for span in filter(None, f"{first},{second}".split(",")):
        start, _, end = span.partition("-")
        rows.extend(range(int(start), int(end or start) + 1))
    return row_spans(rows)
