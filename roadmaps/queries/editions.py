"""Editions of a programme: which there are, and what changed from one to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from roadmaps.models import Programme, ProgrammeEdition
from roadmaps.passport.changes import compare
from roadmaps.queries.passport import NAMES, ChangeInWords, content_of, in_words

NOW = 0  # the number that stands for the text as it is today


@dataclass(frozen=True)
class Comparison:
    """Two states of a passport; a missing edition is the text of today."""

    before: ProgrammeEdition | None
    after: ProgrammeEdition | None
    changes: tuple[ChangeInWords, ...]


def editions_of(programme: Programme) -> list[ProgrammeEdition]:
    """The latest first."""
    return list(programme.editions.select_related("approved_by").order_by("-number"))


def comparison(
    programme: Programme, editions: Sequence[ProgrammeEdition], before: int, after: int
) -> Comparison | None:
    """None where there is no such edition. `NOW` stands for the text of today."""
    known: dict[int, ProgrammeEdition | None] = {NOW: None} | {edition.number: edition for edition in editions}
    if before not in known or after not in known:
        return None
    states = [known[before], known[after]]
    texts: list[dict[str, Any]] = [edition.content if edition else content_of(programme) for edition in states]
    names = [text.get(NAMES, {}) for text in texts]
    return Comparison(states[0], states[1], tuple(in_words(programme, compare(texts[0], texts[1]), *names)))
