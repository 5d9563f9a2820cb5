"""Formulas as data: what is accepted, what is refused and where, and what they mean in words."""

from typing import Any

import pytest

from indicators.calculations import (
    FormulaError,
    Unresolved,
    Vocabulary,
    dependencies,
    describe,
    describe_population,
    lookback,
    parse_formula,
    parse_population,
    population_to_json,
    resolve,
    to_json,
)
from indicators.calculations.checks import check_resolved, check_unit
from indicators.calculations.formulas import is_of_school_alone
from tests.indicators.build import (
    Json,
    change,
    combined,
    mean_mark,
    mean_score,
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

WORDS = Vocabulary(
    categories={"low_results": "ШНОР", "difficult_conditions": "ШНСУ"},
    statistics={"teachers": "Педагогов всего", "trained": "Педагогов обучено"},
    indicators={"n3m": "Средняя отметка ОГЭ по математике"},
)
LEVELS = results("levels", "kdr", "reading_literacy", grade=4, levels=["Базовый", "Повышенный"])


def problems_of(data: Any, vocabulary: Vocabulary | None = None) -> dict[str, str]:
    with pytest.raises(FormulaError) as refused:
        parse_formula(data, vocabulary)
    return {problem.path: problem.message for problem in refused.value.problems}


@pytest.mark.parametrize(
    "data",
    [
        passed_share(),
        mean_mark(attempt="best"),
        statistic_share("trained", "teachers"),
        {"type": "count", "of": {"type": "identified", "categories": ["low_results"]}},
        change(passed_share()),
        share_of_schools(change(reference("n3m"))),
        share_of_schools(statistic("teachers"), "at_least", "2.5"),
        {"type": "share", "part": LEVELS, "whole": results("participants", "kdr", "reading_literacy", grade=4)},
        {"type": "count", "of": {"type": "sum", "of": [results("mark_4"), results("mark_5")]}},
        {"type": "count", "of": results("participants", "vpr", "russian", pupil_grade=5, wave="autumn")},
        change(relative(mean_score())),
        relative(reference("n3m"), "teachers"),
        change(combined(relative(mean_score()), relative(mean_score(subject="mathematics_profile")))),
        over_years(passed_share(), 5),
        over_years(combined(mean_mark(), mean_mark(subject="russian"))),
        schools_meeting("all", share_of_schools(passed_share()), reference("n3m")),
    ],
)
def test_a_formula_survives_the_way_to_json_and_back(data: Json):
    parsed = parse_formula(data, WORDS)
    assert parse_formula(to_json(parsed), WORDS) == parsed


def test_defaults_are_said_when_a_formula_is_written():
    written = to_json(parse_formula({"type": "count", "of": results("passed")}))
    assert written["of"] == {
        "type": "results",
        "procedure": "oge",
        "subject": "mathematics",
        "grade": 9,
        "wave": "main",
        "attempt": "first",
        "measure": "passed",
    }


def test_vpr_is_read_in_spring_unless_autumn_is_said():
    written = to_json(parse_formula({"type": "count", "of": results("passed", "vpr", "russian", grade=5)}))
    assert written["of"]["wave"] == "spring"


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], "formula"),
        ({"type": "eval", "code": "1"}, "formula.type"),
        ({"part": results("passed"), "whole": results("participants")}, "formula.type"),
        ({**passed_share(), "extra": 1}, "formula.extra"),
        ({"type": "share", "part": results("passed")}, "formula.whole"),
        ({"type": "share", "part": passed_share(), "whole": results("passed")}, "formula.part.type"),
        ({"type": "count", "of": results("passed", "pisa")}, "formula.of.procedure"),
        ({"type": "count", "of": results("passed", subject="math")}, "formula.of.subject"),
        ({"type": "count", "of": results("average")}, "formula.of.measure"),
        ({"type": "count", "of": results("passed", grade=13)}, "formula.of.grade"),
        ({"type": "count", "of": results("passed", grade="9")}, "formula.of.grade"),
        ({"type": "count", "of": results("passed", "vpr", "russian")}, "formula.of.grade"),
        ({"type": "count", "of": results("passed", attempt="resit")}, "formula.of.attempt"),
        ({"type": "count", "of": results("passed", "vpr", "russian", grade=5, attempt="best")}, "formula.of.attempt"),
        ({"type": "count", "of": results("passed", wave="spring")}, "formula.of.wave"),
        ({"type": "count", "of": results("levels", "kdr", grade=4)}, "formula.of.levels"),
        ({"type": "count", "of": results("levels", "kdr", grade=4, levels=["А", "А"])}, "formula.of.levels[1]"),
        ({"type": "count", "of": results("passed", levels=["А"])}, "formula.of.levels"),
        ({"type": "count", "of": results("test_sum", "ege")}, "formula.of.measure"),
        ({"type": "count", "of": results("test_sum", "ege", "russian")}, "formula.of"),
        ({"type": "count", "of": statistic("pupils")}, "formula.of.code"),
        ({"type": "count", "of": {"type": "identified", "categories": []}}, "formula.of.categories"),
        ({"type": "count", "of": {"type": "identified", "categories": ["best"]}}, "formula.of.categories[0]"),
        ({"type": "count", "of": {"type": "sum", "of": [results("passed")]}}, "formula.of.of"),
        ({"type": "count", "of": {"type": "sum", "of": [results("passed")] * 2}}, "formula.of.of[1]"),
        (change(results("passed")), "formula.of.type"),
        (share_of_schools(statistic("teachers"), "more"), "formula.is"),
        (share_of_schools(statistic("teachers"), "above", "ноль"), "formula.than"),
        (share_of_schools(statistic("teachers"), "above", "NaN"), "formula.than"),
        (share_of_schools(statistic("teachers"), "above", "1e10"), "formula.than"),
        (share_of_schools(statistic("teachers"), "above", "1e1000000"), "formula.than"),
        (share_of_schools(statistic("teachers"), "above", "1e-1000000"), "formula.than"),
        (share_of_schools(statistic("teachers"), "above", "0." + "1" * 40), "formula.than"),
        (share_of_schools(statistic("teachers"), "above", 10**5000), "formula.than"),
        ({**share_of_schools(statistic("teachers")), "than": 0.5}, "formula.than"),
        (share_of_schools(share_of_schools(statistic("teachers"))), "formula.of.type"),
        (change(reference("n9")), "formula.of.code"),
        ({"type": "mean", "total": results("passed"), "count": results("participants")}, "formula.total"),
        ({"type": "mean", "total": results("mark_sum"), "count": results("passed")}, "formula.count"),
        (
            {"type": "mean", "total": results("mark_sum"), "count": results("participants", attempt="best")},
            "formula.count",
        ),
        ({"type": "share", "part": results("mark_sum"), "whole": results("participants")}, "formula.part"),
        (relative({"type": "count", "of": results("passed")}), "formula.of.type"),
        (relative(change(mean_mark())), "formula.of.type"),
        (relative(relative(mean_mark())), "formula.of.type"),
        (relative(combined(change(mean_mark()), reference("n3m"))), "formula"),
        ({**relative(mean_mark()), "to": "country"}, "formula.to"),
        ({**relative(mean_mark()), "to": "region"}, "formula.statistic"),
        ({**relative(mean_mark()), "statistic": "teachers"}, "formula.statistic"),
        (relative(mean_mark(), "pupils"), "formula.statistic"),
        ({"type": "combined", "of": mean_mark()}, "formula.of"),
        (combined(mean_mark()), "formula.of"),
        (combined(mean_mark(), mean_mark()), "formula.of[1]"),
        (combined(mean_mark(), {"type": "count", "of": statistic("teachers")}), "formula.of[1].type"),
        (combined(mean_mark(), passed_share()), "formula"),
        (combined(mean_mark(), relative(mean_mark())), "formula"),
        (combined(mean_mark(), change(share_of_schools(mean_mark()))), "formula"),
        (over_years(mean_mark(), 1), "formula.years"),
        ({"type": "over_years", "of": mean_mark()}, "formula.years"),
        (over_years(over_years(mean_mark())), "formula.of.type"),
        (over_years(combined(mean_mark(), change(mean_mark()))), "formula"),
        (schools_meeting("some", share_of_schools(mean_mark()), reference("n3m")), "formula.rule"),
        (schools_meeting("any", passed_share(), reference("n3m")), "formula.of[0].type"),
        (combined(mean_mark(), {"type": "mean", "total": results("mark_sum")}), "formula.of[1].count"),
    ],
)
def test_what_is_no_formula_is_refused_at_its_place(data: Any, path: str):
    assert path in problems_of(data, WORDS)


