"""The services of docker-compose.yml as plain processes, by the commands and with the variables that stand there.

What containers would give them is put in here: a database and a Redis of their own, folders, a port.
"""

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2

from tests.production.compose import ROOT, filled_in, ours, services

HOST = "portal.example"
PATIENCE_SECONDS = 120.0  # to give up on a process that hangs; nothing is judged by it
MOMENT_SECONDS = 5


def wait_until(happened: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.2)


class Service:
    """One running process of a service, leader of a group that all its children belong to."""

    def __init__(self, name: str, environment: dict[str, str], log: Path) -> None:
        self.name = name
        self.environment = environment
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                ours()[name]["command"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def sign_of_life(self) -> Path:
        return Path(self.environment["ALIVE_FILE"])

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def is_well(self) -> bool:
        """What the container's health check says; its file and port are those that stand in for the container's."""
        kind, *check = ours()[self.name]["healthcheck"]["test"]
        if kind == "CMD-SHELL":
            check = ["sh", "-c", check[0].replace("/tmp/alive", shlex.quote(str(self.sign_of_life)))]
        else:
            check = [*check, self.environment["PORT"]]
        run = subprocess.run(check, cwd=ROOT, env=self.environment, capture_output=True, check=False)
        return run.returncode == 0

    def ask_to_end(self) -> None:
        """As an engine does, to the main process alone."""
        self.process.send_signal(signal.SIGTERM)

    def ended_with(self) -> int:
        return self.process.wait(PATIENCE_SECONDS)

    def left_somebody_behind(self) -> bool:
        """Those that the system ends when their parent is gone may take a moment longer than it did."""
        until = time.monotonic() + MOMENT_SECONDS
        while time.monotonic() < until:
            try:
                os.killpg(self.process.pid, 0)
            except ProcessLookupError:
                return False
            time.sleep(0.02)
        return True

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Stack:
    """A portal in production, on one machine."""

    def __init__(self, folder: Path, database: str, redis: str) -> None:
        self.folder = folder
        self.database = database
        self.redis = redis
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.running: list[Service] = []
        self.jobs_before: set[object] = set()

    def environment(self, name: str) -> dict[str, str]:
        """What a process of this service finds in its environment."""
        dotenv = {"SECRET_KEY": "of-this-test-alone-" * 4, "ALLOWED_HOSTS": HOST, "POSTGRES_PASSWORD": "unused"}
        dotenv["EMAIL_URL"] = "memorymail://"
        said = {key: filled_in(value, dotenv) for key, value in ours()[name]["environment"].items()}
        stand_in = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "DATABASE_URL": self.database,
            "REDIS_URL": self.redis,
            "VAR_DIR": str(self.folder / "var"),
            "STATIC_ROOT": str(self.folder / "static"),
            "TMPDIR": str(self.folder),
            "PORT": str(self.port),
            "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{self.port}",
        }
        if "ALIVE_FILE" in said:
            stand_in["ALIVE_FILE"] = str(self.folder / f"{name}.alive")
        return {**dotenv, **said, **stand_in}

    def start(self, name: str) -> Service:
        service = Service(name, self.environment(name), self.folder / f"{name}.log")
        self.running.append(service)
        return service

    def run(self, name: str) -> None:
        """A step: it has to end well before anything else begins."""
        step = self.start(name)
        assert step.ended_with() == 0, step.said()

    def manage(self, *arguments: str, given: str = "") -> str:
        """A management command in a container of `web`."""
        environment = self.environment("web")
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment, input=given, stdout=subprocess.PIPE, text=True, check=True
        ).stdout

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """Rows of the database."""
        with contextlib.closing(psycopg2.connect(self.database)) as connection, connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall()

    def begin(self) -> None:
        """Only jobs that come from now on count."""
        self.jobs_before = {pk for (pk,) in self.ask("SELECT id FROM accounts_job")}

    def jobs(self, kind: str) -> list[object]:
        """The states of the jobs of a kind."""
        rows = self.ask("SELECT id, kind, status FROM accounts_job ORDER BY id")
        return [status for pk, name, status in rows if name == kind and pk not in self.jobs_before]

    def wait_until_well(self) -> None:
        for service in self.running:
            if "test" in services()[service.name]["healthcheck"]:
                wait_until(service.is_well, f"{service.name} is well")

    def done_by(self) -> dict[str, set[str]]:
        """Which tasks of people each service did, as its own log has it."""
        task = re.compile(r"Task ([a-z]+\.[a-z_]+)\[[0-9a-f-]+\] succeeded")
        done = {service.name: set(task.findall(service.said())) for service in self.running}
        return {name: {task for task in tasks if ".sweep_" not in task} for name, tasks in done.items()}

    def kill_all(self) -> None:
        for service in self.running:
            service.kill()


@contextlib.contextmanager
def database_like(server: str, template: str, name: str) -> Iterator[str]:
    """A database of its own for as long as it is needed, beginning as a copy of another; its address."""
    with contextlib.closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            try:
                yield f"{server.rpartition('/')[0]}/{name}"
            finally:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
