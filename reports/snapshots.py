"""What a document says, frozen: plain data without ids and clock, so that the same data are the same bytes."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from schools.wording import counted


@dataclass(frozen=True)
class NoteIndicator:
    """One indicator of the programme in the period of the note; numbers are exact, as text."""

    code: str
    short_name: str
    wording: str
    unit: str
    sentence: str  # templates, see `reports.wording`
    sentence_all: str
    method: str
    value: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    target: str | None = None
    target_is_demo: bool = False
    reading: str = "no_data"
    change: str | None = None
    change_from: str = ""
    change_reading: str = "no_data"
    excluded: int = 0
    warnings: tuple[str, ...] = ()
    comment: str = ""  # written by people, stands after the sentence
    compared_with: str = ""  # the period that the schools' dynamics look back to
    without_results: tuple[str, ...] = ()  # periods in between that have none
    schools_yes: tuple[str, ...] = ()  # a share of schools: who meets the condition,
    schools_no: tuple[str, ...] = ()  # who does not,
    schools_unknown: tuple[str, ...] = ()  # and who has no data and so is in neither part


@dataclass(frozen=True)
class AnalyticalNote:
    """The yearly note of a municipality."""

    municipality: str
    department: str
    is_demo: bool
    period: str
    programme: str
    background: str
    aim: str
    tasks: tuple[str, ...]
    indicators: tuple[NoteIndicator, ...]
    problems: tuple[str, ...]
    next_tasks: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return dict(json.loads(canonical(asdict(self))))

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        indicators = tuple(NoteIndicator(**_tuples(row)) for row in stored["indicators"])
        kept = {one.name for one in fields(cls)}  # an older edition may hold what is said no more
        said = {name: value for name, value in _tuples(stored).items() if name in kept}
        return cls(**said | {"indicators": indicators})

    @staticmethod
    def contents_of(stored: dict[str, Any]) -> str:
        """What a kept note holds, in a word."""
        indicators = stored.get("indicators", [])
        with_values = sum(row["value"] is not None for row in indicators)
        shown = counted(len(indicators), "показатель,показателя,показателей")
        return f"{shown}, со значением — {with_values}"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(canonical(asdict(self)).encode()).hexdigest()


def canonical(stored: dict[str, Any]) -> str:
    """One text for one content."""
    return json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _tuples(stored: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
