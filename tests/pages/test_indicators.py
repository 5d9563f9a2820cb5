"""Indicators: the value with both parts, the schools behind it, nothing of what is hidden."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.access import Role
from indicators.models import Indicator
from indicators.queries.values import school_lines, value_lines
from tests.factories import (
    IndicatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    SchoolValueFactory,
)
from tests.pages.conftest import add_schools

SOURCE = {"file": "oge.xlsx", "sheet": "Page 1", "rows": "5-140", "upload": 1}


def address(indicator: Indicator, extra: str = "") -> str:
    return f"{indicator.get_absolute_url()}?year=2020{extra}"


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_the_list_tells_programme_and_supporting_indicators(town, log_in_as):
    page = log_in_as(Role.VIEWER, town.municipality).get("/indicators/?year=2020").text
    assert page.index("Школы с динамикой") < page.index("Вспомогательные показатели") < page.index("Средняя отметка")
    assert "50,0\u00a0%" in page
    assert "70\u00a0%" in page
    assert "1 из 2\u00a0школ" in page


def test_no_data_is_no_zero(town, log_in_as):
    page = log_in_as(Role.VIEWER, town.municipality).get(address(town.trained)).text
    assert "данных нет" in page
    assert "0,0" not in page
    assert "Нет данных" in log_in_as(Role.VIEWER, town.municipality).get("/indicators/?year=2020").text


def test_a_share_of_schools_tells_why_each_school_counts(town, log_in_as):
    page = log_in_as(Role.METHODIST, town.municipality).get(address(town.grew)).text
    assert "50,0\u00a0% (1 из 2\u00a0школ). План 70\u00a0% не достигнут." in page
    assert "1 : 2 = 0,5" in page
    assert "2018/2019" in page
    assert "3,37" in page
    assert "+0,37" in page
    assert "−0,11" in page
    assert page.count("Не выполнено") == 1
    assert "изменение показателя «Средняя отметка» больше 0" in page


def test_sources_lead_to_the_rows_for_those_who_may_see_them(town, log_in_as):
    value = town.grew.municipalityvalue_set.get()
    value.sources = [SOURCE]
    value.save()
    link = "?upload=1&amp;file=oge.xlsx&amp;sheet=Page%201&amp;rows=5-140"
    page = log_in_as(Role.METHODIST, town.municipality).get(address(town.grew)).text
    assert link in page
    page = log_in_as(Role.VIEWER, town.municipality).get(address(town.grew)).text
    assert link not in page
    assert "oge.xlsx, лист «Page 1», строки 5-140" in page
    assert "oge.xlsx" not in log_in_as(Role.CURATOR, town.big).get(address(town.grew)).text


def test_a_curator_sees_the_sum_and_their_own_row(town, log_in_as):
    client = log_in_as(Role.CURATOR, town.big)
    page = client.get(address(town.grew)).text
    assert "50,0\u00a0%" in page
    assert town.big.name in page
    assert town.small.name not in page
    table = rows_of(client.get(address(town.grew, "&format=csv")))
    assert [row[0] for row in table[1:]] == ["СОШ № 2", "Назарово в целом"]


def test_few_pupils_are_hidden_from_those_who_may_not_see_them(town, log_in_as):
    hidden = log_in_as(Role.VIEWER, town.municipality)
    page = hidden.get(address(town.mean)).text
    assert "скрыто: менее 5 участников" in page
    assert "2,89" not in page
    assert "−0,11" not in page
    assert "скрыто: менее 5 участников" in hidden.get(address(town.grew)).text
    school = hidden.get(f"{reverse('indicators:school_indicators', args=[town.small.pk])}?year=2020").text
    assert "скрыто: менее 5 участников" in school
    assert "2,89" not in school
    seen = log_in_as(Role.METHODIST, town.municipality).get(address(town.mean)).text
    assert "2,89" in seen
    assert "скрыто" not in seen
    own = log_in_as(Role.CURATOR, town.small).get(address(town.mean)).text
    assert "2,89" in own


def test_few_pupils_cannot_be_worked_out_from_the_sum(town, log_in_as):
    """22 of the second smallest school are hidden with the 4: of 46 less 20 nobody can tell them apart."""
    third = SchoolFactory(municipality=town.municipality, name="СОШ № 3")
    SchoolValueFactory(school=third, indicator=town.mean, numerator=88, denominator=22, value=4, participants=22)
    MunicipalityValueFactory(indicator=town.mean, numerator=167, denominator=46, value="3.63", participants=46)
    client = log_in_as(Role.VIEWER, town.municipality)
    page = client.get(address(town.mean)).text
    assert "46" in page  # the sum stays whole
    assert "скрыто: менее 5 участников" in page
    assert "скрыто ради школы, где менее 5 участников" in page
    assert "3,37" not in page
    assert "4,00" in page
    table = {row[0]: row for row in rows_of(client.get(address(town.mean, "&format=csv")))}
    assert table["СОШ № 2"][2:6] == ["скрыто ради школы, где менее 5 участников"] * 4
    assert table["СОШ № 3"][2:5] == ["88", "22", "4"]
    seen = log_in_as(Role.METHODIST, town.municipality).get(address(town.mean)).text
    assert "3,37" in seen
    assert "скрыто" not in seen


def test_schools_of_few_pupils_that_are_few_together_are_covered_too(town, log_in_as):
    for name, pupils in (("СОШ № 3", 1), ("СОШ № 4", 30)):
        SchoolValueFactory(
            school=SchoolFactory(municipality=town.municipality, name=name),
            indicator=town.mean,
            value="4.2" if pupils > 1 else "4.9",
            participants=pupils,
        )
    SchoolValueFactory._meta.model.objects.filter(school=town.small, indicator=town.mean).update(participants=3)
    MunicipalityValueFactory(indicator=town.mean, value="3.9", participants=54)
    page = log_in_as(Role.VIEWER, town.municipality).get(address(town.mean)).text
    assert page.count("скрыто: менее 5 участников") == 2
    assert "3,37" not in page
    assert "4,20" in page


def test_a_change_from_few_pupils_is_hidden_though_the_value_is_not(town, log_in_as):
    school = SchoolFactory(municipality=town.municipality)
    SchoolValueFactory(school=school, indicator=town.mean, period="2018", value=Decimal("4.4444"), participants=3)
    SchoolValueFactory(
        school=school,
        indicator=town.mean,
        value=Decimal("3.1111"),
        change=Decimal("-1.3333"),
        change_from="2018",
        change_reading="worse",
        participants=30,
        participants_before=3,
    )
    page = log_in_as(Role.VIEWER, town.municipality).get(address(town.mean)).text
    assert "3,11" in page
    assert "1,33" not in page
    assert "4,44" not in page


def test_the_file_has_exact_numbers_with_commas_and_hides_the_same(town, log_in_as):
    response = log_in_as(Role.VIEWER, town.municipality).get(address(town.mean, "&format=csv"))
    assert response.content.startswith(b"\xef\xbb\xbf")
    table = {row[0]: row for row in rows_of(response)}
    assert table["Школа"][2:5] == ["Сумма отметок", "Участники", "Значение, отметка"]
    assert table["СОШ № 2"][2:] == ["67,4", "20", "3,37", "", "", "0,37", "2018/2019", "Лучше", "не оценивается", ""]
    assert table["СОШ № 10"][2:8] == ["скрыто: менее 5 участников"] * 6


def test_a_change_is_read_with_its_direction_and_whether_it_is_more_than_chance(town, log_in_as):
    """The interval stands beside the value, few pupils are marked, on the page, at the school and in the file."""
    read = {"low": Decimal("50.5"), "high": Decimal("89.75"), "participants": 9, "warnings": ["few_participants"]}
    for school, change, reading in ((town.big, "-4.5", "not_significant"), (town.small, "25", "better")):
        SchoolValueFactory(
            school=school, indicator=town.trained, value=75, change=Decimal(change), change_from="2019",
            change_reading=reading, **read,
        )  # fmt: skip
    MunicipalityValueFactory(
        indicator=town.trained,
        value=75,
        change=Decimal(3),
        change_from="2019",
        change_reading="not_significant",
        **read,
    )
    client = log_in_as(Role.METHODIST, town.municipality)
    for page in (
        client.get(address(town.trained)).text,
        client.get(reverse("indicators:school_indicators", args=[town.big.pk]) + "?year=2020").text,
    ):
        assert "Снижение, не значимо" in page
        assert "50,5\u00a0% – 89,8\u00a0%" in page
        assert "Мало участников" in page
    page = client.get(address(town.trained)).text
    assert "Лучше, значимо" in page
    assert "Рост, не значимо" in page  # of the municipality
    page = client.get("/indicators/?year=2020").text
    assert "+3,0\u00a0п.\u00a0п., не значимо" in page
    assert "мало участников" in page
    table = {row[0]: row for row in rows_of(client.get(address(town.trained, "&format=csv")))}
    head = table["Школа"].index("Интервал от")
    assert table["СОШ № 2"][head:] == [
        "50,5", "89,75", "-4,5", "2019/2020", "Снижение", "не значимо", "мало участников",
    ]  # fmt: skip
    assert table["СОШ № 10"][-3:] == ["Лучше", "значимо", "мало участников"]
    assert table["Назарово в целом"][-3:] == ["Рост", "не значимо", "мало участников"]


def test_a_figure_leads_to_its_steps(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    of_town = reverse("monitoring:why", args=[town.grew.pk]) + "?period=2020"
    for page in ("/", "/indicators/?year=2020", address(town.grew)):
        assert of_town in client.get(page).text, page
    of_school = reverse("monitoring:school_why", args=[town.big.pk, town.mean.pk]) + "?period=2020"
    assert of_school in client.get(address(town.mean)).text
    assert of_school in client.get(reverse("indicators:school_indicators", args=[town.big.pk]) + "?year=2020").text


def test_a_name_that_looks_like_a_formula_stays_text(town, log_in_as):
    town.big.name = "=HYPERLINK()"
    town.big.save()
    response = log_in_as(Role.VIEWER, town.municipality).get(address(town.mean, "&format=csv"))
    assert "'=HYPERLINK()" in [row[0] for row in rows_of(response)]


def test_a_school_outside_the_population_is_not_listed(town, log_in_as):
    other = SchoolFactory(municipality=town.municipality, name="Гимназия")
    listed = IndicatorFactory(
        municipality=town.municipality, population={"type": "categories", "categories": ["low_results"]}
    )
    client = log_in_as(Role.VIEWER, town.municipality)
    page = client.get(address(listed)).text
    assert town.big.name in page
    assert other.name not in page
    assert other.name in client.get(address(town.mean)).text


def test_what_a_school_reported_stands_beside_the_condition(town, log_in_as):
    formula = {"type": "share_of_schools", "of": {"type": "statistic", "code": "teachers"}, "is": "above", "than": "0"}
    indicator = IndicatorFactory(municipality=town.municipality, formula=formula)
    SchoolStatisticFactory(school=town.big, kind=town.kinds.get(code="teachers"), value=37)
    SchoolValueFactory(school=town.big, indicator=indicator, numerator=1, denominator=1, value=100, participants=None)
    page = log_in_as(Role.VIEWER, town.municipality).get(address(indicator)).text
    assert "37" in page
    assert "Нет данных, не входит в расчёт" in page


def test_history_and_plan_stand_in_the_chart_and_its_table(town, log_in_as):
    MunicipalityValueFactory(indicator=town.grew, period="2018", value=25, participants=None)
    page = log_in_as(Role.VIEWER, town.municipality).get(address(town.grew)).text
    assert "data-chart" in page
    assert "2018/2019" in page
    assert "25,0\u00a0%" in page


@pytest.mark.parametrize("year", ["2015", "2030"])
def test_a_year_without_anything_still_has_its_page(town, log_in_as, year):
    client = log_in_as(Role.VIEWER, town.municipality)
    assert "данных нет" in client.get(f"{town.grew.get_absolute_url()}?year={year}").text
    assert client.get(f"/indicators/?year={year}").status_code == 200


def test_an_indicator_of_a_neighbour_is_not_there(town, log_in_as):
    client = log_in_as(Role.DEPARTMENT, MunicipalityFactory())
    assert client.get(address(town.grew)).status_code == 404
    assert client.get(reverse("indicators:school_indicators", args=[town.big.pk])).status_code == 404


def test_pages_ask_as_much_for_forty_schools_as_for_one(town, log_in_as, queries_of):
    client = log_in_as(Role.VIEWER, town.municipality)
    addresses = [address(town.grew), address(town.mean), address(town.mean, "&format=csv"), "/indicators/?year=2020"]
    before = [queries_of(client, each) for each in addresses]
    add_schools(town.municipality, 40, indicators=[town.grew, town.mean])
    assert [queries_of(client, each) for each in addresses] == before


def test_what_was_is_told_by_the_definition_of_today(town, log_in_as):
    """75 % now and a rise of 15 points make 60 % then, though 90 % is stored by the definition of that time."""
    methodist = MembershipFactory(municipality=town.municipality).user
    indicator = IndicatorFactory(municipality=town.municipality, short_name="По-новому")
    now = {"value": 75, "change": 15, "change_from": "2019", "warnings": ["definition_changed"], "period": "2020"}
    school = town.municipality.schools.first()
    for make, of in ((MunicipalityValueFactory, {}), (SchoolValueFactory, {"school": school})):
        make(indicator=indicator, value=90, period="2019", **of)
        make(indicator=indicator, **now, **of)
    (line,) = (
        line
        for line in value_lines(user=methodist, municipality=town.municipality, school_year=2020)
        if line.indicator == indicator
    )
    assert line.before == 60
    lines = school_lines(user=methodist, school=school, school_year=2020)
    assert next(line for line in lines if line.indicator == indicator).before == 60
    page = log_in_as(Role.VIEWER, town.municipality).get(address(indicator)).text
    assert "прежнее значение пересчитано по нынешнему" in page


def test_what_was_is_hidden_where_the_change_is(town):
    """By the definition of today three pupils took part then, by the one of that time twenty."""
    indicator = IndicatorFactory(municipality=town.municipality)
    school = town.municipality.schools.first()
    SchoolValueFactory(indicator=indicator, school=school, value=90, period="2019")
    few = {"participants_before": 3, "warnings": ["definition_changed"], "change_from": "2019", "change": 15}
    SchoolValueFactory(indicator=indicator, school=school, value=75, period="2020", participants=20, **few)
    viewer = MembershipFactory(municipality=town.municipality, role=Role.VIEWER).user
    lines = school_lines(user=viewer, school=school, school_year=2020)
    line = next(line for line in lines if line.indicator == indicator)
    assert (line.value, line.change, line.before) == (75, None, None)


@pytest.mark.parametrize(
    ("warning", "said", "change"),
    [
        ("compared_in_part", "сравнено только то, что есть в обоих периодах", 15),
        ("not_comparable", "сравнить не с чем: в двух периодах показатель складывается из разного", None),
    ],
)
def test_a_change_of_what_is_not_the_same_is_told_wherever_it_stands(town, log_in_as, warning, said, change):
    indicator = IndicatorFactory(municipality=town.municipality, short_name="Два предмета вместе")
    few = SchoolFactory(municipality=town.municipality)
    value = {"value": 75, "change": change, "change_from": "2019", "warnings": [warning], "participants": 20}
    MunicipalityValueFactory(indicator=indicator, **value)
    SchoolValueFactory(indicator=indicator, school=town.big, **value)
    hidden = IndicatorFactory(municipality=town.municipality)
    SchoolValueFactory(indicator=hidden, school=few, **value | {"participants": 3})
    client = log_in_as(Role.VIEWER, town.municipality)
    page = client.get(address(indicator)).text
    assert f"{said[:1].upper()}{said[1:]}." in page  # in the sentence of the municipality
    assert page.count(said) == 2  # of the school, and in the last row
    assert said in client.get(reverse("indicators:school_indicators", args=[town.big.pk]) + "?year=2020").text
    assert said not in client.get(reverse("indicators:school_indicators", args=[few.pk]) + "?year=2020").text
    assert said in client.get("/indicators/?year=2020").text
    if change is not None:
        assert said in client.get("/analysis/?year=2020").text
        why = reverse("monitoring:school_why", args=[town.big.pk, indicator.pk])
        assert said in client.get(f"{why}?period=2020").text
    assert said in client.get(address(indicator, "&format=csv")).content.decode()


def left_out_everywhere(town) -> Indicator:
    """An indicator whose only school's only result is left out."""
    indicator = IndicatorFactory(municipality=town.municipality, short_name="Успеваемость без сомнительных")
    nothing = {
        "numerator": None,
        "denominator": None,
        "value": None,
        "participants": None,
        "low": None,
        "high": None,
        "reading": "no_data",
        "change": None,
        "change_reading": "no_data",
        "excluded": 1,
        "sources": [],
        "warnings": ["excluded_results"],
        "period": "2020",
        "indicator": indicator,
    }
    MunicipalityValueFactory(**nothing)
    SchoolValueFactory(school=town.municipality.schools.first(), **nothing)
    return indicator


def test_a_value_whose_results_were_left_out_says_so_and_is_no_zero(town, log_in_as):
    indicator = left_out_everywhere(town)
    client = log_in_as(Role.METHODIST, town.municipality)
    page = client.get(address(indicator)).text
    assert "значения нет: все результаты исключены как необъективные" in page
    assert "Исключён 1\u00a0результат" in page
    assert page.count("Результат исключён") == 1
    assert "0,0" not in page
    assert "результаты за 2020/2021 исключены" in client.get("/indicators/?year=2020").text
    school = town.municipality.schools.first()
    tab = client.get(reverse("indicators:school_indicators", args=[school.pk]) + "?year=2020").text
    assert tab.count("Результат исключён") == 1


def test_a_value_whose_results_were_left_out_is_empty_in_the_table_too(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    _, *schools, whole = rows_of(client.get(address(left_out_everywhere(town), "&format=csv")))
    assert all(set(row[2:]) <= {"", "Нет данных"} for row in [*schools, whole])
