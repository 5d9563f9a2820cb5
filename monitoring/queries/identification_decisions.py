"""What is to be decided about each school of a year, beside what the portal proposes and what others have decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitoring.identification.edition import SchoolOfList
from monitoring.identification.groups import Group
from monitoring.identification.margin import margin
from monitoring.identification_wording import labels_of, margin_in_words
from monitoring.models import IdentificationDecision
from monitoring.queries.identification_draft import Draft
from schools.models import Category, School

YES, NO = "yes", "no"
NO_GROUP = ""
GROUPS = tuple(group.value for group in Group)
CATEGORIES = {"list": (Category.LOW_RESULTS.value,), "group": GROUPS}  # that a question is about, by its part


@dataclass(frozen=True)
class Question:
    """Whether a school is in the list of ШНОР (`list`: yes or no), or in which group it is (`group`: its code)."""

    part: str
    title: str
    options: tuple[tuple[str, str], ...]
    proposed: str
    chosen: str
    reason: str
    seen: str  # the versions of the decisions behind it, «deprived:2,resilient:1»
    decided: IdentificationDecision | None  # the latest of them

    @property
    def categories(self) -> tuple[str, ...]:
        return CATEGORIES[self.part]

    @property
    def chosen_label(self) -> str:
        return dict(self.options)[self.chosen]

    def answer(self, chosen: str) -> dict[str, bool]:
        """By category: choosing a group is deciding about all of them."""
        if self.part == "list":
            return {Category.LOW_RESULTS.value: chosen == YES}
        return {group: group == chosen for group in GROUPS}


@dataclass(frozen=True)
class DecisionLine:
    school: School
    one: SchoolOfList
    margin_text: str
    questions: tuple[Question, ...]
    listed: frozenset[str]  # what the published list says today


def decision_lines(draft: Draft, schools: Sequence[SchoolOfList]) -> list[DecisionLine]:
    """Of these schools of the draft, in their order."""
    by_key = {school.pk: school for school in draft.schools}
    parameters, year = draft.list.rule.parameters, draft.list.school_year
    return [
        DecisionLine(
            school=by_key[one.school],
            one=one,
            margin_text=margin_in_words(margin(one.finding, parameters, year), one.finding, parameters),
            questions=_questions(draft, one),
            listed=draft.listed.get(one.school, frozenset()),
        )
        for one in schools
    ]


def _questions(draft: Draft, one: SchoolOfList) -> tuple[Question, ...]:
    low = Category.LOW_RESULTS.value
    of_list = _question(
        draft,
        one,
        part="list",
        title=Category.LOW_RESULTS.label,
        options=((YES, "включить"), (NO, "не включать")),
        proposed=YES if low in one.proposed else NO,
        chosen=YES if low in one.included else NO,
    )
    if not draft.list.rule.groups:
        return (of_list,)
    labels = labels_of(draft.list.rule.groups)
    of_group = _question(
        draft,
        one,
        part="group",
        title="группа",
        options=((NO_GROUP, "ни в одной группе"), *((group, labels[group]) for group in GROUPS)),
        proposed=next((group for group in GROUPS if group in one.proposed), NO_GROUP),
        chosen=next((group for group in GROUPS if group in one.included), NO_GROUP),
    )
    return of_list, of_group


def _question(
    draft: Draft,
    one: SchoolOfList,
    *,
    part: str,
    title: str,
    options: tuple[tuple[str, str], ...],
    proposed: str,
    chosen: str,
) -> Question:
    places = [(one.school, category) for category in CATEGORIES[part]]
    rows = [draft.decisions[place] for place in places if place in draft.decisions]
    latest = max(rows, key=lambda row: (row.decided_at, row.pk), default=None)
    return Question(
        part=part,
        title=title,
        options=options,
        proposed=proposed,
        chosen=chosen,
        reason=latest.reason if latest else "",
        seen=",".join(f"{row.category}:{row.version}" for row in rows),
        decided=latest,
    )


def versions_of(seen: str) -> dict[str, int]:
    """What a form sent back; what cannot be read was not seen, so that saving is refused."""
    versions = {}
    for part in seen.split(","):
        category, _, version = part.partition(":")
        if version.isdecimal():
            versions[category] = int(version)
    return versions
