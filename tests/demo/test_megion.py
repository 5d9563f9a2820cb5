"""Мегион: the plan as its document prints it, and values worked out by hand from the invented numbers."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.access import Role
from accounts.models import AuditEvent, User
from config.programmes.fixtures import Fixtures
from config.programmes.loading import load_programme
from indicators.engine import recompute
from indicators.models import (
    Baseline,
    Indicator,
    MunicipalityStatistic,
    MunicipalityValue,
    PlanRevision,
    SchoolStatistic,
    SchoolValue,
    StatisticKind,
    Target,
)
from schools.models import Municipality, School
from tests.factories import MembershipFactory

PROGRAMME = "megion"
FIXTURES = Fixtures(PROGRAMME)
PERIODS = ("cy2020", "cy2021", "cy2022", "cy2023")

# «Показатели достижения цели программы»: the value of 2020, then the plan of 2021, 2022 and 2023.
PRINTED = {
    "Повышение качества образования и уровня ресурсного обеспечения школ, имеющих стабильно низкие результаты "
    "обучения и школ": {
        "m1": (0, 5, 10, 15),
        "m2": (25, 30, 35, 40),
        "m3": (75, 80, 82, 85),
        "m4": (0, 5, 10, 15),
    },
    "Организационно-управленческие меры": {
        "m5": (89, 90, 91, 93),
        "m6": (50, 100, 100, 100),
    },
    "Повышение уровня кадрового потенциала": {
        "m7": (0, 100, 100, 100),
        "m8": (5, 30, 70, 100),
        "m9": (5, 35, 40, 45),
        "m10": (1, 5, 20, 30),
    },
    "Оказание методической помощи": {
        "m11": (15, 30, 40, 50),
        "m12": (5, 15, 20, 25),
        "m13": (5, 15, 20, 25),
    },
}
PLAN = {code: figures for rows in PRINTED.values() for code, figures in rows.items()}

# 2021: numerator, denominator, value, plan, reading. The year has a plan of its own: what misses it is behind.
BY_HAND: dict[str, tuple[int, int, str, int, str]] = {
    # The municipality's own numbers: 2 of 40 programmes are under an agreement.
    "m1": (2, 40, "5", 5, "reached"),
    # 34 + 22 + 28 + 20 + 32 + 18 + 18 + 14 = 186 of 102 + 80 + 90 + 74 + 98 + 62 + 52 + 42 = 600 teachers.
    "m2": (186, 600, "31", 30, "reached"),
    # A survey: 224 + 160 + 190 + 146 + 213 + 134 + 115 + 82 = 1264
    # of 280 + 200 + 240 + 190 + 260 + 170 + 150 + 110 = 1600 who answered.
    "m3": (1264, 1600, "79", 80, "behind"),
    # One project, that of № 35, of 2 + 1 + 2 + 1 + 2 + 1 + 1 = 10; № 38 has none.
    "m4": (1, 10, "10", 5, "reached"),
    # 251 + 178 + 212 + 168 + 229 + 150 + 132 + 96 = 1416 of the same 1600.
    "m5": (1416, 1600, "88.5", 90, "behind"),
    # Schools: all but № 34 and № 38 have a programme.
    "m6": (6, 8, "75", 100, "behind"),
    # 2 of the 4 courses that were planned.
    "m7": (2, 4, "50", 100, "behind"),
    # 3 + 5 + 2 + 1 + 3 + 2 + 1 + 1 = 18 of 600 teachers.
    "m10": (18, 600, "3", 5, "behind"),
}


def of_municipality(code: str, period: str) -> MunicipalityValue | None:
    return MunicipalityValue.objects.filter(
        indicator__municipality__slug="megion", indicator__code=code, period=period
    ).first()


def of_school(code: str, school: str, period: str) -> SchoolValue | None:
    return SchoolValue.objects.filter(school__code=school, indicator__code=code, period=period).first()


def person_of(municipality: Municipality) -> User:
    return MembershipFactory(role=Role.DEPARTMENT, municipality=municipality).user


def test_programme_runs_for_three_years_with_its_six_tasks(megion: Municipality):
    programme = megion.programmes.get()
    assert (programme.starts_in, programme.ends_in) == (2021, 2023)
    assert programme.tasks.count() == 6
    assert (megion.period_kind, megion.is_demo) == ("calendar_year", True)


def test_indicators_of_the_plan_stand_in_order_under_their_headings(megion: Municipality):
    rows = Indicator.objects.filter(municipality=megion, code__in=PLAN)
    assert [(row.group, row.code) for row in rows] == [
        (heading, code) for heading, figures in PRINTED.items() for code in figures
    ]
    assert {(row.role, row.unit, row.direction, row.period_kind) for row in rows} == {
        ("programme", "percent", "up", "calendar_year")
    }


def test_effectiveness_and_the_criterion_follow_in_their_groups(megion: Municipality):
    """Five of effectiveness; of the criterion five groups that are the same for all, and six more."""
    rows = Indicator.objects.filter(municipality=megion, role="programme").exclude(code__in=PLAN)
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row.code)
    criterion = "Критерий «Устойчивость образовательных результатов»: "
    assert groups == {
        "Показатели эффективности реализации Программы": ["me1", "me2", "me3", "me4", "me5"],
        f"{criterion}инвариантные показатели": [
            "ms1.1", "ms1.2", "ms1.3", "ms1.4", "ms2.1", "ms2.2", "ms3.1", "ms3.2", "ms3.3", "ms4", "ms5",
        ],
        f"{criterion}вариативные показатели": ["mv1", "mv2", "mv3", "mv4", "mv5", "mv6"],
    }  # fmt: skip
    three_years = {row.code for row in rows if row.formula["type"] == "over_years" and row.formula["years"] == 3}
    assert three_years == {"ms1.1", "ms1.2", "ms1.3", "ms1.4", "ms2.1", "ms2.2", "ms3.3", "ms5"}
    of_low_results = {row.code for row in rows if row.population["type"] == "categories"}
    assert of_low_results == {"me1", "me2", "me3", "me4"}


@pytest.mark.parametrize(
    ("code", "period", "numerator", "denominator"),
    [
        # Schools with low results are № 34 and № 38: 18 + 12 trained of 74 + 42 teachers.
        ("me2", "cy2021", 30, 116),
        # One of the two, № 34, has more good marks than the year before.
        ("me4", "cy2021", 1, 2),
        # Three years: 1 + 4 + 6 winners and prize-winners of 17 + 23 + 30 at the regional stage.
        ("ms3.3", "cy2022", 11, 70),
        # Check works with signs: 3 in 2020, 1 + 2 in 2021, none in 2022; eight schools had 12, then twice 14 works.
        ("ms5", "cy2022", 6, 8 * (12 + 14 + 14)),
        # ОГЭ was not held in 2020: 476 of 2019 and 484 of 2021 took part.
        ("ms1.3", "cy2021", 944, 476 + 484),
        ("ms1.3", "cy2022", 960, 484 + 492),
        # The plan asks it too: 34 + 22 + 28 + 20 + 32 + 18 + 18 + 14 of 600.
        ("mv4", "cy2021", 186, 600),
    ],
)
def test_further_values_agree_with_the_sum_by_hand(
    megion: Municipality, code: str, period: str, numerator: int, denominator: int
):
    row = of_municipality(code, period)
    assert row is not None
    assert (row.numerator, row.denominator) == (numerator, denominator)


def test_a_year_without_the_exam_adds_nothing_and_has_no_value(megion: Municipality):
    assert of_municipality("ms1.3", "cy2020") is None
    assert of_municipality("ms1.1", "cy2020") is not None  # ЕГЭ was held


def test_targets_are_those_of_the_document(megion: Municipality):
    targets = Target.objects.filter(indicator__municipality=megion)
    found = {(row.indicator.code, row.period): row.value for row in targets.select_related("indicator")}
    assert found == {
        (code, period): Decimal(figure)
        for code, figures in PLAN.items()
        for period, figure in zip(PERIODS, figures, strict=True)
    }
    assert len(found) == 52
    assert not targets.filter(is_demo=True).exists()
    assert not targets.filter(source="").exists()
    lines = PlanRevision.objects.filter(indicator__municipality=megion, kind=PlanRevision.Kind.TARGET)
    assert {(line.indicator.code, line.period): line.new for line in lines.select_related("indicator")} == found
    assert not lines.exclude(old=None, reason="Таблица «Показатели достижения цели программы»").exists()


def test_the_values_of_2020_are_where_progress_begins(megion: Municipality):
    baselines = Baseline.objects.filter(indicator__municipality=megion).select_related("indicator")
    assert {row.indicator.code: row.value for row in baselines} == {
        code: Decimal(figures[0]) for code, figures in PLAN.items()
    }
    assert set(baselines.values_list("period", "is_demo")) == {("cy2020", False)}


@pytest.mark.parametrize("code", BY_HAND)
def test_value_agrees_with_the_sum_by_hand(megion: Municipality, code: str):
    numerator, denominator, value, target, reading = BY_HAND[code]
    row = of_municipality(code, "cy2021")
    assert row is not None
    assert (row.numerator, row.denominator, row.value) == (numerator, denominator, Decimal(value))
    assert (row.target, row.reading) == (target, reading)


@pytest.mark.parametrize("code", PLAN)
def test_programme_starts_from_the_printed_values(megion: Municipality, code: str):
    """The column of 2020 is where the town stood, so the invented numbers of that year come to it exactly."""
    row = of_municipality(code, "cy2020")
    assert row is not None
    assert (row.value, row.reading) == (PLAN[code][0], "reached")


def test_shares_of_schools_and_of_people_belong_to_each_school_too(megion: Municipality):
    """№ 31: 34 of 102 teachers are a third; the municipality's own numbers belong to no school."""
    third = of_school("m2", "869931", "cy2021")
    assert third is not None
    assert (third.numerator, third.denominator, third.value) == (34, 102, Decimal("33.333333"))
    assert not SchoolValue.objects.filter(indicator__code__in=["m1", "m7"]).exists()


