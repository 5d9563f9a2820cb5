"""Celery's side of the recompute, of its nightly check, of the days that records count up to and of the self-audit."""

import logging

from celery import shared_task
from django.utils import timezone

from accounts import jobs
from accounts.models import Job
from indicators.engine import recompute
from indicators.engine.measured import BrokenIndicator
from indicators.jobs import recompute as body
from indicators.services.counting import count_days_that_are_over
from monitoring.jobs import audit
from schools.models import Municipality

logger = logging.getLogger(__name__)


@shared_task(name="monitoring.recompute")
def recompute_values(job_id: int) -> None:
    """See `indicators.jobs.recompute`."""
    body.run(job_id)


@shared_task(name="monitoring.audit_values")
def audit_values(job_id: int) -> None:
    """See `monitoring.jobs.audit`."""
    jobs.run(job_id, audit.audit_values, kind=Job.Kind.AUDIT_VALUES)


@shared_task(name="monitoring.count_records")
def count_records() -> None:
    """See `indicators.services.counting`."""
    count_days_that_are_over(timezone.now())


@shared_task(name="monitoring.check_values")
def check_values() -> None:
    """Every night: the values of each municipality must come out as they are stored, and so must those of the second
    calculation, which is asked for here.

    The engine's own check stays, because it looks at places of origin and warnings too, and tells a value that was not
    worked out anew from one that is worked out wrongly.
    """
    for municipality in Municipality.objects.order_by("pk"):
        try:
            count = len(recompute(municipality.pk, check=True).differences)
        except BrokenIndicator as error:
            logger.error("values of %s cannot be checked: %s", municipality.slug, error)
            continue
        level = logging.ERROR if count else logging.INFO
        logger.log(level, "values of %s checked, %s differ", municipality.slug, count)
    for municipality in Municipality.objects.order_by("pk"):
        audit.request_audit(municipality=municipality)
