"""The pages of risks: from the catalogue to the decision, by those who may."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from schools.models import RiskFactor, SchoolRisk
from schools.services.risks import Assessed, assess_school, check_risk, decide_risk
from tests.factories import MunicipalityFactory, SchoolFactory
from tests.risks.conftest import YEAR, person

QUERY = f"?municipality=surgut&year={YEAR}"


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *args: int) -> str:
    return reverse(f"schools:{name}", args=args) + QUERY


def sent(town, **significances) -> dict[str, str]:
    """The form of a profile as a browser sends it when nobody had filled it in."""
    fields = {}
    for code, factor in town.factors.items():
        fields[f"factor-{factor.pk}"] = significances.get(code.replace("-", "_"), "")
        fields[f"seen-{factor.pk}"] = "0"
    return fields


def assess(town, school, *, significance="high") -> SchoolRisk:
    told = {town.staff.pk: Assessed(significance, 0)}
    assess_school(school=school, school_year=YEAR, told=told, by=town.methodist)
    return SchoolRisk.objects.get(school=school, factor=town.staff)


def test_a_year_from_the_catalogue_to_the_decision(town):
    RiskFactor.objects.all().delete()
    methodist, curator = browser(town.methodist), browser(town.curator)
    assert "Каталога факторов на этот год нет" in methodist.get(address("risks")).text
    page = methodist.post(address("take_risk_factors"), {"from": "list"}, follow=True).text
    assert "добавлено: 10\u00a0факторов" in page
    town.factors = {factor.code: factor for factor in RiskFactor.objects.all()}
    assert "Рисков пока не отмечено" in methodist.get(address("school_risks", town.first.pk)).text
    said = sent(town, staff_shortage="high", parents="low")
    page = methodist.post(address("assess_risks", town.first.pk), said, follow=True).text
    assert "Профиль сохранён" in page
    assert "решить до 30.06.2022" in page
    risk = SchoolRisk.objects.get(significance="high")
    page = curator.get(address("school_risks", town.first.pk)).text
    assert "подтвердите его или оспорьте" in page
    assert risk.get_absolute_url() in page
    answer = {"result": "disputed", "note": "Все ставки заняты", "version": "1"}
    assert "Ответ школы записан" in curator.post(address("check_risk", risk.pk), answer, follow=True).text
    assert "Школа не согласна с этим риском" in methodist.get(address("school_risk", risk.pk)).text
    page = methodist.post(address("decide_risk", risk.pk), {"decision": "activated", "text": "", "version": "2"}).text
    assert "оспаривает этот риск" in page
    said = {"decision": "activated", "text": "Двое уходят в июне", "version": "2"}
    assert "Решение записано" in methodist.post(address("decide_risk", risk.pk), said, follow=True).text
    table = methodist.get(address("risks")).text
    assert "активировано рисков: 1" in table
    assert '<span class="at-length">оспорен</span>' in table
    assert "Решать сейчас нечего" in methodist.get(address("undecided_risks")).text


def test_what_two_people_assess_at_once_is_compared_and_nothing_is_lost(town):
    assess(town, town.first)
    said = sent(town, staff_shortage="low", parents="medium")
    methodist, page = browser(town.methodist), address("assess_risks", town.first.pk)
    text = methodist.post(page, said).text
    assert "Сейчас сохранено: высокая" in text
    assert f'name="seen-{town.staff.pk}" value="1"' in text
    assert SchoolRisk.objects.get().significance == "high"
    methodist.post(page, said | {f"seen-{town.staff.pk}": "1"})
    assert set(SchoolRisk.objects.values_list("significance", flat=True)) == {"low", "medium"}


def test_a_late_answer_keeps_what_was_typed_and_is_about_what_the_page_now_shows(town):
    risk = assess(town, town.first)
    check_risk(risk=risk, result="verified", note="", seen_version=1, by=town.curator)
    said = {"decision": "noted", "text": "Ждём молодых специалистов", "version": "1"}
    page = browser(town.methodist).post(address("decide_risk", risk.pk), said).text
    assert "его изменили" in page
    assert ">\nЖдём молодых специалистов</textarea>" in page
    assert 'name="version" value="2"' in page


def test_a_dispute_without_a_reason_comes_back(town):
    risk = assess(town, town.first)
    page = browser(town.curator).post(address("check_risk", risk.pk), {"result": "disputed", "version": "1"}).text
    assert "Напишите, почему риск оспорен" in page
    assert "Выберите, подтверждаете" in browser(town.curator).post(address("check_risk", risk.pk), {}).text


def test_forms_are_offered_to_those_who_may_send_them(town):
    risk = assess(town, town.first)
    offers = {"curator": ("check_risk",), "methodist": ("decide_risk",), "viewer": ()}
    for who, names in offers.items():
        page = browser(getattr(town, who)).get(risk.get_absolute_url()).text
        for name in ("check_risk", "decide_risk"):
            assert (reverse(f"schools:{name}", args=[risk.pk]) in page) is (name in names), (who, name)


def test_factors_are_added_corrected_and_removed(town):
    methodist = browser(town.methodist)
    said = {"title": "Отдалённость", "kind": "social", "control": "unmanageable", "returns_in": "11", "source": ""}
    assert "Напишите формулировку" in methodist.post(address("new_risk_factor"), said | {"title": " "}).text
    assert "Фактор добавлен" in methodist.post(address("new_risk_factor"), said, follow=True).text
    page = methodist.post(address("new_risk_factor"), said).text
    assert "с такой формулировкой" in page
    own = RiskFactor.objects.get(title="Отдалённость")
    assert (own.returns_in, own.position, own.school_year) == (11, 11, YEAR)
    edit = address("risk_factor", own.pk)
    assert "исправлен" in methodist.post(edit, said | {"title": "Отдалённость школы", "version": "1"}, follow=True).text
    page = methodist.post(edit, said | {"title": "Третье название", "version": "1"}).text
    assert "Отдалённость школы" in page
    assert ">\nТретье название</textarea>" in page
    assert 'name="version" value="2"' in page
    methodist.post(address("delete_risk_factor", own.pk))
    assert not RiskFactor.objects.filter(pk=own.pk).exists()
    assess(town, town.first)
    assert "в профилях школ" in methodist.post(address("delete_risk_factor", town.staff.pk), follow=True).text


def test_the_catalogue_goes_over_to_the_year_that_the_button_names(town):
    methodist = browser(town.methodist)
    page = methodist.get(address("risk_factors")).text
    assert "Перенести каталог на 2023/2024" in page
    there = reverse("schools:take_risk_factors") + f"?municipality=surgut&year={YEAR + 1}"
    assert "2022/2023" in methodist.post(there, follow=True).text
    assert RiskFactor.objects.filter(school_year=YEAR + 1).count() == 10
    page = methodist.get(address("risk_factors").replace("2022", "2024")).text
    assert "Взять факторы 2023/2024" in page


def test_risks_of_another_year_or_town_do_not_come_into_a_profile(town):
    assess(town, town.first)
    other = MunicipalityFactory()
    factor = RiskFactor.objects.create(municipality=other, school_year=YEAR, code="x", position=1, title="Чужой")
    said = sent(town) | {f"factor-{factor.pk}": "high", f"seen-{factor.pk}": "0", f"seen-{town.staff.pk}": "1"}
    browser(town.methodist).post(address("assess_risks", town.first.pk), said)
    assert not SchoolRisk.objects.exists()
    assert "Чужой" not in browser(town.methodist).get(address("risk_factors")).text


@pytest.mark.parametrize("name", ["risks", "undecided_risks", "risk_factors"])
def test_queries_do_not_grow_with_schools_and_risks(town, name):
    assess(town, town.first)
    client = browser(town.department)
    before = queries_of(client, address(name))
    for number in range(40):
        school = SchoolFactory(municipality=town.municipality)
        risk = assess(town, school, significance="high" if number % 2 else "medium")
        if number % 3 == 0:
            check_risk(risk=risk, result="verified", note="", seen_version=1, by=person("curator", school))
    assert queries_of(client, address(name)) == before


def test_queries_of_one_school_do_not_grow_with_its_risks(town):
    client, page = browser(town.department), address("school_risks", town.first.pk)
    assess(town, town.first)
    before = queries_of(client, page)
    told = {factor.pk: Assessed("high", int(factor == town.staff)) for factor in town.factors.values()}
    assess_school(school=town.first, school_year=YEAR, told=told, by=town.methodist)
    for risk in SchoolRisk.objects.all():
        check_risk(risk=risk, result="verified", note="", seen_version=1, by=town.curator)
        decide_risk(risk=risk, decision="noted", text="", seen_version=2, by=town.department)
    assert queries_of(client, page) == before


def queries_of(client: Client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)
