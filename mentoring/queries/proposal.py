"""Whom the centre could pair: schools that need support, with schools, mentors and tutors who could give it. The
number of queries does not depend on how many there are."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from indicators.calculations.similar import Neighbour, by_likeness
from indicators.models import SchoolValue
from indicators.models.values import Reading
from indicators.queries.conditions import LABELS, Features, conditions_of, shown
from mentoring.kinds import COUNTED, Kind, PoolKind, Term
from mentoring.matching import Candidate, ranked, speaks_of, split
from mentoring.models import HelpRequest, Pairing, Teacher
from mentoring.queries.mentors import STRONG, MentorLine, pool_of
from schools.models import Category, Identification, Municipality, School
from schools.ordering import in_natural_order
from schools.periods import school_year_label, school_year_of
from schools.queries.periods import period_in_school_year
from schools.wording import counted

PAIRS = "пара,пары,пар"
MOST = 10  # candidates of one kind that are shown
GOOD_CATEGORIES = (Teacher.Category.FIRST, Teacher.Category.HIGHEST)


@dataclass(frozen=True)
class Town:
    """What is known of a municipality on a day."""

    user: Any
    municipality: Municipality
    today: dt.date
    list_year: int | None  # of the latest list of identification
    categories: Mapping[int, frozenset[Category]]  # by school, of that year
    schools: Mapping[int, School]
    conditions: Features
    helping: Counter[int]  # pairings that run today, by the school that helps
    helped: frozenset[int]  # schools that somebody helps today
    past: Mapping[tuple[str, int, int], list[Term]]  # of «school» or «mentor», who helps and whom
    pool: list[MentorLine]

    @property
    def weak(self) -> list[School]:
        """Of the list, but for those who rather help; without a list, all. Those whom nobody helps come first."""
        listed = [pk for pk, found in self.categories.items() if found - STRONG]
        found = in_natural_order(self.schools[pk] for pk in (listed or self.schools) if pk in self.schools)
        return sorted(found, key=lambda school: school.pk in self.helped)

    @property
    def strong(self) -> list[School]:
        """Whom the list calls so; where it calls nobody so, all that are not in it."""
        named = [pk for pk, found in self.categories.items() if found and not found - STRONG]
        others = [pk for pk in self.schools if pk not in self.categories]
        return [self.schools[pk] for pk in (named or others) if pk in self.schools]


@dataclass(frozen=True)
class Proposal:
    """For one school."""

    school: School
    standing: str  # what the list says of it
    schools: list[Candidate]
    mentors: list[Candidate]
    curators: list[Candidate]
    tutors: list[Candidate]
    requests: list[HelpRequest]  # that wait for an answer


@dataclass(frozen=True)
class Line:
    """A school that needs support, and who comes first among those who could give it."""

    school: School
    standing: str
    is_helped: bool
    first_school: Candidate | None
    first_mentor: Candidate | None


def town_on(user: Any, municipality: Municipality, today: dt.date) -> Town:
    year = school_year_of(today)
    listed = Identification.objects.visible_to(user).filter(school__municipality=municipality, school_year__lte=year)
    list_year = listed.order_by("-school_year").values_list("school_year", flat=True).first()
    categories: dict[int, set[Category]] = defaultdict(set)
    for school, category in listed.filter(school_year=list_year or 0).values_list("school", "category"):
        categories[school].add(Category(category))
    past: dict[tuple[str, int, int], list[Term]] = defaultdict(list)
    helping: Counter[int] = Counter()
    helped: set[int] = set()
    pairings = Pairing.objects.visible_to(user).filter(municipality=municipality).exclude(kind__in=COUNTED).order_by()
    sides = pairings.values_list("school", "helping_school", "mentor", "starts_on", "ends_on")
    for school, helper, mentor, starts_on, ends_on in sides:
        term = Term(starts_on, ends_on)
        if term.holds_on(today):
            helped.add(school)
            helping.update([helper] if helper is not None else [])
        for kind, key in (("school", helper), ("mentor", mentor)):
            if key is not None:
                past[kind, key, school].append(term)
    return Town(
        user, municipality, today, list_year,
        {school: frozenset(found) for school, found in categories.items()},
        {school.pk: school for school in School.objects.visible_to(user).filter(municipality=municipality)},
        conditions_of(municipality, year) or conditions_of(municipality, year - 1),
        helping, frozenset(helped), past, pool_of(user, municipality, today),
    )  # fmt: skip


def lines_of(town: Town, schools: Iterable[School]) -> list[Line]:
    found = []
    for school in schools:
        first = _schools(town, school, {}, {})
        mentors = _of_pool(town, school, PoolKind.MENTOR)
        found.append(
            Line(
                school, standing_of(town, school), school.pk in town.helped,
                first[0] if first else None, mentors[0] if mentors else None,
            )
        )  # fmt: skip
    return found


def proposal_for(town: Town, school: School, subject: str) -> Proposal:
    waiting = HelpRequest.objects.visible_to(town.user).awaited().filter(school=school).with_people()
    return Proposal(
        school,
        standing_of(town, school),
        _schools(town, school, _reached(town, school), _teachers(town, subject)),
        _of_pool(town, school, PoolKind.MENTOR),
        _of_pool(town, school, PoolKind.CURATOR),
        _of_pool(town, school, PoolKind.TUTOR, subject),
        list(waiting.order_by("asked_at", "pk")),
    )


def subjects_of(town: Town) -> list[str]:
    """That people of the pool and teachers name."""
    teachers = Teacher.objects.visible_to(town.user).filter(school__municipality=town.municipality, is_active=True)
    named = {*teachers.order_by().values_list("subjects", flat=True).distinct(), *(_subjects(town))}
    return sorted({subject for subjects in named for subject in split(subjects)})


def _subjects(town: Town) -> list[str]:
    return [line.mentor.subjects for line in town.pool if line.mentor.kind == PoolKind.TUTOR]


def standing_of(town: Town, school: School) -> str:
    """«ШНОР, ШНСУ, 2022/2023»; empty where the list does not name it."""
    found = town.categories.get(school.pk, frozenset())
    if not found or town.list_year is None:
        return ""
    labels = ", ".join(category.label for category in Category if category in found)
    return f"{labels}, {school_year_label(town.list_year)}"


def _schools(
    town: Town, helped: School, reached: Mapping[int, list[str]], teachers: Mapping[int, int]
) -> list[Candidate]:
    """Which do not help it yet."""
    neighbours = {one.school: one for one in by_likeness(helped.pk, town.conditions)}
    found = []
    for school in town.strong:
        terms = town.past.get(("school", school.pk, helped.pk), [])
        if school.pk == helped.pk or any(term.holds_on(town.today) for term in terms):
            continue
        one = Candidate(school.pk, school.name)
        standing = standing_of(town, school)
        one.reasons.append(f"в списке: {standing}" if standing else "поддержки по списку не требует")
        _weigh_conditions(town, one, helped, neighbours.get(school.pk))
        one.weigh_results(reached.get(school.pk, []))
        if count := teachers.get(school.pk):
            one.reasons.append(f"учителей предмета с первой и высшей категорией: {count}")
        load = town.helping[school.pk]
        one.weigh_load(load, None, counted(load, PAIRS))
        one.weigh_past(terms, town.today)
        found.append(one)
    return ranked(found)[:MOST]


def _weigh_conditions(town: Town, one: Candidate, helped: School, neighbour: Neighbour | None) -> None:
    own, other = town.conditions.get(helped.pk, {}), town.conditions.get(one.key, {})
    words = [
        f"{LABELS[name].label} {shown(own[name], LABELS[name])} и {shown(other[name], LABELS[name])}"
        for name in (neighbour.shared if neighbour else ())
    ]
    one.weigh_conditions(neighbour.distance if neighbour else None, "; ".join(words))


def _of_pool(town: Town, helped: School, kind: PoolKind, subject: str = "") -> list[Candidate]:
    """Who is in the pool today, works elsewhere and, for a subject, names it."""
    strong = {school.pk for school in town.strong} if town.categories else set()
    found = []
    for line in town.pool:
        mentor = line.mentor
        is_other = bool(subject) and not speaks_of(subject, mentor.subjects)
        if not line.is_in_pool or mentor.kind != kind or mentor.school_id == helped.pk or is_other:
            continue
        one = Candidate(mentor.pk, f"{mentor.name}, {mentor.position}")
        if subject:
            one.reasons.append(f"предмет: {mentor.subjects}")
        elif mentor.school_id in strong and mentor.school:
            one.reasons.append(f"работает в школе, которой поддержка не нужна: {mentor.school.name}")
        one.weigh_load(line.load, mentor.load_limit, counted(line.load, PAIRS))
        one.weigh_past(town.past.get(("mentor", mentor.pk, helped.pk), []), town.today)
        one.weigh_leaving(mentor.until, town.today)
        found.append(one)
    return ranked(found)[:MOST]


def _reached(town: Town, helped: School) -> dict[int, list[str]]:
    """By school the indicators whose plan it reaches where the helped one is behind, in the last two school years."""
    year = school_year_of(town.today)
    recent = period_in_school_year(year) | period_in_school_year(year - 1)
    places = [helped.pk, *(school.pk for school in town.strong)]
    judged = (Reading.REACHED, Reading.BEHIND, Reading.ON_TRACK)
    rows = SchoolValue.objects.visible_to(town.user).filter(recent, school__in=places, reading__in=judged)
    latest: dict[int, dict[str, str]] = defaultdict(dict)
    for school, name, reading in rows.order_by("period").values_list("school", "indicator__short_name", "reading"):
        latest[school][name] = reading
    behind = [name for name, reading in latest.pop(helped.pk, {}).items() if reading == Reading.BEHIND]
    return {school: [name for name in behind if known.get(name) == Reading.REACHED] for school, known in latest.items()}


def _teachers(town: Town, subject: str) -> dict[int, int]:
    """By school how many teachers of the subject have a category."""
    if not subject:
        return {}
    teachers = Teacher.objects.visible_to(town.user).filter(
        Q(subjects__icontains=subject) | Q(subjects__icontains=subject.capitalize()),
        school__municipality=town.municipality, is_active=True, category__in=GOOD_CATEGORIES,
    )  # fmt: skip
    return dict(teachers.order_by().values("school").annotate(count=Count("pk")).values_list("school", "count"))


KINDS = {"schools": Kind.SCHOOL_SCHOOL, "mentors": Kind.MENTOR_TEAM, "curators": Kind.CURATOR_SCHOOL,
         "tutors": Kind.TUTOR_TEACHER}  # fmt: skip
