"""Measure, print, keep: `python -m tests.bench [--short] [--only CASE]`. Over a limit or not, it ends with 0."""

import argparse
import sys
from pathlib import Path

from tests.bench import portal, report
from tests.bench.frame import Row, Size, Skipped, case_modules, on_postgres, rows_of

ANSWER = Path(__file__).parents[2] / "var" / "bench.json"
NO_POSTGRES = "No PostgreSQL answers: measured on SQLite, and what needs PostgreSQL is skipped."


def main() -> None:
    cases = [name.removeprefix("case_") for name in case_modules()]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer runs and smaller worlds, as in CI")
    parser.add_argument("--only", choices=cases, action="append", metavar="CASE", help=", ".join(cases))
    parser.add_argument("--output", type=Path, default=ANSWER, metavar="FILE", help="the ratios as JSON")
    chosen = parser.parse_args()
    with portal.started():
        if not on_postgres():
            print(NO_POSTGRES)
        rows, skipped = measured(chosen.only or cases, Size(is_short=chosen.short))
    print(report.table(rows))
    for one in skipped:
        print(f"{one.name}: skipped. {one.why}")
    report.write_json(chosen.output, report.as_json(rows, skipped, Size(is_short=chosen.short)))


def measured(cases: list[str], size: Size) -> tuple[list[Row], list[Skipped]]:
    """All rows of these cases; who waits sees each as it comes."""
    rows: list[Row] = []
    skipped: list[Skipped] = []
    for case in cases:
        for found in rows_of(f"case_{case}", size):
            print(f"… {found.name}", file=sys.stderr)
            (rows if isinstance(found, Row) else skipped).append(found)  # type: ignore[arg-type]
    return rows, skipped


if __name__ == "__main__":
    main()
