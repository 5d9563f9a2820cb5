"""Real worker and beat processes, on the broker that these tests run with: the job row is the truth."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts import jobs
from accounts.models import Job
from tests.factories import JobFactory, MunicipalityFactory
from tests.house.waiting_task import KIND, began, may_end

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_broker")]


def database_url() -> str:
    """The tests' own database, as another process can reach it."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    return f"postgres://{database['USER']}{password}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@pytest.fixture
def start(tmp_path):
    """Start `celery worker` or `celery beat`; whatever still runs at the end is ended, and what it said is shown."""
    processes = []
    said = tmp_path / "said"

    def start(*arguments: str) -> subprocess.Popen:
        with said.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "tests.house.waiting_task", *arguments],
                cwd=settings.BASE_DIR,
                env=os.environ | {"DATABASE_URL": database_url(), "TMPDIR": str(tmp_path)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        processes.append(process)
        return process

    yield start
    for process in processes:
        kill(process)
    print(said.read_text())
    for path in (began(1), began(2), may_end()):
        path.unlink(missing_ok=True)


def start_worker(start: Callable[..., subprocess.Popen]) -> subprocess.Popen:
    return start("worker", "--concurrency=1", "--without-gossip", "--without-mingle", "--without-heartbeat")


def kill(process: subprocess.Popen) -> None:
    """As the machine's own failure would: the worker and its children at once, without a word."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(happened: Callable[[], bool], seconds: float = 120) -> bool:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def status(job: Job) -> str:
    job.refresh_from_db()
    return job.status


def test_a_job_goes_through_a_real_worker(start):
    may_end().touch()
    start_worker(start)
    with transaction.atomic():
        job = jobs.enqueue(KIND, municipality_id=MunicipalityFactory().pk)
    assert wait_until(lambda: status(job) == Job.Status.DONE)


def test_a_job_whose_message_was_lost_is_sent_again_by_beat(start):
    may_end().touch()
    job = JobFactory(kind=KIND, created_at=timezone.now() - timedelta(minutes=1))
    start_worker(start)
    start("beat", "--pidfile=", f"--schedule={settings.VAR_DIR}/beat-of-tests")
    assert wait_until(lambda: status(job) == Job.Status.DONE)


def test_a_job_whose_worker_was_killed_is_done_by_the_next_one(start):
    worker = start_worker(start)
    job = jobs.enqueue(KIND, municipality_id=MunicipalityFactory().pk)
    assert wait_until(began(1).exists)
    kill(worker)
    assert status(job) == Job.Status.RUNNING  # nobody could write that it died

    may_end().touch()
    start_worker(start)
    jobs.sweep(now=timezone.now() + jobs.STUCK_AFTER + timedelta(minutes=1))
    assert wait_until(lambda: status(job) == Job.Status.DONE)
    assert job.attempts == 2


def test_the_log_of_a_worker_names_job_and_request(start, monkeypatch, tmp_path):
    monkeypatch.setenv("LOG_JSON", "1")
    may_end().touch()
    start_worker(start)
    with structlog.contextvars.bound_contextvars(request_id="0a1b2c3d4e5f"):
        job = jobs.enqueue(KIND, municipality_id=MunicipalityFactory().pk)
    assert wait_until(lambda: status(job) == Job.Status.DONE)
    assert wait_until(lambda: "job ends" in (tmp_path / "said").read_text())
    lines = [json.loads(line) for line in (tmp_path / "said").read_text().splitlines() if line.startswith("{")]
    told = [line for line in lines if line.get("job_id") == job.pk]
    assert {"job begins", "job ends"} <= {line["event"] for line in told}
    assert {line["request_id"] for line in told} == {"0a1b2c3d4e5f"}
