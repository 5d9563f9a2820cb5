"""Pairings are made, changed, ended before their time and taken up again. Each is a line of the pairing's history."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User, audit
from mentoring.kinds import COUNTED, SIDES, Kind, Term, greatest_load
from mentoring.models import Mentor, Pairing, PairingChange, Teacher
from mentoring.services.counting import pairing_moved
from roadmaps.services.changed import COMPARE, ChangedSince
from schools.models import School, SchoolRisk

CHANGED = f"Пока вы правили пару, её изменил другой человек. {COMPARE}"
SAME = "Такая пара уже есть: {pairing}, {term}. Откройте её и измените срок или завершите её."
OTHER_TOWN = "Обе стороны пары должны быть из одного муниципалитета."
NOT_IN_POOL = "{mentor}: в списке центра {term}. Измените срок пары или срок в списке."
OVERLOADED = "{mentor}: в эти дни пар станет {load} при пределе {limit}. Выберите другого или подтвердите перегрузку."
OVER_LIMIT = "Сверх предела: {load} при {limit}"
NO_TEACHER = "{teacher} больше не работает: выберите другого учителя."
ENDED_ALREADY = "Пара уже завершена {on}."
ENDS_TOO_EARLY = "Пара действует с {on}: завершить её раньше нельзя. Если она заведена по ошибке, удалите её."
NOT_YET = "Этот день ещё не наступил: завершают не позже сегодняшнего. Последний день вперёд назначают в «Изменить»."
ENDS_NO_SOONER = "Пара и так действует по {on}: укажите более ранний день."
MET_OUTSIDE = "В этот срок не попадают записанные встречи ({days}): пара не могла встретиться вне своего срока."
HAS_MEETINGS = "У пары есть встречи, их не теряют: вместо удаления завершите её."
NOT_CLOSED = "Пару никто не завершал раньше срока."
NO_REASON = "Напишите причину: она останется в истории пары."
COUNTED_TEXTS = ("aims", "deficits")
WORDS = ("starts_on", "ends_on", "order_number", "order_date", "aims", "deficits", "count")


class PairingRefused(Exception):
    """Nothing is changed; the text is for people and says why. `field` of the form that it is about, if any."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class PairingChanged(PairingRefused, ChangedSince):
    """Somebody has changed the pairing since the person looked at it."""


class MentorOverloaded(PairingRefused):
    """It may be done all the same, by somebody who says so."""


@dataclass(frozen=True)
class Facts:
    """What may be put right later; who helps whom may not, that would be another pairing."""

    starts_on: dt.date
    ends_on: dt.date | None = None
    order_number: str = ""
    order_date: dt.date | None = None
    aims: str = ""
    deficits: str = ""
    count: int | None = None
    risks: tuple[SchoolRisk, ...] = ()


@dataclass(frozen=True)
class PairingTold:
    """A new pairing."""

    kind: Kind
    school: School
    facts: Facts
    helping_school: School | None = None
    mentor: Mentor | None = None
    helping_teacher: Teacher | None = None
    teacher: Teacher | None = None
    source: str = ""
    load_may_be_exceeded: bool = field(default=False)


@transaction.atomic
def make_pairing(*, told: PairingTold, by: Any = None) -> Pairing:
    """Raises PairingRefused, as MentorOverloaded where the load of the mentor would be more than the pool says."""
    School.objects.select_for_update(no_key=True).values_list("pk").get(pk=told.school.pk)  # two alike at once
    pairing = Pairing(
        municipality_id=told.school.municipality_id,
        kind=told.kind,
        school=told.school,
        helping_school=told.helping_school,
        mentor=told.mentor,
        helping_teacher=told.helping_teacher,
        teacher=told.teacher,
        source=told.source,
        created_by=by if isinstance(by, User) else None,
    )
    _set(pairing, told.facts)
    _refuse_sides(pairing)
    _refuse_same(pairing)
    over = _over_limit(pairing, told.load_may_be_exceeded)
    pairing.save()
    pairing.risks.set(told.facts.risks)
    _note(pairing, "made", by, after=facts_in_words(pairing), reason=over)
    audit("pairing_made", pairing, by=by, municipality_id=pairing.municipality_id, kind=pairing.kind)
    pairing_moved(pairing, by, pairing.term)
    return pairing


