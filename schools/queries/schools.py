"""The list of schools and what the page of one school tells."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from accounts.access import Permission
from accounts.models import Membership
from schools.list_changes import YearOfSchool, school_line, since
from schools.models import Category, Identification, Municipality, School, SchoolAlias
from schools.ordering import in_natural_order
from schools.queries.identification import list_years


@dataclass(frozen=True)
class SchoolRow:
    school: School
    categories: tuple[Category, ...]  # of the year
    is_under_parent: bool  # stands below its parent in this list


@dataclass(frozen=True)
class CategoryYear:
    """What one year's identification said of a school; nothing in the year in which it left the list."""

    year: YearOfSchool
    identifications: tuple[Identification, ...]


@dataclass(frozen=True)
class SchoolShell:
    """What stands above every tab of a school's page."""

    school: School
    school_year: int
    standings: tuple["Standing", ...]
    can_edit: bool
    can_see_results: bool
    can_see_values: bool
    can_see_plans: bool
    can_see_mentoring: bool


@dataclass(frozen=True)
class Standing:
    """A category the school is in, and since which year without having left it."""

    category: Category
    since: int


@dataclass(frozen=True)
class SchoolOverview:
    shell: SchoolShell
    aliases: tuple[SchoolAlias, ...]  # by which files know it, besides its present code, login and name
    branches: tuple[School, ...]
    years: tuple[CategoryYear, ...]  # the latest first
    people: tuple[Membership, ...] | None  # None: not for this user's eyes


def school_rows(
    *, user: Any, municipality: Municipality, school_year: int, text: str = "", category: str = ""
) -> list[SchoolRow]:
    """Visible schools in natural order, branches under their parents."""
    schools = School.objects.visible_to(user).filter(municipality=municipality)
    identified = Identification.objects.visible_to(user).filter(
        school__municipality=municipality, school_year=school_year
    )
    categories: dict[int, list[Category]] = defaultdict(list)
    for school_id, value in identified.order_by("category").values_list("school_id", "category"):
        categories[school_id].append(Category(value))
    wanted = text.strip().lower().replace("ё", "е")
    kept = [
        school
        for school in schools
        if _mentions(school, wanted) and (not category or category in categories[school.pk])
    ]
    return [
        SchoolRow(school=school, categories=tuple(categories[school.pk]), is_under_parent=is_under_parent)
        for school, is_under_parent in _under_parents(kept)
    ]


def with_parents(rows: Sequence[SchoolRow]) -> Sequence[SchoolRow]:
    """The same rows, their schools' parents read at once; for those that are shown, not for all there are."""
    prefetch_related_objects([row.school for row in rows if not row.is_under_parent], "parent")
    return rows


def _mentions(school: School, wanted: str) -> bool:
    """Compared here, as SQLite does not fold the case of Cyrillic."""
    known_as = f"{school.name} {school.code} {school.fisoko_login}".lower().replace("ё", "е")
    return wanted in known_as


def _under_parents(schools: Iterable[School]) -> Iterable[tuple[School, bool]]:
    ordered = in_natural_order(schools)
    present = {school.pk for school in ordered}
    branches: dict[int | None, list[School]] = defaultdict(list)
    for school in ordered:
        branches[school.parent_id if school.parent_id in present else None].append(school)
    for school in branches[None]:
        yield school, False
        yield from ((branch, True) for branch in branches[school.pk])


def school_shell(*, user: Any, school: School, school_year: int) -> SchoolShell:
    years: dict[Category, set[int]] = defaultdict(set)
    identified = Identification.objects.visible_to(user).filter(school=school, school_year__lte=school_year)
    for category, year in identified.order_by("category").values_list("category", "school_year"):
        years[Category(category)].add(year)
    lists = list_years(school.municipality)
    standings = tuple(
        Standing(category, since(lists, category, years_in, school_year))
        for category, years_in in years.items()
        if school_year in years_in
    )
    return SchoolShell(
        school=school,
        school_year=school_year,
        standings=standings,
        can_edit=school.allows(user, Permission.SCHOOL_EDIT),
        can_see_results=school.allows(user, Permission.RESULTS_VIEW),
        can_see_values=school.allows(user, Permission.VALUES_VIEW),
        can_see_plans=school.allows(user, Permission.PLANS_VIEW),
        can_see_mentoring=school.allows(user, Permission.MENTORING_VIEW),
    )


def _years_of(school: School, own: Mapping[int, Sequence[Identification]]) -> tuple[CategoryYear, ...]:
    """The latest first."""
    categories = {year: [row.category for row in rows] for year, rows in own.items()}
    line = school_line(list_years(school.municipality), categories) if own else ()
    return tuple(CategoryYear(one, tuple(own.get(one.school_year, ()))) for one in reversed(line))


def school_overview(*, user: Any, school: School, school_year: int) -> SchoolOverview:
    years: dict[int, list[Identification]] = defaultdict(list)
    for identification in Identification.objects.visible_to(user).filter(school=school).order_by("category"):
        years[identification.school_year].append(identification)
    present = {school.code, school.fisoko_login, school.name}
    aliases = [alias for alias in school.aliases.order_by("kind", "value") if alias.value not in present]
    people = None
    if school.municipality.allows(user, Permission.PEOPLE_MANAGE):
        people = tuple(school.memberships.select_related("user").order_by("role", "user__full_name"))
    return SchoolOverview(
        shell=school_shell(user=user, school=school, school_year=school_year),
        aliases=tuple(aliases),
        branches=tuple(in_natural_order(School.objects.visible_to(user).filter(parent=school))),
        years=_years_of(school, years),
        people=people,
    )
