"""Every value of the demo a second way: plain loops over the spreadsheets' rows and the fixtures' statistics.

Nothing of the portal's import or engine is used here; only the rules of the programme are written down again.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tests.demo.spreadsheets import Results, School

YEARS = (2018, 2019, 2020)
LOW, DIFFICULT = "low_results", "difficult_conditions"
MEANS = {
    "n3m": ("oge", "mathematics", 9),
    "n4m": ("oge", "russian", 9),
    "n5m": ("ege", "mathematics_profile", 11),
    "n6m": ("ege", "russian", 11),
}
LEVELS = {
    "n7m": ("kdr", "reading_literacy", 4),
    "n8m": ("kdr", "reading_literacy", 6),
    "n9m": ("kdr", "science_literacy", 8),
}
STAFF = {
    "n10": "teachers_municipal_support",
    "n11": "teachers_diagnosed",
    "n12": "teachers_regional_support",
}
YES_NO = {"n2": ("programme_developed", (LOW,)), "n13": ("regional_events", (LOW, DIFFICULT))}
BOTH = (LOW, DIFFICULT)


@dataclass(frozen=True)
class Figure:
    """A value with its parts; `change_from` is the year it was compared with."""

    numerator: Fraction | int | None
    denominator: int | None
    value: Fraction | int
    change: Fraction | int | None = None


Figures = dict[tuple[str, str | None, int], Figure]  # by indicator, school (None: the municipality), school year
Parts = dict[str, tuple[int, int]]  # by school: part and whole


def all_figures(results: Results, fixtures: Path) -> Figures:
    lists = _lists(fixtures)
    reported = _reported(fixtures)
    figures: Figures = {}
    for code, exam in MEANS.items():
        series = {year: _marks(results.get((*exam, year), {}), exam[0] == "oge") for year in YEARS}
        figures |= _ratios(code, series, 1)
        figures |= _dynamics(code[:-1], series, lists)
    for code, exam in LEVELS.items():
        series = {year: _levels(results.get((*exam, year), {})) for year in YEARS}
        figures |= _ratios(code, series, 100)
        figures |= _dynamics(code[:-1], series, lists)
    for code, kind in STAFF.items():
        series = {year: {s: (n[kind], n["teachers"]) for s, n in reported.get(year, {}).items()} for year in YEARS}
        figures |= _ratios(code, series, 100, {year: _listed(lists, year, BOTH) for year in YEARS})
    for code, (kind, categories) in YES_NO.items():
        series = {year: {s: (int(n[kind] > 0), 1) for s, n in reported.get(year, {}).items()} for year in YEARS}
        figures |= _ratios(code, series, 100, {year: _listed(lists, year, categories) for year in YEARS})
    return figures | _counts(lists, sorted(reported[2020]))


def _lists(fixtures: Path) -> dict[int, dict[str, set[str]]]:
    stated = json.loads((fixtures / "identification.json").read_text())
    return {row["school_year"]: {category: set(row[category]) for category in BOTH} for row in stated}


def _reported(fixtures: Path) -> dict[int, dict[str, dict[str, int]]]:
    return {int(row["period"]): row["schools"] for row in json.loads((fixtures / "statistics.json").read_text())}


def _listed(lists: dict[int, dict[str, set[str]]], year: int, categories: tuple[str, ...]) -> set[str]:
    return set().union(*(lists.get(year, {}).get(category, set()) for category in categories))


def _marks(schools: dict[str, School], with_resits: bool) -> Parts:
    """Sum and number of marks after re-sits, or of the test scores."""
    works = {code: school.best if with_resits else school.first for code, school in schools.items()}
    return {code: (sum(found), len(found)) for code, found in works.items()}


def _levels(schools: dict[str, School]) -> Parts:
    return {
        code: (school.levels["Базовый"] + school.levels["Повышенный"], sum(school.levels.values()))
        for code, school in schools.items()
    }


def _earlier(series: dict[int, Parts], year: int) -> int | None:
    """The last year, at most three back, in which anybody took part."""
    return next((back for back in (year - 1, year - 2, year - 3) if series.get(back)), None)


def _pairs(series: dict[int, Parts]) -> Iterator[tuple[int, Parts, Parts]]:
    for year in YEARS:
        earlier = _earlier(series, year)
        yield year, series[year], series[earlier] if earlier else {}


def _ratios(code: str, series: dict[int, Parts], times: int, members: dict[int, set[str]] | None = None) -> Figures:
    """Part over whole of every school of the population, and the sums of both for the municipality."""
    figures: Figures = {}
    totals: dict[int, Fraction] = {}
    for year, now, then in _pairs(series):
        present = {school for school in now if members is None or school in members[year]}
        for school in present:
            value = times * Fraction(*now[school])
            change = value - times * Fraction(*then[school]) if school in then else None
            figures[code, school, year] = Figure(*now[school], value, change)
        if not present:
            continue
        part, whole = (sum(now[school][at] for school in present) for at in (0, 1))
        totals[year] = times * Fraction(part, whole)
        earlier = _earlier(series, year)
        change = totals[year] - totals[earlier] if earlier in totals else None
        figures[code, None, year] = Figure(part, whole, totals[year], change)
    return figures


def _dynamics(code: str, series: dict[int, Parts], lists: dict[int, dict[str, set[str]]]) -> Figures:
    """Which schools of the year's list rose against the last earlier year; no earlier result, no part in it."""
    figures: Figures = {}
    for year, now, then in _pairs(series):
        compared = sorted(_listed(lists, year, BOTH) & set(now) & set(then))
        rose = [school for school in compared if Fraction(*now[school]) > Fraction(*then[school])]
        for school in compared:
            figures[code, school, year] = Figure(int(school in rose), 1, 100 * (school in rose))
        if compared:
            figures[code, None, year] = Figure(len(rose), len(compared), Fraction(100 * len(rose), len(compared)))
    return figures


def _counts(lists: dict[int, dict[str, set[str]]], schools: list[str]) -> Figures:
    """Schools with low results: each counts one, and one that was not on the earlier list has risen from nought."""
    figures: Figures = {}
    for year, categories in lists.items():
        earlier = lists.get(year - 1)
        for school in schools:
            if school in categories[LOW]:
                change = 1 - (school in earlier[LOW]) if earlier else None
                figures["n1", school, year] = Figure(1, None, 1, change)
        count = len(categories[LOW])
        figures["n1", None, year] = Figure(count, None, count, count - len(earlier[LOW]) if earlier else None)
    return figures
