"""Templates of plans of interaction: made of what the documents say that pairs do. Each says what it is made from."""

import json
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from mentoring.kinds import Kind


@dataclass(frozen=True)
class StepTemplate:
    title: str
    number: str = ""
    deadline: str = ""
    responsible: str = ""
    expected: str = ""


@dataclass(frozen=True)
class PairingTemplate:
    key: str
    title: str
    source: str  # what it is made from, in whole sentences
    kinds: tuple[Kind, ...]  # that it suits
    steps: tuple[StepTemplate, ...]


@cache
def pairing_templates() -> dict[str, PairingTemplate]:
    """By key, in the order in which they are offered."""
    told = json.loads((settings.BASE_DIR / "fixtures" / "pairing_plans.json").read_text(encoding="utf-8"))
    return {
        row["key"]: PairingTemplate(
            row["key"],
            row["title"],
            row["source"],
            tuple(map(Kind, row["kinds"])),
            tuple(StepTemplate(**step) for step in row["steps"]),
        )
        for row in told
    }


def templates_for(kind: Kind) -> list[PairingTemplate]:
    return [template for template in pairing_templates().values() if kind in template.kinds]
