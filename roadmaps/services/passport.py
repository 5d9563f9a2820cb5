"""What people do with a programme: make one, write its passport, carry it from a draft to an order and on.

A part of the passport is saved whole. Who saves says which lines they saw, so that two people write in two parts at
once, and in one part the second is told what the first has changed.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.access import Permission
from accounts.models import User, audit
from roadmaps.models import Programme, ProgrammeEdition
from roadmaps.passport.changes import Change, compare_part
from roadmaps.passport.parts import FIELDS, Line, Part
from roadmaps.queries.passport import frozen, lines_of
from roadmaps.services.counting import participants_changed
from roadmaps.services.passport_lines import DayRefused, day_of, put_lines
from roadmaps.states import PROGRAMME_MOVES, WRITABLE_PROGRAMMES, ProgrammeState
from schools.models import Municipality, School

OF_THE_WHOLE = frozenset({Programme.Kind.MUNICIPAL, Programme.Kind.CONCEPT})
OF_A_SCHOOL = frozenset({Programme.Kind.MEDIUM_TERM, Programme.Kind.ANTIRISK, Programme.Kind.EFFECTIVE_MODE})
NOT_ALLOWED = "Программу меняют управление образования и методический центр."
NOT_YOURS_TO_MOVE = "На это нужно право, которого у вас здесь нет: обратитесь в управление образования."
NOT_NOW = "Программа {state}: сейчас этого сделать нельзя. Обновите страницу."
CLOSED = {
    ProgrammeState.AGREED: "Программа согласована: чтобы изменить паспорт, верните её в проект.",
    ProgrammeState.APPROVED: "Программа утверждена приказом: чтобы изменить паспорт, начните вносить изменения.",
}
CHANGED = "Программу изменили, пока вы на неё смотрели: сейчас она {state}. Посмотрите её ещё раз."
ONLY_SPENT = "Программа утверждена: меняется только израсходованное. Чтобы изменить план, начните вносить изменения."
NOT_WHOLE = "Перед согласованием заполните: {parts}."
SUCH_ONE_IS = "Программа этого вида с этого года уже есть. Откройте её в списке или укажите другой год."
NO_ORDER = "Укажите номер и дату приказа: без приказа программа не утверждается."
OLDER = (
    "Действующая редакция утверждена приказом № {number} от {date:%d.%m.%Y}: приказ об изменениях не может быть раньше."
)
NO_REASON = "Напишите, что изменено: это увидят в списке редакций."
NO_EDITION = "Нет редакции, к которой можно вернуться."


class PassportRefused(Exception):
    """The programme stays as it is; the text is for people and says why, about a field of the form where it names
    one."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class PassportChanged(PassportRefused):
    """Somebody has written in this part since the person opened it."""

    def __init__(self, programme: Programme, stored: list[Line], changes: list[Change]) -> None:
        who = programme.changed_by or "другой человек"
        super().__init__(
            f"Пока вы писали, этот раздел изменили ({who}). Ничего не записано, но всё, что вы ввели, осталось в "
            "форме: сравните и сохраните ещё раз, если верно ваше."
        )
        self.stored = stored
        self.changes = changes


@dataclass(frozen=True)
class Order:
    """By which a programme, or a change of it, is approved."""

    number: str
    date: dt.date
    reason: str = ""  # what it changes; the first edition has none


@transaction.atomic
def make_programme(
    *, municipality: Municipality, school: School | None, head: Mapping[str, Any], by: User
) -> Programme:
    """A draft with its title, kind and years: of the municipality, or of one school. Raises PassportRefused."""
    if not (school or municipality).allows(by, Permission.PLANS_EDIT):
        raise PassportRefused(NOT_ALLOWED)
    programme = Programme(municipality=municipality, school=school, **head)
    if problem := kind_problem(programme.kind, school):
        raise PassportRefused(problem)
    Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)  # two may make the same one at once
    _refuse_a_second(programme)
    programme.changed_at, programme.changed_by = timezone.now(), by
    programme.save()
    audit("programme_made", programme, by=by, municipality_id=municipality.pk, kind=programme.kind)
    return programme


def kind_problem(kind: str, school: School | None) -> str:
    """Why a programme of this kind cannot be there; empty when it can."""
    label = dict(Programme.Kind.choices).get(kind, kind)
    if school is None and kind in OF_A_SCHOOL:
        return f"«{label}» относится к одной школе: выберите школу."
    if school is not None and kind in OF_THE_WHOLE:
        return f"«{label}» относится ко всему муниципалитету: школа не нужна."
    return ""


