"""What must hold of any deadline in any term, tried on many."""

import datetime as dt
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from roadmaps.plans.deadlines import (
    Deadline,
    Every,
    Kind,
    Precision,
    in_words,
    moved,
    moved_text,
    occurrences,
    read_deadline,
)
from tests.roadmaps.test_deadlines import DEADLINES, OTHERS

patiently = settings(deadline=None)

days = st.dates(dt.date(2015, 1, 1), dt.date(2030, 12, 31))
spans = st.tuples(days, st.integers(0, 900)).map(lambda parts: (parts[0], parts[0] + dt.timedelta(days=parts[1])))
terms = spans
open_spans = st.one_of(spans, spans.map(lambda span: (None, span[1])))
names = st.lists(
    st.sampled_from(["ВПР", "ГИА", "мероприятие", "план на 2021 год"]), min_size=1, max_size=3, unique=True
)
windows = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=3).map(tuple)
bounds = st.one_of(
    st.just((None, None)), spans, spans.map(lambda span: (span[0], None)), spans.map(lambda span: (None, span[1]))
)
every = st.sampled_from(list(Every))
precisions = st.sampled_from([precision for precision in Precision if precision is not Precision.FUZZY])


@st.composite
def deadlines(draw: st.DrawFn) -> Deadline:
    kind = draw(st.sampled_from(list(Kind)))
    if kind is Kind.ONCE:
        some = draw(st.lists(open_spans, min_size=1, max_size=3))
        return Deadline(kind, spans=tuple(some), precision=draw(precisions))
    if kind is Kind.RECURRING:
        first, last = draw(bounds)
        day = draw(st.one_of(st.none(), st.integers(1, 31)))
        return Deadline(
            kind,
            every=draw(every),
            windows=draw(windows),
            day=day,
            precision=draw(precisions),
            starts_on=first,
            ends_on=last,
        )
    if kind is Kind.CONTINUOUS:
        first, last = draw(bounds)
        return Deadline(kind, every=draw(every), starts_on=first, ends_on=last, precision=draw(precisions))
    if kind is Kind.ON_EVENT:
        often = draw(st.sampled_from([None, Every.YEAR, Every.SCHOOL_YEAR]))
        return Deadline(kind, named=tuple(draw(names)), every=often, days=draw(st.integers(-30, 30)))
    if kind in (Kind.BY_OTHER_PLAN, Kind.ON_REQUEST):
        return Deadline(kind, named=tuple(draw(names)), every=draw(every))
    return Deadline(kind, named=("слова",) if kind is Kind.UNCLEAR else ())


TWO_WINDOWS_OF_ONE_DAY = Deadline(Kind.RECURRING, every=Every.YEAR, windows=((1, 1), (2, 1)), day=1)


@given(deadlines(), terms, st.dictionaries(st.sampled_from(["ВПР", "ГИА", "мероприятие"]), st.lists(days, max_size=5)))
@example(TWO_WINDOWS_OF_ONE_DAY, (dt.date(2015, 1, 1), dt.date(2016, 1, 1)), {})
@patiently
def test_occurrences_lie_in_the_term_in_order_each_with_a_name_of_its_own(deadline, term, events):
    starts_on, ends_on = term
    found = occurrences(deadline, starts_on=starts_on, ends_on=ends_on, events=events)
    assert all(starts_on <= due.starts_on <= due.due_on <= ends_on for due in found)
    assert [due.due_on for due in found] == sorted(due.due_on for due in found)
    assert len({due.label for due in found}) == len(found)
    assert found or (deadline.kind is Kind.ON_EVENT and deadline.every is None)
    assert found == occurrences(deadline, starts_on=starts_on, ends_on=ends_on, events=events)


@given(deadlines())
@patiently
def test_what_is_stored_reads_back_the_same(deadline: Deadline):
    assert Deadline.from_json(json.loads(json.dumps(deadline.to_json()))) == deadline
    assert in_words(deadline)


