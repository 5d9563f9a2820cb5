"""The report on mentoring: worked by hand, counted a second time over raw rows, without a name or a text in it."""

import datetime as dt
import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mentoring.kinds import Kind
from mentoring.models import (
    Attendance,
    Event,
    HelpRequest,
    Meeting,
    PairingPlan,
    PairingStep,
    Practice,
    SubjectStaffing,
)
from mentoring.queries.staffing import Line
from mentoring.services.pairings import Facts
from reports.formats import Format
from reports.kinds import KINDS
from reports.kinds.base import ReportRefused
from reports.kinds.mentoring import days_of
from reports.mentoring.teachers import together
from reports.rendering import draw
from reports.tables import Number, TableDocument
from schools.models import Category, Municipality
from schools.periods import Period
from tests.factories import IdentificationFactory, SchoolFactory
from tests.mentoring.test_scoring import edition, sheet

pytestmark = pytest.mark.django_db
REPORT = KINDS["mentoring"]
SECRETS = ("Тайный Учитель Первый", "Тайная цель", "Тайный дефицит", "Тайный итог", "Тайный запрос", "Тайная причина")


def met(pairing, on: str, hours: str, state: str = "logged", form: str = "visit", **more: Any) -> Meeting:
    when = dt.datetime(2023, 3, 15, 8, tzinfo=dt.UTC)
    told = {"topic": "Тема", "result": "Тайный итог", "logged_side": "helper", "logged_at": when}
    told |= {"confirmed_at": when} if state == "confirmed" else {}
    told |= {"reason": "Тайная причина"} if state == "disputed" else {}
    return Meeting.objects.create(
        pairing=pairing, on=dt.date.fromisoformat(on), hours=Decimal(hours), state=state, form=form, **told | more
    )


def asked(school, state: str, *, due: str | None = None, answered: str | None = None) -> None:
    is_given = state in ("assigned", "answered", "closed")
    told = {"answer": "Ответ", "answered_on": answered} if answered else {}
    HelpRequest.objects.create(
        municipality=school.municipality, school=school, topic="Тайный запрос", state=state, due_on=due,
        by_centre=is_given, asked_at=dt.datetime(2023, 2, 1, 9, tzinfo=dt.UTC), **told,
    )  # fmt: skip


