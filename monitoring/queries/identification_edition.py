"""A list against what is published today, and an edition as it was published, as much of it as somebody sees."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from accounts.access import Permission
from indicators.queries.covering import Covering, covering_of
from monitoring.identification.edition import SchoolOfList, YearOfList
from monitoring.identification.rule import ProcedureOfSchool
from monitoring.identification_wording import Fact, cut_in_words, labels_of, rule_facts
from monitoring.models import IdentificationEdition
from monitoring.queries.identification_draft import Draft, draft_of
from schools.models import Municipality, School
from schools.small_numbers import SmallNumbers, is_small


@dataclass(frozen=True)
class Section:
    """One category of a list: who is in it, who of these was not before, and who was and is no more."""

    category: str
    label: str
    included: tuple[SchoolOfList, ...]
    entered: frozenset[int]
    left: tuple[SchoolOfList, ...]
    over_a_gap: int | None = None  # the year of the list before, where it is not the year before


@dataclass(frozen=True)
class Publication:
    """The draft against the list that is published today; `editions`, the latest first."""

    draft: Draft
    sections: tuple[Section, ...]
    unexplained: tuple[SchoolOfList, ...]
    editions: tuple[IdentificationEdition, ...]
    by_hand: int  # entries of today's list that no edition has made

    @property
    def seen(self) -> str:
        return self.draft.seen_beside(self.editions[0].number if self.editions else 0)

    @property
    def changes(self) -> int:
        return sum(len(section.entered) + len(section.left) for section in self.sections)


def publication_of(municipality: Municipality, school_year: int) -> Publication:
    draft = draft_of(municipality, school_year)
    editions = tuple(
        municipality.identification_editions.filter(school_year=school_year)
        .select_related("published_by")
        .order_by("-number")
    )
    return Publication(
        draft=draft,
        sections=tuple(_against_today(draft, category, label) for category, label in _labels(draft.list).items()),
        unexplained=tuple(one for one in draft.list.schools if one.unexplained),
        editions=editions,
        by_hand=_by_hand(draft, editions),
    )


def _labels(year: YearOfList) -> Mapping[str, str]:
    labels = labels_of(year.rule.groups)
    return {category: labels[category] for category in year.covers}


def _against_today(draft: Draft, category: str, label: str) -> Section:
    included = draft.list.included(category)
    return Section(
        category=category,
        label=label,
        included=included,
        entered=frozenset(one.school for one in included if category not in draft.listed.get(one.school, ())),
        left=tuple(
            one
            for one in draft.list.schools
            if category in draft.listed.get(one.school, ()) and category not in one.included
        ),
    )


def _by_hand(draft: Draft, editions: tuple[IdentificationEdition, ...]) -> int:
    """How many entries of today's list and of the latest edition are not the same."""
    if not editions:
        return sum(len(categories) for categories in draft.listed.values())
    latest = YearOfList.of(editions[0].snapshot)
    published = {(one.school, category) for one in latest.schools for category in one.included}
    listed = {(school, category) for school, categories in draft.listed.items() for category in categories}
    return len(published ^ listed)


def editions_seen(user: Any, municipality: Municipality) -> QuerySet[IdentificationEdition]:
    """Of all years, the latest first; without what they hold."""
    editions = IdentificationEdition.objects.visible_to(user).filter(municipality=municipality)
    return editions.select_related("published_by").defer("snapshot").order_by("-school_year", "-number")


@dataclass(frozen=True)
class EditionView:
    facts: tuple[Fact, ...]
    axes: tuple[Fact, ...]  # of the groups, where the list has them
    sections: tuple[Section, ...]
    rows: tuple[SchoolOfList, ...]  # numbers about few pupils left out for those who may not see them
    decided_otherwise: tuple[SchoolOfList, ...]
    labels: Mapping[str, str]
    source: str
    is_whole: bool  # this person sees all of its schools


def edition_of(user: Any, edition: IdentificationEdition) -> EditionView:
    """Only schools that the person sees, even if the portal has renamed or lost them since."""
    whole = YearOfList.of(edition.snapshot)
    visible = School.objects.allowing(user, Permission.IDENTIFICATION_VIEW).filter(municipality=edition.municipality)
    schools = {school.pk: school for school in visible}
    is_whole = edition.municipality.allows(user, Permission.IDENTIFICATION_VIEW)
    year = whole if is_whole else whole.within(set(schools))
    small, covering = SmallNumbers.seen_by(user), covering_of(user)
    rows = tuple(_as_seen(one, schools.get(one.school), small, covering, edition) for one in year.schools)
    year = replace(year, schools=rows)
    return EditionView(
        facts=rule_facts(year.rule.parameters, year.school_year),
        axes=axes_of(year),
        sections=tuple(
            Section(
                category,
                label,
                year.included(category),
                frozenset(one.school for one in year.entered(category)),
                year.left(category),
                _over_a_gap(year, category),
            )
            for category, label in _labels(year).items()
        ),
        rows=rows,
        decided_otherwise=tuple(one for one in rows if one.differs),
        labels=_labels(year),
        source=year.rule.source,
        is_whole=is_whole,
    )


def _over_a_gap(year: YearOfList, category: str) -> int | None:
    before = year.compared.get(category)
    return None if before == year.school_year - 1 else before


def axes_of(year: YearOfList) -> tuple[Fact, ...]:
    groups, cuts = year.rule.groups, year.cuts
    if groups is None or cuts is None:
        return ()
    return (
        Fact("Результаты", cut_in_words(groups.result_cut, cuts.results, cuts.n)),
        Fact("Условия", cut_in_words(groups.condition_cut, cuts.conditions, cuts.n)),
    )


def _as_seen(
    one: SchoolOfList,
    school: School | None,
    small: SmallNumbers,
    covering: Covering,
    edition: IdentificationEdition,
) -> SchoolOfList:
    """A school that is gone from the portal is shown as the municipality's others are."""
    shown = small.shown_for(school) if school else edition.municipality_id in small.municipalities
    return one if shown else without_small(one, covering)


def without_small(one: SchoolOfList, covering: Covering) -> SchoolOfList:
    """Numbers about few pupils are hidden, and what would tell those of another school: the procedure stays, its
    participants are said to be unknown."""
    return replace(
        one,
        procedures=tuple(
            replace(procedure, participants=None, low=None)
            if is_small(procedure.participants) or _is_covered(one.school, procedure, covering)
            else procedure
            for procedure in one.procedures
        ),
    )


def _is_covered(school: int, procedure: ProcedureOfSchool, covering: Covering) -> bool:
    exam = procedure.exam
    return covering.hides_work(school, procedure.school_year, exam.procedure, exam.subject, exam.grade)
