"""Who is hidden besides schools of few pupils: the rule by itself, without a database."""

import random
from collections.abc import Iterable

import numpy as np
import pytest

from indicators.calculations import parse_formula
from indicators.calculations.covering import Matter, Place, Told, are_hidden_well, cover, hide_wholes_of_few
from indicators.calculations.formulas import Exam
from indicators.procedures import Procedure, Wave

SMALL = 5


def exam(procedure: str, subject: str, grade: int = 11) -> Exam:
    return Exam(Procedure(procedure), subject, grade, None, Wave.MAIN)


OGE = exam("oge", "mathematics", 9)
RUSSIAN = exam("oge", "russian", 9)
WHOLE, BASE, PROFILE = (exam("ege", f"mathematics{level}") for level in ("", "_base", "_profile"))


def told(pupils: dict[int, int], *exams: Exam, **more) -> Told:
    few = {school for school, number in pupils.items() if number < SMALL}
    return Told(pupils=dict(pupils), few=few, exams=frozenset(exams), years=frozenset({2020}), **more)


def hidden(places: dict[Place, Told]) -> dict[Place, set[int]]:
    """All of them, those of few pupils too."""
    covering = cover(places, small=SMALL)
    return {place: set(told.few | covering.schools.get(place, frozenset())) for place, told in places.items()}


def one(pupils: dict[int, int], **more) -> set[int]:
    return hidden({(1, "2020"): told(pupils, OGE, **more)})[1, "2020"]


def test_the_smallest_of_the_others_is_hidden_with_a_school_of_few():
    assert one({1: 4, 2: 30, 3: 12, 4: 20}) == {1, 3}
    assert one({1: 4, 2: 12, 3: 12}) == {1, 2}  # of two alike always the same


def test_schools_of_few_that_are_not_few_together_hide_one_another():
    assert one({1: 4, 2: 1, 3: 12}) == {1, 2}
    assert one({1: 2, 2: 2, 3: 12}) == {1, 2, 3}
    assert one({1: 30, 2: 12}) == set()


def test_without_a_sum_there_is_nothing_to_take_from():
    assert one({1: 4, 2: 12}, has_sum=False) == {1}
    assert one({1: 4}) == {1}  # the sum stays whole, so it tells


def test_who_is_hidden_stays_so_wherever_the_same_results_are_told():
    """The mean beside the share; not another subject, nor another year."""
    town = {1: 4, 2: 12, 3: 20}
    places = {
        (1, "2020"): told(town, OGE),
        (2, "2020"): told({2: 12, 3: 10}, OGE),  # of a list without the small one
        (3, "2020"): told({2: 12, 3: 20}, RUSSIAN),
        (1, "2019"): told({2: 12, 3: 20}, OGE),
    }
    places[1, "2019"].years = frozenset({2019})
    found = hidden(places)
    assert found[1, "2020"] == {1, 2, 3}  # the third, because it is hidden beside the second in the list
    assert found[2, "2020"] == {2, 3}
    assert found[3, "2020"] == found[1, "2019"] == set()


def test_levels_of_mathematics_tell_of_each_other():
    places = {
        (1, "2020"): told({1: 4, 2: 8, 3: 30}, PROFILE),
        (2, "2020"): told({1: 9, 2: 20, 3: 10}, BASE),
        (3, "2020"): told({1: 13, 2: 28, 3: 40}, WHOLE, has_parts=True),
    }
    wholes = hide_wholes_of_few(places, {})
    assert wholes == {(3, "2020"): {1}}  # 13 less the 9 of base are the 4 of profile
    found = hidden(places)
    assert found[1, "2020"] == {1, 2}
    assert found[3, "2020"] == {1, 2}  # 28 less 20 would be the 8 that are hidden for the 4
    assert found[2, "2020"] == set()


def test_a_sum_of_procedures_is_hidden_where_one_of_them_is_about_few():
    places = {(1, "2020"): told({1: 20, 2: 30, 3: 40}, OGE, RUSSIAN, has_parts=True)}
    assert hide_wholes_of_few(places, {(1, 2020): [RUSSIAN], (2, 2019): [RUSSIAN], (3, 2020): [WHOLE]}) == {
        (1, "2020"): {1}
    }
    assert hidden(places)[1, "2020"] == {1, 2}


def test_the_sum_of_a_list_may_be_taken_from_that_of_all():
    """The small one is not in the list, so neither may be who is hidden with it, or both sums would tell."""
    found = hidden(
        {(1, "2020"): told({1: 4, 2: 8, 3: 30, 4: 40}, OGE), (2, "2020"): told({2: 8, 3: 30}, OGE)},
    )
    assert {1, 4} <= found[1, "2020"]


def test_what_is_no_sum_makes_nobody_else_be_hidden():
    """A mean of several values tells of a school nothing beside that of all; yet it tells its own parts."""
    found = hidden(
        {
            (1, "2020"): told({1: 4, 2: 12, 3: 20}, OGE),
            (2, "2020"): told({2: 12, 3: 20, 4: 30}, OGE, RUSSIAN, adds_up=False),
            (3, "2020"): told({2: 12, 3: 20, 4: 30}, RUSSIAN),
        }
    )
    assert found[2, "2020"] == {2}
    assert found[3, "2020"] == set()


