"""The life of a job row: made with what it works on, sent after commit, claimed, ended on every path."""

import logging
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from accounts.models import Job

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 4
RESEND_AFTER = timedelta(seconds=60)
STUCK_AFTER = timedelta(minutes=10)
TEMPORARY = (OperationalError, InterfaceError, ConnectionError, TimeoutError)
INTERNAL_PROBLEM = (
    "Работа остановилась из-за внутренней ошибки, записанные данные не изменились. "
    "Запустите её ещё раз; если ошибка повторится, сообщите администратору номер работы {pk}."
)
LOST_WORKER = "Работа прервалась несколько раз подряд. Запустите её ещё раз; если не поможет, сообщите администратору."


class JobRefused(Exception):
    """The work cannot be done; the text is for people and says what to do."""


def send(job_id: int) -> None:
    """Put a job's message into the broker; when that fails the sweeper sends it again."""
    job = Job.objects.filter(pk=job_id, status=Job.Status.QUEUED).first()
    if job is None:
        return
    try:
        current_app.send_task(job.kind, args=[job.pk])
    except Exception as error:  # any broker's fault: the row stays queued and visible
        logger.warning("job %s was not sent: %s", job.pk, type(error).__name__)
        return
    Job.objects.filter(pk=job.pk).update(sent_at=timezone.now())


def enqueue(
    kind: str, *, municipality_id: int, subject_id: int | None = None, by: Any = None, scope: Any = None
) -> Job:
    """Make a job in the running transaction and send it when that is committed."""
    job = Job.objects.create(
        kind=kind,
        municipality_id=municipality_id,
        subject_id=subject_id,
        created_by_id=getattr(by, "pk", None),
        scope=scope or {},
    )
    transaction.on_commit(lambda: send(job.pk))
    return job


def run(job_id: int, work: Callable[[Job], None], *, on_failure: Callable[[Job], None] = lambda job: None) -> bool:
    """Do a job's work if it can be claimed; True when this call brought it to an end.

    A second delivery finds it claimed and leaves. A temporary fault releases it for the sweeper to send again.
    `on_failure` lets what the job works on know that it failed for good.
    """
    try:
        with transaction.atomic():
            if not Job.objects.claim(job_id):
                return False
    except IntegrityError:  # another of its kind is running here; it stays queued and is sent again
        return False
    job = Job.objects.get(pk=job_id)
    try:
        work(job)
    except JobRefused as refusal:
        return _fail(job, str(refusal), on_failure)
    except TEMPORARY as error:
        log_fault(job, error)
        if job.attempts >= MAX_ATTEMPTS:
            return _fail(job, LOST_WORKER, on_failure)
        Job.objects.release(job.pk)
        return False
    except Exception as error:
        log_fault(job, error)
        return _fail(job, INTERNAL_PROBLEM.format(pk=job.pk), on_failure)
    return Job.objects.close(job.pk, Job.Status.DONE)


def _fail(job: Job, problem: str, on_failure: Callable[[Job], None]) -> bool:
    closed = Job.objects.close(job.pk, Job.Status.FAILED, problem)
    if closed:
        on_failure(job)
    return closed


def log_fault(job: Job, error: BaseException) -> None:
    """Where it broke, without the error's own text: that may quote a cell of somebody's spreadsheet."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("job %s (%s) broke: %s\n%s", job.pk, job.kind, type(error).__name__, frames)


def take_up_again() -> int:
    """Send again what a worker left running when it died; for a portal whose only worker starts at this moment.

    Work in the foreground was never sent, so it is left alone.
    """
    left = Job.objects.filter(status=Job.Status.RUNNING, sent_at__isnull=False)
    released = [job.pk for job in left if Job.objects.release(job.pk)]
    for pk in released:
        send(pk)
    return len(released)


def sweep(*, now: Any = None) -> dict[str, int]:
    """Send again what was lost, take back what died with its worker, fail what died too often."""
    now = now or timezone.now()
    counts = {"sent": 0, "released": 0, "failed": 0}
    for job in Job.objects.stuck(now=now, after=STUCK_AFTER):
        if job.attempts >= MAX_ATTEMPTS:
            counts["failed"] += Job.objects.close(job.pk, Job.Status.FAILED, LOST_WORKER)
        else:
            counts["released"] += Job.objects.release(job.pk)
    for job in Job.objects.lost(now=now, after=RESEND_AFTER):
        send(job.pk)
        counts["sent"] += 1
    return counts
