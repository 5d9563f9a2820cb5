"""The identification list of a year, with what changed against the year before."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from accounts.access import Permission
from schools.models import Category, Identification, Municipality, School
from schools.ordering import in_natural_order, natural_key


class Mark(StrEnum):
    """A school's standing against the year before."""

    ENTERED = "entered"
    STAYED = "stayed"
    CHANGED = "changed"  # in a list both times, in other categories
    LEFT = "left"
    UNKNOWN = "unknown"  # the year before has no list

    @property
    def label(self) -> str:
        return {
            Mark.ENTERED: "вошла в список",
            Mark.STAYED: "остаётся в списке",
            Mark.CHANGED: "сменила категорию",
            Mark.LEFT: "вышла из списка",
            Mark.UNKNOWN: "—",
        }[self]


@dataclass(frozen=True)
class IdentifiedSchool:
    identification: Identification
    mark: Mark


@dataclass(frozen=True)
class CategoryList:
    """One category of the year: who is in it, and who has left it."""

    category: Category
    schools: tuple[IdentifiedSchool, ...]
    left: tuple[School, ...]


@dataclass(frozen=True)
class YearList:
    school_year: int
    categories: tuple[CategoryList, ...]
    school_count: int  # a school in two categories counts once
    has_year_before: bool

    @property
    def entered(self) -> int:
        return sum(item.mark is Mark.ENTERED for group in self.categories for item in group.schools)

    @property
    def left(self) -> int:
        return sum(len(group.left) for group in self.categories)


@dataclass(frozen=True)
class YearOfSchool:
    """What the list of one year said of a school; no categories where it was not in it."""

    school_year: int
    categories: tuple[Category, ...]
    mark: Mark


def school_line(list_years: Iterable[int], categories: Mapping[int, Iterable[str]]) -> tuple[YearOfSchool, ...]:
    """A school through the years that have a list, the earliest first; `categories` are the school's by year.

    A year is compared with the last one before it that has a list, whichever that is. Years in which the school neither
    was in a list nor left one are passed over.
    """
    line, before = [], None
    for year in sorted(set(list_years)):
        now = frozenset(categories.get(year, ()))
        if now or before:
            line.append(YearOfSchool(year, tuple(one for one in Category if one in now), _moved(before, now)))
        before = now
    return tuple(line)


def _moved(before: frozenset[str] | None, now: frozenset[str]) -> Mark:
    if before is None:
        return Mark.UNKNOWN
    if not now:
        return Mark.LEFT
    if not before:
        return Mark.ENTERED
    return Mark.STAYED if before == now else Mark.CHANGED


@dataclass(frozen=True)
class SchoolHistory:
    school: School
    years: tuple[YearOfSchool, ...]

    @property
    def by_year(self) -> dict[int, YearOfSchool]:
        return {one.school_year: one for one in self.years}


@dataclass(frozen=True)
class History:
    """All years of a municipality that have a list, and the visible schools that were ever in one."""

    years: tuple[int, ...]
    schools: tuple[SchoolHistory, ...]
    never: int  # visible schools that were in no list


def history_of(*, user: Any, municipality: Municipality, categories: Collection[str]) -> History:
    """Of these categories: a year has a list when anybody was in one of them. Two queries."""
    found = Identification.objects.filter(school__municipality=municipality, category__in=categories)
    schools = School.objects.allowing(user, Permission.IDENTIFICATION_VIEW).filter(municipality=municipality)
    by_school: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    years = set()
    for school, year, value in found.values_list("school_id", "school_year", "category"):
        years.add(year)
        by_school[school][year].add(value)
    visible = in_natural_order(schools)
    return History(
        years=tuple(sorted(years)),
        schools=tuple(
            SchoolHistory(school, school_line(years, by_school[school.pk]))
            for school in visible
            if school.pk in by_school
        ),
        never=sum(school.pk not in by_school for school in visible),
    )


def year_list(*, user: Any, municipality: Municipality, school_year: int) -> YearList:
    """The visible part of the year's list, by category, schools in natural order."""
    found = (
        Identification.objects.visible_to(user)
        .filter(school__municipality=municipality, school_year__in=(school_year, school_year - 1))
        .select_related("school")
    )
    now: dict[str, dict[int, Identification]] = defaultdict(dict)
    before: dict[str, dict[int, School]] = defaultdict(dict)
    for identification in sorted(found, key=lambda row: (natural_key(row.school.name), row.school_id)):
        if identification.school_year == school_year:
            now[identification.category][identification.school_id] = identification
        else:
            before[identification.category][identification.school_id] = identification.school
    has_year_before = any(before.values())
    groups = tuple(
        CategoryList(
            category=category,
            schools=tuple(
                IdentifiedSchool(row, _mark(school_id in before[category], has_year_before))
                for school_id, row in now[category].items()
            ),
            left=tuple(school for school_id, school in before[category].items() if school_id not in now[category]),
        )
        for category in Category
        if now[category] or before[category]
    )
    return YearList(
        school_year=school_year,
        categories=groups,
        school_count=len({school_id for rows in now.values() for school_id in rows}),
        has_year_before=has_year_before,
    )


def _mark(was_there: bool, list_before: bool) -> Mark:
    if not list_before:
        return Mark.UNKNOWN
    return Mark.STAYED if was_there else Mark.ENTERED
