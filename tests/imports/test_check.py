# ruff: noqa: E501 - a row of a table reads best in one line
"""Settling what an exam is about, matching schools, and what only a whole batch can tell."""

import datetime as dt

import pytest

from monitoring.imports.check import check
from monitoring.imports.checked import Options
from monitoring.imports.schools import SchoolDirectory, SchoolRef
from monitoring.scales import Scales
from tests.imports.books import (
    EGE_COMPACT,
    NORMALISED,
    OGE_DENSE,
    VPR_2021,
    checked,
    checked_one,
    codes,
    compact,
    csv_file,
    fisoko_marks,
    lookups,
    marks,
    normalised,
    oge,
    problem,
    read,
    result,
    vpr,
    xlsx,
)  # fmt: skip

BARE_MARKS = [[], [], [], [], [], [], [], *fisoko_marks(["МБОУ СОШ №1(edu224233)", "", 4, 25, 25, 25, 25])[7:]]
NAME_VPR = "Проведение работы по математике, 5 класс. ВПР 2021.xlsx"


def protocol(path, *rows, heading="01 - Русский язык 2021.05.27"):
    return xlsx(path, [[heading], OGE_DENSE, *rows])


# What is open is asked for


def test_everything_open_is_asked_for_at_once(tmp_path):
    exam = checked_one(xlsx(tmp_path / "1.xlsx", BARE_MARKS, sheet="Лист1"))
    questions = [(one.severity, one.code, one.option) for one in exam.problems]
    assert questions == [
        ("question", "missing_subject", "subject"),
        ("question", "missing_year", "year"),
        ("question", "missing_grade", "grade"),
    ]
    assert all(one.option for one in exam.problems)
    assert not any("--" in one.message for one in exam.problems)
    assert exam.blocks
    assert exam.results == []


def test_options_answer_the_questions(tmp_path):
    path = xlsx(tmp_path / "1.xlsx", BARE_MARKS, sheet="Лист1")
    exam = checked_one(path, subject="Математика", grade=5, year=2020)
    assert exam.key == ("vpr", "mathematics", 5, 2020, "spring", "first", "")
    assert exam.problems == []


def test_answers_may_be_given_for_a_single_file(tmp_path):
    paths = [xlsx(tmp_path / f"{number}.xlsx", BARE_MARKS, sheet=f"Лист{number}") for number in (1, 2)]
    asked = {f"{number}.xlsx": Options(subject="russian", grade=4 + number, year=2020) for number in (1, 2)}
    exams = check(read(*paths), Options(), lookups(), by_file=asked)
    assert [exam.grade for exam in exams] == [5, 6]


def test_an_exam_without_a_date_and_a_procedure(tmp_path):
    rows = [["Код ОО", "Фамилия", "Оценка"], ["125001", "Тестов", 4]]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", rows))
    assert codes(exam) == ["missing_procedure", "missing_subject"]
    assert codes(checked_one(tmp_path / "1.xlsx", procedure="oge", subject="chemistry")) == ["missing_date"]
    exam = checked_one(tmp_path / "1.xlsx", procedure="oge", subject="chemistry", date="01.06.2021")
    assert exam.key == ("oge", "chemistry", 9, 2020, "main", "first", "2021-06-01")


@pytest.mark.parametrize("date", ["2021-06-01", "01.06.2021", dt.date(2021, 6, 1)])
def test_dates_of_the_option(tmp_path, date):
    path = csv_file(tmp_path / "x.csv", [[*NORMALISED, "Mark5"], normalised("125001", 13, 4, "9А")])
    assert checked_one(path, subject="russian", date=date).session == "2021-06-01"


# What contradicts the file is an error


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("subject", "mathematics"), ("subject", "Нет такого"), ("grade", 11), ("date", "2021-05-28"), ("year", 2021),
        ("procedure", "ege"), ("wave", "autumn"),
    ],
)  # fmt: skip
def test_options_against_a_protocol(tmp_path, option, value):
    exam = checked_one(protocol(tmp_path / "1.xlsx", oge("125001", 20, 4)), **{option: value})
    found = problem(exam, "option_conflict")
    assert found.severity == "error"
    assert found.option == option
    assert "--" not in found.message


def test_options_that_agree_are_fine(tmp_path):
    path = protocol(tmp_path / "1.xlsx", oge("125001", 20, 4))
    options = {"subject": "Русский язык", "grade": 9, "date": "27.05.2021", "year": 2020, "procedure": "oge"}
    assert checked_one(path, **options, wave="main", attempt="first").problems == []


