"""The child process that reads a batch: `python -m monitoring.imports.child`, driven by `parse.py`.

It takes one JSON line on stdin (sources, where to write clean sheets, limits) and answers with JSON lines: `{"start":
n}` before a file, `{"done": n, "file": {…}}` after it. When it dies, the parent knows which file killed it and goes
on behind it.
"""

import gc
import json
import resource
import sys
from pathlib import Path
from typing import Any, TextIO

from monitoring.imports.problems import Problem
from monitoring.imports.read_file import read_source
from monitoring.imports.sources import Source


def source_from_json(data: dict[str, Any]) -> Source:
    problem = data["problem"]
    return Source(**{**data, "problem": Problem.from_json(problem) if problem else None})


def run(request: dict[str, Any], answer: TextIO) -> None:
    for number, data in request["sources"]:
        print(json.dumps({"start": number}), file=answer, flush=True)
        stem = Path(request["clean_dir"]) / f"{number:04d}" if request["clean_dir"] else None
        parsed = read_source(source_from_json(data), stem)
        print(json.dumps({"done": number, "file": parsed.to_json()}, ensure_ascii=False), file=answer, flush=True)


def main() -> None:
    request = json.loads(sys.stdin.readline())
    limit = int(request["memory_bytes"])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A sheet is millions of small objects without cycles: collecting among them costs a quarter of the time.
    gc.disable()
    run(request, sys.stdout)


if __name__ == "__main__":
    main()
