"""The lists of risk factors that the project «500+» works with: data, so that a new year's list is one more entry."""

import json
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

PATH = settings.BASE_DIR / "fixtures" / "risk_factors.json"


@dataclass(frozen=True)
class ListedFactor:
    code: str
    title: str  # word for word
    control: str  # of `RiskFactor.Control`: ours, the list does not say it
    kind: str  # of `RiskFactor.Kind`: ours too


@dataclass(frozen=True)
class FactorList:
    since: int  # the first school year that it is for
    source: str
    factors: tuple[ListedFactor, ...]


@lru_cache(maxsize=1)
def factor_lists() -> tuple[FactorList, ...]:
    """The oldest first."""
    told = json.loads(PATH.read_text(encoding="utf-8"))["lists"]
    return tuple(
        FactorList(one["since"], one["source"], tuple(ListedFactor(**factor) for factor in one["factors"]))
        for one in sorted(told, key=lambda one: one["since"])
    )


def list_of(school_year: int) -> FactorList:
    """The latest list that was known by then; for years before the project its first."""
    lists = factor_lists()
    return next((one for one in reversed(lists) if one.since <= school_year), lists[0])
