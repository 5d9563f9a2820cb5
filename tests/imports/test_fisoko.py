"""ГИС ФИС ОКО: marks in percent, comparison with the journal, single pupils, the empty form."""

import pytest

from tests.imports.books import (
    checked_one,
    codes,
    fisoko,
    fisoko_marks,
    marks,
    problem,
    read_one,
    result,
    xls,
    xlsx,
)

COUNTRY = ["Вся выборка", 35589, 1722202, 5.06, 32.92, 44.33, 17.69]
REGION = ["Алтайский край", 560, 30216, 13.44, 44.15, 36.28, 6.14]
TOWN = ["город Заринск(reg22_m064)", 2, 129, 13.57, 46.9, 33.65, 5.88]
FIRST = ["МБОУ СОШ №1(edu224233)", "", 89, 12.36, 52.81, 26.97, 7.87]
SECOND = ["МБОУ СОШ №2 (sch224234)", "", 40, 10, 40, 40, 10]


def test_percents_become_counts_of_the_schools_alone(tmp_path):
    exam = checked_one(xlsx(tmp_path / "2849657.xlsx", fisoko_marks(COUNTRY, REGION, TOWN, FIRST, SECOND)))
    assert exam.key == ("vpr", "mathematics", 5, 2020, "spring", "first", "")
    assert (exam.rows, exam.schools, exam.participants, exam.pupil_grade) == (2, 2, 129, 5)
    assert marks(exam, 1) == (11, 47, 24, 7)
    assert result(exam, 1).facets["marks"] == {
        "participants": 89, "mark_2": 11, "mark_3": 47, "mark_4": 24, "mark_5": 7, "levels": None, "passed": 78,
    }  # fmt: skip
    assert marks(exam, 2) == (4, 16, 16, 4)
    assert result(exam, 1).sources == {"marks": [{"file": "2849657.xlsx", "sheet": "Page 1", "rows": "12"}]}
    assert exam.problems == []


def test_text_commas_percent_signs_and_blanks_are_read(tmp_path):
    row = ["МБОУ СОШ №1(edu224233)", None, "20", "25,00%", "50,0", "25", None]
    exam = checked_one(xls(tmp_path / "1.xls", fisoko_marks(row)))
    assert marks(exam, 1) == (5, 10, 5, 0)


def test_columns_and_rows_may_be_shifted(tmp_path):
    lines = [["", "", *line] for line in fisoko_marks(FIRST)]
    lines[7] = ["", "", "Группы участников", "", "Кол-во  участников", "«2»", "3", "4", "5", "Примечание"]
    lines[8] = ["", "", FIRST[0], "", 89, 12.36, 52.81, 26.97, 7.87, "Иванова"]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", [[], [], *lines]))
    assert marks(exam, 1) == (11, 47, 24, 7)
    assert exam.dropped_columns == ["Примечание"]


def test_percents_that_do_not_add_up_name_their_cell(tmp_path):
    bad = ["МБОУ СОШ №1(edu224233)", "", 89, 12.36, 52.81, 26.97, 17.87]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", fisoko_marks(bad, SECOND)))
    found = problem(exam, "percents_do_not_add_up")
    assert (found.severity, found.sheet, found.cell) == ("error", "Page 1", "D9")
    assert "110,01" in found.message
    assert [one.school_id for one in exam.results] == [2]


def test_a_share_that_is_no_number(tmp_path):
    bad = ["МБОУ СОШ №1(edu224233)", "", 89, "?", 152.81, 26.97, 7.87]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", fisoko_marks(bad)))
    assert [(one.code, one.cell) for one in exam.problems] == [("bad_percent", "D9"), ("bad_percent", "E9")]


def test_a_school_without_participants(tmp_path):
    nobody = ["МБОУ СОШ №1(edu224233)", "", 0, 0, 0, 0, 0]
    unknown = ["МБОУ СОШ №2(edu224234)", "", "", 10, 40, 40, 10]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", fisoko_marks(nobody, unknown)))
    assert [(one.severity, one.code, one.cell) for one in exam.problems] == [
        ("warning", "no_participants", "C9"),
        ("error", "no_participants", "C10"),
    ]


