# ruff: noqa: E501 - a row of a table reads best in one line
"""Pupil-level unloads of ВПР of 2020, 2021 and 2022."""

from tests.imports.books import VPR_2021, checked_one, codes, marks, problem, read_one, result, vpr, xlsx

NAME_2021 = "Проведение работы по математике, 5 класс. ВПР 2021.xlsx"


def test_marks_by_the_scale_absent_pupils_listed_only(tmp_path):
    rows = [
        vpr("sch224233", 6), vpr("sch224233", "7"), vpr("sch224233", 10.0), vpr("sch224233", 11), vpr("sch224233", "15"),
        vpr("sch224233", "", journal="", tasks=("", ""), variant="отсутствовал"),
        vpr("sch224234", 20, variant="0"),
    ]  # fmt: skip
    exam = checked_one(xlsx(tmp_path / NAME_2021, [VPR_2021, *rows], sheet="Sheet"))
    assert exam.layout == "vpr_2021"
    assert exam.key == ("vpr", "mathematics", 5, 2020, "spring", "first", "")
    assert marks(exam, 1) == (1, 2, 1, 1)
    assert (result(exam, 1).listed, result(exam, 1).participants) == (6, 5)
    assert (exam.rows, exam.participants, exam.schools) == (7, 6, 2)
    assert marks(exam, 2) == (0, 0, 0, 1)
    assert exam.dropped_columns == ["регион", "номер обучающегося", "код обучающегося", "пол", "класс", "Учебник"]


def test_comparison_with_the_journal_leaves_out_who_has_no_mark_there(tmp_path):
    rows = [
        vpr("sch224233", 6, journal="3"), vpr("sch224233", 7, journal=3), vpr("sch224233", 20, journal="4"),
        vpr("sch224233", 9, journal="нет отметки"), vpr("sch224233", 9, journal=""),
    ]  # fmt: skip
    exam = checked_one(xlsx(tmp_path / NAME_2021, [VPR_2021, *rows]))
    assert result(exam, 1).facets["journal"] == {"lower": 1, "same": 1, "higher": 1}


def test_the_files_own_mark_beats_the_scale(tmp_path):
    header = [*VPR_2021, "Отметка"]
    rows = [[*vpr("sch224233", 6, journal="3"), "3"], [*vpr("sch224233", 6, journal="3"), ""]]
    exam = checked_one(xlsx(tmp_path / NAME_2021, [header, *rows]))
    assert marks(exam, 1) == (1, 1, 0, 0)
    assert result(exam, 1).facets["journal"] == {"lower": 1, "same": 1, "higher": 0}


def test_points_for_tasks_with_all_their_dirt(tmp_path):
    rows = [
        vpr("sch224233", 3, tasks=("2", "1")), vpr("sch224233", 0, tasks=("X", "x")), vpr("sch224233", 0, tasks=("Х", "X ")),
        vpr("sch224233", 1, tasks=(1, "не пройд.")), vpr("sch224233", 0, tasks=(0, "-1")), vpr("sch224233", 1, tasks=("1", "?")),
    ]  # fmt: skip
    exam = checked_one(xlsx(tmp_path / NAME_2021, [VPR_2021, *rows]))
    assert result(exam, 1).facets["tasks"] == {
        "1": {"max": 2, "points": 4, "done": 3, "participants": 6},
        "2": {"max": 1, "points": 1, "done": 1, "participants": 4},
    }
    assert problem(exam, "bad_task_score").cell == "K7"


def test_a_total_unlike_the_sum_of_tasks_is_kept_and_warned_of(tmp_path):
    exam = checked_one(xlsx(tmp_path / NAME_2021, [VPR_2021, vpr("sch224233", 2), vpr("sch224233", 9)]))
    found = problem(exam, "total_differs")
    assert (found.severity, found.cell, found.value) == ("warning", "I3", "9")
    assert result(exam, 1).facets["scores"] == {
        "primary_sum": 11, "primary_squares": 85, "primary_histogram": {"2": 1, "9": 1},
        "test_sum": None, "test_squares": None, "test_histogram": None,
    }  # fmt: skip


def test_a_variant_without_a_total_is_no_participant(tmp_path):
    exam = checked_one(xlsx(tmp_path / NAME_2021, [VPR_2021, vpr("sch224233", ""), vpr("sch224233", 2)]))
    assert problem(exam, "result_missing").cell == "I2"
    assert (result(exam, 1).listed, result(exam, 1).participants) == (2, 1)


def test_a_total_that_is_no_number(tmp_path):
    exam = checked_one(xlsx(tmp_path / NAME_2021, [VPR_2021, vpr("sch224233", "12б"), vpr("sch224233", 2)]))
    assert (problem(exam, "bad_score").cell, problem(exam, "bad_score").value) == ("I2", "(текст)")


