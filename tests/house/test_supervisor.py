"""The supervisor keeps processes running, and leaves none behind."""

import os
import socket
import sys
import time

import pytest

from config import supervisor
from config.supervisor import Keeper, port_is_free, stop_all


def wait_until(happened, seconds=20):
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def keep(tmp_path):
    """A keeper of a process that runs this Python code."""
    made = []

    def keep(code: str) -> Keeper:
        keeper = Keeper("example", [], tmp_path)
        keeper.command = [sys.executable, "-c", code]
        made.append(keeper)
        return keeper

    yield keep
    stop_all(made)
    for keeper in made:
        for handler in list(keeper.log.handlers):
            keeper.log.removeHandler(handler)
            handler.close()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_process_that_died_is_started_again_after_a_pause(keep, capsys):
    keeper = keep("raise SystemExit(3)")
    keeper.tend()
    wait_until(lambda: keeper.process.poll() is not None)
    keeper.tend()
    assert "example: процесс остановился (код 3)" in capsys.readouterr().out
    keeper.tend()
    assert keeper.process is None  # not at once

    keeper.start_again_at = time.monotonic()
    keeper.tend()
    assert keeper.process is not None


def test_the_pause_grows_while_a_process_keeps_dying(keep):
    keeper = keep("raise SystemExit(3)")
    pauses = []
    for _ in range(7):
        keeper.start_again_at = 0
        keeper.tend()
        wait_until(lambda: keeper.process.poll() is not None)
        began = time.monotonic()
        keeper.tend()
        pauses.append(round(keeper.start_again_at - began))
    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_what_a_process_says_is_in_its_log(keep):
    keeper = keep("print('I am here')")
    keeper.tend()
    wait_until(lambda: keeper.log_path.read_text() == "I am here\n")


def test_stopping_ends_a_deaf_process_and_its_children(keep, monkeypatch, tmp_path):
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.5)
    pids = tmp_path / "pids"
    keeper = keep(
        "import os, pathlib, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path('{pids}.new').write_text(f'{{os.getpid()}} {{child.pid}}')\n"
        f"os.replace('{pids}.new', '{pids}')\n"
        "time.sleep(600)\n"
    )
    keeper.tend()
    wait_until(pids.exists)
    stop_all([keeper])
    wait_until(lambda: not any(is_alive(int(pid)) for pid in pids.read_text().split()))


def test_a_port_in_use_is_noticed():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert not port_is_free(port, patience=0)
    assert port_is_free(port, patience=0)
