"""Celery's side of uploads: each task takes the id of a job row."""

from celery import shared_task

from accounts import jobs
from accounts.models import Job
from monitoring.jobs import uploads


@shared_task(name="monitoring.read_upload")
def read_upload(job_id: int) -> None:
    """See `monitoring.jobs.uploads.read_upload`."""
    jobs.run(job_id, uploads.read_upload, kind=Job.Kind.READ_UPLOAD)


@shared_task(name="monitoring.store_upload")
def store_upload(job_id: int) -> None:
    """See `monitoring.jobs.uploads.store_upload`."""
    jobs.run(job_id, uploads.store_upload, kind=Job.Kind.STORE_UPLOAD)


@shared_task(name="monitoring.sweep_spool")
def sweep_spool() -> None:
    """See `monitoring.jobs.uploads`."""
    uploads.sweep_spool()
