# ruff: noqa: E501 - a row of a table reads best in one line
"""Protocols of ОГЭ, ЕГЭ and ГВЭ in all the forms they come in."""

import datetime as dt

import openpyxl
import pytest

from tests.imports.books import (
    EGE_COMPACT,
    EGE_SPARSE,
    NORMALISED,
    OGE_DENSE,
    checked,
    checked_one,
    codes,
    compact,
    csv_file,
    ege,
    marks,
    normalised,
    oge,
    problem,
    read_one,
    result,
    xls,
    xlsx,
)  # fmt: skip

REGIONAL = ["№", "Код ОО", "Класс", "", "Код ППЭ", "", "Аудитория", "", "Код МСУ", "", "Фамилия", "", "Имя", "Отчество",
            "Задания с кратким ответом", "", "", "Задания с развёрнутым ответом", "Первичный балл", "", "Оценка"]  # fmt: skip


def regional(code, primary, mark):
    return [1, code, "9Б", "", "1201", "", "0003", "", "777", "", "Тестов", "", "Тест", "Тестович", "++-", "", "", "0(2)",
            primary, "", mark]  # fmt: skip


HEAD = [["Протокол проверки результатов  государственной итоговой аттестации 2021 г."], ["22 - Алтайский край"]]


def test_regional_oge(tmp_path):
    rows = [*HEAD, ["04 - Химия 2021.06.01"], REGIONAL, regional("125001", 20, 4), regional(125002.0, 31, "5"),
            regional('"125001"', 9, "2.0")]  # fmt: skip
    exam = checked_one(xls(tmp_path / "1.xls", rows))
    assert exam.layout == "oge_protocol"
    assert exam.key == ("oge", "chemistry", 9, 2020, "main", "first", "2021-06-01")
    assert marks(exam, 1) == (1, 0, 1, 0)
    assert result(exam, 1).facets["scores"] == {
        "primary_sum": 29, "primary_squares": 481, "primary_histogram": {"9": 1, "20": 1},
        "test_sum": None, "test_squares": None, "test_histogram": None,
    }  # fmt: skip
    assert result(exam, 1).sources["marks"] == [{"file": "1.xls", "sheet": "Page 1", "rows": "5,7"}]
    assert (exam.rows, exam.participants, exam.schools) == (3, 3, 2)
    assert {"Фамилия", "Имя", "Отчество", "Класс", "Код МСУ"} <= set(exam.dropped_columns)
    assert exam.problems == []


def test_several_exams_in_one_sheet_even_with_other_headers(tmp_path):
    rows = [
        ["01 - Русский язык 2021.09.07 (пересдача)"], OGE_DENSE, oge("125001", 20, 3), oge("125002", 10, 2), [],
        *HEAD, ["02 - Математика 2021.06.01"], REGIONAL, regional("125001", 17, 4), ["Итого", "", "", "", 1], [],
        ["03 - Физика 2021.06.11"], regional("125002", 25, 4),
    ]  # fmt: skip
    exams = checked(xlsx(tmp_path / "1.xlsx", rows))
    assert [(exam.subject, exam.attempt, exam.session, exam.school_year, exam.rows) for exam in exams] == [
        ("russian", "resit", "2021-09-07", 2020, 2),
        ("mathematics", "first", "2021-06-01", 2020, 1),
        ("physics", "first", "2021-06-11", 2020, 1),
    ]
    assert all(exam.problems == [] for exam in exams)
    assert {exam.sha256 for exam in exams} == {exams[0].sha256}


def test_one_session_over_blocks_and_sheets_of_a_file_is_summed(tmp_path):
    block = [["01 - Русский язык 2021.05.27"], OGE_DENSE, oge("125001", 20, 4)]
    path = xlsx(tmp_path / "1.xlsx", [*block, [], *block], more={"Page 2": [*block, oge("125002", 11, 2)]})
    exam = checked_one(path)
    assert marks(exam, 1) == (0, 0, 3, 0)
    assert result(exam, 1).sources["marks"] == [
        {"file": "1.xlsx", "sheet": "Page 1", "rows": "3,7"},
        {"file": "1.xlsx", "sheet": "Page 2", "rows": "3"},
    ]
    assert (exam.rows, exam.schools) == (4, 2)


