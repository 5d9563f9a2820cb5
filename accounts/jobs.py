"""The life of a job row: made with what it works on, sent after commit, claimed, ended on every path (ADR 2, ADR 11).

Whoever claims a row holds it by the moment of claiming (`started_at`). Should the row be cancelled, or taken for
dead and given to another, the first one finds out at its next report and, at the latest, in its last transaction
(`finishing`), so nothing is ever written twice.
"""

import contextlib
import errno
import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sentry_sdk
import structlog
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from accounts.models import Job, JobLost

logger = logging.getLogger(__name__)
events = structlog.get_logger(__name__)

MAX_ATTEMPTS = 4
BACK_OFF = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2))  # before the second attempt, the third…
HEARTBEAT_SECONDS = 10.0
STUCK_AFTER = timedelta(seconds=60)  # six heartbeats missed: the worker is dead
RESEND_AFTER = timedelta(seconds=60)
RESEND_AT_LEAST_EVERY = timedelta(minutes=10)  # what has waited long is sent again more seldom, but no more than this
DATABASE_PATIENCE = (0.5, 1, 2, 4, 8, 15)  # seconds between attempts to write down how a job ended
TEMPORARY = (OperationalError, InterfaceError, ConnectionError, TimeoutError)

INTERNAL_PROBLEM = (
    "Работа остановилась из-за внутренней ошибки, записанные данные не изменились. "
    "Попробуйте {again}; если ошибка повторится, сообщите администратору номер работы {pk}."
)
LOST_WORKER = "Работа прервалась несколько раз подряд. Попробуйте {again}; если не поможет, сообщите администратору."
DISK_FULL = (
    "На диске сервера закончилось место, записанные данные не изменились. "
    "Сообщите администратору, а когда место появится, попробуйте {again}."
)
TOO_LONG = (
    "Работа шла дольше отведённого времени и остановлена, записанные данные не изменились. "
    "Попробуйте {shorter}; если не поможет, сообщите администратору."
)
AGAIN = "запустить её ещё раз"
UNKNOWN_KIND = "Эта версия портала не умеет выполнять такую работу. Сообщите администратору номер работы {pk}."
WILL_BE_TRIED_AGAIN = "Временная неполадка. Следующая попытка — в {at}"


class JobRefused(Exception):
    """The work cannot be done; the text is for people and says what to do."""


Body = Callable[[Job], object]


@dataclass(frozen=True)
class Aftermath:
    """What an app does about a job of one kind besides the work itself.

    `ended_badly` lets what the job works on know, in the same transaction, that it failed or was cancelled; `again`
    makes it ready for another run, or raises JobRefused with what to do instead. The words follow «попробуйте»: what
    helps when it failed, and what does when it took too long.
    """

    ended_badly: Body
    again: Body
    to_do_again: str = AGAIN
    to_be_shorter: str = AGAIN


_kinds: dict[str, Aftermath] = {}


def _nothing(job: Job) -> None:
    """What many kinds of work need to do when they end badly or begin again."""


def register(
    kind: str,
    *,
    ended_badly: Body = _nothing,
    again: Body = _nothing,
    to_do_again: str = AGAIN,
    to_be_shorter: str = AGAIN,
) -> None:
    """Say, when the portal starts, that this version knows this kind of work."""
    _kinds[kind] = Aftermath(ended_badly, again, to_do_again, to_be_shorter)


def _cannot_be_done(job: Job) -> None:
    raise JobRefused(UNKNOWN_KIND.format(pk=job.pk))


def aftermath_of(job: Job) -> Aftermath:
    """A row may be left by another version of the portal, whose work this one does not know."""
    return _kinds.get(job.kind) or Aftermath(_nothing, _cannot_be_done)


def in_words(problem: str, job: Job) -> str:
    """One of the texts above, with what its reader can do about a job of this kind."""
    aftermath = aftermath_of(job)
    return problem.format(pk=job.pk, again=aftermath.to_do_again, shorter=aftermath.to_be_shorter)


# --- Making and sending ---------------------------------------------------------


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
        sent_at=timezone.now(),
    )
    transaction.on_commit(lambda: _put_into_broker(job))
    return job


