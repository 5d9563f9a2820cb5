"""The pages of programmes and roadmaps: as many queries for one row as for sixty; filters find what they say."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from roadmaps.models import Occurrence, Programme, ProgrammeTask
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.queries.tables import Filters, table_of
from roadmaps.states import Status
from tests.factories import MunicipalityFactory, SchoolFactory
from tests.roadmaps.plans import in_force, of_rows

pytestmark = pytest.mark.django_db
TODAY = dt.date(2023, 6, 15)

PLAN = Plan(
    "Карта",
    (
        PlanSection("Первый", rows=(
            PlanRow("Семинар", "1.1", ("ИМЦ", "ОО"), deadline="Март 2023", expected="Протокол"),
            PlanRow("Отчёт", "1.2", ("ИМЦ",), deadline="Декабрь 2023"),
        )),
        PlanSection("Без строк"),
        PlanSection("Второй", rows=(PlanRow("Встреча", "2.1", ("ОО",), deadline="По запросу"),)),
    ),
)  # fmt: skip


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def programme(town):
    return Programme.objects.create(municipality=town, title="Программа", starts_in=2023, ends_in=2023)


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_pages_of_a_roadmap_ask_as_often_for_sixty_rows_as_for_one(log_in_as, town, programme):
    client = log_in_as(Role.METHODIST, town)
    small, large = (in_force(town, of_rows(count), programme=programme) for count in (1, 60))
    client.get(small.get_absolute_url())  # what is remembered of the session is written once
    assert queries(client, small.get_absolute_url()) == queries(client, large.get_absolute_url())
    pages = [roadmap.activities.all()[0].get_absolute_url() for roadmap in (small, large)]
    assert queries(client, pages[0]) == queries(client, pages[1])


@pytest.mark.parametrize("page", ["list", "programme"])
def test_lists_of_roadmaps_ask_as_often_for_forty_as_for_one(log_in_as, town, programme, page):
    client = log_in_as(Role.METHODIST, town)
    address = programme.get_absolute_url() if page == "programme" else reverse("roadmaps:list")
    more(town, programme, 1)
    client.get(address)
    with_one = queries(client, address)
    more(town, programme, 39)
    assert queries(client, address) == with_one
    assert client.get(address).text.count("Карта школы") >= 40


def more(town, programme, count: int) -> None:
    for _ in range(count):
        school = SchoolFactory(municipality=town)
        in_force(town, of_rows(2, title=f"Карта школы {school.code}"), programme=programme, school=school)
        last = programme.tasks.count()
        ProgrammeTask.objects.create(programme=programme, position=last + 1, text="Задача")


def shown(roadmap, **filters: str) -> list[str]:
    table = table_of(roadmap, Filters(**filters), TODAY)
    return [line.activity.number for section in table.sections for line in section.lines]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["1.1", "1.2", "2.1"]),
        ({"status": "late"}, ["1.1"]),
        ({"status": "not_started"}, ["1.2", "2.1"]),  # nobody is late for «По запросу»
        ({"status": "done"}, []),
        ({"responsible": "ОО"}, ["1.1", "2.1"]),
        ({"responsible": "И"}, []),
        ({"text": "отчёт"}, ["1.2"]),
        ({"text": "ПРОТОКОЛ"}, ["1.1"]),
        ({"text": "2.1"}, ["2.1"]),
        ({"responsible": "ИМЦ", "status": "not_started"}, ["1.2"]),
    ],
)
def test_filters_of_the_table(town, filters, expected):
    assert shown(in_force(town, PLAN), **filters) == expected


def test_heading_without_rows_stands_until_something_is_filtered(town):
    roadmap = in_force(town, PLAN)
    titles = [section.section.title for section in table_of(roadmap, Filters(), TODAY).sections]
    assert titles == ["Первый", "Без строк", "Второй"]
    assert [one.section.title for one in table_of(roadmap, Filters(text="Встреча"), TODAY).sections] == ["Второй"]


def test_counts_and_names_are_those_of_the_whole_table(town):
    table = table_of(in_force(town, PLAN), Filters(status="late"), TODAY)
    assert (table.shown, table.count(Status.LATE), table.count(Status.NOT_STARTED)) == (1, 1, 2)
    assert table.responsible == ("ИМЦ", "ОО")


def test_row_says_how_much_of_it_is_done_and_what_comes_next(town):
    plan = Plan("Карта", (PlanSection("", rows=(PlanRow("ВКС", deadline="Февраль-декабрь 2023, ежемесячно"),)),))
    roadmap = in_force(town, plan)
    first = Occurrence.objects.order_by("due_on")[0]
    Occurrence.objects.filter(pk=first.pk).update(status="done")
    (line,) = table_of(roadmap, Filters(), dt.date(2023, 3, 1)).all_lines
    assert (line.done, line.awaited, line.status) == (1, 11, Status.IN_WORK)
    assert line.next_time.occurrence.label == "март 2023"


def test_decision_of_a_person_goes_before_what_follows(town):
    roadmap = in_force(town, PLAN)
    roadmap.activities.filter(number="1.1").update(overruled="done", overruled_reason="Принято на совещании")
    assert shown(roadmap, status="done") == ["1.1"]
    line = next(
        one for one in table_of(roadmap, Filters(), dt.date(2024, 1, 1)).all_lines if one.activity.number == "1.1"
    )
    assert {time.status for time in line.times} == {Status.DONE}  # nobody is late for what is decided
    assert line.next_time is None


def test_page_keeps_to_its_filters(log_in_as, town):
    roadmap = in_force(town, PLAN)
    page = log_in_as(Role.VIEWER, town).get(roadmap.get_absolute_url(), {"q": "Встреча"}).text
    assert "Нашлось 1 мероприятие из 3" in page.replace("\xa0", " ")
    assert "Семинар" not in page