def test_listed_but_not_a_participant(tmp_path):
    absent = ["-", "н/я", "не явился", "удалён", "", "X", "Х", None]
    rows = [
        ["01 - Русский язык 2021.05.27"],
        OGE_DENSE,
        *[oge("125001", "", mark) for mark in absent],
        oge("125001", 20, 4),
    ]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert (result(exam, 1).listed, result(exam, 1).participants) == (9, 1)
    assert marks(exam, 1) == (0, 0, 1, 0)
    assert exam.problems == []


def test_a_score_without_a_mark_is_warned_of(tmp_path):
    rows = [["01 - Русский язык 2021.05.27"], OGE_DENSE, oge("125001", 20, ""), oge("125001", 20, 4)]
    found = problem(checked_one(xlsx(tmp_path / "1.xlsx", rows)), "result_missing")
    assert (found.severity, found.cell) == ("warning", "L3")


def test_every_bad_cell_is_named_at_once(tmp_path):
    rows = [["01 - Русский язык 2021.05.27"], OGE_DENSE, oge("125001", 20, 6), oge("125001", "много", 4), oge("125001", 999, 1),
            oge("", 20, 4), oge("125001", 20, "Иванов")]  # fmt: skip
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert [(one.code, one.cell, one.value) for one in exam.problems] == [
        ("missing_school", "B6", ""),
        ("bad_mark", "L3", "6"),
        ("bad_score", "K4", "(текст)"),
        ("bad_mark", "L5", "1"),
        ("bad_score", "K5", "999"),
        ("bad_mark", "L7", "(текст)"),
    ]
    assert exam.blocks


def test_a_hundred_bad_cells_are_enough(tmp_path):
    rows = [["01 - Русский язык 2021.05.27"], OGE_DENSE, *[oge("125001", 20, 6) for _ in range(150)]]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert len(exam.problems) == 101
    assert "50" in exam.problems[-1].message


def test_after_appeal_form_with_two_header_rows(tmp_path):
    rows = [
        ["Протокол"],
        [
            "№",
            "Код ОО",
            "Класс",
            "Код ППЭ",
            "Аудитория",
            "Фамилия",
            "Имя",
            "Отчество",
            "Экзамен",
            "Состояние апелляции",
            "Текущие",
        ],
        ["", "", "", "", "", "", "", "", "", "", "Первичный балл", "Оценка"],
        [1, "125001", "9А", "1201", "0001", "Тестов", "Тест", "Т", "Математика(2026.06.02)", "удовлетворена", 17, 4],
        [2, "125001", "9А", "1201", "0001", "Тестов", "Тест", "Т", "Русский язык(2026.06.06)", "", 20, 3],
    ]
    exams = checked(xlsx(tmp_path / "1.xlsx", rows))
    assert [(exam.subject, exam.session, exam.school_year, marks(exam, 1)) for exam in exams] == [
        ("mathematics", "2026-06-02", 2025, (0, 0, 1, 0)),
        ("russian", "2026-06-06", 2025, (0, 1, 0, 0)),
    ]
    assert {"Фамилия", "Экзамен", "Состояние апелляции"} <= set(exams[0].dropped_columns)


def test_a_row_of_column_numbers_is_no_pupil(tmp_path):
    rows = [["01 - Русский язык 2021.05.27"], OGE_DENSE, list(range(1, 13)), oge("125001", 20, 4)]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert (exam.rows, exam.problems) == (1, [])


def test_footers_and_empty_lines_are_passed_over(tmp_path):
    rows = [["01 - Русский язык 2021.05.27"], OGE_DENSE, oge("125001", 20, 4), [], oge("125001", 21, 4),
            ["Итого", "", "", "", "", "", "", "", "", "", 41, 8], ["Председатель ГЭК", "", "", "", "", "Иванов И.И."]]  # fmt: skip
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert (exam.rows, exam.problems) == (2, [])
    assert result(exam, 1).sources["marks"][0]["rows"] == "3,5"


