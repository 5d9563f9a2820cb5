"""How numbers, dates and counts are written."""

import datetime as dt
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from monitoring.queries.uploads import UploadView
from monitoring.templatetags.monitoring_words import preview_sentence
from schools import wording


def plain(text: str) -> str:
    """With ordinary spaces, to be read here; which spaces do not break is a rule of its own below."""
    return text.replace(wording.NBSP, " ")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(1, 3) * 100, "33,3 %"),
        (75, "75,0 %"),
        (Decimal("0.05"), "0,1 %"),
        (0.25, "0,3 %"),
        ("66.666667", "66,7 %"),
        (100, "100,0 %"),
        (0, "0,0 %"),
        (None, "—"),
        ("", "—"),
        (float("nan"), "—"),
    ],
)
def test_percent_has_one_decimal_rounded_half_up(value, expected):
    assert plain(wording.percent(value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, "3"),
        (Decimal("3.0000"), "3"),
        (Decimal("3.25"), "3,3"),
        (1234567, "1 234 567"),
        (Decimal("-2.45"), "−2,5"),
        (-0.04, "0"),
        (None, "—"),
    ],
)
def test_number_has_up_to_one_decimal(value, expected):
    assert plain(wording.number(value)) == expected


@given(st.decimals(-(10**7), 10**7, places=4), st.integers(0, 3))
def test_a_number_is_rounded_half_away_from_nought_as_decimals_are(value, places):
    expected = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    written = plain(wording.number(value, places, keep_zeros=True))
    assert Decimal(written.replace(" ", "").replace(",", ".").replace("−", "-")) == expected


def test_spaces_inside_a_number_do_not_break():
    assert wording.percent(1234) == "1\u00a0234,0\u00a0%"
    assert wording.change_in_unit(1, "percent") == "+1,0\u00a0п.\u00a0п."


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (75, "percent", "75,0 %"),
        (1, "schools", "1 школа"),
        (4, "schools", "4 школы"),
        (11, "schools", "11 школ"),
        (Decimal("3.456"), "mark", "3,46"),
        (Decimal("3.5"), "mark", "3,50"),
        (54, "score", "54,0"),
        (1200, "count", "1 200"),
        (None, "percent", "—"),
    ],
)
def test_value_is_written_in_its_unit(value, unit, expected):
    assert plain(wording.in_unit(value, unit)) == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(70, "percent", "70 %"), (Decimal("72.5000"), "percent", "72,5 %"), (Decimal("4.0"), "schools", "4 школы")],
)
def test_plan_has_no_zeros_at_its_end(value, unit, expected):
    assert plain(wording.plan_in_unit(value, unit)) == expected


@pytest.mark.parametrize(
    ("change", "unit", "expected"),
    [
        (Decimal("19.9"), "percent", "+19,9 п. п."),
        (Decimal("-33.333"), "percent", "−33,3 п. п."),
        (0, "percent", "0,0 п. п."),
        (Decimal("-0.04"), "percent", "0,0 п. п."),
        (Decimal("0.125"), "mark", "+0,13"),
        (1, "schools", "+1"),
        (None, "percent", "—"),
    ],
)
def test_change_carries_its_sign(change, unit, expected):
    assert plain(wording.change_in_unit(change, unit)) == expected


@pytest.mark.parametrize(
    ("count", "word"),
    [
        (0, "школ"),
        (1, "школа"),
        (2, "школы"),
        (5, "школ"),
        (11, "школ"),
        (12, "школ"),
        (21, "школа"),
        (112, "школ"),
        ("1.5", "школы"),
        (None, "школ"),
    ],
)
def test_plural_follows_the_last_digits(count, word):
    assert wording.plural(count, "школа,школы,школ") == word


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(3, 4, "3 из 4 школ"), (1, 21, "1 из 21 школы"), (0, 11, "0 из 11 школ"), (None, 4, "—")],
)
def test_part_of_takes_the_genitive(part, whole, expected):
    assert plain(wording.part_of(part, whole, "школы,школ")) == expected


def test_dates_are_written_day_first_in_local_time():
    evening = dt.datetime(2023, 5, 30, 22, 30, tzinfo=dt.UTC)  # past midnight in Moscow
    assert wording.day(dt.date(2023, 5, 31)) == "31.05.2023"
    assert wording.day(evening) == "31.05.2023"
    assert wording.moment(evening) == "31.05.2023 в 01:30"
    assert plain(wording.day_in_words(dt.date(2023, 5, 1))) == "1 мая 2023 г."
    assert wording.day(None) == wording.moment(None) == wording.day_in_words(None) == "—"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.4, "меньше секунды"), (45, "45 с"), (60, "1 мин"), (200, "3 мин 20 с"), (7509, "2 ч 5 мин"), (90000, "25 ч")],
)
def test_how_long_something_took(seconds, told):
    assert plain(wording.duration(dt.timedelta(seconds=seconds))) == told


def test_what_has_not_begun_took_no_time():
    assert wording.duration(None) == "—"


def test_years_and_periods():
    assert wording.school_year(2020) == "2020/2021"
    assert wording.school_year_short(1999) == "1999/00"
    assert wording.period("2021q1") == "I квартал 2021"
    assert wording.school_year(None) == wording.period("") == "—"


def test_templates_speak_the_same_words():
    page = Template(
        "{% load wording %}{{ x|percent }}; {{ x|in_unit:'mark' }}; {{ y|school_year }}; "
        "{{ n }} {{ n|plural:'школа,школы,школ' }}; {% part_of 3 4 'школы,школ' %}; {{ x|percent:0 }}"
    )
    text = page.render(Context({"x": Decimal("3.456"), "y": 2020, "n": 22}))
    assert plain(text) == "3,5 %; 3,46; 2020/2021; 22 школы; 3 из 4 школ; 3 %"


@pytest.mark.parametrize(
    ("files", "words"),
    [(1, "Распознан 1\u00a0файл."), (2, "Распознаны 2\u00a0файла."), (200, "Распознано 200\u00a0файлов.")],
)
def test_recognised_files_are_told_with_right_endings(files, words):
    nothing: list[Any] = []
    view = UploadView(nothing, nothing, nothing, nothing, Counter(), files, files, has_questions=False, clean_files=0)
    assert preview_sentence(view).startswith(words)
