"""Recompute as a job: one run does what all waiting jobs of the municipality ask for."""

from contextlib import AbstractContextManager
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import jobs
from accounts.jobs import JobRefused
from accounts.models import Job, JobLost
from indicators.engine import Outcome, Scope, recompute
from indicators.engine.measured import BrokenIndicator


def run(job_id: int) -> Outcome | None:
    """Claim the job and do it, then send the next one that waits; None when another worker has it or it failed.

    Two recomputes of one municipality never run side by side: the database lets only one be claimed.
    """
    claimed: list[Job] = []
    outcomes: list[Outcome] = []

    def body(job: Job) -> None:
        claimed.append(job)
        outcomes.append(work(job))

    jobs.run(job_id, body, kind=Job.Kind.RECOMPUTE)
    for job in claimed:  # who could not claim it leaves the next one to whoever did
        send_next(job.municipality_id)
    return outcomes[0] if outcomes else None


def work(job: Job) -> Outcome:
    """The body: what this job and those that wait behind it ask for, written in the job's last transaction."""
    scope = absorb(job)

    def writing(checked: int) -> AbstractContextManager[None]:
        job.rows = checked
        return jobs.finishing(job)

    try:
        return recompute(job.municipality_id, scope.to_json(), progress=job.report, writing=writing, job_id=job.pk)
    except BrokenIndicator as error:
        raise JobRefused(f"{error} Исправьте показатель и запустите пересчёт ещё раз.") from None


@transaction.atomic
def absorb(job: Job) -> Scope:
    """Take over what other waiting jobs ask for, before any data are read.

    The sum is kept in this job, so a worker that takes it up after a crash does all of it; what changes from now on
    makes a new job.
    """
    mine_and_waiting = Job.objects.held(job) | _waiting(job.municipality_id)
    found = {row.pk: row for row in mine_and_waiting.order_by("pk").select_for_update()}
    if found.pop(job.pk, None) is None:
        raise JobLost
    scope = Scope.of(job.scope)
    if not found:
        return scope
    for other in found.values():
        scope |= Scope.of(other.scope)
    now = timezone.now()
    Job.objects.filter(pk__in=found).update(
        status=Job.Status.DONE, started_at=now, finished_at=now, doing=f"Вошло в работу № {job.pk}"
    )
    Job.objects.filter(pk=job.pk).update(scope=scope.to_json())
    return scope


def send_next(municipality_id: int) -> None:
    """A job that came while another ran could not be claimed then."""
    following = _waiting(municipality_id).first()
    if following is not None:
        jobs.send(following)


def _waiting(municipality_id: int) -> Any:
    queued = Job.objects.filter(kind=Job.Kind.RECOMPUTE, municipality_id=municipality_id, status=Job.Status.QUEUED)
    return queued.order_by("pk")
