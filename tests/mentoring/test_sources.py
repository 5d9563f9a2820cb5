"""Records of mentoring in indicators: a town worked by hand, a teacher once in a period whoever helps them, nought only
where records are kept, and what has the values worked out anew."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import Role
from accounts.models import Job
from indicators.calculations import describe, parse_formula
from indicators.engine import recompute
from indicators.models import CountedUpTo, Indicator, MunicipalityValue, SchoolValue
from indicators.queries.jobs import about_recomputes
from indicators.records import Stretch, periods_of
from indicators.services.counting import count_up_to
from mentoring.gatherings import EventKind
from mentoring.kinds import Kind
from mentoring.models import Attendance, Event, Meeting, NamedAttendance, Pairing, Practice, Teacher
from mentoring.services.attendance import AttendanceTold, name_attendance, write_attendance
from mentoring.services.events import EventTold, change_event, plan_event
from mentoring.services.meetings import MeetingTold, confirm_meeting, dispute_meeting, log_meeting
from mentoring.services.pairings import Facts, change_pairing, end_pairing, remove_pairing, resume_pairing
from mentoring.services.practices import publish_practice, return_practice
from mentoring.sources import SOURCES
from mentoring.sources import pairings as of_pairings
from mentoring.sources.events import EVENT_SOURCES
from monitoring.audit.comparison import audit
from schools.periods import PeriodKind
from tests.factories import IndicatorFactory, SchoolFactory, SchoolStatisticFactory, StatisticKindFactory

UP_TO = dt.date(2023, 3, 14)  # the day before the town's today
of_seminars = next(keeper.behind for kind, keeper in EVENT_SOURCES if kind.code == "seminars")


def count_of(kind: str, measure: str) -> dict[str, object]:
    return {"type": "count", "of": {"type": "records", "kind": kind, "measure": measure}}


@pytest.fixture
def counted(town) -> SimpleNamespace:
    """One indicator of each measure, by calendar years."""
    CountedUpTo.objects.create(municipality=town.municipality, day=UP_TO)
    town_row = {"municipality": town.municipality, "period_kind": "calendar_year", "unit": "count"}
    made = {
        f"{kind.code}.{measure}": IndicatorFactory(
            code=f"{kind.code}.{measure}", formula=count_of(kind.code, measure), **town_row
        )
        for kind, _ in SOURCES
        for measure in kind.measures
    }
    return SimpleNamespace(town=town, made=made, methodist=town.person(Role.METHODIST))


def values(counted: SimpleNamespace, code: str, period: str = "cy2023") -> dict[str, int]:
    """By school, and "" of the municipality."""
    rows = SchoolValue.objects.filter(indicator=counted.made[code], period=period)
    found = {name: int(value) for name, value in rows.values_list("school__name", "value")}
    whole = MunicipalityValue.objects.filter(indicator=counted.made[code], period=period).first()
    return found | ({"": int(whole.value)} if whole else {})


def is_right(counted: SimpleNamespace) -> None:
    """What is stored comes out again, and by the second calculation too."""
    assert recompute(counted.town.municipality.pk, check=True).differences == ()
    assert audit(counted.town.municipality.pk).differences == ()


def asked() -> list[dict]:
    scopes = [job.scope for job in Job.objects.order_by("pk")]
    Job.objects.all().delete()
    return scopes


@pytest.fixture
def paired(counted) -> SimpleNamespace:
    """Teacher 1 of № 2 has two helpers in 2023, teacher 2 one who left in 2022; № 2 has pairs with pupils; № 9 a mentor
    of its team since 2021 and on; № 10 helps and is not helped."""
    town = counted.town
    counted.one, counted.two = town.teacher(town.weak), town.teacher(town.weak, "Учитель 2")
    strong, mentor = town.teacher(town.strong, "Учитель 3"), town.mentor("tutor")
    town.pair(Kind.TUTOR_TEACHER, town.weak, Facts(dt.date(2022, 9, 1)), mentor=mentor, teacher=counted.one)
    year = Facts(dt.date(2023, 1, 10), dt.date(2023, 5, 31))
    counted.pair = town.pair(Kind.TEACHER_TEACHER, town.weak, year, helping_teacher=strong, teacher=counted.one)
    last = Facts(dt.date(2022, 9, 1), dt.date(2022, 12, 31))
    town.pair(Kind.TUTOR_TEACHER, town.weak, last, mentor=mentor, teacher=counted.two)
    town.pair(Kind.TEACHER_PUPIL, town.weak, Facts(dt.date(2023, 1, 1), count=7))
    old = Facts(dt.date(2021, 9, 1))
    town.pair(Kind.MENTOR_TEAM, town.other, old, mentor=town.mentor(since=dt.date(2021, 1, 1)))
    Job.objects.all().delete()
    recompute(town.municipality.pk)
    return counted


@pytest.mark.django_db
def test_teacher_counts_once_in_every_period_of_their_pairings(paired):
    assert values(paired, "pairings.teachers") == {"Школа № 2": 1, "Школа № 9": 0, "Школа № 10": 0, "": 1}
    assert values(paired, "pairings.teachers", "cy2022") == {"Школа № 2": 2, "Школа № 9": 0, "Школа № 10": 0, "": 2}
    assert values(paired, "pairings.teachers", "cy2021") == {"Школа № 2": 0, "Школа № 9": 0, "Школа № 10": 0, "": 0}
    assert values(paired, "pairings.teachers", "cy2020") == {}  # nobody kept pairings: not nought
    assert values(paired, "pairings.teachers", "cy2024") == {}  # has not begun
    assert values(paired, "pairings.pairings") == {"Школа № 2": 2, "Школа № 9": 1, "Школа № 10": 0, "": 3}
    assert values(paired, "meetings.held") == {}
    whole = MunicipalityValue.objects.get(indicator=paired.made["pairings.teachers"], period="cy2023")
    assert whole.as_of == "2023-03-14"
    is_right(paired)


@pytest.mark.django_db
def test_covered_teachers_are_a_share_of_those_that_schools_report(paired):
    town = paired.town
    kind = StatisticKindFactory(code="teachers")
    for school, number in ((town.weak, 20), (town.other, 30)):
        SchoolStatisticFactory(school=school, kind=kind, period="cy2022", value=number)
    part = {"type": "records", "kind": "pairings", "measure": "teachers"}
    share = {"type": "share", "part": part, "whole": {"type": "statistic", "code": "teachers"}}
    row = IndicatorFactory(municipality=town.municipality, code="share", period_kind="calendar_year", formula=share)
    recompute(town.municipality.pk)
    found = MunicipalityValue.objects.get(indicator=row, period="cy2022")
    assert (int(found.numerator), int(found.denominator)) == (2, 50)  # № 9 has none, № 10 has not reported
    is_right(paired)


@pytest.mark.django_db
def test_part_in_events_and_experience_count_on_their_days(counted):
    town = counted.town
    days = {EventKind.SEMINAR: dt.date(2023, 2, 1), EventKind.CONTEST: dt.date(2022, 12, 31), "today": UP_TO}
    for kind, day in days.items():
        event = Event.objects.create(
            municipality=town.municipality, kind="workshop" if kind == "today" else kind, starts_on=day, ends_on=day
        )
        Attendance.objects.create(event=event, school=town.weak, teachers=3, young=1, presented=2)
    shown = {"text": "…", "state": "published"}
    for number, day in enumerate((dt.date(2023, 1, 1), UP_TO, dt.date(2023, 3, 15))):
        Practice.objects.create(
            municipality=town.municipality, school=town.other, title=f"П{number}", published_on=day, **shown
        )
    Practice.objects.create(municipality=town.municipality, school=town.other, title="Ждёт", text="…")
    recompute(town.municipality.pk)
    of_weak = {
        code: values(counted, f"{code}.times").get("Школа № 2") for code in ("events", "seminars", "active_forms")
    }
    assert of_weak == {"events": 8, "seminars": 8, "active_forms": 4}
    assert values(counted, "contests.times") == {}
    assert values(counted, "contests.times", "cy2022") == {"Школа № 2": 4, "Школа № 9": 0, "Школа № 10": 0, "": 4}
    assert values(counted, "experience.practices") == {"Школа № 2": 0, "Школа № 9": 2, "Школа № 10": 0, "": 2}
    assert values(counted, "experience.presentations")["Школа № 2"] == 4
    is_right(counted)


@pytest.mark.django_db
def test_named_teachers_count_once_and_where_nobody_is_named_nobody_knows(counted):
    """№ 2 names teacher 1 at two seminars, at one as presenting, and teacher 2 at one; № 9 came and names nobody; № 10
    did not come."""
    town, by = counted.town, counted.methodist
    one, two = town.teacher(town.weak), town.teacher(town.weak, "Учитель 2")
    for day, named in (((2023, 2, 1), {one.pk: True}), ((2023, 3, 1), {one.pk: False, two.pk: False})):
        told = EventTold("seminar", "Семинар", dt.date(*day))
        event = plan_event(municipality=town.municipality, told=told, by=by)
        name_attendance(event=event, school=town.weak, named=named, seen={}, by=by)
    write_attendance(event=event, told=[AttendanceTold(town.other, (0, 4, 0, 0, 1))], by=by)
    recompute(town.municipality.pk)
    assert values(counted, "seminars.teachers") == {"Школа № 2": 2, "Школа № 10": 0, "": 2}
    assert values(counted, "seminars.times") == {"Школа № 2": 3, "Школа № 9": 4, "Школа № 10": 0, "": 7}
    assert values(counted, "experience.teachers") == {"Школа № 2": 1, "Школа № 10": 0, "": 1}
    Practice.objects.create(
        municipality=town.municipality, school=town.weak, teacher=one, title="П", text="…", state="published",
        published_on=UP_TO,
    )  # fmt: skip
    recompute(town.municipality.pk)
    assert values(counted, "experience.teachers")["Школа № 2"] == 1  # the same teacher
    is_right(counted)
    weak = of_seminars(by, town.weak, Stretch(dt.date(2023, 1, 1), UP_TO))
    assert [row.about for row in weak.rows] == ["семинар: Учитель 1", "семинар: Учитель 1, Учитель 2"]
    viewer = of_seminars(town.person(Role.VIEWER), town.weak, Stretch(dt.date(2023, 1, 1), UP_TO))
    assert [(row.about, row.verdict) for row in viewer.rows] == [
        ("семинар", "1\u00a0участие"),
        ("семинар", "2\u00a0участия"),
    ]


# --- What has them worked out anew


@pytest.mark.django_db
def test_every_move_of_a_pairing_has_its_years_worked_out(paired):
    town, by = paired.town, paired.methodist
    years = [["pairings", 2022]]
    pair = change_pairing(
        pairing=paired.pair, facts=Facts(dt.date(2022, 8, 1), dt.date(2023, 5, 31)), seen_version=1, by=by
    )
    assert asked() == [{"records": [["pairings", 2021], *years]}]
    pair = end_pairing(pairing=pair, on=dt.date(2023, 2, 1), reason="Отпуск", seen_version=2, by=by)
    recompute(town.municipality.pk, asked()[0])
    is_right(paired)
    pair = resume_pairing(pairing=pair, until=None, reason="Вернулась", seen_version=3, by=by)
    assert len(asked()) == 1
    change_pairing(pairing=pair, facts=Facts(pair.starts_on, aims="Новая цель"), seen_version=4, by=by)
    assert asked() == []  # words do not count
    remove_pairing(pairing=pair, seen_version=5, by=by)
    recompute(town.municipality.pk, asked()[0])
    is_right(paired)
    town.pair(Kind.TEACHER_PUPIL, town.other, Facts(dt.date(2023, 1, 1), count=7))
    town.pair(Kind.SCHOOL_SCHOOL, town.other, Facts(dt.date(2023, 3, 15)), helping_school=town.strong)
    assert asked() == []  # no pair of ours, and not yet over


@pytest.mark.django_db
def test_meetings_events_and_practices_ask_when_a_day_that_is_over_changes(paired):
    town, by = paired.town, paired.methodist
    pair = Pairing.objects.filter(kind=Kind.TUTOR_TEACHER, teacher=paired.one).get()
    pair.mentor.user = town.person(Role.MENTOR)
    pair.mentor.save()
    told = MeetingTold(dt.date(2023, 3, 1), "visit", "Тема", 1, {"teachers": 1}, "Итог")
    meeting = log_meeting(pairing=pair, told=told, by=pair.mentor.user)
    assert asked()[-1]["records"] == [["meetings", 2022]]
    curator = town.person(Role.CURATOR, town.weak)
    meeting = confirm_meeting(meeting=meeting, seen_version=1, by=curator)
    dispute_meeting(meeting=meeting, reason="Не было", seen_version=2, by=curator)
    recompute(town.municipality.pk, asked()[-1])
    assert values(paired, "meetings.held") == {}
    event = plan_event(municipality=town.municipality, told=EventTold("seminar", "Семинар", dt.date(2023, 3, 1)), by=by)
    write_attendance(event=event, told=[AttendanceTold(town.weak, (0, 2, 0, 0, 1))], by=by)
    of_events = ["active_forms", "contests", "events", "experience", "seminars"]
    assert asked()[-1]["records"] == [[code, 2022] for code in of_events]
    change_event(event=event, told=EventTold("contest", "Конкурс", dt.date(2022, 8, 1)), seen_version=1, by=by)
    assert {year for _, year in asked()[-1]["records"]} == {2021, 2022}
    practice = Practice.objects.create(municipality=town.municipality, school=town.weak, title="П", text="…")
    practice = publish_practice(practice=practice, seen_version=1, by=by)
    assert [job for job in asked() if job.get("records")] == []  # today is not over
    Practice.objects.update(published_on=UP_TO)
    return_practice(practice=practice, reason="Дополните", seen_version=2, by=by)
    assert asked()[-1]["records"] == [["experience", 2022]]
    recompute(town.municipality.pk)
    is_right(paired)


@pytest.mark.django_db
def test_pairing_that_goes_on_counts_when_the_next_period_begins(paired):
    municipality = paired.town.municipality
    assert of_pairings.years(municipality.pk, Stretch(dt.date(2023, 3, 15), dt.date(2023, 3, 31))) == set()
    assert of_pairings.years(municipality.pk, Stretch(dt.date(2023, 3, 15), dt.date(2023, 4, 1))) == {2022}
    assert of_pairings.years(municipality.pk, Stretch(dt.date(2022, 12, 1), dt.date(2023, 1, 10))) == {2022}
    assert count_up_to(municipality=municipality, day=dt.date(2024, 1, 1))
    (scope,) = asked()
    recompute(municipality.pk, scope)
    assert values(paired, "pairings.teachers", "cy2024")["Школа № 2"] == 1
    is_right(paired)


@pytest.mark.django_db
def test_nothing_is_asked_for_or_read_where_no_indicator_looks_at_mentoring(paired):
    town = paired.town
    Indicator.objects.all().delete()
    town.pair(Kind.MENTOR_TEAM, town.weak, Facts(dt.date(2023, 1, 1)), mentor=town.mentor())
    assert asked() == []
    assert not count_up_to(municipality=town.municipality, day=dt.date(2024, 1, 1))
    IndicatorFactory(municipality=town.municipality, formula=count_of("activities", "awaited"))
    with CaptureQueriesContext(connection) as found:
        recompute(town.municipality.pk)
    assert not [query for query in found.captured_queries if '"mentoring_' in query["sql"]]


@pytest.mark.django_db
def test_values_take_as_many_queries_for_forty_pairings_as_for_four(paired):
    town, mentor = paired.town, paired.town.mentor(load_limit=None)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            recompute(town.municipality.pk, check=True)
        return len(found)

    with_few = queries()
    for number in range(40):
        Pairing.objects.create(
            municipality=town.municipality, kind="mentor_young", school=town.weak, mentor=mentor,
            teacher=town.teacher(town.weak, f"Молодой {number}"), starts_on=dt.date(2023, 2, 1),
        )  # fmt: skip
    assert queries() == with_few


# --- In words


def test_words_say_who_is_counted_once_and_what_each_time():
    words = {
        f"{kind.code}.{name}": describe(parse_formula(count_of(kind.code, name)))
        for kind, _ in SOURCES
        for name in kind.measures
    }
    assert words["pairings.teachers"] == "Число учителей, которым помогают в парах (каждый один раз)"
    assert words["seminars.times"] == "Число участий работников в семинарах, практикумах и вебинарах"
    assert not [code for code, text in words.items() if code.endswith("times") and "учител" in text]
    subject = about_recomputes(None, [Job(pk=1, scope={"records": [["pairings", 2022]]})])[1]
    assert subject.text == "Изменилось: пары наставничества за 2022/2023"


@pytest.mark.django_db
def test_list_behind_a_value_shows_what_the_person_may_see_and_counts_the_rest(paired):
    stretch = Stretch(dt.date(2023, 1, 1), UP_TO)
    weak = paired.town.weak
    of_centre = of_pairings.behind(paired.methodist, weak, stretch)
    assert [(one.day, "Учитель 1" in one.title) for one in of_centre.rows] == [
        (dt.date(2022, 9, 1), True),
        (dt.date(2023, 1, 10), True),
    ]
    viewer = of_pairings.behind(paired.town.person(Role.VIEWER), weak, stretch)
    assert (len(viewer.rows), any("Учитель 1" in one.title for one in viewer.rows)) == (2, False)
    stranger = of_pairings.behind(paired.town.person(Role.CURATOR, SchoolFactory()), weak, stretch)
    assert (stranger.rows, stranger.others) == ((), 2)


def test_periods_of_a_stretch_are_all_that_have_a_day_of_it():
    stretch = Stretch(dt.date(2022, 8, 31), dt.date(2023, 4, 1))
    codes = {kind: [one.code for one in periods_of(kind, stretch)] for kind in PeriodKind if kind != PeriodKind.DATE}
    assert codes == {
        "school_year": ["2021", "2022"],
        "calendar_year": ["cy2022", "cy2023"],
        "half_year": ["2022h2", "2023h1"],
        "quarter": ["2022q3", "2022q4", "2023q1", "2023q2"],
    }


# --- Both calculations, on whatever may be stored

DAYS = st.sampled_from(
    [dt.date(2021, 8, 31), dt.date(2021, 9, 1), dt.date(2021, 12, 31), dt.date(2022, 1, 1), UP_TO, dt.date(2023, 3, 20)]
)
TERMS = st.tuples(DAYS, DAYS | st.none()).filter(lambda term: term[1] is None or term[0] <= term[1])


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    pairs=st.lists(st.tuples(st.integers(0, 2), TERMS), max_size=5),
    meetings=st.lists(st.tuples(DAYS, st.sampled_from(["logged", "disputed"])), max_size=3),
    came=st.lists(st.tuples(DAYS, st.sampled_from(EventKind), st.integers(0, 2), st.integers(0, 2)), max_size=4),
    practices=st.lists(st.tuples(DAYS, st.booleans()), max_size=2),
    kind=st.sampled_from(["school_year", "calendar_year", "half_year", "quarter"]),
)
def test_second_calculation_comes_to_the_same(counted, pairs, meetings, came, practices, kind):
    town = counted.town
    for model in (Practice, Event, Meeting, Pairing, Teacher):
        model.objects.all().delete()
    Indicator.objects.update(period_kind=kind)
    teachers = [town.teacher(school) for school in (town.weak, town.weak, town.other)]
    mentor = town.mentor()
    for who, (starts_on, ends_on) in pairs:
        pair = Pairing.objects.create(
            municipality=town.municipality, kind="mentor_young", school=teachers[who].school, mentor=mentor,
            teacher=teachers[who], starts_on=starts_on, ends_on=ends_on,
        )  # fmt: skip
        for day, state in meetings:
            reason = "Не было" if state == "disputed" else ""
            Meeting.objects.create(
                pairing=pair, on=day, topic="Т", hours=1, state=state, reason=reason, logged_side="helper"
            )
    for day, of_kind, who, presented in came:
        event = Event.objects.create(municipality=town.municipality, kind=of_kind, starts_on=day, ends_on=day)
        row = Attendance.objects.create(event=event, school=teachers[who].school, teachers=2, presented=presented)
        if day.month != 9:  # then nobody is named
            NamedAttendance.objects.create(attendance=row, teacher=teachers[who], presented=presented > 1)
    for day, is_named in practices:
        teacher = teachers[0] if is_named else None
        shown = {"title": "П", "text": "…", "state": "published", "published_on": day, "teacher": teacher}
        Practice.objects.create(municipality=town.municipality, school=town.weak, **shown)
    recompute(town.municipality.pk)
    assert audit(town.municipality.pk).differences == ()
