"""Entry, stay and exit: what the lists of a year say of a school against the lists before them.

A list is of one category and one year. It is compared with the last one of its category before it, whichever year that
is: a year without a list says nothing of anybody, so that a school in the lists on both sides of it has stayed. Nobody
enters a category that had no list before, and nobody leaves one that has no list this year. Pages, documents, the flow
of the years and REST ask here and nowhere else.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from schools.models import Category

# Drawn over two axes at once: a year that has a list of one of them has them all, be they empty.
GROUPS = frozenset(Category.values) - {Category.LOW_RESULTS.value, Category.DIFFICULT_CONDITIONS.value}


class Mark(StrEnum):
    """A school's standing against the list before."""

    ENTERED = "entered"
    STAYED = "stayed"
    CHANGED = "changed"  # in a list both times, in other categories
    LEFT = "left"
    UNKNOWN = "unknown"  # there was no list before

    @property
    def label(self) -> str:
        return {
            Mark.ENTERED: "вошла в список",
            Mark.STAYED: "остаётся в списке",
            Mark.CHANGED: "сменила категорию",
            Mark.LEFT: "вышла из списка",
            Mark.UNKNOWN: "сравнить не с чем",
        }[self]


class ListYears:
    """Which school years of a municipality have a list of which category."""

    def __init__(self, known: Iterable[tuple[str, int]]) -> None:
        years: dict[str, set[int]] = defaultdict(set)
        for category, school_year in known:
            years[_drawn_up_as(category)].add(school_year)
        self._years = {name: sorted(of_list) for name, of_list in years.items()}

    def of(self, categories: Iterable[str]) -> tuple[int, ...]:
        """Years with a list of any of them, the earliest first."""
        names = {_drawn_up_as(category) for category in categories}
        return tuple(sorted({year for name in names for year in self._years.get(name, ())}))

    def has(self, category: str, school_year: int) -> bool:
        return school_year in self._years.get(_drawn_up_as(category), ())

    def before(self, category: str, school_year: int) -> int | None:
        """The last year before this one that has a list of the category."""
        years = self._years.get(_drawn_up_as(category), [])
        at = bisect_left(years, school_year)
        return years[at - 1] if at else None


def _drawn_up_as(category: str) -> str:
    return "groups" if category in GROUPS else str(category)


@dataclass(frozen=True)
class YearOfSchool:
    """What the lists of one year say of a school; no categories where it has left them."""

    school_year: int
    categories: tuple[Category, ...]
    mark: Mark
    compared_with: tuple[int, ...] = ()  # the years of the lists before, the earliest first

    @property
    def over_a_gap(self) -> tuple[int, ...]:
        """Years of lists before that are not of the year before: whoever reads the mark has to be told."""
        return tuple(year for year in self.compared_with if year != self.school_year - 1)


def year_of_school(
    lists: ListYears, school_year: int, categories: Mapping[int, Collection[str]], within: Iterable[str]
) -> YearOfSchool | None:
    """`categories` are the school's by year, `within` those that are looked at. None: the year says nothing of it, as
    it neither is in a list nor has left one."""
    before = {category: lists.before(category, school_year) for category in within if lists.has(category, school_year)}
    now = {category for category in before if category in categories.get(school_year, ())}
    compared = {category: year for category, year in before.items() if year is not None}
    was = {category for category, year in compared.items() if category in categories.get(year, ())}
    if not now and not was:
        return None
    still = now & compared.keys()
    return YearOfSchool(
        school_year,
        tuple(category for category in Category if category in now),
        _moved(was, still) if now else Mark.LEFT,
        tuple(sorted({compared[category] for category in was | still})),
    )


def _moved(was: set[str], still: set[str]) -> Mark:
    """Of a school that is in a list, by the categories that can be compared."""
    if was == still:
        return Mark.STAYED if was else Mark.UNKNOWN
    return Mark.CHANGED if was else Mark.ENTERED


def school_line(
    lists: ListYears, categories: Mapping[int, Collection[str]], within: Collection[str] = Category.values
) -> tuple[YearOfSchool, ...]:
    """A school through the years that have a list, the earliest first; those that say nothing of it are passed over."""
    years = (year_of_school(lists, year, categories, within) for year in lists.of(within))
    return tuple(year for year in years if year)


def since(lists: ListYears, category: str, years_in: Collection[int], school_year: int) -> int:
    """Since which year a school is in the category without having left it, having been in it in this one."""
    while (before := lists.before(category, school_year)) in years_in:
        assert before is not None
        school_year = before
    return school_year
