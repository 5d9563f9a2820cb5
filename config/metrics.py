"""The portal's numbers for a monitoring system, as Prometheus reads them: what waits, what runs, how fast work goes.

They are read from the job rows at the moment of asking, so any web process can answer and processes need no folder in
which to add their counts up (docs/adr/0010). Kinds of work and queues are named, never a municipality or a person.
"""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Min, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.models import Job
from config import __version__
from config.health import BROKER_SECONDS
from monitoring.models import ValueAudit, ValueDifference

RECENT = timedelta(hours=1)
ENDED = (Job.Status.DONE, Job.Status.FAILED, Job.Status.CANCELLED)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever knows METRICS_TOKEN; without that setting there is no such address."""
    if not settings.METRICS_TOKEN:
        return HttpResponseNotFound()
    expected = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(PortalCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class PortalCollector(Collector):
    def collect(self) -> Iterator[Metric]:
        info = GaugeMetricFamily("opora_info", "The version of the portal", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
        yield from job_metrics(timezone.now())
        yield from audit_metrics(timezone.now())
        if settings.REDIS_URL:
            yield from broker_metrics()

    def describe(self) -> list[Metric]:
        return []  # the registry must not collect to learn names


# --- Jobs ---------------------------------------------------------------------------


def job_metrics(now: datetime) -> Iterator[Metric]:
    """All from two queries, whose answers are few rows: kinds times statuses."""
    rows = {(row["kind"], row["status"]): row for row in _jobs()}
    kinds = sorted({*Job.Kind.values, *(kind for kind, _ in rows)})
    yield from _under_way(kinds, rows, now)
    yield from _ended(kinds, rows)
    recent = {(row["kind"], row["status"]): row for row in _ended_recently(now)}
    yield from _failures(kinds, recent)
    yield from _speed(kinds, recent)


def _jobs() -> Any:
    return (
        Job.objects.order_by()
        .values("kind", "status")
        .annotate(number=Count("pk"), waits_since=Min("queued_at"), last_seen=Min("heartbeat_at"))
    )


def _ended_recently(now: datetime) -> Any:
    took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    return (
        Job.objects.filter(status__in=(Job.Status.DONE, Job.Status.FAILED), finished_at__gte=now - RECENT)
        .order_by()
        .values("kind", "status")
        .annotate(number=Count("pk"), all_rows=Sum("rows"), time=Sum(took))
    )


def _under_way(kinds: list[str], rows: dict[tuple[str, str], Any], now: datetime) -> Iterator[Metric]:
    depth = GaugeMetricFamily("opora_jobs", "Jobs that wait or run", labels=["kind", "status"])
    waiting = GaugeMetricFamily(
        "opora_jobs_oldest_waiting_seconds", "How long the job that waits longest could have been done", labels=["kind"]
    )
    silent = GaugeMetricFamily(
        "opora_jobs_oldest_heartbeat_seconds", "How long ago the most silent running job said it lives", labels=["kind"]
    )
    for kind in kinds:
        queued, running = rows.get((kind, Job.Status.QUEUED)), rows.get((kind, Job.Status.RUNNING))
        depth.add_metric([kind, Job.Status.QUEUED.value], queued["number"] if queued else 0)
        depth.add_metric([kind, Job.Status.RUNNING.value], running["number"] if running else 0)
        waiting.add_metric([kind], _age(queued and queued["waits_since"], now))
        silent.add_metric([kind], _age(running and running["last_seen"], now))
    yield from (depth, waiting, silent)


def _age(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def _ended(kinds: list[str], rows: dict[tuple[str, str], Any]) -> Iterator[Metric]:
    """No counters: a job that somebody begins again has not ended any more, and the number falls."""
    ended = GaugeMetricFamily("opora_ended_jobs", "Jobs that are over, by how they ended", labels=["kind", "result"])
    for kind in kinds:
        for status in ENDED:
            row = rows.get((kind, status))
            ended.add_metric([kind, status.value], row["number"] if row else 0)
    yield ended


def _failures(kinds: list[str], rows: dict[tuple[str, str], Any]) -> Iterator[Metric]:
    """What to raise an alarm at: it goes down when the job is begun again, and by itself after an hour."""
    failed = GaugeMetricFamily(
        "opora_recent_failed_jobs", "Jobs that failed in the last hour and were not begun again", labels=["kind"]
    )
    for kind in kinds:
        row = rows.get((kind, Job.Status.FAILED))
        failed.add_metric([kind], row["number"] if row else 0)
    yield failed


def _speed(kinds: list[str], rows: dict[tuple[str, str], Any]) -> Iterator[Metric]:
    recent = GaugeMetricFamily("opora_recent_jobs", "Jobs done in the last hour", labels=["kind"])
    seconds = GaugeMetricFamily(
        "opora_recent_job_seconds", "Mean duration of the jobs done in the last hour", labels=["kind"]
    )
    speed = GaugeMetricFamily(
        "opora_recent_rows_per_second", "Rows that the jobs done in the last hour handled in a second", labels=["kind"]
    )
    for kind in kinds:
        done = rows.get((kind, Job.Status.DONE))
        recent.add_metric([kind], done["number"] if done else 0)
        if done and done["time"]:
            took = done["time"].total_seconds()
            seconds.add_metric([kind], took / done["number"])
            speed.add_metric([kind], done["all_rows"] / took)
    yield from (recent, seconds, speed)


# --- The self-audit ----------------------------------------------------------------------


def audit_metrics(now: datetime) -> Iterator[Metric]:
    """Stored values that a second calculation does not confirm, and how long ago the municipality that has waited
    longest was audited."""
    yield GaugeMetricFamily(
        "opora_value_differences",
        "Fields of stored values that the last audit found to differ",
        value=ValueDifference.objects.open().count(),
    )
    lasts = ValueAudit.objects.order_by().values("municipality").annotate(last=Max("finished_at"))
    ages = [_age(row["last"], now) for row in lasts]
    yield GaugeMetricFamily(
        "opora_oldest_value_audit_seconds",
        "How long ago the values audited longest ago were audited",
        value=max(ages, default=0),
    )


# --- Broker --------------------------------------------------------------------------


def broker_metrics() -> Iterator[Metric]:
    """How many messages wait in Redis; only that it does not answer, when it does not."""
    lengths = _queue_lengths()
    yield GaugeMetricFamily("opora_broker_up", "Whether the broker answers", value=lengths is not None)
    messages = GaugeMetricFamily("opora_broker_queue_messages", "Messages that no worker has taken", labels=["queue"])
    for queue, length in (lengths or {}).items():
        messages.add_metric([queue], length)
    yield messages


def _queue_lengths() -> dict[str, int] | None:
    """A queue is a list in Redis, under its name and the portal's prefix."""
    queues = [queue.name for queue in settings.CELERY_TASK_QUEUES]
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=BROKER_SECONDS,
            socket_connect_timeout=BROKER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as server:
            asked = server.pipeline(transaction=False)
            for queue in queues:
                asked.llen(f"{settings.REDIS_PREFIX}{queue}")
            return dict(zip(queues, asked.execute(), strict=True))
    except redis.RedisError:
        return None
