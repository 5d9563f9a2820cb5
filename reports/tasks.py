"""Celery tasks of documents."""

from celery import shared_task

from accounts import jobs
from reports.jobs import render_report as draw


@shared_task(name="reports.render_report")
def render_report(job_id: int) -> None:
    """See `reports.jobs.render_report`."""
    jobs.run(job_id, draw)