def test_a_municipality_row_that_differs_from_its_schools(tmp_path):
    exam = checked_one(xlsx(tmp_path / "1.xlsx", fisoko_marks([*TOWN[:2], 130, *TOWN[3:]], FIRST, SECOND)))
    assert problem(exam, "declared_count_differs").cell == "C9"


def test_a_school_that_stands_twice(tmp_path):
    exam = checked_one(xlsx(tmp_path / "1.xlsx", fisoko_marks(FIRST, FIRST, SECOND, [*SECOND[:2], 41, *SECOND[3:]])))
    assert [(one.severity, one.code, one.cell) for one in exam.problems] == [
        ("warning", "duplicate_row", "A10"),
        ("error", "duplicate_row", "A12"),
    ]
    assert marks(exam, 1) == (11, 47, 24, 7)


def test_a_school_row_without_a_login_is_found_by_name(tmp_path):
    exam = checked_one(xlsx(tmp_path / "1.xlsx", fisoko_marks(REGION, ["МБОУ «СОШ № 1»", "", 4, 25, 25, 25, 25])))
    assert marks(exam, 1) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("title", "school_year", "wave"),
    [
        ("ВПР 2021 Математика 5 класс", 2020, "spring"),
        ("ВПР 2020 Математика 5 класс", 2020, "autumn"),
        ("ВПР 2022 (осень) Математика 5 класс", 2022, "autumn"),
    ],
)
def test_year_and_wave_follow_the_title_and_not_the_date(tmp_path, title, school_year, wave):
    exam = checked_one(xlsx(tmp_path / "1.xlsx", fisoko_marks(FIRST, exam=title)))
    assert (exam.school_year, exam.wave, exam.session) == (school_year, wave, "")


def test_without_a_title_the_sheet_name_and_the_options_tell(tmp_path):
    lines = fisoko_marks(FIRST)
    lines[2] = lines[3] = []
    exam = checked_one(xlsx(tmp_path / "1.xlsx", lines, sheet="РУ 6 Статистика по отметкам"), year=2022)
    assert exam.key == ("vpr", "russian", 6, 2022, "spring", "first", "")


JOURNAL = ["Группы участников", "Кол-во участников(всего)"] + [
    f"{word} {part}"
    for word in (
        "Понизили (Отметка < Отметка по журналу)",
        "Подтвердили (Отметка = Отметке по журналу)",
        "Повысили (Отметка > Отметка по журналу)",
    )
    for part in ("%", "Кол-во участников")
]


def journal_book(path, *rows):
    return xlsx(
        path, fisoko("Сравнение отметок с отметками по журналу", JOURNAL, rows), sheet="МА 5 Сравнение отметок с отметк"
    )


def test_shares_of_the_comparison_stand_in_for_numbers_left_out(tmp_path):
    row = ["МБОУ СОШ №1(edu224233)", "93", "55,91%", "", "39,78%", "", "4,3%", ""]
    exam = checked_one(journal_book(tmp_path / "1.xlsx", row))
    assert result(exam, 1).facets == {"journal": {"lower": 52, "same": 37, "higher": 4}}
    empty = checked_one(journal_book(tmp_path / "2.xlsx", ["МБОУ СОШ №1(edu224233)", 93, "", "", "", "", "", ""]))
    assert problem(empty, "no_comparison").cell == "D9"
    assert empty.results == []


def test_comparison_with_the_journal(tmp_path):
    row = ["МБОУ СОШ №1(edu224233)", 93, 55.91, 52, 39.78, 37, 4.3, 4]
    exam = checked_one(journal_book(tmp_path / "2849657.xlsx", row))
    assert exam.layout == "fisoko_journal"
    assert result(exam, 1).facets == {"journal": {"lower": 52, "same": 37, "higher": 4}}
    assert exam.problems == []


def test_more_compared_than_took_part(tmp_path):
    exam = checked_one(journal_book(tmp_path / "1.xlsx", ["МБОУ СОШ №1(edu224233)", 90, 55.91, 52, 39.78, 37, 4.3, 4]))
    assert problem(exam, "counts_exceed_participants").cell == "B9"