@transaction.atomic
def change_pairing(
    *, pairing: Pairing, facts: Facts, seen_version: int, by: User, load_may_be_exceeded: bool = False
) -> Pairing:
    """Raises PairingRefused."""
    pairing = _locked(pairing, seen_version)
    before, term = facts_in_words(pairing), pairing.term
    _set(pairing, facts)
    over = ""
    if pairing.term != term:
        _refuse_same(pairing)
        _refuse_losing_meetings(pairing, "starts_on")
        over = _over_limit(pairing, load_may_be_exceeded)
    if pairing.ends_on is None:
        pairing.closed_reason = ""
    pairing.risks.set(facts.risks)
    after = facts_in_words(pairing)
    told = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    if not told:
        return pairing
    _save(pairing)
    _note(
        pairing,
        "changed",
        by,
        before={name: before[name] for name in told if name in before},
        after={name: after[name] for name in told if name in after},
        reason=over,
    )
    audit("pairing_changed", pairing, by=by, municipality_id=pairing.municipality_id)
    if pairing.term != term:
        pairing_moved(pairing, by, term, pairing.term)
    return pairing


@transaction.atomic
def end_pairing(*, pairing: Pairing, on: dt.date, reason: str, seen_version: int, by: User) -> Pairing:
    """Before its time. `on` is the last day. Raises PairingRefused."""
    pairing = _locked(pairing, seen_version)
    if pairing.closed_reason:
        raise PairingRefused(ENDED_ALREADY.format(on=f"{pairing.ends_on:%d.%m.%Y}"))
    if on < pairing.starts_on:
        raise PairingRefused(ENDS_TOO_EARLY.format(on=f"{pairing.starts_on:%d.%m.%Y}"), "on")
    if on > timezone.localdate():
        raise PairingRefused(NOT_YET, "on")
    if pairing.ends_on is not None and on >= pairing.ends_on:
        raise PairingRefused(ENDS_NO_SOONER.format(on=f"{pairing.ends_on:%d.%m.%Y}"), "on")
    if not reason.strip():
        raise PairingRefused(NO_REASON, "reason")
    before, term = {"ends_on": pairing.ends_on.isoformat()} if pairing.ends_on else {}, pairing.term
    pairing.ends_on, pairing.closed_reason = on, reason.strip()
    _refuse_losing_meetings(pairing, "on")
    _save(pairing)
    _note(pairing, "ended", by, before=before, after={"ends_on": on.isoformat()}, reason=reason.strip())
    audit("pairing_ended", pairing, by=by, municipality_id=pairing.municipality_id)
    pairing_moved(pairing, by, term)
    return pairing


@transaction.atomic
def resume_pairing(
    *,
    pairing: Pairing,
    until: dt.date | None,
    reason: str,
    seen_version: int,
    by: User,
    load_may_be_exceeded: bool = False,
) -> Pairing:
    """It was ended by mistake, or goes on. Raises PairingRefused."""
    pairing = _locked(pairing, seen_version)
    if not pairing.closed_reason:
        raise PairingRefused(NOT_CLOSED)
    if not reason.strip():
        raise PairingRefused(NO_REASON, "reason")
    if until is not None and until <= (pairing.ends_on or until):
        raise PairingRefused(
            f"Пара завершена {pairing.ends_on:%d.%m.%Y}: укажите более поздний день или оставьте пустым.", "until"
        )
    before = {"ends_on": pairing.ends_on.isoformat()} if pairing.ends_on else {}
    pairing.ends_on, pairing.closed_reason = until, ""
    _refuse_same(pairing)
    _over_limit(pairing, load_may_be_exceeded)
    _save(pairing)
    after = {"ends_on": until.isoformat()} if until else {}
    _note(pairing, "resumed", by, before=before, after=after, reason=reason.strip())
    audit("pairing_resumed", pairing, by=by, municipality_id=pairing.municipality_id)
    pairing_moved(pairing, by, pairing.term)
    return pairing


@transaction.atomic
def remove_pairing(*, pairing: Pairing, seen_version: int, by: User) -> None:
    """One that was made by mistake. Raises PairingRefused."""
    pairing = _locked(pairing, seen_version)
    if pairing.meetings.exists():
        raise PairingRefused(HAS_MEETINGS)
    audit("pairing_removed", pairing, by=by, municipality_id=pairing.municipality_id, kind=pairing.kind)
    pairing.delete()
    pairing_moved(pairing, by, pairing.term)


def facts_in_words(pairing: Pairing) -> dict[str, str]:
    """What the history keeps of it: no empty ones."""
    said = {name: getattr(pairing, name) for name in WORDS}
    texts = {
        name: value.isoformat() if isinstance(value, dt.date) else str(value) for name, value in said.items() if value
    }
    risks = sorted(risk.factor.title for risk in pairing.risks.select_related("factor")) if pairing.pk else []
    return texts | ({"risks": "; ".join(risks)} if risks else {})


