"""A year of a plan with a clock that stands still: every expected message once, on its day, and nothing else.

What is expected is written down by hand from the plan and from what its people do.
"""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine
from django.core import mail

from accounts.access import Role
from accounts.models import User
from accounts.services import end_membership
from config.programmes.loading import load_programme
from roadmaps.jobs import mail_notices, remind_all
from roadmaps.models import Assignment, Notice, Occurrence, Programme, Review
from roadmaps.plans.rows import PlanRow
from roadmaps.services.assignments import Answer, answer
from roadmaps.services.assignments import give_back as return_answer
from roadmaps.services.decisions import DecisionTold, PointTold, register_decision
from roadmaps.services.expertise import Assessment, Round, assign, make_round, write_review
from roadmaps.services.overruling import cancel
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.progress import Told, give_back, write_report
from roadmaps.services.recommendations import RecommendationTold, recommend
from schools.models import School
from tests.factories import MunicipalityFactory, SchoolFactory
from tests.roadmaps.conftest import TERM, person, plan_of

FIRST, LAST = dt.date(2021, 9, 1), dt.date(2022, 10, 15)
DOWN = (dt.date(2022, 5, 20), dt.date(2022, 6, 25))  # the portal stands still, these days included
HOURS = (7, 9)  # by the clock of Красноярск: in the quiet hours, and after them

# Day, kind, what, time. «Самоанализ» is due once and never reported on; the quarters are reported on in time, returned
# and reported on late, cancelled, and never; «Консультации» have no day of their own.
# «Меры» is a point of a decision for schools: answered late, returned, answered again; «Сайт» a recommendation that
# nobody answers.
CURATOR = """
    2021-10-05 task         Меры
    2021-11-10 task         Сайт
    2022-01-21 task_ahead   Меры
    2022-02-13 task_ahead   Меры
    2022-02-19 task_ahead   Меры
    2022-02-21 task_late    Меры
    2022-03-05 task_returned Меры
    2022-03-06 task_late    Меры
    2022-03-31 task_ahead   Сайт
    2022-04-23 task_ahead   Сайт
    2022-04-29 task_ahead   Сайт
    2022-05-01 task_late    Сайт
    2022-05-07 task_late    Сайт
    2022-06-26 task_late    Сайт
    2021-09-23 ahead    Мониторинг III квартал 2021
    2021-09-29 ahead    Мониторинг III квартал 2021
    2021-12-01 ahead    Мониторинг IV квартал 2021
    2021-12-24 ahead    Мониторинг IV квартал 2021
    2022-01-02 returned Мониторинг IV квартал 2021
    2022-01-03 late     Мониторинг IV квартал 2021
    2022-01-07 late     Мониторинг IV квартал 2021
    2022-03-01 ahead    Самоанализ март 2022
    2022-03-01 ahead    Мониторинг I квартал 2022
    2022-03-24 ahead    Самоанализ март 2022
    2022-03-30 ahead    Самоанализ март 2022
    2022-04-01 late     Самоанализ март 2022
    2022-04-07 late     Самоанализ март 2022
    2022-04-30 late     Самоанализ март 2022
    2022-06-26 ahead    Мониторинг II квартал 2022
    2022-06-29 ahead    Мониторинг II квартал 2022
    2022-07-01 late     Мониторинг II квартал 2022
    2022-07-07 late     Мониторинг II квартал 2022
    2022-07-30 late     Мониторинг II квартал 2022
    2022-08-01 ahead    Мониторинг III квартал 2022
    2022-08-01 undated  Консультации 2021/2022
    2022-08-24 ahead    Мониторинг III квартал 2022
    2022-08-24 undated  Консультации 2021/2022
    2022-08-30 ahead    Мониторинг III квартал 2022
    2022-09-01 late     Мониторинг III квартал 2022
    2022-09-07 late     Мониторинг III квартал 2022
    2022-09-30 late     Мониторинг III квартал 2022
"""
LEFT_ON, CAME_ON = dt.date(2021, 12, 15), dt.date(2022, 3, 10)
METHODIST = """
    2021-09-29 waiting  Мониторинг III квартал 2021
    2021-12-26 waiting  Мониторинг IV квартал 2021
    2022-01-08 waiting  Мониторинг IV квартал 2021
    2022-02-13 task_ahead Справка
    2022-03-08 task_ahead Справка
    2022-03-14 task_ahead Справка
    2022-03-16 task_late  Справка
"""
# «Справка» is a point for one person by name, who answers it late.
NAMED = """
    2021-10-05 task       Справка
    2022-02-13 task_ahead Справка
    2022-03-08 task_ahead Справка
    2022-03-14 task_ahead Справка
    2022-03-16 task_late  Справка
"""
# Two are asked for one expertise; one leaves in January, the other hands it in late.
EXPERT = """
    2021-11-20 review       Программа
    2022-01-29 review_ahead Программа
    2022-02-21 review_ahead Программа
    2022-02-27 review_ahead Программа
    2022-03-01 review_late  Программа
"""
EXPERT_LEFT_ON = dt.date(2022, 1, 15)


