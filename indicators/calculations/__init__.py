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
    {"type": "records", "kind": "activities", "measure": "awaited"}  records of the portal that count in the period
    {"type": "sum", "of": [N, …]}                                   of the numbers above

Values:

    {"type": "share", "part": N, "whole": N}                        per cent: 75, not 0.75
    {"type": "mean", "total": N, "count": N}
    {"type": "count", "of": N}
    {"type": "change", "of": V}                                     against the last earlier period of the procedure
    {"type": "change", "of": V, "since": "start"}                   at dates: against the first of them
    {"type": "relative", "of": V, "to": "municipality"}             divided by the value of all its schools together
    {"type": "relative", "of": V, "to": "region", "statistic": "ege_russian_of_region"}     or by a collected number
    {"type": "combined", "of": [V, …]}                              their mean weighted by participants
    {"type": "over_years", "years": 3, "of": V}                     of this year and the two before, added up
    {"type": "share_of_schools", "of": V or N, "is": "above", "than": "0"}      above, at_least, below, at_most
    {"type": "schools_meeting", "rule": "any", "of": [S, …]}        any or all of such conditions S
    {"type": "indicator", "code": "n3m"}                            the formula of another indicator

What they mean where it is not plain:

- A change compares with the last earlier year in which the procedure was held, at most three back (rule 3). So «за два
  предыдущих года» of Армавир are the year of the value, the last one that is over when its monitoring begins in
  September, and the year before; where the procedure was not held then, the one before that, which the value names.
  Its a1 is the change of a relative mean, its a2 the change of a share.
- On dates there are no years to go back: `change` compares with the last earlier date of the indicator, or with the
  first, and two dates at which the very same results stand have no change. The change shown beside a value that is not
  itself one is against the first date.
- `relative` divides by all schools of the municipality that have the value, whatever the indicator's population, and
  the municipality's own value is that of the population so divided. Nought to divide by is no value. The number of the
  region is one that the municipality collects; a year without it has no value, yet the exam was held in it.
- `combined` takes values of one kind; a school without one of them is made of the others. Its number of participants is
  that of the part with the fewest: the same pupils sit several exams, and what is told together must not tell of a few.
- `over_years` looks at so many years, not at so many in which the procedure was held: «за предыдущие 3 года». A year
  without it adds nothing; a year that is itself without it has no value. The schools are those of the population of the
  value's own period. No single year has fewer participants than are told.
- `schools_meeting`: a school counts when it has a value for any of the conditions; one without a value for each of them
  never meets all.
- `records` count on a day, by periods and never at dates; of the running period those up to the day that the
  municipality keeps (`indicators.models.CountedUpTo`), which the value says. The app that keeps them names kinds and
  measures, see `indicators.calculations.records`. What goes on for a time counts in every period that has a day of it,
  and who is counted by name once in a period. Reports on plans are `activities` (awaited, reported, in_time). Those of
  mentoring are `pairings` (teachers, pairings), `meetings` (held, confirmed), `experience` (practices, presentations,
  teachers) and part in `events`, `seminars`, `contests`, `active_forms` (times, teachers).

Population: {"type": "all"}, {"type": "categories", "categories": […]} of the period's own list,
{"type": "categories_of_year", "categories": […], "school_year": 2020}, {"type": "schools", "codes": […]},
{"type": "pairs", "side": "helped"} or "helping": one side of the pairs of schools that run in the period.
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
