"""The life of a job row: claimed once, ended on every path, sent again when lost."""

import errno
import logging
import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError
from django.utils import timezone

from accounts import jobs
from accounts.models import AuditEvent, Job
from accounts.services.jobs import CANCELLED, cancel_job, do_again
from schools.models import Municipality
from tests.factories import JobFactory, MunicipalityFactory, UserFactory

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


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str, str]]:
    """What the thing that a job works on is told when the job ends badly: id, status, problem."""
    ended: list[tuple[int, str, str]] = []
    told = jobs.Aftermath(lambda job: ended.append((job.pk, job.status, job.problem)), lambda job: None)
    monkeypatch.setitem(jobs._kinds, Job.Kind.RECOMPUTE, told)
    return ended


def test_a_refusal_ends_the_job_with_words_for_people_and_tells_what_it_worked_on(told: list) -> None:
    job = JobFactory()
    jobs.run(job.pk, fail_with(jobs.JobRefused("Загрузите файлы снова.")))
    job.refresh_from_db()
    assert (job.status, job.problem) == (Job.Status.FAILED, "Загрузите файлы снова.")
    assert told == [(job.pk, Job.Status.FAILED, "Загрузите файлы снова.")]


def test_a_temporary_fault_gives_the_job_back_until_there_were_too_many(told: list) -> None:
    job = JobFactory()
    for attempt in range(1, jobs.MAX_ATTEMPTS):
        assert not jobs.run(job.pk, fail_with(OperationalError()))
        job.refresh_from_db()
        assert (job.status, job.attempts) == (Job.Status.QUEUED, attempt)
        Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
    jobs.run(job.pk, fail_with(OperationalError()))
    job.refresh_from_db()
    assert (job.status, job.problem) == (Job.Status.FAILED, jobs.in_words(jobs.LOST_WORKER, job))
    assert len(told) == 1


def test_after_a_temporary_fault_a_job_waits_longer_each_time_and_nobody_can_take_it_meanwhile() -> None:
    job, waits = JobFactory(), []
    with time_machine.travel("2030-11-20 12:00:00+03:00", tick=False) as clock:
        for _ in jobs.BACK_OFF:
            jobs.run(job.pk, fail_with(ConnectionError()))
            job.refresh_from_db()
            waits.append(job.not_before - timezone.now())
            assert not jobs.run(job.pk, fail_with(ConnectionError()))
            assert jobs.sweep()["sent"] == 0
            clock.move_to(job.not_before)
            assert jobs.sweep()["sent"] == 1
    assert waits == list(jobs.BACK_OFF)
    assert job.doing == "Временная неполадка. Следующая попытка — в 12:02:35"


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "no space"), OSError(errno.EDQUOT, "quota"), OperationalError("disk is full")]
)
def test_a_full_disk_is_waited_for_and_then_named(error: Exception) -> None:
    job = JobFactory(attempts=jobs.MAX_ATTEMPTS - 2)
    jobs.run(job.pk, fail_with(error))
    job.refresh_from_db()
    assert job.status == Job.Status.QUEUED
    Job.objects.filter(pk=job.pk).update(not_before=None)
    jobs.run(job.pk, fail_with(error))
    job.refresh_from_db()
    assert (job.status, job.problem) == (Job.Status.FAILED, jobs.in_words(jobs.DISK_FULL, job))


def test_another_fault_of_a_file_is_no_full_disk() -> None:
    assert not jobs.is_disk_full(OSError(errno.EACCES, "denied"))


def test_work_that_takes_too_long_says_so() -> None:
    job = JobFactory()
    jobs.run(job.pk, fail_with(SoftTimeLimitExceeded()))
    job.refresh_from_db()
    assert (job.status, job.problem) == (Job.Status.FAILED, jobs.in_words(jobs.TOO_LONG, job))


def test_work_that_this_version_does_not_know_is_refused_and_not_lost_in_the_queue() -> None:
    job = JobFactory(kind="mentoring.of_a_later_version", created_at=timezone.now() - timedelta(minutes=1))
    assert jobs.sweep() == {"sent": 0, "released": 0, "failed": 1}
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert str(job.pk) in job.problem


def test_an_unforeseen_error_reaches_neither_people_nor_logs_with_its_text(caplog: pytest.LogCaptureFixture) -> None:
    job = JobFactory()
    with caplog.at_level(logging.ERROR):
        jobs.run(job.pk, fail_with(ValueError("Вымышленный Тест Тестович")))
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert "Вымышленный" not in job.problem + caplog.text
    assert "ValueError" in caplog.text