def test_a_plain_mathematics_agrees_with_either_level(tmp_path):
    rows = [["22 - Математика базовая 2021.06.01"], EGE_COMPACT, compact("125001", 16, 4)]
    path = xlsx(tmp_path / "1.xlsx", rows)
    assert checked_one(path, subject="mathematics_base").problems == []
    assert codes(checked_one(path, subject="mathematics_profile")) == ["option_conflict"]


def test_a_person_may_say_gve_where_columns_only_look_like_oge(tmp_path):
    exam = checked_one(protocol(tmp_path / "1.xlsx", oge("125001", 20, 4)), procedure="gve")
    assert (exam.procedure, exam.grade, exam.problems) == ("gve", 9, [])


def test_a_file_that_says_resit_is_no_first_attempt(tmp_path):
    path = protocol(tmp_path / "1.xlsx", oge("125001", 20, 4), heading="01 - Русский язык 2021.09.07 (пересдача)")
    assert codes(checked_one(path, attempt="first")) == ["option_conflict"]


# Words of time


@pytest.mark.parametrize(
    ("day", "attempt", "school_year", "warned"),
    [
        ("2021.05.27", None, 2020, []),
        ("2021.07.03", None, 2020, []),
        ("2021.08.20", None, 2021, []),
        ("2021.09.07", "resit", 2020, []),
        ("2021.09.07", None, 2021, ["september_first_attempt"]),
        ("2021.07.03", "resit", 2020, []),
    ],
)
def test_school_year_of_an_exam(tmp_path, day, attempt, school_year, warned):
    path = protocol(tmp_path / "1.xlsx", oge("125001", 20, 4), heading=f"01 - Русский язык {day}")
    exam = checked_one(path, attempt=attempt)
    assert (exam.school_year, exam.attempt, codes(exam)) == (school_year, attempt or "first", warned)


def test_the_name_may_mark_a_resit_and_reserve_days_are_first_attempts(tmp_path):
    rows = oge("125001", 20, 4)
    assert checked_one(protocol(tmp_path / "пересдача.xlsx", rows)).attempt == "resit"
    assert (
        checked_one(protocol(tmp_path / "1.xlsx", rows, heading="01 - Русский язык 2021.06.28 (резерв)")).attempt
        == "first"
    )


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"year": 2020}, (2020, "spring")),
        ({"year": 2021, "wave": "autumn"}, (2021, "autumn")),
        ({"date": "15.10.2021"}, (2021, "autumn")),
    ],
)
def test_year_and_wave_of_a_silent_file(tmp_path, options, key):
    exam = checked_one(xlsx(tmp_path / "5_Математика.xlsx", [VPR_2021, vpr("sch224233", 2)]), **options)
    assert (exam.school_year, exam.wave) == key


# Schools


@pytest.mark.parametrize(
    ("code", "school"), [("125001", 1), (125001.0, 1), ("0125001", 1), ("125009", 3), ("0125009", 3)]
)
def test_codes_are_found_exactly_first_then_without_zeros(tmp_path, code, school):
    exam = checked_one(protocol(tmp_path / "1.xlsx", oge(code, 20, 4)))
    assert [one.school_id for one in exam.results] == [school]


def test_an_unknown_school_is_told_once_and_its_tallies_stay(tmp_path):
    path = protocol(tmp_path / "1.xlsx", oge("125001", 20, 4), oge("999", 20, 4), oge("999", 21, 5), oge("888", 21, 5))
    exam = checked_one(path)
    assert [(one.code, one.cell, one.value) for one in exam.problems] == [
        ("unknown_school", "B4", "999"),
        ("unknown_school", "B6", "888"),
    ]
    assert "строк: 2" in exam.problems[0].message
    matched = lookups()
    matched.schools = SchoolDirectory.of([SchoolRef(1, "а", ("125001",)), SchoolRef(7, "б", ("999", "888"))])
    again = check(read(path), Options(), matched)[0]
    assert (again.problems, marks(again, 7)) == ([], (0, 0, 1, 2))


def test_a_code_that_two_schools_share(tmp_path):
    known = lookups()
    known.schools = SchoolDirectory.of([SchoolRef(1, "Первая", ("0125",)), SchoolRef(2, "Вторая", ("00125",))])
    (exam,) = checked(protocol(tmp_path / "1.xlsx", oge("125", 20, 4)), known=known)
    found = problem(exam, "ambiguous_school")
    assert "Вторая; Первая" in found.message


@pytest.mark.parametrize(
    ("login", "school"), [("sch224233", 1), ("edu224233", 1), ("EDU224233", 1), ("ksh224233", None), ("224233", None)]
)
def test_logins_share_digits_over_the_years(login, school):
    assert lookups().schools.find("login", login).school_id == school


