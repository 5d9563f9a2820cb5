"""What is measured: the catalogue, collected statistics, plans and values."""

from indicators.models.catalogue import PASSPORT, Indicator, IndicatorVersion
from indicators.models.periods import validate_period
from indicators.models.plans import Baseline, PlanRevision, Target
from indicators.models.records import CountedUpTo
from indicators.models.statistics import MunicipalityStatistic, SchoolStatistic, StatisticKind
from indicators.models.values import ChangeReading, MunicipalityValue, Reading, SchoolValue, Value

__all__ = [
    "PASSPORT",
    "Baseline",
    "ChangeReading",
    "CountedUpTo",
    "Indicator",
    "IndicatorVersion",
    "MunicipalityStatistic",
    "MunicipalityValue",
    "PlanRevision",
    "Reading",
    "SchoolStatistic",
    "SchoolValue",
    "StatisticKind",
    "Target",
    "Value",
    "validate_period",
]
