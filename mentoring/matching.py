"""Who could help a school: each with what speaks for it and what against, in words. Pure; people choose."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mentoring.kinds import Term
from schools.ordering import natural_key

LIKE = 1.0  # standard deviations between conditions that are alike
SOON = 90  # days in which somebody leaves the pool
MOST_INDICATORS = 3  # that are named


@dataclass
class Candidate:
    """A school or somebody of the pool; `distance` of conditions in standard deviations, None where they cannot be
    compared."""

    key: int
    name: str
    reasons: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    is_full: bool = False
    distance: float | None = None

    def weigh_conditions(self, distance: float | None, words: str) -> None:
        """`words` name both sides' numbers."""
        self.distance = distance
        if distance is None:
            self.against.append("условия не сравнить: не хватает сведений о школах")
        elif distance <= LIKE:
            self.reasons.append(f"похожие условия: {words}")
        else:
            self.against.append(f"условия отличаются: {words}")

    def weigh_past(self, terms: Sequence[Term], today: dt.date) -> None:
        """Pairings of the same two sides, before or now."""
        if any(term.holds_on(today) for term in terms):
            self.against.append("уже помогает этой школе")
        elif terms:
            last = max(terms, key=lambda term: term.starts_on)
            until = f" по {last.ends_on:%d.%m.%Y}" if last.ends_on else ""
            self.against.append(f"такая пара уже была: с {last.starts_on:%d.%m.%Y}{until}")

    def weigh_load(self, load: int, limit: int | None, words: str) -> None:
        """How many pairings there are now; `words` name them."""
        self.is_full = limit is not None and load >= limit
        of_limit = f" при пределе {limit}" if limit is not None else ""
        if self.is_full:
            self.against.append(f"нагрузка полная: {words}{of_limit}")
        elif load == 0:
            self.reasons.append("сейчас никому не помогает")
        elif limit is not None:
            self.reasons.append(f"может взять ещё: {words}{of_limit}")
        else:
            self.against.append(f"уже помогает: {words}")

    def weigh_results(self, reached: Sequence[str]) -> None:
        """Short names of indicators whose plan this one reaches and the other does not."""
        if reached:
            named = ", ".join(f"«{name}»" for name in reached[:MOST_INDICATORS])
            left = len(reached) - MOST_INDICATORS
            more = f" и ещё {left}" if left > 0 else ""
            self.reasons.append(f"достигает плана там, где школа отстаёт: {named}{more}")

    def weigh_leaving(self, until: dt.date | None, today: dt.date) -> None:
        if until is not None and until - today < dt.timedelta(days=SOON):
            self.against.append(f"в списке центра только по {until:%d.%m.%Y}")


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those who have room first, then by how much more speaks for them than against, then the nearest."""

    def rank(one: Candidate) -> tuple[object, ...]:
        distance = one.distance if one.distance is not None else float("inf")
        return one.is_full, len(one.against) - len(one.reasons), distance, natural_key(one.name)

    return sorted(candidates, key=rank)


def speaks_of(subject: str, subjects: str) -> bool:
    """Whether a list of subjects as people write it («математика, физика») has this one."""
    wanted = subject.strip().casefold()
    return any(wanted in one or one in wanted for one in split(subjects)) if wanted else False


def split(subjects: str) -> list[str]:
    return [one for part in subjects.casefold().split(",") if (one := part.strip())]
