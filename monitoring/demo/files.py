"""All demonstration spreadsheets of a municipality."""

from pathlib import Path

from monitoring.demo.cases import read_results
from monitoring.demo.gia_files import write_ege, write_oge
from monitoring.demo.levels_files import write_kdr
from monitoring.demo.vpr_autumn_files import write_autumn_vpr
from monitoring.demo.vpr_files import write_vpr
from monitoring.demo.vpr_pupils_files import write_vpr_pupils


def write_demo_files(fixtures: Path, folder: Path) -> list[Path]:
    """Write them below `folder`, one folder a school year; the same fixtures give the same bytes."""
    results = read_results(fixtures)
    return [
        *write_oge(results, folder),
        *write_ege(results, folder),
        *write_kdr(results, folder),
        *write_vpr(results, folder),
        *write_vpr_pupils(results, folder),
        *write_autumn_vpr(results, folder),
    ]
