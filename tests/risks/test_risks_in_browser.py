"""The pages of risks in a browser: held to axe, to 200 per cent and to a telephone."""

import os

import pytest

from accounts.access import Role
from schools.models import SchoolRisk
from schools.services.risks import Assessed, assess_school, check_risk, decide_risk
from tests.browsing import hold, page_of
from tests.risks.conftest import YEAR, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
def today() -> None:
    """That of the machine: a browser takes its time."""


def test_every_page_of_risks_can_be_read_by_all_and_on_a_telephone(town, log_in_as, live_server):
    levels = ("high", "medium", "low", "high", "", "", "medium", "", "", "low")
    told = {factor.pk: Assessed(level, 0) for factor, level in zip(town.factors.values(), levels, strict=True) if level}
    assess_school(school=town.first, school_year=YEAR, told=told, by=town.methodist)
    one, two, _, four, *_ = SchoolRisk.objects.order_by("factor__position")
    curator = person(Role.CURATOR, town.first)
    check_risk(risk=one, result="verified", note="", seen_version=1, by=curator)
    check_risk(risk=two, result="disputed", note="Все ставки заняты с сентября", seen_version=1, by=curator)
    decide_risk(risk=one, decision="activated", text="Сетевой кабинет физики", seen_version=2, by=town.department)
    decide_risk(risk=four, decision="noted", text="", seen_version=1, by=town.department)
    query = f"?municipality=surgut&year={YEAR}"
    addresses = {
        "table": f"/schools/risks/{query}",
        "undecided": f"/schools/risks/undecided/{query}",
        "factors": f"/schools/risks/factors/{query}",
        "factor": f"/schools/risks/factors/{town.staff.pk}/",
        "school": f"/schools/{town.first.pk}/risks/{query}",
        "assess": f"/schools/{town.first.pk}/risks/assess/{query}",
        "empty": f"/schools/{town.second.pk}/risks/{query}",
        "risk": two.get_absolute_url(),
    }
    with page_of(log_in_as(Role.METHODIST, town.municipality), live_server) as page:
        for name, address in addresses.items():
            page.goto(live_server.url + address)
            hold(page)
            if folder := os.environ.get("PICTURES"):
                page.screenshot(path=f"{folder}/{name}-1280.png", full_page=True)
            page.set_viewport_size(TELEPHONE)
            assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], name
            if folder:
                page.screenshot(path=f"{folder}/{name}-390.png", full_page=True)
