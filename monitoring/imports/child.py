"""Reads files apart from the portal: `python -m monitoring.imports.child PARENT`, started by `nursery.py`.

This process only copies itself, one copy for each line that it is handed at its control socket (stdin), and ends copies
that are wanted no more. A copy takes JSON lines: first the limits and where to write clean sheets, then one source at a
time. Each source is answered by one line: what is in it (`file`), or the number of the system's error when a clean
sheet could not be written (`fault`), which is not the file's fault, or where our own code broke over the file
(`broke`). When it dies, whoever listens knows which file it had in hand.
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
import tempfile
import traceback
import zipfile
from pathlib import Path
from typing import Any

from monitoring.imports.nursery import CHILD, END, MESSAGE, ROOT
from monitoring.imports.problems import Problem
from monitoring.imports.read_file import read_source
from monitoring.imports.sources import Source

PR_SET_PDEATHSIG = 1
_ROWS = [("Код ОО", "Класс", "Код ППЭ", "Первичный балл", "Тестовый балл"), *[("100001", "11А", "1", "20", "60")] * 20]
_CELLS = ("".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) for row in _ROWS)
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
REHEARSAL = {  # the least that is a workbook
    "_rels/.rels": (
        f'<Relationships {_PACKAGE}><Relationship Id="r1" Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships {_PACKAGE}><Relationship Id="r1" Type="{_RELATED}/worksheet" Target="worksheets/1.xml"/>'
        "</Relationships>"
    ),
    "xl/workbook.xml": (
        f'<workbook {_MAIN} xmlns:r="{_RELATED}"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/worksheets/1.xml": (
        f"<worksheet {_MAIN}><sheetData>{''.join(f'<row>{cells}</row>' for cells in _CELLS)}</sheetData></worksheet>"
    ),
}


def source_from_json(data: dict[str, Any]) -> Source:
    problem = data["problem"]
    return Source(**{**data, "problem": Problem.from_json(problem) if problem else None})


def answer(task: dict[str, Any], clean_dir: str) -> bytes:
    """The line to say; MemoryError ends this process, as if the system had killed it."""
    stem = Path(clean_dir) / f"{task['number']:04d}" if clean_dir else None
    try:
        return _line({"file": read_source(source_from_json(task["source"]), stem).to_json()})
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a library in Rust panics with one that is no Exception
        if isinstance(error, OSError) and error.errno is not None:
            return _line({"fault": error.errno})
        return _line({"broke": where_it_broke(error)})


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"


def where_it_broke(error: BaseException) -> str:
    """«KeyError at monitoring/imports/cells.py:12»: the type, and the last line of ours. Its text may quote a cell."""
    frames = [(Path(frame.f_code.co_filename), line) for frame, line in traceback.walk_tb(error.__traceback__)]
    path, line = [(path, line) for path, line in frames if path.is_relative_to(ROOT / "monitoring")][-1]
    return f"{type(error).__name__} at {path.relative_to(ROOT).as_posix()}:{line}"


def end_with_parent(parent: int) -> None:
    """A child of a killed worker must not go on writing sheets while the worker that took over reads the same files."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before this was asked for
        os._exit(1)


def read_for(line: socket.socket) -> None:
    """Answer whoever is at the other end, within the limits set first, until they hang up."""
    with line, line.makefile("r", encoding="utf-8") as heard:
        limits = json.loads(heard.readline())
        memory = int(limits["memory_bytes"])
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        for task in heard:
            line.sendall(answer(json.loads(task), limits["clean_dir"]))


def rehearse() -> None:
    """Read a table of nobody's results once: a process reads its second file in half the time of its first."""
    with contextlib.suppress(OSError), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rehearsal.xlsx"
        write_rehearsal(path)
        read_source(Source(path.name, str(path)), Path(folder) / "clean")


def write_rehearsal(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as book:
        for name, content in REHEARSAL.items():
            book.writestr(name, content)


class Spare:
    """A copy of this process, made and rehearsed before anybody wants one; it waits for its line."""

    def __init__(self) -> None:
        own = os.getpid()
        self._handing, waiting = socket.socketpair()
        self.pid = os.fork()
        if self.pid:
            waiting.close()
            return
        status = 1
        try:
            self._handing.close()
            end_with_parent(own)
            rehearse()
            with waiting:
                _, lines, *_ = socket.recv_fds(waiting, 1, 1)
            read_for(socket.socket(fileno=lines[0]))
            status = 0
        finally:
            os._exit(status)  # whatever happened: what follows is the work of the original

    def take(self, line: socket.socket) -> int:
        """Let it read for this line; its number. OSError when it is dead."""
        with self._handing:
            socket.send_fds(self._handing, [CHILD], [line.fileno()])
        return self.pid


def end_copy(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def main() -> None:
    end_with_parent(int(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A sheet is millions of small objects without cycles: collecting among them costs a quarter of the time.
    gc.disable()
    rehearse()
    spare = Spare()
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as control:
        while True:
            message, lines, *_ = socket.recv_fds(control, MESSAGE.size, 1)
            if len(message) < MESSAGE.size:
                end_copy(spare.pid)
                return
            wanted, pid = MESSAGE.unpack(message)
            if wanted == CHILD:
                with socket.socket(fileno=lines[0]) as line:
                    try:
                        pid = spare.take(line)
                    except OSError:  # it was killed while it waited
                        end_copy(spare.pid)
                        spare = Spare()
                        pid = spare.take(line)
            elif wanted == END:
                end_copy(pid)
            control.sendall(MESSAGE.pack(wanted, pid))
            if wanted == CHILD:
                spare = Spare()  # only now: whoever asked need not wait for it


if __name__ == "__main__":
    main()
