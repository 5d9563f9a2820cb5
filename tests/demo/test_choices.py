"""Where a document does not print what to count, the method of the indicator says that it is a choice, and which."""

import pytest

from config.programmes.fixtures import Fixtures

UNNAMED = "Показателей этой группы документ не называет: взят"
UNSAID = "документ не говорит: взят"
CHOICES = {
    "megion": {
        **dict.fromkeys(("ms1.1", "ms1.2", "ms1.3", "ms1.4", "ms2.1", "ms2.2"), UNNAMED),
        **dict.fromkeys(("ms3.1", "ms3.2", "ms3.3", "ms4", "ms5"), UNNAMED),
        **dict.fromkeys(("mv1", "mv2", "mv3", "mv5", "mv6", "me3", "me4", "me5"), UNSAID),
    },
    "armavir": dict.fromkeys(("a3", "a4.1", "a4.2", "a4.3", "a5"), UNSAID)
    | dict.fromkeys(("a2.1", "a2.2", "a2.3", "a2.4"), "документ не говорит: по умолчанию «2»"),
    "surgut": {"s4": UNSAID},
}


@pytest.mark.parametrize(("slug", "code"), [(slug, code) for slug, codes in CHOICES.items() for code in codes])
def test_a_choice_is_told_as_one(slug, code):
    methods = {row["code"]: row["method"] for row in Fixtures(slug).read("indicators")}
    assert CHOICES[slug][code] in methods[code]


def test_every_row_of_a_group_that_names_no_indicators_is_a_choice():
    """Мегион prints the invariant groups by their names alone, in quotes."""
    rows = Fixtures("megion").read("indicators")
    invariant = {row["code"] for row in rows if row["group"].endswith("инвариантные показатели")}
    assert invariant == {code for code, words in CHOICES["megion"].items() if words == UNNAMED}
