"""Baselines from the portal's own values."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from accounts.access import Role
from accounts.models import ApiKey
from indicators.calculations.planned import PLACES, PlanEntry
from indicators.queries.plan import PlanSheet, token_of
from indicators.value_list import school_values

STEP = Decimal(1).scaleb(-PLACES)


@dataclass(frozen=True)
class FoundBaselines:
    """What would become a baseline, and what must not."""

    entries: tuple[PlanEntry, ...]
    with_value: int  # rows that have a value in the period
    small: int  # schools whose value is hidden from others: about fewer than five pupils, or so that these stay hidden


def baselines_from_values(sheet: PlanSheet, period: str, *, only_empty: bool) -> FoundBaselines:
    """The values of the period, as many decimals as a plan has; where there is a baseline, only if it may be replaced.

    A baseline is for all who see the school, a value that is hidden from some of them is not.
    """
    few = _schools_with_hidden_value(sheet, period)
    entries, with_value = [], 0
    for row in sheet.rows:
        fact = sheet.fact(row, period)
        if fact is None or fact.value is None or (row.school and row.school.pk in few):
            continue
        with_value += 1
        known = sheet.planned.get(row.cell(""))
        entry = PlanEntry(row.cell(""), fact.value.quantize(STEP, ROUND_HALF_UP), token_of(known), period)
        if known is None or (not only_empty and (known.value, known.period) != (entry.new, period)):
            entries.append(entry)
    return FoundBaselines(tuple(entries), with_value, len(few))


def _schools_with_hidden_value(sheet: PlanSheet, period: str) -> frozenset[int]:
    """As somebody finds them who sees the whole municipality and no small numbers."""
    if sheet.indicator is None:
        return frozenset()
    reader = ApiKey(role=Role.VIEWER, municipality=sheet.municipality)
    values: Any = school_values(reader)
    hidden = values.filter(indicator=sheet.indicator, period=period, is_hidden=True)
    return frozenset(hidden.values_list("school", flat=True)) & {row.school.pk for row in sheet.rows if row.school}
