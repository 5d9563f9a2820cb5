"""What was reported on a row and what became of it, as far as somebody may read it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from accounts.access import Permission
from accounts.models import reach_of
from roadmaps.models import Activity, ActivityChange, Evidence, Occurrence, ProgressUpdate, Roadmap, RoadmapChange
from roadmaps.queries.answering import Answering, answering, hats_of
from roadmaps.queries.editing import FIELD_LABELS, Words, words_for
from roadmaps.states import REPORT_LABELS, STATUS_LABELS, Actor, ReportState, Status, may_move
from schools.models import School

ACTIONS = {
    "written": "черновик сохранён",
    "submitted": "отчёт отправлен на проверку",
    "taken_back": "отчёт взят обратно",
    "accepted": "отчёт принят",
    "returned": "отчёт возвращён на доработку",
    "evidence_removed": "из отчёта убран файл или ссылка",
    "cancelled": "срок отменён",
    "restored": "срок снова действует",
    "overruled": "состояние установлено решением",
    "follows": "состояние снова следует из отчётов",
    "edited": "мероприятие изменено",
    "added": "мероприятие добавлено в план",
    "removed": "мероприятие исключено из плана",
    "put_back": "мероприятие снова в плане",
}


@dataclass(frozen=True)
class ReportShown:
    """A report and what the person who looks may do with it."""

    report: ProgressUpdate
    files: tuple[Evidence, ...]
    can_judge: bool
    can_return: bool  # one that was accepted, too
    can_take_back: bool
    can_write: bool


@dataclass(frozen=True)
class FieldChange:
    """What became of one field of a row."""

    label: str
    was: str
    became: str


@dataclass(frozen=True)
class Change:
    """A line of the history in words."""

    change: ActivityChange
    what: str
    became: str
    fields: tuple[FieldChange, ...] = ()


def reports_of(user: Any, activity: Activity) -> list[ReportShown]:
    """Of all times of a row; what may be done with each is found without asking for each."""
    visible = ProgressUpdate.objects.visible_to(user).filter(occurrence__activity=activity)
    reports = visible.select_related("school", "author", "judged_by", "occurrence")
    reports = reports.prefetch_related(Prefetch("evidence", queryset=Evidence.objects.order_by("pk")))
    actors = actors_on(user, activity)
    return [_shown(report, actors(report)) for report in reports.order_by("occurrence__due_on", "school__name", "pk")]


def report_shown(user: Any, report: ProgressUpdate) -> ReportShown:
    return _shown(report, actors_on(user, report.occurrence.activity)(report))


def actors_on(user: Any, activity: Activity) -> Any:
    """`actors_of` for the reports of one row, with what it needs read once."""
    municipality_id, hats = activity.roadmap.municipality_id, hats_of(user)
    reviewed = reach_of(user, Permission.PROGRESS_REVIEW)

    def of(report: ProgressUpdate) -> frozenset[Actor]:
        found = set()
        if hats.may_report_for(report.school_id, municipality_id):
            found.add(Actor.AUTHOR)
        is_reviewed = municipality_id in reviewed.municipalities or report.school_id in reviewed.schools
        if is_reviewed and report.author_id != user.pk:
            found.add(Actor.REVIEWER)
        return frozenset(found)

    return of


def _shown(report: ProgressUpdate, actors: frozenset[Actor]) -> ReportShown:
    state = ReportState(report.state)
    is_written = state in (ReportState.DRAFT, ReportState.RETURNED) or (
        state is ReportState.ACCEPTED and report.percent < 100
    )
    return ReportShown(
        report,
        tuple(report.evidence.all()),
        can_judge=may_move(state, ReportState.ACCEPTED, actors),
        can_return=may_move(state, ReportState.RETURNED, actors),
        can_take_back=may_move(state, ReportState.DRAFT, actors),
        can_write=is_written and Actor.AUTHOR in actors,
    )


def places_of(user: Any, occurrence: Occurrence) -> list[School | None]:
    """For whom this person may report on it: schools by name, then the municipality (None)."""
    answers, hats = answering(occurrence.activity), hats_of(user)
    places: list[School | None] = list(School.objects.filter(pk__in=answers.schools & hats.schools).order_by("name"))
    if answers.municipality and occurrence.activity.roadmap.municipality_id in hats.municipalities:
        places.append(None)
    return places


def reportable(user: Any, activity: Activity, answers: Answering) -> bool:
    hats = hats_of(user)
    is_whole = answers.municipality and activity.roadmap.municipality_id in hats.municipalities
    return is_whole or bool(answers.schools & hats.schools)


def history_of(user: Any, activity: Activity) -> list[Change]:
    """The latest first, for those who look into the plan. A line about a report is for those alone who may read the
    report, drafts' lines too."""
    visible = set(
        ProgressUpdate.objects.visible_to(user).filter(occurrence__activity=activity).values_list("pk", flat=True)
    )
    own = Roadmap.objects.looked_into_by(user)
    lines = activity.changes.filter(activity__roadmap__in=own).select_related("by").order_by("-at", "-pk")
    told = [line for line in lines if line.after.get("report", None) in {*visible, None}]
    words = words_for(activity.roadmap) if any("fields" in line.before for line in told) else None
    return [_in_words(line, words) for line in told]


def _in_words(line: ActivityChange, words: Words | None) -> Change:
    what = ACTIONS.get(line.action, line.action)
    if when := line.after.get("when"):
        what = f"{what}: {when}"
    status = line.after.get("status")
    became = STATUS_LABELS[Status(status)] if status else ""
    if state := line.after.get("state"):
        became = f"{REPORT_LABELS[ReportState(state)]}, {line.after.get('percent', 0)} %"
    return Change(line, what, became, changed_fields(line, words) if words else ())


def changed_fields(line: ActivityChange | RoadmapChange, words: Words) -> tuple[FieldChange, ...]:
    became = line.after.get("fields", {})
    return tuple(
        FieldChange(FIELD_LABELS[name], words.of(name, was), words.of(name, became[name]))
        for name, was in line.before.get("fields", {}).items()
    )
