"""Every indicator of every programme is a complete passport, in words that people read."""

import re

import pytest

from config.programmes.fixtures import PROGRAMMES, Fixtures, statistic_kinds
from config.programmes.loading import catalogue_of
from indicators.calculations.problems import Vocabulary
from indicators.models import Indicator
from indicators.queries.passport import passport_of
from schools.models import Category, Municipality

ROWS = {slug: Fixtures(slug).read("indicators") for slug in PROGRAMMES}
every_programme = pytest.mark.parametrize("slug", PROGRAMMES)
STATED = (
    "wording", "short_name", "group", "unit", "direction", "method", "source", "collection", "rise_means", "fall_means",
    "aims", "author", "reviewer", "reviewed_on",
)  # fmt: skip


def vocabulary_of(slug: str) -> Vocabulary:
    return Vocabulary(
        categories={category.value: category.label for category in Category},
        statistics={kind["code"]: kind["name"] for kind in statistic_kinds()},
        indicators={row["code"]: row["short_name"] for row in ROWS[slug]},
    )


def aims_of(slug: str) -> list[str]:
    programme = Fixtures(slug).read("programme")
    return [programme["aim"], *programme["tasks"]]


@pytest.mark.parametrize(
    ("slug", "code", "words"),
    [
        # Misprints and turns of the documents that a tidy hand would mend.
        ("nazarovo", "n6", "в результатах ЕГЭ русскому языку"),
        ("vilyuysk", "v1.9", "сдававших ОГЭ по математике"),
        ("vilyuysk", "v2.2", "от общего количества участников (%"),
        ("megion", "me3", "доля обучающихся школ, с низкими образовательными результатами, успешно прошедших"),
        ("megion", "ms1.1", "«Государственная итоговая аттестация -11 класс (далее - ЕГЭ), 9 класс (далее - ОГЭ)"),
        ("surgut", "s3.1", "Качество знаний и успеваемость (с учетом объективности результатов)"),
        ("armavir", "a-effect", "снижение количества общеобразовательных организаций, имеющих данный статус"),
        ("armavir", "at5", "на углубленном уровне в первом и/или втором полугодии"),
    ],
)
def test_the_wording_is_the_documents_own(slug: str, code: str, words: str):
    assert words in next(row["wording"] for row in ROWS[slug] if row["code"] == code)


@pytest.mark.parametrize(
    ("slug", "count"),
    [("megion", 13 + 5 + 17), ("vilyuysk", 32), ("nazarovo", 13), ("surgut", 8), ("armavir", 7 + 7 + 1 + 16)],
)
def test_the_catalogue_has_as_many_indicators_as_the_document(slug: str, count: int):
    """Армавир: seven series of two basic indicators, seven of five further ones, the effect, 5 + 8 + 3 of help."""
    assert sum(row["role"] == "programme" for row in ROWS[slug]) == count


@every_programme
def test_everything_that_the_document_or_we_can_say_is_said(slug: str):
    for row in ROWS[slug]:
        assert [name for name in STATED if not row.get(name)] == [], row["code"]
        assert ("reference_value" in row) == bool(row.get("reference_rule")), row["code"]


@pytest.mark.parametrize(
    ("slug", "kind"), [("nazarovo", "school_year"), ("megion", "calendar_year"), ("surgut", "school_year")]
)
def test_portals_own_passports_follow_the_programmes_by_its_periods(slug: str, kind: str):
    """Сургутский район measures at dates, and at dates reports are not counted."""
    fixtures = Fixtures(slug)
    rows = catalogue_of(Municipality(period_kind=fixtures.read("municipality")["period_kind"]), fixtures)
    assert rows[:-2] == ROWS[slug]
    assert [(row["code"], row["role"], row["period_kind"]) for row in rows[-2:]] == [
        ("reports_complete", "system", kind),
        ("reports_in_time", "system", kind),
    ]
    of_documents = {"aims", "reviewer", "reviewed_on"}
    assert all({name for name in STATED if not row.get(name)} == of_documents for row in rows[-2:])


@every_programme
def test_each_serves_aims_of_its_programme_word_for_word(slug: str):
    for row in ROWS[slug]:
        assert set(row["aims"]) <= set(aims_of(slug)), row["code"]
        assert len(set(row["aims"])) == len(row["aims"]), row["code"]


@every_programme
def test_each_formula_reads_as_a_sentence_with_its_two_parts(slug: str):
    vocabulary = vocabulary_of(slug)
    for row in ROWS[slug]:
        passport = passport_of(Indicator(formula=row["formula"], population=row["population"]), vocabulary)
        is_one_number = row["formula"]["type"] in ("count", "change", "combined")
        assert passport.definition, row["code"]
        assert passport.population, row["code"]
        assert passport.numerator_in_full, row["code"]
        assert is_one_number or passport.denominator_in_full, row["code"]
        for text in (passport.definition, passport.numerator_in_full, passport.denominator_in_full):
            assert not re.search(r"[a-z_]", text), text  # a code, where people need a name
            assert len(text) < 350, text
            exams = re.findall(r"ОГЭ|ЕГЭ|ВПР", re.sub(r"«[^»]*»", "", text))
            assert len(exams) <= 3, text  # each exam is named once


@every_programme
def test_the_author_is_a_document_and_the_reviewer_a_position(slug: str):
    people = re.compile(r"[А-ЯЁ]\. ?[А-ЯЁ]\.|[А-ЯЁ][а-яё]+ [А-ЯЁ]\.")
    for row in ROWS[slug]:
        assert not people.search(row["author"]), row["code"]
        assert not people.search(row["reviewer"]), row["code"]
        assert row["reviewer"].endswith("(демонстрационные данные)"), row["code"]


@every_programme
def test_every_aim_of_the_programme_has_an_indicator_that_serves_it(slug: str):
    served = {aim for row in ROWS[slug] for aim in row["aims"]}
    assert [aim for aim in aims_of(slug) if aim not in served] == []
