"""КДР in the portal's own flat table: how many pupils of a school reached each level."""

from pathlib import Path
from typing import Any

from indicators.subjects import subject_name
from monitoring.demo.cases import DemoResults
from monitoring.demo.workbooks import save_rows
from schools.periods import school_year_label

LEVELS = ("Недостаточный", "Пониженный", "Базовый", "Повышенный")
HEADER = ("Год", "Процедура", "Предмет", "Класс", "Код ОО", "Школа", "Участников", *LEVELS)


def write_kdr(results: DemoResults, folder: Path) -> list[Path]:
    """A table a school year, with all its works."""
    written = []
    for year in sorted({work.school_year for work in results.kdr}):
        place = folder / f"{year}-{year + 1}"
        place.mkdir(parents=True, exist_ok=True)
        rows: list[list[Any]] = [list(HEADER)]
        for work in results.kdr:
            if work.school_year != year:
                continue
            exam = [school_year_label(year), "КДР", subject_name(work.subject), work.grade]
            for code, counts in work.levels.items():
                rows.append([*exam, code, results.schools[code].name, sum(counts), *counts])
        path = place / f"КДР_{year}-{year + 1}.xlsx"
        save_rows(path, "КДР", rows)
        written.append(path)
    return written