@given(deadlines(), st.integers(-10, 10))
@patiently
def test_moving_there_and_back_changes_nothing(deadline: Deadline, years: int):
    assert moved(deadline, 0) == deadline
    stated = [day for span in (*deadline.spans, (deadline.starts_on, deadline.ends_on)) for day in span if day]
    if any((day.month, day.day) == (2, 29) for day in stated):
        return  # the one day that is not in every year
    if deadline.precision is not Precision.DAY and any((day.month, day.day) == (2, 28) for day in stated):
        return  # in a leap year not the end of its month, so not what a reader writes for months
    assert moved(moved(deadline, years), -years) == deadline


def test_the_end_of_february_stays_the_end_of_it():
    winter = read_deadline("Январь-февраль 2023", starts_on=dt.date(2023, 1, 1), ends_on=dt.date(2023, 12, 31))
    later = moved(winter, 1)
    assert later.spans == ((dt.date(2024, 1, 1), dt.date(2024, 2, 29)),)
    assert moved(later, -1) == winter
    leap = read_deadline("29.02.2024", starts_on=dt.date(2024, 1, 1), ends_on=dt.date(2024, 12, 31))
    assert moved(leap, 1).spans == ((dt.date(2025, 2, 28), dt.date(2025, 2, 28)),)


TEXTS = sorted({text for _, text, *_ in DEADLINES} | {text for text, _ in OTHERS})


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("years", [1, 3, -2])
def test_moved_words_mean_the_moved_deadline(text: str, years: int):
    """A plan from last year reads as one that was written for this year."""
    starts_on, ends_on = dt.date(2019, 1, 1), dt.date(2024, 2, 28)
    before = read_deadline(text, starts_on=starts_on, ends_on=ends_on)
    after = read_deadline(
        moved_text(text, years),
        starts_on=starts_on.replace(year=starts_on.year + years),
        ends_on=ends_on.replace(year=ends_on.year + years),
    )
    assert after == moved(before, years)
    assert moved_text(moved_text(text, years), -years) == text


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("2019-20", "2020-21"),
        ("2021/22 уч. год", "2022/23 уч. год"),
        ("в срок до 31.12.23", "в срок до 31.12.24"),
        ("31.12.2023", "31.12.2024"),
        ("2023-12-31", "2024-12-31"),
        ("Приказ № 2021, кабинет 20215", "Приказ № 2021, кабинет 20215"),
        ("по плану на 2021 год", "по плану на 2022 год"),
        ("1999-00", "2000-01"),
        ("Ноябрь, март", "Ноябрь, март"),
    ],
)
def test_years_in_words_move_and_nothing_else(text: str, later: str):
    assert moved_text(text, 1) == later
    assert moved_text(later, -1) == text


PIECES = (
    "ежегодно", "постоянно", "далее", "в течение года", "до", "не позднее", "с", "по", "-", "–", ",", "август", "марта",
    "2021", "2021-2022", "2021/22", "уч. год", "31.12.2021", "1 сентября", "IV квартал", "I полугодие", "10 числа",
    "два раза в год", "ежемесячно", "по запросу", "по плану УМО", "по результатам ГИА", "за 7 дней до", "\n",
    "29 февраля",
)  # fmt: skip


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)), terms)
@example("29 февраля", (dt.date(2021, 9, 1), dt.date(2022, 8, 31)))
@settings(deadline=None, max_examples=200)
def test_any_words_are_read_or_waited_for(text: str, term):
    """Nothing that somebody types breaks a page: it is understood, or it waits for a person."""
    starts_on, ends_on = term
    deadline = read_deadline(text, starts_on=starts_on, ends_on=ends_on)
    assert in_words(deadline)
    assert Deadline.from_json(deadline.to_json()) == deadline
    assert occurrences(deadline, starts_on=starts_on, ends_on=ends_on) or deadline.kind is Kind.ON_EVENT
