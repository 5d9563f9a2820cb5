"""When somebody is reminded, when a letter may go, and what a text says: rules without a database."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.notices.kinds import Kind, Rhythm
from roadmaps.notices.ladder import Step, newest_step
from roadmaps.notices.timing import Habits
from roadmaps.notices.words import (
    LONGEST_SUBJECT,
    PLACES_OF,
    STANDARD,
    THINGS,
    Words,
    filled,
    problems_of,
    problems_of_both,
    when,
)

NOON = dt.datetime(2022, 3, 16, 12)  # a Wednesday
FACTS = {
    "number": "1.2", "title": "Самоанализ", "label": "март 2022", "starts": "2022-03-01", "due": "2022-03-31",
    "place": "СОШ № 1", "roadmap": "Дорожная карта", "reason": "Нет протокола", "who": "Методист", "percent": 60,
    "message": "Когда?",
}  # fmt: skip


@pytest.mark.parametrize(
    ("days", "step"),
    [(31, None), (30, 30), (29, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1), (-1, -1), (-6, -1), (-7, -7), (-29, -7),
     (-30, -30), (-400, -30)],
)  # fmt: skip
def test_the_newest_step_that_was_reached(days, step):
    found = newest_step(days, is_undated=False)
    assert (found.days if found else None) == step
    assert found is None or found.kind is (Kind.AHEAD if days >= 0 else Kind.LATE)


@pytest.mark.parametrize(("days", "step"), [(31, None), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None), (-30, None)])
def test_what_has_no_day_of_its_own_is_never_urgent_or_late(days, step):
    assert newest_step(days, is_undated=True) == (Step(Kind.UNDATED, step) if step else None)


@given(st.sets(st.integers(min_value=-60, max_value=60), min_size=1), st.booleans())
def test_a_portal_that_runs_on_any_days_tells_each_step_at_most_once_and_in_order(days, is_undated):
    """Whatever days it was down, what is told are different steps, each not before its day."""
    found = [newest_step(day, is_undated=is_undated) for day in sorted(days, reverse=True)]
    steps = list(dict.fromkeys(step.days for step in found if step))
    assert steps == sorted(steps, reverse=True)
    assert all(step.days >= day for day, step in zip(sorted(days, reverse=True), found, strict=True) if step)


def test_a_portal_that_ran_every_day_has_told_all_six():
    told = dict.fromkeys(step for day in range(60, -60, -1) if (step := newest_step(day, is_undated=False)))
    assert [step.days for step in told] == [30, 7, 1, -1, -7, -30]


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 23))
def test_quiet_hours_are_those_from_one_until_the_other_round_the_clock(first, end, hour):
    quiet = set()
    at = first
    while at != end:
        quiet.add(at)
        at = (at + 1) % 24
    assert Habits(quiet_from=first, quiet_to=end).is_quiet(NOON.replace(hour=hour)) is (hour in quiet)


@given(st.sampled_from(Rhythm), st.integers(0, 23), st.integers(0, 23), st.datetimes(dt.datetime(2021, 1, 1)))
def test_no_letter_goes_in_quiet_hours_and_none_of_what_is_not_made_yet(rhythm, first, end, local):
    habits = Habits(rhythm, first, end)
    before = habits.made_before(local)
    if habits.is_quiet(local) or rhythm is Rhythm.NEVER:
        assert before is None
    else:
        assert local - dt.timedelta(days=7) <= before <= local + dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("rhythm", "now", "before"),
    [
        (Rhythm.DAILY, "2022-03-16 12:00", "2022-03-16 08:00"),
        (Rhythm.DAILY, "2022-03-16 08:00", "2022-03-16 08:00"),
        (Rhythm.WEEKLY, "2022-03-16 12:00", "2022-03-14 08:00"),
        (Rhythm.WEEKLY, "2022-03-14 08:30", "2022-03-14 08:00"),
        (Rhythm.WEEKLY, "2022-03-20 19:00", "2022-03-14 08:00"),
    ],
)
def test_a_digest_has_what_was_told_before_its_morning(rhythm, now, before):
    assert f"{Habits(rhythm).made_before(dt.datetime.fromisoformat(now)):%Y-%m-%d %H:%M}" == before


def test_before_the_morning_the_digest_is_still_that_of_the_day_before():
    early = Habits(Rhythm.DAILY, 0, 0).made_before(NOON.replace(hour=7))
    assert early == dt.datetime(2022, 3, 15, 8)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "сегодня"), (1, "завтра"), (-1, "вчера"), (7, "через 7 дней"), (21, "через 21 день"), (3, "через 3 дня"),
     (11, "через 11 дней"), (112, "через 112 дней"), (-30, "30 дней назад")],
)  # fmt: skip
def test_days_in_words(days, words):
    assert when(days) == words


def test_a_reminder_says_how_many_days_are_left_on_the_day_it_is_sent():
    words = filled(STANDARD[Kind.AHEAD], FACTS, dt.date(2022, 3, 24))
    assert words.subject == "Срок через 7 дней: 1.2 Самоанализ"
    assert "март 2022. Отчёт нужен до 31.03.2022 (через 7 дней). Отчитывается: СОШ № 1." in words.text
    assert filled(STANDARD[Kind.AHEAD], FACTS, dt.date(2022, 3, 31)).subject.startswith("Срок сегодня")
    assert filled(STANDARD[Kind.LATE], FACTS, dt.date(2022, 4, 30)).subject == "Просрочено на 30 дней: 1.2 Самоанализ"


def test_an_event_counts_the_days_until_it_begins():
    words = filled(STANDARD[Kind.EVENT], FACTS | {"of_start": True}, dt.date(2022, 2, 22))
    assert words.subject == "Начало через 7 дней: 1.2 Самоанализ"
    assert "Начинается 01.03.2022, завершается 31.03.2022." in words.text


def test_the_standard_texts_have_only_places_that_they_may_have_and_all_are_filled():
    for kind, words in STANDARD.items():
        assert problems_of(kind, words.subject) == problems_of(kind, words.text) == problems_of_both(kind, words) == []
        said = filled(words, FACTS, dt.date(2022, 3, 24))
        assert "{" not in said.subject + said.text, kind
        assert "Самоанализ" in said.subject, kind
    assert set(STANDARD) == set(Kind)


@given(st.sampled_from(Kind), st.text(max_size=400), st.text(max_size=400))
def test_what_people_have_typed_stays_text(kind, title, reason):
    """No place within a title or a reason is filled, no line of it breaks a subject, and a subject is never long."""
    facts = FACTS | {"title": title, "reason": reason, "message": reason}
    said = filled(STANDARD[kind], facts, dt.date(2022, 3, 24))
    assert len(said.subject) <= LONGEST_SUBJECT
    assert len(said.subject.splitlines()) == 1
    if kind is Kind.RETURNED:
        assert said.text.endswith(f"Что исправить: {reason}".strip())


def test_a_place_within_what_was_filled_in_is_left_as_it_is():
    facts = FACTS | {"reason": "замените {срок} и {причина}"}
    assert "замените {срок} и {причина}" in filled(STANDARD[Kind.RETURNED], facts, dt.date(2022, 3, 24)).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{мероприятие}, {срок}", ""),
        ("{мероприятия}", "Поле {мероприятия} портал не знает. Возможно, вы имели в виду {мероприятие}."),
        ("{причина}", "Поле {причина} не бывает в этом сообщении."),
        ("{xyz}", "Здесь бывают: {мероприятие}, {период}"),
        ("{}", "Поле {} портал не знает."),
        ("{срок", "Фигурная скобка без пары"),
        ("срок}", "Фигурная скобка без пары"),
        ("{{срок}}", "Фигурная скобка без пары"),
    ],
)
def test_what_is_wrong_with_a_text_is_said_with_what_to_do(text, said):
    problems = problems_of(Kind.AHEAD, text)
    assert bool(problems) == bool(said)
    assert any(said in problem for problem in problems) or not said


@given(st.sampled_from(Kind), st.text(alphabet="абв {}срок", max_size=40))
def test_a_text_without_problems_has_no_brace_left_once_it_is_filled(kind, text):
    if not problems_of(kind, text):
        assert not set("{}") & set(filled(Words(text, text), FACTS, dt.date(2022, 3, 24)).text)


def test_every_kind_names_its_thing_first():
    assert all(THINGS.index(places[0]) >= 0 for places in PLACES_OF.values())
    assert problems_of_both(Kind.TASK, Words("Пора", "{срок}")) == [
        "Поставьте {поручение} в тему или в текст: иначе человек не поймёт, о чём письмо."
    ]


def test_what_is_asked_without_a_day_says_its_deadline_as_written():
    said = filled(STANDARD[Kind.TASK], FACTS | {"due": "", "deadline": "постоянно"}, dt.date(2022, 3, 24))
    assert "Срок: постоянно. Отвечает: СОШ № 1." in said.text
