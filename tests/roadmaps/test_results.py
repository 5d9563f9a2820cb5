"""An expert of results sees the indicators of the programme: where they were, are and should be, no small numbers."""

import datetime as dt
from decimal import Decimal

from django.test import Client

from roadmaps.models import Expertise, ProgrammeTask
from roadmaps.queries.results import results_of
from tests.factories import IndicatorFactory, MunicipalityValueFactory, SchoolValueFactory, TargetFactory

DAY = dt.date(2022, 12, 1)


def shown(programme) -> list[tuple]:
    return [
        (one.indicator.code, one.value, one.period, one.target and one.target.value, bool(one.hidden))
        for one in results_of(programme, DAY)
    ]


def test_results_are_those_of_the_school_by_the_indicators_of_its_tasks(judged):
    town, programme = judged.municipality, judged.programme
    asked, few, empty, other = (IndicatorFactory(municipality=town, code=code) for code in ("a", "b", "c", "d"))
    task = ProgrammeTask.objects.create(programme=programme, position=1, text="Поднять")
    task.indicators.add(asked, few, empty)
    of = {"school": judged.first, "period": "2022"}
    SchoolValueFactory(indicator=asked, value=Decimal(60), participants=20, **of)
    SchoolValueFactory(indicator=few, participants=4, **of)
    SchoolValueFactory(indicator=other, participants=20, **of)
    SchoolValueFactory(indicator=asked, school=judged.second, value=Decimal(90), participants=20, period="2022")
    TargetFactory(indicator=asked, school=judged.first, period="2022", value=Decimal(70))
    assert shown(programme) == [
        ("a", Decimal(60), "2022", Decimal(70), False), ("b", None, "2022", None, True), ("c", None, "", None, False),
    ]  # fmt: skip
    client = Client()
    client.force_login(judged.expert)
    assert "Показатели: было, стало" not in client.get(judged.review.get_absolute_url()).text
    Expertise.objects.update(kind=Expertise.Kind.RESULTS)
    assert "Показатели: было, стало" in client.get(judged.review.get_absolute_url()).text


def test_results_of_the_municipality_are_its_own(judged):
    programme = judged.roadmap.programme
    indicator = IndicatorFactory(municipality=judged.municipality, code="a")
    MunicipalityValueFactory(indicator=indicator, value=Decimal(55), period="2022")
    SchoolValueFactory(indicator=indicator, school=judged.first, value=Decimal(60), participants=20, period="2022")
    IndicatorFactory(municipality=judged.municipality, code="b")  # without data; no task names it either
    assert shown(programme) == [("a", Decimal(55), "2022", None, False)]
