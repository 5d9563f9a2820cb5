"""Reading, storing and sweeping of uploads: the body of the background work."""

import contextlib
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.jobs import JobRefused, finishing
from accounts.models import Job, JobLost
from indicators.services.recompute import request_recompute
from monitoring.imports.parse import parse
from monitoring.imports.parsed import ParsedBatch
from monitoring.imports.sources import NamedFile
from monitoring.jobs import spool
from monitoring.jobs.checking import Checked, check_batch, entries, recheck
from monitoring.jobs.touched import touched_by
from monitoring.jobs.writer import write
from monitoring.models import StoredSheet, Upload, UploadEntry
from schools.models import Municipality

# Uploads that still need what lies in the spool.
WAITING = (Upload.Status.READING, Upload.Status.CHECKED, Upload.Status.STORING)
GONE = "Прочитанные файлы уже удалены: загрузите их снова."
NOTHING_TO_WRITE = (
    "Записывать нечего: файлы с ошибками и те, что решили не загружать, не записываются. "
    "Загрузите исправленные файлы снова."
)
# Why a job that was to write an upload is not done again, by what has become of the upload since.
SINCE_THEN: dict[str, str] = {
    Upload.Status.CHECKED: "Эту загрузку с тех пор подтверждали ещё раз: откройте её и решите, что с ней делать.",
    Upload.Status.STORING: "Эту загрузку уже записывает более поздняя работа: итог появится на странице загрузки.",
    Upload.Status.STORED: "Эту загрузку уже записали, повторять запись незачем.",
    Upload.Status.CANCELLED: "Эту загрузку отменили. Если её результаты нужны, загрузите файлы снова.",
    Upload.Status.UNDONE: "Эту загрузку записали и отозвали. Если её результаты нужны, загрузите файлы снова.",
}
DELETED = "Этой загрузки больше нет. Если её результаты нужны, загрузите файлы снова."


def read_upload(job: Job) -> None:
    """Read the raw files of an upload, delete them, and say what is in them. Done again after a crash, it goes on."""
    upload = _upload_of(job)
    if upload.status != Upload.Status.READING:
        return
    try:
        batch = spool.load_parsed(upload.pk) or _parsed(job, upload)
        spool.drop_raw(upload.pk)
        job.rows = _rows(batch)
        with finishing(job):
            recheck(upload, batch)
            Upload.objects.filter(pk=upload.pk).update(status=Upload.Status.CHECKED)
    except (JobLost, OSError):  # whoever cancels takes the files away under the reader's hands
        _leave(upload)
        raise


def _upload_of(job: Job) -> Upload:
    return Upload.objects.get(pk=job.subject_id or 0)


def _parsed(job: Job, upload: Upload) -> ParsedBatch:
    files = spool.raw_files(upload.pk)
    if not files:
        raise JobRefused(GONE)
    batch = parse(
        [NamedFile(name, path) for name, path in files],
        clean_dir=spool.empty_clean_folder(upload.pk, job.attempts),
        progress=lambda done, total: job.report(done, total + 1, f"Прочитано файлов: {done} из {total}"),
    )
    job.report(len(files), len(files) + 1, "Проверка прочитанного")  # nothing is left behind once it was cancelled
    spool.save_parsed(upload.pk, job.attempts, batch)
    return batch if job.attempts == 1 else spool.load_parsed(upload.pk) or batch


def _rows(batch: ParsedBatch) -> int:
    return sum(exam.rows for file in batch.files for exam in file.exams)


def _leave(upload: Upload) -> None:
    """A worker that lost its job must not leave files of a cancelled upload behind."""
    upload.refresh_from_db(fields=["status"])
    if upload.status not in WAITING:
        spool.drop(upload.pk)


def store_upload(job: Job) -> None:
    """Write a confirmed upload: its clean files, all in one transaction."""
    upload = _upload_of(job)
    if upload.status != Upload.Status.STORING:
        return
    batch = spool.load_parsed(upload.pk)
    if batch is None:
        raise JobRefused(GONE)
    job.rows = _rows(batch)
    job.report(0, 2, "Сравнение с записанными результатами")
    with finishing(job):
        store(upload, batch, by=job.created_by)
    spool.drop(upload.pk)


def store(
    upload: Upload, batch: ParsedBatch, *, by: Any, replace_session: bool = False, recompute: bool = True
) -> Checked:
    """Write the clean files of a batch and keep their cleaned sheets; errors of others do not stop them.

    Uploads of one municipality are written one after the other, so that each compares with what the other wrote.
    """
    with transaction.atomic():
        Municipality.objects.lock(upload.municipality_id)
        checked = check_batch(upload.municipality_id, batch, upload.options, replace_session=replace_session)
        changes = write(checked.plan, upload)
        upload.entries.all().delete()
        rows = entries(upload, checked)
        for row in rows:
            row.stored = row.is_writable
        UploadEntry.objects.bulk_create(rows, batch_size=500)
        brought = {row.name for row in rows if row.stored and (row.changes["new"] or row.changes["changed"])}
        keep_sheets(upload, batch, brought)
        upload.status, upload.stored_at = Upload.Status.STORED, timezone.now()
        upload.save(update_fields=["status", "stored_at"])
        if not checked.plan.is_empty:
            checked.scope = touched_by(upload.municipality_id, changes)
            if recompute:
                request_recompute(municipality_id=upload.municipality_id, by=by, scope=checked.scope)
    return checked


