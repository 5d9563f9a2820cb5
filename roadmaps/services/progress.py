"""What people do about a report: write it, submit it, take it back, accept it or return it; and what follows from that
for the occurrence it is about. Every move is a line of the row's history."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from roadmaps.models import Activity, ActivityChange, Evidence, Occurrence, ProgressUpdate, Roadmap, form_key
from roadmaps.queries.answering import Answering, actors_of, answering, hats_of
from roadmaps.services.attaching import NOTHING, Sent, TooManyFiles, attach, is_attached
from roadmaps.services.counting import report_moved
from roadmaps.services.news import tell_of_report
from roadmaps.states import Actor, ReportState, Status, may_move, status_of_occurrence
from schools.models import School

WRITTEN_IN = (ReportState.DRAFT, ReportState.RETURNED)
NOT_YOURS = "За эту школу или организацию отчитываются другие."
NOT_NOW = "Отчёт {state}: сейчас этого сделать нельзя. Обновите страницу."
CANCELLED = "Срок отменён, отчёт по нему не нужен. Причина: {reason}"
NOT_IN_FORCE = "Дорожная карта не действует ({state}): отчёты по ней не принимаются."
REMOVED = "Мероприятие исключено из дорожной карты: отчёты по нему не принимаются."
GONE = "Этого срока в дорожной карте больше нет: её изменили. Откройте мероприятие ещё раз."
NO_TEXT = "Напишите, что сделано: без этого отчёт не проверить."
NO_REASON = "Напишите, что исправить: без причины отчёт не возвращается."
OWN_REPORT = "Этот отчёт написали вы: проверяет его другой человек."
IS_WHOLE = "Отчёт принят полностью. Если что-то изменилось, попросите вернуть его на доработку."


class ProgressRefused(Exception):
    """The report stays as it is; the text is for people and says why."""


class ReportChanged(ProgressRefused):
    """Somebody has changed the report since the person looked at it."""

    def __init__(self, report: ProgressUpdate) -> None:
        who = report.author or "другой человек"
        super().__init__(
            f"Пока вы писали, отчёт изменили ({who}). Ваш текст остался в форме: сравните его с сохранённым и "
            "отправьте ещё раз, если нужен он."
        )
        self.report = report


@dataclass(frozen=True)
class Told:
    """What somebody writes, having seen the report's version (0: there was none)."""

    percent: int
    text: str
    seen_version: int
    sent: Sent = NOTHING


@transaction.atomic
def write_report(
    *, occurrence: Occurrence, school: School | None, told: Told, by: User, submit: bool
) -> ProgressUpdate:
    """Keep the report of a school (None: of the municipality) as a draft, or hand it in. A returned one stays returned
    until it is handed in again. The same told twice, by a button pressed twice, is written once. Raises
    ProgressRefused."""
    occurrence = locked_occurrence(occurrence.pk)
    _refuse_what_needs_no_report(occurrence, school, by)
    report = ProgressUpdate.objects.filter(occurrence=occurrence, school=school).select_related("author").first()
    if (report.version if report else 0) != told.seen_version:
        if report is None:
            raise ProgressRefused("Отчёт за это время удалили. Отправьте его ещё раз.")
        if not _is_told_twice(report, told, by, submit=submit):
            raise ReportChanged(report)
        _attach(report, told, by)
        return report
    report = report or ProgressUpdate(occurrence=occurrence, school=school, version=0)
    before = ReportState(report.state)
    _refuse_writing(report, before, told, submit=submit)
    report.percent, report.text = told.percent, told.text.strip()
    report.author, report.written_at = by, timezone.now()
    report.version += 1
    if submit:
        report.state, report.submitted_at = ReportState.SUBMITTED.value, timezone.now()
    report.save()
    _attach(report, told, by)
    _note(report, "submitted" if submit else "written", before, by)
    follow(occurrence)
    report_moved(report, before.value, by)
    if submit:
        tell_of_report(report, by=by)
    return report


def _refuse_what_needs_no_report(occurrence: Occurrence, school: School | None, by: User) -> None:
    activity, roadmap = occurrence.activity, occurrence.activity.roadmap
    school_id = school.pk if school else None
    is_theirs = hats_of(by).may_report_for(school_id, roadmap.municipality_id)
    if not is_theirs or not answering(activity).includes(school_id):
        raise ProgressRefused(NOT_YOURS)
    if activity.removed_at is not None:
        raise ProgressRefused(REMOVED)
    if roadmap.state != Roadmap.State.APPROVED:
        raise ProgressRefused(NOT_IN_FORCE.format(state=roadmap.get_state_display()))
    if occurrence.status == Status.CANCELLED:
        raise ProgressRefused(CANCELLED.format(reason=occurrence.reason))


def _refuse_writing(report: ProgressUpdate, before: ReportState, told: Told, *, submit: bool) -> None:
    if before is ReportState.ACCEPTED and report.percent == 100:
        raise ProgressRefused(IS_WHOLE)
    is_allowed = may_move(before, ReportState.SUBMITTED, {Actor.AUTHOR}) if submit else before in WRITTEN_IN
    if not is_allowed:
        raise ProgressRefused(NOT_NOW.format(state=before.label))
    if submit and not told.text.strip():
        raise ProgressRefused(NO_TEXT)


def _is_told_twice(report: ProgressUpdate, told: Told, by: User, *, submit: bool) -> bool:
    """Whether this is what the same person has just written, and nobody has touched it since."""
    states = (ReportState.SUBMITTED,) if submit else WRITTEN_IN
    said = (told.seen_version + 1, by.pk, told.percent, told.text.strip())
    is_same = (report.version, report.author_id, report.percent, report.text) == said and report.state in states
    return is_same and is_attached(report.evidence.all(), told.sent)


