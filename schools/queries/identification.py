"""The identification list of a year, with what changed against the lists before, and all years of a municipality."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.access import Permission
from schools.list_changes import GROUPS, ListYears, Mark, YearOfSchool, school_line, year_of_school
from schools.models import Category, Identification, Municipality, PublishedCategory, School
from schools.ordering import in_natural_order, natural_key


def list_years_of(municipalities: Iterable[int]) -> dict[int, ListYears]:
    """Which years have a list of what, by municipality: somebody is in it, or an order has published it. One query.

    Which years have a list is no secret; without knowing it nobody could be said to have left one.
    """
    asked = set(municipalities)
    listed = Identification.objects.order_by().filter(school__municipality__in=asked)
    published = PublishedCategory.objects.order_by().filter(municipality__in=asked)
    known: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for town, category, year in listed.values_list("school__municipality", "category", "school_year").union(
        published.values_list("municipality", "category", "school_year")
    ):
        known[town].append((category, year))
    return {town: ListYears(known[town]) for town in asked}


def list_years(municipality: Municipality) -> ListYears:
    return list_years_of([municipality.pk])[municipality.pk]


# --- The list of a year


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
    compared_with: int | None  # the year of the list before; None: there was none
    is_over_a_gap: bool  # that is not the year before
    empty_by_hand: PublishedCategory | None = None  # where somebody has written that nobody is in it

    @property
    def entered(self) -> int:
        return sum(item.mark is Mark.ENTERED for item in self.schools)


@dataclass(frozen=True)
class MissingList:
    """What had lists before and has none this year; the groups together, as they are drawn up together."""

    label: str
    last: int


@dataclass(frozen=True)
class YearList:
    school_year: int
    categories: tuple[CategoryList, ...]
    missing: tuple[MissingList, ...]
    school_count: int  # a school in two categories counts once
    is_whole: bool  # this person sees all schools of the municipality

    @property
    def edition(self) -> int | None:
        """The latest that an entry of this list comes from; None where all were written by hand."""
        sources = (item.identification.source for group in self.categories for item in group.schools)
        return max((source["edition"] for source in sources if "edition" in source), default=None)


def year_list(*, user: Any, municipality: Municipality, school_year: int) -> YearList:
    """The visible part of the year's list, by category, schools in natural order."""
    lists = list_years(municipality)
    before = {category: lists.before(category, school_year) for category in Category}
    found = Identification.objects.visible_to(user).filter(
        school__municipality=municipality,
        school_year__in={school_year, *(year for year in before.values() if year is not None)},
    )
    rows = sorted(found.select_related("school"), key=lambda row: (natural_key(row.school.name), row.school_id))
    written = PublishedCategory.objects.filter(municipality=municipality, school_year=school_year, is_by_hand=True)
    by_hand = {row.category: row for row in written}
    groups = [_category_list(lists, school_year, category, rows, by_hand.get(category)) for category in Category]
    return YearList(
        school_year=school_year,
        categories=tuple(group for group in groups if group),
        missing=tuple(
            dict.fromkeys(
                MissingList("группы" if category in GROUPS else category.label, year)
                for category, year in before.items()
                if year is not None and not lists.has(category, school_year)
            )
        ),
        school_count=len({row.school_id for row in rows if row.school_year == school_year}),
        is_whole=municipality.allows(user, Permission.IDENTIFICATION_VIEW),
    )


def _category_list(
    lists: ListYears,
    school_year: int,
    category: Category,
    rows: Sequence[Identification],
    empty_by_hand: PublishedCategory | None,
) -> CategoryList | None:
    """None where the year has no list of it, and for a group that nobody is in or has left."""
    if not lists.has(category, school_year):
        return None
    of_school: dict[int, dict[int, Identification]] = defaultdict(dict)
    for row in rows:
        if row.category == category:
            of_school[row.school_id][row.school_year] = row
    schools, left = [], []
    for by_year in of_school.values():
        year = year_of_school(lists, school_year, dict.fromkeys(by_year, (category,)), (category,))
        if year and year.mark is Mark.LEFT:
            left.append(by_year[year.compared_with[0]].school)
        elif year:
            schools.append(IdentifiedSchool(by_year[school_year], year.mark))
    if category in GROUPS and not schools and not left and not empty_by_hand:
        return None
    before = lists.before(category, school_year)
    is_over_a_gap = before not in (None, school_year - 1)
    return CategoryList(category, tuple(schools), tuple(left), before, is_over_a_gap, empty_by_hand)


# --- All years


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
    """Of these categories. As many queries, however many schools and years."""
    lists = list_years(municipality)
    schools = School.objects.allowing(user, Permission.IDENTIFICATION_VIEW).filter(municipality=municipality)
    found = Identification.objects.filter(school__in=schools, category__in=categories)
    by_school: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for school, year, value in found.values_list("school_id", "school_year", "category"):
        by_school[school][year].add(value)
    visible = in_natural_order(schools)
    return History(
        years=lists.of(categories),
        schools=tuple(
            SchoolHistory(school, school_line(lists, by_school[school.pk], categories))
            for school in visible
            if school.pk in by_school
        ),
        never=sum(school.pk not in by_school for school in visible),
    )


def entries_against_before(rows: Iterable[Identification]) -> Mapping[int, YearOfSchool]:
    """Of each entry, by its key: how it stands against the list of its category before. Two queries; the schools of the
    entries have to be read already."""
    rows = list(rows)
    lists = list_years_of(row.school.municipality_id for row in rows)
    own: dict[tuple[int, str], dict[int, tuple[str]]] = defaultdict(dict)
    of_schools = Identification.objects.order_by().filter(school__in={row.school_id for row in rows})
    for school, category, year in of_schools.values_list("school_id", "category", "school_year"):
        own[school, category][year] = (category,)
    found = {}
    for row in rows:
        place, lists_there = (row.school_id, row.category), lists[row.school.municipality_id]
        against = year_of_school(lists_there, row.school_year, own[place], (row.category,))
        if against:  # or it was taken out meanwhile
            found[row.pk] = against
    return found
