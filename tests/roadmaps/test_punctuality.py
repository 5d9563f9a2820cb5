"""Completeness and timeliness of reporting: a town worked by hand, and the same numbers worked out a second way."""

import datetime as dt
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import Role
from roadmaps.models import Activity, ActivityChange, Occurrence, ProgressUpdate, Roadmap
from roadmaps.plans.punctuality import Punctuality, together
from roadmaps.plans.rows import PlanRow
from roadmaps.queries.answering import answering
from roadmaps.queries.punctuality import by_place, punctuality_table
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.progress import Told, accept, give_back, take_back, write_report
from tests.factories import SchoolFactory
from tests.roadmaps.conftest import TERM, person, plan_of
from tests.roadmaps.plans import of_rows, stored

DUE = dt.date(2022, 3, 31)
TODAY = dt.date(2022, 6, 1)


def report(occurrence, school, by, time_machine, day: str, **told):
    time_machine.move_to(dt.datetime.fromisoformat(f"{day}T12:00:00+00:00"))
    kept = ProgressUpdate.objects.filter(occurrence=occurrence, school=school).first()
    said = Told(told.get("percent", 100), "Сделано", kept.version if kept else 0)
    return write_report(occurrence=occurrence, school=school, told=said, by=by, submit=True)


@pytest.fixture
def reported(planned, time_machine):
    """Awaited on 31 March: row 1 from schools 1 and 2, row 2 from the centre, row 3 from school 1 and the centre."""
    report(planned.every, planned.first, planned.curator, time_machine, "2022-03-31")  # on the day: in time
    late = report(planned.every, planned.second, planned.neighbour, time_machine, "2022-04-01")
    accept(report=late, seen_version=late.version, by=planned.methodist)
    first = report(planned.shared, planned.first, planned.curator, time_machine, "2022-03-20")
    give_back(report=first, seen_version=first.version, reason="Нет протокола", by=planned.methodist)
    return planned


def table(user, planned, today=TODAY, year=2021) -> dict[str, tuple[int, int, int]]:
    found = punctuality_table(user, planned.municipality, year, today)
    return {
        line.school.name if line.school else "": (line.of.awaited, line.of.come, line.of.in_time)
        for line in found.lines
    }


@pytest.mark.django_db
def test_town_worked_by_hand(reported):
    assert table(reported.methodist, reported) == {"": (2, 0, 0), "СОШ № 1": (2, 1, 1), "СОШ № 2": (1, 1, 0)}
    total = punctuality_table(reported.methodist, reported.municipality, 2021, TODAY).total
    assert total == Punctuality(5, 2, 1)
    assert (total.completeness, total.timeliness) == (Fraction(40), Fraction(50))  # 2 of 5, 1 of 2


@pytest.mark.django_db
def test_page_says_that_a_plan_came_into_the_portal_after_its_days(reported, client, time_machine):
    time_machine.move_to(dt.datetime.combine(TODAY, dt.time(9), dt.UTC))
    client.force_login(reported.methodist)
    address = reverse("roadmaps:punctuality") + "?year=2021"
    Roadmap.objects.update(created_at=dt.datetime(2021, 9, 1, tzinfo=dt.UTC))
    assert "отчитаться о них в срок было нельзя" not in client.get(address).text
    Roadmap.objects.update(created_at=dt.datetime(2022, 4, 1, tzinfo=dt.UTC))  # the day after all its rows were due
    assert punctuality_table(reported.methodist, reported.municipality, 2021, TODAY).too_early == 3
    assert punctuality_table(reported.curator, reported.municipality, 2021, TODAY).too_early == 2  # of its own
    assert "отчитаться о них в срок было нельзя" in client.get(address).text


@pytest.mark.django_db
def test_nothing_is_awaited_before_its_day_has_passed(reported):
    assert table(reported.methodist, reported, today=DUE) == {}
    assert table(reported.methodist, reported, today=DUE + dt.timedelta(1)) != {}


@pytest.mark.django_db
@pytest.mark.parametrize("year", [2020, 2022])
def test_another_school_year_has_its_own_reports(reported, year):
    assert table(reported.methodist, reported, year=year) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Occurrence, {"status": "cancelled", "reason": "Карантин"}),
        (Occurrence, {"precision": "fuzzy"}),
        (Activity, {"removed_at": dt.datetime(2022, 1, 1, tzinfo=dt.UTC)}),
        (Activity, {"overruled": "done", "overruled_reason": "Совещание"}),
        (Roadmap, {"state": "draft"}),
    ],
)
def test_what_needs_no_report_is_not_awaited(reported, model, change):
    model.objects.update(**change)
    assert table(reported.methodist, reported) == {}


@pytest.mark.django_db
def test_plan_that_is_closed_still_says_how_it_was_reported_on(reported):
    before = table(reported.methodist, reported)
    Roadmap.objects.update(state="closed")
    assert table(reported.methodist, reported) == before


@pytest.mark.django_db
def test_returned_report_counts_by_its_first_sending_once_it_is_sent_again(reported, time_machine):
    report(reported.shared, reported.first, reported.curator, time_machine, "2022-04-10")
    assert table(reported.methodist, reported)["СОШ № 1"] == (2, 2, 2)


