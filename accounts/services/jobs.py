"""What staff do with a job: cancel it, have it done again."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.jobs import JobRefused, aftermath_of, send
from accounts.models import Job, audit

BEING_WRITTEN = "Работа как раз записывает результат. Обновите страницу: она, вероятно, уже закончилась."
ALREADY_OVER = "Работа уже закончилась: обновите страницу."
NOT_OVER = "Работа ещё не закончилась: обновите страницу."
DONE_ALREADY = "Работа выполнена, повторять её незачем."
CANCELLED = "Работу отменил человек; записанные данные не изменились."


@transaction.atomic
def cancel_job(*, job: Job, by: Any) -> None:
    """End a job that waits or runs; its worker finds out at its next step and writes nothing."""
    found = Job.objects.select_for_update(skip_locked=True).filter(pk=job.pk).first()
    if found is None:  # a person is not to wait until the last transaction ends, only to hear that it was too late
        raise JobRefused(BEING_WRITTEN)
    job = found
    if job.is_over:
        raise JobRefused(ALREADY_OVER)
    job.status, job.problem, job.finished_at = Job.Status.CANCELLED, CANCELLED, timezone.now()
    job.save(update_fields=["status", "problem", "finished_at"])
    aftermath_of(job).ended_badly(job)
    audit("job_cancelled", job, by=by, municipality_id=job.municipality_id, kind=job.kind)


@transaction.atomic
def do_again(*, job: Job, by: Any) -> None:
    """Queue a job that failed or was cancelled once more, its attempts counted anew; JobRefused says what stands in
    the way."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.status == Job.Status.DONE:
        raise JobRefused(DONE_ALREADY)
    if not job.is_over:
        raise JobRefused(NOT_OVER)
    aftermath_of(job).again(job)
    Job.objects.filter(pk=job.pk).begin_anew()
    audit("job_done_again", job, by=by, municipality_id=job.municipality_id, kind=job.kind)
    transaction.on_commit(lambda: send(job))
