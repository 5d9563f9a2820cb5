"""The official list of schools with signs of results that are not objective, as it really comes."""

from typing import Any

import pytest

from monitoring.imports.objectivity_list import CheckedList, check_objectivity_list
from monitoring.imports.schools import SchoolDirectory, SchoolRef
from schools.tables import read_table
from schools.workbooks import workbook_of

HEADER = ("Год", "Логин", "Муниципалитет", "ОО", "4 РУ", "4 МА", "5 РУ", "5 МА", "Количество маркеров")
MARKERS = HEADER[4:8]
FIRST, SECOND = "edu050001", "sch050002"  # the list of another year writes edu050002
SCHOOLS = SchoolDirectory.of(
    [
        SchoolRef(1, "МБОУ «СОШ № 1»", codes=("501",), logins=(FIRST,)),
        SchoolRef(2, "МБОУ «СОШ № 2»", codes=("502",), logins=("edu050002",)),
    ]
)


def check(*rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> CheckedList:
    table = read_table(workbook_of("Sheet1", header, rows), "bias.xlsx")
    return check_objectivity_list(table, SCHOOLS, ("Дербент", "городской округ город Дербент"))


def row(login: str, *markers: Any, year: Any = "2024", place: str = "г. Дербент", count: Any = None) -> tuple[Any, ...]:
    total = sum(marker in (1, "1") for marker in markers) if count is None else count
    return (year, login, place, "СОШ", *markers, total)


def found(checked: CheckedList) -> list[tuple[Any, ...]]:
    return [(mark.school_id, mark.school_year, mark.subject, mark.grade, mark.rows) for mark in checked.marks]


def said(checked: CheckedList) -> list[tuple[str, str, str]]:
    return [(problem.severity, problem.code, problem.cell) for problem in checked.problems]


def test_vpr_2024_is_the_school_year_2023_and_blanks_and_noughts_mean_the_same():
    checked = check(row(FIRST, 1, "", None, 0), row(SECOND, "0", "1", 1, ""))
    assert found(checked) == [
        (1, 2023, "russian", 4, "2"),
        (2, 2023, "mathematics", 4, "3"),
        (2, 2023, "russian", 5, "3"),
    ]
    assert [mark.marker for mark in checked.marks] == ["4 РУ", "4 МА", "5 РУ"]
    assert not checked.problems


def test_a_row_that_stands_twice_counts_once_and_both_rows_are_told():
    checked = check(row(FIRST, 1, "", "", ""), row(SECOND, 0, 0, 0, 0), row(FIRST, 1, 0, 0, 0))
    assert found(checked) == [(1, 2023, "russian", 4, "2,4")]
    assert checked.schools == {1, 2}


def test_two_rows_that_say_different_things_of_one_school_are_refused():
    checked = check(row(FIRST, 1, 0, 0, 0), row(FIRST, 0, 0, 0, 0))
    assert said(checked) == [("error", "rows_differ", "B3")]
    assert checked.is_refused


def test_rows_of_other_municipalities_are_counted_and_passed_over_whatever_stands_in_them():
    checked = check(
        row(FIRST, 1, 0, 0, 0),
        row("edu059999", 1, "?", 0, 0, place="г. Махачкала", year="давно"),
        row("edu059998", 1, 0, 0, 0, place="Дербентский район"),
    )
    assert dict(checked.skipped) == {"г. Махачкала": 1, "Дербентский район": 1}
    assert not checked.problems
    assert len(checked.marks) == 1


@pytest.mark.parametrize("place", ["Дербент", "город Дербент", "г. Дербент", "Городской округ город Дербент"])
def test_an_unknown_school_of_ones_own_municipality_is_told_however_its_name_is_written(place):
    checked = check(row(FIRST, 1, 0, 0, 0), row("edu059999", 1, 0, 0, 0, place=place))
    assert said(checked) == [("error", "unknown_school", "B3")]


def test_a_school_is_known_by_its_login_even_where_the_municipality_is_written_otherwise():
    assert found(check(row(FIRST, 0, 0, 0, 1, place="МО «Дербент-град»"))) == [(1, 2023, "mathematics", 5, "2")]


def test_a_row_without_a_login_is_found_by_name():
    checked = check(("2024", "", "Дербент", "МБОУ СОШ №2", 1, "", "", "", 1))
    assert found(checked) == [(2, 2023, "russian", 4, "2")]


def test_a_count_that_does_not_agree_is_a_warning_and_the_markers_hold():
    checked = check(row(FIRST, 1, 1, 0, 0, count=3), row(SECOND, 0, 0, 0, 0, count=""))
    assert said(checked) == [("warning", "count_differs", "I2")]
    assert "отмечено 2, а количество указано 3" in checked.problems[0].message
    assert len(checked.marks) == 2
    assert not checked.is_refused


def test_all_that_is_wrong_is_told_at_once_with_its_cell():
    checked = check(row(FIRST, "много", 0, 0, 0, count=0), row(SECOND, 1, 0, 0, 0, year="2024 год"))
    assert said(checked) == [("error", "bad_marker", "E2"), ("error", "bad_year", "A3")]


def test_columns_of_other_grades_and_subjects_are_read_too():
    header = ("Год", "Логин", *MARKERS, "6 МА", "4 ом")
    checked = check(("2025", FIRST, 0, 0, 0, 0, 1, 1), header=header)
    assert found(checked) == [(1, 2024, "mathematics", 6, "2"), (1, 2024, "world_around", 4, "2")]
    assert checked.problems == []


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            ("4 РУ", "4 МА"),
            "Нет столбцов «5 РУ», «5 МА»: о ВПР (5 класс по русскому языку, 5 класс по математике) список молчит",
        ),
        (("4 РУ", "4 МА", "5 РУ"), "Нет столбца «5 МА»: о ВПР (5 класс по математике) список молчит"),
        (("6 РУ", "6 МА"), "Нет столбцов «4 РУ», «4 МА», «5 РУ», «5 МА»"),
    ],
)
def test_a_list_without_one_of_its_markers_is_refused_for_silence_would_look_like_trust(columns, message):
    checked = check(("2024", FIRST, *[0] * len(columns)), header=("Год", "Логин", *columns))
    assert checked.is_refused
    (problem,) = checked.problems
    assert (problem.code, problem.cell) == ("missing_markers", "1")
    assert problem.message.startswith(message)
    assert "отметьте результаты вручную" in problem.message


