"""Periodic work of the ground floor."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from accounts import jobs


@worker_ready.connect
def take_up_again(**_: Any) -> None:
    """The embedded portal has one worker, so it need not wait until others would have shown signs of life."""
    if not settings.REDIS_URL:
        jobs.take_up_again()


@shared_task(name="accounts.sweep_jobs")
def sweep_jobs() -> None:
    """See `accounts.jobs.sweep`."""
    jobs.sweep()
