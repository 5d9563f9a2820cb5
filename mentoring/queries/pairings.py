"""The list of pairings, narrowed as the address says, and what the page of one tells."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from accounts.access import Permission
from mentoring.kinds import KIND_LABELS, Standing, Term
from mentoring.models import Pairing
from mentoring.queries.history import ChangeLine, in_lines
from roadmaps.models import Roadmap
from schools.models import Municipality, School, SchoolRisk
from schools.ordering import natural_key

STATES = {"": "Любое", **{standing.value: standing.label.capitalize() for standing in Standing}}
FIELD_WORDS = {
    "starts_on": "Действует с",
    "ends_on": "Действует по",
    "order_number": "Номер приказа",
    "order_date": "Дата приказа",
    "aims": "Цели",
    "deficits": "Дефициты",
    "count": "Сколько пар",
    "risks": "Риски",
    "plan": "План",
    "plan_starts_on": "План с",
    "plan_ends_on": "План по",
    "plan_state": "Состояние плана",
    "step": "Строка плана",
    "title": "Что делаем",
    "deadline": "Срок",
    "responsible": "Кто отвечает",
    "expected": "Ожидаемый результат",
    "state": "Состояние",
}
CLOSED_FIELDS = frozenset({"aims", "deficits", "risks"})  # texts, for those to whom the pairing is open
ACTIONS = {
    "made": "пара заведена",
    "changed": "пара изменена",
    "ended": "пара завершена раньше срока",
    "resumed": "пара возобновлена",
    "plan_made": "составлен план",
    "plan_changed": "план изменён",
    "step_added": "в план добавлена строка",
    "step_changed": "строка плана изменена",
    "step_moved": "строка плана переставлена",
    "step_removed": "строка убрана из плана",
    "step_overruled": "состояние строки установлено решением",
}


@dataclass(frozen=True)
class PairingFilters:
    """`state` None: current ones, or all where none is."""

    kind: str = ""
    school: int | None = None
    mentor: int | None = None
    state: str | None = None

    @property
    def is_empty(self) -> bool:
        return not self.kind and self.school is None and self.mentor is None


@dataclass(frozen=True)
class Key:
    """As much of a pairing as filters and order ask for."""

    pk: int
    kind: str
    term: Term
    schools: dict[int, str]  # both sides' by key
    helped: str
    mentor_id: int | None
    mentor: str

    def is_wanted(self, filters: PairingFilters) -> bool:
        return (
            filters.kind in ("", self.kind)
            and (filters.school is None or filters.school in self.schools)
            and (filters.mentor is None or filters.mentor == self.mentor_id)
        )


@dataclass(frozen=True)
class Listed:
    """Keys in the order of the helped schools, and what the list can be narrowed to."""

    keys: list[int]
    state: str
    counts: Counter[str]  # by standing, of what the other filters leave
    total: int  # that the person sees at all
    kinds: list[tuple[str, str]] = field(default_factory=list)
    schools: list[tuple[int, str]] = field(default_factory=list)
    mentors: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class PairingLine:
    """A pairing as this person may see it on this day."""

    pairing: Pairing
    is_open: bool
    today: dt.date

    @property
    def standing(self) -> Standing:
        return self.pairing.standing(self.today)

    @property
    def helper(self) -> str:
        return self.pairing.helper_in_words(named=self.is_open)

    @property
    def helped(self) -> str:
        return self.pairing.helped_in_words(named=self.is_open)

    @property
    def title(self) -> str:
        return self.pairing.in_words(named=self.is_open)


def pairing_list(user: Any, municipality: Municipality, filters: PairingFilters, today: dt.date) -> Listed:
    """One query, whatever is asked for."""
    keys = _keys(user, municipality)
    wanted = [key for key in keys if key.is_wanted(filters)]
    counts = Counter(key.term.standing(today).value for key in wanted)
    state = filters.state if filters.state is not None else Standing.CURRENT if counts[Standing.CURRENT] else ""
    shown = [key for key in wanted if state in ("", key.term.standing(today).value)]
    shown.sort(key=lambda key: (natural_key(key.helped), key.kind, key.term.starts_on, key.pk))
    schools = {pk: name for key in keys for pk, name in key.schools.items()}
    mentors = {key.mentor_id: key.mentor for key in keys if key.mentor_id is not None}
    kinds = {key.kind for key in keys}
    return Listed(
        [key.pk for key in shown],
        state,
        counts,
        len(keys),
        [(kind.value, label) for kind, label in KIND_LABELS.items() if kind.value in kinds],
        sorted(schools.items(), key=lambda one: natural_key(one[1])),
        sorted(mentors.items(), key=lambda one: natural_key(one[1])),
    )


def _keys(user: Any, municipality: Municipality) -> list[Key]:
    found = Pairing.objects.visible_to(user).filter(municipality=municipality).order_by()
    rows = found.values_list(
        "pk", "kind", "starts_on", "ends_on", "mentor", "mentor__name", "school", "school__name", "helping_school",
        "helping_school__name", "helping_teacher__school", "helping_teacher__school__name",
    )  # fmt: skip
    return [
        Key(
            pk,
            kind,
            Term(starts_on, ends_on),
            {key: name for key, name in ((to, helped), (by, helping), (of, home)) if key is not None},
            helped,
            mentor_id,
            mentor or "",
        )
        for pk, kind, starts_on, ends_on, mentor_id, mentor, to, helped, by, helping, of, home in rows
    ]


def pairing_lines(user: Any, keys: Sequence[int], today: dt.date) -> list[PairingLine]:
    """In the order of the keys, which the person may see."""
    pairings = Pairing.objects.with_sides().in_bulk(keys)
    return lines_of(user, [pairings[key] for key in keys if key in pairings], today)


def lines_of(user: Any, pairings: Iterable[Pairing], today: dt.date) -> list[PairingLine]:
    """Of pairings that the person sees, which come with their sides."""
    found = list(pairings)
    keys = [pairing.pk for pairing in found]
    is_open = set(Pairing.objects.open_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    return [PairingLine(pairing, pairing.pk in is_open, today) for pairing in found]


def line_of(user: Any, pairing: Pairing, today: dt.date) -> PairingLine:
    return lines_of(user, [pairing], today)[0]


def table_of(lines: Iterable[PairingLine]) -> list[list[str]]:
    """As a spreadsheet: what the list shows, no texts."""
    head = ["Вид", "Кому помогают", "Кто помогает", "Действует с", "Действует по", "Основание", "Состояние"]
    rows = [
        [
            line.pairing.get_kind_display(),
            line.helped,
            line.helper,
            f"{line.pairing.starts_on:%d.%m.%Y}",
            f"{line.pairing.ends_on:%d.%m.%Y}" if line.pairing.ends_on else "",
            line.pairing.basis,
            line.standing.label,
        ]
        for line in lines
    ]
    return [head, *rows]


def risks_of(user: Any, line: PairingLine) -> list[SchoolRisk]:
    """That it works on: for its sides, and for those who may look into the school's risks anyway."""
    risks = line.pairing.risks.select_related("factor").order_by("factor__position", "pk")
    if not line.is_open:
        risks = risks.filter(pk__in=SchoolRisk.objects.visible_to(user).values("pk"))
    return list(risks)


def roadmaps_of(user: Any, pairing: Pairing) -> QuerySet[Roadmap]:
    """Of the helped school, as far as the person may read them: to the helping side the pairing opens them."""
    return Roadmap.objects.visible_to(user).filter(school=pairing.school_id).order_by("-starts_on", "pk")


def history_of(line: PairingLine) -> list[ChangeLine]:
    """The latest first; texts and reasons only for those to whom the pairing is open."""
    changes = line.pairing.changes.select_related("by").order_by("-at", "-pk")
    told = {name: words for name, words in FIELD_WORDS.items() if line.is_open or name not in CLOSED_FIELDS}
    return in_lines(changes, ACTIONS, told)


def may_edit(user: Any, municipality: Municipality) -> bool:
    return municipality.allows(user, Permission.MENTORING_EDIT)


def of_school(user: Any, school: School) -> list[Pairing]:
    """In which the school is helped or helps, the latest first."""
    return list(Pairing.objects.visible_to(user).with_school(school).with_sides())


def is_helped(pairing: Pairing, school: School) -> bool:
    return pairing.school_id == school.pk