def test_all_problems_are_told_at_once():
    data = {"type": "share", "part": results("average", "pisa"), "whole": statistic("pupils"), "unit": "%"}
    assert set(problems_of(data, WORDS)) == {
        "formula.part.procedure",
        "formula.part.measure",
        "formula.whole.code",
        "formula.unit",
    }


def test_ege_mathematics_as_a_whole_has_no_scores():
    data = {
        "type": "mean",
        "total": results("test_sum", "ege", "mathematics"),
        "count": results("test_count", "ege", "mathematics"),
    }
    assert "mathematics_profile" in problems_of(data)["formula.total.measure"]


def test_dependencies_name_everything_that_a_formula_looks_at():
    of = {"type": "sum", "of": [statistic("teachers"), {"type": "identified", "categories": ["low_results"]}]}
    found = dependencies(parse_formula({"type": "share", "part": of, "whole": results("participants")}))
    assert [(exam.procedure, exam.subject, exam.grade) for exam in found.exams] == [("oge", "mathematics", 9)]
    assert found.statistics == {"teachers"}
    assert found.identification
    assert dependencies(parse_formula(change(reference("n3m")))).indicators == {"n3m"}


def test_a_change_looks_three_years_back_and_nothing_else_does():
    assert lookback(parse_formula(passed_share())) == 0
    assert lookback(parse_formula(share_of_schools(change(passed_share())))) == 3


