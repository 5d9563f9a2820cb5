"""Reading, storing and sweeping of uploads: the body of the background work."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.jobs import JobRefused
from accounts.models import Job
from indicators.services.recompute import request_recompute
from monitoring.imports.parse import parse
from monitoring.imports.parsed import ParsedBatch
from monitoring.imports.sources import NamedFile
from monitoring.jobs import spool
from monitoring.jobs.checking import Checked, check_batch, entries, recheck
from monitoring.jobs.writer import result_key, touched_exams, write
from monitoring.models import StoredSheet, Upload, UploadEntry
from schools.models import Municipality

GONE = "Прочитанные файлы уже удалены: загрузите их снова."


def read_upload(job: Job) -> None:
    """Read the raw files of an upload, delete them, and say what is in them. Done again after a crash, it goes on."""
    upload = _upload_of(job)
    if upload.status != Upload.Status.READING:
        return
    batch = spool.load_parsed(upload.pk)
    if batch is None:
        files = spool.raw_files(upload.pk)
        if not files:
            raise JobRefused(GONE)
        inputs = [NamedFile(name, path) for name, path in files]
        batch = parse(
            inputs,
            clean_dir=spool.clean_folder(upload.pk),
            progress=lambda done, total: job.report(done, total + 1, f"Прочитано файлов: {done} из {total}"),
        )
        spool.save_parsed(upload.pk, batch)
    spool.drop_raw(upload.pk)
    with transaction.atomic():
        recheck(upload, batch)
        Upload.objects.filter(pk=upload.pk).update(status=Upload.Status.CHECKED)


def _upload_of(job: Job) -> Upload:
    return Upload.objects.select_related("municipality").get(pk=job.subject_id or 0)


def store_upload(job: Job) -> None:
    """Write a confirmed upload: its clean files, all in one transaction."""
    upload = _upload_of(job)
    if upload.status != Upload.Status.STORING:
        return
    batch = spool.load_parsed(upload.pk)
    if batch is None:
        raise JobRefused(GONE)
    job.report(0, 2, "Сравнение с записанными результатами")
    store(upload, batch, by=job.created_by)
    spool.drop(upload.pk)


def store(
    upload: Upload, batch: ParsedBatch, *, by: Any, replace_session: bool = False, recompute: bool = True
) -> Checked:
    """Write the clean files of a batch and keep their cleaned sheets; errors of others do not stop them.

    Uploads of one municipality are written one after the other, so that each compares with what the other wrote.
    """
    with transaction.atomic():
        Municipality.objects.select_for_update().get(pk=upload.municipality_id)
        checked = check_batch(upload.municipality_id, batch, upload.options, replace_session=replace_session)
        write(checked.plan, upload)
        upload.entries.all().delete()
        rows = entries(upload, checked)
        for row in rows:
            row.stored = row.is_writable
        UploadEntry.objects.bulk_create(rows, batch_size=500)
        brought = {row.name for row in rows if row.stored and (row.changes["new"] or row.changes["changed"])}
        keep_sheets(upload, batch, brought)
        upload.status, upload.stored_at = Upload.Status.STORED, timezone.now()
        upload.save(update_fields=["status", "stored_at"])
        results = [*checked.plan.fresh, *checked.plan.removed]
        if results and recompute:
            scope = touched_exams(result_key(result) for result in results)
            request_recompute(municipality_id=upload.municipality_id, by=by, scope=scope)
    return checked


def keep_sheets(upload: Upload, batch: ParsedBatch, stored_names: set[str]) -> None:
    """Copy the cleaned sheets of the stored files below MEDIA_ROOT, where pages show the rows behind a number."""
    kept_until = timezone.localdate() + timedelta(days=settings.KEEP_SOURCES_DAYS)
    place = f"sources/{upload.pk}"
    shutil.rmtree(Path(settings.MEDIA_ROOT) / place, ignore_errors=True)  # of a rolled back upload under this number
    rows: list[StoredSheet] = []
    for file in batch.files:
        if file.name not in stored_names:
            continue
        for sheet in file.clean:
            path = f"{place}/{len(rows):04d}.csv.gz"
            target = Path(settings.MEDIA_ROOT) / path
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(sheet.path, target)
            rows.append(
                StoredSheet(upload=upload, file_name=file.name, sheet=sheet.sheet, path=path, kept_until=kept_until)
            )
    StoredSheet.objects.bulk_create(rows)


def mark_failed(job: Job) -> None:
    """An upload whose job ended badly: what could not be read is over, what could not be written waits again."""
    uploads = Upload.objects.filter(pk=job.subject_id or 0)
    uploads.filter(status=Upload.Status.READING).update(status=Upload.Status.FAILED)
    uploads.filter(status=Upload.Status.STORING).update(status=Upload.Status.CHECKED)
    spool.drop_raw(job.subject_id or 0)


def sweep_uploads() -> int:
    """Uploads whose worker died for good are shown as failed; returns how many."""
    dead = Upload.objects.filter(
        status__in=[Upload.Status.READING, Upload.Status.STORING], job__status=Job.Status.FAILED
    ).select_related("job")
    for upload in dead:
        if upload.job is not None:
            mark_failed(upload.job)
    return len(dead)


def sweep_spool() -> int:
    """Delete what nobody needs any more: folders of ended or forgotten uploads, old temporary files, expired sheets."""
    now = timezone.now()
    limit = now - timedelta(hours=settings.SPOOL_HOURS)
    forgotten = Upload.objects.filter(
        status__in=[Upload.Status.READING, Upload.Status.CHECKED, Upload.Status.FAILED], created_at__lt=limit
    )
    forgotten.update(status=Upload.Status.CANCELLED)
    waiting = set(
        Upload.objects.filter(
            status__in=[Upload.Status.READING, Upload.Status.CHECKED, Upload.Status.STORING]
        ).values_list("pk", flat=True)
    )
    swept = 0
    for path in Path(settings.SPOOL_DIR).iterdir():
        number = path.name.removeprefix("upload-")
        is_upload = path.is_dir() and number.isdigit()
        try:
            old = path.stat().st_mtime < (now - timedelta(hours=1)).timestamp()
        except FileNotFoundError:  # a command or a worker has just ended and taken its folder away
            continue
        if (is_upload and int(number) not in waiting and old) or (not is_upload and old):
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
