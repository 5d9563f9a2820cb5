# ruff: noqa: E501 - a row of a table reads best in one line
"""Our own flat templates: levels of КДР and the dashboard form of ВПР."""

from tests.imports.books import checked, checked_one, marks, problem, result, xlsx

LEVELS = ["Год", "Процедура", "Предмет", "Класс", "Код ОО", "Школа", "Участников", "Недостаточный", "Пониженный", "Базовый",
          "Повышенный"]  # fmt: skip
READING = ["2020/2021", "КДР", "Читательская грамотность", 4, "125001", "СОШ №1"]


def test_levels_as_numbers_of_pupils(tmp_path):
    exam = checked_one(xlsx(tmp_path / "1.xlsx", [LEVELS, [*READING, 25, 1, 4, 15, 5]]))
    assert exam.layout == "levels"
    assert exam.key == ("kdr", "reading_literacy", 4, 2020, "main", "first", "")
    assert result(exam, 1).facets["marks"] == {
        "participants": 25, "mark_2": None, "mark_3": None, "mark_4": None, "mark_5": None,
        "levels": {"Недостаточный": 1, "Пониженный": 4, "Базовый": 15, "Повышенный": 5}, "passed": None,
    }  # fmt: skip
    assert result(exam, 1).warnings == []
    assert exam.problems == []


def test_levels_as_percents_and_other_levels(tmp_path):
    header = [*LEVELS[:7], "Ниже базового, %", "Базовый, %", "Высокий, %", "Итого, %"]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", [header, [*READING, 30, "10%", "56,7", 33.3, 100]]))
    assert result(exam, 1).facets["marks"]["levels"] == {"Ниже базового": 3, "Базовый": 17, "Высокий": 10}


def test_a_table_of_levels_may_hold_several_works_and_years(tmp_path):
    rows = [
        LEVELS, [*READING, 25, 1, 4, 15, 5],
        [2019, "КДР", "Естественно-научная грамотность", 8, "125002", "СОШ №2", 10, 1, 4, 0, 5],
        ["2020/2021", "КДР", "Читательская грамотность", 4, "125002", "СОШ №2", 4, 1, 1, 1, 1],
        ["Итого", "", "", "", "", "", 39, 3, 9, 16, 11],
    ]  # fmt: skip
    exams = checked(xlsx(tmp_path / "1.xlsx", rows))
    assert [(exam.subject, exam.grade, exam.school_year, exam.schools) for exam in exams] == [
        ("reading_literacy", 4, 2020, 2),
        ("science_literacy", 8, 2019, 1),
    ]
    assert result(exams[0], 2).sources["marks"][0]["rows"] == "4"


def test_levels_that_do_not_add_up(tmp_path):
    found = problem(
        checked_one(xlsx(tmp_path / "1.xlsx", [LEVELS, [*READING, 25, 1, 4, 15, 4]])), "percents_do_not_add_up"
    )
    assert found.cell == "H2"
    assert "24" in found.message
    assert "25" in found.message


def test_a_row_without_a_school(tmp_path):
    rows = [LEVELS, [*READING[:4], "", "", 25, 1, 4, 15, 5]]
    assert problem(checked_one(xlsx(tmp_path / "1.xlsx", rows)), "missing_school").cell == "E2"


DASHBOARD = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]


def test_dashboard_form(tmp_path):
    rows = [DASHBOARD, ["2021", 5, "Математика", "г. Заринск", "edu224233", "СОШ №1", 89, 12.36, 52.81, 26.97, 7.87],
            ["2021", 5, "Русский язык", "г. Заринск", "sch224234", "СОШ №2", 4, 25, 25, 25, 25]]  # fmt: skip
    exams = checked(xlsx(tmp_path / "1.xlsx", rows))
    assert [exam.key for exam in exams] == [
        ("vpr", "mathematics", 5, 2020, "spring", "first", ""),
        ("vpr", "russian", 5, 2020, "spring", "first", ""),
    ]
    assert marks(exams[0], 1) == (11, 47, 24, 7)
    assert exams[0].dropped_columns == ["Муниципалитет"]
