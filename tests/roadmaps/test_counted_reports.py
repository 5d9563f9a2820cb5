"""Completeness and timeliness as indicators: a town worked by hand, the day up to which it counts, and what has the
values worked out anew."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import Role
from accounts.models import Job
from indicators.engine import recompute
from indicators.models import CountedUpTo, Indicator, MunicipalityValue, SchoolValue
from indicators.records import Behind, Stretch, period_of
from indicators.services import counting
from indicators.services.counting import count_days_that_are_over, count_up_to
from monitoring.audit.comparison import audit
from roadmaps.models import Activity, ActivityChange, Occurrence, Participant, ProgressUpdate
from roadmaps.passport.parts import Part
from roadmaps.plans.deadlines import read_deadline
from roadmaps.plans.rows import PlanRow
from roadmaps.queries.editing import row_values
from roadmaps.queries.passport import lines_of
from roadmaps.queries.punctuality import by_place
from roadmaps.services.editing import Seen
from roadmaps.services.overruling import cancel, overrule, restore
from roadmaps.services.passport import save_part
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.progress import Told, accept, give_back, take_back, write_report
from roadmaps.services.roadmaps import approve
from roadmaps.services.rows import add_row, edit_row, put_back, remove_row
from roadmaps.sources import behind
from schools.models import SchoolAlias
from schools.periods import PeriodKind
from schools.services import SchoolRow, import_schools
from schools.services.school_list import add_alias
from tests.factories import IndicatorFactory, MunicipalityFactory, SchoolFactory
from tests.roadmaps.conftest import TERM, person, plan_of

DUE = dt.date(2022, 3, 31)
SPRING = dt.date(2022, 5, 31)  # up to which the town counts
AUGUST = dt.date(2022, 8, 31)  # the last day of the school year of plans


def records(measure: str) -> dict[str, str]:
    return {"type": "records", "kind": "activities", "measure": measure}


def share(part: str, whole: str) -> dict[str, object]:
    return {"type": "share", "part": records(part), "whole": records(whole)}


def send(occurrence, school, by, time_machine, day: str):
    time_machine.move_to(dt.datetime.fromisoformat(f"{day}T12:00:00+00:00"))
    kept = ProgressUpdate.objects.filter(occurrence=occurrence, school=school).first()
    told = Told(100, "Сделано", kept.version if kept else 0)
    return write_report(occurrence=occurrence, school=school, told=told, by=by, submit=True)


@pytest.fixture
def counted(planned) -> SimpleNamespace:
    """Awaited from schools on 31 March: row 1 from schools 1 and 2, row 3 from school 1. The centre's own reports on
    rows 2 and 3 are not counted."""
    town = planned.municipality
    planned.complete = IndicatorFactory(municipality=town, code="complete", formula=share("reported", "awaited"))
    planned.timely = IndicatorFactory(municipality=town, code="timely", formula=share("in_time", "reported"))
    CountedUpTo.objects.create(municipality=town, day=SPRING)
    return planned


@pytest.fixture
def reported(counted, time_machine) -> SimpleNamespace:
    """School 1 reports on row 1 on its day, school 2 a day late; on row 3 school 1 is told to write again."""
    send(counted.every, counted.first, counted.curator, time_machine, "2022-03-31")
    late = send(counted.every, counted.second, counted.neighbour, time_machine, "2022-04-01")
    accept(report=late, seen_version=late.version, by=counted.methodist)
    first = send(counted.shared, counted.first, counted.curator, time_machine, "2022-03-20")
    give_back(report=first, seen_version=first.version, reason="Нет протокола", by=counted.methodist)
    Job.objects.all().delete()
    recompute(counted.municipality.pk)
    time_machine.move_to(dt.datetime(2022, 6, 1, 9, tzinfo=dt.UTC))
    return counted


def values(indicator: Indicator, period: str = "2021") -> dict[str, tuple[int, int]]:
    """Numerator and denominator by school, "" of the municipality."""
    of_schools = SchoolValue.objects.filter(indicator=indicator, period=period)
    found = [(row.school.name, row) for row in of_schools]
    found += [("", row) for row in MunicipalityValue.objects.filter(indicator=indicator, period=period)]
    return {name: (int(row.numerator), int(row.denominator)) for name, row in found}


def asked() -> list[dict[str, object]]:
    """The scopes of recomputes that wait, which are taken away."""
    scopes = [job.scope for job in Job.objects.filter(kind=Job.Kind.RECOMPUTE)]
    Job.objects.all().delete()
    return scopes


WHOLE_YEAR = [{"records": [["activities", 2021]]}]


@pytest.mark.django_db
def test_town_worked_by_hand(reported):
    assert values(reported.complete) == {"СОШ № 1": (1, 2), "СОШ № 2": (1, 1), "": (2, 3)}
    assert values(reported.timely) == {"СОШ № 1": (1, 1), "СОШ № 2": (0, 1), "": (1, 2)}
    whole = MunicipalityValue.objects.get(indicator=reported.complete)
    assert whole.value == Decimal("66.666667")  # 2 of 3, not the mean of 50 and 100
    assert (whole.participants, whole.low) == (None, None)  # reports are no pupils
    assert whole.sources == [
        {"file": "", "sheet": "", "rows": "", "upload": None, "form": "Отчёты школ по дорожным картам"}
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "period"), [("calendar_year", "cy2022"), ("half_year", "2022h1"), ("quarter", "2022q1")]
)
def test_report_counts_in_the_period_that_holds_its_day(reported, kind, period):
    Indicator.objects.update(period_kind=kind)
    recompute(reported.municipality.pk)
    assert values(reported.complete, period)[""] == (2, 3)
    assert not MunicipalityValue.objects.exclude(period=period).exists()


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [
        ("school_year", "2022-08-31", "2021"),  # plans count from September, whenever exams do
        ("school_year", "2022-09-01", "2022"),
        ("calendar_year", "2022-12-31", "cy2022"),
        ("half_year", "2022-06-30", "2022h1"),
        ("half_year", "2022-07-01", "2022h2"),
        ("quarter", "2022-03-31", "2022q1"),
        ("quarter", "2022-12-01", "2022q4"),
    ],
)
def test_days_fall_into_periods(kind, day, code):
    assert period_of(PeriodKind(kind), dt.date.fromisoformat(day)).code == code


@pytest.mark.django_db
def test_page_of_punctuality_says_the_same(reported):
    found = by_place(reported.municipality.roadmaps.all(), 2021, SPRING + dt.timedelta(1))
    assert {place: (of.come, of.awaited) for place, of in found.items() if place} == {
        reported.first.pk: (1, 2),
        reported.second.pk: (1, 1),
    }


@pytest.mark.django_db
def test_check_finds_the_same_on_any_day_and_so_does_the_audit(reported, time_machine):
    for day in ("2022-06-01", "2023-11-28"):
        time_machine.move_to(dt.datetime.fromisoformat(f"{day}T12:00:00+00:00"))
        assert recompute(reported.municipality.pk, check=True).differences == ()
        assert audit(reported.municipality.pk).differences == ()


@pytest.mark.django_db
def test_audit_finds_a_count_that_is_wrong(reported):
    SchoolValue.objects.filter(indicator=reported.complete, school=reported.first).update(numerator=2, value=100)
    fields = {one.field for one in audit(reported.municipality.pk).differences}
    assert fields == {"value", "numerator"}


# --- Up to a day


@pytest.mark.django_db
@pytest.mark.parametrize(("up_to", "awaited"), [(DUE - dt.timedelta(1), 0), (DUE, 3), (AUGUST, 3)])
def test_report_is_awaited_once_its_day_is_counted(counted, up_to, awaited):
    CountedUpTo.objects.update(day=up_to)
    recompute(counted.municipality.pk)
    assert values(counted.complete).get("", (0, 0)) == (0, awaited)


@pytest.mark.django_db
def test_nothing_counts_where_nobody_has_begun_to_count(counted):
    CountedUpTo.objects.all().delete()
    recompute(counted.municipality.pk)
    assert not MunicipalityValue.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("up_to", "said"),
    [(SPRING, "2022-05-31"), (AUGUST - dt.timedelta(1), "2022-08-30"), (AUGUST, ""), (dt.date(2023, 1, 1), "")],
)
def test_value_says_its_day_while_the_year_runs(counted, up_to, said):
    CountedUpTo.objects.update(day=up_to)
    recompute(counted.municipality.pk)
    assert set(SchoolValue.objects.values_list("as_of", flat=True)) == {said}
    assert MunicipalityValue.objects.get(indicator=counted.complete).as_of == said
    assert audit(counted.municipality.pk).differences == ()


@pytest.mark.django_db
def test_day_moves_when_something_was_due_and_has_the_values_worked_out(counted):
    CountedUpTo.objects.update(day=dt.date(2022, 1, 1))
    town = counted.municipality
    assert not count_up_to(municipality=town, day=DUE - dt.timedelta(1))  # nothing was due till then
    assert (CountedUpTo.objects.get().day, asked()) == (dt.date(2022, 1, 1), [])
    assert count_up_to(municipality=town, day=DUE)
    assert (CountedUpTo.objects.get().day, asked()) == (DUE, WHOLE_YEAR)
    assert not count_up_to(municipality=town, day=DUE)
    assert not count_up_to(municipality=town, day=dt.date(2022, 1, 1))  # never back
    assert asked() == []


@pytest.mark.django_db
def test_year_that_has_ended_is_worked_out_with_the_one_that_begins(counted, time_machine):
    """Its values say no day any more; else a check would find them."""
    time_machine.move_to(dt.datetime(2022, 6, 1, 9, tzinfo=dt.UTC))
    recompute(counted.municipality.pk)
    frame = Frame(dt.date(2022, 9, 1), dt.date(2023, 8, 31), school=counted.third, state="approved")
    store_plan(
        municipality=counted.municipality, plan=plan_of(PlanRow("Семинар", deadline="Сентябрь 2022")), frame=frame
    )
    assert asked() == []  # nothing of it is over
    assert count_up_to(municipality=counted.municipality, day=dt.date(2022, 9, 30))
    (scope,) = asked()
    assert scope == {"records": [["activities", 2021], ["activities", 2022]]}
    recompute(counted.municipality.pk, scope)
    assert recompute(counted.municipality.pk, check=True).differences == ()
    assert values(counted.complete, "2022") == {"СОШ № 3": (0, 1), "": (0, 1)}


@pytest.mark.django_db
def test_new_day_begins_by_the_towns_own_clock(counted):
    """22:00 UTC on 31 March is the first of April in Krasnoyarsk and in Moscow, not in Kaliningrad (23:59)."""
    CountedUpTo.objects.all().delete()
    town = counted.municipality
    for zone, up_to in (("Europe/Kaliningrad", dt.date(2022, 3, 30)), ("Asia/Krasnoyarsk", DUE)):
        town.time_zone = zone
        town.save()
        count_days_that_are_over(dt.datetime(2022, 3, 31, 21, 59, tzinfo=dt.UTC))
        assert CountedUpTo.objects.get().day == up_to


@pytest.mark.django_db
def test_fault_in_one_town_stops_no_other(counted, monkeypatch, caplog):
    CountedUpTo.objects.all().delete()
    other = MunicipalityFactory()
    once = counting.count_up_to

    def fail_once(*, municipality, **more):
        if municipality == counted.municipality:
            raise ValueError("broken")
        return once(municipality=municipality, **more)

    monkeypatch.setattr(counting, "count_up_to", fail_once)
    count_days_that_are_over(dt.datetime(2022, 6, 1, tzinfo=dt.UTC))
    assert list(CountedUpTo.objects.values_list("municipality", flat=True)) == [other.pk]
    assert "were not counted" in caplog.text


# --- What has the values worked out anew


@pytest.mark.django_db
def test_report_that_comes_or_goes_asks_for_its_school_alone(counted, time_machine):
    sent = send(counted.every, counted.first, counted.curator, time_machine, "2022-06-02")
    of_first = [{"records": [["activities", 2021]], "schools": [counted.first.pk]}]
    assert asked() == of_first
    sent = take_back(report=sent, seen_version=sent.version, by=counted.curator)
    assert asked() == of_first
    sent = send(counted.every, counted.first, counted.curator, time_machine, "2022-06-03")
    assert asked() == of_first
    recompute(counted.municipality.pk)
    accept(report=sent, seen_version=sent.version, by=counted.methodist)
    assert asked() == []  # it had come
    sent.refresh_from_db()
    give_back(report=sent, seen_version=sent.version, reason="Нет протокола", by=counted.methodist)
    (scope,) = asked()
    recompute(counted.municipality.pk, scope)
    assert values(counted.complete)["СОШ № 1"] == (0, 2)
    assert recompute(counted.municipality.pk, check=True).differences == ()


@pytest.mark.django_db
def test_what_changes_no_count_asks_for_nothing(counted, time_machine):
    send(counted.centre, None, counted.methodist, time_machine, "2022-06-02")  # the centre's own
    told = Told(50, "Пишем", 0)
    write_report(occurrence=counted.every, school=counted.first, told=told, by=counted.curator, submit=False)
    row = counted.every.activity
    edit_row(
        activity=row,
        typed=row_values(row) | {"title": "Самоанализ"},
        seen=Seen(row.version),
        reason="Описка",
        by=counted.methodist,
    )
    assert asked() == []


@pytest.mark.django_db
def test_report_before_its_day_waits_for_the_day(counted, time_machine):
    CountedUpTo.objects.update(day=dt.date(2022, 1, 1))
    send(counted.every, counted.first, counted.curator, time_machine, "2022-03-20")
    assert asked() == []
    send(counted.every, counted.second, counted.neighbour, time_machine, "2022-04-01")  # over, though not counted yet
    assert asked() == [{"records": [["activities", 2021]], "schools": [counted.second.pk]}]


@pytest.mark.django_db
def test_nothing_is_asked_for_where_no_indicator_counts_reports(counted, time_machine):
    Indicator.objects.all().delete()
    send(counted.every, counted.first, counted.curator, time_machine, "2022-06-02")
    CountedUpTo.objects.update(day=dt.date(2022, 1, 1))
    count_up_to(municipality=counted.municipality, day=DUE)
    assert asked() == []


def _cancelled(town):
    cancel(occurrence=town.every, reason="Карантин", by=town.methodist)


def _restored(town):
    _cancelled(town)
    asked()
    restore(occurrence=town.every, reason="Ошибка", by=town.methodist)


def _overruled(town):
    row = town.every.activity
    overrule(activity=row, status="done", reason="Совещание", seen_version=row.version, by=town.methodist)


def _removed(town):
    row = town.every.activity
    remove_row(activity=row, seen_version=row.version, reason="Лишнее", by=town.methodist)


def _put_back(town):
    _removed(town)
    asked()
    put_back(activity=Activity.objects.get(pk=town.every.activity_id), reason="Нужно", by=town.methodist)


def _put_off(town):
    row = town.every.activity
    means = read_deadline("Апрель 2022", **TERM, title=row.title).to_json()
    typed = row_values(row) | {"deadline": {"text": "Апрель 2022", "means": means}}
    edit_row(activity=row, typed=typed, seen=Seen(row.version), reason="Приказ", by=town.methodist)


def _named(town):
    row = town.every.activity
    third = {"name": "СОШ № 3", "every": False, "school": town.third.pk, "user": None}
    typed = row_values(row) | {"responsible": [third]}
    edit_row(activity=row, typed=typed, seen=Seen(row.version), reason="Приказ", by=town.methodist)


def _added(town):
    row = town.every.activity
    add_row(roadmap=town.roadmap, typed=row_values(row) | {"title": "Ещё"}, reason="Приказ", by=town.methodist)


def _approved(town):
    frame = Frame(**TERM, school=town.third)
    plan = store_plan(
        municipality=town.municipality, plan=plan_of(PlanRow("Семинар", deadline="Март 2022")), frame=frame
    )
    assert asked() == []  # a draft
    day = dt.date(2021, 9, 1)
    approve(roadmap=plan, order_number="1", order_date=day, seen_version=plan.version, by=town.department)


def _participants(town):
    type(town.programme).objects.update(status="draft")
    seen = lines_of(town.programme, Part.PARTICIPANTS)
    save_part(programme=town.programme, part=Part.PARTICIPANTS, lines=seen[:1], seen=seen, by=town.methodist)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "awaited"),
    [
        (_cancelled, {"СОШ № 1": 1}),
        (_restored, {"СОШ № 1": 2, "СОШ № 2": 1}),
        (_overruled, {"СОШ № 1": 1}),
        (_removed, {"СОШ № 1": 1}),
        (_put_back, {"СОШ № 1": 2, "СОШ № 2": 1}),
        (_put_off, {"СОШ № 1": 2, "СОШ № 2": 1}),
        (_named, {"СОШ № 1": 1, "СОШ № 3": 1}),
        (_added, {"СОШ № 1": 3, "СОШ № 2": 2}),
        (_approved, {"СОШ № 1": 2, "СОШ № 2": 1, "СОШ № 3": 1}),
        (_participants, {"СОШ № 1": 2}),
    ],
)
def test_every_change_of_what_is_awaited_has_the_year_worked_out(counted, change, awaited, time_machine):
    time_machine.move_to(dt.datetime(2022, 6, 1, 9, tzinfo=dt.UTC))
    recompute(counted.municipality.pk)
    change(counted)
    (scope,) = asked()
    assert [scope] == WHOLE_YEAR
    recompute(counted.municipality.pk, scope)
    found = values(counted.complete)
    assert {name: whole for name, (_, whole) in found.items() if name} == awaited
    assert recompute(counted.municipality.pk, check=True).differences == ()
    assert audit(counted.municipality.pk).differences == ()


@pytest.mark.django_db
def test_school_that_becomes_a_branch_no_longer_reports_for_all(counted):
    Participant.objects.all().delete()  # without a list of participants every school that is no branch reports
    recompute(counted.municipality.pk)
    assert values(counted.complete)["СОШ № 3"] == (0, 1)
    counted.first.code, counted.third.code = "101", "103"
    for school in (counted.first, counted.third):
        school.save()
        add_alias(school, SchoolAlias.Kind.CODE, school.code)
    import_schools(municipality=counted.municipality, rows=[SchoolRow("СОШ № 3", code="103", parent_code="101")])
    (scope,) = asked()
    recompute(counted.municipality.pk, scope)
    assert "СОШ № 3" not in values(counted.complete)


# --- On the pages


def words(response) -> str:
    """What is read in the body of the page, without marks of HTML."""
    text = response.text[response.text.index("<main") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.django_db
def test_why_page_lists_the_awaited_reports_of_the_school(reported, client):
    client.force_login(reported.methodist)
    page = words(client.get(reverse_why(reported.complete, reported.first)))
    assert "1 : 2 = 50,0 %" in page
    assert "По данным на 31.05.2022" in page
    assert "1 Самоанализ школ Дорожная карта 31.03.2022 31.03.2022 ✓ в срок" in page
    assert "3 Мастер-класс Дорожная карта 31.03.2022 — ✕ не поступил" in page
    assert "Совещание" not in page  # the centre's
    assert "31.03.2022 01.04.2022 ✕ позже срока" in words(client.get(reverse_why(reported.complete, reported.second)))
    whole = words(client.get(reverse_why(reported.complete)))
    assert "2 : 3 ≈ 66,7 %" in whole


@pytest.mark.django_db
def test_why_page_asks_as_often_for_forty_reports_as_for_three(reported, client):
    client.force_login(reported.methodist)
    address = reverse_why(reported.complete, reported.first)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    queries()
    with_few = queries()
    rows = [PlanRow(f"Семинар {n}", responsible=("ОО",), deadline="Март 2022") for n in range(40)]
    frame = Frame(**TERM, programme=reported.programme, state="approved")
    store_plan(municipality=reported.municipality, plan=plan_of(*rows), frame=frame)
    recompute(reported.municipality.pk)
    Job.objects.all().delete()
    assert queries() == with_few


@pytest.mark.django_db
def test_reports_on_plans_that_a_person_does_not_look_into_are_only_counted(reported):
    stretch = Stretch(dt.date(2021, 9, 1), SPRING)
    assert len(behind(reported.methodist, reported.first, stretch).rows) == 2
    stranger = person(Role.CURATOR, SchoolFactory())
    assert behind(stranger, reported.first, stretch) == Behind((), others=2)
    # A neighbour looks into the municipality's plan, but not into what another school reports on it.
    assert behind(reported.neighbour, reported.first, stretch) == Behind((), others=2)


@pytest.mark.django_db
def test_list_shows_the_portals_own_apart_from_the_programmes(reported, client):
    Indicator.objects.filter(code="complete").update(role="system", short_name="Полнота отчётов школ")
    client.force_login(reported.methodist)
    page = words(client.get("/indicators/?year=2021"))
    assert page.index("Показатели программы") < page.index("Показатели портала") < page.index("Полнота отчётов школ")
    assert "по данным на 31.05.2022" in page


def reverse_why(indicator: Indicator, school=None) -> str:
    if school is None:
        return reverse("monitoring:why", args=[indicator.pk]) + "?period=2021"
    return reverse("monitoring:school_why", args=[school.pk, indicator.pk]) + "?period=2021"


# --- Both calculations, on whatever may have been reported

STATES = st.sampled_from(["draft", "submitted", "accepted", "returned"])
DAYS = st.sampled_from([None, dt.date(2022, 3, 30), DUE, dt.date(2022, 4, 1)])
MOVES = st.lists(st.tuples(st.sampled_from(["submitted", "taken_back", "written"]), DAYS.filter(bool)), max_size=4)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    told=st.lists(st.tuples(DAYS, STATES, MOVES), min_size=4, max_size=4),
    times=st.lists(st.sampled_from(["", "cancelled", "fuzzy", "overruled", "removed"]), min_size=3, max_size=3),
    up_to=st.sampled_from([dt.date(2022, 3, 30), DUE, SPRING, AUGUST, dt.date(2023, 2, 1)]),
    kind=st.sampled_from(["school_year", "calendar_year", "half_year", "quarter"]),
)
def test_second_calculation_comes_to_the_same(counted, told, times, up_to, kind):
    ProgressUpdate.objects.all().delete()
    ActivityChange.objects.all().delete()
    CountedUpTo.objects.update(day=up_to)
    Indicator.objects.update(period_kind=kind)
    for occurrence, what in zip((counted.every, counted.centre, counted.shared), times, strict=True):
        Occurrence.objects.filter(pk=occurrence.pk).update(
            status="cancelled" if what == "cancelled" else "not_started",
            reason="Карантин" if what == "cancelled" else "",
            precision="fuzzy" if what == "fuzzy" else "month",
        )
        Activity.objects.filter(pk=occurrence.activity_id).update(
            overruled="done" if what == "overruled" else "",
            removed_at=dt.datetime(2022, 1, 1, tzinfo=dt.UTC) if what == "removed" else None,
        )
    places = [(counted.every, counted.first), (counted.every, counted.second), (counted.shared, counted.first)]
    for (occurrence, school), (sent, state, moves) in zip([*places, (counted.shared, None)], told, strict=True):
        report = ProgressUpdate.objects.create(
            occurrence=occurrence,
            school=school,
            state=state,
            reason="Почему" if state == "returned" else "",
            submitted_at=dt.datetime.combine(sent, dt.time(9), tzinfo=dt.UTC) if sent else None,
        )
        for action, day in moves:
            at = dt.datetime.combine(day, dt.time(10), tzinfo=dt.UTC)
            after = {"report": report.pk}
            ActivityChange.objects.create(activity_id=occurrence.activity_id, action=action, at=at, after=after)
    recompute(counted.municipality.pk)
    assert audit(counted.municipality.pk).differences == ()
