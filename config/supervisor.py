"""The embedded portal as one command: web, worker and beat, each started again when it dies.

`python -m config.supervisor --port 8000 [--demo]`. Ctrl-C or TERM ends all of them and their children. Should the
supervisor itself be killed, the system tells its processes to end, so nothing old is left in a new start's way.
"""

import argparse
import contextlib
import ctypes
import http.client
import logging
import logging.handlers
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

HOST = "127.0.0.1"
LOG_BYTES, LOG_FILES = 5_000_000, 4
LIVED_WELL_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 30.0
GRACE_SECONDS = 15.0
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """Runs in a fresh child: ask Linux for a TERM should the supervisor die."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Keeper:
    """Keeps one process running and its output in a log file that stays small."""

    def __init__(self, name: str, command: list[str], logs: Path) -> None:
        self.name = name
        self.command = [sys.executable, "-m", *command]
        self.log = logging.getLogger(f"supervisor.{name}")
        self.log.propagate = False
        self.log_path = logs / f"{name}.log"
        handler = logging.handlers.RotatingFileHandler(self.log_path, maxBytes=LOG_BYTES, backupCount=LOG_FILES)
        self.log.addHandler(handler)
        self.log.setLevel(logging.INFO)
        self.process: subprocess.Popen[str] | None = None
        self.copying = threading.Thread()
        self.started_at = 0.0
        self.start_again_at = 0.0
        self.pause = 1.0

    def tend(self) -> None:
        """Start the process when it is time; notice when it died."""
        if self.process is None:
            if time.monotonic() >= self.start_again_at:
                self._start()
        elif (code := self.process.poll()) is not None:
            self._end_group()  # what it may have left behind
            self.process = None
            self.pause = 1.0 if time.monotonic() - self.started_at > LIVED_WELL_SECONDS else self.pause
            self.start_again_at = time.monotonic() + self.pause
            say(f"{self.name}: процесс остановился (код {code}), запускаю снова. Подробности: {self.log_path}")
            self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)

    def _start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # a group of its own, to be ended with all its children
            preexec_fn=end_with_parent,
        )
        self.copying = threading.Thread(target=self._copy_output, args=[self.process], daemon=True)
        self.copying.start()

    def _copy_output(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                self.log.info("%s", line.rstrip())

    def ask_to_stop(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def stop(self, deadline: float) -> None:
        """Wait until it has stopped, or end it by force with all it started."""
        if self.process is None:
            return
        try:
            # Work left unfinished is sent again at the next start: the job rows know of it.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.0, deadline - time.monotonic()))
        finally:
            self._end_group()

    def _end_group(self) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):  # gone
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.copying.join(timeout=5)  # the last words


def keepers(port: int, logs: Path) -> list[Keeper]:
    web = ["gunicorn", "config.wsgi", f"--bind={HOST}:{port}", "--workers=2", "--threads=4", "--timeout=120"]
    worker = ["celery", "-A", "config", "worker", "--concurrency=2", "--max-tasks-per-child=100"]
    return [
        Keeper("web", [*web, "--graceful-timeout=5", "--no-control-socket"], logs),
        # Workers do not talk to each other: there is one, and folders carry no conversation.
        Keeper("worker", [*worker, "--without-gossip", "--without-mingle", "--without-heartbeat"], logs),
        Keeper("beat", ["celery", "-A", "config", "beat", "--pidfile="], logs),
    ]


def say(text: str) -> None:
    print(text, flush=True)


def manage(*arguments: str) -> str:
    """Run a management command to its end; its messages go through, its answer comes back."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def port_is_free(port: int, *, patience: float) -> bool:
    """Whether we can listen there; processes of an earlier run get a moment to end."""
    deadline = time.monotonic() + patience
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                if time.monotonic() > deadline:
                    return False
            else:
                return True
        time.sleep(0.2)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def keep_running(running: list[Keeper], port: int, logins: str) -> None:
    """Until somebody says stop; tells the address as soon as the portal answers."""
    told = False
    while True:
        for keeper in running:
            keeper.tend()
        if not told and answers(port):
            told = True
            say(f"\nПортал открыт: http://{HOST}:{port}/\n{logins}")
            say(f"Журналы: {running[0].log_path.parent}\nОстановить: Ctrl-C")
        time.sleep(0.3)


def stop_all(running: list[Keeper]) -> None:
    for keeper in running:
        keeper.ask_to_stop()
    deadline = time.monotonic() + GRACE_SECONDS
    try:
        for keeper in running:
            keeper.stop(deadline)
    except KeyboardInterrupt:  # asked a second time: at once
        for keeper in running:
            keeper.stop(deadline=0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="config.supervisor", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--demo", action="store_true", help="load the demo and print its logins")
    options = parser.parse_args()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)
    os.umask(0o077)
    if not port_is_free(options.port, patience=5):
        say(f"Порт {options.port} занят другой программой. Освободите его или укажите другой: make demo PORT=8001")
        return 1
    logs = settings.VAR_DIR / "logs"
    logs.mkdir(exist_ok=True)
    os.environ.setdefault("PORTAL_URL", f"http://{HOST}:{options.port}")  # for links in letters
    running = keepers(options.port, logs)
    try:
        say("Готовлю базу данных…")
        manage("migrate", "--noinput", "--verbosity=0")
        manage("createcachetable")
        if options.demo:
            say("Загружаю демонстрацию…")
        keep_running(running, options.port, logins=manage("load_demo") if options.demo else "")
    except KeyboardInterrupt:
        say("\nОстанавливаю…")
    except subprocess.CalledProcessError as error:
        say(f"Не удалось подготовить портал: {' '.join(error.cmd[1:])} (код {error.returncode})")
        return 1
    finally:
        stop_all(running)
    return 0


if __name__ == "__main__":
    sys.exit(main())