@pytest.mark.parametrize(
    "name",
    [
        "МБОУ «СОШ №1»",
        "СОШ № 1",
        "мбоу сош №1",
        'Муниципальное бюджетное общеобразовательное учреждение "Средняя общеобразовательная школа № 1"',
    ],
)
def test_names_as_they_are_spelt(name):
    assert lookups().schools.find("name", name).school_id == 1


def test_a_login_is_never_taken_for_a_code():
    schools = SchoolDirectory.of([SchoolRef(1, "а", ("224233",)), SchoolRef(2, "б", ("1",), ("edu224233",))])
    assert schools.find("code", "224233").school_id == 1
    assert schools.find("login", "edu224233").school_id == 2


def test_two_keys_of_one_school_are_added_up(tmp_path):
    rows = [VPR_2021, vpr("sch224233", 2), vpr("edu224233", 2)]
    exam = checked_one(xlsx(tmp_path / NAME_VPR, rows))
    assert marks(exam, 1) == (2, 0, 0, 0)
    assert (exam.schools, result(exam, 1).sources["marks"][0]["rows"]) == (1, "2-3")


# Across the batch


def test_of_the_same_file_under_two_names_the_telling_one_counts(tmp_path):
    telling = csv_file(tmp_path / "02_2021.06.01.csv", [[*NORMALISED, "Mark100"], normalised("125001", 13, 40)])
    silent = tmp_path / "01.csv"
    silent.write_bytes(telling.read_bytes())
    exams = checked(silent, telling)
    assert [codes(exam) for exam in exams] == [["same_file_twice"], []]
    assert [len(exam.results) for exam in exams] == [0, 1]


def test_the_same_file_under_two_names_counts_once(tmp_path):
    first = protocol(tmp_path / "1.xlsx", oge("125001", 20, 4))
    second = tmp_path / "2.xlsx"
    second.write_bytes(first.read_bytes())
    exams = checked(first, second)
    assert [len(exam.results) for exam in exams] == [1, 0]
    assert [(one.severity, one.code) for one in exams[1].problems] == [("warning", "same_file_twice")]


def test_two_files_about_one_thing_are_a_question_on_both(tmp_path):
    exams = checked(
        protocol(tmp_path / "1.xlsx", oge("125001", 20, 4)), protocol(tmp_path / "2.xlsx", oge("125001", 21, 5))
    )
    assert [{(one.severity, one.code) for one in exam.problems} for exam in exams] == [
        {("question", "same_facet_twice")}
    ] * 2
    assert "«2.xlsx»" in exams[0].problems[0].message
    assert all(exam.blocks for exam in exams)


def test_other_schools_and_other_days_are_no_conflict(tmp_path):
    exams = checked(
        protocol(tmp_path / "1.xlsx", oge("125001", 10, 2)),
        protocol(tmp_path / "2.xlsx", oge("125002", 20, 4)),
        protocol(tmp_path / "3.xlsx", oge("125001", 21, 5), heading="01 - Русский язык 2021.06.28"),
        protocol(tmp_path / "4.xlsx", oge("125001", 21, 5), heading="01 - Русский язык 2021.09.07 (пересдача)"),
    )
    assert all(exam.problems == [] for exam in exams)


def test_pupil_rows_beat_percents(tmp_path):
    shares = xlsx(
        tmp_path / "1.xlsx",
        fisoko_marks(["МБОУ СОШ №1(edu224233)", "", 4, 25, 25, 25, 25], ["б (edu224234)", "", 4, 25, 25, 25, 25]),
    )
    pupils = xlsx(tmp_path / NAME_VPR, [VPR_2021, vpr("sch224233", 2)])
    first, second = checked(shares, pupils)
    assert [list(one.facets) for one in first.results] == [[], ["marks"]]
    assert problem(first, "facet_superseded").severity == "warning"
    assert marks(second, 1) == (1, 0, 0, 0)


def test_percents_stay_where_pupil_rows_have_no_scale(tmp_path):
    known = lookups()
    known.scales = Scales()
    shares = xlsx(tmp_path / "1.xlsx", fisoko_marks(["МБОУ СОШ №1(edu224233)", "", 4, 25, 25, 25, 25]))
    pupils = xlsx(tmp_path / NAME_VPR, [VPR_2021, vpr("sch224233", 2)])
    first, second = checked(shares, pupils, known=known)
    assert marks(first, 1) == (1, 1, 1, 1)
    assert list(result(second, 1).facets) == ["scores", "tasks"]


