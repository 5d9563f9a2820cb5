"""Possible signs of results that are not objective: facts with their thresholds, worked by hand."""

from decimal import Decimal

import pytest

from monitoring.signs import INFORMATIVE, ROUGH, SchoolFacts, Thresholds, signs

USUAL = Thresholds()


def texts(*exam: SchoolFacts, borders: tuple[int, ...] = (), thresholds: Thresholds = USUAL) -> dict[int, list[str]]:
    return {school: [sign.text for sign in found] for school, found in signs(exam, borders, thresholds).items()}


def test_the_journal_is_compared_with_the_other_schools_not_with_a_fixed_share():
    """18 of 20 lowered is 90 %; of the others 60 of 150, 40 %: 50 points more. 40 % by itself is nothing unusual."""
    odd = SchoolFacts(1, journal=(18, 2, 0))
    usual = [SchoolFacts(2, journal=(40, 60, 0)), SchoolFacts(3, journal=(20, 30, 0))]
    found = texts(odd, *usual)
    assert list(found) == [1]
    assert found[1] == [
        "Отметка ниже, чем в журнале: 90,0\u00a0% (18 из 20); в остальных школах 40,0\u00a0%. "
        "Разница +50 п. п. при пороге 20 п. п."
    ]


def test_the_threshold_itself_counts_and_another_may_be_set():
    exam = SchoolFacts(1, journal=(60, 40, 0)), SchoolFacts(2, journal=(400, 600, 0))
    assert list(texts(*exam)) == [1, 2]
    assert texts(*exam, thresholds=Thresholds(journal_points=Decimal("20.01"))) == {}


def test_raised_marks_are_told_by_themselves():
    found = texts(SchoolFacts(1, journal=(0, 5, 5)), SchoolFacts(2, journal=(0, 100, 0)))
    assert found[1][0].startswith("Отметка выше, чем в журнале: 50,0\u00a0% (5 из 10)")


@pytest.mark.parametrize("pupils", [9, 10])
def test_fewer_than_ten_pupils_say_nothing_of_a_group(pupils):
    exam = SchoolFacts(1, pupils, good=pupils, journal=(pupils, 0, 0)), SchoolFacts(2, 50, good=5, journal=(0, 50, 0))
    assert (1 in texts(*exam)) is (pupils == 10)


def test_marks_4_and_5_above_the_interval_of_the_others():
    """Of the others 50 of 100: Wilson 40,4 – 59,6 %. 12 of 20 are 60 %, above it, though the school's own interval of
    38,7 – 78,1 % meets it; 59 of 100 are 59 %, within it."""
    others = SchoolFacts(9, 100, good=50)
    found = signs([SchoolFacts(1, 20, good=12), others], (), USUAL)
    assert found[1][0].text == (
        "«4» и «5»: 60,0\u00a0% (12 из 20); в остальных школах 50,0\u00a0%, 95-процентный интервал 40,4\u00a0% – "
        "59,6\u00a0%. Интервал школы 38,7\u00a0% – 78,1\u00a0% пересекается с ним."
    )
    assert 1 not in texts(SchoolFacts(1, 100, good=59), others)
    assert "не пересекается" in texts(SchoolFacts(1, 100, good=95), others)[1][0]


def histogram(at_border: int, around: int) -> dict[str, int]:
    """The first score of mark 3 is 10; every score from 6 to 14 besides has so many pupils."""
    return {str(score): at_border if score == 10 else around for score in range(6, 15)}


@pytest.mark.parametrize(
    ("at_border", "around", "weight"),
    [
        (20, 5, INFORMATIVE),  # 60 pupils, four times the neighbours
        (10, 5, INFORMATIVE),  # 50 pupils, exactly twice
        (9, 5, None),  # 49 pupils, less than twice
        (12, 1, ROUGH),  # 20 pupils
        (11, 1, None),  # 19 pupils: too few for a histogram
        (4, 2, None),  # 20 pupils, but four on one score are chance
    ],
)
def test_a_peak_at_the_border_of_a_mark(at_border, around, weight):
    found = signs([SchoolFacts(1, histogram=histogram(at_border, around))], (10, 20, 30), USUAL)
    assert [sign.weight for sign in found.get(1, [])] == ([weight] if weight else [])


def test_a_peak_elsewhere_is_none():
    assert not signs([SchoolFacts(1, histogram=histogram(20, 5))], (8, 20, 30), USUAL)


def test_what_is_left_out_is_told_but_nobody_is_compared_with_it():
    marked = SchoolFacts(1, 100, good=100, counts=False)
    usual = SchoolFacts(2, 100, good=50)
    assert list(texts(marked, usual)) == [1]
    assert texts(usual, marked) == texts(marked, usual)
