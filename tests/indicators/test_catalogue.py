"""The catalogue as reviewed data: all of it checked before any of it is written."""

from typing import Any

import pytest

from accounts.models import AuditEvent
from indicators.models import Indicator, StatisticKind
from indicators.services.catalogue import CatalogueRefused, load_catalogue, load_statistic_kinds
from schools.models import Municipality
from tests.factories import IndicatorFactory, MunicipalityFactory, StatisticKindFactory
from tests.indicators.build import (
    Json,
    change,
    mean_mark,
    passed_share,
    reference,
    results,
    share_of_schools,
    statistic_share,
)

pytestmark = pytest.mark.django_db

ALL = {"type": "all"}


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory()


def row(code: str, formula: Json, **fields: Any) -> Json:
    return {
        "code": code,
        "wording": f"Доля {code}",
        "short_name": code,
        "formula": formula,
        "population": ALL,
        **fields,
    }


def problems_of(town: Municipality, *rows: Json) -> dict[str, str]:
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(municipality=town, rows=rows)
    assert not Indicator.objects.filter(municipality=town).exists()
    return {problem.path: problem.message for problem in refused.value.problems}


def test_rows_become_indicators_in_their_order(town):
    rows = [
        row("n3", share_of_schools(change(reference("n3m")))),
        row("n3m", mean_mark(), unit="mark", role="supporting"),
    ]
    assert load_catalogue(municipality=town, rows=rows) == 2
    first, second = Indicator.objects.filter(municipality=town).order_by("position")
    assert (first.code, first.unit, first.role, first.version) == ("n3", "percent", "programme", 1)
    assert (second.code, second.unit, second.role) == ("n3m", "mark", "supporting")
    assert AuditEvent.objects.get().details == {"indicators": ["n3", "n3m"]}


def test_loading_twice_changes_nothing(town):
    rows = [row("a", passed_share())]
    load_catalogue(municipality=town, rows=rows)
    assert load_catalogue(municipality=town, rows=rows) == 0
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "version"),
    [
        ({"formula": passed_share(attempt="best")}, 2),
        ({"population": {"type": "categories", "categories": ["low_results"]}}, 2),
        ({"formula": mean_mark(), "unit": "mark"}, 2),
        ({"wording": "Иначе"}, 1),
        ({"direction": "down"}, 2),
        ({"formula": passed_share(attempt="first", grade=9, wave="main")}, 1),  # the same, with its defaults said
    ],
)
def test_what_makes_it_another_figure_makes_a_new_version(town, fields, version):
    load_catalogue(municipality=town, rows=[row("a", passed_share())])
    load_catalogue(municipality=town, rows=[row("a", passed_share()) | fields])
    assert Indicator.objects.get().version == version


def test_indicators_that_are_not_named_stay(town):
    load_catalogue(municipality=town, rows=[row("a", passed_share())])
    load_catalogue(municipality=town, rows=[row("b", change(reference("a")))])
    assert set(Indicator.objects.values_list("code", flat=True)) == {"a", "b"}


def test_the_catalogue_of_a_neighbour_is_another_one(town):
    load_catalogue(municipality=MunicipalityFactory(), rows=[row("a", passed_share())])
    assert "b.formula.of.code" in problems_of(town, row("b", change(reference("a"))))


def test_all_problems_of_all_rows_are_told_and_nothing_is_written(town):
    found = problems_of(
        town,
        row("a", passed_share(subject="math")),
        row("b", passed_share(), unit="kg", formulas={}),
        row("c", passed_share(), population={"type": "categories", "categories": ["poor"]}),
        {"code": "d", "formula": passed_share(), "population": ALL},
        row("e", passed_share()),
        row("e", passed_share()),
    )
    assert {
        "a.formula.part.subject",
        "b.unit",
        "b.formulas",
        "c.population.categories[0]",
        "d.wording",
        "d.short_name",
        "e",
    } <= set(found)


def test_a_circle_is_refused(town):
    found = problems_of(town, row("a", change(reference("b"))), row("b", change(reference("a"))))
    assert found["a.formula"] == "показатели ссылаются друг на друга по кругу: a → b → a"


def test_a_unit_that_does_not_fit_is_refused_through_a_reference(town):
    found = problems_of(town, row("a", change(reference("b")), unit="percent"), row("b", mean_mark(), unit="mark"))
    assert "a.unit" in found


def test_a_share_of_what_is_not_its_part_is_refused(town):
    teachers = StatisticKindFactory(code="teachers")
    StatisticKindFactory(code="trained", at_most=teachers)
    of_another = {"type": "share", "part": results("mark_5"), "whole": results("participants", subject="russian")}
    found = problems_of(town, row("a", of_another), row("b", statistic_share("teachers", "trained")))
    assert found.keys() == {"a.formula.part", "b.formula.part"}


def test_what_is_stored_already_does_not_stop_the_others(town):
    """It is told where somebody opens it; until then its values stay what they were."""
    of_another = {"type": "share", "part": results("mark_5"), "whole": results("participants", subject="russian")}
    IndicatorFactory(municipality=town, code="old", formula=of_another)
    assert load_catalogue(municipality=town, rows=[row("a", passed_share())]) == 1


def test_changing_an_indicator_must_not_break_those_that_refer_to_it(town):
    load_catalogue(municipality=town, rows=[row("a", passed_share()), row("b", change(reference("a")))])
    with pytest.raises(CatalogueRefused, match=r"b\.unit"):
        load_catalogue(municipality=town, rows=[row("a", mean_mark(), unit="mark")])
    assert Indicator.objects.get(code="a").unit == "percent"


def test_a_statistic_must_be_known_and_of_one_level(town):
    StatisticKindFactory(code="teachers")
    StatisticKindFactory(code="winners", level="municipality")
    assert "a.formula.part.code" in problems_of(town, row("a", statistic_share("nothing", "teachers")))
    assert "a.formula" in problems_of(town, row("a", statistic_share("winners", "teachers")))


def test_kinds_of_statistics_come_with_their_limits_whatever_the_order():
    rows = [
        {"code": "trained", "name": "Педагогов обучено", "at_most": "teachers"},
        {"code": "teachers", "name": "Педагогов всего"},
        {"code": "leavers", "name": "Выпускников", "counts_pupils": True, "level": "municipality"},
    ]
    assert load_statistic_kinds(rows) == 3
    assert load_statistic_kinds(rows) == 0
    trained = StatisticKind.objects.get(code="trained")
    assert trained.at_most.code == "teachers"
    assert StatisticKind.objects.get(code="leavers").counts_pupils


def test_kinds_that_do_not_hold_together_are_refused():
    rows = [
        {"code": "trained", "name": "Педагогов обучено", "at_most": "masters"},
        {"code": "teachers", "level": "region", "unit": "чел."},
        {"code": "teachers", "name": "Педагогов всего"},
    ]
    with pytest.raises(CatalogueRefused) as refused:
        load_statistic_kinds(rows)
    paths = {problem.path for problem in refused.value.problems}
    assert paths == {"trained.at_most", "teachers", "teachers.name", "teachers.level", "teachers.unit"}
    assert not StatisticKind.objects.exists()