def test_sparse_ege_never_takes_the_municipality_for_a_school(tmp_path):
    rows = [["Протокол проверки"], ["01 - Русский язык 2021.05.28"], [], EGE_SPARSE, ege("125001", 22, 45), ege("125001", 10, 23),
            ege("125001", 11, "24.0"), ege("125002", 0, 0), ege("125002", "", "не явился")]  # fmt: skip
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert exam.layout == "ege_sparse"
    assert exam.key == ("ege", "russian", 11, 2020, "main", "first", "2021-05-28")
    assert result(exam, 1).facets == {
        "marks": {"participants": 3, "mark_2": None, "mark_3": None, "mark_4": None, "mark_5": None, "levels": None, "passed": 2},
        "scores": {
            "primary_sum": 43, "primary_squares": 705, "primary_histogram": {"10": 1, "11": 1, "22": 1},
            "test_sum": 92, "test_squares": 3130, "test_histogram": {"23": 1, "24": 1, "45": 1},
        },
    }  # fmt: skip
    assert (result(exam, 2).listed, result(exam, 2).participants) == (2, 1)
    assert result(exam, 2).facets["marks"]["passed"] == 0


def test_a_test_score_above_a_hundred(tmp_path):
    rows = [["01 - Русский язык 2021.05.28"], EGE_SPARSE, ege("125001", 22, 101)]
    assert problem(checked_one(xlsx(tmp_path / "1.xlsx", rows)), "bad_score").cell == "W3"


def test_compact_base_level_holds_marks(tmp_path):
    rows = [["22 - Математика базовая 2021.06.01"], EGE_COMPACT, compact("125001", 16, 4), compact("125001", 5, 2)]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert exam.layout == "ege_compact"
    assert (exam.procedure, exam.subject) == ("ege", "mathematics_base")
    assert result(exam, 1).facets["marks"] == {
        "participants": 2, "mark_2": 1, "mark_3": 0, "mark_4": 1, "mark_5": 0, "levels": None, "passed": 1,
    }  # fmt: skip


def test_compact_of_any_other_subject_holds_test_scores(tmp_path):
    rows = [["12 - Обществознание 2021.06.01"], EGE_COMPACT, compact("125001", 16, 41), compact("125001", 25, 42)]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert result(exam, 1).facets["marks"]["passed"] == 1
    assert result(exam, 1).facets["scores"]["test_sum"] == 83


@pytest.mark.parametrize(("finals", "subject"), [([4, 2], "mathematics_base"), ([40, 27], "mathematics_profile")])
def test_a_bare_mathematics_is_told_by_its_numbers(tmp_path, finals, subject):
    rows = [["Математика 2021.06.01"], EGE_COMPACT, *[compact("125001", 10, final) for final in finals]]
    assert checked_one(xlsx(tmp_path / "1.xlsx", rows)).subject == subject


def test_normalised_csv_takes_subject_and_date_from_its_name(tmp_path):
    rows = [
        [*NORMALISED, "Mark100"],
        normalised("125001", 13, 40),
        normalised("125001", 5, 26),
        normalised("0125001", 6, 27),
    ]
    exam = checked_one(csv_file(tmp_path / "02_2021.06.01.csv", rows))
    assert exam.layout == "gia_csv"
    assert exam.key == ("ege", "mathematics_profile", 11, 2020, "main", "first", "2021-06-01")
    assert result(exam, 1).facets["marks"]["passed"] == 2
    assert result(exam, 1).sources["scores"] == [{"file": "02_2021.06.01.csv", "sheet": "", "rows": "2-4"}]


def test_normalised_oge_in_a_workbook(tmp_path):
    rows = [[*NORMALISED, "Mark5"], normalised("125001", 13, 4, "9А"), normalised("125001", 5, 2, "9А")]
    exam = checked_one(xlsx(tmp_path / "02_2021.06.01.xlsx", rows))
    assert exam.key == ("oge", "mathematics", 9, 2020, "main", "first", "2021-06-01")


