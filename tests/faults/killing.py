"""Does work of people again and again, with its worker killed or frozen at moments that chance chooses."""

import random
import time
from dataclasses import dataclass, field
from datetime import timedelta

import time_machine
from django.db.models import Model
from django.utils import timezone

from accounts.jobs import MAX_ATTEMPTS
from accounts.models import Job
from monitoring.jobs.uploads import sweep_spool
from monitoring.models import Upload
from reports.jobs import sweep_files
from tests.faults.fingerprint import differences, fingerprint, orphans, spooled
from tests.faults.harness import KILLS, SEED, Nursery, Process, sweep_later, wait_until, work_through
from tests.faults.works import Stage, Town, forget

LATEST = 1.05  # of the length of the work: some moments lie just behind it
KILLED_AGAIN, POOL_ALONE = 0.2, 0.25  # how often
WORDS = {
    Job.Status.QUEUED: "В очереди",
    Job.Status.RUNNING: "Выполняется",
    Job.Status.DONE: "Готово",
    Job.Status.FAILED: "Не удалось",
}


@dataclass
class Killing:
    """Work of a town, asked for in stages; `made` are the models it writes, which are emptied before each run."""

    nursery: Nursery
    town: Town
    stages: list[Stage]
    made: tuple[type[Model], ...] = ()
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    worker: Process | None = None
    hits: int = 0  # kills that left something running
    told: str = ""  # of the last kill, for whoever wants to see it again

    def a_worker(self) -> Process:
        if self.worker is None or not self.worker.lives:
            self.worker = self.nursery.worker()
        return self.worker

    # --- Without a fault

    def do(self) -> list[float]:
        """All stages; how many seconds each took, from the claim of its first job to the end of its last."""
        forget(*self.made)
        return [self.do_stage(stage) for stage in self.stages]

    def do_stage(self, stage: Stage) -> float:
        self.a_worker()
        job = stage.begin()
        work_through()
        of_stage = Job.objects.filter(pk__gte=job.pk)
        began, ended = min(job.started_at for job in of_stage), max(job.finished_at for job in of_stage)
        return (ended - began).total_seconds()

    # --- With one

    def goes_as_without_a_fault(self, times: int = KILLS) -> None:
        """Every table and file is as after the clean run, whatever moment the kill came at."""
        self.do()
        lengths = self.do()  # by a worker that has done it before, as most of those that are killed
        clean = fingerprint()
        for number in range(times):
            self.do_with_a_kill(lengths, hit=number % len(self.stages))
            print(f"seed {SEED}, kill {number}: {self.told}")
            self.is_as(clean)
        print(f"{self.hits} kills left something undone")
        assert self.hits >= times // 5, "the moments were not those of the work"  # of very few, all may miss

    def is_as(self, clean: dict) -> None:
        sweep_files_later()
        assert differences(clean, fingerprint()) == {}, self.told
        assert orphans() == set(), self.told
        assert spooled() == [], self.told
        assert all(job.attempts <= MAX_ATTEMPTS for job in Job.objects.all()), self.told

    def do_with_a_kill(self, lengths: list[float], hit: int) -> None:
        """All stages, with a kill in the one that is hit; sometimes whoever takes over is killed as well."""
        forget(*self.made)
        self.told = ""
        for place, stage in enumerate(self.stages):
            if place != hit:
                self.do_stage(stage)
                continue
            self.a_worker()
            job = stage.begin()
            self.kill_within(job, lengths[place])
            if self.chance.random() < KILLED_AGAIN:
                self.a_worker()
                self.kill_within(job, lengths[place])
            self.a_worker()
            work_through()
            job.refresh_from_db()
            assert job.status == Job.Status.DONE, self.told
            assert WORDS[Job.Status.DONE] in self.town.page_of(job)

    def kill_within(self, job: Job, length: float) -> None:
        """Kill the worker, or its pool alone, at a moment of the work; then let beat find out."""
        moment = self.chance.uniform(0, LATEST) * length
        only_pool = self.chance.random() < POOL_ALONE
        self.wait_for_moment(job, moment)
        worker = self.a_worker()
        worker.kill_pool() if only_pool else worker.kill()
        left = list(Job.objects.filter(status=Job.Status.RUNNING))
        self.hits += bool(left)
        job.refresh_from_db()
        self.told += f"{job} at {moment:.3f} of {length:.3f} s, {'its pool' if only_pool else 'all of it'} killed; "
        pages_tell_of(self.town, job)
        for undone in left:
            taken_back(undone)
        pages_tell_of(self.town, job)

    def wait_for_moment(self, job: Job, moment: float) -> None:
        """So many seconds after its claim; no longer when it is over before."""
        assert wait_until(lambda: _is_taken(job), pause=0.003), "nobody took the work"
        assert job.started_at is not None
        ends = job.started_at.timestamp() + moment
        time.sleep(max(0.0, ends - time.time()))


def _is_taken(job: Job) -> bool:
    job.refresh_from_db()
    return job.status != Job.Status.QUEUED


def taken_back(job: Job) -> None:
    """Its row is passed over while the database has not yet noticed that whoever was writing it is gone."""
    attempts = job.attempts

    def is_free() -> bool:
        job.refresh_from_db()
        if job.status != Job.Status.RUNNING or job.attempts > attempts:
            return True
        sweep_later()
        return False

    assert wait_until(is_free), "a dead worker's job was not taken back"


def pages_tell_of(town: Town, job: Job) -> None:
    """The job's page says its state, and its upload's page answers too."""
    before = Job.objects.get(pk=job.pk)
    page = town.page_of(job)
    job.refresh_from_db()
    if (before.status, before.attempts) == (job.status, job.attempts):  # else it went on while we looked
        assert WORDS[Job.Status(job.status)] in page, job
    if job.kind in (Job.Kind.READ_UPLOAD, Job.Kind.STORE_UPLOAD):
        town.page(Upload.objects.get(pk=job.subject_id).get_absolute_url())


def sweep_files_later() -> None:
    """What beat clears away within a day."""
    with time_machine.travel(timezone.now() + timedelta(hours=30)):
        sweep_files()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        sweep_spool()
