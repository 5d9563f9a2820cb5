"""The self-audit here and now."""

from accounts import jobs
from accounts.jobs import JobRefused
from accounts.models import Job
from monitoring.jobs.audit import NEVER_AT_REST, audit_values
from monitoring.models import ValueAudit
from schools.models import Municipality


def audit_now(*, municipality: Municipality) -> ValueAudit:
    """In the foreground; JobRefused, in words, where values are being recomputed at this moment or it fails."""
    job = Job.objects.create(kind=Job.Kind.AUDIT_VALUES, municipality=municipality)
    jobs.run(job.pk, audit_values)
    job.refresh_from_db()
    if not job.is_over:
        Job.objects.filter(pk=job.pk).delete()  # nobody is asked to do it later
        raise JobRefused(NEVER_AT_REST)
    if job.has_ended_badly:
        raise JobRefused(job.problem)
    return ValueAudit.objects.get(job=job)