def test_gve_shares_the_file(tmp_path):
    rows = [["51 - Русский язык (ГВЭ) 2021.05.25"], EGE_COMPACT, compact("125001", 10, 3), compact("125001", 2, 2)]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert exam.key == ("gve", "russian", 11, 2020, "main", "first", "2021-05-25")
    assert marks(exam, 1) == (1, 1, 0, 0)
    assert result(exam, 1).facets["marks"]["passed"] == 1


def test_gve_by_code_in_a_csv_name(tmp_path):
    rows = [[*NORMALISED, "Mark5"], normalised("125001", 13, 4, "9А")]
    assert checked_one(csv_file(tmp_path / "052_2021.05.24.csv", rows)).key[:3] == ("gve", "mathematics", 9)


REGION = ["Код предмета", "Дата экзамена", "Код ОУ", "Наименование ОУ", "Тип ОУ", "Муниципальный район", "Кластер", "TestResultB",
          "TestResultC", "Балл", "Зачет"]  # fmt: skip


def region(code, day, points, passed):
    return [code, day, "125001", "СОШ №1", "СОШ", "Заринск", "1", "++", "0(1)", points, passed]


def test_a_regions_database_is_split_by_exam_and_passes_as_printed(tmp_path):
    rows = [REGION, region(1, dt.datetime(2020, 7, 6), 30, 2), region(1, dt.datetime(2020, 7, 6), 60, 1),
            region(22, "2020.07.10", 4, 1), region(2, "10.07.2020", 20, 2)]  # fmt: skip
    exams = checked(xlsx(tmp_path / "1.xlsx", rows))
    assert [(exam.layout, exam.subject, exam.session, exam.results[0].facets["marks"]["passed"]) for exam in exams] == [
        ("ege_region", "russian", "2020-07-06", 1),
        ("ege_region", "mathematics_base", "2020-07-10", 1),
        ("ege_region", "mathematics_profile", "2020-07-10", 0),
    ]
    assert {exam.school_year for exam in exams} == {2019}


def test_oge_with_primary_scores_only_falls_back_on_the_scale(tmp_path):
    header = OGE_DENSE[:-1]
    rows = [
        ["01 - Русский язык 2022.05.27"],
        header,
        *[oge("125001", primary, "")[:-1] for primary in (14, 15, 23, 29)],
    ]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert marks(exam, 1) == (1, 1, 1, 1)
    assert result(exam, 1).warnings == ["mark_from_scale"]
    assert problem(exam, "mark_from_scale").severity == "warning"


def test_a_header_without_pupils(tmp_path):
    assert "no_rows" in codes(checked_one(xlsx(tmp_path / "1.xlsx", [["01 - Русский язык 2022.05.27"], OGE_DENSE])))


def test_yo_and_e_and_other_spellings_of_headers(tmp_path):
    header = ["N", "КОД  ОО ", "класс", "Фамилия", "Первичный\nбалл", "«Оценка»"]
    rows = [["01 - Русский язык 2022.05.27"], header, [1, "125001", "9а", "Тестов", 20, "хорошо"]]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert marks(exam, 1) == (0, 0, 1, 0)
    assert read_one(tmp_path / "1.xlsx").dropped_columns == ["N", "класс", "Фамилия"]


def test_a_header_repeated_on_every_page_goes_on_with_the_same_exam(tmp_path):
    rows = [
        ["01 - Русский язык 2021.05.27"],
        OGE_DENSE,
        oge("125001", 20, 4),
        ["Страница 1 из 2"],
        OGE_DENSE,
        oge("125001", 20, 5),
    ]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert (marks(exam, 1), exam.problems) == ((0, 0, 1, 1), [])


