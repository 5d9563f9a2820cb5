"""Which collected numbers of schools a person must not see: those about few pupils, and those that hidden values are
made of.

A number of pupils is about itself: fewer than five are hidden, as in the steps of a value. Numbers of teachers, events
or money hide nobody. Where a value is hidden, for its few pupils or for another school's, the numbers of pupils in its
formula are hidden too, or they would tell it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from django.db.models import Q

from accounts.access import Permission
from accounts.models import reach_of
from indicators.calculations.statistics import statistic_codes
from indicators.models import StatisticKind
from indicators.value_list import school_values
from schools.models import Municipality, School
from schools.small_numbers import SmallNumbers, hidden_in_words


@dataclass(frozen=True)
class HiddenNumbers:
    """Of one municipality and the periods asked for."""

    small: SmallNumbers
    of_pupils: frozenset[str] = frozenset()  # codes of numbers that count pupils
    of_values: Mapping[tuple[int, str], bool] = field(default_factory=dict)  # (school, code): for another's sake?

    @classmethod
    def from_user(cls, user: Any, municipality: Municipality, periods: Q) -> Self:
        """`periods` is a condition on values. Nothing is asked for somebody who sees all small numbers."""
        small = SmallNumbers.seen_by(user)
        if municipality.pk in small.municipalities or not reach_of(user, Permission.VALUES_VIEW).touched:
            return cls(small)
        kinds = StatisticKind.objects.of(municipality.pk).filter(counts_pupils=True)
        codes = frozenset(kinds.values_list("code", flat=True))
        values: Any = school_values(user)
        values = values.filter(periods, indicator__municipality=municipality, is_hidden=True)
        found: dict[tuple[int, str], bool] = {}
        for school, formula, is_covered in values.values_list("school_id", "indicator__formula", "is_covered"):
            for code in codes.intersection(statistic_codes(formula)):
                found[school, code] = found.get((school, code), True) and is_covered
        return cls(small, codes, found)

    def of(self, school: School, code: str, value: Decimal | Fraction | None) -> str:
        """Why it is not shown, in words; empty where it is."""
        if value is None or code not in self.of_pupils:
            return ""
        if self.small.hides(int(value), school):
            return hidden_in_words(is_covered=False)
        is_covered = self.of_values.get((school.pk, code))
        return "" if is_covered is None else hidden_in_words(is_covered)
