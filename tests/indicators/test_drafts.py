"""The builder's fields and formulas: what is filled in is the formula, and the formula is what is filled in."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from indicators.calculations import FormulaError, parse_formula, parse_population, population_to_json, to_json
from indicators.calculations.draft_changes import at, kinds_at, retyped, with_part_more, without_part
from indicators.calculations.drafts import draft_from, draft_of, field_of, fields_of, json_of, parts_of, walk
from indicators.calculations.formulas import Measure
from indicators.procedures import WITH_RESITS, Procedure
from indicators.subjects import SUBJECTS
from tests.indicators.build import (
    change,
    combined,
    mean_mark,
    over_years,
    passed_share,
    reference,
    relative,
    results,
    schools_meeting,
    share_of_schools,
    statistic,
    statistic_share,
)

patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
SUMS = ["mark_sum", "primary_sum", "test_sum"]
COUNTS = {"mark_sum": "participants", "primary_sum": "primary_count", "test_sum": "test_count"}
PEOPLE = [measure.value for measure in Measure if measure not in SUMS]
words = st.text("абвгд -;,.«»", min_size=1, max_size=8).map(str.strip).filter(bool)
codes = st.text("abc123._-", min_size=1, max_size=6)


@st.composite
def exams(draw: Any) -> dict[str, Any]:
    procedure = draw(st.sampled_from(list(Procedure)))
    exam: dict[str, Any] = {"procedure": procedure.value, "subject": draw(st.sampled_from(list(SUBJECTS)))}
    grades = draw(st.sampled_from([("grade",), ("pupil_grade",), ("grade", "pupil_grade")]))
    exam |= {name: draw(st.integers(1, 12)) for name in grades}
    if procedure is Procedure.VPR:
        exam["wave"] = draw(st.sampled_from(["spring", "autumn"]))
    if procedure in WITH_RESITS:
        exam["attempt"] = draw(st.sampled_from(["first", "best"]))
    return exam


@st.composite
def counts_of(draw: Any, exam: dict[str, Any]) -> dict[str, Any]:
    measure = draw(st.sampled_from(PEOPLE))
    levels = {"levels": draw(st.lists(words, min_size=1, max_size=3, unique=True))} if measure == "levels" else {}
    return {"type": "results", **exam, "measure": measure, **levels}


leaves = st.one_of(
    exams().flatmap(counts_of),
    codes.map(statistic),
    st.lists(codes, min_size=1, max_size=3, unique=True).map(lambda found: {"type": "identified", "categories": found}),
)
numbers = leaves | st.lists(leaves, min_size=2, max_size=4).map(lambda terms: {"type": "sum", "of": terms})


@st.composite
def shares_of_exam(draw: Any) -> dict[str, Any]:
    terms = draw(st.just(draw(exams())).flatmap(lambda exam: st.lists(counts_of(exam), min_size=2, max_size=5)))
    *parts, whole = terms
    return {"type": "share", "part": parts[0] if len(parts) == 1 else {"type": "sum", "of": parts}, "whole": whole}


@st.composite
def means_of_exam(draw: Any) -> dict[str, Any]:
    exam, total = draw(exams()), draw(st.sampled_from(SUMS))
    return {"type": "mean", "total": results(total, **exam), "count": results(COUNTS[total], **exam)}


def wider(values: Any) -> Any:
    several = st.lists(values, min_size=2, max_size=3)
    bounds = st.sampled_from(["0", "-2.5", "30", "0.125"])
    conditions = st.sampled_from(["above", "at_least", "below", "at_most"])
    return st.one_of(
        values.map(change),
        values.map(relative),
        st.builds(relative, values, codes),
        several.map(lambda found: combined(*found)),
        st.builds(over_years, values, st.integers(2, 5)),
        st.builds(share_of_schools, values | numbers, conditions, bounds),
        st.builds(lambda rule, found: schools_meeting(rule, *found), st.sampled_from(["any", "all"]), several),
    )


values = st.one_of(
    shares_of_exam(),
    means_of_exam(),
    st.builds(lambda part, whole: {"type": "share", "part": part, "whole": whole}, numbers, numbers),
    st.builds(lambda total, count: {"type": "mean", "total": total, "count": count}, codes.map(statistic), numbers),
    numbers.map(lambda number: {"type": "count", "of": number}),
    codes.map(reference),
)
formulas = st.one_of(values, wider(values), wider(wider(values)))


@patiently
@given(formulas)
def test_any_formula_comes_back_from_the_fields_that_say_it(data):
    try:
        formula = parse_formula(data)
    except FormulaError:
        assume(False)
    draft = draft_of(to_json(formula))
    assert draft_from(fields_of(draft, "formula"), "formula") == draft
    assert parse_formula(json_of(draft)) == formula


@pytest.mark.parametrize(
    "population",
    [
        {"type": "all"},
        {"type": "categories", "categories": ["low_results", "risk_zone"]},
        {"type": "categories_of_year", "categories": ["low_results"], "school_year": 2020},
        {"type": "schools", "codes": ["102", "edu110"]},
    ],
)
def test_any_population_does_too(population):
    draft = draft_of(population_to_json(parse_population(population)))
    assert json_of(draft_from(fields_of(draft, "population"), "population")) == population


@patiently
@given(
    formulas, st.sampled_from(["formula.part.measure", "formula.of[1].of.than", "formula.whole.of[0].grade", "formula"])
)
def test_every_problem_finds_a_place_in_the_form(data, path):
    """Whatever was sent, the place is a field or a group that stands there, or one that the path itself names."""
    draft = draft_of(data)
    assert field_of(path, draft).startswith("formula")


def test_a_share_over_one_exam_names_it_once():
    draft = draft_of(to_json(parse_formula(passed_share(subject="russian"))))
    assert draft == {
        "type": "exam_share",
        "procedure": "oge",
        "subject": "russian",
        "grade": "9",
        "wave": "main",
        "attempt": "first",
        "measures": ["passed"],
        "among": "participants",
    }


def test_a_share_of_two_exams_stays_a_share_of_two_numbers():
    data = {"type": "share", "part": results("passed"), "whole": results("participants", subject="russian")}
    assert draft_of(to_json(parse_formula(data)))["type"] == "share"


def test_what_is_typed_badly_stays_and_its_problem_is_at_its_field():
    fields = {
        "formula.type": ["exam_share"],
        "formula.procedure": ["vpr"],
        "formula.subject": ["russian"],
        "formula.grade": ["пятый"],
        "formula.measures": ["mark_4", "mark_5"],
        "formula.among": ["participants"],
    }
    draft = draft_from(fields, "formula")
    assert draft["grade"] == "пятый"
    with pytest.raises(FormulaError) as refused:
        parse_formula(json_of(draft))
    assert {field_of(problem.path, draft) for problem in refused.value.problems} == {"formula.grade"}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("formula.of.of.part.measure", "formula.of.of.measures"),
        ("formula.of.of.part.of[1].measure", "formula.of.of.measures"),
        ("formula.of.of.whole.measure", "formula.of.of.among"),
        ("formula.of.of.whole.grade", "formula.of.of.grade"),
        ("formula.of.of.part.levels[0]", "formula.of.of.levels"),
        ("formula.than", "formula.than"),
        ("formula.of", "formula.of"),
        ("unit", "unit"),
    ],
)
def test_problems_of_the_parser_are_shown_at_fields(path, place):
    draft = draft_of(share_of_schools(change(to_json(parse_formula(passed_share())))))
    assert field_of(path, draft) == place


def test_a_problem_of_one_category_is_shown_at_all_of_them():
    draft = {"type": "count", "of": {"type": "identified", "categories": ["nonsense"]}}
    assert field_of("formula.of.categories[0]", draft) == "formula.of.categories"


@pytest.mark.parametrize("than", ["2,5", " 2.5 ", "2.5"])
def test_a_bound_is_written_as_people_write_numbers(than):
    draft = draft_of(share_of_schools(statistic("events"))) | {"than": than}
    assert json_of(draft)["than"] == "2.5"


def test_what_does_not_matter_is_kept_in_the_form_and_not_in_the_formula():
    draft = draft_of(to_json(parse_formula(passed_share(attempt="best")))) | {"procedure": "vpr", "levels": ["Базовый"]}
    assert "attempt" not in json_of(draft)["part"]
    assert "levels" not in json_of(draft)["part"]
    assert draft_from(fields_of(draft, "formula"), "formula")["attempt"] == "best"


def test_another_kind_takes_over_what_fits():
    mean = draft_of(to_json(parse_formula(mean_mark(subject="russian"))))
    risen = retyped(retyped(mean, "formula", "change"), "formula", "share_of_schools")
    assert risen["of"]["of"] == mean
    assert retyped(risen, "formula", "change") == {"type": "change", "of": mean}
    share = retyped(mean, "formula", "exam_share")
    assert (share["procedure"], share["subject"]) == ("oge", "russian")
    full = retyped(share, "formula", "share")
    assert json_of(full) == json_of(share)
    assert retyped(full, "formula", "count")["of"] == full["part"]


def test_a_number_becomes_a_sum_and_a_sum_of_one_a_number_again():
    draft = draft_of(statistic_share("a", "b"))
    more = with_part_more(draft, "formula.part")
    assert more["part"]["type"] == "sum"
    assert [term["code"] for term in more["part"]["of"]] == ["a", ""]
    assert len(with_part_more(more, "formula.part")["part"]["of"]) == 3
    assert without_part(more, "formula.part.of[1]") == draft
    assert draft == draft_of(statistic_share("a", "b"))  # the form before is left as it was


def test_what_needs_two_parts_keeps_them():
    draft = draft_of(combined(passed_share(), mean_mark()))
    assert without_part(draft, "formula.of[0]") == draft
    three = with_part_more(draft, "formula")
    assert without_part(three, "formula.of[2]") == draft


@pytest.mark.parametrize("path", ["formula.nonsense", "formula.of[7]", "formula.part.of[0]", "population"])
def test_a_button_for_what_is_not_there_does_nothing(path):
    draft = draft_of(combined(passed_share(), mean_mark()))
    for press in (with_part_more, without_part, lambda node, where: retyped(node, where, "count")):
        if path == "population" and press is not without_part:
            continue
        with pytest.raises(KeyError):
            press(draft, path)


def test_only_what_the_grammar_takes_is_offered():
    draft = draft_of(relative(combined(passed_share(), mean_mark())))
    assert "change" not in kinds_at(draft, "formula.of")
    assert "change" in kinds_at(draft, "formula.of.of[0]")
    with pytest.raises(KeyError):
        retyped(draft, "formula.of", "change")


def test_every_kind_can_be_chosen_everywhere_it_is_offered():
    """And what comes of it can be drawn and read back."""
    seen = 0
    start = draft_of(to_json(parse_formula(mean_mark())))
    for first in kinds_at(start, "formula"):
        one = retyped(start, "formula", first)
        for path in places(one):
            for second in kinds_at(one, path):
                two = retyped(one, path, second)
                assert at(two, path)["type"] == second
                assert draft_from(fields_of(two, "formula"), "formula") == two
                seen += 1
    assert seen > 100


def places(draft: dict[str, Any], path: str = "formula") -> list[str]:
    return [path, *(place for step, part in parts_of(draft) for place in places(part, f"{path}.{step}"))]


def test_what_is_sent_is_not_believed_to_be_small():
    fields = {}
    path = "formula"
    for _ in range(50):
        fields[f"{path}.type"] = ["change"]
        path += ".of"
    for place in range(500):
        fields[f"formula.of[{place}].type"] = ["statistic"]
    assert sum(1 for _ in walk(draft_from(fields, "formula"))) < 20
    assert sum(1 for _ in walk(draft_from(fields | {"formula.type": ["combined"]}, "formula"))) <= 41
