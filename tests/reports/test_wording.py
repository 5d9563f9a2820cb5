"""Sentences of the note: endings, all, none, and what is missing."""

import pytest

from indicators.note_templates import template_problems
from reports.snapshots import NoteIndicator
from reports.wording import during, during_accusative, next_period, sentence, whole_percent

NBSP = "\u00a0"
LISTED = "В {year} уч. году к категории ШНОР {verb:была отнесена|были отнесены|было отнесено} {count:школа|школы|школ}."


def indicator(**fields: object) -> NoteIndicator:
    base = {
        "code": "n1",
        "short_name": "Динамика",
        "wording": "Доля школ с динамикой.",
        "unit": "percent",
        "sentence": "",
        "sentence_all": "",
        "method": "",
    }
    return NoteIndicator(**base | fields)


@pytest.mark.parametrize(
    ("schools", "end"),
    [
        ("1", "была отнесена 1 школа."),
        ("2", "были отнесены 2 школы."),
        ("4.000000", "были отнесены 4 школы."),
        ("5", "было отнесено 5 школ."),
        ("11", "было отнесено 11 школ."),
        ("21", "была отнесена 21 школа."),
        ("0", "было отнесено 0 школ."),
    ],
)
def test_verb_and_noun_agree_with_the_number(schools: str, end: str):
    text = sentence(indicator(unit="schools", value=schools, sentence=LISTED), "2020")
    assert text.replace(NBSP, " ") == f"В 2020-2021 уч. году к категории ШНОР {end}"


def test_all_schools_get_their_own_sentence():
    templates = {"sentence": "Доля составила {value}.", "sentence_all": "Все школы достигли динамики."}
    assert sentence(indicator(value="100.000000", **templates), "2020") == "Все школы достигли динамики."
    assert sentence(indicator(value="99.999", **templates), "2020") != "Все школы достигли динамики."
    assert sentence(indicator(value="75", **templates), "2020") == f"Доля составила 75{NBSP}%."


def test_all_of_those_who_answered_is_not_all():
    templates = {"sentence": "Доля составила {value}.", "sentence_all": "Во всех школах программа разработана."}
    row = indicator(value="100", numerator="1", denominator="1", warnings=("missing_schools",), **templates)
    assert sentence(row, "2020") == f"Доля составила 100{NBSP}%."


def test_all_without_a_template_of_its_own_prints_the_value():
    assert sentence(indicator(value="100"), "2020") == f"Доля школ с динамикой — 100{NBSP}%."


def test_missing_value_is_said_and_never_nought():
    text = sentence(indicator(value=None, sentence="Доля составила {value}."), "2020")
    assert text == "Доля школ с динамикой: нет данных за 2020-2021 уч. год."
    assert sentence(indicator(value="0", sentence="Доля составила {value}."), "2020") == f"Доля составила 0{NBSP}%."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("33.333333", "33"),
        ("66.666667", "67"),
        ("12.5", "13"),
        ("0", "0"),
        ("100", "100"),
        ("99.6", "99,6"),
        ("0.4", "0,4"),
        ("99.97", "99,97"),
    ],
)
def test_per_cents_are_whole_but_never_round_to_all_or_none(value: str, text: str):
    assert whole_percent(value) == f"{text}{NBSP}%"


def test_word_of_a_per_cent_follows_the_numerator():
    row = indicator(
        value="75", numerator="3", denominator="4", sentence="Динамику имеют {of:школы|школ}, {verb:а|б|в}."
    )
    assert sentence(row, "2020") == f"Динамику имеют 3 из 4{NBSP}школ, б."


def test_words_of_time_follow_the_kind_of_period():
    assert (during("2020"), during("cy2021"), during("2023-05-31")) == (
        "в 2020-2021 уч. году",
        "в 2021 году",
        "на 31.05.2023",
    )
    assert (during_accusative("2020"), during_accusative("cy2021")) == ("за 2020-2021 уч. год", "за 2021 год")
    assert (next_period("2020"), next_period("cy2021")) == ("2021", "cy2022")


def test_template_with_an_unknown_placeholder_is_reported():
    assert template_problems(LISTED) == []
    assert template_problems("{valu}") == ["Подстановка «{valu}» неизвестна."]
    assert template_problems("{count:школа|школы}") == ["«{count:…}» требует слов через черту: 3."]
    assert template_problems("{value") == ["Фигурная скобка не закрыта."]
