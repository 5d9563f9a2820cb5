"""Periodic work of the ground floor."""

from celery import shared_task

from accounts import jobs


@shared_task(name="accounts.sweep_jobs")
def sweep_jobs() -> None:
    """See `accounts.jobs.sweep`."""
    jobs.sweep()
