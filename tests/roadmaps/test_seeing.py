"""Several plans at once: what the table and the line of time show, and how often they ask the database."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import Role
from roadmaps.models import Activity, Occurrence, Participant, Programme, Roadmap
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.queries.due import month_of
from roadmaps.queries.seen import PLANS_COUNTED, Wanted, page_lines, seen
from roadmaps.queries.seen_sums import by_responsible, by_school
from roadmaps.queries.standing import counts_by_name, counts_by_plan, late_rows, with_state
from roadmaps.queries.tables import line_of, lines_of
from roadmaps.states import Status
from tests.factories import MunicipalityFactory, SchoolFactory
from tests.roadmaps.conftest import person
from tests.roadmaps.plans import in_force, of_rows

pytestmark = pytest.mark.django_db
TODAY = dt.date(2023, 6, 15)
VIEWS = ("rows", "timeline", "calendar", "board", "by_school", "by_responsible")
LISTS = VIEWS[:4]  # that show the rows themselves


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def methodist(town):
    return person(Role.METHODIST, town)


@pytest.fixture
def plans(town):
    """The municipality's and two schools', of 2023: № 10 was there before № 2."""
    ten, two = (SchoolFactory(municipality=town, name=f"СОШ № {number}") for number in (10, 2))
    rows = (
        PlanRow("Семинар", "1", ("ИМЦ", "ОО"), deadline="Март 2023", expected="Протокол"),
        PlanRow("Отчёт", "2", ("ИМЦ",), deadline="Декабрь 2023"),
        PlanRow("Визит", "3", (two.name,), deadline="По запросу"),
    )
    in_force(town, Plan("Городской", (PlanSection("Раздел", rows=rows),)))
    own = (PlanRow("Педсовет", "1", ("Директор школы",), deadline="Май 2023"),)
    in_force(town, Plan("План десятой", (PlanSection("А", rows=own),)), school=ten)
    in_force(town, Plan("План второй", (PlanSection("А", rows=own),)), school=two)
    return {"ten": ten, "two": two}


def shown(user, town, **wanted) -> list[str]:
    found = seen(user, town, Wanted(**wanted), TODAY)
    return [f"{line.activity.roadmap.title} {line.activity.number}" for line in page_lines(found.rows[:], TODAY)]


def days(first: str, last: str) -> dict[str, dt.date]:
    return {"first": dt.date.fromisoformat(first), "last": dt.date.fromisoformat(last)}


CITY = ["Городской 1", "Городской 2", "Городской 3"]


def test_plan_of_the_municipality_comes_first_then_schools_by_their_numbers(methodist, town, plans):
    assert shown(methodist, town) == [*CITY, "План второй 1", "План десятой 1"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"status": "late"}, ["Городской 1", "План второй 1", "План десятой 1"]),
        ({"status": "not_started"}, ["Городской 2", "Городской 3"]),  # nobody is late for «По запросу»
        ({"status": "done"}, []),
        ({"responsible": "имц"}, ["Городской 1", "Городской 2"]),
        ({"responsible": "директор"}, ["План второй 1", "План десятой 1"]),
        ({"responsible": "о"}, ["Городской 1", "Городской 3", "План второй 1", "План десятой 1"]),  # none in «ИМЦ»
        ({"responsible": "ОО"}, ["Городской 1"]),
        ({"text": "ПРОТОКОЛ"}, ["Городской 1"]),
        ({"text": "отчёт", "status": "late"}, []),
        ({"of_municipality": True}, CITY),
        (days("2023-03-31", "2023-05-01"), ["Городской 1", "Городской 3", "План второй 1", "План десятой 1"]),
        (days("2023-04-01", "2023-04-30"), ["Городской 3"]),
        (days("2024-01-01", "2024-04-30"), []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("most", [PLANS_COUNTED, 0], ids=["counted", "uncounted"])
def test_rows_are_narrowed_alike_whether_states_are_counted_or_not(
    methodist, town, plans, wanted, expected, most, monkeypatch
):
    monkeypatch.setattr("roadmaps.queries.seen.PLANS_COUNTED", most)
    assert shown(methodist, town, **wanted) == expected


def test_school_has_its_own_rows_and_those_of_the_municipality_that_it_answers_for(methodist, town, plans):
    assert shown(methodist, town, school=plans["two"]) == ["Городской 1", "Городской 3", "План второй 1"]
    assert shown(methodist, town, school=plans["ten"]) == ["Городской 1", "План десятой 1"]


def test_row_of_every_school_is_of_those_alone_whom_the_programme_lists(methodist, town, plans):
    programme = Programme.objects.create(municipality=town, title="Программа", starts_in=2023, ends_in=2023)
    town.roadmaps.filter(school=None).update(programme=programme)
    Participant.objects.create(programme=programme, position=1, organisation="№ 10", school=plans["ten"])
    assert shown(methodist, town, school=plans["two"]) == ["Городской 3", "План второй 1"]
    assert shown(methodist, town, school=plans["ten"]) == ["Городской 1", "План десятой 1"]


def test_counts_are_of_every_state_whatever_state_is_wanted(methodist, town, plans):
    counts = seen(methodist, town, Wanted(status="late"), TODAY).counts
    assert +counts == {Status.LATE: 3, Status.NOT_STARTED: 2}


def test_curator_sees_the_plan_of_the_municipality_and_the_own_one(town, plans):
    assert shown(person(Role.CURATOR, plans["two"]), town) == [*CITY, "План второй 1"]


def test_row_that_was_taken_out_is_not_shown(methodist, town, plans):
    Activity.objects.filter(number="2").update(removed_at=dt.datetime(2023, 1, 1, tzinfo=dt.UTC))
    assert shown(methodist, town) == ["Городской 1", "Городской 3", "План второй 1", "План десятой 1"]


@pytest.mark.parametrize(("first", "last"), [(0, 2), (1, 4), (2, 3), (3, 5), (4, 9), (0, 99), (5, 9)])
def test_slice_of_rows_is_that_of_the_whole(methodist, town, plans, first, last):
    rows = seen(methodist, town, Wanted(), TODAY).rows
    assert len(rows) == 5
    assert rows[first:last] == rows[:][first:last]


TIME = st.tuples(
    st.sampled_from(["not_started", "in_work", "done", "cancelled"]),
    st.sampled_from(["day", "month", "fuzzy"]),
    st.sampled_from([TODAY - dt.timedelta(1), TODAY, TODAY + dt.timedelta(1)]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    times=st.lists(TIME, max_size=4),
    overruled=st.sampled_from(["", "", "", "done", "cancelled"]),
    state=st.sampled_from(Roadmap.State.values),
)
def test_database_says_of_a_row_what_its_line_says(town, times, overruled, state):
    activity = in_force(town, of_rows(1), state=state).activities.get()
    activity.occurrences.all().delete()
    Occurrence.objects.bulk_create(
        Occurrence(activity=activity, label=f"{place}", starts_on=due_on, due_on=due_on, precision=precision,
                   status=status, reason="Отменено")
        for place, (status, precision, due_on) in enumerate(times)
    )  # fmt: skip
    Activity.objects.filter(pk=activity.pk).update(overruled=overruled)
    own = Activity.objects.filter(pk=activity.pk)
    (line,) = lines_of(own, TODAY)
    assert with_state(own, TODAY).get()["seen"] == line.status
    assert line_of(own.select_related("roadmap").get(), TODAY).status == line.status
    assert late_rows(own, TODAY).exists() == (line.status == Status.LATE)


def test_nothing_is_counted_where_there_can_be_no_row(town):
    none = with_state(Activity.objects.filter(roadmap__in=[]), dt.date(2022, 3, 1))
    assert list(counts_by_plan(none)) == list(counts_by_name(none)) == []


@pytest.mark.parametrize("view", VIEWS)
def test_views_ask_as_often_for_forty_rows_and_plans_as_for_one(log_in_as, town, view):
    client = log_in_as(Role.METHODIST, town)
    address = reverse(f"roadmaps:{view}") + "?period=all&month=2023-12&day=2023-12-31"
    in_force(town, of_rows(1, title="Первая"))
    client.get(address)  # what is remembered of the session is written once
    with_one = queries(client, address)
    school = SchoolFactory(municipality=town)
    in_force(town, of_rows(40, title="Вторая"), school=school)
    assert queries(client, address) == with_one
    for number in range(38):
        in_force(town, of_rows(1, title=f"Третья {number}"), school=SchoolFactory(municipality=town))
    assert queries(client, address) <= with_one


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize("view", LISTS)
def test_view_keeps_to_what_the_address_says(log_in_as, town, plans, view):
    client = log_in_as(Role.VIEWER, town)
    page = client.get(reverse(f"roadmaps:{view}"), {"q": "Педсовет", "period": "all", "month": "2023-05"}).text
    assert "Педсовет" in page
    assert "Семинар" not in page
    assert "q=%D0%9F%D0%B5%D0%B4%D1%81%D0%BE%D0%B2%D0%B5%D1%82" in page  # the other views are narrowed alike


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"since": "2023-05-02", "until": "2023-05-01"}, "Последний день раньше первого"),
        ({"since": "31.13.2023"}, "Введите правильную дату"),
        ({"since": "0001-01-01"}, "Впишите день между"),
        ({"status": "никакое"}, "Выберите корректный вариант"),
        ({"school": "999999"}, "Выберите корректный вариант"),
    ],
)
def test_mistake_in_the_address_is_told_at_its_field(log_in_as, town, plans, view, query, message):
    answer = log_in_as(Role.VIEWER, town).get(reverse(f"roadmaps:{view}"), query)
    assert answer.status_code == 200
    assert message in answer.text
    assert "Семинар" not in answer.text


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("query", [{"q": "такого нет"}, {"responsible": "такого нет"}, {"status": "cancelled"}])
def test_nothing_that_fits_is_said_in_words(log_in_as, town, plans, view, query):
    answer = log_in_as(Role.VIEWER, town).get(reverse(f"roadmaps:{view}"), {"period": "all"} | query)
    assert answer.status_code == 200
    assert "Таких мероприятий нет" in answer.text or "ничего не наступает" in answer.text or "Нет." in answer.text


@pytest.mark.parametrize("view", VIEWS)
def test_plan_of_others_is_not_there(log_in_as, town, view):
    foreign = in_force(MunicipalityFactory(), of_rows(1))
    client = log_in_as(Role.METHODIST, town)
    for key in (foreign.pk, "7" * 12, "x"):
        assert client.get(reverse(f"roadmaps:{view}"), {"roadmap": key}).status_code == 404


def test_timeline_names_each_time_for_whoever_does_not_see_it(log_in_as, town, plans):
    page = log_in_as(Role.VIEWER, town).get(reverse("roadmaps:timeline"), {"period": "all"}).text
    assert 'aria-label="март 2023, до 31.03.2023: просрочено"' in page


def test_timeline_is_divided_as_asked(log_in_as, town, plans):
    client = log_in_as(Role.VIEWER, town)
    months = client.get(reverse("roadmaps:timeline"), {"period": "all"}).text
    quarters = client.get(reverse("roadmaps:timeline"), {"period": "all", "unit": "quarter"}).text
    assert ">мар</text>" in months
    assert ">мар</text>" not in quarters
    assert ">IV</text>" in quarters


# --- Calendar


def month(user, town, day: str, **wanted) -> dict[str, list[str]]:
    found = month_of(user, town, Wanted(**wanted), dt.date.fromisoformat(day), TODAY)
    return {f"{one.due_on:%d}": [] for one in found.due} | {
        f"{day.date:%d}": [f"{due.plan.title} {due.number} {due.state}" for due in day.due]
        for week in found.weeks for day in week if day.due
    }  # fmt: skip


def test_calendar_shows_what_is_due_on_each_day_of_its_month(methodist, town, plans):
    assert month(methodist, town, "2023-03-01") == {"31": ["Городской 1 late"]}
    assert month(methodist, town, "2023-05-01") == {"31": ["План второй 1 late", "План десятой 1 late"]}
    assert month(methodist, town, "2023-04-01") == {}
    assert month(methodist, town, "2023-12-01") == {"31": ["Городской 2 not_started", "Городской 3 not_started"]}


def test_calendar_is_narrowed_like_the_other_views(methodist, town, plans):
    assert month(methodist, town, "2023-05-01", school=plans["two"]) == {"31": ["План второй 1 late"]}
    assert month(methodist, town, "2023-12-01", responsible="ИМЦ") == {"31": ["Городской 2 not_started"]}
    assert month(methodist, town, "2023-12-01", status="late") == {}


def test_calendar_is_of_whole_weeks(methodist, town):
    found = month_of(methodist, town, Wanted(), dt.date(2024, 2, 1), TODAY)
    days = [day.date for week in found.weeks for day in week]
    assert (days[0], days[-1]) == (dt.date(2024, 1, 29), dt.date(2024, 3, 3))
    assert (found.before, found.after) == (dt.date(2024, 1, 1), dt.date(2024, 3, 1))


def test_day_with_much_due_is_shown_in_full_below(log_in_as, town):
    in_force(town, of_rows(6, deadline="Март 2023"))
    client = log_in_as(Role.VIEWER, town)
    page = client.get(reverse("roadmaps:calendar"), {"month": "2023-03"}).text
    assert "ещё 2" in page.replace("\xa0", " ")
    assert "Семинар 5" not in page
    assert "Семинар 5" in client.get(reverse("roadmaps:calendar"), {"month": "2023-03", "day": "2023-03-31"}).text


@pytest.mark.parametrize("asked", ["2023-13", "март", "0001-01", "2023-03-01"])
def test_month_that_is_none_is_not_there(log_in_as, town, asked):
    assert log_in_as(Role.VIEWER, town).get(reverse("roadmaps:calendar"), {"month": asked}).status_code == 404


# --- Board and sums


def test_board_has_a_column_for_each_state_and_says_where_the_rest_is(log_in_as, town):
    in_force(town, of_rows(17, deadline="Март 2023"))
    client = log_in_as(Role.VIEWER, town)
    page = client.get(reverse("roadmaps:board"), {"period": "all", "q": "Семинар"}).text
    assert page.count('<li class="card">') == 15
    assert "Ещё 2" in page.replace("\xa0", " ")
    rest = client.get(reverse("roadmaps:rows"), {"period": "all", "q": "Семинар", "status": "late", "page": "1"}).text
    assert "Семинар 16" in rest
    assert [label in page for label in ("не начато", "в работе", "выполнено", "просрочено", "отменено")] == [True] * 5


def sums(found) -> dict[str, dict[str, int]]:
    return {one.name: {status.value: n for status, n in one.counts.items() if n} for one in found}


def test_plans_are_summed_by_whose_they_are(methodist, town, plans):
    found = seen(methodist, town, Wanted(), TODAY, with_counts=True)
    assert sums(by_school(found)) == {
        "Муниципалитет": {"late": 1, "not_started": 2},
        "СОШ № 2": {"late": 1},
        "СОШ № 10": {"late": 1},
    }
    assert list(sums(by_school(found))) == ["Муниципалитет", "СОШ № 2", "СОШ № 10"]


def test_row_counts_for_each_who_answers_for_it(methodist, town, plans):
    in_force(town, Plan("Без имён", (PlanSection("", rows=(PlanRow("Слёт", deadline="Май 2023"),)),)))
    found = by_responsible(seen(methodist, town, Wanted(), TODAY, with_counts=True))
    assert sums(found) == {
        "Директор школы": {"late": 2},
        "ИМЦ": {"late": 1, "not_started": 1},
        "ОО": {"late": 1},
        "СОШ № 2": {"not_started": 1},
        "": {"late": 1},
    }
    assert found[-1].name == ""


def test_sums_keep_to_the_state_wanted(log_in_as, town, plans):
    client = log_in_as(Role.VIEWER, town)
    page = client.get(reverse("roadmaps:by_responsible"), {"period": "all", "status": "late"}).text
    assert "responsible=%D0%98%D0%9C%D0%A6&amp;status=late&amp;period=all" in page
    assert "СОШ № 2</a>" not in page