def test_an_exam_without_a_scale_keeps_its_scores(tmp_path):
    path = tmp_path / "Проведение работы по химии, 11 класс. ВПР 2021.xlsx"
    exam = checked_one(xlsx(path, [VPR_2021, vpr("sch224233", 2, code="110001")]))
    facets = result(exam, 1).facets
    assert facets["marks"] == {
        "participants": 1, "mark_2": None, "mark_3": None, "mark_4": None, "mark_5": None, "levels": None, "passed": None,
    }  # fmt: skip
    assert facets["scores"]["primary_sum"] == 2
    assert "journal" not in facets
    assert result(exam, 1).warnings == ["no_scale"]
    assert problem(exam, "no_scale").severity == "warning"


def test_grade_from_the_pupils_codes_when_nothing_else_says_it(tmp_path):
    exam = checked_one(
        xlsx(tmp_path / "1.xlsx", [VPR_2021, vpr("sch224233", 2, code="60001")]), subject="Русский язык", year=2020
    )
    assert exam.key == ("vpr", "russian", 6, 2020, "spring", "first", "")


HEADER_2020 = ["groups", "user", "id", "code", "otc", "gender", "klass", "var-1", "var-2", "sum", "a-1-grade", "a-2-grade",
               "a-3-grade"]  # fmt: skip


def row_2020(total, variant="1", first="1"):
    return ["22-RU-ALT,reg22_vpr_m064", "sch224233", 1, 60001, "4", "м", "А", variant, "", total, first, "0", ""]


def test_autumn_2020_keeps_both_the_papers_grade_and_the_pupils(tmp_path):
    path = xlsx(
        tmp_path / "5_Математика.xlsx", [HEADER_2020, row_2020(7), row_2020("", "отсутствовал", "")], sheet="Sheet1"
    )
    exam = checked_one(path)
    assert exam.layout == "vpr_2020"
    assert exam.key == ("vpr", "mathematics", 5, 2020, "autumn", "first", "")
    assert exam.pupil_grade == 6
    assert list(result(exam, 1).facets["tasks"]) == ["1", "2"]
    assert problem(exam, "year_by_layout").severity == "warning"
    assert checked_one(path, year=2020, wave="autumn").problems == [
        one for one in exam.problems if one.code == "total_differs"
    ]


HEADER_2022 = ["Пользователь", "Код региона", "Регион", "Муниципалитет", "Школа", "Дата загрузки", "Код", "Вариант", "1 (1б)",
               "2 (2б)", "10К1 (1б)", "Наименование класса", "Пол", "Отметка за предыдущий триместр/ четверть/полугодие",
               "Итого баллов"]  # fmt: skip


def row_2022(tasks, total, journal=4, variant=1):
    return ["edu224239", 22, "reg220000 | Алтайский край", "reg22_m064 | город Заринск", "edu224239 | МБОУ Лицей",
            "16.03.2022 06:38:27", 1001, variant, *tasks, "а", "м", journal, total]  # fmt: skip


def test_unload_of_2022(tmp_path):
    rows = [HEADER_2022, row_2022((1, 2, "X"), 3), row_2022((1, 3, 1), 5)]
    exam = checked_one(
        xlsx(tmp_path / "6_История.xlsx", rows, sheet="Протокол", more={"Классы": [["Пользователь", "Школа"]]})
    )
    assert exam.key == ("vpr", "history", 6, 2021, "spring", "first", "")
    assert marks(exam, 3) == (2, 0, 0, 0)
    assert result(exam, 3).facets["tasks"]["10К1"] == {"max": 1, "points": 1, "done": 1, "participants": 2}
    assert result(exam, 3).facets["tasks"]["2"] == {"max": 2, "points": 2, "done": 1, "participants": 1}
    assert sorted(codes(exam)) == ["bad_task_score", "total_differs", "year_by_layout"]


def test_no_pupil_survives_reading(tmp_path):
    file = read_one(xlsx(tmp_path / NAME_2021, [VPR_2021, vpr("sch224233", 12), vpr("sch224233", 13)]))
    (school,) = file.exams[0].schools
    assert school.primary == {12: 1, 13: 1}
    assert sorted(school.pairs) == [("primary", 12, 4, 1), ("primary", 13, 4, 1)]


def test_a_line_made_ready_and_left_empty_is_no_participant(tmp_path):
    rows = [vpr("sch224233", 0, tasks=("", ""), variant=""), vpr("sch224233", 0, tasks=(0, 0))]
    exam = checked_one(xlsx(tmp_path / NAME_2021, [VPR_2021, *rows]))
    assert (result(exam, 1).listed, result(exam, 1).participants) == (2, 1)


def test_a_row_without_a_login(tmp_path):
    exam = checked_one(xlsx(tmp_path / NAME_2021, [VPR_2021, vpr("", 5), vpr("Вымышленный", 5), vpr("sch224233", 2)]))
    assert [(one.code, one.cell, one.value) for one in exam.problems] == [
        ("missing_school", "A2", ""),
        ("missing_school", "A3", ""),
    ]
    assert exam.rows == 1