def send(job: Job) -> None:
    """Send a job's message (again). Should it have been claimed or cancelled meanwhile, the message finds nothing to
    do."""
    Job.objects.filter(pk=job.pk).update(sent_at=timezone.now())
    _put_into_broker(job)


def _put_into_broker(job: Job) -> None:
    """That it was sent is written down before; when it cannot be, that is taken back and the sweeper sends it soon."""
    try:
        current_app.send_task(job.kind, args=[job.pk])
    except Exception as error:  # any broker's fault: the row stays queued and visible
        logger.warning("job %s was not sent: %s", job.pk, type(error).__name__)
        Job.objects.filter(pk=job.pk, status=Job.Status.QUEUED).update(sent_at=None)
        return
    events.info("job sent", sent_job_id=job.pk, kind=job.kind)  # in the request that made it, or in a sweep


# --- Doing ------------------------------------------------------------------------


def run(job_id: int, body: Body, *, kind: str | None = None) -> bool:
    """Do a job's work if it can be claimed; True when this call brought it to an end.

    A second delivery finds it claimed and leaves, and so does a message from before the database was restored, when the
    number meant a job of another kind. A temporary fault gives it back, to be done again after a while.
    """
    job = _claimed(job_id, kind)
    if job is None:
        return False
    with _told_in_logs(job):
        return _do(job, body)


def _do(job: Job, body: Body) -> bool:
    try:
        with _signs_of_life(job):
            body(job)
        return job.is_over or _done(job)
    except JobLost:
        return False
    except JobRefused as refusal:
        return _patiently(partial(end_badly, job, str(refusal)))
    except Exception as error:
        if not _is_still_ours(job):
            return False  # what it worked on may have been taken away under its hands
        log_fault(job, error)
        return _patiently(partial(_after_fault, job, error))


def _is_still_ours(job: Job) -> bool:
    try:
        return Job.objects.held(job).exists()
    except (DatabaseError, InterfaceError):  # nobody can say now
        return True


def _done(job: Job) -> bool:
    """Close a job whose body did not: what it wrote was written before."""
    if closed := Job.objects.close(job, Job.Status.DONE):
        job.status = Job.Status.DONE
    return closed


@contextlib.contextmanager
def _told_in_logs(job: Job) -> Iterator[None]:
    """A line when the work begins and one when it ends, and the job's id on every line between them."""
    started = time.monotonic()
    with structlog.contextvars.bound_contextvars(job_id=job.pk, kind=job.kind, attempt=job.attempts):
        events.info("job begins")
        try:
            yield
        finally:
            # Still running means: cancelled, taken over by another, or the database is away.
            result = {Job.Status.QUEUED: "again", Job.Status.RUNNING: "left"}.get(Job.Status(job.status), job.status)
            seconds = round(time.monotonic() - started, 3)
            events.info("job ends", result=str(result), seconds=seconds, rows=job.rows)


def _claimed(job_id: int, kind: str | None) -> Job | None:
    try:
        with transaction.atomic():
            return Job.objects.claim(job_id, kind)
    except IntegrityError:  # another of its kind is running here; it stays queued and is sent again
        return None


@contextlib.contextmanager
def finishing(job: Job) -> Iterator[None]:
    """The last transaction of a job: what is written in it and the job's end are kept together, or neither is.

    JobLost when the job is no longer this worker's. Killing the worker at any moment leaves a job that is to be done
    again from the start, or one that is done; never a job half done or done twice.
    """
    with transaction.atomic():
        if not Job.objects.close(job, Job.Status.DONE):  # first, for it also keeps others from the row
            raise JobLost
        yield
    job.status = Job.Status.DONE


@contextlib.contextmanager
def _signs_of_life(job: Job) -> Iterator[None]:
    """While the work goes on, however long one step takes, say every few seconds that its process lives."""
    ended = threading.Event()

    def beat() -> None:
        try:
            while not ended.wait(HEARTBEAT_SECONDS):
                with contextlib.suppress(DatabaseError, InterfaceError):  # a database that is away will be back
                    Job.objects.held(job).update(heartbeat_at=timezone.now())
                connection.close_if_unusable_or_obsolete()
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"job-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=HEARTBEAT_SECONDS)


