"""The passport in full, and every version of the definition with what it says otherwise than the one before."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.access import Role
from indicators.services.versions import keep_version
from tests.factories import IndicatorFactory, MunicipalityFactory, UserFactory
from tests.indicators.build import passed_share, results

pytestmark = pytest.mark.django_db


def read(log_in_as, indicator, role=Role.VIEWER, year=2020):
    return log_in_as(role, indicator.municipality).get(f"{indicator.get_absolute_url()}?year={year}").text


def revised(indicator, **fields):
    """The next version, from a period on where `valid_from` says so."""
    version = {name: fields.pop(name) for name in ("valid_from", "reason", "by") if name in fields}
    for name, value in fields.items():
        setattr(indicator, name, value)
    indicator.version += 1
    indicator.save()
    return keep_version(indicator, **version)


def test_the_passport_shows_all_that_it_says(log_in_as):
    indicator = IndicatorFactory(
        source="Протоколы РИС ГИА",
        collection="Выгрузка после основного периода",
        reference_value=Decimal("30"),
        reference_rule="modulus",
        rise_means="Больше детей освоили программу",
        fall_means="Нужна адресная помощь",
        aims=["Повысить качество", "Поддержать школы"],
        author="Муниципальная программа",
        reviewer="Начальник отдела",
        reviewed_on=dt.date(2021, 9, 1),
        period_kind="date",
        measured_on=["2023-05-31", "2023-10-31"],
    )
    page = read(log_in_as, indicator)
    for text in (
        "Протоколы РИС ГИА",
        "Выгрузка после основного периода",
        "30\u00a0% — важно изменение, по модулю большее референтного",
        "Больше детей освоили программу",
        "Нужна адресная помощь",
        "Повысить качество",
        "Поддержать школы",
        "Муниципальная программа",
        "Начальник отдела, 01.09.2021",
        "31.05.2023, 31.10.2023",
        "Число преодолевших минимальный порог ОГЭ по математике",
    ):
        assert text in page, text


def test_versions_say_since_when_who_why_and_what_changed(log_in_as):
    indicator = IndicatorFactory(direction="up")
    revised(
        indicator,
        formula=passed_share(attempt="best"),
        direction="none",
        population={"type": "categories", "categories": ["low_results"]},
        valid_from=dt.date(2021, 8, 1),
        reason="Приказ от 01.09.2021 № 5",
        by=UserFactory(full_name="Петрова М. И."),
    )
    page = read(log_in_as, indicator)
    assert "с 2021/2022 учебного года" in page
    assert "Приказ от 01.09.2021 № 5" in page
    assert "Петрова М. И." in page
    assert "(9 класс, до пересдач)», стало «Доля преодолевших" in page
    assert "было «Все школы муниципалитета», стало «Школы в категории ШНОР" in page
    assert "было «больше — лучше», стало «не оценивается»" in page
    assert page.index("с 2021/2022 учебного года") < page.index("для всех периодов")


@pytest.mark.parametrize(("year", "number"), [(2020, 1), (2021, 2)])
def test_the_version_of_the_period_in_view_is_marked(log_in_as, year, number):
    indicator = IndicatorFactory()
    revised(indicator, formula=passed_share(attempt="best"), valid_from=dt.date(2021, 8, 1))
    table = read(log_in_as, indicator, year=year).split('id="versions"')[1]
    rows = table.split('<th scope="row">')
    marked = [row.split("<")[0] for row in rows if ">действует" in row or "действует</span>" in row]
    assert marked == [str(number)]


def test_a_version_that_names_what_is_gone_is_told_without_failing(log_in_as):
    indicator = IndicatorFactory(
        formula={"type": "count", "of": {"type": "statistic", "code": "long_gone"}}, unit="count"
    )
    revised(indicator, formula={"type": "share", "part": results("passed"), "whole": {"type": "nonsense"}})
    page = read(log_in_as, indicator)
    assert "long_gone" in page
    assert "Определение прочитать не удалось" in page


def test_queries_do_not_grow_with_versions(log_in_as, queries_of):
    indicator = IndicatorFactory(municipality=MunicipalityFactory())
    client = log_in_as(Role.METHODIST, indicator.municipality)
    revised(indicator, formula=passed_share(attempt="best"), by=UserFactory())
    few = queries_of(client, indicator.get_absolute_url())
    for number in range(10):
        revised(indicator, formula=passed_share(subject="russian"), reason=str(number), by=UserFactory())
    assert queries_of(client, indicator.get_absolute_url()) == few


def test_a_population_of_chosen_schools_names_those_that_one_may_see(town, log_in_as):
    town.trained.population = {"type": "schools", "codes": ["102", "110"]}
    town.trained.save()
    address = town.trained.get_absolute_url()
    page = log_in_as(Role.DEPARTMENT, town.municipality).get(address).text
    assert "Школы по списку: СОШ № 2, СОШ № 10" in page
    assert "Школы по списку: СОШ № 2, 110" in log_in_as(Role.CURATOR, town.big).get(address).text
