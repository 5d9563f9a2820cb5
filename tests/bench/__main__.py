"""Measure, print, keep: `python -m tests.bench [--short] [--only CASE]`. Over a limit or not, it ends with 0."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import portal, report
from tests.bench.frame import Row, Size, Skipped, case_modules, on_postgres, rows_of

ANSWER = Path(__file__).parents[2] / "var" / "bench.json"
NO_POSTGRES = "No PostgreSQL answers: measured on SQLite, and what needs PostgreSQL is skipped."
SHORT = "A short run: the limits are stated for larger worlds and more runs."


def main() -> None:
    cases = [name.removeprefix("case_") for name in case_modules()]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer runs and smaller worlds, as in CI")
    parser.add_argument("--only", choices=cases, action="append", metavar="CASE", help=", ".join(cases))
    parser.add_argument("--output", type=Path, default=ANSWER, metavar="FILE", help="the ratios as JSON")
    chosen = parser.parse_args()
    size = Size(is_short=chosen.short)
    rows: list[Row] = []
    skipped: list[Skipped] = []
    try:
        with portal.started():
            if not on_postgres():
                print(NO_POSTGRES)
            if size.is_short:
                print(SHORT)
            for found in measured(chosen.only or cases, size):
                (rows if isinstance(found, Row) else skipped).append(found)
    finally:  # what was measured before a crash is told all the same
        print(report.table(rows))
        for one in skipped:
            print(f"{one.name}: skipped. {one.why}")
    report.write_json(chosen.output, report.as_json(rows, skipped, size))


def measured(cases: list[str], size: Size) -> Iterator[Row | Skipped]:
    """All rows of these cases; who waits sees each as it comes."""
    for case in cases:
        for found in rows_of(f"case_{case}", size):
            print(f"… {found.name}", file=sys.stderr)
            yield found


if __name__ == "__main__":
    main()