def test_the_older_comparison_has_rows_for_each_group(tmp_path):
    rows = [
        ["Алтайский край"], ["Понизили (Отметка < Отметка по журналу) %", 300, 30], ["Подтвердили", 600, 60],
        ["Повысили", 100, 10], ["Всего", 1000, 100],
        ["МБОУ СОШ №1(sch224233)"], ["Понизили (Отметка < Отметка по журналу) %", 3, 30], ["Подтвердили", 6, 60],
        ["Повысили", 1, 10], ["Всего", 10, 100],
    ]  # fmt: skip
    lines = fisoko("Сравнение отметок с отметками по журналу", ["Группы участников", "Кол-во участников", "%"], rows)
    exam = checked_one(xlsx(tmp_path / "1.xlsx", lines))
    assert result(exam, 1).facets == {"journal": {"lower": 3, "same": 6, "higher": 1}}
    assert result(exam, 1).sources["journal"][0]["rows"] == "14"


SCORES = ["Группы участников", "Кол-во ОО", "Кол-во участников", *range(9)]


def test_distribution_of_primary_scores_is_not_taken_for_marks(tmp_path):
    row = ["МБОУ СОШ №1(edu224233)", "", 10, 0, 0, 10, 20, 30, 20, 10, 10, 0]
    exam = checked_one(xlsx(tmp_path / "1.xlsx", fisoko("Распределение первичных баллов", SCORES, [row])))
    assert exam.layout == "fisoko_scores"
    assert result(exam, 1).facets["scores"]["primary_histogram"] == {"2": 1, "3": 2, "4": 3, "5": 2, "6": 1, "7": 1}
    assert "marks" not in result(exam, 1).facets


PUPILS = ["ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант", "1 (2б)", "2 (1б)", "9.1 (1б)",
          "Первичный балл", "Отметка", "Отметка по журналу"]  # fmt: skip


def pupil(number, tasks, total, mark, journal):
    return ["", "", "", f"5000{number}", 1, 1, *tasks, total, mark, journal]


def test_individual_results_stand_below_their_school(tmp_path):
    rows = [
        ["МБОУ СОШ №1(edu224233) | Кол-во участников: 3"],
        pupil(1, (2, 1, 0), 3, 4, 5), pupil(2, ("X", 1, 1), 2, 3, 3), pupil(3, (0, 0, 0), 0, 2, ""),
        ["МБОУ СОШ №2(edu224234) | Кол-во участников: 2"],
        pupil(1, (1, 1, 1), 3, 5, 4),
    ]  # fmt: skip
    exam = checked_one(xlsx(tmp_path / "1.xlsx", fisoko("Индивидуальные результаты", PUPILS, rows)))
    assert exam.layout == "fisoko_pupils"
    assert marks(exam, 1) == (1, 1, 1, 0)
    first = result(exam, 1).facets
    assert first["journal"] == {"lower": 1, "same": 1, "higher": 0}
    assert first["tasks"] == {
        "1": {"max": 2, "points": 2, "done": 1, "participants": 3},
        "2": {"max": 1, "points": 2, "done": 2, "participants": 3},
        "9.1": {"max": 1, "points": 1, "done": 1, "participants": 3},
    }
    assert first["scores"]["primary_sum"] == 5
    assert result(exam, 1).sources["marks"][0]["rows"] == "10-12"
    assert problem(exam, "declared_count_differs").cell == "A13"


FORM = ["Код участника", "Вариант", "1 (5б)", "4К4 (2б)", "Порядковый номер класса",
        "Отметка за предыдущий триместр/ четверть/полугодие", "Итого баллов"]  # fmt: skip


def test_an_empty_form_says_what_to_upload_instead(tmp_path):
    rows = [FORM, *[["", "", "", "", "", "", 0] for _ in range(20)]]
    path = xlsx(tmp_path / "МА5.xlsx", rows, sheet="Протокол", more={"Служебный": [["0", "X", "отсутствовал"]]})
    file = read_one(path)
    assert codes(file) == ["empty_form"]
    assert "«Статистика по отметкам»" in file.problems[0].message


def test_a_filled_form_has_no_school(tmp_path):
    path = xlsx(tmp_path / "МА5.xlsx", [FORM, ["50001", 1, 5, 2, 1, 4, 7]], sheet="Протокол")
    assert codes(read_one(path)) == ["form_without_school"]
