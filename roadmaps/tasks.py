"""Celery tasks of programmes and roadmaps."""

from celery import shared_task

from roadmaps import jobs


@shared_task(name="roadmaps.sweep_evidence")
def sweep_evidence() -> None:
    """See `roadmaps.jobs.sweep_evidence`."""
    jobs.sweep_evidence()