def keep_sheets(upload: Upload, batch: ParsedBatch, stored_names: set[str]) -> None:
    """Copy the cleaned sheets of the stored files below MEDIA_ROOT, where pages show the rows behind a number."""
    kept_until = timezone.localdate() + timedelta(days=settings.KEEP_SOURCES_DAYS)
    place = f"sources/{upload.pk}"
    folder = Path(settings.MEDIA_ROOT) / place
    rows: list[StoredSheet] = []
    with _whole_or_not_at_all(folder):
        for file in batch.files:
            if file.name not in stored_names:
                continue
            for sheet in file.clean:
                name = f"{len(rows):04d}.csv.gz"
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.copyfile(sheet.path, folder / name)
                row = StoredSheet(upload=upload, file_name=file.name, sheet=sheet.sheet, path=f"{place}/{name}")
                row.kept_until = kept_until
                rows.append(row)
    StoredSheet.objects.bulk_create(rows)


@contextlib.contextmanager
def _whole_or_not_at_all(folder: Path) -> Iterator[None]:
    """What a broken attempt left there is taken away before; what this one could not write whole, after."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def ended_badly(job: Job) -> None:
    """An upload whose job failed or was cancelled: what was not read is over, what was not written waits again."""
    uploads = Upload.objects.filter(pk=job.subject_id or 0)
    over = Upload.Status.CANCELLED if job.status == Job.Status.CANCELLED else Upload.Status.FAILED
    uploads.filter(status=Upload.Status.READING).update(status=over)
    uploads.filter(status=Upload.Status.STORING).update(status=Upload.Status.CHECKED)
    if job.kind == Job.Kind.READ_UPLOAD:
        transaction.on_commit(lambda: spool.drop(job.subject_id or 0))


def read_again(job: Job) -> None:
    """The raw files are gone with the end of the job, as they must be."""
    raise JobRefused("Исходные файлы не хранятся. Загрузите их снова на странице «Данные».")


def store_again(job: Job) -> None:
    """As the person's confirmation did, and refused where that would be."""
    upload = Upload.objects.select_for_update().filter(pk=job.subject_id or 0).first()
    if upload is None:
        raise JobRefused(DELETED)
    if upload.status != Upload.Status.CHECKED or upload.job_id != job.pk:
        raise JobRefused(SINCE_THEN.get(upload.status, GONE))
    if not upload.has_something_to_write:
        raise JobRefused(NOTHING_TO_WRITE)
    upload.status = Upload.Status.STORING
    upload.save(update_fields=["status"])


def sweep_spool() -> int:
    """Delete what nobody needs any more: folders of ended or forgotten uploads, old temporary files, expired sheets."""
    now = timezone.now()
    limit = now - timedelta(hours=settings.SPOOL_HOURS)
    forgotten = Upload.objects.filter(
        status__in=[Upload.Status.READING, Upload.Status.CHECKED, Upload.Status.FAILED], created_at__lt=limit
    )
    forgotten.update(status=Upload.Status.CANCELLED)
    statuses = dict(Upload.objects.values_list("pk", "status"))
    swept = 0
    for path in Path(settings.SPOOL_DIR).iterdir():
        number = path.name.removeprefix("upload-")
        status = statuses.get(int(number)) if path.is_dir() and number.isdigit() else None
        try:
            young = path.stat().st_mtime > (now - timedelta(hours=1)).timestamp()
        except FileNotFoundError:  # a command or a worker has just ended and taken its folder away
            continue
        # What has no row may be of an upload that is being taken in, or of a command, at this moment.
        if status in WAITING or (status is None and young):
            continue
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        swept += 1
    return swept + _sweep_sheets()


def _sweep_sheets() -> int:
    """Expired sheets, and folders whose upload was never written."""
    expired = list(StoredSheet.objects.filter(kept_until__lt=timezone.localdate()))
    for sheet in expired:
        (Path(settings.MEDIA_ROOT) / sheet.path).unlink(missing_ok=True)
    StoredSheet.objects.filter(pk__in=[sheet.pk for sheet in expired]).delete()
    known = set(StoredSheet.objects.values_list("upload_id", flat=True))
    folders = Path(settings.MEDIA_ROOT) / "sources"
    an_hour_ago = (timezone.now() - timedelta(hours=1)).timestamp()  # younger ones may be of a running transaction
    orphans = [
        path
        for path in folders.glob("*")
        if path.name.isdigit() and int(path.name) not in known and path.stat().st_mtime < an_hour_ago
    ]
    for path in orphans:
        shutil.rmtree(path, ignore_errors=True)
    return len(expired) + len(orphans)
