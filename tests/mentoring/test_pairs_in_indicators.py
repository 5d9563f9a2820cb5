"""One side of the pairs of schools as a population, and both schools of a pair beside each other by an indicator."""

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import Role
from accounts.models import Job
from indicators.calculations import FormulaError, describe_population, parse_population, population_to_json
from indicators.calculations.populations import Lists, OneSide, SchoolPair, Side
from indicators.engine import recompute
from indicators.forms.formula_tree import Choices, population_view
from indicators.models import Indicator, MunicipalityValue, SchoolValue
from mentoring.kinds import Kind
from mentoring.models import Pairing
from mentoring.services.pairings import Facts, end_pairing
from monitoring.audit.comparison import audit
from monitoring.audit.mentoring import side_of
from schools.periods import Period
from tests.factories import IndicatorFactory, SchoolStatisticFactory, StatisticKindFactory

HELPED = {"type": "pairs", "side": "helped"}


def test_population_is_read_written_and_said():
    assert population_to_json(parse_population(HELPED)) == HELPED
    assert describe_population(OneSide(Side.HELPING)).startswith("Школы, которые помогают другой школе")
    with pytest.raises(FormulaError) as refused:
        parse_population({"type": "pairs", "side": "both"})
    assert [problem.path for problem in refused.value.problems] == ["population.side"]
    view = population_view({"type": "pairs", "side": "helping"}, Choices((), (), (), ()))
    assert ("helping", "школы, которые помогают", True) in view.fields[0].options


def test_side_is_that_of_pairs_that_run_on_a_day_of_the_period():
    """School 1 is helped from September 2022 to August 2023, school 3 from May 2023 and on."""
    pairs = (SchoolPair(1, 2, dt.date(2022, 9, 1), dt.date(2023, 8, 31)), SchoolPair(3, 2, dt.date(2023, 5, 1), None))
    lists = Lists(frozenset({1, 2, 3}), {}, {}, lambda: pairs)

    def helped(code: str) -> set[int]:
        return set(lists.members(OneSide(Side.HELPED), Period.parse(code)))

    periods = ("2021", "2022", "2023", "cy2022", "cy2023", "2023q1", "2023-05-01", "2023-04-30")
    assert {code: helped(code) for code in periods} == {
        "2021": set(), "2022": {1, 3}, "2023": {3}, "cy2022": {1}, "cy2023": {1, 3}, "2023q1": {1},
        "2023-05-01": {1, 3}, "2023-04-30": {1},
    }  # fmt: skip
    assert lists.members(OneSide(Side.HELPING), Period.parse("2023")) == {2}


DAYS = st.dates(dt.date(2022, 1, 1), dt.date(2023, 12, 31))
PAIRS = st.tuples(st.integers(1, 4), st.integers(5, 8), DAYS, DAYS | st.none()).filter(
    lambda p: p[3] is None or p[2] <= p[3]
)


@given(st.lists(PAIRS, max_size=5), st.sampled_from(Side))
def test_second_calculation_draws_the_same_side(told, side):
    pairs = [SchoolPair(*pair) for pair in told]
    rows = [Pairing(school_id=a, helping_school_id=b, starts_on=first, ends_on=last) for a, b, first, last in told]
    lists = Lists(frozenset(range(9)), {}, {}, lambda: pairs)
    for code in ("2021", "2022", "cy2022", "2022h2", "2023q1", "2022-09-01", "2024"):
        assert lists.members(OneSide(side), Period.parse(code)) == side_of(rows, side.value, code)


@pytest.fixture
def paired(town):
    """№ 10 helps № 2 all of 2023; № 2 reports 20 teachers, № 9 reports 30, № 10 reports 40, those of 2023."""
    kind = StatisticKindFactory(code="teachers")
    for school, number in ((town.weak, 20), (town.other, 30), (town.strong, 40)):
        SchoolStatisticFactory(school=school, kind=kind, period="cy2023", value=number)
    count = {"type": "count", "of": {"type": "statistic", "code": "teachers"}}
    known = {"municipality": town.municipality, "formula": count, "period_kind": "calendar_year", "unit": "count"}
    IndicatorFactory(code="helped", population=HELPED, **known)
    IndicatorFactory(code="helping", population={"type": "pairs", "side": "helping"}, **known)
    town.pair_of_schools = town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    Job.objects.all().delete()
    recompute(town.municipality.pk)
    return town


def value(code: str) -> int | None:
    found = MunicipalityValue.objects.filter(indicator__code=code, period="cy2023").first()
    return int(found.value) if found else None


@pytest.mark.django_db
def test_value_is_that_of_one_side_and_follows_the_pairs(paired):
    town = paired.municipality
    assert (value("helped"), value("helping")) == (20, 40)
    second = Facts(dt.date(2023, 4, 1), dt.date(2023, 12, 31))  # ahead, and in the year all the same
    paired.pair(Kind.SCHOOL_SCHOOL, paired.other, second, helping_school=paired.strong)
    (job,) = Job.objects.all()
    assert job.scope == {"pairs": [2022, 2023]}
    recompute(town.pk, job.scope)
    assert (value("helped"), value("helping")) == (50, 40)
    pair, ended = paired.pair_of_schools, dt.date(2023, 2, 1)
    end_pairing(pairing=pair, on=ended, reason="Ошибка", seen_version=1, by=paired.person(Role.METHODIST))
    assert recompute(town.pk, check=True).differences == ()  # it ran on a day of the year
    pair.delete()
    recompute(town.pk, {"pairs": [2022, 2023]})
    assert set(SchoolValue.objects.filter(indicator__code="helped").values_list("school__name", flat=True)) == {
        "Школа № 9"
    }
    assert recompute(town.pk, check=True).differences == ()
    assert audit(town.pk).differences == ()


@pytest.mark.django_db
def test_pairs_are_neither_read_nor_asked_for_where_no_population_is_drawn_from_them(paired):
    Indicator.objects.all().delete()
    IndicatorFactory(
        municipality=paired.municipality, formula={"type": "count", "of": {"type": "statistic", "code": "teachers"}}
    )
    paired.pair(Kind.SCHOOL_SCHOOL, paired.other, helping_school=paired.strong)
    assert not Job.objects.exists()
    with CaptureQueriesContext(connection) as found:
        recompute(paired.municipality.pk)
    assert not [query for query in found.captured_queries if '"mentoring_' in query["sql"]]


@pytest.mark.django_db
def test_schools_of_a_pair_stand_beside_each_other_for_those_who_see_both(paired):
    helped = Indicator.objects.get(code="helped")
    row = IndicatorFactory(
        municipality=paired.municipality, code="all", formula=helped.formula, period_kind="calendar_year", unit="count"
    )
    recompute(paired.municipality.pk)

    def page(role: Role, school=None, row=row) -> str:
        client = Client()
        client.force_login(paired.person(role, school))
        text = client.get(f"/indicators/{row.pk}/?year=2022").text
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())

    assert "Школа № 2 20 — Школа № 10 40 —" in page(Role.METHODIST)
    assert "Пары школ рядом" not in page(Role.CURATOR, paired.weak)
    assert "Пары школ рядом" not in page(Role.METHODIST, row=helped)  # of one side alone
