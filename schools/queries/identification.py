"""The identification list of a year, with what changed against the year before."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from schools.models import Category, Identification, Municipality, School
from schools.ordering import natural_key


class Mark(StrEnum):
    """A school's standing against the year before."""

    ENTERED = "entered"
    STAYED = "stayed"
    UNKNOWN = "unknown"  # the year before has no list

    @property
    def label(self) -> str:
        return {Mark.ENTERED: "вошла в список", Mark.STAYED: "остаётся в списке", Mark.UNKNOWN: "—"}[self]


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
