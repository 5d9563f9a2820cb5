"""The reckoning of every step in words, with the figures that people find on their calculators."""

from fractions import Fraction

import pytest

from indicators.calculations.formulas import (
    Change,
    Combined,
    Condition,
    Count,
    Mean,
    OverYears,
    Relative,
    SchoolsMeeting,
    Share,
    ShareOfSchools,
    Sum,
)
from indicators.calculations.numbers import Amount
from indicators.calculations.problems import Vocabulary
from indicators.trace_words import figure, interval, judged, reckoning, title
from tests.indicators.build import leaf
from tests.indicators.test_tracing import (
    BASE,
    BEFORE,
    MEAN,
    NOW,
    PROFILE,
    SHARE,
    TEACHERS,
    TOWN,
    TRAINED,
    everybody,
    pupils,
    tracer,
)

NBSP = "\u00a0"
EARLIER = {SHARE.part: {1: pupils(10, 20)}, SHARE.whole: {1: pupils(20)}, MEAN.total: {1: pupils(70, 20)}}
SCORES = leaf("test_sum", procedure="ege", subject="russian")
RISEN = ShareOfSchools(Change(SHARE), Condition.ABOVE, Fraction(0))
MOST = ShareOfSchools(SHARE, Condition.AT_LEAST, Fraction(80))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (SHARE, "12 : 16 = 75,0 %"),
        (MEAN, "56 : 16 = 3,50"),
        (Share(MEAN.total, SHARE.whole), "56 : 16 = 350,0 %"),
        (Mean(SHARE.part, MEAN.total), "12 : 56 ≈ 0,21"),
        (Change(SHARE), "75,0 % − 50,0 % = +25,0 п. п."),
        (Change(MEAN), "3,50 − 3,50 = 0,00"),
        (Change(Change(SHARE)), ""),
        (RISEN, "75,0 % − 50,0 % = +25,0 п. п., это больше 0"),
        (MOST, "75,0 %, это меньше 80 %"),
        (SchoolsMeeting((RISEN, MOST), needs_all=True), "выполнено условий: 1 из 2; нужно каждое"),
        (SchoolsMeeting((RISEN, MOST), needs_all=False), "выполнено условий: 1 из 2; нужно хотя бы одно"),
        (Relative(MEAN), "3,50 : 3,40 ≈ 1,029"),
        (Relative(MEAN, TEACHERS), "3,50 : 4,00 = 0,875"),
        (OverYears(SHARE, 3), "(12 + 10) : (16 + 20) ≈ 61,1 %"),
        (Combined((MEAN, Mean(SCORES, PROFILE))), "(3,50 × 16 + 4,00 × 4) : 20 = 3,60"),
        (Sum((BASE, PROFILE)), "17 + 4 = 21"),
        (Count(TRAINED), ""),
    ],
)  # fmt: skip
def test_every_step_is_reckoned_with_its_own_figures(formula, expected):
    town = TOWN | {
        TEACHERS: {None: Amount(4)},
        TRAINED: {1: Amount(5)},
        BASE: {1: pupils(17)},
        PROFILE: {1: pupils(4)},
        SCORES: {1: pupils(16, 4)},
    }
    step = tracer(y2020=town, y2018=EARLIER).at(formula, NOW, 1)
    assert reckoning(step).replace(NBSP, " ") == expected


def test_a_total_divides_sums_and_a_count_has_no_second_one():
    assert reckoning(tracer(y2020=TOWN).total(SHARE, NOW, everybody)).replace(NBSP, " ") == "15 : 20 = 75,0 %"
    assert reckoning(tracer(y2020=TOWN).total(Count(SHARE.part), NOW, everybody)) == ""
    assert figure(tracer(y2020=TOWN).total(Count(SHARE.part), NOW, everybody)) == "15"


def test_what_decides_about_a_school_tells_no_number_of_pupils():
    step = tracer(y2020=TOWN, y2018=EARLIER).at(MOST, NOW, 1)
    assert "16" not in judged(step)
    assert figure(step) == "условие не выполнено"
    assert figure(tracer(y2020=TOWN, y2018=EARLIER).at(RISEN, NOW, 1)) == "условие выполнено"


def test_a_step_is_named_as_the_passport_names_it():
    step = tracer(y2020=TOWN).at(SHARE, NOW, 1)
    said = "ОГЭ по математике (9 класс, до пересдач)"
    assert title(step.parts[0], Vocabulary()) == f"Число преодолевших минимальный порог {said}"
    assert title(step, Vocabulary()) == f"Доля преодолевших минимальный порог среди участников {said}"


def test_only_shares_of_pupils_have_wilsons_interval_here():
    assert interval(tracer(y2020=TOWN).at(SHARE, NOW, 1)).replace(NBSP, " ") == "50,5 % – 89,8 %"
    assert interval(tracer(y2020=TOWN, y2018=EARLIER).at(Change(SHARE), NOW, 1)) == ""
    assert interval(tracer(y2018=EARLIER).at(SHARE, BEFORE, 2)) == ""