def test_a_heading_in_two_lines(tmp_path):
    rows = [["Предмет: Химия"], ["Дата экзамена:", "01.06.2021"], OGE_DENSE, oge("125001", 20, 4)]
    assert checked_one(xlsx(tmp_path / "1.xlsx", rows)).key == (
        "oge",
        "chemistry",
        9,
        2020,
        "main",
        "first",
        "2021-06-01",
    )
    rows = [["ОГЭ"], ["04 - Химия"], ["2021.06.01"], OGE_DENSE, oge("125001", 20, 4)]
    assert checked_one(xlsx(tmp_path / "2.xlsx", rows)).key == (
        "oge",
        "chemistry",
        9,
        2020,
        "main",
        "first",
        "2021-06-01",
    )


def test_the_sheets_name_may_tell_the_subject(tmp_path):
    rows = [OGE_DENSE, oge("125001", 20, 4)]
    path = xlsx(tmp_path / "ОГЭ 01.06.2021.xlsx", rows, sheet="Химия", more={"Физика": rows})
    assert [exam.subject for exam in checked(path)] == ["chemistry", "physics"]


def test_a_code_with_the_schools_name_behind_it(tmp_path):
    rows = [
        ["01 - Русский язык 2021.05.27"],
        OGE_DENSE,
        oge("125001 - МБОУ СОШ №1", 20, 4),
        oge("(125001) МБОУ СОШ №1", 20, 4),
    ]
    assert marks(checked_one(xlsx(tmp_path / "1.xlsx", rows)), 1) == (0, 0, 2, 0)


def test_a_sum_in_the_schools_column_is_no_school(tmp_path):
    rows = [["01 - Русский язык 2021.05.27"], OGE_DENSE, oge("125001", 20, 4), ["Итого", 1], ["", 255]]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert (exam.rows, exam.problems) == (1, [])


def test_a_hidden_sheet_is_not_added_up(tmp_path):
    rows = [["01 - Русский язык 2021.05.27"], OGE_DENSE, oge("125001", 20, 4)]
    path = xlsx(tmp_path / "1.xlsx", rows, more={"Черновик": rows})
    book = openpyxl.load_workbook(path)
    book["Черновик"].sheet_state = "hidden"
    book.save(path)
    exam = checked_one(path)
    assert marks(exam, 1) == (0, 0, 1, 0)
    assert problem(exam, "hidden_sheet").severity == "warning"


def test_the_names_procedure_is_stronger_than_a_guess_by_columns(tmp_path):
    rows = [["01 - Русский язык 2021.05.27"], OGE_DENSE, oge("125001", 20, 4)]
    assert checked_one(xlsx(tmp_path / "ГВЭ.xlsx", rows)).procedure == "gve"


@pytest.mark.parametrize(
    ("cell", "passed", "participants"),
    [("зачёт", 1, 1), ("незачет ", 0, 1), ("не сдал", 0, 1), ("неявка", 0, 0), ("1.0", 1, 1), ("2.0", 0, 1)],
)
def test_a_pass_in_words_is_understood_and_an_absence_is_no_pass(tmp_path, cell, passed, participants):
    columns = [name for name in REGION if name != "Балл"]
    row = [
        value
        for name, value in zip(REGION, region(3, dt.datetime(2020, 7, 13), "", cell), strict=True)
        if name != "Балл"
    ]
    exam = checked_one(xlsx(tmp_path / "a.xlsx", [columns, row]))
    assert (exam.participants, result(exam, 1).facets["marks"]["passed"]) == (participants, passed)


def test_an_unknown_word_for_a_pass_is_an_error(tmp_path):
    exam = checked_one(xlsx(tmp_path / "a.xlsx", [REGION, region(3, dt.datetime(2020, 7, 13), 40, "возможно")]))
    assert problem(exam, "bad_passed").value == "(текст)"


def test_a_protocol_without_a_single_result_is_no_zero(tmp_path):
    heading = ["01 - Русский язык 2021.05.27"]
    exam = checked_one(xlsx(tmp_path / "a.xlsx", [heading, OGE_DENSE, oge("125001", "", ""), oge("125002", "", "")]))
    assert problem(exam, "no_results").cell == "K2"
    absent = checked_one(xlsx(tmp_path / "b.xlsx", [heading, OGE_DENSE, oge("125001", "", "н/я")]))
    assert codes(absent) == []
