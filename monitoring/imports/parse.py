"""Files, folders and archives → a parsed batch. Reading happens in a child process with limits (see `workbook.py` for
why)."""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from monitoring.imports import problems as say
from monitoring.imports.parsed import ParsedBatch, ParsedFile
from monitoring.imports.read_file import read_source
from monitoring.imports.sources import NamedFile, Source, list_sources

MEMORY_BYTES = 3 * 1024**3
SECONDS_PER_FILE = 180

Progress = Callable[[int, int], None]
_ROOT = Path(__file__).resolve().parents[2]


def parse(
    inputs: Iterable[Path | str | NamedFile],
    *,
    clean_dir: Path | None = None,
    progress: Progress | None = None,
    isolate: bool = True,
    memory_bytes: int = MEMORY_BYTES,
    seconds_per_file: float = SECONDS_PER_FILE,
) -> ParsedBatch:
    """Read everything behind the inputs. Clean sheets go to `clean_dir` (which must exist) when it is given.

    `isolate=False` reads in this very process: for unit tests and trusted files only.
    """
    sources = list_sources(inputs)
    done: dict[int, ParsedFile] = {}

    def finish(number: int, parsed: ParsedFile) -> None:
        done[number] = parsed
        if progress is not None:
            progress(len(done), len(sources))

    if not isolate:
        for number, source in enumerate(sources):
            finish(number, read_source(source, clean_dir / f"{number:04d}" if clean_dir else None))
    while len(done) < len(sources):
        waiting = [(number, source) for number, source in enumerate(sources) if number not in done]
        child = _Child(waiting, clean_dir, memory_bytes, seconds_per_file)
        child.run(finish)
        if len(done) < len(sources):
            number = child.current if child.current is not None else waiting[0][0]
            finish(number, _refused(sources[number], timed_out=child.timed_out))
    _only_litter(done, sources)
    return ParsedBatch([done[number] for number in sorted(done)])


def _only_litter(done: dict[int, ParsedFile], sources: list[Source]) -> None:
    """A folder of pictures is a call with no spreadsheet at all."""
    codes = [[problem.code for problem in parsed.problems] for parsed in done.values()]
    if all(found == ["not_a_spreadsheet"] for found in codes) and not any(source.given_itself for source in sources):
        message = "Среди файлов нет ни одной таблицы. Укажите файлы .xlsx, .xls, .csv, папку или архив zip с ними."
        done[0].problems.append(say.error("nothing_to_import", message))


def _refused(source: Source, *, timed_out: bool) -> ParsedFile:
    if timed_out:
        message = "Файл читается слишком долго. Скопируйте таблицу с данными в новую книгу и загрузите её."
    else:
        message = (
            "Чтение файла потребовало слишком много памяти: вероятно, в книге есть ячейка далеко за пределами таблицы. "
            "Скопируйте таблицу с данными в новую книгу и загрузите её."
        )
    return ParsedFile(source.name, problems=[say.error("too_large", message)])


class _Child:
    """One child process, read line by line until it ends, dies or falls silent."""

    def __init__(
        self, waiting: list[tuple[int, Source]], clean_dir: Path | None, memory_bytes: int, seconds_per_file: float
    ) -> None:
        self.current: int | None = None
        self.timed_out = False
        self._seconds = seconds_per_file
        self._request = json.dumps(
            {
                "sources": [(number, asdict(source)) for number, source in waiting],
                "clean_dir": str(clean_dir) if clean_dir else "",
                "memory_bytes": memory_bytes,
            }
        )

    def run(self, finish: Callable[[int, ParsedFile], None]) -> None:
        environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"}
        with subprocess.Popen(
            [sys.executable, "-m", "monitoring.imports.child"],
            cwd=_ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            try:
                self._hand_over(process)
                self._listen(process, finish)
            finally:
                process.kill()

    def _hand_over(self, process: "subprocess.Popen[bytes]") -> None:
        if process.stdin is None:
            return
        with contextlib.suppress(BrokenPipeError):  # it died at once; listening will find out
            process.stdin.write(self._request.encode() + b"\n")
            process.stdin.close()

    def _listen(self, process: "subprocess.Popen[bytes]", finish: Callable[[int, ParsedFile], None]) -> None:
        if process.stdout is None:
            return
        descriptor, buffer = process.stdout.fileno(), b""
        deadline = time.monotonic() + self._seconds
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while True:
                if not selector.select(timeout=max(0.0, deadline - time.monotonic())):
                    self.timed_out = True
                    return
                chunk = os.read(descriptor, 1 << 16)
                if not chunk:
                    return
                *lines, buffer = (buffer + chunk).split(b"\n")
                for line in lines:
                    deadline = time.monotonic() + self._seconds
                    self._take(json.loads(line), finish)

    def _take(self, answer: dict[str, Any], finish: Callable[[int, ParsedFile], None]) -> None:
        if "start" in answer:
            self.current = answer["start"]
        else:
            self.current = None
            finish(answer["done"], ParsedFile.from_json(answer["file"]))
