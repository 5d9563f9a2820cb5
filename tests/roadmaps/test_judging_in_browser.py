"""Antirisk programmes, stages and expertise in a browser: held to axe, to 200 per cent and to a telephone."""

import datetime as dt
import os

import pytest
from django.test import Client

from accounts.access import Role
from roadmaps.models import Programme, Review
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.services.antirisk import Growing, grow_programme
from roadmaps.services.attaching import Sent
from roadmaps.services.expertise import Round, assign, make_round
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.presentations import present
from roadmaps.services.stages import judge_stage, plan_stages, tell_stage
from schools.models import RiskFactor, SchoolRisk
from schools.services.risk_factors import take_list
from tests.browsing import hold, page_of
from tests.roadmaps.conftest import TERM, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TELEPHONE = {"width": 390, "height": 844}
DAYS = {1: dt.date(2022, 5, 31), 2: dt.date(2022, 10, 31)}


def look_at(page, live_server, addresses: dict[str, str]) -> None:
    for name, address in addresses.items():
        page.goto(live_server.url + address)
        hold(page)
        folder = os.environ.get("PICTURES")
        if folder:
            page.screenshot(path=f"{folder}/{name}-1280.png", full_page=True)
        page.set_viewport_size(TELEPHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], name
        if folder:
            page.screenshot(path=f"{folder}/{name}-390.png", full_page=True)


@pytest.fixture
def judged(planned):
    """A programme that grew from a risk, told of, presented and assessed."""
    town = planned.municipality
    take_list(municipality=town, school_year=2021, by=None)
    decided = {"significance": "high", "decision": "activated", "decided_on": "2021-06-10"}
    risks = [
        SchoolRisk.objects.create(school=planned.first, factor=factor, **decided)
        for factor in RiskFactor.objects.all()[:3]
    ]
    told = Growing("Антирисковая программа", "Снизить риски", dt.date(2021, 9, 1), dt.date(2022, 8, 31))
    planned.programme = grow_programme(school=planned.first, risks=risks[:1], told=told, by=planned.methodist)
    row = PlanRow(title="Курсы для учителей", number="1", responsible=("ОО",), deadline="Март 2022")
    frame = Frame(**TERM, school=planned.first, programme=planned.programme, state="approved")
    store_plan(municipality=town, plan=Plan("Карта", (PlanSection("Раздел", rows=(row,)),)), frame=frame)
    first, _ = plan_stages(programme=planned.programme, due=DAYS, by=planned.methodist)
    first = tell_stage(review=first, text="Пришли два учителя", seen_version=1, by=planned.curator)
    planned.stage = judge_stage(
        review=first, verdict="partly", comment="Нет физика", seen_version=2, by=planned.methodist
    )
    link = Sent(links=("https://example.org/s",))
    present(programme=planned.programme, title="Слайды", sent=link, by=planned.curator)
    round_of = Round("results", "Экспертиза результатов", dt.date(2022, 12, 31), 2, ("Рост", "Полнота"))
    planned.round = make_round(municipality=town, told=round_of, by=planned.methodist)
    planned.expert = person(Role.EXPERT, town)
    (planned.review,) = assign(
        expertise=planned.round, programmes=[planned.programme], expert=planned.expert, origin="institute",
        organisation="ИРО", by=planned.methodist,
    )  # fmt: skip
    return planned


def test_the_department_and_the_expert_can_read_and_use_their_pages(judged, live_server):
    department, expert = Client(), Client()
    department.force_login(judged.department)
    expert.force_login(judged.expert)
    round_address, review_address = judged.round.get_absolute_url(), judged.review.get_absolute_url()
    with page_of(expert, live_server) as page:
        look_at(page, live_server, {"mine": "/expertise/", "write": review_address})
        for select in page.locator("select[name^=mark]").all():
            select.select_option("2")
        page.get_by_label("положительное с замечаниями").check()
        page.get_by_label("Текст заключения").fill("Рост есть, отчёты полные")
        page.get_by_role("button", name="Сдать заключение").click()
        page.get_by_text("Заключение сдано").wait_for()
    assert Review.objects.get().state == "submitted"
    programme = Programme.objects.get(pk=judged.programme.pk)
    with page_of(department, live_server) as page:
        addresses = {
            "antirisk": f"/schools/{judged.first.pk}/antirisk/?year=2021",
            "programme": programme.get_absolute_url(),
            "stages": f"/programmes/{programme.pk}/stages/",
            "stage": judged.stage.get_absolute_url(),
            "presentations": f"/programmes/{programme.pk}/presentations/",
            "rounds": "/expertise/",
            "new": "/expertise/new/?kind=mutual",
            "round": round_address,
            "assign": f"{round_address}assign/",
            "review": review_address,
        }
        look_at(page, live_server, addresses)
