"""What was done and what it changed: the indicators before and after, beside similar schools, in honest words."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitoring.queries.analysis import before_and_after as module
from monitoring.queries.analysis.before_and_after import Moved, Similar, around, read_effect
from monitoring.queries.analysis.effects import effects_of
from monitoring.queries.analysis.measures import half_of, halves_with_measures
from roadmaps.models import Assignment, Occurrence
from roadmaps.services.decisions import DecisionTold, PointTold, register_decision
from roadmaps.services.overruling import overrule
from schools.periods import Period
from tests.factories import (
    IdentificationFactory,
    IndicatorFactory,
    MunicipalityValueFactory,
    SchoolFactory,
    SchoolValueFactory,
)

pytestmark = pytest.mark.django_db
TODAY, HALF, PAGE = dt.date(2022, 11, 10), Period.parse("2022h1"), "/analysis/effects/"
DONE = dt.datetime(2022, 3, 20, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2022, 11, 10, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def indicator(planned):
    return IndicatorFactory(municipality=planned.municipality, code="e1", short_name="Качество", direction="up")


def value(school, indicator, period: str, number, *, around: int = 1, participants: int = 60):
    return SchoolValueFactory(
        school=school, indicator=indicator, period=period, value=number, numerator=number, denominator=100,
        low=Decimal(number) - around, high=Decimal(number) + around, participants=participants,
    )  # fmt: skip


def done(planned, indicator, school="СОШ № 1", *, number: str = "5", at: dt.datetime = DONE) -> Assignment:
    day = {"date": dt.date(2021, 9, 1), "ends_on": dt.date(2022, 8, 31)}
    point = PointTold("Провести семинар", "1.", "до 31.03.2022", responsible=(school,))
    more = {"indicators": [indicator] if indicator else []}
    told = DecisionTold(kind="order", number=number, title="О мерах", points=[point], **day, **more)
    decision = register_decision(municipality=planned.municipality, told=told, by=planned.methodist)
    row = decision.points.get().assignments.get()
    Assignment.objects.filter(pk=row.pk).update(state="accepted", text="Провели", answered_at=at)
    return row


def found(planned, who="methodist", half=HALF):
    return effects_of(user=getattr(planned, who), municipality=planned.municipality, half=half, today=TODAY)


@pytest.mark.parametrize(
    ("before", "after", "width", "reading", "words"),
    [
        (40, 60, 1, "better", "стало лучше, изменение больше случайного"),
        (60, 40, 1, "worse", "стало хуже, изменение больше случайного"),
        (40, 42, 5, "not_significant", "изменение в пределах случайного"),
        (40, 40, 5, "same", "без изменений"),
        (40, 60, None, "better", "стало лучше; случайно ли это, проверить нечем"),
    ],
)
def test_the_words_say_what_the_intervals_allow(before, after, width, reading, words):
    def of(number: int) -> SimpleNamespace:
        low, high = (None, None) if width is None else (Decimal(number - width), Decimal(number + width))
        return SimpleNamespace(value=Decimal(number), low=low, high=high)

    indicator = SimpleNamespace(better="up")
    assert read_effect(indicator, of(before), of(after)) == (reading, words)
    assert read_effect(indicator, of(before), None) == ("no_data", "данных после этого ещё нет")
    assert read_effect(indicator, None, of(after)) == ("no_data", "данных до этого нет: сравнить не с чем")


def test_before_is_what_was_over_and_after_is_what_ended_next():
    values = [SimpleNamespace(period=period, as_of="") for period in ("2022", "2020", "2021", "2019")]
    before, after = around(values, dt.date(2022, 3, 20))
    assert (before.period, after.period) == ("2020", "2021")
    before, after = around(values[1:2], dt.date(2022, 3, 20))
    assert (before.period, after) == ("2020", None)
    assert around([], dt.date(2022, 3, 20)) == (None, None)


def test_data_of_the_day_before_are_not_after():
    running = SimpleNamespace(period="2021", as_of="2022-03-19")  # of the school year that ends in August
    assert around([running], dt.date(2022, 3, 20)) == (None, None)
    assert around([running], dt.date(2022, 3, 19)) == (None, running)


def test_a_row_done_by_decision_is_a_measure_of_the_day_of_the_decision(planned, indicator):
    row = planned.centre.activity
    row.indicators.add(indicator)
    with time_machine.travel(DONE, tick=False):
        overrule(
            activity=row, status="done", reason="Решение совещания", seen_version=row.version, by=planned.methodist
        )
    (line,) = found(planned).lines
    assert (line.measure.title, line.measure.done_on) == ("Совещание", DONE.date())
    assert "по решению" in line.measure.source
    assert HALF in halves_with_measures(planned.methodist, planned.municipality)
    Occurrence.objects.filter(pk=planned.centre.pk).update(status="done", percent=100, done_on=dt.date(2022, 3, 1))
    (line,) = found(planned).lines  # once, by its report
    assert line.measure.done_on == dt.date(2022, 3, 1)


def test_a_measure_shows_its_indicator_before_and_after(planned, indicator):
    value(planned.first, indicator, "2020", 40)
    value(planned.first, indicator, "2021", 60)
    row = done(planned, indicator)
    (line,) = found(planned).lines
    (effect,) = line.effects
    assert (line.measure.title, line.measure.school) == ("Провести семинар", planned.first)
    assert line.measure.address == row.get_absolute_url()
    assert (effect.before.value, effect.after.value, effect.change) == (40, 60, 20)
    assert effect.reading == "better"
    assert (effect.similar, effect.moved) == (None, None)


def test_similar_schools_stand_beside_it_the_same_on_both_sides(planned, indicator, monkeypatch):
    value(planned.first, indicator, "2020", 40)
    value(planned.first, indicator, "2021", 60)
    others = [SchoolFactory(municipality=planned.municipality) for _ in range(4)]
    for school in others[:3]:
        value(school, indicator, "2020", 50)
        value(school, indicator, "2021", 65)
    value(others[3], indicator, "2021", 99)  # only after: it would change who is compared
    near = tuple(SimpleNamespace(school=school.pk) for school in others)
    monkeypatch.setattr(module, "similar_schools", lambda school, conditions: near)
    done(planned, indicator)
    (effect,) = found(planned).lines[0].effects
    assert effect.similar == Similar(before=Decimal(50), after=Decimal(65), schools=3)
    assert effect.similar.change == 15


def test_what_the_municipality_did_is_read_by_its_own_values(planned, indicator):
    MunicipalityValueFactory(indicator=indicator, period="2020", value=40, low=39, high=41)
    MunicipalityValueFactory(indicator=indicator, period="2021", value=41, low=40, high=42)
    Occurrence.objects.filter(pk=planned.centre.pk).update(status="done", percent=100, done_on=dt.date(2022, 3, 1))
    planned.centre.activity.indicators.add(indicator)
    (line,) = found(planned).lines
    assert (line.measure.title, line.measure.school) == ("Совещание", None)
    assert line.effects[0].verdict == "изменение в пределах случайного"


def test_beside_what_the_municipality_did_stands_how_the_schools_of_the_plan_moved(planned, indicator):
    """Those of the programme alone, for who sees them all; a hidden number counts as none."""
    MunicipalityValueFactory(indicator=indicator, period="2020", value=40)
    MunicipalityValueFactory(indicator=indicator, period="2021", value=41)
    planned.centre.activity.indicators.add(indicator)
    Occurrence.objects.filter(pk=planned.centre.pk).update(status="done", percent=100, done_on=dt.date(2022, 3, 1))
    for school, after in ((planned.first, 60), (planned.second, 20), (planned.third, 90)):
        value(school, indicator, "2020", 40, participants=4 if school == planned.second else 60)
        value(school, indicator, "2021", after)

    def moved(who: str) -> Moved | None:
        return found(planned, who).lines[0].effects[0].moved

    assert moved("methodist") == Moved(better=1, worse=1, stayed=0, unknown=0)
    assert moved("viewer") == Moved(better=0, worse=0, stayed=0, unknown=2)  # the first is hidden with the second
    assert moved("curator") is None
    planned.programme.participants.all().delete()  # then it is a plan of all schools
    assert moved("methodist") == Moved(better=2, worse=1, stayed=0, unknown=0)
    indicator.direction = "none"
    indicator.save()
    assert moved("methodist") is None


def test_only_what_was_done_in_the_half_year_counts(planned, indicator):
    done(planned, indicator, number="1", at=dt.datetime(2021, 12, 30, 9, tzinfo=dt.UTC))
    done(planned, indicator, number="2", at=dt.datetime(2022, 7, 2, 9, tzinfo=dt.UTC))
    inside = done(planned, indicator, number="3", at=dt.datetime(2022, 6, 30, 9, tzinfo=dt.UTC))
    assert [line.measure.address for line in found(planned).lines] == [inside.get_absolute_url()]
    halves = halves_with_measures(planned.methodist, planned.municipality)
    assert [half.code for half in halves] == ["2022h2", "2022h1", "2021h2"]


def test_measures_without_indicators_are_counted_and_said(planned):
    done(planned, None)
    assert (found(planned).lines, found(planned).without_indicators) == ((), 1)


def test_numbers_of_few_are_hidden_from_those_who_may_not_see_them(planned, indicator):
    value(planned.first, indicator, "2020", 40, participants=4)
    value(planned.first, indicator, "2021", 60)
    done(planned, indicator)
    (effect,) = found(planned, "viewer").lines[0].effects
    assert effect.is_hidden
    assert effect.change is None
    assert "скрыто" in effect.verdict
    assert not found(planned, "methodist").lines[0].effects[0].is_hidden
    client = Client()
    client.force_login(planned.viewer)
    page = client.get(PAGE, {"half": "2022h1"}).text
    assert "скрыто" in page
    assert "60,0" not in page


def test_a_school_sees_its_own_measures_alone(planned, indicator):
    done(planned, indicator)
    done(planned, indicator, "СОШ № 2", number="6")
    assert [line.measure.school for line in found(planned, "curator").lines] == [planned.first]
    assert len(found(planned, "viewer").lines) == 2


def test_the_list_of_schools_and_what_is_late_are_told(planned, indicator):
    for school, year in ((planned.first, 2020), (planned.second, 2020), (planned.first, 2021)):
        IdentificationFactory(school=school, school_year=year, category="low_results")
    assert found(planned).listed == (2, 1)
    assert found(planned).overdue == (0, 3)  # the rows of the plan due in March
    done(planned, indicator)
    Assignment.objects.update(state="returned", reason="Нет протокола")
    assert found(planned).overdue == (1, 3)


@pytest.mark.parametrize(
    ("day", "code"), [((2022, 1, 1), "2022h1"), ((2022, 6, 30), "2022h1"), ((2022, 7, 1), "2022h2")]
)
def test_halves_are_those_of_the_calendar(day, code):
    assert half_of(dt.date(*day)).code == code


def test_the_page_claims_no_cause_and_prints_its_half(planned, indicator):
    value(planned.first, indicator, "2020", 40)
    value(planned.first, indicator, "2021", 60)
    done(planned, indicator)
    client = Client()
    client.force_login(planned.methodist)
    page = client.get(PAGE, {"half": "2022h1"}).text
    assert "Совпадение по времени не доказывает причины" in page
    assert "стало лучше, изменение больше случайного" in page
    assert "Провести семинар" in page
    for wrong in ("2022", "завтра", "2022h3"):
        assert client.get(PAGE, {"half": wrong}).status_code == 200


def test_an_empty_page_says_what_will_stand_there(planned):
    client = Client()
    client.force_login(planned.curator)
    page = client.get(PAGE).text
    assert "нет выполненных мер" in page
    assert "Здесь появятся принятые ответы" in page


def test_queries_do_not_grow_with_measures(planned, indicator):
    value(planned.first, indicator, "2020", 40)
    value(planned.first, indicator, "2021", 60)
    done(planned, indicator)
    client = Client()
    client.force_login(planned.methodist)
    client.get(PAGE, {"half": "2022h1"})
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE, {"half": "2022h1"})
    for place in range(20):
        fresh = IndicatorFactory(municipality=planned.municipality, code=f"f{place}")
        value(planned.second, fresh, "2020", 40)
        done(planned, fresh, "СОШ № 2", number=f"9{place}")
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE, {"half": "2022h1"})
    assert len(many) <= len(one), [query["sql"] for query in many]
