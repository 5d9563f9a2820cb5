"""The table of targets: as first approved and as amended, what has come of it, and nothing of few pupils."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import Reading
from indicators.services.versions import keep_version
from reports.formats import Format
from reports.kinds import KINDS
from reports.kinds.base import ReportRefused
from reports.rendering import draw
from reports.table_layout import tables_of
from reports.tables import TableDocument
from schools.models import Municipality
from tests.factories import (
    BaselineFactory,
    IndicatorFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    PlanRevisionFactory,
    SchoolFactory,
    SchoolValueFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db
TARGETS = KINDS["targets_table"]


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory(slug="nazarovo", name="Назарово")


@pytest.fixture
def indicator(town):
    """Approved at 70, amended to 80; from 60 the value of 65 is a quarter of the way."""
    made = IndicatorFactory(municipality=town, short_name="Преодолели порог", code="p1")
    BaselineFactory(indicator=made, value=60, period="2018")
    TargetFactory(indicator=made, value=80)
    MunicipalityValueFactory(indicator=made, value=65, reading=Reading.BEHIND)
    evening = dt.datetime(2021, 3, 2, 23, 30, tzinfo=dt.UTC)  # already the third of March where the portal is
    PlanRevisionFactory(indicator=made, new=70, reason="Программа", changed_at=evening - dt.timedelta(days=90))
    order = {"order_number": "15-п", "order_date": dt.date(2021, 3, 1)}
    PlanRevisionFactory(indicator=made, old=70, new=80, reason="Уточнение", changed_at=evening, **order)
    return made


def build(town: Municipality, period: str = "2020") -> TableDocument:
    document: Any = TARGETS.freeze(municipality=town, period=period)
    return document


def sheets(document: TableDocument) -> dict[str, list[list[str]]]:
    """What is read in each table, by the name of its sheet."""
    names = [section.sheet for section in document.sections]
    rows = [
        [[row.heading] if row.heading else [cell.text.replace("\xa0", " ") for cell in row.cells] for row in table.rows]
        for table in tables_of(document)
    ]
    return dict(zip(names, rows, strict=True))


def test_the_plan_stands_as_approved_and_as_amended_with_what_has_come_of_it(town, indicator):
    found = sheets(build(town))
    assert found["Достижение плана"] == [
        ["1", "Преодолели порог", "60 % (2018/2019)", "70 %", "80 %", "65,0 %", "Отстаёт", "Пройдено 25 % пути", "—"]
    ]
    assert found["План по периодам"] == [["1", "Преодолели порог", "60 % (2018/2019)", "70 %", "80 %", "65,0 %"]]
    assert found["Изменения плана"] == [
        ["03.03.2021", "Преодолели порог", "2020/2021", "70 %", "80 %", "Уточнение; приказ № 15-п от 01.03.2021"]
    ]
    assert "План школ" not in found


def test_what_the_plan_no_longer_says_is_still_there(town, indicator):
    for old, new in ((None, 90), (90, None)):
        PlanRevisionFactory(indicator=indicator, period="2021", old=old, new=new)
    assert sheets(build(town))["План по периодам"][0][-3:] == ["90 %", "убрано", "—"]


def test_schools_have_a_table_of_their_own_without_few_pupils(town, indicator):
    """Four pupils at 55 of a plan of 50: neither value nor reading nor progress may say so; the sum is no help, for of
    the school of fifteen no value is told either."""
    SchoolValueFactory(indicator=indicator, school=SchoolFactory(municipality=town), participants=15)
    for name, pupils, value in (("Вторая школа", 20, Decimal(70)), ("Первая школа", 4, Decimal(55))):
        school = SchoolFactory(municipality=town, name=name)
        TargetFactory(indicator=indicator, school=school, value=50)
        BaselineFactory(indicator=indicator, school=school, value=40, period="2018")
        SchoolValueFactory(
            indicator=indicator, school=school, value=value, participants=pupils, reading=Reading.REACHED
        )
    plan = ["40 % (2018/2019)", "50 %", "50 %"]
    assert sheets(build(town))["План школ"] == [
        ["Преодолели порог"],
        ["1", "Вторая школа", *plan, "70,0 %", "План достигнут", "Перевыполнен: 300 % пути"],
        ["2", "Первая школа", *plan, "скрыто", "—", "—"],
    ]


def test_a_demonstration_plan_is_marked(town, indicator):
    invented = IndicatorFactory(municipality=town, short_name="Вторая доля")
    TargetFactory(indicator=invented, value=50, is_demo=True)
    document = build(town)
    assert sheets(document)["Достижение плана"][1][4] == "50 %*"
    assert any("Демонстрационный план" in note for note in document.sections[0].notes)


def test_a_period_without_a_plan_is_refused_in_words(town, indicator):
    with pytest.raises(ReportRefused, match="План на 2030/2031 не задан"):
        build(town, "2030")
    assert TARGETS.periods(town) == ["2020"]


def test_both_files_are_the_same_bytes_again(town, indicator):
    document = build(town)
    for form in (Format.PDF, Format.XLSX):
        assert draw(document, form) == draw(build(town), form)


def test_queries_do_not_grow_with_indicators_and_schools(town, indicator):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            build(town)
        return len(asked)

    school = SchoolFactory(municipality=town)
    TargetFactory(indicator=indicator, school=school)
    SchoolValueFactory(indicator=indicator, school=school)
    few = queries()
    for another in IndicatorFactory.create_batch(10, municipality=town):
        TargetFactory(indicator=another)
        TargetFactory(indicator=another, school=SchoolFactory(municipality=town))
        SchoolValueFactory(indicator=another, school=school)
        PlanRevisionFactory(indicator=another, old=60)
    assert queries() == few


def test_a_plan_of_an_earlier_definition_is_told_and_no_way_is_measured(town, indicator):
    indicator.version = 2
    indicator.save()
    keep_version(indicator)
    document = build(town)
    reached = next(section for section in document.sections if section.sheet == "Достижение плана")
    assert "Не измеряется: план задан для прежней версии определения" in str(reached.rows)
    (notice,) = reached.notes
    assert notice.startswith("Преодолели порог. Определение показателя изменено, действует версия 2")
