"""Workers killed with -9 at random moments: the work is done by the next one, once, and people see what happens."""

from pathlib import Path

import pytest
from django.urls import reverse

from accounts.jobs import LOST_WORKER, MAX_ATTEMPTS, in_words
from accounts.models import Job
from accounts.services.jobs import do_again
from monitoring.models import Upload
from tests.faults.fingerprint import fingerprint, spooled
from tests.faults.harness import Nursery, wait_until, work_through
from tests.faults.killing import WORDS, Killing, taken_back
from tests.faults.works import OF_UPLOADS, OF_VALUES, Stage, Town, forget, write_files

HANGS = 5  # attempts to kill a worker quickly enough


def importing(nursery: Nursery, folder: Path) -> Killing:
    """Files are handed in and read, looked at, confirmed, written; values are worked out."""
    town = Town()
    files = write_files(folder, town.codes)

    def hand_in() -> Job:
        job = town.hand_in(files).job
        assert job is not None
        return job

    def confirm() -> Job:
        upload = Upload.objects.get()
        assert not any("raw" in path for path in spooled()), "raw files live only until they are read"
        assert "Записать" in town.page(upload.get_absolute_url())
        return town.confirm(upload)

    return Killing(nursery, town, [Stage("reading", hand_in), Stage("storing", confirm)], (*OF_UPLOADS, *OF_VALUES))


def recomputing(nursery: Nursery, _: Path) -> Killing:
    town = Town(with_results=True)
    return Killing(nursery, town, [Stage("recompute", town.ask_for_recompute)], OF_VALUES)


def drawing(nursery: Nursery, _: Path) -> Killing:
    town = Town(6, 1, with_results=True, with_values=True)  # drawing takes its time for any town
    return Killing(nursery, town, [Stage("drawing", town.ask_for_note)])


WORKS = pytest.mark.parametrize("work", [importing, recomputing, drawing])


@WORKS
def test_work_is_done_once_whenever_its_worker_is_killed(work, nursery: Nursery, tmp_path: Path) -> None:
    work(nursery, tmp_path / "books").goes_as_without_a_fault()


def killed_until_given_up(killing: Killing, stage: Stage, before: list[Stage]) -> Job:
    """Killed as soon as it begins, each time; should one be quicker than the kill, all begins anew."""
    for _ in range(HANGS):
        forget(*killing.made)
        for earlier in before:
            killing.do_stage(earlier)
        killing.a_worker()
        job = stage.begin()
        for _ in range(MAX_ATTEMPTS):
            killing.wait_for_moment(job, 0)
            killing.a_worker().kill()
            taken_back(job)
            if job.is_over:
                break
            killing.a_worker()
        if job.status == Job.Status.FAILED:
            return job
        killing.a_worker()
        work_through()
    raise AssertionError("the work is too quick to be killed")


@WORKS
def test_work_that_is_killed_too_often_fails_in_words_and_can_be_done_again(
    work, nursery: Nursery, tmp_path: Path
) -> None:
    killing = work(nursery, tmp_path / "books")
    killing.do()
    clean = fingerprint()
    *before, last = killing.stages
    job = killed_until_given_up(killing, last, before)
    assert (job.problem, job.attempts) == (in_words(LOST_WORKER, job), MAX_ATTEMPTS)
    page = killing.town.page_of(job)
    assert WORDS[Job.Status.FAILED] in page
    assert job.problem in page
    if job.kind == Job.Kind.STORE_UPLOAD:
        page = killing.town.page(Upload.objects.get().get_absolute_url())
        assert job.problem in page
        assert "Записать" in page
    killing.a_worker()
    do_again(job=job, by=None)
    work_through()
    job.refresh_from_db()
    assert job.status == Job.Status.DONE
    clean["accounts.AuditEvent"] += fingerprint()["accounts.AuditEvent"] - clean["accounts.AuditEvent"]  # «again»
    killing.is_as(clean)


def test_files_that_could_not_be_read_are_gone_and_are_handed_in_again(nursery: Nursery, tmp_path: Path) -> None:
    killing = importing(nursery, tmp_path / "books")
    job = killed_until_given_up(killing, killing.stages[0], [])
    upload = Upload.objects.get()
    assert upload.status == Upload.Status.FAILED
    assert spooled() == []
    assert in_words(LOST_WORKER, job) in killing.town.page(upload.get_absolute_url())
    answer = killing.town.client.post(reverse("accounts:do_job_again", args=[job.pk]), follow=True)
    assert "Загрузите их снова" in answer.content.decode()


@pytest.mark.parametrize("work", [importing, recomputing, drawing])
def test_a_worker_that_is_asked_to_end_finishes_what_it_does(work, nursery: Nursery, tmp_path: Path) -> None:
    killing = work(nursery, tmp_path / "books")
    worker = killing.a_worker()
    job = killing.stages[0].begin()
    killing.wait_for_moment(job, killing.chance.uniform(0, 0.2))
    worker.ask_to_end()
    assert wait_until(worker.has_ended)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.Status.DONE, 1)
