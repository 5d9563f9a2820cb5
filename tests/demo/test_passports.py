"""Every indicator of every programme is a complete passport, in words that people read."""

import re
from typing import Any

import pytest

from config.programmes.fixtures import PROGRAMMES, Fixtures, statistic_kinds
from indicators.calculations.problems import Vocabulary
from indicators.models import Indicator
from indicators.queries.passport import passport_of
from schools.models import Category

LOADED = [slug for slug in PROGRAMMES if Fixtures(slug).has_programme]
ROWS = {slug: Fixtures(slug).read("indicators") for slug in LOADED}
EVERY = [pytest.param(slug, row, id=f"{slug} {row['code']}") for slug, rows in ROWS.items() for row in rows]
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


@pytest.mark.parametrize(("slug", "row"), EVERY)
def test_everything_that_the_document_or_we_can_say_is_said(slug: str, row: dict[str, Any]):
    assert [name for name in STATED if not row.get(name)] == []
    assert ("reference_value" in row) == bool(row.get("reference_rule"))


@pytest.mark.parametrize(("slug", "row"), EVERY)
def test_it_serves_aims_of_its_programme_word_for_word(slug: str, row: dict[str, Any]):
    assert set(row["aims"]) <= set(aims_of(slug))
    assert len(set(row["aims"])) == len(row["aims"])


@pytest.mark.parametrize(("slug", "row"), EVERY)
def test_its_formula_reads_as_a_sentence_with_its_two_parts(slug: str, row: dict[str, Any]):
    fields = {name: row[name] for name in ("formula", "population")}
    passport = passport_of(Indicator(code=row["code"], **fields), vocabulary_of(slug))
    is_one_number = row["formula"]["type"] in ("count", "change", "combined")
    assert passport.definition
    assert passport.population
    assert passport.numerator_in_full
    assert is_one_number or passport.denominator_in_full
    for text in (passport.definition, passport.numerator_in_full, passport.denominator_in_full):
        assert not re.search(r"[a-z_]", text), text  # a code, where people need a name
        assert len(text) < 350, text
        assert len(re.findall(r"ОГЭ|ЕГЭ|ВПР", text)) <= 3, text  # each exam is named once


@pytest.mark.parametrize(("slug", "row"), EVERY)
def test_the_author_is_a_document_and_the_reviewer_a_position(slug: str, row: dict[str, Any]):
    people = re.compile(r"[А-ЯЁ]\. ?[А-ЯЁ]\.|[А-ЯЁ][а-яё]+ [А-ЯЁ]\.")
    assert not people.search(row["author"])
    assert not people.search(row["reviewer"])
    assert row["reviewer"].endswith("(демонстрационные данные)")


@pytest.mark.parametrize("slug", LOADED)
def test_every_aim_of_the_programme_has_an_indicator_that_serves_it(slug: str):
    served = {aim for row in ROWS[slug] for aim in row["aims"]}
    assert [aim for aim in aims_of(slug) if aim not in served] == []
