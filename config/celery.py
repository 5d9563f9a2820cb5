"""The worker and beat processes."""

import os
from typing import Any

import structlog
from celery import Celery
from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun

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


@before_task_publish.connect
def send_request_along(headers: dict[str, Any], **_: Any) -> None:
    """The work that a request asked for is found in the logs by the request's id; so is the work that this work asks
    for."""
    if request_id := structlog.contextvars.get_contextvars().get("request_id"):
        headers["request_id"] = request_id


@task_prerun.connect
def name_job_in_logs(task: Any, args: Any, **_: Any) -> None:
    """Every line written during a task says which job it is and which request it was made in."""
    job_id = args[0] if args and isinstance(args[0], int) else None  # nothing else is fit for a log unseen
    known = {"task": task.name, "job_id": job_id, "request_id": task.request.get("request_id")}
    structlog.contextvars.bind_contextvars(**{name: value for name, value in known.items() if value is not None})


@task_postrun.connect
def forget_job_in_logs(**_: Any) -> None:
    structlog.contextvars.clear_contextvars()
