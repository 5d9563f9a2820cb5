"""Jobs as staff see them: which there are, what each works on, what can be done with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.job_subjects import KindWords, Subject, subjects_of, words_of
from accounts.models import Job

LATELY = timedelta(days=1)


@dataclass(frozen=True)
class JobView:
    job: Job
    subject: Subject
    words: KindWords

    @property
    def may_be_cancelled(self) -> bool:
        return not self.job.is_over

    @property
    def may_be_done_again(self) -> bool:
        return self.job.has_ended_badly and not self.subject.instead

    @property
    def took(self) -> timedelta | None:
        """Of the last attempt, up to now while it goes on."""
        started, ended = self.job.started_at, self.job.finished_at
        if started is None or self.job.status == Job.Status.QUEUED:
            return None
        return (ended or timezone.now()) - started


@dataclass(frozen=True)
class JobCounts:
    running: int
    queued: int
    failed_lately: int  # in the last day

    @property
    def is_busy(self) -> bool:
        return bool(self.running or self.queued)


def jobs_of(*, user: Any, municipality_id: int, status: str = "", kind: str = "") -> QuerySet[Job]:
    """Jobs of the municipality, newest first."""
    jobs = Job.objects.visible_to(user).filter(municipality=municipality_id)
    if status:
        jobs = jobs.filter(status=status)
    if kind:
        jobs = jobs.filter(kind=kind)
    return jobs.select_related("created_by").order_by("-created_at", "-pk")


def described(user: Any, jobs: Iterable[Job]) -> list[JobView]:
    """Each job with what it works on; the number of queries does not depend on how many there are."""
    jobs = list(jobs)
    subjects = subjects_of(user, jobs)
    return [JobView(job, subjects[job.pk], words_of(job.kind)) for job in jobs]


def job_counts(*, user: Any, municipality_id: int) -> JobCounts:
    """What the municipality's jobs are about to do, whatever the list is narrowed to."""
    lately = Q(status=Job.Status.FAILED, finished_at__gt=timezone.now() - LATELY)
    found = (
        Job.objects.visible_to(user)
        .filter(municipality=municipality_id)
        .aggregate(
            running=Count("pk", filter=Q(status=Job.Status.RUNNING)),
            queued=Count("pk", filter=Q(status=Job.Status.QUEUED)),
            failed_lately=Count("pk", filter=lately),
        )
    )
    return JobCounts(**found)
