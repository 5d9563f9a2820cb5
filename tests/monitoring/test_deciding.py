"""The columns of a kept sheet that gave a number."""

import pytest

from monitoring.deciding import deciding_columns

OGE = ("Код ОО", "Код ППЭ", "Первичный балл", "Оценка")
EGE = ("Код ОО", "Код ППЭ", "Первичный балл", "Тестовый балл")
CSV = ("SchoolCode", "StationCode", "PrimaryMark", "Mark100")
MARKS = ("Группы участников", "Кол-во ОО", "Кол-во участников", "2", "3", "4", "5")
LEVELS = ("Код ОО", "Участников", "Недостаточный", "Базовый", "Повышенный")
VPR = ("логин школы", "отметка за предыдущую четверть/триместр", "всего баллов")


@pytest.mark.parametrize(
    ("names", "cells", "expected"),
    [
        (OGE, "passed", {"Оценка"}),
        (OGE, "participants", {"Оценка"}),
        (OGE, "primary_sum", {"Первичный балл"}),
        (EGE, "passed", {"Тестовый балл"}),
        (CSV, "test_sum", {"Mark100"}),
        (CSV, "passed", {"Mark100"}),
        (MARKS, "passed", {"3", "4", "5"}),
        (MARKS, "mark_4", {"4"}),
        (MARKS, "mark_sum", {"2", "3", "4", "5"}),
        (MARKS, "participants", {"Кол-во участников"}),
        (LEVELS, "levels:базовый:Повышенный", {"Базовый", "Повышенный"}),
        (LEVELS, "participants", {"Участников"}),
        (VPR, "mark_2", {"всего баллов"}),  # marks are made of scores there; that of the term before is another thing
        (OGE, "", set()),
        (OGE, "<script>", set()),
    ],
)
def test_the_columns_that_gave_a_number(names, cells, expected):
    assert {names[place] for place in deciding_columns(names, cells)} == expected
