"""What the portal proposes for each criterion, from a small town counted by hand. The year is 2022/2023."""

import datetime as dt
from fractions import Fraction

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mentoring.kinds import Kind
from mentoring.models import Attendance, Course, Event, HelpRequest, LessonAnalysis, Meeting, PairingPlan
from mentoring.queries.score_facts import facts_for, proposal
from mentoring.scores import SheetKind
from mentoring.services.pairings import Facts
from roadmaps.models import Activity, Assignment, Decision, Occurrence, Recommendation, Roadmap
from schools.models import Category, RiskFactor, School, SchoolRisk
from tests.factories import IdentificationFactory, SchoolFactory, SchoolStatisticFactory, StatisticKindFactory
from tests.mentoring.conftest import TODAY
from tests.mentoring.test_scoring import edition

pytestmark = pytest.mark.django_db

ORDER = {"order_number": "1030", "order_date": dt.date(2022, 12, 30)}
WITHOUT_ORDER = Facts(dt.date(2023, 1, 1), dt.date(2023, 12, 31))
LAST_YEAR = Facts(dt.date(2021, 9, 1), dt.date(2022, 5, 31), **ORDER)
MONTHLY = {"kind": "recurring", "every": "month"}


def plan(town, school: School | None, state: str = "approved") -> Roadmap:
    made = Roadmap.objects.create(
        municipality=town.municipality, school=school, title="План", starts_on="2022-09-01", ends_on="2023-08-31",
        state=state,
    )  # fmt: skip
    made.sections.create(position=1, title="Раздел")
    return made


def row(of: Roadmap, means=None, **responsible) -> Activity:
    made = of.activities.create(
        section=of.sections.earliest("position"),
        position=of.activities.count(),
        title="Строка",
        means=means or {"kind": "once"},
    )
    if responsible:
        made.responsible.create(position=1, name="Школа", **responsible)
    return made


def times(of: Activity, *statuses: str) -> None:
    for month, status in enumerate(statuses, 1):
        reason = "Причина" * (status == "cancelled")
        day = dt.date(2023, month, 1)
        Occurrence.objects.create(
            activity=of, label=str(month), starts_on=day, due_on=day, status=status, reason=reason
        )


def meeting(pairing, month: int, **fields) -> Meeting:
    known = {"form": "visit", "topic": "Тема", "hours": 2, "audience": {"teachers": 2}, "logged_side": "helper"}
    return Meeting.objects.create(pairing=pairing, on=dt.date(2023, month, 10), **known | fields)


def event(town, *came: tuple[School, dict[str, int]], **fields) -> Event:
    day = dt.date(2023, 2, 1)
    known = {"title": "Семинар", "starts_on": day, "ends_on": day, "state": "held"}
    made = Event.objects.create(municipality=town.municipality, **known | fields)
    for school, numbers in came:
        Attendance.objects.create(event=made, school=school, **numbers)
    return made


def of_school(town, school: School) -> dict:
    found = facts_for(town.municipality, SheetKind.MONITORING, 2022, [school])[school.pk]
    return {code: fact.share for code, fact in found.items()}


def test_a_school_of_which_nothing_is_known(town):
    shares = of_school(town, town.weak)
    nothing = ("roadmap", "addressed", "regular", "reach", "people", "measures", "network", "decisions")
    assert shares == dict.fromkeys(nothing, 0) | {"access": None}  # nobody asked, nobody helps: who knows


def test_roadmap_addressed_and_cyclic_rows(town):
    """Own plan: 3 rows, one on a risk, 2/3 of the half that is enough. Cyclic: 2 of 4 times done, 1/2 and 1/4."""
    own = plan(town, town.weak)
    risk = own.sections.create(position=2, title="По риску", risk=_risk(town.weak))
    row(own)
    row(own)
    on_risk = row(own, MONTHLY)
    on_risk.section = risk
    on_risk.save()
    times(on_risk, "done", "done", "not_started", "not_started", "cancelled")
    row(own).delete()
    shares = of_school(town, town.weak)
    assert (shares["roadmap"], shares["addressed"], shares["regular"]) == (1, Fraction(2, 3), Fraction(6, 8))
    assert of_school(town, town.other)["roadmap"] == 0


def test_a_draft_is_half_a_roadmap_and_rows_of_the_municipality_count(town):
    plan(town, town.weak, "draft")
    of_town = plan(town, None)
    row(of_town, school=town.weak)
    times(row(of_town, MONTHLY, is_every_school=True), "done", "done")
    shares = of_school(town, town.weak)
    assert (shares["roadmap"], shares["addressed"], shares["regular"]) == (Fraction(1, 2), Fraction(1, 2), 1)
    assert of_school(town, town.other)["addressed"] == 0


def _risk(school: School):
    factor = RiskFactor.objects.create(
        municipality=school.municipality, school_year=2022, code="staff", position=1, title="Дефицит кадров"
    )
    return SchoolRisk.objects.create(school=school, factor=factor)


