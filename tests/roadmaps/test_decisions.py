"""Decisions: the order of Сургут as it is printed, what its points ask of whom, and what amending it keeps."""

import datetime as dt
import json
import re
from dataclasses import replace

import pytest
from django.conf import settings

from config.programmes.loading import load_programme
from roadmaps.models import Assignment, Decision, DecisionPoint, Notice
from roadmaps.plans.deadlines import Deadline
from roadmaps.services.decisions import (
    DecisionChanged,
    DecisionRefused,
    DecisionTold,
    PointTold,
    amend_decision,
    heads_others,
    is_every_school,
    register_decision,
)
from tests.factories import MembershipFactory
from tests.roadmaps.test_plan_fixtures import (
    INITIALS_FIRST,
    SURNAME_FIRST,
    beside_documents,
    document,
    walk,
)

pytestmark = pytest.mark.django_db
DAY = {"date": dt.date(2021, 9, 1), "ends_on": dt.date(2022, 8, 31)}


@pytest.fixture
def order() -> Decision:
    assert not load_programme("surgut", with_results=False).problem
    return Decision.objects.get(number="1030")


def told(*points: PointTold, **more) -> DecisionTold:
    return DecisionTold(**{"kind": "order", "number": "5", "title": "О мерах", **DAY, "points": points} | more)


def registered(planned, *points: PointTold, **more) -> Decision:
    return register_decision(municipality=planned.municipality, told=told(*points, **more), by=planned.methodist)


def asked(decision: Decision) -> list[tuple[str, str, dt.date | None]]:
    rows = Assignment.objects.filter(point__decision=decision).order_by("point__position", "school__name", "due_on")
    return [(row.point.number, row.who, row.due_on) for row in rows.select_related("point", "school")]


@beside_documents
def test_the_loaded_order_is_the_document_word_for_word(order):
    text = document("surgut", "1. Утвердить муниципальный проект", "Директор департамента")
    for name in (INITIALS_FIRST.pattern, SURNAME_FIRST.pattern):
        assert not any(re.search(name, point.text) for point in order.points.all())
    one = rf"(?:и\.о\. )?(?:{INITIALS_FIRST.pattern}|{SURNAME_FIRST.pattern})"
    text, taken_out = re.subn(rf"\({one}(?:, ?{one})*\)", "", text)
    assert taken_out == 4
    walk(text, [f"{point.number}{point.text}" for point in order.points.order_by("position")])


def test_every_word_of_the_fixture_is_stored(order):
    printed = json.loads((settings.BASE_DIR / "fixtures/surgut/order.json").read_text(encoding="utf-8"))
    assert (str(order), order.title) == ("Приказ № 1030 от 30.12.2022", printed["title"])
    assert (order.issued_by, order.signed_by) == (printed["issued_by"], printed["signed_by"])
    stored = [
        (point.number, point.text, point.deadline, point.report_form, [row.name for row in point.responsible.all()])
        for point in order.points.order_by("position")
    ]
    assert stored == [
        (
            point["number"],
            point["text"],
            point.get("deadline", ""),
            point.get("report", ""),
            point.get("responsible", []),
        )
        for point in printed["points"]
    ]


def test_the_points_of_the_order_are_under_control_with_their_dates(order):
    dates = {}
    for number, _, due_on in asked(order):
        dates.setdefault(number, set()).add(due_on and due_on.isoformat())
    assert dates == {
        "3.1.": {None},
        "3.2.": {"2024-02-20"},
        "4.1.": {"2023-12-31"},
        "4.2.": {"2023-02-13"},
        "4.3.": {None},
        "4.4.": {None},
        "4.5.": {"2024-01-15"},
        "5.1.": {"2023-12-31"},
        "5.2.": {"2023-01-18"},
        "5.3.": {None},
        "6.": {"2024-02-28"},
    }
    notice = order.points.get(number="4.4.")
    assert Deadline.from_json(notice.means).days == -7


def test_heads_of_schools_means_every_school_that_takes_part(order):
    schools = {row.school for row in Assignment.objects.filter(point__number="5.2.").select_related("school")}
    assert None not in schools
    assert len(schools) >= 8


def test_loading_again_keeps_what_people_made_of_the_order(order):
    Decision.objects.update(title="Иначе")
    Assignment.objects.filter(point__number="4.2.").update(state="begun", text="Делаем")
    before = list(Assignment.objects.order_by("pk").values()) + list(DecisionPoint.objects.order_by("pk").values())
    assert not any(load_programme("surgut", with_results=False).added.values())
    assert (
        list(Assignment.objects.order_by("pk").values()) + list(DecisionPoint.objects.order_by("pk").values()) == before
    )
    assert Decision.objects.get().title == "Иначе"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ОО", True),
        ("Руководители ОО – участников Проекта", True),
        ("Общеобразовательные организации", True),
        ("школы-участники", True),
        ("Руководители МКУ «ИМЦ»", False),
        ("МБОУ «СОШ № 1»", False),
        ("школа № 3", False),
    ],
)
def test_words_that_mean_every_school(name, expected):
    assert is_every_school(name) is expected


def test_a_point_that_heads_others_asks_nothing(planned):
    points = [DecisionPoint(number=number) for number in ("3.", "3.1.", "31.", "")]
    assert [heads_others(point, points) for point in points] == [True, False, False, False]
    decision = registered(
        planned,
        PointTold("ЦРО:", "3.", responsible=("ЦРО",)),
        PointTold("Провести совещание", "3.1.", "до 31.03.2022", responsible=("ЦРО",)),
        PointTold("Принять к сведению", "4."),
    )
    assert asked(decision) == [("3.1.", "ЦРО", dt.date(2022, 3, 31))]


