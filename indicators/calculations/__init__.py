"""How an indicator is worked out: formulas as data, exact arithmetic, intervals and readings. Pure: no Django here.

A formula is JSON, a small typed tree; `parse_formula` checks every field of it and nothing is ever evaluated as code.

Numbers, one for each school and period:

    {"type": "results", "procedure": "oge", "subject": "mathematics", "grade": 9, "measure": "passed"}
        "grade" is that of the paper, "pupil_grade" that of the pupils; ОГЭ and ЕГЭ know theirs, others need one.
        "wave": "spring" (ВПР, unless "autumn" is said) or "main" (all else).
        "attempt": "first" (default), or "best" where there are re-sits.
        "measure": participants, listed, passed, mark_2 … mark_5, mark_sum, primary_sum, primary_count, test_sum,
        test_count, or levels with "levels": ["Базовый", "Повышенный"].
    {"type": "statistic", "code": "teachers"}                       a number that schools or the municipality report
    {"type": "identified", "categories": ["low_results"]}           1 for a school in the year's list, else 0
    {"type": "sum", "of": [N, …]}                                   of the numbers above

Values:

    {"type": "share", "part": N, "whole": N}                        per cent: 75, not 0.75
    {"type": "mean", "total": N, "count": N}
    {"type": "count", "of": N}
    {"type": "change", "of": V}                                     against the last earlier period of the procedure
    {"type": "share_of_schools", "of": V or N, "is": "above", "than": "0"}      above, at_least, below, at_most
    {"type": "indicator", "code": "n3m"}                            the formula of another indicator

Population: {"type": "all"}, {"type": "categories", "categories": […]} of the period's own list,
{"type": "categories_of_year", "categories": […], "school_year": 2020}, {"type": "schools", "codes": […]}.
"""

from indicators.calculations.formulas import Dependencies, Formula, Unresolved, dependencies, lookback, resolve
from indicators.calculations.parsing import parse_formula, to_json
from indicators.calculations.populations import Population, describe_population, parse_population, population_to_json
from indicators.calculations.problems import FormulaError, Problem, Vocabulary
from indicators.calculations.wording import describe

__all__ = [
    "Dependencies",
    "Formula",
    "FormulaError",
    "Population",
    "Problem",
    "Unresolved",
    "Vocabulary",
    "dependencies",
    "describe",
    "describe_population",
    "lookback",
    "parse_formula",
    "parse_population",
    "population_to_json",
    "resolve",
    "to_json",
]
