"""A school is hidden with the one of few pupils, the same in every list and for whatever is asked."""

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from accounts.models import ApiKey
from indicators.engine import recompute
from indicators.models import Indicator, MunicipalityValue, SchoolValue, StatisticKind
from indicators.queries.covering import covering_of
from indicators.queries.values import school_lines
from indicators.value_list import school_values
from monitoring.models import ResultTotal
from monitoring.queries.analysis.low_results import low_shares_of
from monitoring.queries.analysis.weak_topics import weak_topics
from tests.factories import (
    ApiKeyFactory,
    IdentificationFactory,
    MembershipFactory,
    MunicipalityFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
)
from tests.indicators.build import (
    change,
    indicator,
    mean_mark,
    passed_share,
    reference,
    results,
    share_of_schools,
    statistic,
    took,
)

WHY = "скрыто ради школы, где менее 5 участников"
LISTED = {"type": "categories", "categories": ["low_results"]}


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    """ОГЭ of four schools: 4, 10, 16 and 30 pupils. The share of those who passed is of all, the mean mark of a list
    without the third."""
    municipality = MunicipalityFactory(name="Назарово")
    pupils = {"small": 4, "second": 10, "third": 16, "large": 30}
    schools = {}
    for number, (name, count) in enumerate(pupils.items(), start=1):
        schools[name] = SchoolFactory(municipality=municipality, name=f"СОШ № {number}", code=f"24010{number}")
        took(schools[name], marks=(1, count - 2, 1, 0))
        if name != "third":
            IdentificationFactory(school=schools[name], school_year=2020)
    town = SimpleNamespace(
        municipality=municipality,
        **schools,
        share=indicator(municipality, passed_share(), code="share"),
        mean=indicator(municipality, mean_mark(), code="mean", unit="mark", population=LISTED),
    )
    recompute(municipality.pk)
    return town


def viewer(town: SimpleNamespace) -> ApiKey:
    return ApiKey(role=Role.VIEWER, municipality=town.municipality)


def hidden(user: Any, row: Indicator, period: str = "2020") -> dict[str, bool]:
    """Schools whose value is hidden, and whether for the sake of another."""
    values: Any = school_values(user)
    found = values.filter(indicator=row, period=period, is_hidden=True)
    return dict(found.values_list("school__name", "is_covered"))


def told(client: Client, address: str, **query: Any) -> list[dict[str, Any]]:
    """All pages of a list."""
    found, page = [], client.get(reverse(address), query).json()
    while True:
        found += page["results"]
        if not page["next"]:
            return found
        page = client.get(page["next"]).json()


@pytest.fixture
def client_of(town) -> Client:
    key = ApiKeyFactory(role=Role.VIEWER, municipality=town.municipality)
    return Client(headers={"Authorization": f"Api-Key {key.text}"})


def test_both_indicators_hide_the_same_schools(town):
    for row in (town.share, town.mean):
        assert hidden(viewer(town), row) == {"СОШ № 1": False, "СОШ № 2": True}
    assert hidden(MembershipFactory(municipality=town.municipality).user, town.share) == {}


def test_nothing_can_be_taken_from_the_sum(town, client_of):
    rows = [row for row in told(client_of, "api:values-list", period="2020") if row["indicator"] == "share"]
    whole = next(row for row in rows if row["school"] is None)
    shown = [row for row in rows if row["school"] and row["participants"] is not None]
    left = whole["participants"] - sum(row["participants"] for row in shown)
    assert (left, len(rows) - 1 - len(shown)) == (14, 2)
    assert {row["school"]: row["warnings"][-1] for row in rows if row not in (*shown, whole)} == {
        "240101": "hidden_small",
        "240102": "hidden_for_another",
    }


