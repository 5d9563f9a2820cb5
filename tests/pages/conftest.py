"""What tests of pages share: a town with schools, indicators and values, and counting queries."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators.models import Indicator, Reading, StatisticKind
from schools.models import Category, Municipality
from tests.factories import (
    IdentificationFactory,
    IndicatorFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    SchoolValueFactory,
    StatisticKindFactory,
    TargetFactory,
)

OVER_TEACHERS = {
    "type": "share",
    "part": {"type": "statistic", "code": "trained"},
    "whole": {"type": "statistic", "code": "teachers"},
}
GREW = {
    "type": "share_of_schools",
    "of": {"type": "change", "of": {"type": "indicator", "code": "mean"}},
    "is": "above",
    "than": "0",
}
MEAN = {
    "type": "mean",
    "total": {"type": "results", "procedure": "oge", "subject": "mathematics", "measure": "mark_sum"},
    "count": {"type": "results", "procedure": "oge", "subject": "mathematics", "measure": "participants"},
}


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    """Two schools of Назарово in 2020: 20 and 4 pupils; one improved, the other did not."""
    municipality = MunicipalityFactory(slug="nazarovo", name="Назарово")
    big = SchoolFactory(municipality=municipality, name="СОШ № 2", code="102", fisoko_login="edu102")
    small = SchoolFactory(municipality=municipality, name="СОШ № 10", code="110", fisoko_login="edu110")
    teachers = StatisticKindFactory(code="teachers", name="Педагогов всего", position=1)
    StatisticKindFactory(code="trained", name="Педагогов обучено", at_most=teachers, position=2)
    trained = IndicatorFactory(
        municipality=municipality, code="trained", short_name="Обученные педагоги", formula=OVER_TEACHERS
    )
    grew = IndicatorFactory(municipality=municipality, code="grew", short_name="Школы с динамикой", formula=GREW)
    mean = IndicatorFactory(
        municipality=municipality,
        code="mean",
        short_name="Средняя отметка",
        formula=MEAN,
        unit=Indicator.Unit.MARK,
        role=Indicator.Role.SUPPORTING,
    )
    TargetFactory(indicator=grew, period="2020", value=Decimal(70))
    MunicipalityValueFactory(
        indicator=grew, numerator=1, denominator=2, value=50, target=70, participants=None, reading=Reading.BEHIND
    )
    for school, met, pupils in ((big, 1, 20), (small, 0, 4)):
        IdentificationFactory(school=school, school_year=2020, category=Category.LOW_RESULTS)
        SchoolValueFactory(
            school=school, indicator=grew, numerator=met, denominator=1, value=100 * met, participants=None
        )
        SchoolValueFactory(
            school=school,
            indicator=mean,
            period="2018",
            numerator=3 * pupils,
            denominator=pupils,
            value=3,
            participants=pupils,
        )
        SchoolValueFactory(
            school=school,
            indicator=mean,
            numerator=pupils * (Decimal("3.37") if met else Decimal("2.89")),
            denominator=pupils,
            value=Decimal("3.37") if met else Decimal("2.89"),
            change=Decimal("0.37") if met else Decimal("-0.11"),
            change_from="2018",
            change_reading="better" if met else "worse",
            participants=pupils,
        )
    return SimpleNamespace(
        municipality=municipality,
        big=big,
        small=small,
        trained=trained,
        grew=grew,
        mean=mean,
        kinds=StatisticKind.objects,
    )


def add_schools(municipality: Municipality, count: int, *, indicators: Any = ()) -> None:
    """So many more schools, each with a branch's worth of everything a page may list."""
    for number in range(count):
        school = SchoolFactory(municipality=municipality, name=f"СОШ № {100 + number}")
        IdentificationFactory(school=school, school_year=2020)
        IdentificationFactory(school=school, school_year=2019)
        ResultTotalFactory(school=school)
        for indicator in indicators:
            SchoolValueFactory(school=school, indicator=indicator, participants=20)
        for kind in StatisticKind.objects.all():
            SchoolStatisticFactory(school=school, kind=kind, value=0)


@pytest.fixture
def queries_of() -> Callable[[Client, str], int]:
    def count(client: Client, address: str) -> int:
        client.get(address)  # session and content types are read once
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    return count
