"""What jobs work on, in words. Upper apps say it for their kinds when they start, so that pages of jobs import none."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Job


@dataclass(frozen=True)
class Subject:
    """What one job works on, and where people go when the same job cannot be done again."""

    text: str
    link: str = ""
    instead: str = ""  # why it cannot be done again, and what to do; empty when it can
    instead_link: str = ""
    instead_link_text: str = ""


# The user, and all jobs of one kind on a page: a subject for each, by the job's id, in a constant number of queries.
About = Callable[[Any, Sequence[Job]], Mapping[int, Subject]]


@dataclass(frozen=True)
class KindWords:
    about: About
    cancelling: str  # what is lost by cancelling: a sentence
    rows: str  # what `Job.rows` counts, for 1, 2 and 5


UNKNOWN = Subject("", instead="Эта версия портала не умеет выполнять такую работу.")
GONE = Subject("Удалено", instead="То, над чем шла работа, удалено.")
UNKNOWN_WORDS = KindWords(lambda user, jobs: {job.pk: UNKNOWN for job in jobs}, "Работа не будет выполнена.", ",,")

_kinds: dict[str, KindWords] = {}


def register(kind: str, about: About, *, cancelling: str, rows: str = "строка,строки,строк") -> None:
    _kinds[kind] = KindWords(about, cancelling, rows)


def words_of(kind: str) -> KindWords:
    """A row may be left by another version of the portal, whose work this one does not know."""
    return _kinds.get(kind, UNKNOWN_WORDS)


def subjects_of(user: Any, jobs: Iterable[Job]) -> dict[int, Subject]:
    """A subject for each job, by its id; each kind is asked once."""
    by_kind: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        by_kind[job.kind].append(job)
    found: dict[int, Subject] = {}
    for kind, of_kind in by_kind.items():
        known = words_of(kind).about(user, of_kind)
        found |= {job.pk: known.get(job.pk, GONE) for job in of_kind}
    return found
