"""Asking for a recompute: later by a worker, or here and now."""

import time
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.jobs import JobRefused, enqueue
from accounts.models import Job
from indicators.engine import Outcome, Scope
from indicators.jobs import recompute as body

WAIT_SECONDS = 120  # for a recompute that a worker is doing at this moment
PAUSE_SECONDS = 0.5


@transaction.atomic
def request_recompute(*, municipality_id: int, by: Any = None, scope: Mapping[str, Any] | None = None) -> Job:
    """Have the values recomputed that `scope` can touch (all, without one); a job that still waits takes it over."""
    waiting = (
        Job.objects.select_for_update()  # a worker that is about to claim it waits, then reads the wider scope
        .filter(kind=Job.Kind.RECOMPUTE, municipality_id=municipality_id, status=Job.Status.QUEUED)
        .order_by("pk")
        .first()
    )
    asked = Scope.of(scope)
    if waiting is None:
        return enqueue(Job.Kind.RECOMPUTE, municipality_id=municipality_id, by=by, scope=asked.to_json())
    waiting.scope = (Scope.of(waiting.scope) | asked).to_json()
    waiting.save(update_fields=["scope"])
    return waiting


def recompute_now(*, municipality_id: int, by: Any = None, scope: Mapping[str, Any] | None = None) -> Outcome | None:
    """Recompute in the foreground, with everything that waits; needs neither worker nor broker.

    None when a worker took the job meanwhile and did it. JobRefused, in words for people, when it cannot be done.
    """
    job = Job.objects.create(
        kind=Job.Kind.RECOMPUTE,
        municipality_id=municipality_id,
        created_by_id=getattr(by, "pk", None),
        scope=Scope.of(scope).to_json(),
    )
    patience = time.monotonic() + WAIT_SECONDS
    while True:
        outcome = body.run(job.pk)
        job.refresh_from_db()
        if job.has_ended_badly:
            raise JobRefused(job.problem)
        if job.is_over:
            return outcome
        if time.monotonic() > patience:
            raise JobRefused("Показатели этого муниципалитета сейчас пересчитывает другая работа. Повторите позже.")
        time.sleep(PAUSE_SECONDS)