def test_a_school_without_projects_has_no_value(megion: Municipality):
    """№ 38 had none in 2021; in 2022 it had one, which was not reviewed, and that is a nought."""
    assert of_school("m4", "869938", "cy2021") is None
    later = of_school("m4", "869938", "cy2022")
    assert later is not None
    assert (later.numerator, later.denominator, later.value) == (0, 1, 0)


def test_without_planned_courses_there_is_no_value(megion: Municipality):
    numbers = MunicipalityStatistic.objects.filter(municipality=megion, period="cy2021")
    assert numbers.filter(kind__code__startswith="risk_courses").update(value=0) == 2
    recompute(megion.pk)
    assert of_municipality("m7", "cy2021") is None
    assert of_municipality("m7", "cy2022") is not None


def test_last_year_of_the_plan_has_no_values_yet(megion: Municipality):
    assert Target.objects.filter(indicator__municipality=megion, period="cy2023").count() == 13
    of_programme = {"indicator__municipality": megion, "indicator__role": "programme"}
    assert not MunicipalityValue.objects.filter(**of_programme, period="cy2023").exists()


def test_every_value_says_where_it_came_from(megion: Municipality):
    for model in (SchoolValue, MunicipalityValue):
        rows = model.objects.filter(indicator__municipality=megion)
        assert rows.exists()
        assert all(source["file"] or source["form"] for row in rows for source in row.sources)
        assert all(row.sources for row in rows)


