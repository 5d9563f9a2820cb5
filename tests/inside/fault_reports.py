"""Faults of a request, of a task and of a job, told to a Sentry that keeps what it would send: prints it as JSON.

Run as a program of its own, since the client hooks itself into Django and Celery for good. The name that must not leave
comes from outside: source code may.
"""

import json
import logging
import os
import sys
from typing import Any

import sentry_sdk
import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from accounts import jobs
from accounts.models import Job
from config import celery_app, urls
from config.fault_reports import report_faults
from schools.models import Municipality

NAME, LATIN = os.environ.get("NAME", ""), os.environ.get("LATIN", "")
SENT: list[dict[str, Any]] = []


class KeptHere(Transport):
    """Stands in for the network."""

    def capture_envelope(self, envelope: Envelope) -> None:
        SENT.extend({"type": item.type, "payload": item.payload.json} for item in envelope.items)


def break_over(text: str) -> None:
    cell = f"cell {text}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [text])
    logging.getLogger("portal").error("read %s", text)
    sentry_sdk.add_breadcrumb(message=text)
    try:
        raise KeyError(cell)
    except KeyError as error:
        raise ValueError(f"wrong: {cell}") from error


@login_not_required
def broken_view(request: HttpRequest, word: str) -> HttpResponse:
    break_over(NAME)
    return HttpResponse()


@celery_app.task(name="tests.broken_task")
def broken_task(text: str) -> None:
    break_over(text)


def main(*, is_set_up: bool) -> None:
    call_command("migrate", verbosity=0)
    if is_set_up:
        report_faults("https://key@sentry.example/1", environment="tests", transport=KeptHere)
    urls.urlpatterns.append(path("broken/<str:word>", broken_view, name="broken"))
    client = Client(raise_request_exception=False, headers={"Referer": f"/{NAME}", "User-Agent": NAME})
    client.cookies["name"] = LATIN
    client.post(f"/broken/{NAME}?q={NAME}", {"full_name": NAME}, headers={"X-Name": LATIN})
    broken_task.apply(args=[NAME])
    town = Municipality.objects.create(slug="town", name=NAME)
    with structlog.contextvars.bound_contextvars(request_id="0a1b2c"):
        jobs.run(Job.objects.create(kind="tests.kind", municipality=town).pk, lambda job: break_over(NAME))
    client.get("/no-such-address")
    sentry_sdk.flush()
    json.dump({"active": sentry_sdk.get_client().is_active(), "sent": SENT}, sys.stdout, ensure_ascii=False)
