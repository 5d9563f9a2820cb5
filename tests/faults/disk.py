"""A disk without room: a small file system of the tests' own, or, where none may be mounted or FAULT_DISK_LIMIT is
set, the system's limit on the size of files. Both refuse to write for real; neither touches the machine's own disk."""

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.faults.harness import Process
from tests.faults.portal import Portal

SIZE = 64 * 1024 * 1024
CHUNK = bytes(64 * 1024)


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A folder on a small file system, unmounted in the end; an ordinary folder where mounting is not allowed."""
    folder.mkdir()
    mounted = _done("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        if mounted:
            assert _done("umount", "--lazy", str(folder))


def _done(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def is_small_disk(portal: Portal) -> bool:
    """Whether the portal's files lie on a disk of their own, or only their size is limited, each by itself."""
    return os.path.ismount(portal.var) and not os.environ.get("FAULT_DISK_LIMIT")


@contextlib.contextmanager
def no_room(portal: Portal, leaving: int = 0) -> Iterator[None]:
    """As long as it lasts the portal finds about so many bytes left; then somebody has made room."""
    how = _filled if is_small_disk(portal) else _limited
    with how(portal, leaving):
        yield


@contextlib.contextmanager
def _filled(portal: Portal, leaving: int) -> Iterator[None]:
    ballast = portal.var / "ballast"
    try:
        with ballast.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
            while True:
                stream.write(CHUNK)
        os.truncate(ballast, max(0, ballast.stat().st_size - leaving))
        yield
    finally:
        ballast.unlink()


@contextlib.contextmanager
def _limited(portal: Portal, leaving: int) -> Iterator[None]:
    """No file of the portal's processes may grow beyond that; what they start inherits it."""
    leaders = (Process(portal.web.pid), portal.worker)
    processes = [pid for leader in leaders for pid in (leader.pid, *leader.children())]
    before = resource.prlimit(processes[0], resource.RLIMIT_FSIZE)
    try:
        for pid in processes:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (leaving, before[1]))
        yield
    finally:
        for pid in processes:
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