def _refuse_a_second(programme: Programme) -> None:
    """A municipality has one programme of its own, and one concept, that begins in a year: a constraint keeps it so."""
    if programme.school is None and programme.kind in OF_THE_WHOLE:
        same = Programme.objects.filter(
            municipality=programme.municipality, school=None, kind=programme.kind, starts_in=programme.starts_in
        )
        if same.exclude(pk=programme.pk).exists():
            raise PassportRefused(SUCH_ONE_IS)


def may_edit(user: Any, programme: Programme) -> bool:
    return _allows(programme, user, Permission.PLANS_EDIT)


def may_approve(user: Any, programme: Programme) -> bool:
    return _allows(programme, user, Permission.PLANS_APPROVE)


def _allows(programme: Programme, user: Any, permission: Permission) -> bool:
    return (programme.school or programme.municipality).allows(user, permission)


def is_writable(programme: Programme, part: Part) -> bool:
    """Money is spent while a programme is in force: what was spent is written then too, and nothing else."""
    state = ProgrammeState(programme.status)
    return state in WRITABLE_PROGRAMMES or (state is ProgrammeState.APPROVED and part is Part.MONEY)


@transaction.atomic
def save_part(*, programme: Programme, part: Part, lines: Sequence[Line], seen: Sequence[Line], by: User) -> Programme:
    """Put these lines in the place of those that were seen. Saving what is stored already changes nothing.

    Raises PassportChanged when others are stored by now, PassportRefused when it is not the time or not allowed.
    """
    programme = locked(programme.pk)
    if not may_edit(by, programme):
        raise PassportRefused(NOT_ALLOWED)
    if not is_writable(programme, part):
        raise PassportRefused(CLOSED[ProgrammeState(programme.status)])
    stored, lines = lines_of(programme, part), list(lines)
    if stored == lines:
        return programme
    if changes := compare_part(part, list(seen), stored):
        raise PassportChanged(programme, stored, changes)
    if programme.status == Programme.Status.APPROVED and _without_spent(stored) != _without_spent(lines):
        raise PassportRefused(ONLY_SPENT)
    write_part(programme, part, lines)
    if part is Part.PARTICIPANTS:
        participants_changed(programme, by)
    _changed(programme, by)
    audit("programme_written", programme, by=by, municipality_id=programme.municipality_id, part=part.value)
    return programme


def _without_spent(lines: Sequence[Line]) -> list[Line]:
    return [{field: value for field, value in line.items() if field != "spent"} for line in lines]


def locked(pk: int) -> Programme:
    """Whoever else writes in this programme waits."""
    Programme.objects.select_for_update(no_key=True).values_list("pk").get(pk=pk)
    return Programme.objects.select_related("municipality", "school", "changed_by").get(pk=pk)


def _changed(programme: Programme, by: User | None) -> None:
    programme.version += 1
    programme.changed_at, programme.changed_by = timezone.now(), by
    programme.save(update_fields=["status", "order_number", "order_date", "version", "changed_at", "changed_by"])


def write_part(programme: Programme, part: Part, lines: Sequence[Line]) -> None:
    """These lines and no others, in this order; lines that stay keep their rows. Raises PassportRefused."""
    try:
        if part is Part.HEAD:
            _write_head(programme, *lines)
        else:
            put_lines(programme, part, lines)
    except DayRefused as problem:
        raise PassportRefused(str(problem)) from problem


def _write_head(programme: Programme, line: Line) -> None:
    for field in FIELDS[Part.HEAD]:
        value = line.get(field, "")
        if field in ("starts_in", "ends_in"):
            value = int(value)
        elif field == "order_date":
            value = day_of(value)
        setattr(programme, field, value)
    _refuse_a_second(programme)
    programme.save(update_fields=list(FIELDS[Part.HEAD]))


# --- From a draft to an order, and on


@transaction.atomic
def agree(*, programme: Programme, seen_version: int, by: User) -> Programme:
    """It is finished and nobody objects; what is written stands still until the order. Raises PassportRefused."""
    programme = _at(programme, ProgrammeState.AGREED, seen_version, by)
    missing = [] if programme.aim.strip() else ["цель"]
    missing += [] if programme.tasks.exists() else ["задачи"]
    if missing:
        raise PassportRefused(NOT_WHOLE.format(parts=" и ".join(missing)))
    return _moved(programme, ProgrammeState.AGREED, "programme_agreed", by)