# --- Ending ------------------------------------------------------------------------


def _after_fault(job: Job, error: Exception) -> bool:
    """Give the job back when the fault may pass, end it when it will not or has come too often."""
    disk_full = is_disk_full(error)
    if not disk_full and not isinstance(error, TEMPORARY):
        problem = TOO_LONG if isinstance(error, SoftTimeLimitExceeded) else INTERNAL_PROBLEM
        return end_badly(job, in_words(problem, job))
    if job.attempts >= MAX_ATTEMPTS:
        return end_badly(job, in_words(DISK_FULL if disk_full else LOST_WORKER, job))
    at = timezone.now() + BACK_OFF[min(job.attempts, len(BACK_OFF)) - 1]
    doing = WILL_BE_TRIED_AGAIN.format(at=f"{timezone.localtime(at):%H:%M:%S}")
    if Job.objects.release(job, not_before=at, doing=doing):
        job.status = Job.Status.QUEUED
    return False


def is_disk_full(error: BaseException) -> bool:
    """Files, PostgreSQL and SQLite each say it in their own way."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # the last one: the limit of a process
    return isinstance(error, OperationalError) and (
        getattr(error.__cause__, "pgcode", None) == "53100" or "disk is full" in str(error)
    )


def end_badly(job: Job, problem: str, status: "Job.Status" = Job.Status.FAILED) -> bool:
    """Close a running job with words for people and let what it works on know; False when it is not ours any more."""
    with transaction.atomic():
        closed = Job.objects.close(job, status, problem)
        if closed:
            job.status, job.problem = status, problem
            aftermath_of(job).ended_badly(job)
    return closed


def _patiently(step: Callable[[], bool]) -> bool:
    """Write down how a job ended, even if the database is being restarted; failing that, the sweeper finds it."""
    for pause in DATABASE_PATIENCE:
        try:
            return step()
        except (OperationalError, InterfaceError):
            connection.close_if_unusable_or_obsolete()
            if connection.in_atomic_block:
                raise
            time.sleep(pause)
    return step()


def log_fault(job: Job, error: BaseException) -> None:
    """Where it broke, without the error's own text: that may quote a cell of somebody's spreadsheet."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("job %s (%s) broke: %s\n%s", job.pk, job.kind, type(error).__name__, frames)
    sentry_sdk.capture_exception(error)  # does nothing unless the portal was told where to


# --- Sweeping -----------------------------------------------------------------------


def take_up_again() -> int:
    """Send again what a worker left running when it died; for a portal whose only worker starts at this moment.

    Work in the foreground was never sent, so it is left alone.
    """
    left = Job.objects.filter(status=Job.Status.RUNNING, sent_at__isnull=False)
    released = [job for job in left if Job.objects.release(job)]
    for job in released:
        send(job)
    return len(released)


def _patience_with(waited: timedelta) -> timedelta:
    """A message that waits behind others is not lost: each time as long again passes as before, so few pile up."""
    return min(max(waited, RESEND_AFTER), RESEND_AT_LEAST_EVERY)


def sweep(*, now: datetime | None = None) -> dict[str, int]:
    """Send again what was lost, take back what died with its worker, fail what died too often."""
    now = now or timezone.now()
    counts = {"sent": 0, "released": 0, "failed": 0}
    for job in Job.objects.stuck(now=now, after=STUCK_AFTER):
        with transaction.atomic():
            if not Job.objects.held(job).select_for_update(skip_locked=True).exists():
                continue  # it is in its last transaction: waiting for that would hold up every sweep
            if job.attempts >= MAX_ATTEMPTS:
                counts["failed"] += end_badly(job, in_words(LOST_WORKER, job))
            else:
                counts["released"] += Job.objects.release(job)
    for job in Job.objects.lost(now=now, after=RESEND_AFTER):
        if job.sent_at and now - job.sent_at < _patience_with(job.sent_at - job.queued_at):
            continue
        if job.kind in _kinds:
            send(job)
            counts["sent"] += 1
        else:
            counts["failed"] += run(job.pk, _cannot_be_done)
    return counts
