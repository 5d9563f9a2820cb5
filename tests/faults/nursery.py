"""Forks workers and beats off a process that has loaded the portal once: `python -m tests.faults.nursery`.

Tests that kill sixty workers cannot wait three seconds for each to load its libraries. What is forked here is the same
`celery worker` with the same pool as in production, leader of a group of its own. A line of JSON on stdin asks for one
({"arguments": […], "said": path of its log}), the answer is its process id. When stdin ends, so do all of them.
"""

import contextlib
import ctypes
import json
import os
import signal
import sys
from importlib import import_module
from typing import NoReturn

from tests.house.waiting_task import app  # the portal's Celery; its beat sweeps jobs every second

PR_SET_CHILD_SUBREAPER = 36


def load() -> None:
    """All that workers load at their first task, so that it is loaded once for all of them."""
    app.loader.import_default_modules()
    app.finalize()
    for heavy in ("pandas", "reports.rendering"):
        import_module(heavy)


def live(arguments: list[str], said: str) -> NoReturn:
    """The life of a forked process, from its first breath."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, output), (2, output)):
        os.dup2(source, target)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115  # for the life of the process
    code = 1
    try:
        code = app.start(arguments) or 0
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    load()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)  # children of a killed worker come to us…
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # …and leave no entry behind when they end
    print("ready", flush=True)
    born = []
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            live(request["arguments"], request["said"])
        born.append(pid)
        print(pid, flush=True)
    for pid in born:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
