"""Child processes that read files, side by side, each one file at a time; what a file does to its child stops no other.

Whoever listens knows which file each child has in hand, so a child that dies or takes too long tells which file it was.
"""

import contextlib
import json
import logging
import os
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from monitoring.imports.nursery import nursery
from monitoring.imports.parsed import ParsedFile
from monitoring.imports.sources import Source

logger = logging.getLogger(__name__)

Finish = Callable[[int, ParsedFile], None]
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Limits:
    """How many children there may be, and what each of them may take."""

    children: int
    memory_bytes: int
    seconds_per_file: float


class Stop(Enum):
    """Why a file was not read to its end."""

    TIME = auto()  # it took too long
    DEATH = auto()  # the child died: out of memory, or killed by the system
    BREAK = auto()  # our own code broke over it; where is in the log


def read_in_children(
    numbered: Iterable[tuple[int, Source]], clean_dir: Path | None, limits: Limits, finish: Finish
) -> dict[int, Stop]:
    """Read the sources; `finish` gets each as it is read. Returns those that ended their child, by number.

    OSError means that a clean sheet could not be written: the disk is full, say.
    """
    reading = _Reading(deque(numbered), clean_dir, limits, finish)
    try:
        return reading.run()
    finally:
        reading.close()


class _Child:
    """One process, and the file it has in hand."""

    def __init__(self, clean_dir: Path | None, memory_bytes: int) -> None:
        self.number = -1
        self.deadline = 0.0
        self._heard: list[bytes] = []
        self.line, theirs = socket.socketpair()
        with theirs:
            self._nursery = nursery()
            self._pid = self._nursery.child(theirs)
        self._say({"clean_dir": str(clean_dir) if clean_dir else "", "memory_bytes": memory_bytes})

    def take(self, number: int, source: Source, seconds: float) -> None:
        self.number, self.deadline = number, time.monotonic() + seconds
        self._say({"number": number, "source": asdict(source)})

    def hear(self) -> dict[str, Any] | None:
        """The answer, None while it is not complete; EOFError when the child is dead."""
        try:
            chunk = self.line.recv(_CHUNK_BYTES)
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            raise EOFError
        self._heard.append(chunk)
        if not chunk.endswith(b"\n"):
            return None
        answer: dict[str, Any] = json.loads(b"".join(self._heard))
        self._heard.clear()
        return answer

    def end(self) -> None:
        self.line.close()
        self._nursery.end(self._pid)

    def _say(self, line: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it has died; listening will find out
            self.line.sendall(json.dumps(line).encode() + b"\n")


class _Reading:
    """Hands the waiting sources to children and listens to them until all are read."""

    def __init__(
        self, waiting: deque[tuple[int, Source]], clean_dir: Path | None, limits: Limits, finish: Finish
    ) -> None:
        self._waiting = waiting
        self._clean_dir = clean_dir
        self._limits = limits
        self._finish = finish
        self._stopped: dict[int, Stop] = {}
        self._selector = selectors.DefaultSelector()

    def run(self) -> dict[int, Stop]:
        for _ in range(min(self._limits.children, len(self._waiting))):
            self._start()
        while children := self._children():
            soonest = min(child.deadline for child in children)
            for key, _ in self._selector.select(timeout=max(0.0, soonest - time.monotonic())):
                self._listen(key.data)
            for child in self._children():
                if child.deadline <= time.monotonic():
                    self._give_up(child, Stop.TIME)
        return self._stopped

    def close(self) -> None:
        for child in self._children():
            self._end(child)
        self._selector.close()

    def _children(self) -> list[_Child]:
        return [key.data for key in self._selector.get_map().values()]

    def _start(self) -> None:
        child = _Child(self._clean_dir, self._limits.memory_bytes)
        self._selector.register(child.line, selectors.EVENT_READ, child)
        self._hand_next(child)

    def _hand_next(self, child: _Child) -> None:
        if self._waiting:
            child.take(*self._waiting.popleft(), self._limits.seconds_per_file)
        else:
            self._end(child)

    def _listen(self, child: _Child) -> None:
        try:
            answer = child.hear()
        except EOFError:
            self._give_up(child, Stop.DEATH)
            return
        if answer is None:
            return
        if "fault" in answer:
            raise OSError(answer["fault"], os.strerror(answer["fault"]))
        if "broke" in answer:
            logger.error("reading a file broke: %s", answer["broke"])
            self._give_up(child, Stop.BREAK)
            return
        self._finish(child.number, ParsedFile.from_json(answer["file"]))
        self._hand_next(child)

    def _give_up(self, child: _Child, stop: Stop) -> None:
        """The file in hand is over; the next ones need a new child."""
        self._stopped[child.number] = stop
        self._end(child)
        if self._waiting:
            self._start()

    def _end(self, child: _Child) -> None:
        self._selector.unregister(child.line)
        child.end()
