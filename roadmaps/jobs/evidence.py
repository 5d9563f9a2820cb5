"""Files that people attach to reports and presentations, and those that nobody will send any more."""

from datetime import timedelta
from itertools import chain

import structlog
from django.utils import timezone

from accounts.orphans import sweep
from roadmaps.evidence_files import FOLDER
from roadmaps.models import Evidence, HeldFile, Presentation
from roadmaps.models.files import AttachedFile
from roadmaps.states import ReportState

logger = structlog.get_logger("portal.evidence")

# Whose rows name files of the folder. Held files first: one that goes over to a report meanwhile is then met there.
_keepers: list[type[AttachedFile]] = [HeldFile, Evidence, Presentation]
DRAFT_DAYS = 365  # a draft that is not touched for longer keeps its words and links, not its files


def register(model: type[AttachedFile]) -> None:
    """A model of an upper app that keeps such files too."""
    if model not in _keepers:
        _keepers.append(model)


def sweep_evidence() -> int:
    """Delete files that nothing names: their request died before the row was written, or nobody sent what they were
    chosen for. Returns how many."""
    now = timezone.now()
    _, rows = HeldFile.objects.filter(at__lt=now - timedelta(days=HeldFile.DAYS)).delete()
    left = {"report__state": ReportState.DRAFT, "report__written_at__lt": now - timedelta(days=DRAFT_DAYS)}
    _, drafts = Evidence.objects.exclude(file="").filter(**left).delete()
    if rows or drafts:
        logger.info("evidence given up", held=sum(rows.values()), of_drafts=sum(drafts.values()))
    places = (model._default_manager.values_list("file", "preview") for model in _keepers)
    return sweep(FOLDER, set(chain.from_iterable(chain.from_iterable(places))))
