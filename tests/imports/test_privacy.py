# ruff: noqa: E501 - a row of a table reads best in one line
"""No name, document or form number of a pupil survives reading, wherever it stood."""

import gzip
import json

import pytest

from monitoring.imports.check import check
from monitoring.imports.checked import Options
from monitoring.imports.parse import parse
from tests.imports.books import (
    EGE_COMPACT,
    EGE_SPARSE,
    GIVEN,
    NORMALISED,
    OGE_DENSE,
    PATRONYMIC,
    SURNAME,
    compact,
    csv_file,
    ege,
    lookups,
    normalised,
    oge,
    xlsx,
)  # fmt: skip

PERSONAL = (SURNAME, GIVEN, PATRONYMIC, "4510", "123456", "22000000", "Секретная", "112-233", "+7 913")
EXTRA = ["СНИЛС", "Телефон", "Дата рождения", "Дополнительно"]
EXTRA_CELLS = ["112-233-445 95", "+7 913 000", "2005-01-02", f"{SURNAME} Секретная"]


def books(folder):
    """One file of each form, with unknown columns and rows where a name stands in a numeric column."""
    heading = ["01 - Русский язык 2021.05.27"]
    yield xlsx(folder / "oge.xlsx", [
        [f"Ответственный {SURNAME}"], heading, [*OGE_DENSE, *EXTRA], [*oge("125001", 20, 4), *EXTRA_CELLS],
        [*oge("125001", SURNAME, GIVEN), *EXTRA_CELLS], [*oge(SURNAME, 20, 4), *EXTRA_CELLS], [*oge("", 20, 4), *EXTRA_CELLS],
        [f"Председатель {SURNAME}"],
    ])  # fmt: skip
    yield xlsx(
        folder / "ege.xlsx",
        [["01 - Русский язык 2021.05.28"], EGE_SPARSE, ege("125001", 22, 45), ege("125001", 1, SURNAME)],
    )
    yield xlsx(folder / "base.xlsx", [["22 - Математика базовая 2021.06.01"], EGE_COMPACT, compact("125001", 16, 4)])
    yield csv_file(
        folder / "02_2021.06.01.csv",
        [[*NORMALISED, "Mark100"], normalised("125001", 13, 40), normalised("125001", 13, SURNAME)],
    )
    yield xlsx(folder / "unknown.xlsx", [["Фамилия", "Имя"], [SURNAME, GIVEN]])


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """All text that leaves the reader: the spool's JSON, the clean sheets, the checked exams."""
    source, clean = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("clean")
    batch = parse(list(books(source)), clean_dir=clean)
    exams = check(batch, Options(), lookups())
    texts = [
        json.dumps(batch.to_json(), ensure_ascii=False),
        json.dumps([one.to_json() for one in exams], ensure_ascii=False),
    ]
    sheets = [gzip.decompress(path.read_bytes()).decode() for path in sorted(clean.iterdir())]
    assert [len(file.clean) for file in batch.files] == [1, 1, 1, 1, 0]
    return texts, sheets


@pytest.mark.parametrize("secret", PERSONAL)
def test_nothing_personal_is_left(everything, secret):
    texts, sheets = everything
    assert all(secret not in text for text in [*texts, *sheets])


def test_what_is_kept_is_what_the_numbers_were_made_of(everything):
    _, sheets = everything
    assert sheets[0] == (
        "Строка;Код ОО;Код ППЭ;Первичный балл;Оценка\n"
        "2;01 - Русский язык 2021.05.27\n"
        "3;Код ОО;Код ППЭ;Первичный балл;Оценка\n"
        "4;125001;1201;20;4\n"
        "5;125001;1201;(текст);(текст)\n"
    )


def test_the_same_sheet_gives_the_same_bytes(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", [["01 - Русский язык 2021.05.27"], OGE_DENSE, oge("125001", 20, 4)])
    written = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (file,) = parse([path], clean_dir=tmp_path / folder, isolate=False).files
        written.append((tmp_path / folder / "0000-1.csv.gz").read_bytes())
        assert (file.clean[0].sheet, file.clean[0].rows) == ("Page 1", 1)
    assert written[0] == written[1]


def test_dropped_columns_are_named(tmp_path):
    path = xlsx(
        tmp_path / "a.xlsx",
        [["01 - Русский язык 2021.05.27"], [*OGE_DENSE, *EXTRA], [*oge("125001", 20, 4), *EXTRA_CELLS]],
    )
    (file,) = parse([path], isolate=False).files
    assert file.dropped_columns == ["№", "Класс", "Аудитория", "Фамилия", "Имя", "Отчество", "Серия", "Номер", *EXTRA]


def shifted(rows: int, start: int) -> list[list[object]]:
    """A protocol in whose school column stand the numbers of pupils."""
    heading = ["01 - Русский язык 2021.05.27"]
    return [heading, OGE_DENSE, *(oge(str(start + number), 20, 4) for number in range(rows))]


@pytest.mark.parametrize(("rows", "start"), [(25, 220000000100), (6, 451700)])
def test_numbers_of_pupils_in_the_column_of_schools_are_not_told(tmp_path, rows, start):
    batch = parse([xlsx(tmp_path / "a.xlsx", shifted(rows, start))], clean_dir=tmp_path, isolate=False)
    (exam,) = check(batch, Options(), lookups())
    assert [problem.code for problem in exam.problems] == ["not_school_codes"]
    assert exam.problems[0].cell == "B3"
    assert str(start + 1) not in json.dumps([problem.to_json() for problem in exam.problems])


def test_long_numbers_of_pupils_do_not_even_reach_the_spool(tmp_path):
    batch = parse([xlsx(tmp_path / "a.xlsx", shifted(25, 220000000100))], clean_dir=tmp_path, isolate=False)
    kept = [gzip.decompress(path.read_bytes()).decode() for path in tmp_path.glob("*.gz")]
    assert "2200000001" not in json.dumps(batch.to_json()) + "".join(kept)


def test_beside_the_schools_code_nothing_is_kept(tmp_path):
    rows = [["01 - Русский язык 2021.05.27"], OGE_DENSE, oge(f"125001 {SURNAME}", 20, 4)]
    parse([xlsx(tmp_path / "a.xlsx", rows)], clean_dir=tmp_path, isolate=False)
    (kept,) = tmp_path.glob("*.gz")
    assert "3;125001;1201;20;4" in gzip.decompress(kept.read_bytes()).decode()
