"""What comes twice or side by side: messages, workers, people, beats. It is done once, or one after the other."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts import jobs
from accounts.models import AuditEvent, Job, audit
from accounts.services.jobs import cancel_job
from config import celery_app
from indicators.engine import recompute
from monitoring.imports.parsed import ParsedBatch, ParsedFile
from monitoring.jobs import spool
from monitoring.models import Upload
from tests.factories import JobFactory, MunicipalityFactory
from tests.faults.fingerprint import differences, fingerprint
from tests.faults.harness import KILLS, Nursery, queued, wait_until, work_through
from tests.faults.killing import Killing
from tests.faults.test_killed_workers import WORKS
from tests.faults.works import OF_UPLOADS, OF_VALUES, Town, client_of, forget, write_files
from tests.house.waiting_task import KIND, began, may_end

ROUNDS = max(2, KILLS // 10)
RACES = 2 * ROUNDS  # quick ones
# The embedded portal has one worker, and SQLite lets one write at a time.
side_by_side = pytest.mark.skipif(not settings.PRODUCTION, reason="several workers belong to `make test-services`")


def end_gracefully(*workers: Any) -> None:
    """Only then everything they took has been dealt with."""
    assert wait_until(lambda: queued() == 0), "messages wait though workers live"
    for worker in workers:
        worker.ask_to_end()
    for worker in workers:
        assert wait_until(worker.has_ended)


# --- Messages and workers -------------------------------------------------------------


@side_by_side
@WORKS
def test_a_message_that_comes_three_times_is_worked_off_once(work, nursery: Nursery, tmp_path: Path) -> None:
    killing = work(nursery, tmp_path / "books")
    killing.do()
    clean = fingerprint()
    forget(*killing.made)
    another = nursery.worker()
    for stage in killing.stages:
        job = stage.begin()
        celery_app.send_task(job.kind, args=[job.pk])
        killing.wait_for_moment(job, 0)
        celery_app.send_task(job.kind, args=[job.pk])
        work_through()
        celery_app.send_task(job.kind, args=[job.pk])
    end_gracefully(killing.a_worker(), another)
    assert {job.attempts for job in Job.objects.all()} == {1}
    killing.is_as(clean)


@side_by_side
def test_two_workers_told_to_recompute_the_same_do_it_one_after_the_other(nursery: Nursery) -> None:
    town = Town(with_results=True)
    workers = [nursery.worker(), nursery.worker()]
    for _ in range(ROUNDS):
        forget(*OF_VALUES)
        with transaction.atomic():  # as two requests do that do not see each other's job yet
            both = [jobs.enqueue(Job.Kind.RECOMPUTE, municipality_id=town.municipality.pk) for _ in range(2)]
        work_through()
        for job in both:
            job.refresh_from_db()
        assert [job.status for job in both] == [Job.Status.DONE] * 2
        assert recompute(town.municipality.pk, check=True).differences == ()
    end_gracefully(*workers)


@side_by_side
@WORKS
def test_a_worker_that_was_taken_for_dead_writes_nothing_when_it_wakes_up(
    work, nursery: Nursery, tmp_path: Path
) -> None:
    killing: Killing = work(nursery, tmp_path / "books")
    lengths = killing.do()
    clean = fingerprint()
    for number in range(ROUNDS):
        forget(*killing.made)
        hit = number % len(killing.stages)
        for stage in killing.stages[:hit]:
            killing.do_stage(stage)
        sleeper = killing.a_worker()
        job = killing.stages[hit].begin()
        moment = killing.chance.uniform(0, 1) * lengths[hit]
        killing.told = f"frozen {moment:.3f} s after the claim of {job}"
        killing.wait_for_moment(job, moment)
        sleeper.freeze()
        given_to_another_unless_it_writes(job)
        # In its last transaction the sleeper keeps this job, or the one that followed it, until it wakes up.
        is_kept = Job.objects.filter(status=Job.Status.RUNNING).exists()
        killing.worker = nursery.worker()
        if not is_kept:
            work_through()
        sleeper.thaw()
        work_through()
        for stage in killing.stages[hit + 1 :]:
            killing.do_stage(stage)
        end_gracefully(sleeper)
        killing.is_as(clean)


@contextlib.contextmanager
def in_the_last_transaction_of(job: Job) -> Iterator[None]:
    """A worker is there and stays there; whoever waits for its row gets an error. In the end it is done."""
    holds, may_go = threading.Event(), threading.Event()

    def stay() -> None:
        with jobs.finishing(job):
            holds.set()
            may_go.wait()
        connection.close()

    worker = threading.Thread(target=stay)
    worker.start()
    holds.wait()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        yield
    finally:
        may_go.set()
        worker.join()
        connection.close()
    job.refresh_from_db()
    assert job.status == Job.Status.DONE


@side_by_side
def test_a_sweep_is_not_held_up_by_a_worker_that_fell_asleep_in_its_last_transaction(nursery: Nursery) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    job = JobFactory(status=Job.Status.RUNNING, started_at=long_ago, heartbeat_at=long_ago, attempts=1)
    with in_the_last_transaction_of(job):
        assert jobs.sweep() == {"sent": 0, "released": 0, "failed": 0}


@side_by_side
def test_the_job_of_a_worker_that_froze_in_its_last_transaction_goes_to_another(nursery: Nursery) -> None:
    """The server ends a transaction in which nothing is said for a minute; here, for a moment."""
    long_ago = timezone.now() - timedelta(hours=1)
    job = JobFactory(status=Job.Status.RUNNING, started_at=long_ago, heartbeat_at=long_ago, attempts=1)
    said: list[type[Exception]] = []
    holds = threading.Event()

    def freeze_in_the_end() -> None:
        try:
            with jobs.finishing(job):
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '200ms'")
                holds.set()
                time.sleep(1)
                audit("what must not be kept", job, by=None, municipality_id=job.municipality_id)
        except Exception as error:
            said.append(type(error))
        finally:
            connection.close()

    sleeper = threading.Thread(target=freeze_in_the_end)
    sleeper.start()
    holds.wait()
    assert wait_until(lambda: jobs.sweep()["released"] == 1)
    sleeper.join()
    job.refresh_from_db()
    assert job.status == Job.Status.QUEUED
    assert [issubclass(error, jobs.TEMPORARY) for error in said] == [True]
    assert not AuditEvent.objects.exists()


@side_by_side
def test_who_cancels_a_job_in_its_last_transaction_need_not_wait_for_it(nursery: Nursery) -> None:
    job = JobFactory(status=Job.Status.RUNNING, started_at=timezone.now(), heartbeat_at=timezone.now(), attempts=1)
    with in_the_last_transaction_of(job), pytest.raises(jobs.JobRefused, match="как раз записывает"):
        cancel_job(job=job, by=None)


def test_reading_ends_with_the_worker_that_wanted_it(nursery: Nursery, tmp_path: Path) -> None:
    town = Town()
    worker = nursery.worker()
    upload = town.hand_in(write_files(tmp_path / "books", town.codes) * 5)
    sheets = spool.folder(upload.pk) / "clean-1"
    assert wait_until(lambda: sheets.exists() and any(sheets.iterdir()), pause=0.002)
    worker.freeze()  # each reader has a file in hand, or is just being started
    readers, written = worker.readers(), sizes(sheets)
    assert readers
    worker.kill_pool()
    assert wait_until(lambda: not any(Path(f"/proc/{reader}").exists() for reader in readers))
    worker.thaw()
    assert sizes(sheets) == written


def sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.iterdir()}


def test_what_the_earliest_finished_attempt_has_read_counts(empty_folders: None) -> None:
    """A worker that wakes up may have deleted the raw files under the hands of the one that took over."""
    spool.save_parsed(1, 2, ParsedBatch([ParsedFile("half.xlsx")]))
    spool.save_parsed(1, 1, ParsedBatch([ParsedFile("whole.xlsx")]))
    batch = spool.load_parsed(1)
    assert batch is not None
    assert [file.name for file in batch.files] == ["whole.xlsx"]


def given_to_another_unless_it_writes(job: Job) -> None:
    """A sweep passes over a job in its last transaction, and is not held up by it."""
    jobs.sweep(now=timezone.now() + jobs.STUCK_AFTER + timedelta(minutes=3))
    job.refresh_from_db()


# --- People ------------------------------------------------------------------------------


def at_once(*steps: Callable[[], Any]) -> list[Any]:
    """What each gives when all begin at the same moment."""
    barrier, given = threading.Barrier(len(steps)), [None] * len(steps)

    def do(place: int) -> None:
        try:
            barrier.wait()
            given[place] = steps[place]()
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[place]) for place in range(len(steps))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_of_two_people_who_press_confirm_one_gets_through_and_one_gets_words(nursery: Nursery, tmp_path: Path) -> None:
    town = Town()
    nursery.worker()
    files = write_files(tmp_path / "books", town.codes)
    for _ in range(RACES):
        forget(*OF_UPLOADS, *OF_VALUES)
        upload = town.hand_in(files)
        work_through()
        clients = [town.client, client_of(town.user), client_of(town.user)]
        address = reverse("monitoring:upload_confirm", args=[upload.pk])

        def press(client: Any, address: str = address) -> HttpResponse:
            return client.post(address, follow=True)

        answers = at_once(*[lambda client=client: press(client) for client in clients])
        assert [answer.status_code for answer in answers] == [200] * len(clients)
        refused = [answer for answer in answers if "обновите страницу" in answer.content.decode()]
        assert len(refused) == len(clients) - 1
        work_through()
        assert Job.objects.filter(kind=Job.Kind.STORE_UPLOAD).count() == 1
        assert Upload.objects.get().status == Upload.Status.STORED


class TwoImports:
    """Two uploads of one municipality that are read and wait for their confirmation."""

    def __init__(self, town: Town, batches: list[list[Path]]) -> None:
        self.town, self.batches = town, batches

    def hand_in(self) -> list[Upload]:
        forget(*OF_UPLOADS, *OF_VALUES)
        recompute(self.town.municipality.pk)  # what does not come from results
        uploads = [self.town.hand_in(files) for files in self.batches]
        work_through()
        return uploads

    def one_after_the_other(self, order: list[int]) -> dict[str, Counter[str]]:
        uploads = self.hand_in()
        for place in order:
            self.town.confirm(uploads[place])
            work_through()
        return what_is_known()

    def side_by_side(self) -> tuple[list[int], dict[str, Counter[str]]]:
        """The order in which they were written, and what came of it."""
        uploads = self.hand_in()
        clients = [client_of(self.town.user) for _ in uploads]
        addresses = [reverse("monitoring:upload_confirm", args=[upload.pk]) for upload in uploads]
        at_once(*[lambda place=place: clients[place].post(addresses[place]) for place in range(len(uploads))])
        work_through()
        for upload in uploads:
            upload.refresh_from_db()
            assert upload.stored_at is not None
        return sorted(range(len(uploads)), key=lambda place: uploads[place].stored_at), what_is_known()


def what_is_known() -> dict[str, Counter[str]]:
    """Without the jobs: of two recomputes that were asked for side by side one may do both."""
    tables = fingerprint()
    del tables["accounts.Job"]
    return tables


@side_by_side
@pytest.mark.parametrize("about", ["different schools", "the same schools"])
def test_two_imports_of_one_municipality_at_once_are_as_one_after_the_other(
    about: str, nursery: Nursery, tmp_path: Path
) -> None:
    town = Town()
    nursery.worker()
    nursery.worker()
    half = len(town.codes) // 2
    shares = [town.codes[:half], town.codes[half:]] if about == "different schools" else [town.codes, town.codes]
    batches = [write_files(tmp_path / str(seed), codes, seed=seed) for seed, codes in enumerate(shares)]
    imports = TwoImports(town, batches)
    clean = {order: imports.one_after_the_other(list(order)) for order in ((0, 1), (1, 0))}
    results = [tables["monitoring.Result"] for tables in clean.values()]
    assert (results[0] == results[1]) == (about == "different schools")
    for _ in range(RACES):
        order, known = imports.side_by_side()
        assert differences(clean[tuple(order)], known) == {}, order
        assert recompute(town.municipality.pk, check=True).differences == ()


# --- Beat ----------------------------------------------------------------------------------


def test_two_beats_at_once_double_nothing(nursery: Nursery) -> None:
    may_end().touch()
    long_ago = timezone.now() - timedelta(minutes=2)
    municipality = MunicipalityFactory()
    lost = [JobFactory(kind=KIND, municipality=municipality, created_at=long_ago) for _ in range(10)]
    nursery.worker()
    nursery.beat()
    nursery.beat()
    work_through()
    may_end().unlink()
    began(1).unlink()
    for job in lost:
        job.refresh_from_db()
    assert {(job.status, job.attempts) for job in lost} == {(Job.Status.DONE, 1)}
    assert not began(2).exists()