def _attach(report: ProgressUpdate, told: Told, by: User) -> None:
    try:
        attach(report, told.sent, form=report_form(report.occurrence, report.school), by=by)
    except TooManyFiles as refusal:
        raise ProgressRefused(str(refusal)) from None


def report_form(occurrence: Occurrence, school: School | None) -> str:
    """For which files are held when a report is refused."""
    return form_key("report", occurrence, school)


@transaction.atomic
def take_back(*, report: ProgressUpdate, seen_version: int, by: User) -> ProgressUpdate:
    """Nobody has judged it yet, and there is something to put right. Raises ProgressRefused."""
    return _move(report, ReportState.DRAFT, "taken_back", seen_version=seen_version, by=by)


@transaction.atomic
def accept(*, report: ProgressUpdate, seen_version: int, by: User) -> ProgressUpdate:
    """Raises ProgressRefused."""
    return _move(report, ReportState.ACCEPTED, "accepted", seen_version=seen_version, by=by)


@transaction.atomic
def give_back(*, report: ProgressUpdate, seen_version: int, reason: str, by: User) -> ProgressUpdate:
    """Return it with what is to be put right. Raises ProgressRefused."""
    if not reason.strip():
        raise ProgressRefused(NO_REASON)
    return _move(report, ReportState.RETURNED, "returned", seen_version=seen_version, by=by, reason=reason.strip())


def _move(
    report: ProgressUpdate, after: ReportState, action: str, *, seen_version: int, by: User, reason: str = ""
) -> ProgressUpdate:
    occurrence = locked_occurrence(report.occurrence_id)
    report = ProgressUpdate.objects.select_related("author", "school").get(pk=report.pk)
    report.occurrence = occurrence
    if report.version != seen_version:
        raise ProgressRefused(
            f"Отчёт изменился, пока вы на него смотрели: теперь он {ReportState(report.state).label}. "
            "Посмотрите его ещё раз."
        )
    before = ReportState(report.state)
    if not may_move(before, after, actors_of(by, report)):
        is_own = report.author_id == by.pk and after is not ReportState.DRAFT
        raise ProgressRefused(OWN_REPORT if is_own else NOT_NOW.format(state=before.label))
    report.state = after.value
    report.version += 1
    if after is ReportState.DRAFT:
        report.written_at = timezone.now()  # a draft that nobody has touched for long loses its files
    else:
        report.judged_at, report.judged_by, report.reason = timezone.now(), by, reason
    report.save()
    _note(report, action, before, by, reason)
    follow(occurrence)
    report_moved(report, before.value, by)
    tell_of_report(report, by=by)
    return report


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User) -> tuple[str, str]:
    """Only while the report is being written. The places of the files, to be discarded once this is settled.

    Raises ProgressRefused.
    """
    assert evidence.report is not None
    occurrence = locked_occurrence(evidence.report.occurrence_id)
    report = ProgressUpdate.objects.get(pk=evidence.report.pk)
    state = ReportState(report.state)
    if not hats_of(by).may_report_for(report.school_id, occurrence.activity.roadmap.municipality_id):
        raise ProgressRefused(NOT_YOURS)
    if state not in WRITTEN_IN:
        raise ProgressRefused(NOT_NOW.format(state=state.label))
    places = evidence.places
    evidence.delete()
    _note(report, "evidence_removed", state, by)
    return places


def locked_occurrence(pk: int) -> Occurrence:
    """Whoever else reports or judges here waits: the occurrence follows from all of its reports. Raises
    ProgressRefused where an amendment has just taken this time out of the plan."""
    if not Occurrence.objects.select_for_update(no_key=True).filter(pk=pk).values_list("pk"):
        raise ProgressRefused(GONE)
    return Occurrence.objects.select_related("activity__roadmap__municipality", "activity__roadmap__school").get(pk=pk)


def follow_row(activity: Activity) -> None:
    """After others answer for the row. What is done stays done: who joins later need not report on it."""
    answers = answering(activity)
    for occurrence in activity.occurrences.exclude(status__in=[Status.DONE, Status.CANCELLED]):
        follow(occurrence, answers)


def follow(occurrence: Occurrence, answers: Answering | None = None) -> None:
    """What is cancelled stays so, whatever is reported."""
    if occurrence.status == Status.CANCELLED:
        return
    answers = answers or answering(occurrence.activity)
    reports = [report for report in ProgressUpdate.objects.filter(occurrence=occurrence) if _counts(report, answers)]
    status, percent = status_of_occurrence(
        [(ReportState(report.state), report.percent) for report in reports], awaited=answers.awaited
    )
    occurrence.status, occurrence.percent = status.value, percent
    occurrence.done_on = _last_day(reports) if status is Status.DONE else None
    occurrence.save(update_fields=["status", "percent", "done_on"])


def _counts(report: ProgressUpdate, answers: Answering) -> bool:
    """Of those who no longer answer for the row only what was accepted as whole: they cannot finish what they began."""
    is_whole = report.state == ReportState.ACCEPTED and report.percent == 100
    return is_whole or answers.includes(report.school_id)


def _last_day(reports: Iterable[ProgressUpdate]) -> Any:
    """When the last of them was handed in: a check that takes its time makes nobody late."""
    told = [report.submitted_at for report in reports if report.submitted_at]
    return timezone.localdate(max(told)) if told else timezone.localdate()


def _note(report: ProgressUpdate, action: str, before: ReportState, by: User, reason: str = "") -> None:
    """Names the report, so that its line is read only by those who may read it."""
    ActivityChange.objects.create(
        activity_id=report.occurrence.activity_id,
        by=by,
        action=action,
        before={"state": before.value},
        after={"state": report.state, "percent": report.percent, "report": report.pk},
        reason=reason[:500],
    )
