"""The life of a job row: claimed once, ended on every path, sent again when lost."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts import jobs
from accounts.models import Job
from tests.factories import JobFactory

pytestmark = pytest.mark.django_db


def fail_with(error: Exception) -> Any:
    def work(job: Job) -> None:
        raise error

    return work


def test_a_second_delivery_of_the_same_message_does_nothing() -> None:
    job, done = JobFactory(), []
    assert jobs.run(job.pk, lambda running: done.append(running.pk))
    assert not jobs.run(job.pk, lambda running: done.append(running.pk))
    job.refresh_from_db()
    assert done == [job.pk]
    assert (job.status, job.attempts) == (Job.Status.DONE, 1)


def test_a_refusal_ends_the_job_with_words_for_people_and_tells_what_it_worked_on() -> None:
    job, told = JobFactory(), []
    jobs.run(
        job.pk, fail_with(jobs.JobRefused("Загрузите файлы снова.")), on_failure=lambda ended: told.append(ended.pk)
    )
    job.refresh_from_db()
    assert (job.status, job.problem, told) == (Job.Status.FAILED, "Загрузите файлы снова.", [job.pk])


def test_a_temporary_fault_gives_the_job_back_until_there_were_too_many() -> None:
    job = JobFactory()
    for attempt in range(1, jobs.MAX_ATTEMPTS):
        assert not jobs.run(job.pk, fail_with(OperationalError()))
        job.refresh_from_db()
        assert (job.status, job.attempts) == (Job.Status.QUEUED, attempt)
    jobs.run(job.pk, fail_with(OperationalError()))
    job.refresh_from_db()
    assert (job.status, job.problem) == (Job.Status.FAILED, jobs.LOST_WORKER)


def test_an_unforeseen_error_reaches_neither_people_nor_logs_with_its_text(caplog: pytest.LogCaptureFixture) -> None:
    job = JobFactory()
    with caplog.at_level(logging.ERROR):
        jobs.run(job.pk, fail_with(ValueError("Вымышленный Тест Тестович")))
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert "Вымышленный" not in job.problem + caplog.text
    assert "ValueError" in caplog.text


def test_progress_is_kept_and_is_a_sign_of_life() -> None:
    job, seen = JobFactory(), []

    def work(running: Job) -> None:
        running.report(3, 4, "Прочитано файлов: 3 из 4")
        seen.append(Job.objects.get(pk=running.pk))

    jobs.run(job.pk, work)
    assert (seen[0].percent, seen[0].doing) == (75, "Прочитано файлов: 3 из 4")
    assert seen[0].heartbeat_at is not None


def test_the_sweeper_sends_what_was_lost_and_takes_back_what_died(sent_tasks: list) -> None:
    now = timezone.now()
    never_sent = JobFactory(created_at=now - timedelta(minutes=1))
    fresh = JobFactory(sent_at=now)
    dead = JobFactory(status=Job.Status.RUNNING, attempts=1, heartbeat_at=now - timedelta(hours=1), sent_at=now)
    hopeless = JobFactory(
        status=Job.Status.RUNNING, attempts=jobs.MAX_ATTEMPTS, heartbeat_at=now - timedelta(hours=1), sent_at=now
    )
    assert jobs.sweep(now=now)["failed"] == 1
    assert [arguments for _, arguments in sent_tasks if arguments == [never_sent.pk]] != []
    assert [fresh.pk] not in [arguments for _, arguments in sent_tasks]
    dead.refresh_from_db()
    hopeless.refresh_from_db()
    assert (dead.status, hopeless.status) == (Job.Status.QUEUED, Job.Status.FAILED)


def test_a_single_worker_takes_up_again_what_ran_when_it_died_but_not_foreground_work(sent_tasks: list) -> None:
    now = timezone.now()
    died = JobFactory(status=Job.Status.RUNNING, attempts=1, heartbeat_at=now, sent_at=now)
    foreground = JobFactory(status=Job.Status.RUNNING, attempts=1, heartbeat_at=now, sent_at=None)
    assert jobs.take_up_again() == 1
    died.refresh_from_db()
    foreground.refresh_from_db()
    assert (died.status, foreground.status) == (Job.Status.QUEUED, Job.Status.RUNNING)
    assert [arguments for _, arguments in sent_tasks] == [[died.pk]]
