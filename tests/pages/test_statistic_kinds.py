"""A municipality's own collected numbers: made and used there, unknown to its neighbours."""

import pytest
from django.db import IntegrityError

from accounts.access import Role
from accounts.models import AuditEvent, Job
from indicators.calculations import Problem
from indicators.models import StatisticKind
from indicators.services.catalogue import CatalogueRefused, load_catalogue, load_statistic_kinds
from tests.factories import IndicatorFactory, MunicipalityFactory, SchoolStatisticFactory, StatisticKindFactory
from tests.indicators.build import statistic_share

pytestmark = pytest.mark.django_db

NEW = "/statistics/kinds/new/"
TYPED = {"name": "Педагогов на стажировке", "hint": "За год", "level": "school", "at_most": ""}


@pytest.fixture
def methodist(town, log_in_as):
    return log_in_as(Role.METHODIST, town.municipality)


def own(town, **fields):
    return StatisticKindFactory(municipality=town.municipality, code=f"nazarovo.{fields.get('name', 'x')}", **fields)


def address(kind, verb=""):
    return f"/statistics/kinds/{kind.pk}/{verb}"


def test_a_new_number_is_asked_of_the_schools_at_once(town, methodist):
    teachers = town.kinds.get(code="teachers")
    methodist.post(NEW, TYPED | {"at_most": teachers.pk})
    kind = StatisticKind.objects.get(name=TYPED["name"])
    assert (kind.municipality, kind.at_most, kind.level) == (town.municipality, teachers, "school")
    assert kind.code.startswith("nazarovo.")
    assert TYPED["name"] in methodist.get("/statistics/?year=2020").text
    event = AuditEvent.objects.get(action="statistic_kind_added")
    assert (event.user, event.municipality) == (methodist.user, town.municipality)


def test_a_neighbour_neither_meets_nor_may_use_it(town, log_in_as):
    kind = own(town, name="Тайное число")
    other = MunicipalityFactory()
    client = log_in_as(Role.DEPARTMENT, other)
    assert kind.name not in client.get("/statistics/?year=2020").text
    assert kind.name not in client.get(NEW).text
    assert client.get(address(kind)).status_code == 404
    forged = client.post(NEW, TYPED | {"at_most": kind.pk})
    assert not StatisticKind.objects.filter(municipality=other).exists()
    assert "Тайное число" not in forged.text
    row = {"code": "a", "wording": "А", "short_name": "А", "formula": statistic_share(kind.code, "teachers"),
           "population": {"type": "all"}}  # fmt: skip
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(municipality=other, rows=[row])
    assert refused.value.problems[0].path == "a.formula.part.code"
    assert load_catalogue(municipality=town.municipality, rows=[row]) == 1


def test_somebody_of_two_towns_is_offered_each_towns_own(town, methodist):
    other = MunicipalityFactory(slug="drugoy")
    methodist.user.memberships.create(role=Role.METHODIST, municipality=other)
    kind = own(town, name="Только здесь")
    assert kind.name in methodist.get(f"{NEW}?municipality=nazarovo").text
    assert kind.name not in methodist.get(f"{NEW}?municipality=drugoy").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " педагогов  ВСЕГО "}, "уже есть"),
        ({"name": ""}, "Обязательное поле"),
        ({"level": "municipality", "at_most": "teachers"}, "один и тот же"),
        ({"at_most": "itself"}, "Выберите корректный"),
        ({"at_most": "limited"}, "само ограничено этим числом"),
        ({"level": "municipality"}, "Числа уже внесены"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(town, methodist, typed, said):
    kind = own(town, name="Своё")
    SchoolStatisticFactory(school=town.big, kind=kind)
    others = {"teachers": town.kinds.get(code="teachers"), "itself": kind, "limited": own(town, name="L", at_most=kind)}
    typed = TYPED | typed
    typed["at_most"] = others[typed["at_most"]].pk if typed["at_most"] else ""
    page = methodist.post(address(kind), typed).text
    assert said in page
    assert "За год" in page
    kind.refresh_from_db()
    assert kind.name == "Своё"


def test_counting_pupils_from_now_on_recomputes_what_is_made_of_it(town, methodist):
    kind = own(town, name="Своё")
    indicator = IndicatorFactory(municipality=town.municipality, formula=statistic_share(kind.code, "teachers"))
    methodist.post(address(kind), TYPED | {"name": "Другое"})
    assert not Job.objects.exists()
    methodist.post(address(kind), TYPED | {"name": "Другое", "counts_pupils": "on"})
    assert Job.objects.get().scope == {"indicators": [indicator.pk]}


def test_what_is_in_use_stays_and_says_by_what(town, methodist):
    kind = own(town, name="Своё")
    SchoolStatisticFactory(school=town.big, kind=kind)
    IndicatorFactory(
        municipality=town.municipality, short_name="Стажировка", formula=statistic_share(kind.code, "teachers")
    )
    own(town, name="Часть", at_most=kind)
    page = methodist.post(address(kind, "remove/"), follow=True).text
    for said in ("уже внесены сведения", "«Стажировка»", "«Часть»"):
        assert said in page
    assert StatisticKind.objects.filter(pk=kind.pk).exists()


def test_what_nothing_is_made_of_can_go(town, methodist):
    kind = own(town, name="Своё")
    methodist.post(address(kind, "remove/"))
    assert not StatisticKind.objects.filter(pk=kind.pk).exists()


def test_the_common_ones_are_nobodys_to_correct(town, methodist):
    common = town.kinds.get(code="teachers")
    assert methodist.get(address(common)).status_code == 404
    assert methodist.post(address(common, "remove/")).status_code == 404


def test_a_common_code_has_no_dot_and_an_own_one_has(town):
    with pytest.raises(IntegrityError, match="own_statistic_kind_has_a_code_of_its_own"):
        StatisticKindFactory(municipality=town.municipality, code="teachers_too")


def test_fixtures_cannot_take_an_own_code():
    with pytest.raises(CatalogueRefused) as refused:
        load_statistic_kinds([{"code": "nazarovo.x", "name": "Х"}])
    assert refused.value.problems == (
        Problem("nazarovo.x.code", "точка в коде — знак собственных сведений муниципалитета"),
    )