@transaction.atomic
def back_to_draft(*, programme: Programme, seen_version: int, by: User) -> Programme:
    """There is something to put right before the order. Raises PassportRefused."""
    programme = _at(programme, ProgrammeState.DRAFT, seen_version, by)
    return _moved(programme, ProgrammeState.DRAFT, "programme_returned", by)


@transaction.atomic
def amend(*, programme: Programme, seen_version: int, by: User) -> Programme:
    """Begin to write the next edition; the one in force stays as it was approved. Raises PassportRefused."""
    programme = _at(programme, ProgrammeState.AMENDED, seen_version, by)
    if not programme.editions.exists():
        freeze(programme, by=None)  # it was approved before it came into the portal
    return _moved(programme, ProgrammeState.AMENDED, "programme_amended", by)


@transaction.atomic
def approve(*, programme: Programme, order: Order, seen_version: int, by: User) -> ProgrammeEdition:
    """Freeze what is written as the edition in force. Raises PassportRefused."""
    programme = _at(programme, ProgrammeState.APPROVED, seen_version, by)
    if not order.number.strip() or not order.date:
        raise PassportRefused(NO_ORDER)
    if programme.status == Programme.Status.AMENDED and not order.reason.strip():
        raise PassportRefused(NO_REASON)
    last = programme.editions.order_by("-number").first()
    if last and last.order_date and order.date < last.order_date:
        raise PassportRefused(OLDER.format(number=last.order_number, date=last.order_date), field="order_date")
    programme.order_number, programme.order_date = order.number.strip(), order.date
    edition = freeze(programme, reason=order.reason.strip(), by=by)
    _moved(programme, ProgrammeState.APPROVED, "programme_approved", by)
    return edition


@transaction.atomic
def give_up_amendment(*, programme: Programme, seen_version: int, by: User) -> Programme:
    """The edition in force stands again, word for word; what was spent since stays. Raises PassportRefused."""
    if programme.status != Programme.Status.AMENDED:
        raise PassportRefused(NOT_NOW.format(state=programme.get_status_display()))
    programme = _at(programme, ProgrammeState.APPROVED, seen_version, by)
    edition = programme.editions.order_by("-number").first()
    if edition is None:
        raise PassportRefused(NO_EDITION)
    for part in Part:
        write_part(programme, part, _with_spent_since(edition, programme, part))
    participants_changed(programme, by)
    programme.refresh_from_db()
    return _moved(programme, ProgrammeState.APPROVED, "programme_amendment_given_up", by)


def _with_spent_since(edition: ProgrammeEdition, programme: Programme, part: Part) -> list[Line]:
    lines: list[Line] = edition.content[part.value]
    if part is not Part.MONEY:
        return lines
    same = {(line["title"], line["year"], line["source"]): line["spent"] for line in lines_of(programme, part)}
    return [line | {"spent": same.get((line["title"], line["year"], line["source"]), line["spent"])} for line in lines]


def freeze(programme: Programme, *, reason: str = "", by: User | None) -> ProgrammeEdition:
    """The passport as it is now, under the next number."""
    last = programme.editions.order_by("-number").values_list("number", flat=True).first() or 0
    return ProgrammeEdition.objects.create(
        programme=programme,
        number=last + 1,
        content=frozen(programme),
        order_number=programme.order_number,
        order_date=programme.order_date,
        reason=reason,
        approved_by=by,
    )


def _at(programme: Programme, after: ProgrammeState, seen_version: int, by: User) -> Programme:
    """The programme, locked, if it may go there now by this person."""
    programme = locked(programme.pk)
    if programme.version != seen_version:
        raise PassportRefused(CHANGED.format(state=programme.get_status_display()))
    permission = PROGRAMME_MOVES.get((ProgrammeState(programme.status), after))
    if permission is None:
        raise PassportRefused(NOT_NOW.format(state=programme.get_status_display()))
    if not _allows(programme, by, permission):
        raise PassportRefused(NOT_YOURS_TO_MOVE)
    return programme


def _moved(programme: Programme, after: ProgrammeState, action: str, by: User) -> Programme:
    programme.status = after.value
    _changed(programme, by)
    audit(action, programme, by=by, municipality_id=programme.municipality_id)
    return programme
