"""A process that does one thing for `frame.peak_memory` and says how much memory that took.

python -m tests.bench.child MODULE FUNCTION ARGUMENTS_AS_JSON
"""

import contextlib
import importlib
import json
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.bench import portal

PAUSE_SECONDS = 0.05


def peak_mb(process: Path) -> float:
    """The most that this process has held so far; of one that has ended nothing is known."""
    with contextlib.suppress(OSError):
        if found := re.search(r"VmHWM:\s+(\d+) kB", (process / "status").read_text()):
            return int(found.group(1)) / 1024
    return 0.0


def started_by(process: Path) -> Iterator[Path]:
    """Its children and theirs."""
    for children in process.glob("task/*/children"):
        with contextlib.suppress(OSError):
            for number in children.read_text().split():
                yield Path("/proc", number)
                yield from started_by(Path("/proc", number))


class Watch(threading.Thread):
    """Looks now and then at what this process has started: `ru_maxrss` of a child would begin with our own peak."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self.most = 0.0

    def run(self) -> None:
        while not self.over.wait(PAUSE_SECONDS):
            self.most = max(self.most, sum(map(peak_mb, started_by(Path("/proc/self")))))


if __name__ == "__main__":
    module, function, arguments = sys.argv[1:]
    portal.set_up()
    watch = Watch()
    watch.start()
    getattr(importlib.import_module(module), function)(*json.loads(arguments))
    watch.over.set()
    print(f"{peak_mb(Path('/proc/self')) + watch.most:.1f}")