def test_references_are_replaced_by_what_they_refer_to():
    formulas = {"a": parse_formula(change(reference("b"))), "b": parse_formula(passed_share())}
    assert resolve(formulas["a"], formulas, ("a",)) == parse_formula(change(passed_share()))


def test_a_circle_of_references_is_found():
    formulas = {code: parse_formula(change(reference(other))) for code, other in ("ab", "bc", "ca")}
    with pytest.raises(Unresolved, match="a → b → c → a") as found:
        resolve(formulas["a"], formulas, ("a",))
    assert found.value.is_cycle


def test_an_indicator_that_refers_to_itself_is_a_circle():
    formulas = {"a": parse_formula(change(reference("a")))}
    with pytest.raises(Unresolved) as found:
        resolve(formulas["a"], formulas, ("a",))
    assert found.value.is_cycle


def test_a_reference_into_nothing_is_found():
    with pytest.raises(Unresolved) as found:
        resolve(parse_formula(change(reference("b"))), {}, ("a",))
    assert not found.value.is_cycle


@pytest.mark.parametrize(
    ("data", "unit", "fits"),
    [
        (passed_share(), "percent", True),
        (passed_share(), "mark", False),
        (mean_mark(), "mark", True),
        (mean_mark(), "percent", False),
        (change(mean_mark()), "score", True),
        (share_of_schools(mean_mark()), "percent", True),
        (share_of_schools(mean_mark()), "schools", False),
        (relative(mean_mark()), "ratio", True),
        (change(relative(mean_mark())), "ratio", True),
        (relative(mean_mark()), "mark", False),
        (combined(mean_mark(), mean_mark(subject="russian")), "mark", True),
        (combined(relative(mean_mark()), relative(mean_score())), "ratio", True),
        (over_years(passed_share()), "percent", True),
        (schools_meeting("any", share_of_schools(mean_mark()), share_of_schools(passed_share())), "percent", True),
        (mean_mark(), "ratio", False),
        ({"type": "count", "of": results("passed")}, "schools", True),
        ({"type": "count", "of": results("passed")}, "percent", False),
    ],
)
def test_the_unit_must_fit_what_the_formula_makes(data: Json, unit: str, fits: bool):
    problems = list(check_unit(parse_formula(data), unit, "unit"))
    assert (problems == []) == fits


def test_numbers_of_the_municipality_do_not_mix_with_those_of_schools():
    formula = parse_formula(statistic_share("winners", "teachers"))
    assert not list(check_resolved(formula, "formula", frozenset({"winners", "teachers"})))
    (problem,) = check_resolved(formula, "formula", frozenset({"winners"}))
    assert "winners" in problem.message


def test_a_share_of_schools_within_another_shows_only_when_resolved():
    formulas = {
        "a": parse_formula(share_of_schools(change(reference("b")))),
        "b": parse_formula(share_of_schools(passed_share())),
    }
    assert list(check_resolved(resolve(formulas["a"], formulas), "formula"))


def total(*terms: Json) -> Json:
    """Terms that are sums themselves come in as their own terms."""
    return {"type": "sum", "of": [part for term in terms for part in term.get("of", [term])]}


def check_works(measure: str) -> Json:
    exams = [(subject, grade) for subject in ("russian", "mathematics") for grade in (4, 5, 6, 8)]
    waves = ("spring", "autumn")
    return total(
        *(results(measure, "vpr", subject, grade=grade, wave=wave) for subject, grade in exams for wave in waves)
    )