@pytest.fixture
def every_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of steps that follow each other at once, each is written down."""
    monkeypatch.setattr("accounts.models.REPORT_SECONDS", 0)


@pytest.mark.usefixtures("every_report")
def test_progress_is_kept_and_is_a_sign_of_life() -> None:
    job, seen = JobFactory(), []

    def work(running: Job) -> None:
        running.report(3, 4, "Прочитано файлов: 3 из 4")
        seen.append(Job.objects.get(pk=running.pk))

    jobs.run(job.pk, work)
    assert (seen[0].percent, seen[0].doing) == (75, "Прочитано файлов: 3 из 4")
    assert seen[0].heartbeat_at is not None


def test_of_quick_steps_only_some_are_written_down(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = JobFactory(status=Job.Status.RUNNING)
    clock = iter([0.0, 0.1, 0.2, 0.3])
    monkeypatch.setattr("accounts.models.time", SimpleNamespace(monotonic=lambda: next(clock)))
    with django_assert_num_queries(2):
        for step in range(4):
            job.report(step, 4, "Шаг")
    job.refresh_from_db()
    assert job.done_steps == 3


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


# --- A job is held by one worker --------------------------------------------------


def taken_over(job: Job) -> Job:
    """The same row after its worker was taken for dead and another claimed it."""
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    jobs.sweep()
    assert Job.objects.claim(job.pk)
    return Job.objects.get(pk=job.pk)


def test_what_the_last_transaction_writes_and_the_end_of_the_job_are_kept_together() -> None:
    job = JobFactory()

    def work(running: Job) -> None:
        with jobs.finishing(running):
            MunicipalityFactory(slug="napisano")

    assert jobs.run(job.pk, work)
    assert Municipality.objects.filter(slug="napisano").exists()
    job.refresh_from_db()
    assert job.status == Job.Status.DONE


def test_a_fault_in_the_last_transaction_leaves_neither_the_data_nor_the_end() -> None:
    job = JobFactory()

    def work(running: Job) -> None:
        with jobs.finishing(running):
            MunicipalityFactory(slug="napisano")
            raise ConnectionError

    assert not jobs.run(job.pk, work)
    assert not Municipality.objects.filter(slug="napisano").exists()
    job.refresh_from_db()
    assert job.status == Job.Status.QUEUED


def test_a_fault_after_the_last_transaction_undoes_nothing() -> None:
    job = JobFactory()

    def work(running: Job) -> None:
        with jobs.finishing(running):
            MunicipalityFactory(slug="napisano")
        raise OSError

    jobs.run(job.pk, work)
    job.refresh_from_db()
    assert (job.status, job.problem) == (Job.Status.DONE, "")


def test_a_worker_taken_for_dead_writes_nothing_when_it_turns_out_to_live() -> None:
    job = JobFactory()

    def work(running: Job) -> None:
        taken_over(running)
        with jobs.finishing(running):
            MunicipalityFactory(slug="napisano")

    assert not jobs.run(job.pk, work)
    assert not Municipality.objects.filter(slug="napisano").exists()
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.Status.RUNNING, 2)  # the other one works on


def test_a_worker_taken_for_dead_does_not_end_the_job_of_the_other() -> None:
    job = JobFactory()

    def work(running: Job) -> None:
        taken_over(running)
        raise ValueError

    assert not jobs.run(job.pk, work)
    job.refresh_from_db()
    assert job.status == Job.Status.RUNNING


@pytest.mark.usefixtures("every_report")
def test_progress_of_a_job_that_was_cancelled_stops_the_work() -> None:
    job, after = JobFactory(), []

    def work(running: Job) -> None:
        cancel_job(job=running, by=None)
        running.report(1, 2, "Дальше")
        after.append("went on")

    assert not jobs.run(job.pk, work)
    job.refresh_from_db()
    assert (job.status, job.doing, after) == (Job.Status.CANCELLED, "", [])


def test_a_message_for_another_kind_of_work_leaves_the_job_alone() -> None:
    """After going back to an earlier database, numbers in old messages mean other jobs."""
    job, done = JobFactory(kind=Job.Kind.READ_UPLOAD), []
    assert not jobs.run(job.pk, lambda running: done.append(running.pk), kind=Job.Kind.RENDER_REPORT)
    job.refresh_from_db()
    assert (job.status, job.attempts, done) == (Job.Status.QUEUED, 0, [])
    assert jobs.run(job.pk, lambda running: done.append(running.pk), kind=Job.Kind.READ_UPLOAD)


def test_what_breaks_because_the_job_was_cancelled_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    job = JobFactory()

    def work(running: Job) -> None:
        cancel_job(job=running, by=None)
        raise FileNotFoundError

    assert not jobs.run(job.pk, work)
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    assert "broke" not in caplog.text


@pytest.mark.parametrize(("kind", "advice"), [
    (Job.Kind.RECOMPUTE, "Попробуйте запустить её ещё раз"),
    (Job.Kind.READ_UPLOAD, "Попробуйте загрузить файлы по частям"),
])  # fmt: skip
def test_what_took_too_long_says_what_helps_with_such_work(kind: str, advice: str) -> None:
    job = JobFactory(kind=kind)
    jobs.run(job.pk, fail_with(SoftTimeLimitExceeded()))
    job.refresh_from_db()
    assert advice in job.problem


def test_files_that_could_not_be_read_are_to_be_handed_in_again() -> None:
    job = JobFactory(kind=Job.Kind.READ_UPLOAD, attempts=jobs.MAX_ATTEMPTS - 1)
    jobs.run(job.pk, fail_with(OSError(errno.ENOSPC, "")))
    job.refresh_from_db()
    assert "попробуйте загрузить файлы ещё раз" in job.problem


def test_what_waits_long_is_sent_again_more_and_more_seldom(sent_tasks: list) -> None:
    begin = timezone.now()
    job, sent_after = JobFactory(queued_at=begin, sent_at=begin), []
    for minute in range(1, 61):
        with time_machine.travel(begin + timedelta(minutes=minute, seconds=1), tick=False):
            if jobs.sweep()["sent"]:
                sent_after.append(minute)
    assert sent_after == [1, 3, 7, 15, 25, 35, 45, 55]
    assert sent_tasks == [(job.kind, [job.pk])] * len(sent_after)


def test_a_job_begun_again_waits_since_then() -> None:
    long_ago = timezone.now() - timedelta(days=3)
    job = JobFactory(status=Job.Status.FAILED, finished_at=long_ago, created_at=long_ago, queued_at=long_ago)
    do_again(job=job, by=UserFactory())
    job.refresh_from_db()
    assert job.queued_at > timezone.now() - timedelta(minutes=1)
    assert job.created_at == long_ago


def test_a_long_step_gives_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    signs = threading.Event()
    monkeypatch.setattr(jobs, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(Job.objects._queryset_class, "held", lambda *_: signs.set() or Job.objects.none())
    job = JobFactory()
    with jobs._signs_of_life(job):
        assert signs.wait(10)


# --- Cancel, again -------------------------------------------------------------------


def test_cancelling_tells_what_the_job_worked_on_and_is_written_down(told: list) -> None:
    job, by = JobFactory(), UserFactory()
    cancel_job(job=job, by=by)
    assert told == [(job.pk, Job.Status.CANCELLED, CANCELLED)]
    assert not jobs.run(job.pk, fail_with(AssertionError()))
    event = AuditEvent.objects.get(action="job_cancelled")
    assert (event.user, event.details) == (by, {"kind": Job.Kind.RECOMPUTE})


def test_what_is_over_cannot_be_cancelled() -> None:
    job = JobFactory(status=Job.Status.DONE, finished_at=timezone.now())
    with pytest.raises(jobs.JobRefused):
        cancel_job(job=job, by=None)


def test_a_failed_job_can_be_done_again_with_all_its_attempts(
    told: list, sent_tasks: list, django_capture_on_commit_callbacks: Any
) -> None:
    job = JobFactory(
        status=Job.Status.FAILED, attempts=jobs.MAX_ATTEMPTS, finished_at=timezone.now(), problem=jobs.LOST_WORKER
    )
    with django_capture_on_commit_callbacks(execute=True):
        do_again(job=job, by=None)
    job.refresh_from_db()
    assert (job.status, job.attempts, job.problem) == (Job.Status.QUEUED, 0, "")
    assert sent_tasks == [(Job.Kind.RECOMPUTE, [job.pk])]
    assert jobs.run(job.pk, lambda running: None)


@pytest.mark.parametrize("status", [Job.Status.QUEUED, Job.Status.RUNNING, Job.Status.DONE])
def test_only_what_ended_badly_is_done_again(status: Job.Status) -> None:
    job = JobFactory(status=status, finished_at=timezone.now())
    with pytest.raises(jobs.JobRefused):
        do_again(job=job, by=None)
    job.refresh_from_db()
    assert job.status == status
