"""What all editing of roadmaps shares: who may, when, and what two people have changed at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.access import Permission
from accounts.models import User
from roadmaps.models import ActivityChange, Roadmap, RoadmapChange
from roadmaps.plans.merging import Merged, Values, merge, values_at
from roadmaps.queries.editing import past_of

NOT_ALLOWED = "Дорожную карту изменяют те, кто её ведёт: управление образования и методический центр."
CLOSED = "Дорожная карта завершена: она больше не изменяется."
NO_REASON = "Дорожная карта утверждена: напишите, почему она изменяется, — причина останется в истории."
NO_REASON_TO_REMOVE = "Напишите причину: она останется в истории."
CHANGED = "Пока вы писали, те же поля изменили. Ничего не сохранено: выберите для каждого поля, что оставить."


class EditRefused(Exception):
    """The plan stays as it is; the text is for people and says why."""


@dataclass(frozen=True)
class Seen:
    """Which version somebody looked at. `undecided` are fields in conflict, each with the version in which the person
    saw it before that; of `theirs` the person gives up what they have typed."""

    version: int
    undecided: Mapping[str, int] = field(default_factory=dict)
    theirs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else has changed meanwhile, and otherwise."""

    name: str
    was: Any
    theirs: Any
    mine: Any
    by: User | None
    at: datetime | None


class ChangedMeanwhile(EditRefused):
    """Nothing is overwritten: the person decides field by field."""

    def __init__(self, merged: Merged, typed: Values, conflicts: tuple[Conflict, ...], version: int) -> None:
        super().__init__(CHANGED)
        self.merged, self.typed, self.conflicts, self.version = merged, typed, conflicts, version

    @property
    def values(self) -> Values:
        """What the form goes on with: what others alone changed is theirs, all else as it was typed."""
        return self.merged.values | {one.name: one.mine for one in self.conflicts}


def may_edit(user: Any, roadmap: Roadmap) -> bool:
    return (roadmap.school or roadmap.municipality).allows(user, Permission.PLANS_EDIT)


def locked_roadmap(pk: int) -> Roadmap:
    """Whoever else edits the plan, or decides about its rows in bulk, waits."""
    Roadmap.objects.select_for_update(no_key=True).values_list("pk").get(pk=pk)
    return Roadmap.objects.select_related("municipality", "school").get(pk=pk)


def refuse_editing(roadmap: Roadmap, reason: str, by: User) -> None:
    """Raises EditRefused: a plan in force is amended, which asks for a reason; one that is closed is over."""
    if not may_edit(by, roadmap):
        raise EditRefused(NOT_ALLOWED)
    if roadmap.state == Roadmap.State.CLOSED:
        raise EditRefused(CLOSED)
    if roadmap.state == Roadmap.State.APPROVED and not reason.strip():
        raise EditRefused(NO_REASON)


def merged_with(
    *,
    stored: Values,
    typed: Values,
    seen: Seen,
    version: int,
    changes: Iterable[ActivityChange | RoadmapChange],
) -> Merged:
    """What is to be stored. Raises ChangedMeanwhile where both changed the same field."""
    lines: list[ActivityChange | RoadmapChange] = list(changes)
    past = past_of(lines)
    before = values_at(seen.version, stored, past)
    for name, first in seen.undecided.items():
        before[name] = values_at(first, stored, past).get(name)
    typed = typed | {name: values_at(seen.version, stored, past)[name] for name in seen.theirs if name in stored}
    merged = merge(seen=before, stored=stored, typed=typed)
    if merged.conflicts:
        last = {name: line for line in lines for name in line.before.get("fields", {})}
        conflicts = tuple(
            Conflict(
                name,
                before[name],
                stored[name],
                typed[name],
                last[name].by if name in last else None,
                last[name].at if name in last else None,
            )
            for name in merged.conflicts
        )
        raise ChangedMeanwhile(merged, typed, conflicts, version)
    return merged


def note_of_plan(
    roadmap: Roadmap, action: str, by: User, reason: str, *, before: Values | None = None, after: Values | None = None
) -> None:
    """A line of the roadmap's history, and the version that it makes."""
    roadmap.version += 1
    roadmap.save(update_fields=["version"])
    RoadmapChange.objects.create(
        roadmap=roadmap,
        by=by,
        action=action,
        before=before or {},
        after=(after or {}) | {"version": roadmap.version},
        reason=reason.strip(),
    )
