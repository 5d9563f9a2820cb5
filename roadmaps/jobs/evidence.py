"""Files that people attach to reports and presentations."""

from accounts.orphans import sweep
from roadmaps.evidence_files import FOLDER
from roadmaps.models import Evidence, Presentation


def sweep_evidence() -> int:
    """Delete files that nothing names: their request died before the row was written. Returns how many."""
    rows = [model.objects.values_list("file", "preview") for model in (Evidence, Presentation)]
    named = {place for places in rows for pair in places for place in pair}
    return sweep(FOLDER, named)
