"""Where reading children come from: a process that has loaded once what reading needs, and copies itself for each.

To start Python anew for a file of one school would take longer than all the rest of its way to the new values. The
process is small and knows nothing of the database, so neither do its copies. There is one for each thread that wants
children; it ends with its thread, and with it its copies, even if the thread's process is killed.
"""

import os
import socket
import struct
import subprocess
import sys
import threading
import weakref
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MESSAGE = struct.Struct("!cq")  # what is asked, and about which process
CHILD, END = b"+", b"-"
END_SECONDS = 2.0

_mine = threading.local()


class Nursery:
    """The process, as the one that wants children sees it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "monitoring.imports.child", str(self.owner)],
                cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
                stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        self._close = weakref.finalize(self, _end, self.owner, self._process, self._control)

    @property
    def is_usable(self) -> bool:
        return self.owner == os.getpid() and self._process.poll() is None

    def child(self, line: socket.socket) -> int:
        """A new child that listens at the other end of this line; its number. OSError when there can be none."""
        socket.send_fds(self._control, [MESSAGE.pack(CHILD, 0)], [line.fileno()])
        return self._answer()

    def end(self, pid: int) -> None:
        """End a child, alive or dead, and wait until it is gone; without the nursery it is gone already."""
        try:
            self._control.sendall(MESSAGE.pack(END, pid))
            self._answer()
        except OSError:
            return

    def _answer(self) -> int:
        answer = self._control.recv(MESSAGE.size, socket.MSG_WAITALL)
        if len(answer) < MESSAGE.size:
            raise ConnectionResetError
        return int(MESSAGE.unpack(answer)[1])


def _end(owner: int, process: "subprocess.Popen[bytes]", control: socket.socket) -> None:
    control.close()  # so it knows that nobody wants children any more, and ends the one that waits
    if owner != os.getpid():
        return
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def nursery() -> Nursery:
    """This thread's, started at the first call, and anew after it was killed or this process was copied."""
    known: Nursery | None = getattr(_mine, "nursery", None)
    if known is None or not known.is_usable:
        _mine.nursery = known = Nursery()
    return known