def _set(pairing: Pairing, facts: Facts) -> None:
    for name in WORDS:
        value = getattr(facts, name)
        setattr(pairing, name, value.strip() if isinstance(value, str) else value)


def _locked(pairing: Pairing, seen_version: int) -> Pairing:
    School.objects.select_for_update(no_key=True).values_list("pk").get(pk=pairing.school_id)
    Pairing.objects.select_for_update(no_key=True).values_list("pk").get(pk=pairing.pk)
    found = Pairing.objects.with_sides().get(pk=pairing.pk)
    if found.version != seen_version:
        raise PairingChanged(CHANGED)
    return found


def _save(pairing: Pairing) -> None:
    pairing.version += 1
    pairing.save()


def _note(pairing: Pairing, action: str, by: Any, *, before: Any = None, after: Any = None, reason: str = "") -> None:
    PairingChange.objects.create(
        pairing=pairing,
        action=action,
        by=by if isinstance(by, User) else None,
        before=before or {},
        after=after or {},
        reason=reason,
    )


def _refuse_sides(pairing: Pairing) -> None:
    towns = {school.municipality_id for school in _schools_of(pairing)}
    if pairing.mentor:
        towns.add(pairing.mentor.municipality_id)
    if towns != {pairing.municipality_id}:
        raise PairingRefused(OTHER_TOWN)
    for teacher in (pairing.teacher, pairing.helping_teacher):
        if teacher and not teacher.is_active:
            raise PairingRefused(NO_TEACHER.format(teacher=teacher.name))
    sides = SIDES[Kind(pairing.kind)]
    if pairing.mentor and pairing.mentor.kind not in sides.pool:
        labels = ", ".join(kind.label for kind in sides.pool)
        raise PairingRefused(f"{pairing.mentor.name} в списке центра не {labels}.", "mentor")


def _schools_of(pairing: Pairing) -> Iterable[School]:
    yield pairing.school
    if pairing.helping_school:
        yield pairing.helping_school
    for teacher in (pairing.teacher, pairing.helping_teacher):
        if teacher:
            yield teacher.school


def _refuse_same(pairing: Pairing) -> None:
    """The same people twice at once. Of pairs that are counted a school has one number of each kind at a time."""
    alike = Pairing.objects.filter(
        kind=pairing.kind,
        school=pairing.school,
        helping_school=pairing.helping_school,
        mentor=pairing.mentor,
        helping_teacher=pairing.helping_teacher,
        teacher=pairing.teacher,
    )
    for other in alike.exclude(pk=pairing.pk).with_sides():
        if other.term.meets(pairing.term):
            raise PairingRefused(SAME.format(pairing=other.in_words(named=True), term=term_in_words(other.term)))


def _refuse_losing_meetings(pairing: Pairing, field: str) -> None:
    outside = Q(on__lt=pairing.starts_on)
    if pairing.ends_on is not None:
        outside |= Q(on__gt=pairing.ends_on)
    days = sorted(pairing.meetings.filter(outside).values_list("on", flat=True))
    if days:
        raise PairingRefused(MET_OUTSIDE.format(days=", ".join(f"{day:%d.%m.%Y}" for day in days[:3])), field)


def term_in_words(term: Term) -> str:
    first = f"с {term.starts_on:%d.%m.%Y}"
    return f"{first} по {term.ends_on:%d.%m.%Y}" if term.ends_on else first


def _over_limit(pairing: Pairing, may_be: bool) -> str:
    """The words of the history where the limit is exceeded and may be; else nothing, or MentorOverloaded."""
    if pairing.mentor_id is None:
        return ""
    Mentor.objects.select_for_update(no_key=True).values_list("pk").get(pk=pairing.mentor_id)
    mentor = Mentor.objects.get(pk=pairing.mentor_id)
    pool = Term(mentor.since, mentor.until)
    if not pool.holds_on(pairing.starts_on):
        raise PairingRefused(NOT_IN_POOL.format(mentor=mentor.name, term=term_in_words(pool)), "mentor")
    if mentor.load_limit is None:
        return ""
    others = Pairing.objects.filter(mentor=mentor).exclude(Q(pk=pairing.pk) | Q(kind__in=COUNTED))
    load = greatest_load((Term(*days) for days in others.values_list("starts_on", "ends_on")), pairing.term)
    if load <= mentor.load_limit:
        return ""
    if not may_be:
        raise MentorOverloaded(OVERLOADED.format(mentor=mentor.name, load=load, limit=mentor.load_limit))
    return OVER_LIMIT.format(load=load, limit=mentor.load_limit)
