"""Each job is told in the log when it begins and ends: which, how often, how long, how much, with what result."""

import json

import pytest
import structlog
from django.db import OperationalError, transaction
from django.utils import timezone

from accounts import jobs
from accounts.models import Job, JobLost
from config.celery import name_job_in_logs, send_request_along
from tests.factories import JobFactory

pytestmark = pytest.mark.django_db
NAME = "Вымышленный"  # lines of source, which a log may quote, do not hold it


def of_job(lines: list[dict], job: Job) -> list[dict]:
    return [line for line in lines if line.get("job_id") == job.pk]


def refuse(job: Job) -> None:
    raise jobs.JobRefused(f"Файл «{NAME}» пуст")


def lose(job: Job) -> None:
    raise JobLost


def fault(job: Job) -> None:
    raise OperationalError(NAME)


def break_over(job: Job) -> None:
    raise ValueError(NAME)


def handle_rows(job: Job) -> None:
    job.rows = 12
    job.report(1, 2, f"Читается файл «{NAME}»")
    with jobs.finishing(job):
        pass


@pytest.mark.parametrize(
    ("body", "result", "rows"),
    [
        (handle_rows, "done", 12),
        (lambda job: None, "done", 0),
        (refuse, "failed", 0),
        (break_over, "failed", 0),
        (fault, "again", 0),
        (lose, "left", 0),
    ],
    ids=["done", "done without rows", "refused", "broken", "put off", "lost"],
)
def test_a_job_has_a_line_when_it_begins_and_one_when_it_ends(lines, body, result, rows):
    job = JobFactory(kind=Job.Kind.READ_UPLOAD, attempts=1)
    jobs.run(job.pk, body)
    begun, *_, ended = of_job(lines(), job)
    assert (begun["event"], ended["event"]) == ("job begins", "job ends")
    for line in (begun, ended):
        assert (line["kind"], line["attempt"]) == ("monitoring.read_upload", 2)
    assert (ended["result"], ended["rows"]) == (result, rows)
    assert ended["seconds"] >= 0
    assert NAME not in json.dumps(lines(), ensure_ascii=False)


def test_whatever_is_written_while_a_job_runs_carries_its_id(lines):
    job = JobFactory()
    jobs.run(job.pk, break_over)
    broken = [line for line in lines() if line["level"] == "error"]
    assert [line["job_id"] for line in broken] == [job.pk]
    assert structlog.contextvars.get_contextvars() == {}


def test_a_delivery_that_finds_the_job_taken_says_nothing(lines):
    job = JobFactory(status="running", started_at=timezone.now(), heartbeat_at=timezone.now())
    jobs.run(job.pk, handle_rows)
    assert not lines()


def test_the_request_that_made_a_job_says_which(lines, django_capture_on_commit_callbacks):
    municipality = JobFactory().municipality_id
    with (
        structlog.contextvars.bound_contextvars(request_id="0a1b2c"),
        django_capture_on_commit_callbacks(execute=True),
        transaction.atomic(),
    ):
        job = jobs.enqueue(Job.Kind.RECOMPUTE, municipality_id=municipality)
    (line,) = lines()
    assert (line["event"], line["sent_job_id"], line["request_id"]) == ("job sent", job.pk, "0a1b2c")


def test_a_message_carries_the_id_of_the_request_and_nothing_without_one():
    headers: dict[str, str] = {}
    send_request_along(headers=headers)
    assert headers == {}
    with structlog.contextvars.bound_contextvars(request_id="0a1b2c"):
        send_request_along(headers=headers)
    assert headers == {"request_id": "0a1b2c"}


class SomeTask:
    name = "some.task"
    request: dict[str, str] = {}


def test_what_a_task_was_given_is_named_only_when_it_is_a_number():
    with structlog.contextvars.bound_contextvars():
        name_job_in_logs(task=SomeTask, args=[NAME])
        assert structlog.contextvars.get_contextvars() == {"task": "some.task"}
        structlog.contextvars.clear_contextvars()
