import pytest

from monitoring.imports.names import NameFacts, exam_heading, facts_from_name, says_resit, school_year_named


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "Проведение работы по математике, 5 класс. ВПР 2021.xlsx",
            NameFacts(procedure="vpr", subject="mathematics", grade=5, year=2021),
        ),
        ("02_2021.06.01.csv", NameFacts(exam_code="2", date="2021-06-01", year=2021)),
        ("ЕГЭ_02_2021.06.01.csv", NameFacts(procedure="ege", exam_code="2", date="2021-06-01", year=2021)),
        ("51_2026.06.09.csv", NameFacts(procedure="gve", exam_code="51", date="2026-06-09", year=2026)),
        ("oge_2021_Математика.xlsx", NameFacts(procedure="oge", subject="mathematics", year=2021)),
        ("oge_2021_пересдача_сентябрь.xlsx", NameFacts(procedure="oge", year=2021, attempt="resit")),
        ("ege_2021_математика_база.xlsx", NameFacts(procedure="ege", subject="mathematics_base", year=2021)),
        ("5_Русский язык.xlsx", NameFacts(subject="russian", grade=5)),
        ("11_История.xlsx", NameFacts(subject="history", grade=11)),
        ("КДР_2020-2021.xlsx", NameFacts(procedure="kdr", school_year=2020)),
        (
            "ВПР осень 2022 РУ 6 класс.xlsx",
            NameFacts(procedure="vpr", subject="russian", grade=6, year=2022, wave="autumn"),
        ),
        ("ОГЭ 01.06.2021 Химия.xls", NameFacts(procedure="oge", subject="chemistry", date="2021-06-01", year=2021)),
        ("папка/2849657.xlsx", NameFacts()),
    ],
)
def test_what_a_file_name_says(name, facts):
    assert facts_from_name(name) == facts


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("04 - Химия 2026.06.01", "04 - Химия 2026.06.01"),
        ("01 - Русский язык 2021.09.07 (пересдача)", "01 - Русский язык 2021.09.07 (пересдача)"),
        ("Математика(2026.06.02)", "Математика 2026.06.02"),
        ("22 - Математика базовая 2021.06.01", "22 - Математика (базовый уровень) 2021.06.01"),
        ("Химия 01.06.2021 отв. Иванов И.И.", "Химия 2021.06.01"),
    ],
)
def test_headings_of_exams(line, shown):
    heading = exam_heading(line)
    assert heading is not None
    assert heading.shown == shown


@pytest.mark.parametrize("line", ["22 - Алтайский край", "Протокол проверки", "Председатель ГЭК Иванов 01.06.2021", ""])
def test_what_is_no_heading(line):
    assert exam_heading(line) is None


def test_words_of_a_resit():
    assert says_resit("Дополнительный период")
    assert says_resit("Протокол (повторно)")
    assert not says_resit("Сформирован 10 сентября 2021")
    assert not says_resit("резервный день")


@pytest.mark.parametrize(
    ("text", "year"), [("2020/2021", 2020), ("2020-21", 2020), ("2020/2022", None), ("2021.06.01", None)]
)
def test_school_years(text, year):
    assert school_year_named(text) == year
