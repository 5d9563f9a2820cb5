"""Long work has queues of its own, so that sweeps and other people's work do not wait behind it."""

import pytest
from django.conf import settings

from accounts.models import Job
from config import celery_app

QUEUES = {
    "monitoring.read_upload": "imports",
    "monitoring.store_upload": "imports",
    "monitoring.recompute": "recompute",
    "monitoring.check_values": "recompute",
    "monitoring.audit_values": "recompute",
    "reports.render_report": "documents",
    "accounts.sweep_jobs": "upkeep",
    "monitoring.count_records": "upkeep",
    "monitoring.sweep_spool": "upkeep",
    "reports.sweep_files": "upkeep",
    "roadmaps.sweep_evidence": "upkeep",
    "roadmaps.mail_notices": "mail",
}


def queue_of(task: str) -> str:
    return celery_app.amqp.Router().route({}, task)["queue"].name


def test_every_task_goes_to_the_queue_that_was_decided_for_it():
    celery_app.loader.import_default_modules()
    ours = [name for name in celery_app.tasks if not name.startswith(("celery.", "tests."))]
    assert {name: queue_of(name) for name in ours} == QUEUES


@pytest.mark.parametrize("kind", Job.Kind.values)
def test_no_job_of_people_waits_among_the_sweeps(kind):
    assert queue_of(kind) != settings.CELERY_TASK_DEFAULT_QUEUE


def test_what_beat_sends_is_a_task_that_there_is():
    celery_app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(celery_app.tasks)


def test_a_worker_told_nothing_takes_all_queues():
    assert sorted(celery_app.amqp.queues.consume_from) == ["documents", "imports", "mail", "recompute", "upkeep"]


def test_a_worker_told_of_a_queue_that_does_not_exist_refuses():
    with pytest.raises(KeyError, match="import"):
        celery_app.amqp.Queues(celery_app.conf.task_queues, create_missing=False).select(["import"])
