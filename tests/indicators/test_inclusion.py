"""The part of a share lies within its whole, and no sum counts anybody twice; what cannot be told is a doubt."""

import pytest

from config.programmes.fixtures import PROGRAMMES, Fixtures, statistic_kinds
from indicators.calculations import parse_formula
from indicators.calculations.inclusion import Inclusion, check_inclusion
from tests.indicators.build import Json, change, results, share_of_schools, statistic, statistic_share

LIMITS = {"trained": "teachers", "young": "trained", "here": "there", "there": "here"}
VPR = {"procedure": "vpr", "subject": "mathematics"}
EGE = {"procedure": "ege", "grade": 11}
KDR = {"procedure": "kdr", "subject": "reading_literacy", "grade": 4}


def share(part: Json, whole: Json) -> Json:
    return {"type": "share", "part": part, "whole": whole}


def added(*of: Json) -> Json:
    return {"type": "sum", "of": list(of)}


def listed(*categories: str) -> Json:
    return {"type": "identified", "categories": list(categories)}


def checked(data: Json) -> Inclusion:
    return check_inclusion(parse_formula(data), "formula", LIMITS)


def told(data: Json) -> dict[str, str]:
    return {problem.path: problem.message for problem in checked(data).problems}


def levels(*names: str) -> Json:
    return results("levels", **KDR, levels=list(names))