def test_schools_of_the_programme_answer_for_what_all_schools_are_asked(planned):
    point = PointTold("Назначить куратора", "1.", "до 31.03.2022", responsible=("ОО",))
    with_programme = registered(planned, point, programme=planned.programme)
    assert [who for _, who, _ in asked(with_programme)] == ["СОШ № 1", "СОШ № 2"]
    without = registered(planned, point, number="6")
    assert [who for _, who, _ in asked(without)] == ["СОШ № 1", "СОШ № 2", "СОШ № 3"]


def test_who_answers_is_matched_to_school_person_or_stays_as_printed(planned):
    person = MembershipFactory.create(
        role="methodist", municipality=planned.municipality, user__full_name="Ответственное лицо 7"
    ).user
    decision = registered(
        planned, PointTold("Отчитаться", "1.", "до 31.03.2022", responsible=("сош № 1", "ответственное лицо 7", "ИМЦ"))
    )
    found = {row.name: (row.school, row.user) for row in decision.points.get().responsible.all()}
    assert found == {"сош № 1": (planned.first, None), "ответственное лицо 7": (None, person), "ИМЦ": (None, None)}
    assert Assignment.objects.get(user=person).name == "ответственное лицо 7"


def test_what_recurs_is_asked_for_each_time(planned):
    decision = registered(planned, PointTold("Отчитаться", "1.", "ежеквартально", responsible=("ЦРО",)))
    days = [due_on for _, _, due_on in asked(decision)]
    assert len(days) == len(set(days)) >= 4
    assert all(DAY["date"] <= day <= DAY["ends_on"] for day in days)


def test_what_recurs_is_announced_once_with_its_first_day(planned):
    point = PointTold("Отчитаться", "1.", "ежеквартально", responsible=("СОШ № 2",))
    times = Assignment.objects.filter(point__in=registered(planned, point).points.all())
    told_of = Notice.objects.get(user=planned.neighbour)
    assert told_of.assignment == times.earliest("due_on")
    assert told_of.facts["due"] == min(row.due_on for row in times).isoformat()
    assert f"всего таких сроков: {len(times)})" in told_of.text
    assert len(times) >= 4


def test_a_day_that_a_person_names_stands_before_the_words(planned):
    point = PointTold("Отчитаться", "1.", "постоянно", dt.date(2022, 5, 20), responsible=("ЦРО",))
    assert asked(registered(planned, point)) == [("1.", "ЦРО", dt.date(2022, 5, 20))]


def test_the_same_decision_is_not_registered_twice(planned):
    registered(planned, PointTold("Провести", "1."))
    with pytest.raises(DecisionRefused, match="уже заведён"):
        registered(planned, PointTold("Провести", "1."))
    with pytest.raises(DecisionRefused, match="ни одного пункта"):
        registered(planned, number="7")
    assert Decision.objects.count() == 1


def test_amending_keeps_answers_and_moves_days(planned):
    decision = registered(planned, PointTold("Провести", "1.", "до 31.03.2022", responsible=("ЦРО", "СОШ № 1")))
    point, centre = decision.points.get(), Assignment.objects.get(school=None)
    Assignment.objects.filter(pk=centre.pk).update(state="answered", text="Провели")
    fresh = told(PointTold("Провести в срок", "1.", "до 30.04.2022", responsible=("ЦРО", "СОШ № 2"), key=point.pk))
    amended = amend_decision(decision=decision, told=fresh, seen_version=1, by=planned.methodist)
    april = dt.date(2022, 4, 30)
    assert sorted(asked(amended)) == [("1.", "СОШ № 2", april), ("1.", "ЦРО", april)]
    centre.refresh_from_db()
    assert (centre.state, centre.text) == ("answered", "Провели")
    assert (amended.version, amended.points.get().pk) == (2, point.pk)


def test_a_point_with_answers_is_not_taken_out(planned):
    decision = registered(planned, PointTold("Провести", "1.", "до 31.03.2022", responsible=("ЦРО",)))
    Assignment.objects.update(state="accepted", text="Провели")
    with pytest.raises(DecisionRefused, match="пункт не удаляется"):
        amend_decision(decision=decision, told=told(PointTold("Иное")), seen_version=1, by=planned.methodist)
    decision.refresh_from_db()
    assert (decision.version, decision.points.get().text) == (1, "Провести")


def test_points_change_places(planned):
    decision = registered(planned, PointTold("Первый", "1."), PointTold("Второй", "2."))
    first, second = decision.points.order_by("position")
    points = (PointTold("Второй", "1.", key=second.pk), PointTold("Первый", "2.", key=first.pk))
    amend_decision(decision=decision, told=told(*points), seen_version=1, by=planned.methodist)
    assert [point.pk for point in decision.points.order_by("position")] == [second.pk, first.pk]


def test_the_second_of_two_is_told_and_nothing_is_overwritten(planned):
    decision = registered(planned, PointTold("Провести", "1."))
    key = decision.points.get().pk
    fresh = told(PointTold("Провести", "1.", key=key))
    amend_decision(decision=decision, told=replace(fresh, title="Первый"), seen_version=1, by=planned.methodist)
    with pytest.raises(DecisionChanged):
        amend_decision(decision=decision, told=replace(fresh, title="Второй"), seen_version=1, by=planned.department)
    assert Decision.objects.get().title == "Первый"
