"""What describes a school besides its results: numbers that schools report, as features for likeness."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from indicators.models import SchoolStatistic
from schools.models import Municipality
from schools.queries.periods import period_in_school_year
from schools.wording import NBSP, NO_DATA, number


@dataclass(frozen=True)
class Condition:
    """A feature made of one reported number, or of the share that one is of another."""

    code: str
    label: str  # «число обучающихся»
    number: str  # codes of statistics
    whole: str = ""
    places: int = 0

    @property
    def numbers(self) -> tuple[str, ...]:
        return (self.number, self.whole) if self.whole else (self.number,)

    @property
    def is_share(self) -> bool:
        return bool(self.whole)


CONDITIONS = (
    Condition("wellbeing", "индекс социального благополучия", "social_wellbeing_index", places=1),
    Condition("students", "число обучающихся", "students"),
    Condition("risk_group", "доля «группы риска»", "risk_group", "students", 1),
    Condition("special_needs", "доля обучающихся с ОВЗ", "special_needs", "students", 1),
)
STAFF = (Condition("category", "доля педагогов с категорией", "teachers_with_category", "teachers", 1),)
LABELS = {condition.code: condition for condition in (*CONDITIONS, *STAFF)}

Features = dict[int, dict[str, float]]  # by school and feature; what is not known is not there


def conditions_of(municipality: Municipality, school_year: int, wanted: tuple[Condition, ...] = CONDITIONS) -> Features:
    """Of all schools of the municipality; shares in per cent."""
    known = reported_numbers(municipality, school_year, wanted)
    return {school: features_of(numbers, wanted) for school, numbers in known.items()}


def reported_numbers(
    municipality: Municipality, school_year: int, wanted: tuple[Condition, ...] = CONDITIONS
) -> dict[int, dict[str, Fraction]]:
    """The numbers that the conditions are made of, by school and code; the latest of the year."""
    codes = {code for condition in wanted for code in condition.numbers}
    rows = SchoolStatistic.objects.filter(
        period_in_school_year(school_year), school__municipality=municipality, kind__code__in=codes
    )
    numbers: dict[int, dict[str, Fraction]] = defaultdict(dict)
    for school, code, value in rows.order_by("period").values_list("school_id", "kind__code", "value"):
        numbers[school][code] = Fraction(value)
    return numbers


def shown(value: float | None, condition: Condition) -> str:
    """«23,4 %», «412», «—»."""
    if value is None:
        return NO_DATA
    text = number(round(value, 6), condition.places, keep_zeros=condition.is_share)
    return f"{text}{NBSP}%" if condition.is_share else text


def features_of(known: dict[str, Fraction], wanted: tuple[Condition, ...] = CONDITIONS) -> dict[str, float]:
    features = {}
    for condition in wanted:
        number = known.get(condition.number)
        whole = known.get(condition.whole) if condition.is_share else Fraction(1)
        if number is not None and whole:
            top, bottom = number.numerator * whole.denominator, number.denominator * whole.numerator
            features[condition.code] = (100 if condition.is_share else 1) * top / bottom  # whole numbers, rounded once
    return features
