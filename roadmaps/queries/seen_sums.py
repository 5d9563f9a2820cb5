"""Rows of several plans summed up: by school, and by who answers for them."""

from collections import Counter
from dataclasses import dataclass, field

from roadmaps.queries.seen import Seen
from roadmaps.queries.standing import counts_by_name
from roadmaps.states import Status
from schools.ordering import natural_key


@dataclass
class Sum:
    """How many rows of a school, or of somebody who answers, are in which state."""

    name: str
    key: str = ""  # of the school; blank: the municipality, or no school at all
    counts: Counter[Status] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def states(self) -> list[int]:
        """In the order of the states."""
        return [self.counts[status] for status in Status]


def by_school(seen: Seen) -> list[Sum]:
    """Plans by whose they are: the municipality's first. Seen with counts."""
    found: dict[int | None, Sum] = {}
    for plan in seen.plans.values():
        one = found.setdefault(plan.school_id, Sum(plan.owner, str(plan.school_id or "")))
        for status, keys in seen.of_state.items():
            one.counts[status] += keys.counts.get(plan.pk, 0)
    return [one for one in found.values() if one.total]


def by_responsible(seen: Seen) -> list[Sum]:
    """By name as printed; rows that name nobody last. Seen with counts."""
    found: dict[str, Sum] = {}
    if seen.known is not None:
        for name, state, count in counts_by_name(seen.known):
            found.setdefault(name, Sum(name)).counts[state] += count
    return sorted(found.values(), key=lambda one: (not one.name, natural_key(one.name)))
