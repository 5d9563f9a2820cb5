"""Recompute as a job: one run does what all waiting jobs of the municipality ask for."""

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
    outcomes: list[Outcome] = []
    municipality_id = Job.objects.filter(pk=job_id).values_list("municipality_id", flat=True).first()
    jobs.run(job_id, lambda job: outcomes.append(work(job)))
    if municipality_id is not None:
        send_next(municipality_id)
    return outcomes[0] if outcomes else None


def work(job: Job) -> Outcome:
    """The body: what this job and those that wait behind it ask for, written in the job's last transaction."""
    scope = absorb(job)
    try:
        outcome = recompute(
            job.municipality_id, scope.to_json(), progress=job.report, writing=lambda: jobs.finishing(job)
        )
    except BrokenIndicator as error:
        raise JobRefused(f"{error} Исправьте показатель и запустите пересчёт ещё раз.") from None
    Job.objects.filter(pk=job.pk).update(rows=outcome.checked)  # known only now; only for those who watch the speed
    return outcome


@transaction.atomic
def absorb(job: Job) -> Scope:
    """Take over what other waiting jobs ask for, before any data are read.

    The sum is kept in this job, so a worker that takes it up after a crash does all of it; what changes from now on
    makes a new job.
    """
    if not Job.objects.held(job).select_for_update().exists():
        raise JobLost
    scope = Scope.of(job.scope)
    waiting = _waiting(job.municipality_id).select_for_update()
    for other in waiting:
        scope |= Scope.of(other.scope)
    now = timezone.now()
    Job.objects.filter(pk__in=[other.pk for other in waiting], status=Job.Status.QUEUED).update(
        status=Job.Status.DONE, started_at=now, finished_at=now, doing=f"Вошло в работу № {job.pk}"
    )
    Job.objects.filter(pk=job.pk).update(scope=scope.to_json())
    return scope


def send_next(municipality_id: int) -> None:
    """A job that came while another ran could not be claimed then."""
    following = _waiting(municipality_id).first()
    if following is not None:
        jobs.send(following.pk)


def _waiting(municipality_id: int) -> Any:
    queued = Job.objects.filter(kind=Job.Kind.RECOMPUTE, municipality_id=municipality_id, status=Job.Status.QUEUED)
    return queued.order_by("pk")