def test_help_is_accessible_where_requests_are_answered_in_time(town):
    """Three asked, one withdrawn, one answered a day late: one of two."""
    asked = {"municipality": town.municipality, "school": town.weak, "topic": "Помощь", "by_centre": True}
    asked |= {"due_on": dt.date(2023, 3, 10), "asked_at": dt.datetime(2023, 3, 1, tzinfo=dt.UTC), "answer": "Да"}
    for state, day in (("answered", 10), ("closed", 11), ("withdrawn", 5)):
        HelpRequest.objects.create(**asked, state=state, answered_on=dt.date(2023, 3, day))
    assert of_school(town, town.weak)["access"] == Fraction(1, 2)
    # Two that have time yet, one of them without a day, count neither way; one that is late counts as unanswered.
    asked |= {"answer": "", "state": "assigned"}
    HelpRequest.objects.create(**asked | {"due_on": TODAY})
    assert of_school(town, town.weak)["access"] == Fraction(1, 2)
    HelpRequest.objects.create(**asked)
    assert of_school(town, town.weak)["access"] == Fraction(1, 3)


def test_a_request_that_names_no_day_is_waited_for_thirty_days(town):
    asked = {"municipality": town.municipality, "school": town.weak, "topic": "Помощь", "state": "asked"}
    HelpRequest.objects.create(**asked, asked_at=dt.datetime(2023, 2, 13, 9, tzinfo=dt.UTC))
    assert of_school(town, town.weak)["access"] is None
    HelpRequest.objects.create(**asked, asked_at=dt.datetime(2023, 2, 12, 9, tzinfo=dt.UTC))
    assert of_school(town, town.weak)["access"] == 0


def test_a_school_whose_requests_have_time_yet_is_not_without_help(town):
    asked = {"municipality": town.municipality, "school": town.weak, "topic": "Помощь", "by_centre": True}
    HelpRequest.objects.create(**asked, state="assigned", due_on=TODAY, asked_at=dt.datetime(2023, 3, 1, tzinfo=dt.UTC))
    assert of_school(town, town.weak)["access"] is None
    town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    assert of_school(town, town.weak)["access"] == 1


def test_reach_and_participants(town):
    """Teachers 4 and then 2, heads 1: two groups of four; at most 5 at once of the 20 teachers that the school reported
    last, twice a quarter."""
    town.teacher(town.weak, "Учитель 1")  # one entered by name tells nothing of how many there are
    kind = StatisticKindFactory(code="teachers", name="Учителя")
    for period, value in (("2021", 20), ("2020", 10), ("2023", 40)):
        SchoolStatisticFactory(school=town.weak, kind=kind, period=period, value=value)
    event(town, (town.weak, {"teachers": 4, "administration": 1}), (town.other, {"young": 9}))
    event(town, (town.weak, {"specialists": 9}), state="cancelled", reason="Болезнь")
    event(town, (town.weak, {"specialists": 9}), starts_on="2022-08-31", ends_on="2022-08-31")
    pairing = town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    meeting(pairing, 2, audience={"teachers": 2, "pupils": 30})
    meeting(pairing, 3, audience={"specialists": 3}, state="disputed", reason="Не было")
    facts = facts_for(town.municipality, SheetKind.MONITORING, 2022, [town.weak])[town.weak.pk]
    assert (facts["reach"].share, facts["people"].share) == (Fraction(2, 4), 2 * Fraction(5, 20))
    assert "7; больше всего за один раз — 5 чел., это не меньше 25,0" in facts["people"].words
    assert (facts["network"].share, facts["access"].share) == (1, 1)


def test_a_pairing_that_never_met_is_half_a_network(town):
    town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    town.pair(Kind.SCHOOL_SCHOOL, town.other, LAST_YEAR, helping_school=town.strong)
    assert of_school(town, town.weak)["network"] == Fraction(1, 2)
    assert of_school(town, town.other)["network"] == 0


def test_measures_are_half_and_that_they_are_fulfilled_the_other(town):
    """Recommendations: 1 of 2 accepted, 3/4. Of decisions: none of 1, a half; withdrawn ones do not count."""
    told = {"municipality": town.municipality, "due_on": dt.date(2023, 2, 1)}
    for state in ("accepted", "awaited", "withdrawn"):
        advice = Recommendation.objects.create(municipality=town.municipality, text="Совет", given_on="2023-01-10")
        Assignment.objects.create(
            **told, recommendation=advice, school=town.weak, state=state, reason="Причина" * (state == "withdrawn")
        )
    decision = Decision.objects.create(
        municipality=town.municipality, number="1", date="2023-01-01", title="О мерах", ends_on="2023-12-31"
    )
    point = decision.points.create(position=1, text="Провести")
    Assignment.objects.create(**told, point=point, school=town.weak)
    shares = of_school(town, town.weak)
    assert (shares["measures"], shares["decisions"]) == (Fraction(3, 4), Fraction(1, 2))


