"""Pages of score sheets: begun, filled with a refusal that keeps what was typed, confirmed by whoever may, told as one
table, and closed to mentors."""

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.access import Role
from mentoring.models import ScoreEdition, ScoreSheet
from mentoring.services.score_criteria import begin_criteria
from schools.models import Category
from tests.factories import IdentificationFactory, SchoolFactory
from tests.mentoring.test_scoring import edition, sheet

pytestmark = pytest.mark.django_db


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *keys: object) -> str:
    return reverse(f"mentoring:{name}", args=keys) + "?year=2022"


def posted(found: ScoreSheet, **fields: str) -> dict[str, str]:
    codes = [criterion.code for criterion in found.edition.criteria.all()]
    told = {f"{code}-{name}": "" for code in codes for name in ("why", "evidence", "link", "shortcoming", "cause")}
    return told | {f"{code}-score": "0" for code in codes} | {"version": str(found.version)} | fields


def test_the_sheet_of_the_centre_from_its_criteria_to_its_confirmation(town):
    department, methodist = browser(town.person(Role.DEPARTMENT)), browser(town.person(Role.METHODIST))
    page = address("scores")
    assert "попросите его завести критерии" in methodist.get(page).text
    assert "Взять эти критерии" in department.get(page).text
    department.post(address("take_criteria"))
    methodist.post(address("begin_scores", "centre"))
    found = ScoreSheet.objects.get()
    told = posted(found, **{"papers-score": "2", "papers-evidence": "Приказ <№ 5>"})
    refused = methodist.post(address("edit_scores", found.pk), told).text
    assert "напишите, почему вы поставили этот" in refused
    assert 'Проверьте критерии: <a href="#criterion-papers">1</a>.' in refused
    assert "Приказ &lt;№ 5&gt;" in refused
    told |= {f"{code}-evidence": "Справка" for code in ("access", "left_list", "managers")}
    answer = methodist.post(address("edit_scores", found.pk), told | {"papers-why": "По журналу"})
    assert answer.headers["Location"] == found.get_absolute_url()
    shown = methodist.get(found.get_absolute_url()).text
    assert "Утвердит лист управление образования" in shown
    found.refresh_from_db()
    assert methodist.post(address("confirm_scores", found.pk), {"version": found.version}).status_code == 403
    department.post(address("confirm_scores", found.pk), {"version": found.version})
    shown = browser(town.person(Role.VIEWER)).get(page).text
    assert "неудовлетворительный" in shown
    assert "утверждён" in shown


def test_somebody_who_was_slower_sees_what_is_stored(town):
    begin_criteria(municipality=town.municipality, school_year=2022, by=None)
    methodist = browser(town.person(Role.METHODIST))
    methodist.post(address("begin_scores", "tutors"))
    found = ScoreSheet.objects.get()
    named = methodist.post(address("edit_scores", found.pk), posted(found, **{"papers-evidence": "План Петровой Анны"}))
    assert "уберите имя «Петровой Анны»" in named.text
    first = posted(found, **{"papers-evidence": "Первый"})
    assert methodist.post(address("edit_scores", found.pk), first).status_code == 302
    answer = methodist.post(address("edit_scores", found.pk), posted(found, **{"papers-evidence": "Второй"})).text
    assert "его изменил другой человек" in answer
    assert "1. Подтверждение" in answer
    assert "Первый" in answer
    assert "Второй" in answer


def test_who_saves_a_sheet_that_was_confirmed_meanwhile_gets_their_words_back(town):
    made = sheet(town, edition(town, "monitoring"), 2022, [2, 2, 1, 1, 1, 0], school=town.weak)
    page, methodist = address("edit_scores", made.pk), browser(town.person(Role.METHODIST))
    late = methodist.post(page, posted(made, **{"papers-evidence": "Длинное слово"}))
    assert (late.status_code, "верните его в работу" in late.text) == (409, True)
    assert "1. Подтверждение" in late.text
    assert "Длинное слово</textarea>" in late.text
    assert methodist.get(page).headers["Location"] == made.get_absolute_url()
    assert browser(town.person(Role.VIEWER)).get(page).status_code == 403


