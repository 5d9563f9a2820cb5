"""One decision about many rows: all of it happens or nothing does, and for each row it is said why not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import transaction

from accounts.models import User
from roadmaps.models import Activity, Occurrence, ProgressUpdate, Roadmap
from roadmaps.queries.reports import actors_on
from roadmaps.services.editing import EditRefused, Seen, locked_roadmap
from roadmaps.services.overruling import cancel, overrule
from roadmaps.services.progress import ProgressRefused, accept, give_back
from roadmaps.services.rows import edit_row
from roadmaps.states import Actor, ReportState, Status

NOTHING = "Не выбрано ни одного мероприятия."
NO_REPORTS = "Нет отчётов, которые вы можете проверить."
NO_TIMES = "Нет сроков, которые можно отменить: все выполнены или отменены."
CHANGED = "Мероприятие изменили, пока вы на него смотрели."
REMOVED = "Мероприятие исключено из плана."
SAME = "Ответственные уже такие."


class BulkAction(StrEnum):
    ACCEPT = "accept"
    RETURN = "return"
    OVERRULE = "overrule"
    RESPONSIBLE = "responsible"
    CANCEL = "cancel"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    BulkAction.ACCEPT: "Принять отчёты",
    BulkAction.RETURN: "Вернуть отчёты с причиной",
    BulkAction.OVERRULE: "Установить состояние",
    BulkAction.RESPONSIBLE: "Назначить ответственных",
    BulkAction.CANCEL: "Отменить сроки",
}


@dataclass(frozen=True)
class Decision:
    """What is to be done with every row. `status` is that of an overruling, "" when rows follow their reports again;
    `responsible` as `queries.editing.row_values` gives them."""

    action: BulkAction
    reason: str = ""
    status: str = ""
    responsible: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Chosen:
    """Keys of rows and of reports on them, each with the version that was seen."""

    rows: Mapping[int, int]
    reports: Mapping[int, int] = field(default_factory=dict)


class BulkRefused(Exception):
    """Nothing was done. `problems` are the rows that could not be, each with the reason, for people."""

    def __init__(self, problems: list[tuple[Activity, str]]) -> None:
        super().__init__("Ничего не сделано.")
        self.problems = problems


@transaction.atomic
def decide_in_bulk(*, roadmap: Roadmap, chosen: Chosen, decision: Decision, by: User) -> int:
    """How many reports, times or rows it was. Rights are those of each row and report. Raises BulkRefused."""
    roadmap = locked_roadmap(roadmap.pk)
    rows = list(Activity.objects.filter(roadmap=roadmap, pk__in=chosen.rows).order_by("pk"))
    if not rows:
        raise EditRefused(NOTHING)
    problems, done = [], 0
    for row in rows:
        row.roadmap = roadmap
        try:
            if row.removed_at is not None:
                raise EditRefused(REMOVED)
            done += WORK[decision.action](row, chosen, decision, by)
        except (ProgressRefused, EditRefused) as refusal:
            problems.append((row, str(refusal)))
    if problems:
        raise BulkRefused(problems)
    return done


def _judged(work: Callable[[ProgressUpdate, int, str, User], object]) -> Callable[..., int]:
    def of_row(row: Activity, chosen: Chosen, decision: Decision, by: User) -> int:
        reports = [one for one in waiting_reports([row], by) if one.pk in chosen.reports]
        if not reports:
            raise EditRefused(NO_REPORTS)
        for report in reports:
            work(report, chosen.reports[report.pk], decision.reason, by)
        return len(reports)

    return of_row


def waiting_reports(rows: Iterable[Activity], by: User) -> list[ProgressUpdate]:
    """Reports on these rows of one roadmap that wait for a check and that this person may judge."""
    rows = list(rows)
    if not rows:
        return []
    actors = actors_on(by, rows[0])
    found = (
        ProgressUpdate.objects.visible_to(by)
        .filter(occurrence__activity__in=[row.pk for row in rows], state=ReportState.SUBMITTED)
        .select_related("school", "author", "occurrence__activity__roadmap__municipality")
        .order_by("occurrence", "pk")
    )
    return [report for report in found if Actor.REVIEWER in actors(report)]


def open_times(row: Activity) -> list[Occurrence]:
    """That may still be cancelled: what is done is not undone in bulk."""
    return [time for time in row.occurrences.all() if time.status not in (Status.DONE, Status.CANCELLED)]


def _overruled(row: Activity, chosen: Chosen, decision: Decision, by: User) -> int:
    seen = chosen.rows[row.pk]
    overrule(activity=row, status=decision.status, reason=decision.reason, seen_version=seen, by=by)
    return 1


def _cancelled(row: Activity, chosen: Chosen, decision: Decision, by: User) -> int:
    if row.version != chosen.rows[row.pk]:
        raise EditRefused(CHANGED)
    times = open_times(row)
    if not times:
        raise EditRefused(NO_TIMES)
    for occurrence in times:
        cancel(occurrence=occurrence, reason=decision.reason, by=by)
    return len(times)


def _named(row: Activity, chosen: Chosen, decision: Decision, by: User) -> int:
    typed = {"responsible": list(decision.responsible)}
    merged = edit_row(activity=row, typed=typed, seen=Seen(chosen.rows[row.pk]), reason=decision.reason, by=by)
    if not merged.mine:
        raise EditRefused(SAME)
    return 1


WORK: dict[BulkAction, Callable[[Activity, Chosen, Decision, User], int]] = {
    BulkAction.ACCEPT: _judged(lambda report, version, _, by: accept(report=report, seen_version=version, by=by)),
    BulkAction.RETURN: _judged(
        lambda report, version, reason, by: give_back(report=report, seen_version=version, reason=reason, by=by)
    ),
    BulkAction.OVERRULE: _overruled,
    BulkAction.RESPONSIBLE: _named,
    BulkAction.CANCEL: _cancelled,
}
