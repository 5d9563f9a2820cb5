"""Bodies of background work: drawing documents."""

import hashlib
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.jobs import JobRefused, finishing
from accounts.models import Job
from reports.models import Report
from reports.rendering import note_pdf
from reports.snapshots import AnalyticalNote

STEPS = 2
FOLDER = "reports"


def render_report(job: Job) -> None:
    """Draw the file of a report from its snapshot; drawn once, it stays as it is."""
    report = Report.objects.filter(pk__in=[job.subject_id]).select_related("municipality").first()
    if report is None:
        raise JobRefused("Документ удалён, готовить нечего.")
    if report.file:
        return
    job.report(0, STEPS, "Готовим страницы и диаграмму")
    content = note_pdf(AnalyticalNote.from_json(report.snapshot))
    job.report(1, STEPS, "Сохраняем файл")
    with finishing(job):
        store_file(report, content)


def store_file(report: Report, content: bytes) -> None:
    """Whole or not at all, in the caller's transaction: the row names the file only when all of it is there.

    The checksum is in the name, so a repetition after a fault writes the same bytes to the same place.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    name = f"{FOLDER}/{report.municipality.slug}-{report.kind}-{report.period}-{report.number}-{sha256[:16]}.pdf"
    default_storage.delete(name)  # may be half of a file, from a worker that died
    try:
        kept_as = default_storage.save(name, ContentFile(content))
    except OSError:
        default_storage.delete(name)  # the half for which there was room
        raise
    Report.objects.filter(pk=report.pk, file="").update(file=kept_as, file_sha256=sha256)


def sweep_files() -> int:
    """Delete drawn files that no report names: their worker died, and the job was given up. Returns how many."""
    if not default_storage.exists(FOLDER):
        return 0
    named = set(Report.objects.exclude(file="").values_list("file", flat=True))
    a_day_ago = timezone.now() - timedelta(days=1)  # younger ones may be of a running job
    orphans = [
        name
        for name in (f"{FOLDER}/{file}" for file in default_storage.listdir(FOLDER)[1])
        if name not in named and default_storage.get_modified_time(name) < a_day_ago
    ]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)
