"""Bodies of background work: drawing documents."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.jobs import JobRefused, finishing
from accounts.models import Job
from accounts.orphans import sweep
from reports.formats import Format
from reports.kinds import kind_of
from reports.models import Report, ReportFile
from reports.rendering import draw

FOLDER = "reports"


def render_report(job: Job) -> None:
    """Draw the files of a report from its snapshot, all formats of its kind; a file that is there stays as it is."""
    report = Report.objects.filter(pk__in=[job.subject_id]).select_related("municipality").first()
    if report is None:
        raise JobRefused("Документ удалён, готовить нечего.")
    kind = kind_of(report.kind)
    missing = [one for one in kind.formats if one not in {file.format for file in report.drawn}]
    content, drawn = kind.read(report.snapshot), {}
    for done, format in enumerate(missing):
        job.report(done, len(missing) + 1, f"Готовим {format.label}")
        drawn[format] = draw(content, format)
    job.report(len(missing), len(missing) + 1, "Сохраняем файлы")
    with finishing(job):
        for format, file in drawn.items():
            store_file(report, format, file)


def store_file(report: Report, format: Format, content: bytes) -> None:
    """Whole or not at all, in the caller's transaction: the row names the file only when all of it is there.

    The checksum is in the name, so a repetition after a fault writes the same bytes to the same place.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    about = f"{report.municipality.slug}-{report.kind}-{report.period}"
    school = f"-{report.school_id}" if report.school_id else ""
    name = f"{FOLDER}/{about}{school}-{report.number}-{sha256[:16]}.{format}"
    default_storage.delete(name)  # may be half of a file, from a worker that died
    try:
        kept_as = default_storage.save(name, ContentFile(content))
    except OSError:
        default_storage.delete(name)  # the half for which there was room
        raise
    ReportFile.objects.create(report=report, format=format, file=kept_as, sha256=sha256)


def sweep_files() -> int:
    """Delete drawn files that no report names: their worker died, and the job was given up. Returns how many."""
    return sweep(FOLDER, set(ReportFile.objects.values_list("file", flat=True)))