def test_the_table_of_schools_on_the_page_and_as_a_workbook(town):
    IdentificationFactory(school=town.weak, school_year=2022, category=Category.LOW_RESULTS)
    IdentificationFactory(school=town.other, school_year=2022, category=Category.LOW_RESULTS)
    made = sheet(town, edition(town, "monitoring"), 2022, [2, 2, 1, 1, 1, 0], school=town.weak)
    made.marks.filter(criterion__code="managers").update(shortcoming="Мало занятий", cause="Нет времени")
    methodist = browser(town.person(Role.METHODIST))
    page = methodist.get(address("help_monitoring")).text
    assert "с 01.10.2023 по 31.10.2023" in page
    assert "Без листа 1&nbsp;школа" in page or "Без листа 1\xa0школа" in page
    assert "Причина: Нет времени" in page
    answer = methodist.get(address("help_monitoring") + "&format=xlsx")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[1][:9] == ("Школа № 2", 2, 2, 1, 1, 1, 0, 7, "удовлетворительный")
    assert rows[1][11:13] == ("6. Мало занятий", "6. Нет времени")
    assert rows[2][0] == "Школа № 9"
    assert rows[2][10] == "листа нет"
    curator = browser(town.person(Role.CURATOR, town.weak))
    assert "Школа № 9" not in curator.get(address("help_monitoring")).text
    assert "7 из 12" in curator.get(reverse("mentoring:school", args=[town.weak.pk])).text


def test_queries_of_the_table_do_not_grow(town):
    of = edition(town, "monitoring")
    viewer = browser(town.person(Role.VIEWER))

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert viewer.get(address("help_monitoring")).status_code == 200
        return len(seen)

    sheet(town, of, 2022, [1] * 6, school=town.weak)
    sheet(town, of, 2021, [1] * 6, school=town.weak)
    queries()  # the session learns the year
    before = queries()
    for _ in range(8):
        school = SchoolFactory(municipality=town.municipality)
        sheet(town, of, 2022, [1] * 6, school=school, shortcoming="Мало")
        sheet(town, of, 2021, [1] * 6, school=school, shortcoming="Мало")
    assert queries() == before


def test_criteria_are_reworded_reordered_and_taken_out(town):
    of = edition(town)
    form = {"middle_from": "2", "high_from": "5", "source": "Приказ", "version": "1"}
    form |= {"criteria-TOTAL_FORMS": "7", "criteria-INITIAL_FORMS": "6"}
    for place, one in enumerate(of.criteria.all()):
        told = {"code": one.code, "text": one.text, "scale": one.scale, "place": str(6 - place)}
        form |= {f"criteria-{place}-{name}": value for name, value in told.items()}
    form |= {
        "criteria-0-text": "",
        "criteria-6-text": "Новый",
        "criteria-6-scale": "нет\r\nда",
        "criteria-6-place": "1",
    }
    department = browser(town.person(Role.DEPARTMENT))
    refused = department.post(reverse("mentoring:edit_criteria", args=["centre"]) + "?year=2023", form | {
        "criteria-6-scale": "нет"
    }).text  # fmt: skip
    assert "хотя бы две строки" in refused
    assert "проверьте отмеченные критерии" in refused
    department.post(reverse("mentoring:edit_criteria", args=["centre"]) + "?year=2023", form)
    made = ScoreEdition.objects.get(school_year=2023)
    assert [one.code for one in made.criteria.all()] == ["managers", "own1", "left_list", "meetings", "access", "pool"]
    assert [one.top for one in made.criteria.all()] == [2, 1, 2, 2, 2, 2]
    assert of.criteria.count() == 6


def test_mentors_are_not_offered_what_is_closed_to_them(town):
    mentor, curator = browser(town.person(Role.MENTOR)), browser(town.person(Role.CURATOR, town.weak))
    assert "Оценка помощи" not in mentor.get(reverse("mentoring:pairings")).text
    assert mentor.get(address("help_monitoring")).status_code == 403
    assert "Листы центра" not in curator.get(address("help_monitoring")).text
    assert curator.get(address("scores")).status_code == 403
