"""Files, folders and archives → a parsed batch. Reading happens in child processes with limits (see `workbook.py` for
why)."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from monitoring.imports import problems as say
from monitoring.imports.children import Finish, Limits, Stop, read_in_children
from monitoring.imports.parsed import ParsedBatch, ParsedFile
from monitoring.imports.read_file import read_source
from monitoring.imports.sources import NamedFile, Source, list_sources

MEMORY_BYTES = 3 * 1024**3  # of all children together
SECONDS_PER_FILE = 180
MOST_CHILDREN = 2  # more would leave each too little memory for a large file

# What is said of a file that was not read to its end, and under which code.
REFUSALS = {
    Stop.TIME: (
        "too_large",
        "Файл читается слишком долго. Скопируйте таблицу с данными в новую книгу и загрузите её.",
    ),
    Stop.DEATH: (
        "too_large",
        "Чтение файла потребовало слишком много памяти: вероятно, в книге есть ячейка далеко за пределами таблицы. "
        "Скопируйте таблицу с данными в новую книгу и загрузите её.",
    ),
    Stop.BREAK: (
        "unreadable",
        "Файл не удалось разобрать: в нём есть то, к чему портал не готов. Откройте файл в Excel, сохраните как .xlsx "
        "и загрузите снова; если не поможет, сообщите администратору портала.",
    ),
}

Progress = Callable[[int, int], None]


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

    OSError means that they could not be written. `isolate=False` reads in this very process: for unit tests and trusted
    files only.
    """
    sources = list_sources(inputs)
    done: dict[int, ParsedFile] = {}

    def finish(number: int, parsed: ParsedFile) -> None:
        done[number] = parsed
        if progress is not None:
            progress(len(done), len(sources))

    if isolate:
        _read_apart(sources, clean_dir, memory_bytes, seconds_per_file, finish)
    else:
        for number, source in enumerate(sources):
            finish(number, read_source(source, clean_dir / f"{number:04d}" if clean_dir else None))
    _only_litter(done, sources)
    return ParsedBatch([done[number] for number in sorted(done)])


def _read_apart(
    sources: list[Source], clean_dir: Path | None, memory_bytes: int, seconds_per_file: float, finish: Finish
) -> None:
    """Read in children side by side; a file whose child died is read once more after them, alone.

    It may need more than a child's share of the memory, or be no more than the one that was in hand when the system ran
    out of memory and killed somebody.
    """
    children = min(MOST_CHILDREN, os.cpu_count() or 1, len(sources))
    shared = Limits(children, memory_bytes // children, seconds_per_file)
    stopped = read_in_children(enumerate(sources), clean_dir, shared, finish)
    again = [(number, sources[number]) for number, stop in stopped.items() if stop is Stop.DEATH]
    if again:
        for number, _ in again:
            del stopped[number]
        stopped |= read_in_children(again, clean_dir, Limits(1, memory_bytes, seconds_per_file), finish)
    for number, stop in stopped.items():
        code, message = REFUSALS[stop]
        finish(number, ParsedFile(sources[number].name, problems=[say.error(code, message)]))


def _only_litter(done: dict[int, ParsedFile], sources: list[Source]) -> None:
    """A folder of pictures is a call with no spreadsheet at all."""
    codes = [[problem.code for problem in parsed.problems] for parsed in done.values()]
    if all(found == ["not_a_spreadsheet"] for found in codes) and not any(source.given_itself for source in sources):
        message = "Среди файлов нет ни одной таблицы. Укажите файлы .xlsx, .xls, .csv, папку или архив zip с ними."
        done[0].problems.append(say.error("nothing_to_import", message))
