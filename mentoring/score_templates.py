"""The criteria that a municipality may begin with: those of the concept of Армавир, the only document that prints any
(section 6.4). What of the scales is the document's and what the portal's own, each set says in its source."""

import json
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from mentoring.scores import SheetKind


@dataclass(frozen=True)
class CriterionTemplate:
    code: str
    text: str
    scale: tuple[str, ...]  # what each score means, from nought on
    by_centre: bool = False


@dataclass(frozen=True)
class SheetTemplate:
    kind: SheetKind
    middle_from: int
    high_from: int
    source: str
    criteria: tuple[CriterionTemplate, ...]


@dataclass(frozen=True)
class ScoreTemplates:
    school_year: int  # the first in which the document was in force
    sheets: tuple[SheetTemplate, ...]


@cache
def score_templates() -> ScoreTemplates:
    told = json.loads((settings.BASE_DIR / "fixtures" / "armavir" / "scores.json").read_text(encoding="utf-8"))
    return ScoreTemplates(
        told["school_year"],
        tuple(
            SheetTemplate(
                SheetKind(row["kind"]),
                row["middle_from"],
                row["high_from"],
                row["source"],
                tuple(
                    CriterionTemplate(one["code"], one["text"], tuple(one["scale"]), one.get("by_centre", False))
                    for one in row["criteria"]
                ),
            )
            for row in told["sheets"]
        ),
    )
