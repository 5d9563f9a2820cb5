"""The import without worker and broker: what the command does, through the very code of the upload page."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from indicators.services.recompute import recompute_now
from monitoring.imports.parse import parse
from monitoring.imports.problems import QUESTION, Problem
from monitoring.imports.sources import NamedFile
from monitoring.jobs.checking import Checked, check_batch
from monitoring.jobs.uploads import store
from monitoring.models import Upload
from schools.models import Municipality

ENTRY_FIELDS = (
    "name",
    "sha256",
    "layout",
    "procedure",
    "subject",
    "grade",
    "school_year",
    "wave",
    "attempt",
    "session",
    "rows",
    "participants",
    "schools",
    "dropped_columns",
)


def import_files(
    *,
    municipality: Municipality,
    inputs: Iterable[Path | str | NamedFile],
    options: dict[str, str],
    preview: bool = False,
    store_clean: bool = False,
    replace_session: bool = False,
    with_recompute: bool = True,
    by: Any = None,
) -> dict[str, Any]:
    """Read, check and (unless previewing) write files, then recompute what they touch; answers as the contract says.

    All or nothing, unless `store_clean`: then the files without errors are written.
    """
    with tempfile.TemporaryDirectory(dir=settings.SPOOL_DIR, prefix="foreground-") as clean_folder:
        batch = parse(inputs, clean_dir=Path(clean_folder))
        said = {"": options}
        checked = check_batch(municipality.pk, batch, said, replace_session=replace_session)
        writable = any(checked.is_writable(exam) for exam in checked.exams)
        stored = not preview and writable and (checked.is_clean or store_clean)
        if stored:
            with transaction.atomic():
                upload = Upload.objects.create(
                    municipality=municipality, status=Upload.Status.STORING, options=said, created_by=by
                )
                checked = store(upload, batch, by=by, replace_session=replace_session, recompute=False)
    if stored and checked.scope and with_recompute:
        recompute_now(municipality_id=municipality.pk, by=by, scope=checked.scope)
    return {"stored": stored, "files": [_told(checked, position, stored) for position in range(len(checked.exams))]}


def _with_option(problem: Problem) -> str:
    """The message, and by which option whoever calls the command answers it."""
    if not problem.option:
        return problem.message
    answer = "Укажите" if problem.severity == QUESTION else "Параметр команды"
    return f"{problem.message} {answer}: --{problem.option}."


def _told(checked: Checked, position: int, stored: bool) -> dict[str, Any]:
    exam = checked.exams[position]
    return {
        **{name: getattr(exam, name) for name in ENTRY_FIELDS},
        "stored": stored and checked.is_writable(exam),
        # What the page asks a person is an error here.
        "problems": [
            {
                "severity": "error" if problem.blocks else problem.severity,
                **{name: getattr(problem, name) for name in ("code", "sheet", "cell", "value")},
                "message": _with_option(problem),
            }
            for problem in exam.problems
        ],
        "changes": checked.plan.changes.get(position, {"new": 0, "changed": 0, "same": 0, "removed": 0}),
    }
