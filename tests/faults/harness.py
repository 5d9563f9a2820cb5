"""Real workers on the tests' own database and broker, killed as a power cut would, and what stands around them."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import jobs
from accounts.models import Job
from config import celery_app

SEED = int(os.environ.get("FAULT_SEED", "1"))
# Of each of import, recompute and note; FAULT_KILLS=20 and other seeds by hand. The embedded portal has one worker and
# no rivals; it is killed less often, to keep the everyday suite short.
KILLS = int(os.environ.get("FAULT_KILLS", "8" if settings.REDIS_URL else "3"))
PATIENCE_SECONDS = 60.0  # to give up on a process that hangs; nothing is judged by it
GONE = (FileNotFoundError, ProcessLookupError)  # of what /proc says: before it is opened, and while it is read
WORKER = ("--quiet", "worker", "--concurrency=1", "--without-gossip", "--without-mingle", "--without-heartbeat")


def database_url() -> str:
    """The tests' own database, as another process can reach it."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    return f"postgres://{database['USER']}{password}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


def wait_until(happened: Callable[[], object], seconds: float = PATIENCE_SECONDS, pause: float = 0.02) -> bool:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


class Process:
    """A worker or beat: the leader of its group, which all its children belong to."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    @property
    def lives(self) -> bool:
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def signal(self, number: signal.Signals) -> None:
        """To the whole group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """As the machine's own failure would: the worker and its children at once, without a word."""
        self.signal(signal.SIGKILL)
        assert wait_until(lambda: not self.lives, pause=0.005), "a killed process still stands"

    def freeze(self) -> None:
        """As a machine that swaps or is moved: it does nothing until it is thawed, and does not know it."""
        self.signal(signal.SIGSTOP)
        group = [self.pid, *self.children(), *self.nurseries(), *self.readers()]
        assert wait_until(lambda: all(_state(pid) in "TZ" for pid in group), pause=0.002), "it does not stand still"

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)

    def ask_to_end(self) -> None:
        """TERM to the main process alone, as a service manager does: it lets its running work finish."""
        os.kill(self.pid, signal.SIGTERM)

    def has_ended(self) -> bool:
        return not Path(f"/proc/{self.pid}").exists()

    def children(self) -> list[int]:
        """The processes of its pool."""
        return _children(self.pid)

    def nurseries(self) -> list[int]:
        """Those that copy themselves into readers."""
        return [pid for child in self.children() for pid in _children(child)]

    def readers(self) -> list[int]:
        """Those that read spreadsheets for the pool."""
        return [pid for nursery in self.nurseries() for pid in _children(nursery)]

    def kill_pool(self) -> None:
        """As the system does when memory runs out: it picks the process that works, not the one that minds it."""
        pool = self.children()
        for pid in pool:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: all(_state(pid) == "Z" for pid in pool), pause=0.002), "a killed pool still works"


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except GONE:
        return []


def _state(pid: int) -> str:
    """A letter: T is stopped, Z is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except GONE:
        return "Z"


class Nursery:
    """Where processes come from; see `tests/faults/nursery.py`. Ends them all when it is closed."""

    def __init__(self, said: Path, environment: Mapping[str, str] | None = None) -> None:
        """`said` is the file into which all of them write; `environment` is laid over that of the tests."""
        self.said = said
        surroundings = os.environ | {"DATABASE_URL": database_url()} | dict(environment or {})
        with said.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                cwd=settings.BASE_DIR, env=surroundings, text=True, bufsize=1,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output,
            )  # fmt: skip
        self._born: list[Process] = []
        assert self._answer() == "ready", said.read_text()

    def worker(self, *more: str) -> Process:
        """A worker for all queues, unless `more` names some."""
        return self.start(*WORKER, f"--hostname=worker{len(self._born)}@localhost", *more)

    def beat(self) -> Process:
        """Sweeps jobs every second."""
        schedule = self.said.with_name(f"beat-{len(self._born)}")
        return self.start("--quiet", "beat", "--pidfile=", f"--schedule={schedule}")

    def start(self, *arguments: str) -> Process:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"arguments": arguments, "said": str(self.said)}) + "\n")
        self._process.stdin.flush()
        process = Process(int(self._answer()))
        self._born.append(process)
        return process

    def end_all(self) -> None:
        """Between tests: nothing that one began may reach into the next."""
        for process in self._born:
            if process.lives:
                process.kill()
        self._born = []

    def close(self) -> None:
        self.end_all()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def empty_broker() -> None:
    """Messages of an earlier test would find the ids of this one."""
    if settings.REDIS_URL:
        with redis.Redis.from_url(settings.REDIS_URL) as server:
            for key in server.scan_iter(f"{settings.REDIS_PREFIX}*"):
                server.delete(key)
    else:
        for folder in Path(settings.BROKER_DIR).iterdir():
            shutil.rmtree(folder)


def queued() -> int:
    """Messages that no worker has taken yet."""
    with celery_app.connection_for_read() as broker:
        return sum(broker.default_channel._size(queue.name) for queue in settings.CELERY_TASK_QUEUES)


# --- What beat does, by a clock that is ahead -----------------------------------------


def sweep_later() -> dict[str, int]:
    """The sweep that comes when dead workers have been silent for long enough and lost messages are old."""
    return jobs.sweep(now=timezone.now() + jobs.STUCK_AFTER + timedelta(minutes=3))


def active() -> list[Job]:
    return list(Job.objects.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING]).order_by("pk"))


def work_through(patience: float = 3.0) -> None:
    """Until every job is over. What waits although nobody works was lost on its way: it is swept, as beat would."""
    for _ in range(int(PATIENCE_SECONDS / patience)):
        if wait_until(lambda: not active(), patience):
            return
        if not any(job.status == Job.Status.RUNNING for job in active()):
            sweep_later()
    raise AssertionError(f"work never ended: {[(job.kind, job.status, job.attempts) for job in active()]}")


@contextlib.contextmanager
def quiet_children(nursery: Nursery) -> Iterator[None]:
    """Show what the processes said when the test fails, and let none of them outlive it."""
    try:
        yield
    finally:
        nursery.end_all()
        print(nursery.said.read_text(errors="replace")[-20_000:])
        nursery.said.write_text("")