RIGHT = {
    "passed of participants": share(results("passed"), results("participants")),
    "a mark of those who passed": share(results("mark_5"), results("passed")),
    "those who passed of marks": share(results("passed"), added(*map(results, ("mark_3", "mark_4", "mark_5")))),
    "one mark of two": share(results("mark_5"), added(results("mark_4"), results("mark_5"))),
    "participants of those listed": share(results("participants"), results("listed")),
    "scored of participants": share(results("test_count"), results("participants")),
    "a level of two": share(levels("Повышенный"), levels("Базовый", "повышенный")),
    "one exam of two": share(
        results("passed"), added(results("participants"), results("participants", subject="russian"))
    ),
    "a level of the whole of mathematics": share(
        results("participants", **EGE, subject="mathematics_profile"), results("participants", **EGE)
    ),
    "one paper of what a grade wrote": share(
        results("mark_2", **VPR, grade=4, pupil_grade=5), results("participants", **VPR, pupil_grade=5)
    ),
    "spring and autumn": share(
        added(results("mark_5", **VPR, grade=5), results("mark_5", **VPR, grade=5, wave="autumn")),
        added(results("participants", **VPR, grade=5), results("participants", **VPR, grade=5, wave="autumn")),
    ),
    "what cannot exceed it": statistic_share("trained", "teachers"),
    "what cannot exceed what cannot exceed it": statistic_share("young", "teachers"),
    "a category of several": share(listed("low_results"), listed("difficult_conditions", "low_results")),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_part_of_its_whole_is_accepted_without_a_doubt(name):
    assert checked(RIGHT[name]) == ((), ())
    assert checked(share_of_schools(change(RIGHT[name]))) == ((), ())


WRONG = {
    "of another grade": (
        share(
            added(results("mark_4"), results("mark_5")),
            results("participants", **VPR, grade=5),
        ),
        {"formula.part.of[0]": "процедура, класс работы)", "formula.part.of[1]": "процедура"},
    ),
    "of another subject": (
        share(results("passed"), results("participants", subject="russian")),
        {"formula.part": "другая работа (предмет)"},
    ),
    "of another attempt": (
        share(results("passed", attempt="best"), results("participants")),
        {"formula.part": "другая работа (попытка)"},
    ),
    "of another wave": (
        share(results("mark_2", **VPR, grade=5), results("participants", **VPR, grade=5, wave="autumn")),
        {"formula.part": "другая работа (когда проводили)"},
    ),
    "of any paper where the whole is one": (
        share(results("mark_2", **VPR, pupil_grade=5), results("participants", **VPR, grade=5, pupil_grade=5)),
        {"formula.part": "другая работа (класс работы)"},
    ),
    "the whole of mathematics of one level": (
        share(results("passed", **EGE), results("participants", **EGE, subject="mathematics_base")),
        {"formula.part": "другая работа (предмет)"},
    ),
    "one exam too many": (
        share(added(results("passed"), results("passed", subject="russian")), results("participants")),
        {"formula.part.of[1]": "другая работа (предмет)"},
    ),
    "the nearest exam is named": (
        share(
            results("mark_2", **VPR, grade=5),
            added(results("participants"), results("participants", **VPR, grade=6)),
        ),
        {"formula.part": "другая работа (класс работы)"},
    ),
    "upside down": (share(results("participants"), results("passed")), {"formula.part": "participants — не часть"}),
    "a mark of another mark": (share(results("mark_4"), results("mark_5")), {"formula.part": "mark_4 — не часть"}),
    "those who failed of those who passed": (
        share(results("mark_2"), results("passed")),
        {"formula.part": "mark_2 — не часть того, что в знаменателе (passed)"},
    ),
    "listed of participants": (
        share(results("listed"), results("participants")),
        {"formula.part": "listed — не часть"},
    ),
    "marks of those with a score": (
        share(results("passed"), results("test_count")),
        {"formula.part": "passed — не часть"},
    ),
    "a level of others": (share(levels("Базовый"), levels("Повышенный")), {"formula.part": "levels — не часть"}),
    "itself": (share(results("passed"), results("passed")), {"formula.part": "всегда 100 %"}),
    "itself, a collected number": (statistic_share("teachers", "teachers"), {"formula.part": "всегда 100 %"}),
    "a collected number upside down": (statistic_share("teachers", "young"), {"formula.part": "поменяйте их местами"}),
    "schools of pupils": (share(listed("low_results"), results("participants")), {"formula.part": "школы не могут"}),
    "pupils of schools": (
        share(results("participants"), listed("low_results")),
        {"formula.part": "обучающиеся не могут"},
    ),
    "another category": (
        share(listed("low_results"), listed("difficult_conditions")),
        {"formula.part": "отметьте в знаменателе и эти категории"},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_part_of_its_whole_is_refused_at_its_field(name):
    data, expected = WRONG[name]
    found = told(data)
    assert found.keys() == expected.keys()
    for path, words in expected.items():
        assert words in found[path]


TWICE = {
    "passed and a mark": added(results("passed"), results("mark_4")),
    "participants and passed": added(results("participants"), results("passed")),
    "both attempts": added(results("passed"), results("passed", attempt="best")),
    "a level in two": added(levels("Базовый", "Повышенный"), levels("повышенный")),
    "marks and levels": added(levels("Базовый"), results("mark_3", **KDR)),
    "the whole of mathematics and a level": added(
        results("passed", **EGE), results("passed", **EGE, subject="mathematics_base")
    ),
    "a paper and all that its grade wrote": added(
        results("mark_2", **VPR, grade=5), results("mark_2", **VPR, pupil_grade=5)
    ),
}


@pytest.mark.parametrize("name", TWICE)
def test_a_sum_that_counts_pupils_twice_is_refused_wherever_it_stands(name):
    count = {"type": "count", "of": TWICE[name]}
    assert "считаются дважды" in told(count)["formula.of.of[1]"]
    assert "считаются дважды" in told(share_of_schools(count))["formula.of.of.of[1]"]


def test_a_sum_counts_no_school_and_no_collected_number_twice():
    schools = {"type": "count", "of": added(listed("low_results"), listed("difficult_conditions"))}
    assert told(schools) == {
        "formula.of.of[1]": "школа может быть в обеих категориях и посчитается дважды: "
        "отметьте категории в одном слагаемом"
    }
    numbers = {"type": "count", "of": added(statistic("teachers"), statistic("other"), statistic("young"))}
    assert list(told(numbers)) == ["formula.of.of[2]"]


def test_sums_of_different_pupils_and_of_points_are_accepted():
    for terms in (
        [results("mark_4"), results("mark_5")],
        [results("passed"), results("passed", subject="russian")],
        [levels("Базовый"), levels("Повышенный")],
        [results("mark_2", **VPR, grade=5), results("mark_2", **VPR, grade=6)],
        [results("passed", **EGE, subject="mathematics_base"), results("passed", **EGE, subject="mathematics_profile")],
    ):
        assert checked({"type": "count", "of": added(*terms)}) == ((), ())
    exams = [{"procedure": "ege", "subject": subject} for subject in ("russian", "physics")]
    total, count = (added(*(results(name, **exam) for exam in exams)) for name in ("test_sum", "test_count"))
    assert checked({"type": "mean", "total": total, "count": count}) == ((), ())


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (statistic_share("admitted", "leavers"), ["formula.part"]),
        (share(results("passed"), statistic("leavers")), ["formula.part"]),
        (share(statistic("certified"), results("participants")), ["formula.part"]),
        (share(listed("low_results"), statistic("schools")), ["formula.part"]),
        (
            share(added(statistic("trained"), statistic("admitted")), statistic("teachers")),
            ["formula.part.of[1]", "formula.part"],
        ),
        (
            share(statistic("trained"), added(statistic("teachers"), results("participants"))),
            ["formula.whole"],
        ),
        (statistic_share("here", "nowhere"), ["formula.part"]),  # limits that go round in a circle
    ],
)
def test_what_collected_numbers_do_not_tell_is_a_doubt_and_no_problem(data, paths):
    found = checked(data)
    assert found.problems == ()
    assert [problem.path for problem in found.doubts] == paths
    assert all(problem.message.startswith("портал не может проверить, что ") for problem in found.doubts)


def test_results_that_are_in_the_whole_beside_a_collected_number_are_no_doubt():
    whole = added(results("participants"), statistic("gve_participants"))
    assert [problem.path for problem in checked(share(results("passed"), whole)).doubts] == ["formula.whole"]


# Teachers whom the portal counts in pairings, among those whose number schools report: nobody can compare the lists.
DOUBTED = {"vilyuysk": {"v4.3"}}


@pytest.mark.parametrize("slug", PROGRAMMES)
def test_every_formula_of_the_five_programmes_is_accepted_and_one_is_doubted(slug):
    limits = {row["code"]: row["at_most"] for row in statistic_kinds() if "at_most" in row}
    rows = Fixtures(slug).read("indicators")
    found = {row["code"]: check_inclusion(parse_formula(row["formula"]), "formula", limits) for row in rows}
    assert {code for code, inclusion in found.items() if inclusion.doubts} == DOUBTED.get(slug, set())
    assert {code for code, inclusion in found.items() if inclusion.problems} == set()
