"""Which schools an indicator is about."""

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any

from indicators.calculations.populations import Lists, parse_population
from indicators.calculations.problems import FormulaError
from indicators.models import Indicator
from indicators.pairs import read_pairs
from schools.models import Category, Identification, School
from schools.periods import Period


def population_members(user: Any, indicator: Indicator, visible: Iterable[School], period: str) -> frozenset[int]:
    """Which of the visible schools the indicator is about."""
    try:
        population = parse_population(indicator.population)
    except FormulaError:
        return frozenset()
    categories: dict[int, dict[str, set[int]]] = defaultdict(lambda: {category: set() for category in Category.values})
    identified = Identification.objects.visible_to(user).filter(school__municipality_id=indicator.municipality_id)
    for school_id, year, category in identified.values_list("school_id", "school_year", "category"):
        categories[year][category].add(school_id)
    lists = Lists(
        schools=frozenset(school.pk for school in visible),
        by_code={school.public_code: school.pk for school in visible},
        categories=categories,
        pairs=partial(read_pairs, indicator.municipality_id),
    )
    return lists.members(population, Period.parse(period))
