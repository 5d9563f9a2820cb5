"""A teacher's history in words. The teacher comes from `visible_to`: who may read what is kept may read what it was."""

from django.db.models import QuerySet

from mentoring.models import (
    CompetenceMark,
    Course,
    Deficit,
    DevelopmentPlan,
    DevelopmentStep,
    SupportReport,
    Teacher,
    TeacherChange,
)
from mentoring.queries.history import ChangeLine, in_lines

RECORDS = {
    Teacher: "сведения об учителе",
    Deficit: "дефицит",
    Course: "курсы",
    CompetenceMark: "предметная компетенция",
    DevelopmentPlan: "план развития",
    DevelopmentStep: "строка плана развития",
    SupportReport: "отчёт о сопровождении",
}
ACTIONS = {"added": "внесено", "changed": "изменено", "removed": "убрано"}
MODELS = {str(model._meta.model_name): model for model in RECORDS}


def changes_of(teacher: Teacher) -> QuerySet[TeacherChange]:
    """The latest first."""
    return teacher.changes.select_related("by").order_by("-at", "-pk")


def rewritten(report: SupportReport) -> TeacherChange | None:
    """The last change of a report that was handed in, made after that; None where there is none."""
    if report.state != SupportReport.State.HANDED_IN:
        return None
    about = changes_of(report.teacher).filter(record=str(SupportReport._meta.model_name), title=str(report))
    last = about.first()
    return None if last is None or "state" in last.after else last


def lines_of(changes: list[TeacherChange]) -> list[ChangeLine]:
    """With what each was about and the fields by their names on the forms."""
    return [line for change in changes for line in in_lines([change], _words(change), _labels(change))]


def _words(change: TeacherChange) -> dict[str, str]:
    record = RECORDS[MODELS[change.record]]
    about = "" if change.record == "teacher" else f" «{change.title}»"
    return {change.action: f"{ACTIONS[change.action]}: {record}{about}"}


def _labels(change: TeacherChange) -> dict[str, str]:
    fields = MODELS[change.record]._meta.concrete_fields
    return {one.name: str(one.verbose_name).capitalize() for one in fields}
