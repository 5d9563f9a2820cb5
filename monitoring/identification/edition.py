"""The list of a year with all that it came from: what a draft shows, an order publishes and a document prints.

Kept as JSON for ever, so what it says of a school is written out: a later name, code or result changes nothing in it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from monitoring.identification.groups import GroupSettings
from monitoring.identification.parameters import Exam, Parameters
from monitoring.identification.rule import Finding, ProcedureOfSchool, Standing, Verdict


@dataclass(frozen=True)
class RuleOfYear:
    """`number` is None for the defaults, which no version was kept of."""

    parameters: Parameters
    source: str
    groups: GroupSettings | None = None
    number: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "parameters": self.parameters.to_json(),
            "source": self.source,
            "groups": self.groups.to_json() if self.groups else None,
            "number": self.number,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "RuleOfYear":
        groups = GroupSettings.of(stored["groups"]) if stored["groups"] else None
        return cls(Parameters.of(stored["parameters"]), stored["source"], groups, stored["number"])


@dataclass(frozen=True)
class Cuts:
    """The lines of both axes, and over how many schools they were drawn; None where there were too few."""

    n: int
    results: tuple[Fraction, Fraction] | None
    conditions: tuple[Fraction, Fraction] | None


@dataclass(frozen=True)
class SchoolOfList:
    """One school: what the rule finds, what is proposed, what people decided, what the list before said."""

    school: int
    code: str
    name: str
    procedures: tuple[ProcedureOfSchool, ...]
    verdict: Verdict
    result: Fraction | None = None  # its place on the axes of the groups
    condition: Fraction | None = None
    proposed: tuple[str, ...] = ()  # categories
    included: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)  # {category: why people decided so}
    before: tuple[str, ...] = ()  # categories that the list before had it in

    @property
    def finding(self) -> Finding[int]:
        return Finding(self.school, self.procedures, self.verdict)

    @property
    def differs(self) -> tuple[str, ...]:
        """Categories in which people decided otherwise than was proposed."""
        return tuple(sorted(set(self.proposed) ^ set(self.included)))

    @property
    def unexplained(self) -> tuple[str, ...]:
        return tuple(category for category in self.differs if not self.reasons.get(category, "").strip())


@dataclass(frozen=True)
class YearOfList:
    """`covers` are the categories that the list is about; others of the year are none of its business. `compared` says
    of those that had a list before, of which school year it is: in a category that is new nobody has entered
    anything."""

    school_year: int
    rule: RuleOfYear
    covers: tuple[str, ...]
    schools: tuple[SchoolOfList, ...]  # in natural order
    compared: Mapping[str, int] = field(default_factory=dict)
    cuts: Cuts | None = None

    def within(self, schools: set[int]) -> "YearOfList":
        """What somebody sees who sees only these schools."""
        kept = tuple(one for one in self.schools if one.school in schools)
        return YearOfList(self.school_year, self.rule, self.covers, kept, self.compared, self.cuts)

    def included(self, category: str) -> tuple[SchoolOfList, ...]:
        return tuple(one for one in self.schools if category in one.included)

    def entered(self, category: str) -> tuple[SchoolOfList, ...]:
        """Against the list before; nobody where there is none."""
        return tuple(one for one in self.included(category) if category in self.compared and category not in one.before)

    def left(self, category: str) -> tuple[SchoolOfList, ...]:
        return tuple(one for one in self.schools if category in one.before and category not in one.included)

    def to_json(self) -> dict[str, Any]:
        return {
            "school_year": self.school_year,
            "rule": self.rule.to_json(),
            "covers": list(self.covers),
            "schools": [_school_json(one) for one in self.schools],
            "compared": dict(self.compared),
            "cuts": _cuts_json(self.cuts) if self.cuts else None,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "YearOfList":
        return cls(
            school_year=stored["school_year"],
            rule=RuleOfYear.of(stored["rule"]),
            covers=tuple(stored["covers"]),
            schools=tuple(_school(one) for one in stored["schools"]),
            compared=_compared(stored),
            cuts=_cuts(stored["cuts"]) if stored["cuts"] else None,
        )

    @property
    def fingerprint(self) -> str:
        """Another one when anything in the list is another: who publishes says which list they have seen."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()


def _school_json(one: SchoolOfList) -> dict[str, Any]:
    return asdict(one) | {
        "procedures": [
            one.exam._asdict()
            | {
                "school_year": one.school_year,
                "participants": one.participants,
                "low": one.low,
                "standing": one.standing.value,
            }
            for one in one.procedures
        ],
        "verdict": one.verdict.value,
        "result": _text(one.result),
        "condition": _text(one.condition),
        "reasons": dict(one.reasons),
        "proposed": list(one.proposed),
        "included": list(one.included),
        "before": list(one.before),
    }


def _school(stored: Mapping[str, Any]) -> SchoolOfList:
    procedures = tuple(
        ProcedureOfSchool(
            exam=Exam(one["procedure"], one["subject"], one["grade"]),
            school_year=one["school_year"],
            participants=one["participants"],
            low=one["low"],
            standing=Standing(one["standing"]),
        )
        for one in stored["procedures"]
    )
    return SchoolOfList(
        school=stored["school"],
        code=stored["code"],
        name=stored["name"],
        procedures=procedures,
        verdict=Verdict(stored["verdict"]),
        result=_fraction(stored["result"]),
        condition=_fraction(stored["condition"]),
        proposed=tuple(stored["proposed"]),
        included=tuple(stored["included"]),
        reasons=dict(stored["reasons"]),
        before=tuple(stored["before"]),
    )


def _compared(stored: Mapping[str, Any]) -> dict[str, int]:
    """The first editions named categories alone, as they compared with the year before and with no other."""
    found = stored["compared"]
    return dict.fromkeys(found, stored["school_year"] - 1) if isinstance(found, list) else dict(found)


def _cuts_json(cuts: Cuts) -> dict[str, Any]:
    def lines(pair: tuple[Fraction, Fraction] | None) -> list[str] | None:
        return [str(pair[0]), str(pair[1])] if pair else None

    return {"n": cuts.n, "results": lines(cuts.results), "conditions": lines(cuts.conditions)}


def _cuts(stored: Mapping[str, Any]) -> Cuts:
    def lines(pair: list[str] | None) -> tuple[Fraction, Fraction] | None:
        return (Fraction(pair[0]), Fraction(pair[1])) if pair else None

    return Cuts(stored["n"], lines(stored["results"]), lines(stored["conditions"]))


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
