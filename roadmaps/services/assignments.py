"""What people do about an assignment: begin it, answer, take that back, accept, return, take off control. Every move
is a line of its history."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from roadmaps.models import Assignment, AssignmentChange, Evidence, form_key
from roadmaps.queries.control import actors_on
from roadmaps.services.attaching import NOTHING, Sent, TooManyFiles, attach, is_attached
from roadmaps.services.news import tell_of_returned_answer
from roadmaps.states import Actor, AssignmentState, assignment_may_move

NOT_NOW = "Сейчас поручение «{state}»: этого сделать нельзя. Обновите страницу."
NOT_YOURS = "На это поручение отвечают другие."
OWN_ANSWER = "Этот ответ написали вы: проверяет его другой человек."
NO_TEXT = "Напишите, что сделано: без этого ответ не проверить."
NO_REASON = "Напишите причину: она останется в истории поручения."
CHANGED = (
    "Пока вы смотрели, поручение изменилось: теперь оно «{state}». То, что вы написали, осталось в форме: сравните с "
    "сохранённым и отправьте ещё раз."
)


class AssignmentRefused(Exception):
    """The assignment stays as it is; the text is for people and says why."""


@dataclass(frozen=True)
class Answer:
    text: str
    link: str = ""
    sent: Sent = NOTHING  # files


@transaction.atomic
def answer(*, assignment: Assignment, said: Answer, is_whole: bool, seen_version: int, by: User) -> Assignment:
    """Say what is done so far, or hand the answer in. The same said twice, by a button pressed twice, is written once.
    Raises AssignmentRefused."""
    if is_whole and not said.text.strip():
        raise AssignmentRefused(NO_TEXT)
    after = AssignmentState.ANSWERED if is_whole else AssignmentState.BEGUN
    now = _locked(assignment)
    if _is_said_twice(now, said, after, seen_version, by):
        _attach(now, said, by)
        return now
    assignment = _allowed(assignment, after, seen_version, by)
    before = assignment.state
    assignment.text, assignment.link = said.text.strip(), said.link
    assignment.answered_at, assignment.answered_by = timezone.now(), by
    _attach(assignment, said, by)
    return _moved(assignment, before, after, by, assignment.text)


def _is_said_twice(now: Assignment, said: Answer, after: AssignmentState, seen_version: int, by: User) -> bool:
    """Whether this is what the same person has just said, and nobody has touched it since."""
    words = (seen_version + 1, by.pk, after.value, said.text.strip(), said.link)
    is_same = (now.version, now.answered_by_id, now.state, now.text, now.link) == words
    return is_same and is_attached(now.evidence.all(), said.sent)


def _attach(assignment: Assignment, said: Answer, by: User) -> None:
    try:
        attach(assignment, said.sent, form=form_key("assignment", assignment), by=by)
    except TooManyFiles as refusal:
        raise AssignmentRefused(str(refusal)) from None


@transaction.atomic
def remove_file(*, evidence: Evidence, by: User) -> tuple[str, str]:
    """Only while the answer is being written. The places of the file, to be discarded once this is settled.

    Raises AssignmentRefused.
    """
    assert evidence.assignment is not None
    assignment = _locked(evidence.assignment)
    state = AssignmentState(assignment.state)
    if not assignment_may_move(state, AssignmentState.ANSWERED, actors_on(by, assignment)):
        raise AssignmentRefused(NOT_NOW.format(state=state.label))
    evidence.delete()
    line = {"by": by, "before": state.value, "after": state.value, "text": f"Убран файл «{evidence.name}»"}
    AssignmentChange.objects.create(assignment=assignment, **line)
    return evidence.places


@transaction.atomic
def take_back(*, assignment: Assignment, seen_version: int, by: User) -> Assignment:
    """Nobody has judged the answer yet, and there is something to put right. Raises AssignmentRefused."""
    assignment = _allowed(assignment, AssignmentState.BEGUN, seen_version, by, only_from=AssignmentState.ANSWERED)
    return _moved(assignment, assignment.state, AssignmentState.BEGUN, by, "")


@transaction.atomic
def accept(*, assignment: Assignment, seen_version: int, by: User) -> Assignment:
    """Raises AssignmentRefused."""
    assignment = _allowed(assignment, AssignmentState.ACCEPTED, seen_version, by)
    return _moved(assignment, assignment.state, AssignmentState.ACCEPTED, by, "")


@transaction.atomic
def give_back(*, assignment: Assignment, reason: str, seen_version: int, by: User) -> Assignment:
    """Those who answer are told why. Raises AssignmentRefused."""
    returned = _with_reason(assignment, AssignmentState.RETURNED, reason, seen_version, by)
    tell_of_returned_answer(returned, by=by)
    return returned


@transaction.atomic
def withdraw(*, assignment: Assignment, reason: str, seen_version: int, by: User) -> Assignment:
    """It need not be done, and nobody is late for it. Raises AssignmentRefused."""
    return _with_reason(assignment, AssignmentState.WITHDRAWN, reason, seen_version, by)


@transaction.atomic
def restore(*, assignment: Assignment, seen_version: int, by: User) -> Assignment:
    """It is to be done after all. Raises AssignmentRefused."""
    assignment = _allowed(assignment, AssignmentState.AWAITED, seen_version, by)
    assignment.reason = ""
    return _moved(assignment, assignment.state, AssignmentState.AWAITED, by, "")


def _with_reason(
    assignment: Assignment, after: AssignmentState, reason: str, seen_version: int, by: User
) -> Assignment:
    if not reason.strip():
        raise AssignmentRefused(NO_REASON)
    assignment = _allowed(assignment, after, seen_version, by)
    before, assignment.reason = assignment.state, reason.strip()
    return _moved(assignment, before, after, by, assignment.reason)


def _allowed(
    assignment: Assignment,
    after: AssignmentState,
    seen_version: int,
    by: User,
    only_from: AssignmentState | None = None,
) -> Assignment:
    """The row as it is now, locked; refused when this person may not move it there."""
    assignment = _locked(assignment)
    before = AssignmentState(assignment.state)
    if assignment.version != seen_version:
        raise AssignmentRefused(CHANGED.format(state=before.label))
    actors = actors_on(by, assignment)
    if not assignment_may_move(before, after, actors) or only_from not in (None, before):
        if assignment_may_move(before, after, {Actor.REVIEWER}) and assignment.answered_by_id == by.pk:
            raise AssignmentRefused(OWN_ANSWER)
        is_theirs = not assignment_may_move(before, after, {Actor.AUTHOR}) or Actor.AUTHOR in actors
        raise AssignmentRefused(NOT_NOW.format(state=before.label) if is_theirs else NOT_YOURS)
    return assignment


def _locked(assignment: Assignment) -> Assignment:
    """As it is now."""
    Assignment.objects.select_for_update(no_key=True).values_list("pk").get(pk=assignment.pk)
    return Assignment.objects.select_related("municipality", "school", "point__decision", "recommendation").get(
        pk=assignment.pk
    )


def _moved(assignment: Assignment, before: str, after: AssignmentState, by: User, text: str) -> Assignment:
    assignment.state = after.value
    assignment.version += 1
    assignment.save()
    AssignmentChange.objects.create(assignment=assignment, by=by, before=before, after=after.value, text=text)
    return assignment