def test_two_tables_of_shares_in_one_file(tmp_path):
    table = fisoko_marks(["МБОУ СОШ №1(edu224233)", "", 4, 25, 25, 25, 25])
    exam = checked_one(xlsx(tmp_path / "1.xlsx", table, more={"Page 2": table}))
    assert problem(exam, "duplicate_row").severity == "error"


def test_more_passed_resits_than_failures(tmp_path):
    exams = checked(
        protocol(tmp_path / "1.xlsx", oge("125001", 10, 2), oge("125001", 20, 4)),
        protocol(
            tmp_path / "2.xlsx",
            oge("125001", 20, 3),
            oge("125001", 20, 3),
            heading="01 - Русский язык 2021.09.07 (пересдача)",
        ),
    )
    assert [codes(exam) for exam in exams] == [[], ["resits_exceed_failed"]]
    assert problem(exams[1], "resits_exceed_failed").value == "125001"


def test_resits_are_compared_with_stored_failures_too(tmp_path):
    resit = protocol(tmp_path / "2.xlsx", oge("125001", 20, 3), heading="01 - Русский язык 2021.09.07 (пересдача)")
    measure = (1, 2020, "oge", "russian")
    assert codes(checked(resit, known=lookups(failed={measure: 1}))[0]) == []
    assert codes(checked(resit, known=lookups(failed={measure: 0}))[0]) == ["resits_exceed_failed"]


def test_more_first_attempts_than_pupils(tmp_path):
    path = protocol(tmp_path / "1.xlsx", oge("125001", 10, 2), oge("125001", 20, 4))
    known = lookups(pupils={(1, 2020, 9): 2}, first_attempts={(1, 2020, "oge", "russian"): {"2021-06-28": 1}})
    assert codes(checked(path, known=known)[0]) == ["too_many_first_attempts"]
    again = lookups(pupils={(1, 2020, 9): 2}, first_attempts={(1, 2020, "oge", "russian"): {"2021-05-27": 9}})
    assert codes(checked(path, known=again)[0]) == []


# Scales


def test_the_nearest_earlier_threshold_is_taken_and_told(tmp_path):
    rows = [[*NORMALISED, "Mark100"], normalised("125001", 13, 36)]
    exam = checked_one(csv_file(tmp_path / "03_2030.06.01.csv", rows))
    assert result(exam, 1).facets["marks"]["passed"] == 1
    assert result(exam, 1).warnings == ["scale_of_earlier_year"]
    assert "2026" in problem(exam, "scale_of_earlier_year").message


def test_a_threshold_nobody_set(tmp_path):
    rows = [[*NORMALISED, "Mark100"], normalised("125001", 13, 36)]
    exam = checked_one(csv_file(tmp_path / "03_2015.06.01.csv", rows))
    assert result(exam, 1).facets["marks"]["passed"] is None
    assert result(exam, 1).facets["scores"]["test_sum"] == 36
    assert result(exam, 1).warnings == ["no_scale"]


@pytest.mark.parametrize(
    ("procedure", "subject", "grade", "school_year", "primary", "mark"),
    [
        ("vpr", "mathematics", 4, 2020, 5, 2), ("vpr", "mathematics", 4, 2020, 6, 3), ("vpr", "russian", 6, 2022, 44, 4),
        ("vpr", "russian", 6, 2022, 45, 5), ("oge", "russian", 9, 2021, 22, 3), ("oge", "russian", 9, 2025, 25, 3),
        ("oge", "mathematics", 9, 2024, 7, 2),
    ],
)  # fmt: skip
def test_shipped_scales(procedure, subject, grade, school_year, primary, mark):
    scale = lookups().scales.marks(procedure, subject, grade, school_year)
    assert scale is not None
    assert (scale.row.mark(primary), scale.of_earlier_year) == (mark, False)


def test_scales_of_vpr_end_with_the_works_they_were_made_for():
    assert lookups().scales.marks("vpr", "mathematics", 4, 2024) is None


def test_rows_of_scales_all_name_their_source():
    found = [row for rows in lookups().scales._rows.values() for row in rows]
    assert len(found) > 80
    assert all(row.source for row in found)


def test_files_of_one_name_in_two_folders(tmp_path):
    rows = [
        ["01 - Русский язык 2021.05.27"],
        OGE_DENSE,
        oge("125001", 20, 4),
        [],
        ["02 - Математика 2021.06.01"],
        oge("125001", 20, 4),
    ]
    first = xlsx(tmp_path / "a" / "1.xlsx", rows)
    second = tmp_path / "b" / "1.xlsx"
    second.parent.mkdir()
    second.write_bytes(first.read_bytes())
    exams = checked(first, second)
    assert [codes(exam) for exam in exams] == [[], [], ["same_file_twice"], ["same_file_twice"]]