def test_results_that_would_tell_are_named():
    covering = cover({(1, "2020"): told({1: 4, 2: 12, 3: 20}, OGE)}, small=SMALL)
    assert covering.results == {(2, 2020): {OGE}}


@pytest.mark.parametrize("seed", range(150))
def test_nobody_is_alone_in_any_sum(seed):
    """Invented towns: in every sum at least two are hidden who are not few together, in what is left when one sum is
    taken from another of the same results at least two, or nobody is shown at all; and who is hidden in a sum is told
    by no other value."""
    random.seed(seed)
    town = range(random.randint(2, 9))
    exams = [OGE, RUSSIAN, WHOLE, BASE, PROFILE]
    pupils = {one: {school: random.choice((2, 4, 6, 9, 15, 40)) for school in town} for one in exams}
    places: dict[Place, Told] = {}
    for number in range(random.randint(1, 9)):
        one = random.choice(exams)
        schools = [school for school in town if random.random() < 0.8]
        adds_up = random.random() < 0.8
        places[number, "2020"] = told({school: pupils[one][school] for school in schools}, one, adds_up=adds_up)
    found = hidden(places)
    adding = {place: row for place, row in places.items() if row.adds_up}
    for place, row in adding.items():
        kept = found[place]
        assert kept == row.pupils.keys() or are_hidden_well(row.pupils, kept, small=SMALL), place
        for other, row_of_other in adding.items():
            if row_of_other.exams == row.exams:
                alone = row.pupils.keys() ^ row_of_other.pupils.keys()
                left = alone & (kept | found[other])
                assert left == alone or len(left) != 1, (place, other)
    covering = cover(places, small=SMALL)
    for (school, _), kept_exams in covering.results.items():
        for place, row in places.items():
            if row.exams & kept_exams and school in row.pupils:
                assert school in found[place]
    assert hidden(places) == found  # and again the same


@pytest.mark.parametrize("seed", range(150))
def test_nobody_can_be_reckoned_from_sums_and_levels(seed):
    """All that is known of ЕГЭ mathematics as equations: the sums, what is shown, and that a whole is its two levels.
    No number of few pupils follows from them, where anybody is left in each sum to hide them with."""
    random.seed(seed)
    town = range(random.randint(3, 7))
    pupils = {(one, school): random.choice((2, 3, 6, 9, 15, 40)) for one in (BASE, PROFILE) for school in town}
    pupils |= {(WHOLE, school): pupils[BASE, school] + pupils[PROFILE, school] for school in town}
    places = {}
    schools = [school for school in town if random.random() < 0.9]
    for number, one in enumerate(random.choices((WHOLE, BASE, PROFILE), k=random.randint(2, 6))):
        row = told({school: pupils[one, school] for school in schools}, one, has_parts=one is WHOLE)
        places[number, "2020"] = row
    hide_wholes_of_few(places, {})
    found = hidden(places)
    if any(kept and len(kept) == len(places[place].pupils) for place, kept in found.items()):
        return
    columns = {key: place for place, key in enumerate((one, school) for one in (BASE, PROFILE) for school in town)}

    def equation(exams: Iterable[tuple[Exam, int]]) -> list[int]:
        levels = [(one, school) for asked, school in exams for one in ((BASE, PROFILE) if asked is WHOLE else (asked,))]
        return [levels.count(column) for column in columns]

    known = []
    for place, row in places.items():
        (one,) = row.exams
        known.append(equation((one, school) for school in row.pupils))
        known += [equation([(one, school)]) for school in row.pupils.keys() - found[place]]
    rank = np.linalg.matrix_rank(np.array(known))
    for (one, school), number in pupils.items():
        is_told_of = any(one in row.exams and school in row.few for row in places.values())
        if number < SMALL and is_told_of:
            assert np.linalg.matrix_rank(np.array([*known, equation([(one, school)])])) > rank, (one, school)


def test_what_a_formula_is_about():
    number = {"type": "results", "procedure": "oge", "subject": "mathematics", "measure": "participants"}
    passed = number | {"measure": "passed"}
    share = {"type": "share", "part": passed, "whole": number}
    matter = Matter.of(parse_formula(share))
    assert (matter.adds_up, matter.has_parts, matter.has_change, matter.years_back) == (True, False, False, 0)
    assert {one.subject for one in matter.exams} == {"mathematics"}
    matter = Matter.of(parse_formula({"type": "change", "of": share}))
    assert (matter.adds_up, matter.has_change) == (False, True)
    matter = Matter.of(parse_formula({"type": "over_years", "years": 3, "of": share}))
    assert (matter.adds_up, matter.years_back) == (True, 2)
    both = {"type": "sum", "of": [number, number | {"procedure": "gve", "grade": 9}]}
    assert Matter.of(parse_formula({"type": "count", "of": both})).has_parts
    whole = number | {"procedure": "ege"}
    assert Matter.of(parse_formula({"type": "count", "of": whole})).has_parts
    combined = {"type": "combined", "of": [share, share | {"part": number | {"measure": "mark_5"}}]}
    assert not Matter.of(parse_formula(combined)).adds_up