def test_no_number_exceeds_its_limit(megion: Municipality):
    limits = dict(StatisticKind.objects.exclude(at_most=None).values_list("code", "at_most__code"))
    rows: list[dict[str, int]] = []
    for reported in FIXTURES.read("statistics"):
        rows += [reported["municipality"], *reported["schools"].values()]
    checked = [(code, numbers[code], numbers[limits[code]]) for numbers in rows for code in numbers if code in limits]
    assert len(checked) == 3 * (2 + 8 * 27)
    assert all(number <= largest for _, number, largest in checked)


def test_loading_again_changes_nothing(megion: Municipality):
    def everything() -> list[Any]:
        models = (Indicator, Target, SchoolStatistic, MunicipalityStatistic, SchoolValue, MunicipalityValue)
        return [list(model.objects.order_by("pk").values()) for model in (*models, School, AuditEvent)]

    before = everything()
    loaded = load_programme("megion")
    assert loaded.is_loaded
    assert not any(loaded.added.values())
    assert everything() == before


def test_what_people_changed_stays(megion: Municipality):
    """3 of 40 instead of 2."""
    numbers = MunicipalityStatistic.objects.filter(kind__code="network_programmes", period="cy2021")
    numbers.update(value=3)
    assert not any(load_programme("megion").added.values())
    assert numbers.get().value == 3
    row = of_municipality("m1", "cy2021")
    assert row is not None
    assert (row.numerator, row.value) == (3, Decimal("7.5"))


def test_neighbours_are_invisible_to_each_other(megion: Municipality):
    assert not load_programme("nazarovo", with_results=False).problem
    nazarovo = Municipality.objects.get(slug="nazarovo")
    for own, other in ((megion, nazarovo), (nazarovo, megion)):
        person = person_of(own)
        assert set(Municipality.objects.visible_to(person)) == {own}
        assert set(School.objects.visible_to(person)) == set(own.schools.all())
        assert set(Indicator.objects.visible_to(person)) == set(own.indicators.all())
        assert not MunicipalityValue.objects.visible_to(person).filter(indicator__municipality=other).exists()
        assert not MunicipalityStatistic.objects.visible_to(person).filter(municipality=other).exists()
        assert not SchoolStatistic.objects.visible_to(person).filter(school__municipality=other).exists()


def test_home_page_tells_the_plan_of_a_calendar_year(megion: Municipality, client: Client):
    client.force_login(person_of(megion))
    page = client.get("/", {"year": 2020})
    assert page.status_code == 200
    told = page.content.decode()
    assert "Образовательные программы в сетевой форме" in told
    assert "88,5" in told


def test_nobody_is_named_in_the_fixtures():
    schools = FIXTURES.read("schools")
    assert len(schools) == 8
    assert all("(демо)" in school["name"] for school in schools)