@pytest.fixture
def year(town):
    """Two pairs that meet, one that does not, three with pupils; requests of every fate; two events."""
    facts = {"aims": "Тайная цель", "deficits": "Тайный дефицит"}
    first = Facts(dt.date(2023, 1, 1), dt.date(2023, 12, 31), order_number="1030", **facts)
    helper = town.mentor(load_limit=1)
    teacher = town.teacher(town.weak, "Тайный Учитель Первый")
    schools = town.pair(Kind.SCHOOL_SCHOOL, town.weak, first, helping_school=town.strong)
    tutored = town.pair(Kind.MENTOR_TEAM, town.weak, first, mentor=helper)
    town.pair(
        Kind.MENTOR_YOUNG,
        town.weak,
        Facts(dt.date(2023, 3, 1), **facts),
        mentor=helper,
        teacher=teacher,
        load_may_be_exceeded=True,
    )
    town.pair(Kind.TEACHER_PUPIL, town.other, Facts(dt.date(2023, 1, 1), count=3))
    town.pair(
        Kind.SCHOOL_SCHOOL, town.other, Facts(dt.date(2021, 9, 1), dt.date(2022, 6, 1)), helping_school=town.strong
    )
    plan = PairingPlan.objects.create(pairing=schools, title="План", starts_on="2023-01-01", ends_on="2023-12-31")
    for place, told in enumerate(
        ({"state": "done", "done_on": "2023-01-31"}, {}, {"state": "cancelled", "reason": "Тайная причина"})
    ):
        PairingStep.objects.create(plan=plan, position=place, title="Тайная цель", **told)
    met(schools, "2023-01-20", "2.0", "confirmed")
    met(schools, "2023-03-10", "1.5", form="call", next_on=dt.date(2023, 4, 1))
    met(schools, "2023-03-12", "9.0", "disputed")
    met(tutored, "2023-02-01", "1.0", "confirmed")
    for fate in (
        {"state": "closed", "due": "2023-02-10", "answered": "2023-02-10"},
        {"state": "answered", "due": "2023-02-10", "answered": "2023-02-11"},
        {"state": "answered", "answered": "2023-03-01"},
        {"state": "assigned", "due": "2023-03-14"},
        {"state": "assigned", "due": "2023-03-15"},
        {"state": "asked"},
        {"state": "returned"},
        {"state": "withdrawn"},
    ):
        asked(town.weak, **fate)
    for kind, state, numbers in (("seminar", "held", (1, 4, 0, 0, 2)), ("webinar", "cancelled", None)):
        event = Event.objects.create(
            municipality=town.municipality, kind=kind, title="Семинар", starts_on="2023-03-01", ends_on="2023-03-01",
            state=state, reason="Карантин" if state == "cancelled" else "",
        )  # fmt: skip
        if numbers:
            names = ("administration", "teachers", "young", "specialists", "presented")
            Attendance.objects.create(event=event, school=town.weak, **dict(zip(names, numbers, strict=True)))
    Practice.objects.create(
        municipality=town.municipality, school=town.strong, teacher=teacher, title="Устный счёт", text="Тайная причина",
        state="published", published_on="2023-02-20", proposed_at=dt.datetime(2023, 2, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    return town


def build(municipality: Municipality, period: str = "2022", **more: Any) -> TableDocument:
    document: Any = REPORT.freeze(municipality=municipality, period=period, **more)
    return document


def rows(document: TableDocument, sheet: str) -> list[list[str | None]]:
    """As they are kept, the total last."""
    section = next(one for one in document.sections if one.sheet == sheet)
    found = [row for row in (*section.rows, section.total) if row]
    return [[cell.value if isinstance(cell, Number) else cell for cell in row] for row in found]


def test_the_figures_of_a_year_are_those_worked_by_hand(year):
    """On 15 March, the day of the latest entry: the young teacher's pair began two weeks ago and has not met; the
    mentor's last met on 1 February, 42 days ago; the schools have agreed on 1 April."""
    document = build(year.municipality)
    mentor = "Ответственное лицо 1, директор — Школа № 2"
    young = f"{mentor}, учитель (математика)"
    assert rows(document, "Планы и встречи") == [
        ["Школа № 10 — Школа № 2", "2", "1", "2", "1", "3.5", "2023-03-10"],
        [mentor, "0", "0", "1", "1", "1", "2023-02-01"],
        [young, "0", "0", "0", "0", "0", None],
        ["Всего", "2", "1", "3", "2", "4.5", ""],
    ]
    assert rows(document, "Формы встреч") == [
        ["Посещение", "2", "2", "3"], ["Звонок или видеосвязь", "1", "0", "1.5"], ["Всего", "3", "2", "4.5"],
    ]  # fmt: skip
    assert rows(document, "Давно не встречались") == [[mentor, "2023-02-01", "42"], [young, None, "14"]]
    assert rows(document, "Пары с учениками")[-1] == ["Всего", "", "", "", "3"]
    assert [(row[0], *row[3:]) for row in rows(document, "Наставники")] == [
        ("Ответственное лицо 1", "2", "1", "сверх предела")
    ]
    assert [row[1] for row in rows(document, "Запросы о помощи")] == ["2", "1", "1", "2", "1", "1", "8"]
    assert rows(document, "Мероприятия") == [
        ["Семинар", "1", "0", "0", "1"], ["Вебинар", "0", "0", "1", "1"], ["Всего", "1", "0", "1", "2"],
    ]  # fmt: skip
    assert rows(document, "Участие школ")[0] == ["Школа № 2", "1", "1", "1", "4", "0", "0", "5", "2"]
    assert rows(document, "Практики") == [["Школа № 10", "Устный счёт", "—", "2023-02-20"]]
    assert "Действовало 3 пары и 3 пары с учениками" in document.lead[1].replace("\u00a0", " ")
    assert "состояние пар и сроков — на 15.03.2023" in document.lead[0]


def test_sums_are_those_of_the_raw_rows(year):
    """Counted again in plain Python, without any of the queries."""
    document = build(year.municipality)
    held = [one for one in Meeting.objects.all() if one.state != "disputed" and one.on >= dt.date(2022, 9, 1)]
    total = [str(len(held)), str(sum(one.state == "confirmed" for one in held)), f"{sum(one.hours for one in held)}"]
    assert rows(document, "Планы и встречи")[-1][3:6] == rows(document, "Формы встреч")[-1][1:] == total
    assert [row[1:] for row in rows(document, "Формы встреч")[:-1]] == [
        [str(count), str(sum(one.form == form and one.state == "confirmed" for one in held)),
         f"{sum(one.hours for one in held if one.form == form):g}".rstrip("0").rstrip(".")]
        for form, count in sorted(Counter(one.form for one in held).items(), key=lambda kept: kept[0] != "visit")
    ]  # fmt: skip
    fates = Counter()
    for one in HelpRequest.objects.all():
        day = one.due_on or one.wanted_by
        late = day and day < (one.answered_on or dt.date(2023, 3, 15))
        fates[{"closed": "answered", "asked": "assigned"}.get(one.state, one.state), bool(late)] += 1
    order = [("answered", False), ("answered", True), ("assigned", True), ("assigned", False)]
    told = [str(fates[fate]) for fate in (*order, ("returned", False), ("withdrawn", False))]
    assert [row[1] for row in rows(document, "Запросы о помощи")] == [*told, str(HelpRequest.objects.count())]


def test_as_many_queries_for_many_pairs_as_for_few(year):
    with CaptureQueriesContext(connection) as few:
        build(year.municipality)
    for number in range(5):
        school = SchoolFactory(municipality=year.municipality)
        helper = year.mentor(name=f"Наставник {number}", school=school)
        pair = year.pair(Kind.MENTOR_TEAM, school, Facts(dt.date(2023, 1, 1)), mentor=helper)
        met(pair, "2023-03-01", "1.0")
        asked(school, "asked")
    with CaptureQueriesContext(connection) as many:
        build(year.municipality)
    assert len(many) == len(few)


def test_nobody_is_named_and_no_text_of_a_pair_is_told(year):
    for school in (None, year.weak):
        told = json.dumps(build(year.municipality, school=school).to_json(), ensure_ascii=False)
        assert not [words for words in SECRETS if words in told]


def test_of_one_school_only_its_own_is_counted(year):
    document = build(year.municipality, school=year.other)
    assert rows(document, "Пары") == []
    assert rows(document, "Пары с учениками")[-1][-1] == "3"
    assert rows(document, "Запросы о помощи") == rows(document, "Наставники") == rows(document, "Практики") == []
    assert rows(document, "Участие школ") == [
        ["Школа № 9", "1", *["0"] * 7], ["Всего", "1", *["0"] * 7],
    ]  # fmt: skip
    assert document.title.endswith(": Школа № 9")


def test_other_days_are_other_figures_and_nothing_is_refused_in_words(year):
    """By 31 January they met once; in 2021/2022 only the first pair ran."""
    assert rows(build(year.municipality, "2023-01-31"), "Планы и встречи")[-1][2:6] == ["1", "1", "1", "2"]
    assert rows(build(year.municipality, "2023-01-30"), "Планы и встречи")[-1][2] == "0"
    assert len(rows(build(year.municipality, "2021"), "Планы и встречи")) == 2
    with pytest.raises(ReportRefused, match=r"с 01\.09\.2019 по 31\.08\.2020 ничего не внесено\. Заведите пары"):
        build(year.municipality, "2019")
    assert REPORT.periods(year.municipality) == ["2022", "2021"]
    Municipality.objects.update(period_kind="calendar_year")
    year.municipality.refresh_from_db()
    assert REPORT.periods(year.municipality) == ["cy2023", "2022", "cy2022", "2021"]


def test_scores_stand_in_it_once_they_are_confirmed_with_shortcomings_and_causes(year):
    """2 + 1 against 1 + 1 is one more; the other school's sheet is a draft, so only its absence is told."""
    of = edition(year, codes=("papers", "pool"))
    sheet(year, of, 2021, [1, 1])
    sheet(year, of, 2022, [2, 1])
    month = edition(year, "monitoring", codes=("papers", "pool"))
    IdentificationFactory(school=year.weak, school_year=2022, category=Category.LOW_RESULTS)
    sheet(year, month, 2021, [0, 1], school=year.weak, shortcoming="Нет плана")
    held = sheet(year, month, 2022, [2, 0], school=year.weak, shortcoming="Мало встреч", cause="Далеко")
    held.marks.filter(score=2).update(mended="partly")
    sheet(year, month, 2022, [1, 1], school=year.other, state="draft", shortcoming="Черновое")
    document = build(year.municipality)
    own = rows(document, "Наставнический центр")
    assert own[0] == ["Критерий papers", "2", "1", "да"]
    assert own[-1] == ["Сумма", "3", "1", "уровень неудовлетворительный"]
    table = rows(document, "Мониторинг помощи")
    assert table[0] == ["Школа № 2", "2", "0", "2", "1", "уровень неудовлетворительный"]
    assert table[-1] == ["Средний балл", "2", "0", "2", "1", "уровень неудовлетворительный"]
    assert rows(document, "Недостатки и причины")[:2] == [
        ["Школа № 2"], ["Критерий papers", "Мало встреч", "Далеко", "Нет плана — устранён частично"],
    ]  # fmt: skip
    assert "не утверждены и потому не показаны: 1" in json.dumps(document.to_json(), ensure_ascii=False)
    of_school = json.dumps(build(year.municipality, school=year.weak).to_json(), ensure_ascii=False)
    assert "Мало встреч" in of_school
    assert "Критерий papers" in of_school
    assert "Наставнический центр" not in of_school
    assert "Черновое" not in of_school + json.dumps(document.to_json(), ensure_ascii=False)


def test_the_same_data_are_the_same_bytes_in_every_format(year, time_machine):
    first = [draw(build(year.municipality), format) for format in REPORT.formats]
    time_machine.move_to(dt.datetime(2023, 6, 1, tzinfo=dt.UTC))
    assert [draw(build(year.municipality), format) for format in REPORT.formats] == first
    assert REPORT.formats == (Format.PDF, Format.DOCX, Format.XLSX)


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2022", "2022-09-01", "2023-08-31"),
        ("cy2023", "2023-01-01", "2023-12-31"),
        ("2023h1", "2023-01-01", "2023-06-30"),
        ("2023-05-31", "2022-09-01", "2023-05-31"),
        ("2022-08-31", "2021-09-01", "2022-08-31"),
    ],
)
def test_a_period_is_counted_as_plans_count_it(code, first, last):
    assert [day.isoformat() for day in days_of(Period.parse(code))] == [first, last]


@pytest.mark.parametrize(
    ("teachers", "lines"),
    [
        ([3, 2], [("a", 3), ("b", 2)]),
        ([1, 3, 2], [("b", 3), ("Другие", 3)]),  # the one goes with the smallest, or the total would tell
        ([1, 1, 3], [("c", 3), ("Другие", 2)]),
        ([1], [("Другие", 1)]),
        ([0, 2], [("a", 0), ("b", 2)]),  # nobody: nothing is told of a person
    ],
)
def test_what_one_teacher_is_behind_is_put_with_others(teachers, lines):
    known = [Line(title, None, (SubjectStaffing(teachers=n),)) for title, n in zip("abc", teachers, strict=False)]
    assert [(line.title, line.teachers) for line in together(known, "Другие")] == lines
