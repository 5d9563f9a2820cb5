"""Which results indicators leave out: the page of a year, marking, lifting, the official list."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.access import Role
from monitoring.models import ObjectivityFlag
from schools.workbooks import workbook_of
from tests.factories import MunicipalityFactory, ObjectivityFlagFactory, ResultTotalFactory, SchoolFactory

PAGE = "/objectivity/?year=2020"
HEADER = ("Год", "Логин", "Муниципалитет", "ОО", "4 РУ", "4 МА", "5 РУ", "5 МА", "Количество маркеров")


@pytest.fixture
def school(db):
    return SchoolFactory(municipality__name="Дербент", name="СОШ № 7", fisoko_login="edu050001")


def results(school) -> str:
    return reverse("monitoring:school_results", args=[school.pk])


def mark(school) -> str:
    return reverse("monitoring:mark_results", args=[school.pk])


def listing(*rows) -> SimpleUploadedFile:
    return SimpleUploadedFile("bias.xlsx", workbook_of("Sheet1", HEADER, rows))


def test_the_page_tells_what_is_left_out_and_keeps_what_was_lifted(school, log_in_as):
    ObjectivityFlagFactory(school=school, source={"file": "bias.xlsx", "sheet": "Sheet1", "rows": "5"})
    ObjectivityFlagFactory(
        school=school, subject="russian", reason="Спешка", lifted_at=timezone.now(), lift_reason="Проверено"
    )
    ObjectivityFlagFactory(school=school, school_year=2019, reason="Другой год")
    page = log_in_as(Role.CURATOR, school).get(PAGE).text
    assert "не учитывается 1\u00a0результат" in page
    assert "ОГЭ, математика, 9 класс" in page
    assert "bias.xlsx, лист «Sheet1», строка 5" in page
    assert page.index("Отметки выше журнала") < page.index("Снятые отметки") < page.index("Проверено")
    assert "Другой год" not in page
    assert "Возможные признаки" not in page  # for those who decide


def test_a_mark_from_the_results_page_needs_a_reason_and_keeps_what_was_chosen(school, log_in_as):
    ResultTotalFactory(school=school)
    client = log_in_as(Role.METHODIST, school.municipality)
    link = f"{mark(school)}?exam=2020-oge-mathematics-9"
    assert link in client.get(results(school)).text
    assert '<option value="2020-oge-mathematics-9" selected>' in client.get(link).text
    page = client.post(mark(school), {"exam": "2020-oge-mathematics-9", "reason": " "}).text
    assert "Напишите причину" in page
    assert '<option value="2020-oge-mathematics-9" selected>' in page
    answer = client.post(mark(school), {"exam": "2020-oge-mathematics-9", "reason": "Списано с доски"})
    assert (answer.status_code, answer.url) == (302, PAGE)
    flag = ObjectivityFlag.objects.get()
    assert (flag.marked_by, flag.reason) == (client.user, "Списано с доски")
    page = client.get(results(school)).text
    assert "не учитывается" in page
    assert "Списано с доски" in page
    assert reverse("monitoring:lift_flag", args=[flag.pk]) in page
    assert "Отмечать нечего" in client.get(mark(school)).text


def test_an_exam_that_the_school_has_no_results_in_cannot_be_marked(school, log_in_as):
    ResultTotalFactory(school=school)
    client = log_in_as(Role.METHODIST, school.municipality)
    client.post(mark(school), {"exam": "2020-vpr-russian-4", "reason": "Просто так"})
    assert not ObjectivityFlag.objects.exists()


def test_readers_see_that_a_result_does_not_count_and_cannot_change_it(school, log_in_as):
    ResultTotalFactory(school=school)
    ObjectivityFlagFactory(school=school)
    page = log_in_as(Role.VIEWER, school.municipality).get(results(school)).text
    assert "не учитывается" in page
    assert "Отметки выше журнала" in page
    assert "снять отметку" not in page


def test_lifting_needs_a_reason_and_is_told_in_the_history(school, log_in_as):
    flag = ObjectivityFlagFactory(school=school)
    client = log_in_as(Role.DEPARTMENT, school.municipality)
    address = reverse("monitoring:lift_flag", args=[flag.pk])
    assert "Напишите, почему" in client.post(address, {"reason": ""}).text
    assert client.post(address, {"reason": "Перепроверили работы"}).url == PAGE
    assert "Перепроверили работы" in client.get(PAGE).text
    assert "Отметка уже снята" in client.get(address).text
    assert "Отметка уже снята" in client.post(address, {"reason": "Ещё раз"}).text
    flag.refresh_from_db()
    assert flag.lift_reason == "Перепроверили работы"


def test_the_list_is_shown_first_and_written_when_confirmed(school, log_in_as):
    client = log_in_as(Role.METHODIST, school.municipality)
    file = listing(
        ("2021", "edu050001", "Дербент", "СОШ", 1, "", "", 0, 1),
        ("2021", "edu059999", "Махачкала", "СОШ", 1, 1, "", 0, 2),
    )
    page = client.post(reverse("monitoring:take_objectivity_list"), {"file": file}).text
    assert "Новых отметок: 1" in page
    assert "Пропущено строк других муниципалитетов: 1" in page
    assert "СОШ № 7" in page
    assert not ObjectivityFlag.objects.exists()
    payload = re.search(r'name="payload" value="([^"]+)"', page)[1]
    answer = client.post(reverse("monitoring:confirm_objectivity_list"), {"payload": payload})
    assert answer.url == PAGE
    assert ObjectivityFlag.objects.get().subject == "russian"
    client.post(reverse("monitoring:confirm_objectivity_list"), {"payload": payload})
    assert ObjectivityFlag.objects.count() == 1


def test_what_was_looked_at_cannot_be_changed_on_the_way_nor_taken_to_another_town(school, log_in_as):
    client = log_in_as(Role.METHODIST, school.municipality)
    page = client.post(
        reverse("monitoring:take_objectivity_list"), {"file": listing(("2021", "edu050001", "", "", 1, "", "", "", 1))}
    ).text
    payload = re.search(r'name="payload" value="([^"]+)"', page)[1]
    other = log_in_as(Role.METHODIST, MunicipalityFactory())
    for who, sent in ((client, payload[:-2] + "xx"), (client, ""), (other, payload)):
        answer = who.post(reverse("monitoring:confirm_objectivity_list"), {"payload": sent}, follow=True)
        assert "список устарел" in answer.text
    assert not ObjectivityFlag.objects.exists()


def test_a_list_with_errors_cannot_be_confirmed_and_a_letter_is_no_list(school, log_in_as):
    client = log_in_as(Role.METHODIST, school.municipality)
    address = reverse("monitoring:take_objectivity_list")
    page = client.post(address, {"file": listing(("давно", "edu050001", "Дербент", "СОШ", 1, "", "", "", 1))}).text
    assert "Год не распознан" in page
    assert 'name="payload"' not in page
    short = workbook_of("Sheet1", ("Год", "Логин", "4 РУ", "4 МА"), [("2021", "edu050001", 1, 0)])
    page = client.post(address, {"file": SimpleUploadedFile("bias.xlsx", short)}).text
    assert "Нет столбцов «5 РУ», «5 МА»" in page
    assert 'name="payload"' not in page
    letter = SimpleUploadedFile("письмо.xlsx", io.BytesIO(b"PK no workbook").read())
    assert "не удалось прочитать как таблицу" in client.post(address, {"file": letter}).text


def test_possible_signs_are_facts_with_a_threshold_that_may_be_set(school, log_in_as):
    other = SchoolFactory(municipality=school.municipality, name="СОШ № 8")
    vpr = {"procedure": "vpr", "subject": "mathematics", "grade": 5, "wave": "spring", "passed": 10}
    ResultTotalFactory(school=school, **vpr, journal_lower=8, journal_same=2, journal_higher=0)
    ResultTotalFactory(school=other, **vpr, journal_lower=5, journal_same=5, journal_higher=0)
    client = log_in_as(Role.METHODIST, school.municipality)
    assert "Отметка ниже" not in client.get(PAGE + "&journal=85,5").text
    assert "Впишите число от 1 до 100" in client.get(PAGE + "&journal=много").text
    page = client.get(PAGE).text
    assert "Отметка ниже, чем в журнале: 80,0\u00a0% (8 из 10)" in page
    assert "возможный признак, требует анализа" in page
    assert f"{mark(school)}?exam=2020-vpr-mathematics-5-spring" in page
    assert "80,0\u00a0% (8 из 10)" not in client.get(f"{PAGE}&journal=40").text
    assert not ObjectivityFlag.objects.exists()


def test_autumn_and_spring_are_told_apart_and_marked_one_by_one(school, log_in_as):
    other = SchoolFactory(municipality=school.municipality, name="СОШ № 8")
    for wave, pupils in (("autumn", 6), ("spring", 5)):
        vpr = {"procedure": "vpr", "subject": "russian", "grade": 5, "wave": wave, "pupil_grade": pupils}
        ResultTotalFactory(school=school, **vpr, journal_lower=8, journal_same=2, journal_higher=0)
        ResultTotalFactory(school=other, **vpr, journal_lower=1, journal_same=9, journal_higher=0)
    client = log_in_as(Role.METHODIST, school.municipality)
    page = client.get(PAGE).text
    for title in ("ВПР, русский язык, 5 класс, осень", "ВПР, русский язык, 5 класс, весна"):
        assert f"{title}</h3>" in page
    link = f"{mark(school)}?exam=2020-vpr-russian-5-autumn"
    assert link in page
    assert '<option value="2020-vpr-russian-5-autumn" selected>' in client.get(link).text
    client.post(mark(school), {"exam": "2020-vpr-russian-5-autumn", "reason": "Списано"})
    assert ObjectivityFlag.objects.get().wave == "autumn"
    page = client.get(PAGE).text
    assert link not in page
    assert f"{mark(school)}?exam=2020-vpr-russian-5-spring" in page


def test_a_mark_of_the_list_says_that_it_is_about_both_waves(school, log_in_as):
    ResultTotalFactory(school=school, procedure="vpr", subject="russian", grade=4, wave="spring")
    ObjectivityFlagFactory(school=school, procedure="vpr", subject="russian", grade=4, source={"file": "bias.xlsx"})
    client = log_in_as(Role.METHODIST, school.municipality)
    assert "ВПР, русский язык, 4 класс, осень и весна" in client.get(PAGE).text
    assert "осень и весна: Отметки выше журнала" in client.get(results(school) + "?procedure=vpr").text
    file = listing(("2021", "edu050001", "Дербент", "СОШ", "", 1, "", 0, 1))
    page = client.post(reverse("monitoring:take_objectivity_list"), {"file": file}).text
    assert "отметка действует на обе волны ВПР" in page


def test_the_page_asks_as_much_for_twenty_schools_as_for_one(school, log_in_as, queries_of):
    def add(number: int) -> None:
        one = SchoolFactory(municipality=school.municipality, name=f"СОШ № {100 + number}")
        ResultTotalFactory(school=one, journal_lower=10 * (number % 2), journal_same=10, journal_higher=0)
        ObjectivityFlagFactory(school=one)
        ObjectivityFlagFactory(school=one, subject="russian", lifted_at=timezone.now())

    client = log_in_as(Role.METHODIST, school.municipality)
    for number in range(2):
        add(number)
    before = queries_of(client, PAGE)
    for number in range(2, 20):
        add(number)
    assert queries_of(client, PAGE) == before