@pytest.mark.django_db
def test_report_that_was_taken_back_had_not_been_sent(planned, time_machine):
    sent = report(planned.every, planned.first, planned.curator, time_machine, "2022-03-30")
    take_back(report=sent, seen_version=sent.version, by=planned.curator)
    assert table(planned.methodist, planned)["СОШ № 1"] == (2, 0, 0)
    report(planned.every, planned.first, planned.curator, time_machine, "2022-04-02")
    assert table(planned.methodist, planned)["СОШ № 1"] == (2, 1, 0)


@pytest.mark.django_db
def test_day_is_that_of_the_portals_clock(planned, time_machine):
    """22:00 UTC on 31 March is the first of April in Moscow, and in every zone east of it."""
    time_machine.move_to(dt.datetime(2022, 3, 31, 22, tzinfo=dt.UTC))
    told = Told(100, "Сделано", 0)
    write_report(occurrence=planned.every, school=planned.first, told=told, by=planned.curator, submit=True)
    assert table(planned.methodist, planned)["СОШ № 1"] == (2, 1, 0)


@pytest.mark.django_db
def test_curator_sees_the_own_school_alone(reported):
    assert table(reported.curator, reported) == {"СОШ № 1": (2, 1, 1)}
    assert not punctuality_table(reported.curator, reported.municipality, 2021, TODAY).is_whole


@pytest.mark.django_db
def test_page_says_shares_with_their_parts(reported, client, time_machine):
    time_machine.move_to(dt.datetime(2022, 6, 1, 9, tzinfo=dt.UTC))
    client.force_login(reported.methodist)
    page = client.get("/roadmaps/punctuality/?year=2021").text.replace("\xa0", " ").replace("&nbsp;", " ")
    assert "поступило 2 из 5 отчётов (40,0 %), из них в срок 1 (50,0 %)" in page
    assert "СОШ № 3" not in page  # nothing was awaited from it
    assert "отчётов ещё не ждали" in client.get("/roadmaps/punctuality/?year=2019").text


def test_shares_of_nothing_are_no_data():
    assert (Punctuality().completeness, Punctuality(3).completeness, Punctuality(3).timeliness) == (None, 0, None)
    with pytest.raises(ValueError, match="4 of 3"):
        Punctuality(5, 3, 4)


def test_shares_of_schools_are_not_averaged():
    total = together([Punctuality(1, 1, 1), Punctuality(9, 0, 0)])
    assert total.completeness == 10  # 1 of 10, not the mean of 100 and 0


# --- A second way: one report after another, by the models alone

SENT = st.sampled_from([None, dt.date(2022, 3, 30), DUE, dt.date(2022, 4, 1)])
STATE = st.sampled_from(["draft", "submitted", "accepted", "returned"])


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=st.lists(st.tuples(SENT, STATE), min_size=9, max_size=9), cancelled=st.integers(0, 4))
def test_same_numbers_are_found_report_by_report(planned, told, cancelled):
    times = [planned.every, planned.centre, planned.shared]
    ProgressUpdate.objects.all().delete()
    ActivityChange.objects.all().delete()
    Occurrence.objects.update(status="not_started")
    if cancelled < len(times):
        Occurrence.objects.filter(pk=times[cancelled].pk).update(status="cancelled", reason="Карантин")
    places = [planned.first, planned.second, None]
    for (sent, state), (once, place) in zip(told, [(once, place) for once in times for place in places], strict=True):
        if sent is not None:
            moment = dt.datetime.combine(sent, dt.time(9), tzinfo=dt.UTC)
            ProgressUpdate.objects.create(
                occurrence=once, school=place, state=state, reason="Почему" if state == "returned" else "",
                submitted_at=moment,
            )  # fmt: skip
    expected: dict[int | None, list[int]] = {}
    for once in Occurrence.objects.exclude(status="cancelled").select_related("activity__roadmap"):
        for place in (*places, planned.third):
            key = place.pk if place else None
            if not answering(once.activity).includes(key):
                continue
            counts = expected.setdefault(key, [0, 0, 0])
            counts[0] += 1
            found = ProgressUpdate.objects.filter(occurrence=once, school=place).first()
            if found and found.state in ("submitted", "accepted"):
                counts[1] += 1
                counts[2] += found.submitted_at.date() <= once.due_on
    found = by_place(Roadmap.objects.all(), 2021, TODAY)
    assert {place: [of.awaited, of.come, of.in_time] for place, of in found.items()} == expected


@pytest.mark.django_db
def test_page_asks_as_often_for_forty_rows_schools_and_plans_as_for_one(planned, client, time_machine):
    time_machine.move_to(dt.datetime(2022, 6, 1, 9, tzinfo=dt.UTC))
    client.force_login(planned.methodist)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/roadmaps/punctuality/?year=2021").status_code == 200
        return len(found)

    stored(planned.municipality, of_rows(1, deadline="Март 2022"), school=planned.first, state="approved", **TERM)
    rows = [PlanRow(f"Совещание {n}", responsible=("ОО",), deadline="Март 2022") for n in range(40)]
    frame = Frame(**TERM, state="approved")
    store_plan(municipality=planned.municipality, plan=plan_of(rows[0]), frame=frame)
    queries()
    with_one = queries()
    for _ in range(39):
        school = SchoolFactory(municipality=planned.municipality)
        stored(planned.municipality, of_rows(1, deadline="Март 2022"), school=school, state="approved", **TERM)
    store_plan(municipality=planned.municipality, plan=plan_of(*rows), frame=frame)
    assert queries() == with_one


@pytest.mark.django_db
def test_stranger_finds_nothing(reported):
    stranger = person(Role.METHODIST, SchoolFactory().municipality)
    assert table(stranger, reported) == {}
