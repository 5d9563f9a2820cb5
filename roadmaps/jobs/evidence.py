"""Files that people attach to reports."""

from accounts.orphans import sweep
from roadmaps.evidence_files import FOLDER
from roadmaps.models import Evidence


def sweep_evidence() -> int:
    """Delete files that no evidence names: their request died before the report was written. Returns how many."""
    named = {place for places in Evidence.objects.values_list("file", "preview") for place in places}
    return sweep(FOLDER, named)
