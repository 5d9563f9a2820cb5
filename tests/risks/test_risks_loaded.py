"""The demonstration of Сургут: the five schools whose risks its order has verified, each with a profile."""

import datetime as dt

import pytest

from config.programmes.loading import load_programme
from schools.models import Municipality, RiskFactor, SchoolRisk
from schools.queries.risks import RiskFilters, risk_table
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2023, 3, 1)


@pytest.fixture
def surgut() -> Municipality:
    assert load_programme("surgut", with_results=False).is_loaded
    return Municipality.objects.get(slug="surgut")


def test_five_schools_have_profiles_of_the_year_with_every_state(surgut):
    user = MembershipFactory(role="department", municipality=surgut).user
    table = risk_table(user=user, municipality=surgut, school_year=2022, filters=RiskFilters(), today=DAY)
    assert (len(table.factors), table.schools, table.with_profile) == (10, 10, 5)
    assert (table.activated, table.undecided, table.late, table.unchecked) == (5, 3, 3, 2)
    assert set(SchoolRisk.objects.values_list("check_result", flat=True)) == {"", "verified", "disputed"}


def test_loading_again_leaves_the_catalogue_as_people_have_made_it(surgut):
    RiskFactor.objects.filter(code="language").update(control="weak")
    SchoolRisk.objects.filter(factor__code="training").delete()
    RiskFactor.objects.get(code="training").delete()
    assert load_programme("surgut", with_results=False).added["risks"] == 0
    assert RiskFactor.objects.get(code="language").control == "weak"
    assert RiskFactor.objects.count() == 9
