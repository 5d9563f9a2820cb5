"""Celery tasks of documents."""

from celery import shared_task

from accounts import jobs
from accounts.models import Job
from reports import jobs as drawing


@shared_task(name="reports.render_report")
def render_report(job_id: int) -> None:
    """See `reports.jobs.render_report`."""
    jobs.run(job_id, drawing.render_report, kind=Job.Kind.RENDER_REPORT)


@shared_task(name="reports.sweep_files")
def sweep_files() -> None:
    """See `reports.jobs.sweep_files`."""
    drawing.sweep_files()