@pytest.fixture
def school_year(db):
    """A plan that three curators of one school report on; one leaves in December, one comes in March. A decision, a
    recommendation and an expertise ask something of them and of others."""
    town = MunicipalityFactory.create(time_zone="Asia/Krasnoyarsk")
    school = SchoolFactory.create(municipality=town)
    with time_machine.travel(at(FIRST, 0), tick=False):
        rows = [
            PlanRow(title="Самоанализ", responsible=("ОО",), deadline="Март 2022"),
            PlanRow(title="Мониторинг", responsible=("ОО",), deadline="Ежеквартально"),
            PlanRow(title="Консультации", responsible=("ОО",), deadline="По запросу"),
        ]
        store_plan(municipality=town, plan=plan_of(*rows), frame=Frame(**TERM, state="approved"))
        made = {"curator": Role.CURATOR, "leaves": Role.CURATOR}
        people = {name: person(role, school) for name, role in made.items()}
        of_town = {
            "methodist": Role.METHODIST,
            "named": Role.VIEWER,
            "expert": Role.EXPERT,
            "expert_leaves": Role.EXPERT,
        }
        people |= {name: person(role, town) for name, role in of_town.items()}
        person(Role.VIEWER, town)
        people["named"].full_name = "Заместитель начальника"
        people["named"].save()
    return SimpleNamespace(town=town, school=school, **people)


def at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, 5, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def quarter(label: str) -> Occurrence:
    return Occurrence.objects.select_related("activity__roadmap").get(label=label)


def happen(day: dt.date, made: SimpleNamespace) -> None:
    """What people do at noon."""

    def report(label: str, seen: int) -> None:
        told = Told(100, "Сделано", seen)
        write_report(occurrence=quarter(label), school=made.school, told=told, by=made.curator, submit=True)

    def answered(text: str, by: User) -> None:
        row = Assignment.objects.get(point__text=text)
        answer(assignment=row, said=Answer("Сделано"), is_whole=True, seen_version=row.version, by=by)

    match day.isoformat():
        case "2021-10-05":
            points = [
                PointTold("Меры", "1.", "до 20.02.2022", responsible=("ОО",)),
                PointTold("Справка", "2.", "до 15.03.2022", responsible=("Заместитель начальника",)),
                PointTold("Учёба", "3.", "постоянно", responsible=("ЦРО",)),
            ]
            decided = DecisionTold("order", "5", day, "О мерах", points, TERM["ends_on"])
            register_decision(municipality=made.town, told=decided, by=made.methodist)
        case "2021-11-10":
            advice = RecommendationTold("Сайт", schools=[made.school], deadline="до 30.04.2022")
            recommend(municipality=made.town, told=advice, by=made.methodist)
        case "2021-11-20":
            ask_experts(made)
        case "2022-01-15":
            end_membership(membership=made.expert_leaves.memberships.get(), by=made.methodist)
        case "2022-02-25":
            answered("Меры", made.curator)
        case "2022-03-05":
            row = Assignment.objects.get(point__text="Меры")
            return_answer(assignment=row, reason="Где протокол?", seen_version=row.version, by=made.methodist)
            review = Review.objects.get(expert=made.expert)
            marks = dict.fromkeys(review.expertise.criteria.values_list("pk", flat=True), 2)
            told = Assessment(marks, "good", "Хорошо")
            write_review(review=review, told=told, seen_version=review.version, submit=True, by=made.expert)
        case "2022-03-20":
            answered("Справка", made.named)
        case "2021-09-29":
            report("III квартал 2021", 0)
        case "2021-12-15":
            end_membership(membership=made.leaves.memberships.get(), by=made.methodist)
        case "2021-12-26":
            report("IV квартал 2021", 0)
        case "2022-01-02":
            returned = quarter("IV квартал 2021").reports.get()
            give_back(report=returned, seen_version=returned.version, reason="Нет протокола", by=made.methodist)
        case "2022-01-08":
            report("IV квартал 2021", quarter("IV квартал 2021").reports.get().version)
        case "2022-03-10":
            cancel(occurrence=quarter("I квартал 2022"), reason="Карантин", by=made.methodist)
            answered("Меры", made.curator)
            made.comes = person(Role.CURATOR, made.school)


