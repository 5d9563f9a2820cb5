"""Reads files apart from the portal: `python -m monitoring.imports.child PARENT`, started by `nursery.py`.

This process only copies itself, once for each line that it is handed at its control socket (stdin), and ends copies
that are wanted no more. A copy takes JSON lines: first the limits and where to write clean sheets, then one source at a
time. Each source is answered by one line: what is in it (`file`), or the number of the system's error when a clean
sheet could not be written (`fault`), which is not the file's fault. When it dies, whoever listens knows which file it
had in hand.
"""

import contextlib
import ctypes
import gc
import json
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from monitoring.imports.nursery import CHILD, END, MESSAGE
from monitoring.imports.problems import Problem
from monitoring.imports.read_file import read_source
from monitoring.imports.sources import Source

PR_SET_PDEATHSIG = 1


def source_from_json(data: dict[str, Any]) -> Source:
    problem = data["problem"]
    return Source(**{**data, "problem": Problem.from_json(problem) if problem else None})


def answer(task: dict[str, Any], clean_dir: str) -> dict[str, Any]:
    stem = Path(clean_dir) / f"{task['number']:04d}" if clean_dir else None
    try:
        return {"file": read_source(source_from_json(task["source"]), stem).to_json()}
    except OSError as fault:
        return {"fault": fault.errno}


def end_with_parent(parent: int) -> None:
    """A child of a killed worker must not go on writing sheets while the worker that took over reads the same files."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before this was asked for
        os._exit(1)


def read_for(line: socket.socket) -> None:
    """Answer whoever is at the other end, within the limits set first, until they hang up."""
    with line, line.makefile("r", encoding="utf-8") as heard, line.makefile("w", encoding="utf-8") as said:
        limits = json.loads(heard.readline())
        memory = int(limits["memory_bytes"])
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        for task in heard:
            said.write(json.dumps(answer(json.loads(task), limits["clean_dir"]), ensure_ascii=False) + "\n")
            said.flush()


def copy_for(line: socket.socket) -> int:
    """A copy of this process that reads for the line; returns here alone, with the number of the copy."""
    own = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        end_with_parent(own)
        read_for(line)
        status = 0
    finally:
        os._exit(status)  # whatever happened: what follows is the work of the original


def end_copy(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def main() -> None:
    end_with_parent(int(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A sheet is millions of small objects without cycles: collecting among them costs a quarter of the time.
    gc.disable()
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as control:
        while True:
            message, lines, *_ = socket.recv_fds(control, MESSAGE.size, 1)
            if len(message) < MESSAGE.size:
                return
            wanted, pid = MESSAGE.unpack(message)
            if wanted == CHILD:
                with socket.socket(fileno=lines[0]) as line:
                    pid = copy_for(line)
            elif wanted == END:
                end_copy(pid)
            control.sendall(MESSAGE.pack(wanted, pid))


if __name__ == "__main__":
    main()