def test_markers_may_be_written_in_small_letters_and_without_a_space():
    header = ("Год", "Логин", "4РУ", "4 ма", "5 ру", "5МА")
    assert found(check(("2024", FIRST, 0, 0, 1, 0), header=header)) == [(1, 2023, "russian", 5, "2")]


@pytest.mark.parametrize("column", ["5 ЩЩ", "15 МА", "0 РУ"])
def test_a_column_that_looks_like_a_marker_and_is_none_is_told(column):
    checked = check(("2024", FIRST, 0, 0, 0, 0, 1), header=("Год", "Логин", *MARKERS, column))
    assert said(checked) == [("error", "unknown_marker", "G1")]


def test_another_table_is_told_by_what_it_lacks():
    checked = check(("1", "СОШ"), header=("Код ОО", "Школа"))
    assert said(checked) == [("error", "unknown_layout", "1")]
    assert "«Год», «Логин»" in checked.problems[0].message
    assert "с маркерами" in check(("2024", FIRST), header=("Год", "Логин")).problems[0].message


def test_a_list_without_schools_of_the_municipality_says_whose_it_is():
    checked = check(row("edu059999", 1, 0, 0, 0, place="Махачкала"))
    assert said(checked) == [("error", "no_own_rows", "")]
    assert "Махачкала" in checked.problems[0].message