def ask_experts(made: SimpleNamespace) -> None:
    programme = Programme.objects.create(municipality=made.town, title="Программа", starts_in=2021, ends_in=2022)
    told = Round("programmes", "Экспертиза", dt.date(2022, 2, 28), 2, ("Цель",))
    round_ = make_round(municipality=made.town, told=told, by=made.methodist)
    for expert in (made.expert, made.expert_leaves):
        assign(
            expertise=round_, programmes=[programme], expert=expert, origin="group", organisation="", by=made.methodist
        )


def simulate(made: SimpleNamespace) -> None:
    """Every day; twice and by two workers where something is expected the day before, that day or the next."""
    lines = [*expected(CURATOR), *expected(METHODIST), *expected(NAMED), *expected(EXPERT)]
    busy = {dt.date.fromisoformat(line[:10]) + dt.timedelta(days=days) for line in lines for days in (-1, 0, 1)}
    day = FIRST
    while day <= LAST:
        if not DOWN[0] <= day <= DOWN[1]:
            hours, workers = (HOURS, 2) if day in busy else (HOURS[1:], 1)
            for hour in hours:
                with time_machine.travel(at(day, hour), tick=False):
                    for _ in range(workers):
                        remind_all()
                        mail_notices()
            with time_machine.travel(at(day, 12), tick=False):
                happen(day, made)
        day += dt.timedelta(days=1)


def told(user) -> list[str]:
    zone = dt.timezone(dt.timedelta(hours=7))
    notices = sorted(Notice.objects.filter(user=user), key=lambda one: (one.at.astimezone(zone).date(), one.pk))
    return [
        f"{one.at.astimezone(zone):%Y-%m-%d} {one.kind} {one.facts['title']} {one.facts.get('label', '')}".strip()
        for one in notices
    ]


def expected(lines: str, *, since: dt.date = FIRST, until: dt.date = LAST) -> list[str]:
    told = [" ".join(line.split()) for line in lines.splitlines() if line.strip()]
    return [line for line in told if since.isoformat() <= line[:10] <= until.isoformat()]


def test_everybody_is_told_what_was_to_be_told_once_and_on_its_day(school_year):
    simulate(school_year)
    assert sorted(told(school_year.curator)) == sorted(expected(CURATOR))
    assert sorted(told(school_year.leaves)) == sorted(expected(CURATOR, until=LEFT_ON))
    assert sorted(told(school_year.comes)) == sorted(expected(CURATOR, since=CAME_ON))
    assert told(school_year.methodist) == expected(METHODIST)
    assert told(school_year.named) == expected(NAMED)
    assert told(school_year.expert) == expected(EXPERT)
    assert told(school_year.expert_leaves) == expected(EXPERT, until=EXPERT_LEFT_ON)
    people = ["curator", "leaves", "comes", "methodist", "named", "expert", "expert_leaves"]
    assert Notice.objects.count() == sum(len(told(getattr(school_year, name))) for name in people)
    # One letter a day and person, after the quiet hours, with all that waits; what was told at noon waits for the next.
    assert set(Notice.objects.values_list("mail", flat=True)) == {"sent"}
    mailed = {(one.user_id, one.mailed_at.astimezone(school_year.town.zone)) for one in Notice.objects.all()}
    assert len(mail.outbox) == len(set(Notice.objects.values_list("letter", flat=True))) == len(mailed)
    assert {moment.hour for _, moment in mailed} == {9}


def test_the_schools_of_surgut_are_told_of_each_of_22_times_seven_days_before_it_begins(db):
    """Point 4.4 of order No. 1030: «не позднее, чем за 7 дней». Twelve rows, one of them eleven times."""
    with time_machine.travel(dt.datetime(2022, 12, 20, tzinfo=dt.UTC), tick=False):
        assert not load_programme("surgut", with_results=False).problem
        school = School.objects.filter(municipality__slug="surgut").earliest("pk")
        curator = person(Role.CURATOR, school)
    for month in range(12):
        for day in range(22, 28):  # the months of 2023 begin seven days after a 24th, 25th or 22nd
            year, number = divmod(2022 * 12 + 11 + month, 12)
            with time_machine.travel(dt.datetime(year, number + 1, day, 9, tzinfo=dt.UTC), tick=False):
                remind_all()
                mail_notices()
    events = Notice.objects.filter(user=curator, kind="event")
    assert events.count() == 22
    for notice in events:
        begins = dt.date.fromisoformat(notice.facts["starts"])
        assert notice.at.date() == begins - dt.timedelta(days=7), notice.subject
        assert notice.subject.startswith("Начало через 7 дней: ")
    assert set(events.values_list("mail", flat=True)) == {"sent"}
