"""What the bench found: a table for people, JSON of the ratios beside their limits."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.bench.frame import Row, Size, Skipped

HEAD = ("", "ours", "floor", "ratio", "limit", "memory", "", "the floor is; counts")


def table(rows: Iterable[Row]) -> str:
    """Columns in plain English, as wide as they have to be."""
    lines = [HEAD, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD) - 1)]
    return "\n".join(
        "  ".join(
            [
                line[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:], strict=True)),
                line[-1],
            ]
        ).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    counts = ", ".join(f"{name} {count:,}" for name, count in row.counts.items())
    memory = "" if row.memory_mb is None else f"{row.memory_mb:.0f} MB"
    if row.memory_mb is not None and row.limit.memory_mb is not None:
        memory += f" of {row.limit.memory_mb:.0f}"
    return (
        row.name,
        seconds(row.ours),
        seconds(row.floor),
        f"{row.ratio:.2f}",
        row.limit.words,
        memory,
        "over" if row.is_over else "ok",
        f"{row.floor_is}; {counts}" if counts else row.floor_is,
    )


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.3g} ms"


def as_json(rows: list[Row], skipped: list[Skipped], size: Size) -> dict[str, Any]:
    return {
        "size": "short" if size.is_short else "full",
        "rows": {
            row.name: {
                "ratio": round(row.ratio, 3),
                "at_most": row.limit.at_most,
                "at_least": row.limit.at_least,
                "memory_mb": row.memory_mb,
                "memory_limit_mb": row.limit.memory_mb,
                "count_limits": row.limit.counts,
                "ours_seconds": row.ours,
                "floor_seconds": row.floor,
                "floor_is": row.floor_is,
                "counts": row.counts,
                "over": row.is_over,
            }
            for row in rows
        },
        "skipped": {one.name: one.why for one in skipped},
    }


def write_json(path: Path, data: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
