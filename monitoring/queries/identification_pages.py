"""What the pages about the rule of a year show: the proposal school by school, and another rule beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitoring.identification.edition import RuleOfYear, SchoolOfList
from monitoring.identification.margin import Margin, margin
from monitoring.identification.parameters import Parameters
from monitoring.identification.rule import Finding, Verdict, compare
from monitoring.identification_wording import margin_in_words, rule_facts
from monitoring.queries.identification_draft import Draft
from monitoring.queries.identification_rule import read_material
from schools.models import Municipality, School

CLOSE = 2  # so many marks or fewer separate a school from another finding


@dataclass(frozen=True)
class ProposalRow:
    school: School
    one: SchoolOfList
    margin: Margin | None
    margin_text: str
    listed: frozenset[str]

    @property
    def is_close(self) -> bool:
        return self.margin is not None and self.margin.pupils <= CLOSE


def proposal_rows(draft: Draft) -> list[ProposalRow]:
    return [_proposal_row(draft, school, one) for school, one in zip(draft.schools, draft.list.schools, strict=True)]


def _proposal_row(draft: Draft, school: School, one: SchoolOfList) -> ProposalRow:
    parameters = draft.list.rule.parameters
    found = margin(one.finding, parameters, draft.list.school_year)
    text = margin_in_words(found, one.finding, parameters)
    return ProposalRow(school, one, found, text, draft.listed.get(school.pk, frozenset()))


FILTERS = {
    "": "все школы",
    "proposed": "предложенные правилом",
    "close": "рядом с порогом (до 2 отметок)",
    "no_data": "недостаточно данных",
}


def shown(rows: Sequence[ProposalRow], which: str) -> list[ProposalRow]:
    match which:
        case "proposed":
            return [row for row in rows if row.one.verdict is Verdict.MEETS]
        case "close":
            return [row for row in rows if row.is_close]
        case "no_data":
            return [row for row in rows if row.one.verdict is Verdict.NOT_ENOUGH_DATA]
    return list(rows)


@dataclass(frozen=True)
class FactBeside:
    """A parameter of the saved rule beside that of the other one."""

    name: str
    saved: str
    other: str

    @property
    def differs(self) -> bool:
        return self.saved != self.other


@dataclass(frozen=True)
class SchoolBeside:
    school: School
    saved: Finding[int]
    other: Finding[int]


@dataclass(frozen=True)
class WhatIf:
    """The saved rule and another one over the same results."""

    facts: tuple[FactBeside, ...]
    enter: tuple[SchoolBeside, ...]
    leave: tuple[SchoolBeside, ...]
    stay: tuple[SchoolBeside, ...]
    not_enough_saved: int
    not_enough_other: int


def what_if(municipality: Municipality, school_year: int, rule: RuleOfYear, other: Parameters) -> WhatIf:
    """As many queries as for one rule."""
    material = read_material(municipality, school_year, [rule.parameters, other])
    saved_findings, other_findings = material.findings(rule.parameters), material.findings(other)
    difference = compare(saved_findings, other_findings)
    by_key = {school.pk: school for school in material.schools}

    def beside(schools: Sequence[int]) -> tuple[SchoolBeside, ...]:
        return tuple(SchoolBeside(by_key[pk], saved_findings[pk], other_findings[pk]) for pk in schools)

    facts = zip(rule_facts(rule.parameters, school_year), rule_facts(other, school_year), strict=True)
    return WhatIf(
        facts=tuple(FactBeside(saved.name, saved.text, tried.text) for saved, tried in facts),
        enter=beside(difference.enter),
        leave=beside(difference.leave),
        stay=beside(difference.stay),
        not_enough_saved=_not_enough(saved_findings),
        not_enough_other=_not_enough(other_findings),
    )


def _not_enough(findings: Mapping[int, Finding[int]]) -> int:
    return sum(finding.verdict is Verdict.NOT_ENOUGH_DATA for finding in findings.values())