@pytest.mark.parametrize(
    "query", [{"page_size": 1}, {"school_year": 2020}, {"indicator": "share"}, {"reading": "no_data"}]
)
def test_what_is_asked_for_decides_nothing(town, client_of, query):
    def numbers(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
        return {(row["indicator"], row["school"], row["participants"]) for row in rows if row["indicator"] == "share"}

    assert numbers(told(client_of, "api:values-list", **query)) <= numbers(told(client_of, "api:values-list"))
    (row,) = told(client_of, "api:values-list", school="240102", indicator="share")
    assert (row["participants"], row["value"], row["sources"]) == (None, None, [])


def test_results_of_the_school_are_hidden_with_its_value(town, client_of):
    rows = {row["school"]: row for row in told(client_of, "api:results-list", attempt="first")}
    assert {school: row["participants"] for school, row in rows.items()} == {
        "240101": None,
        "240102": None,
        "240103": 16,
        "240104": 30,
    }
    assert rows["240102"]["warnings"] == ["hidden_for_another"]
    assert rows["240101"]["warnings"] == ["hidden_small"]


def test_pages_say_why(town, log_in_as):
    client = log_in_as(Role.VIEWER, town.municipality)
    for address in (
        f"{town.share.get_absolute_url()}?year=2020",
        reverse("indicators:school_indicators", args=[town.second.pk]) + "?year=2020",
        reverse("monitoring:school_results", args=[town.second.pk]),
        reverse("monitoring:school_comparison", args=[town.second.pk]) + "?year=2020",
        reverse("monitoring:school_why", args=[town.second.pk, town.share.pk]) + "?period=2020",
        reverse("monitoring:heat_map") + "?year=2020",
        reverse("monitoring:summary") + "?year=2020",
    ):
        page = client.get(address).text
        assert WHY in page, address
        assert "9: 10" not in page
    page = client.get(reverse("monitoring:participation") + "?year=2020").text
    assert "скрыто ради другой школы" in page
    assert (
        WHY not in log_in_as(Role.METHODIST, town.municipality).get(reverse("monitoring:summary") + "?year=2020").text
    )


def test_a_file_hides_the_same_beside_a_condition(town, log_in_as):
    """Where schools are counted, the value that the condition looks at stands beside it."""
    took(town.second, 2019, marks=(5, 5, 0, 0))
    grew = indicator(town.municipality, share_of_schools(change(reference("share"))), code="grew")
    recompute(town.municipality.pk)
    address = f"{grew.get_absolute_url()}?year=2020&format=csv"
    for role, told in ((Role.VIEWER, [WHY] * 3), (Role.METHODIST, ["90", "50", "40"])):
        text = log_in_as(role, town.municipality).get(address).content.decode("utf-8-sig")
        table = {row[0]: row for row in csv.reader(io.StringIO(text), delimiter=";")}
        assert table["СОШ № 2"][2:5] == told


def test_who_knows_one_school_in_full_finds_another_hidden(town):
    """A curator of the second school who also watches the whole town could take the own pupils from the sum."""
    user = MembershipFactory(role=Role.VIEWER, municipality=town.municipality).user
    MembershipFactory(user=user, role=Role.CURATOR, municipality=town.municipality, school=town.second)
    assert hidden(user, town.share) == hidden(user, town.mean) == {"СОШ № 1": False, "СОШ № 4": True}
    curator = MembershipFactory(role=Role.CURATOR, municipality=town.municipality, school=town.second).user
    assert hidden(curator, town.share) == {}


def test_a_change_from_a_hidden_value_is_hidden(town):
    """In 2021 there are enough pupils everywhere: values are told, changes of those that were hidden are not."""
    for name, count in (("small", 12), ("second", 10), ("third", 16), ("large", 30)):
        took(getattr(town, name), 2021, marks=(2, count - 2, 0, 0))
    row = indicator(town.municipality, change(passed_share()), code="grew")
    recompute(town.municipality.pk)
    values: Any = school_values(viewer(town)).filter(period="2021")
    fields = ("school__name", "is_hidden", "is_change_hidden")
    assert set(values.filter(indicator=town.share).values_list(*fields)) == {
        ("СОШ № 1", False, True),
        ("СОШ № 2", False, True),
        ("СОШ № 3", False, False),
        ("СОШ № 4", False, False),
    }
    assert hidden(viewer(town), row, "2021") == {"СОШ № 1": False, "СОШ № 2": True}
    lines = school_lines(user=viewer(town), school=town.second, school_year=2021)
    line = next(line for line in lines if line.indicator == town.share)
    assert (line.value is None, line.change, line.before) == (False, None, None)


def ege(school: Any, **participants: int) -> None:
    for subject, count in participants.items():
        marks = dict.fromkeys(("mark_2", "mark_3", "mark_4", "mark_5"))
        ResultTotalFactory(
            school=school, procedure="ege", grade=11, subject=subject, participants=count, passed=count, **marks
        )


def test_the_whole_of_mathematics_is_hidden_where_a_level_of_it_is(town):
    """13 in all; the 9 of base stand among the results, so 13 would tell the 4 of profile."""
    for name, base, profile in (("small", 9, 4), ("second", 20, 8), ("third", 30, 12), ("large", 40, 30)):
        school = getattr(town, name)
        ege(school, mathematics=base + profile, mathematics_base=base, mathematics_profile=profile)
    row = indicator(town.municipality, passed_share(procedure="ege", grade=11), code="whole")
    recompute(town.municipality.pk)
    assert hidden(viewer(town), row) == {"СОШ № 1": False, "СОШ № 2": True}


def test_a_sum_is_hidden_where_a_term_of_it_is_about_few(town):
    for name, russian in (("small", 20), ("second", 20), ("third", 3), ("large", 20)):
        ResultTotalFactory(
            school=getattr(town, name), procedure="gve", grade=9, participants=russian, passed=russian,
            mark_2=0, mark_3=russian, mark_4=0, mark_5=0,
        )  # fmt: skip
    both = {
        part: {"type": "sum", "of": [results(measure), results(measure, "gve", grade=9)]}
        for part, measure in (("part", "passed"), ("whole", "participants"))
    }
    row = indicator(town.municipality, {"type": "share", **both}, code="both")
    recompute(town.municipality.pk)
    assert SchoolValue.objects.get(indicator=row, school=town.third).participants == 19
    found = hidden(viewer(town), row)
    assert (found["СОШ № 1"], found["СОШ № 3"]) == (False, False)


def test_a_catalogue_that_cannot_be_evaluated_still_hides(town):
    town.share.versions.update(formula={"type": "nothing"})
    assert hidden(viewer(town), town.share) == {"СОШ № 1": False, "СОШ № 2": True}


def test_without_the_sum_nobody_else_is_hidden(town):
    MunicipalityValue.objects.all().delete()
    assert hidden(viewer(town), town.share) == {"СОШ № 1": False}


def test_so_many_queries_however_many_schools(town):
    def asked(user: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            covering_of(user)
            covering_of(user)
        return len(queries)

    before = asked(viewer(town))
    for count in (3, 6, 4, 2, 40, 50):
        took(SchoolFactory(municipality=town.municipality), marks=(0, count, 0, 0))
    recompute(town.municipality.pk)
    assert asked(viewer(town)) == before <= 5
    assert asked(ApiKey(role=Role.METHODIST, municipality=town.municipality)) == 0
    assert asked(ApiKey(role=Role.CURATOR, municipality=town.municipality, school=town.second)) == 0


@pytest.fixture
def conditions(town) -> SimpleNamespace:
    """«Не меньше 4 участников» tells who is hidden; so does a number of pupils that a school reports."""
    StatisticKindFactory(code="risk_group", counts_pupils=True)
    for school, value in ((town.small, 30), (town.second, 2), (town.third, 9)):
        SchoolStatisticFactory(school=school, kind=StatisticKind.objects.get(code="risk_group"), value=value)
    made = SimpleNamespace(
        of_results=indicator(town.municipality, share_of_schools(results("participants"), "at_least", "4"), code="c1"),
        of_numbers=indicator(town.municipality, share_of_schools(statistic("risk_group"), "at_least", "2"), code="c2"),
        of_value=indicator(town.municipality, share_of_schools(reference("mean"), "at_least", "3"), code="c3"),
    )
    recompute(town.municipality.pk)
    return made


def test_whether_a_school_meets_a_condition_is_hidden_where_what_it_looks_at_is(town, conditions):
    for row in (conditions.of_results, conditions.of_value):
        assert hidden(viewer(town), row) == {"СОШ № 1": False, "СОШ № 2": True}
    assert hidden(viewer(town), conditions.of_numbers) == {"СОШ № 2": False}
    department = MembershipFactory(municipality=town.municipality).user
    assert hidden(department, conditions.of_results) == {}
    own = ApiKey(role=Role.CURATOR, municipality=town.municipality, school=town.small)
    assert hidden(own, conditions.of_results) == {}


def test_neither_page_nor_file_nor_rest_says_whether_a_hidden_school_meets_a_condition(
    town, conditions, log_in_as, client_of
):
    client = log_in_as(Role.VIEWER, town.municipality)
    address = f"{conditions.of_results.get_absolute_url()}?year=2020"
    page = client.get(address).context["page"]
    counts = {row.school.name: row.counts for row in page.schools}
    assert counts == {"СОШ № 1": None, "СОШ № 2": None, "СОШ № 3": True, "СОШ № 4": True}
    assert {school.name for school in page.meeting} == {"СОШ № 3", "СОШ № 4"}
    assert "скрыто: менее 5 участников" in client.get(address).text
    rows = list(csv.reader(io.StringIO(client.get(address + "&format=csv").text.lstrip("\ufeff")), delimiter=";"))
    small = next(row for row in rows if row[0] == "СОШ № 1")
    assert "скрыто: менее 5 участников" in small
    (row,) = told(client_of, "api:values-list", school="240101", indicator="c1")
    assert (row["value"], row["numerator"]) == (None, None)
    of_school = client.get(f"/schools/{town.small.pk}/indicators/?year=2020").text
    assert of_school.count("Выполнено") == 1  # of the 30 that it reports


def test_analyses_of_results_hide_the_same(town):
    """Tasks done worse than elsewhere, and the sum of exams of which all others are told."""
    for name, done in (("second", 6), ("third", 30), ("large", 31)):
        school = getattr(town, name)
        names = {"task_names": "1", "task_counts": f"{done} 40"}
        ResultTotal.objects.filter(school=school, school_year=2020, subject="mathematics").update(**names)
        ResultTotalFactory(school=school, subject="russian", participants=20, mark_2=5, mark_3=15, mark_4=0, mark_5=0)
    (line,) = weak_topics(user=viewer(town), municipality=town.municipality, school_year=2020).lines
    assert (line.school, line.is_covered) == (town.second, True)
    assert low_shares_of(town.municipality, 2020)[town.second.pk] == 25  # of Russian alone
