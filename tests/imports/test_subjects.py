import pytest

from indicators.subjects import SUBJECTS, subject_by_exam_code, subject_by_name, subject_dative, subject_name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Русский язык", "russian"),
        ("русскому языку", "russian"),
        ("ege_2021_русский", "russian"),
        ("РУ", "russian"),
        ("Математика", "mathematics"),
        ("Проведение работы по математике, 5 класс. ВПР 2021", "mathematics"),
        ("МА 4 Сравнение отметок с отметк", "mathematics"),
        ("матем", "mathematics"),
        ("Математика базовая", "mathematics_base"),
        ("математика_база", "mathematics_base"),
        ("Математика (базовый уровень)", "mathematics_base"),
        ("Математика профильная", "mathematics_profile"),
        ("МАТЕМАТИКА (ПРОФИЛЬНЫЙ УРОВЕНЬ)", "mathematics_profile"),
        ("Математика (углублённый уровень)", "mathematics_advanced"),
        ("Читательская грамотность", "reading_literacy"),
        ("Естественно-научная грамотность", "science_literacy"),
        ("Естественнонаучная грамотность", "science_literacy"),
        ("Групповой проект", "group_project"),
        ("Окружающий мир", "world_around"),
        ("11_История", "history"),
        ("Химия", "chemistry"),
        ("Информатика и ИКТ", "informatics"),
        ("Литература", "literature"),
        ("Литературное чтение", "literary_reading"),
        ("Обществознание", "social_studies"),
        ("Физика", "physics"),
        ("Физическая культура", "physical_education"),
        ("английский язык", "english"),
        ("mathematics_base", "mathematics_base"),
        ("Протокол проверки", None),
        ("Алтайский край", None),
        ("2849657", None),
    ],
)
def test_subject_by_name(text, code):
    assert subject_by_name(text) == code


@pytest.mark.parametrize(
    ("code", "procedure", "subject"),
    [
        ("02", "ege", "mathematics_profile"),
        (2, "oge", "mathematics"),
        ("22", "ege", "mathematics_base"),
        ("51", "ege", "russian"),
        ("052", "gve", "mathematics"),
        ("1.0", "oge", "russian"),
        ("77", "ege", None),
        ("", "ege", None),
    ],
)
def test_subject_by_exam_code(code, procedure, subject):
    assert subject_by_exam_code(code, procedure) == subject


@pytest.mark.parametrize("code", list(SUBJECTS))
def test_official_name_and_its_dative_lead_back_to_the_subject(code):
    assert subject_by_name(subject_name(code)) == code
    assert subject_by_name(subject_dative(code)) == code


def test_sentence_form():
    assert f"по {subject_dative('mathematics')}" == "по математике"
    assert subject_name("no_such") == "no_such"