def test_queries_do_not_grow_with_schools(town):
    def queries(schools: list[School]) -> int:
        with CaptureQueriesContext(connection) as seen:
            facts_for(town.municipality, SheetKind.MONITORING, 2022, schools)
        return len(seen)

    more = [SchoolFactory(municipality=town.municipality) for _ in range(9)]
    for school in [town.weak, *more]:
        plan(town, school)
    assert queries([town.weak]) == queries([town.weak, *more]) <= 22


def test_the_centre_by_hand(town):
    """Four schools are to be helped, one of last year's five has left the list. Two mentors, one of them without an
    order; three pairings: with order and plan 1, four meetings 1, once 1, never 1; heads came from one school."""
    schools = [town.weak, town.other, *(SchoolFactory(municipality=town.municipality) for _ in range(3))]
    for school in schools:
        IdentificationFactory(school=school, school_year=2021, category=Category.LOW_RESULTS)
    for school in schools[:4]:
        IdentificationFactory(school=school, school_year=2022, category=Category.LOW_RESULTS)
    named, other = town.mentor(basis="Приказ № 1", load_limit=2), town.mentor()
    first = town.pair(Kind.MENTOR_TEAM, town.weak, mentor=named)
    PairingPlan.objects.create(pairing=first, title="План", starts_on="2023-01-01", ends_on="2023-05-31")
    second = town.pair(Kind.MENTOR_TEAM, town.other, mentor=other)
    town.pair(Kind.MENTOR_TEAM, town.other, WITHOUT_ORDER, mentor=named)
    for month in (1, 2, 3, 4):
        meeting(first, month)
    meeting(second, 1)
    event(town, (town.weak, {"administration": 1}), (town.other, {"teachers": 3}))
    with time_machine.travel(dt.date(2023, 10, 5), tick=False):
        found = facts_for(town.municipality, SheetKind.CENTRE, 2022)[None]
    assert {code: fact.share for code, fact in found.items()} == {
        "papers": Fraction(1, 3),
        "pool": Fraction(1, 2),
        "access": Fraction(2, 4),
        "meetings": Fraction(1, 3),
        "left_list": 2 * Fraction(1, 5),
        "managers": Fraction(1, 4),
    }
    scores = [proposal(one, found)[1] for one in edition(town).criteria.filter(code="papers")]
    assert scores == [1]


@pytest.mark.parametrize(
    ("today", "months", "share"),
    [  # the pair runs from January to December
        ((2023, 3, 31), (1, 2), None),  # no quarter is over
        ((2023, 4, 1), (1,), 1),
        ((2023, 7, 1), (1, 2, 3), Fraction(1, 100)),  # often, but in one quarter
        ((2023, 7, 1), (3, 4), 1),
        ((2023, 7, 1), (), 0),
    ],
)
def test_a_pair_meets_regularly_when_it_met_in_every_quarter_that_is_over(town, today, months, share):
    pairing = town.pair(Kind.MENTOR_TEAM, town.weak, mentor=town.mentor())
    for month in months:
        meeting(pairing, month)
    late = Facts(dt.date(2023, 5, 1), dt.date(2023, 12, 31))  # in force in no whole quarter: it is not judged
    town.pair(Kind.MENTOR_TEAM, town.other, late, mentor=town.mentor())
    with time_machine.travel(dt.date(*today), tick=False):
        assert facts_for(town.municipality, SheetKind.CENTRE, 2022)[None]["meetings"].share == share


def test_the_tutors_by_hand(town):
    """One lesson with marks 2, 1, 2, 1: 1,5 of 2 is enough. Of four teachers of the two schools one finished a course,
    twice a quarter."""
    for school in (town.weak, town.other):
        IdentificationFactory(school=school, school_year=2022, category=Category.LOW_RESULTS)
    teachers = [town.teacher(town.weak, f"Учитель {number}") for number in range(4)]
    tutor = town.mentor("tutor", basis="Приказ № 2", load_limit=1)
    pairings = [town.pair(Kind.TUTOR_TEACHER, town.weak, mentor=tutor, teacher=one) for one in teachers[:1]]
    LessonAnalysis.objects.create(
        meeting=meeting(pairings[0], 2), subject="Математика", grade="5", topic="Дроби",
        marks={"aim": 2, "content": 1, "methods": 2, "result": 1},
    )  # fmt: skip
    course = {"title": "Курсы", "organisation": "Институт", "hours": 36}
    for day in ("2022-10-01", "2022-11-01", "2021-10-01"):
        Course.objects.create(teacher=teachers[0 if day > "2022" else 1], finished_on=day, **course)
    with time_machine.travel(dt.date(2023, 10, 5), tick=False):
        found = facts_for(town.municipality, SheetKind.TUTORS, 2022)[None]
    assert {code: fact.share for code, fact in found.items()} == {
        "papers": Fraction(1, 100),  # an order, no plan
        "pool": 1,
        "access": Fraction(1, 2),
        "meetings": Fraction(1, 100),
        "lessons": 1,
        "growth": 2 * Fraction(1, 4),
    }
