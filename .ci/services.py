"""Run a command with PostgreSQL and Redis: `python .ci/services.py COMMAND…`.

The services are those of DATABASE_URL and REDIS_URL, else those on 127.0.0.1 (user `postgres`), else ones of our own:
a throw-away cluster and Redis on free ports, stopped when the command has ended. With `--or-without` before the command
it runs without either of them where one is not to be had.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import redis

HOST = "127.0.0.1"
START_SECONDS = 30


def postgres_answers(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=3).close()
    except psycopg2.OperationalError:
        return False
    return True


def redis_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as server:
            return bool(server.ping())
    except redis.RedisError:
        return False


def program(name: str, package: str) -> str:
    """Where a server's program lies, installing its package when it is missing and we may."""

    def find() -> str | None:
        versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
        return shutil.which(name) or (str(versions[-1]) if versions else None)

    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", package]):
            subprocess.run(["apt-get", *arguments], env=environment, stdin=subprocess.DEVNULL, check=True)
    found = find()
    if not found:
        raise SystemExit(f"Не найдена программа {name}. Установите её: sudo apt-get install -y {package}")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Server:
    """A server of our own. Stopped and started again, it is on the same port, with the data that it keeps on disk."""

    def __init__(self, url: str, command: list[str], answers: Callable[[str], bool], owner: str | None = None) -> None:
        self.url = url
        self.process: subprocess.Popen[bytes] | None = None
        self._command, self._answers, self._owner = command, answers, owner

    def start(self) -> None:
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        self.process = subprocess.Popen(self._command, user=self._owner, **quiet)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers(self.url):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"Не удалось запустить: {self._command[0]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """PostgreSQL ends its sessions and stops at once; so does Redis."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()
            self.process = None


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    """A server that runs as long as it is needed."""
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def own_postgres(folder: Path) -> Iterator[Server]:
    # PostgreSQL refuses to run as root.
    names = {user.pw_name for user in pwd.getpwall()}
    owner = ("postgres" if "postgres" in names else "nobody") if os.geteuid() == 0 else None
    initdb, postgres = program("initdb", "postgresql"), program("postgres", "postgresql")
    data = folder / "postgres"
    data.mkdir()
    if owner:
        folder.chmod(0o711)
        shutil.chown(data, owner)
    subprocess.run(
        [
            initdb,
            "--pgdata",
            str(data),
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ],
        user=owner,
        cwd=data,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    port = free_port()
    url = f"postgres://postgres@{HOST}:{port}/postgres"
    options = [f"listen_addresses={HOST}", "unix_socket_directories=", "fsync=off", "log_min_messages=fatal"]
    settings = [part for option in options for part in ("-c", option)]
    command = [postgres, "-D", str(data), "-p", str(port), *settings]
    with running(Server(url, command, postgres_answers, owner)) as server:
        yield server


@contextlib.contextmanager
def own_redis(folder: Path) -> Iterator[Server]:
    port = free_port()
    url = f"redis://{HOST}:{port}/0"
    command = [program("redis-server", "redis-server"), "--bind", HOST, "--port", str(port), "--dir", str(folder)]
    with running(Server(url, [*command, "--save", "", "--appendonly", "no"], redis_answers)) as server:
        yield server


def addresses(stack: contextlib.ExitStack) -> dict[str, str]:
    """Where both services are for as long as the stack is open; SystemExit in words where one is not to be had."""
    folder = Path(
        stack.enter_context(tempfile.TemporaryDirectory(prefix="opora-services-", ignore_cleanup_errors=True))
    )
    database = os.environ.get("DATABASE_URL") or f"postgres://postgres@{HOST}:5432/postgres"
    if not os.environ.get("DATABASE_URL") and not postgres_answers(database):
        database = stack.enter_context(own_postgres(folder)).url
    broker = os.environ.get("REDIS_URL") or f"redis://{HOST}:6379/0"
    if not os.environ.get("REDIS_URL") and not redis_answers(broker):
        broker = stack.enter_context(own_redis(folder)).url
    return {"DATABASE_URL": database, "REDIS_URL": broker}


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # our own servers are stopped on this way out too
    command = sys.argv[1:]
    or_without = command[:1] == ["--or-without"]
    with contextlib.ExitStack() as stack:
        try:
            found = addresses(stack)
        except (SystemExit, subprocess.CalledProcessError) as missing:
            if not or_without:
                raise
            sys.stderr.write(f"{missing}\n")
            found = {"DATABASE_URL": "", "REDIS_URL": ""}
        environment = found | {
            "SECRET_KEY": os.environ.get("SECRET_KEY") or "for-tests-only-and-as-long-as-a-real-key-has-to-be",
            "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or "localhost,127.0.0.1,testserver",
        }
        return subprocess.run(command[or_without:], env=os.environ | environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
