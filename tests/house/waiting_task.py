"""The portal's Celery with one task more, which says that it began and waits until it may end; beat hurries here."""

import time
from pathlib import Path

import django

from config import celery_app as app

django.setup()

from celery import shared_task
from django.conf import settings

from accounts import jobs
from accounts.models import Job

KIND = "tests.wait"
app.conf.beat_schedule = {"sweep-jobs": {"task": "accounts.sweep_jobs", "schedule": 1.0}}


def began(attempt: int) -> Path:
    return Path(settings.VAR_DIR) / f"began-{attempt}"


def may_end() -> Path:
    return Path(settings.VAR_DIR) / "may-end"


def wait(job: Job) -> None:
    began(job.attempts).touch()
    while not may_end().exists():
        time.sleep(0.02)


jobs.register(KIND)


@shared_task(name=KIND)
def wait_for_permission(job_id: int) -> None:
    jobs.run(job_id, wait)
