"""The body of the self-audit: all values worked out a second time, differences kept as alarms until they are gone."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.jobs import JobRefused, enqueue, finishing
from accounts.models import Job
from monitoring.audit.comparison import Audited, Difference, audit
from monitoring.models import ValueAudit, ValueDifference
from schools.models import Municipality

logger = logging.getLogger(__name__)

WAIT = timedelta(minutes=5)  # for recomputes to be over
PATIENCE = timedelta(hours=6)
WAITS = "Ждёт, пока показатели пересчитываются"
NEVER_AT_REST = (
    "Показатели всё время пересчитывались, и сверить их не удалось. Запустите сверку, когда пересчёт закончится."
)
BATCH = 1000


@transaction.atomic
def request_audit(*, municipality: Municipality, by: Any = None) -> Job:
    """Have all values of the municipality worked out again; one that waits or runs is the one."""
    Municipality.objects.lock(municipality.pk)  # two people who ask at once get the same
    under_way = Job.objects.filter(
        kind=Job.Kind.AUDIT_VALUES,
        municipality=municipality,
        status__in=(Job.Status.QUEUED, Job.Status.RUNNING),
    ).first()
    return under_way or enqueue(Job.Kind.AUDIT_VALUES, municipality_id=municipality.pk, by=by)


def audit_values(job: Job) -> None:
    """While values are being written, or were meanwhile, there is nothing to compare: the job waits and begins anew."""
    started_at = timezone.now()
    if recomputes(job.municipality_id, since=started_at):
        return put_off(job)
    audited = audit(job.municipality_id, progress=job.report)
    job.rows = audited.values
    if recomputes(job.municipality_id, since=started_at):
        return put_off(job)
    with finishing(job):
        keep(audited, job, started_at)
    level = logging.ERROR if audited.differences else logging.INFO
    told = "values of municipality %s audited, %s of them, fields that differ: %s"
    logger.log(level, told, job.municipality_id, audited.values, len(audited.differences))
    return None


def recomputes(municipality_id: int, *, since: Any) -> bool:
    """Whether one waits or runs, or has ended since then. What changes values asks for one in the same transaction."""
    of_town = Job.objects.filter(kind=Job.Kind.RECOMPUTE, municipality=municipality_id)
    under_way = of_town.filter(status__in=(Job.Status.QUEUED, Job.Status.RUNNING))
    return under_way.exists() or of_town.filter(finished_at__gte=since).exists()


def put_off(job: Job) -> None:
    if timezone.now() - job.created_at > PATIENCE:
        raise JobRefused(NEVER_AT_REST)
    if Job.objects.release(job, not_before=timezone.now() + WAIT, doing=WAITS):
        job.status = Job.Status.QUEUED


def keep(audited: Audited, job: Job, started_at: Any) -> None:
    """A difference that is there already keeps the day on which it was found; what is found no more is resolved."""
    ValueAudit.objects.create(
        municipality_id=job.municipality_id,
        job=job,
        started_at=started_at,
        values=audited.values,
        differences=len(audited.differences),
    )
    found = {_key(one): one for one in audited.differences}
    for known in ValueDifference.objects.open().filter(municipality=job.municipality_id):
        still = found.pop(_key(known), None)
        if still is None:
            known.resolved_at = timezone.now()
        elif (known.stored, known.expected) == (still.stored, still.expected):
            continue
        else:
            known.stored, known.expected = still.stored, still.expected
        known.save(update_fields=["stored", "expected", "resolved_at"])
    ValueDifference.objects.bulk_create(_rows(job.municipality_id, found.values()), batch_size=BATCH)


def _key(one: Difference | ValueDifference) -> tuple[Any, ...]:
    return one.indicator_id, one.school_id, one.period, one.field


def _rows(municipality_id: int, differences: Iterable[Difference]) -> Iterable[ValueDifference]:
    for one in differences:
        yield ValueDifference(
            municipality_id=municipality_id,
            indicator_id=one.indicator_id,
            school_id=one.school_id,
            period=one.period,
            field=one.field,
            stored=one.stored,
            expected=one.expected,
        )
