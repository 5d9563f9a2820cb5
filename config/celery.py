"""The worker and beat processes."""

import os
from typing import Any

import structlog
from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun

from config.alive import SignOfLife

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("opora")
app.set_default()  # the threads of the web process, too, send by this app
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(SignOfLife)


@setup_logging.connect
def keep_portal_logging(**_: Any) -> None:
    """That somebody listens keeps Celery from setting up logs of its own."""


@task_prerun.connect
def name_job_in_logs(task: Any, args: Any, **_: Any) -> None:
    """Every line written during a task says which job it is."""
    structlog.contextvars.bind_contextvars(task=task.name, job_id=args[0] if args else None)


@task_postrun.connect
def forget_job_in_logs(**_: Any) -> None:
    structlog.contextvars.clear_contextvars()
