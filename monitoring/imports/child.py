"""A child process that reads files: `python -m monitoring.imports.child`, driven by `children.py`.

On stdin it takes JSON lines: first the limits and where to write clean sheets, then one source at a time. Each source
is answered on stdout by one line: what is in it (`file`), or the number of the system's error when a clean sheet could
not be written (`fault`), which is not the file's fault. When it dies, the parent knows which file it had in hand.
"""

import ctypes
import gc
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

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
        sys.exit(1)


def main() -> None:
    limits = json.loads(sys.stdin.readline())
    end_with_parent(int(limits["parent"]))
    memory = int(limits["memory_bytes"])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A sheet is millions of small objects without cycles: collecting among them costs a quarter of the time.
    gc.disable()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line), limits["clean_dir"]), ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
