"""Results beside the categories of teachers: two numbers side by side, neither of which is made the other's cause."""

from dataclasses import dataclass
from typing import Any

from scipy import stats

from accounts.access import Permission
from indicators.queries.conditions import STAFF, conditions_of
from monitoring.queries.analysis.low_results import low_shares_of
from schools.models import Municipality, School
from schools.ordering import in_natural_order

MIN_SCHOOLS = 8  # for a sentence about all of them
CHANCE = 0.05


@dataclass(frozen=True)
class StaffRow:
    school: School
    category_share: float | None  # per cent of teachers with a category
    low_share: float | None  # per cent of low results


@dataclass(frozen=True)
class StaffTable:
    rows: tuple[StaffRow, ...]
    both: int  # schools with both numbers
    rank_correlation: float | None  # Spearman; None with too few schools
    sentence: str


def staff_table(*, user: Any, municipality: Municipality, school_year: int) -> StaffTable:
    schools = School.objects.allowing(user, Permission.VALUES_VIEW).filter(municipality=municipality)
    categories = conditions_of(municipality, school_year, STAFF)
    low = low_shares_of(municipality, school_year)
    rows = tuple(
        StaffRow(school, categories.get(school.pk, {}).get(STAFF[0].code), low.get(school.pk))
        for school in in_natural_order(schools)
    )
    rows = tuple(row for row in rows if row.category_share is not None or row.low_share is not None)
    pairs = [
        (row.category_share, row.low_share)
        for row in rows
        if row.category_share is not None and row.low_share is not None
    ]
    correlation, sentence = _together(pairs)
    return StaffTable(rows, len(pairs), correlation, sentence)


def _together(pairs: list[tuple[float, float]]) -> tuple[float | None, str]:
    """Spearman's rank correlation and what it says, with the number of schools."""
    if len(pairs) < MIN_SCHOOLS or any(len(set(column)) == 1 for column in zip(*pairs, strict=True)):
        return None, f"Для вывода по муниципалитету мало данных: школ, у которых известны оба числа, — {len(pairs)}."
    first, second = zip(*pairs, strict=True)
    found = stats.spearmanr(first, second)
    correlation, chance = float(found.statistic), float(found.pvalue)
    if chance > CHANCE:
        return correlation, "Связи, которую нельзя объяснить случайностью, между этими числами нет."
    fewer = "меньше" if correlation < 0 else "больше"
    return correlation, (
        f"Там, где педагогов с категорией больше, низких результатов в среднем {fewer}. "
        "Это не значит, что одно — причина другого: на оба числа влияют размер школы и её условия."
    )