@pytest.mark.parametrize(
    "data",
    [
        relative(reference("a")),
        combined(reference("a"), mean_mark()),
        combined(reference("m"), passed_share()),
        over_years(reference("a")),
        schools_meeting("any", reference("m"), share_of_schools(mean_mark())),
        share_of_schools(schools_meeting("any", reference("s"), share_of_schools(mean_mark()))),
    ],
)
def test_what_a_reference_may_not_stand_for_shows_when_it_is_resolved(data):
    formulas = {
        "a": parse_formula(change(share_of_schools(passed_share()))),
        "m": parse_formula(mean_mark()),
        "s": parse_formula(share_of_schools(passed_share())),
    }
    formula = parse_formula(data)
    assert list(check_resolved(resolve(formula, formulas), "formula"))


@pytest.mark.parametrize(
    ("of", "than", "is_told"),
    [
        (passed_share(), "100", False),
        (passed_share(), "0", False),
        (passed_share(), "-5.5", True),
        (passed_share(), "100.1", True),
        (change(passed_share()), "-100", False),
        (change(passed_share()), "-100.1", True),
        (mean_mark(), "-101", False),
        (statistic("teachers"), "250", False),
    ],
)
def test_a_bound_that_no_share_can_pass_or_all_do_is_told(of, than, is_told):
    formula = parse_formula(share_of_schools(of, "above", than))
    assert bool(list(check_resolved(formula, "formula"))) is is_told


def test_a_number_of_the_region_is_one_that_the_municipality_collects():
    formula = parse_formula(relative(mean_score(), "of_region"))
    assert not list(check_resolved(formula, "formula", frozenset({"of_region"})))
    (problem,) = check_resolved(formula, "formula", frozenset({"winners"}))
    assert "of_region" in problem.message


def test_numbers_of_the_municipality_alone_cannot_be_compared_with_it():
    share = statistic_share("trained", "teachers")
    municipal = frozenset({"trained", "teachers", "of_region"})
    assert list(check_resolved(parse_formula(relative(share)), "formula", municipal))
    assert not list(check_resolved(parse_formula(relative(share, "of_region")), "formula", municipal))


