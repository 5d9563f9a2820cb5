"""The drawing of documents as the ground floor sees it: what a job works on, whether it can be done again.

Apart from its body in `reports.jobs`, so that the web process need not load what draws.
"""

from collections.abc import Sequence
from typing import Any

from accounts.job_subjects import Subject
from accounts.jobs import JobRefused
from accounts.models import Job
from reports.models import Report
from schools.wording import period

CANCELLING = "Файла не будет, пока документ не подготовят ещё раз. Содержание документа сохранится."
DRAWN_MEANWHILE = "С тех пор документ подготовили или готовят заново: смотрите его страницу."


def draw_again(job: Job) -> None:
    """Only the document's latest job: two must not draw it side by side."""
    if not Report.objects.filter(pk=job.subject_id or 0, job_id=job.pk, files__isnull=True).exists():
        raise JobRefused(DRAWN_MEANWHILE)


def about_drawings(user: Any, jobs: Sequence[Job]) -> dict[int, Subject]:
    visible = Report.objects.visible_to(user).defer("snapshot").prefetch_related("files").select_related("school")
    reports = visible.in_bulk({job.subject_id for job in jobs if job.subject_id})
    return {
        job.pk: _subject(job, reports[job.subject_id]) for job in jobs if job.subject_id and job.subject_id in reports
    }


def _subject(job: Job, report: Report) -> Subject:
    text = f"{report.title} за {period(report.period)}, редакция {report.number}"
    if report.job_id == job.pk and not report.drawn:
        return Subject(text, report.get_absolute_url())
    return Subject(text, report.get_absolute_url(), DRAWN_MEANWHILE, report.get_absolute_url(), "Открыть документ")