def test_only_a_comparison_with_the_municipality_makes_a_school_depend_on_others():
    assert is_of_school_alone(parse_formula(change(passed_share())))
    assert is_of_school_alone(parse_formula(relative(mean_mark(), "of_region")))
    assert not is_of_school_alone(parse_formula(share_of_schools(change(relative(mean_mark())))))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            relative(mean_score()),
            "Отношение значения «Средний тестовый балл ЕГЭ по русскому языку (11 класс, до пересдач)» к тому же по "
            "всем школам муниципалитета",
        ),
        (
            relative(reference("n3m"), "teachers"),
            "Отношение показателя «Средняя отметка ОГЭ по математике» к показателю региона «Педагогов всего»",
        ),
        (
            change(relative(mean_score())),
            "Изменение значения «Отношение значения „Средний тестовый балл ЕГЭ по русскому языку (11 класс, до "
            "пересдач)“ к тому же по всем школам муниципалитета» к последнему предыдущему периоду, за который есть "
            "данные",
        ),
        (
            combined(reference("n3m"), mean_mark(attempt="best")),
            "Среднее, взвешенное по числу участников, из показателя «Средняя отметка ОГЭ по математике» и значения "
            "«Средняя отметка ОГЭ по математике (9 класс, с учётом пересдач)»",
        ),
        (
            over_years(passed_share()),
            "Доля преодолевших минимальный порог среди участников ОГЭ по математике (9 класс, до пересдач) — по данным "
            "за три года вместе",
        ),
        (
            schools_meeting(
                "any",
                share_of_schools(change(reference("n3m")), "above", "30"),
                share_of_schools(statistic("teachers"), "below", "5"),
            ),
            "Доля школ, у которых выполнено хотя бы одно из условий (изменение показателя «Средняя отметка ОГЭ по "
            "математике» больше 30; значение «Педагогов всего» меньше 5), среди школ с данными",
        ),
        (
            schools_meeting("all", reference("n3m"), share_of_schools(statistic("teachers"), "below", "5")),
            "Доля школ, у которых выполнены все условия (выполнено условие показателя «Средняя отметка ОГЭ по "
            "математике»; значение «Педагогов всего» меньше 5), среди школ с данными",
        ),
        (
            share_of_schools(change(reference("n3m"))),
            "Доля школ, у которых изменение показателя «Средняя отметка ОГЭ по математике» больше 0, "
            "среди школ с данными",
        ),
        (
            passed_share(),
            "Доля преодолевших минимальный порог среди участников ОГЭ по математике (9 класс, до пересдач)",
        ),
        (mean_mark(attempt="best"), "Средняя отметка ОГЭ по математике (9 класс, с учётом пересдач)"),
        (
            {"type": "share", "part": LEVELS, "whole": results("participants", "kdr", "reading_literacy", grade=4)},
            "Доля показавших уровень «Базовый» или «Повышенный» среди участников КДР по читательской грамотности "
            "(4 класс)",
        ),
        (
            {
                "type": "share",
                "part": {"type": "sum", "of": [results("mark_4"), results("mark_5")]},
                "whole": results("participants"),
            },
            "Доля получивших отметку «4» или «5» среди участников ОГЭ по математике (9 класс, до пересдач)",
        ),
        (
            {
                "type": "share",
                "part": total(*(results("passed", procedure, grade=11) for procedure in ("ege", "gve"))),
                "whole": total(*(results("participants", procedure, grade=11) for procedure in ("ege", "gve"))),
            },
            "Доля преодолевших минимальный порог среди участников ЕГЭ и ГВЭ по математике (11 класс, до пересдач)",
        ),
        (
            {
                "type": "share",
                "part": total(*(check_works(mark) for mark in ("mark_3", "mark_4", "mark_5"))),
                "whole": check_works("participants"),
            },
            "Доля получивших отметку «3», «4» или «5» среди участников ВПР по русскому языку и математике "
            "(4, 5, 6 и 8 классы, весна и осень)",
        ),
        (
            {"type": "count", "of": total(results("mark_2"), results("mark_2", "vpr", grade=5))},
            "Число получивших отметку «2» по результатам ОГЭ по математике (9 класс, до пересдач) и ВПР по математике "
            "(5 класс)",
        ),
        (
            {"type": "count", "of": total(results("passed"), results("mark_2", "vpr", grade=5))},
            "Число преодолевших минимальный порог ОГЭ по математике (9 класс, до пересдач) и получивших отметку «2» по "
            "результатам ВПР по математике (5 класс)",
        ),
        (
            statistic_share("trained", "teachers"),
            "Отношение числа «Педагогов обучено» к числу «Педагогов всего», в процентах",
        ),
        ({"type": "count", "of": {"type": "identified", "categories": ["low_results"]}}, "Число школ в категории ШНОР"),
        (
            share_of_schools(statistic("teachers"), "at_most", "-2.50"),
            "Доля школ, у которых значение «Педагогов всего» не больше −2,5, среди школ с данными",
        ),
        (
            change(mean_mark()),
            "Изменение значения «Средняя отметка ОГЭ по математике (9 класс, до пересдач)» к последнему предыдущему "
            "периоду, за который есть данные",
        ),
    ],
)
def test_a_formula_is_told_as_the_sentence_it_means(data: Json, sentence: str):
    assert describe(parse_formula(data, WORDS), WORDS) == sentence


def test_schools_of_a_list_are_named_where_they_may_be():
    population = parse_population({"type": "schools", "codes": ["270021", "270022"]})
    words = Vocabulary(schools={"270021": "СОШ № 21"})
    assert describe_population(population, words) == "Школы по списку: СОШ № 21, 270022"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"type": "all"}, "Все школы муниципалитета"),
        (
            {"type": "categories", "categories": ["low_results", "difficult_conditions"]},
            "Школы в категориях ШНОР или ШНСУ по списку того же учебного года",
        ),
        (
            {"type": "categories_of_year", "categories": ["low_results"], "school_year": 2020},
            "Школы в категории ШНОР по списку 2020/2021 уч. года",
        ),
        ({"type": "schools", "codes": ["270021", "270022"]}, "Школы с кодами 270021, 270022"),
    ],
)
def test_a_population_is_data_and_a_sentence(data: Json, sentence: str):
    population = parse_population(data, WORDS)
    assert population_to_json(population) == data
    assert describe_population(population, WORDS) == sentence


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (None, "population"),
        ({"type": "some"}, "population.type"),
        ({"type": "categories"}, "population.categories"),
        ({"type": "categories", "categories": ["best"]}, "population.categories[0]"),
        ({"type": "categories_of_year", "categories": ["low_results"]}, "population.school_year"),
        (
            {"type": "categories_of_year", "categories": ["low_results"], "school_year": "2020"},
            "population.school_year",
        ),
        ({"type": "schools", "codes": []}, "population.codes"),
        ({"type": "all", "categories": ["low_results"]}, "population.categories"),
    ],
)
def test_what_is_no_population_is_refused_at_its_place(data: Any, path: str):
    with pytest.raises(FormulaError) as refused:
        parse_population(data, WORDS)
    assert path in {problem.path for problem in refused.value.problems}
