"""What a person does with a batch of spreadsheets: hand it in, answer, match, confirm, cancel, undo."""

from collections.abc import Iterable
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction

from accounts.jobs import enqueue
from accounts.models import Job, audit
from indicators.services.recompute import request_recompute
from monitoring.jobs import spool
from monitoring.jobs.checking import recheck
from monitoring.jobs.totals import group_of, refresh_totals
from monitoring.jobs.touched import touched_by
from monitoring.jobs.uploads import GONE, NOTHING_TO_WRITE
from monitoring.jobs.writer import KEY, result_key, save_results, snapshot
from monitoring.models import Result, ResultChange, Upload
from schools.models import Municipality, School
from schools.services import add_alias


class UploadRefused(Exception):
    """This cannot be done with the upload now; the text is for people."""


def start_upload(*, municipality: Municipality, files: Iterable[tuple[str, BinaryIO]], by: Any) -> Upload:
    """Take files in and have a worker read them."""
    with transaction.atomic():
        upload = Upload.objects.create(municipality=municipality, created_by=by)
        try:
            spool.put_raw(upload.pk, files)
            upload.job = enqueue(Job.Kind.READ_UPLOAD, municipality_id=municipality.pk, subject_id=upload.pk, by=by)
            upload.save(update_fields=["job"])
            audit("upload_started", upload, by=by, municipality_id=municipality.pk)
        except BaseException:
            spool.drop(upload.pk)
            raise
    return upload


def answer_questions(*, upload: Upload, answers: dict[str, dict[str, str]], by: Any) -> None:
    """Keep what the person says of the files (by file name) and check the batch again."""
    with transaction.atomic():
        upload = _locked(upload, Upload.Status.CHECKED)
        for name, said in answers.items():
            upload.options[name] = {**upload.options.get(name, {}), **said}
        upload.save(update_fields=["options"])
        audit("upload_answered", upload, by=by, municipality_id=upload.municipality_id)
        _recheck(upload)


def match_school(*, upload: Upload, kind: str, key: str, school: School, by: Any) -> None:
    """Let a code, login or name of the file mean this school from now on, and check the batch again."""
    with transaction.atomic():
        upload = _locked(upload, Upload.Status.CHECKED)
        try:
            with transaction.atomic():
                add_alias(school, kind, key)
        except IntegrityError:  # a code or a login names one school; meanwhile somebody said it is another
            raise UploadRefused(
                f"«{key}» уже значит другую школу. Если это верно, загрузите файл снова: она найдётся сама."
            ) from None
        audit("school_matched", upload, by=by, municipality_id=upload.municipality_id, school=school.pk, key=key)
        _recheck(upload)


def _recheck(upload: Upload) -> None:
    batch = spool.load_parsed(upload.pk)
    if batch is None:
        raise UploadRefused(GONE)
    recheck(upload, batch)


def confirm(*, upload: Upload, by: Any) -> Job:
    """Write the files without errors; the others stay out."""
    with transaction.atomic():
        upload = _locked(upload, Upload.Status.CHECKED)
        if not upload.has_something_to_write:
            raise UploadRefused(NOTHING_TO_WRITE)
        job = enqueue(Job.Kind.STORE_UPLOAD, municipality_id=upload.municipality_id, subject_id=upload.pk, by=by)
        upload.status, upload.job = Upload.Status.STORING, job
        upload.save(update_fields=["status", "job"])
        audit("upload_confirmed", upload, by=by, municipality_id=upload.municipality_id)
    return job


def cancel(*, upload: Upload, by: Any) -> None:
    """Forget a batch that was not written."""
    with transaction.atomic():
        upload = _locked(upload, Upload.Status.CHECKED, Upload.Status.FAILED)
        upload.status = Upload.Status.CANCELLED
        upload.save(update_fields=["status"])
        audit("upload_cancelled", upload, by=by, municipality_id=upload.municipality_id)
        transaction.on_commit(lambda: spool.drop(upload.pk))


def undo(*, upload: Upload, by: Any) -> bool:
    """Put back what the upload replaced and take away what it added, unless a later upload changed it again.

    False when it had changed nothing: then there is nothing to recompute either.
    """
    with transaction.atomic():
        upload = _locked(upload, Upload.Status.STORED)
        Municipality.objects.lock(upload.municipality_id)  # no other upload is written meanwhile
        changes = list(upload.result_changes.select_related("school"))
        stored = _stored(changes)
        for change in changes:
            current = stored.get((change.school_id, *change.key))
            if (snapshot(current) if current else None) != change.after:
                raise UploadRefused(
                    f"Результаты школы «{change.school.name}» с тех пор изменила более поздняя загрузка. "
                    "Сначала отзовите её."
                )
        _restore(changes, stored)
        upload.status = Upload.Status.UNDONE
        upload.save(update_fields=["status"])
        upload.entries.update(stored=False)
        audit("upload_undone", upload, by=by, municipality_id=upload.municipality_id)
        if changes:
            told = ((change.school_id, change.key, change.before, change.after) for change in changes)
            scope = touched_by(upload.municipality_id, told)
            request_recompute(municipality_id=upload.municipality_id, by=by, scope=scope)
    return bool(changes)


def _stored(changes: list[ResultChange]) -> dict[tuple, Result]:
    results = Result.objects.filter(
        school_id__in={change.school_id for change in changes}, school_year__in={change.key[0] for change in changes}
    )
    return {result_key(result): result for result in results}


def _restore(changes: list[ResultChange], stored: dict[tuple, Result]) -> None:
    restored = [
        Result(school_id=change.school_id, **dict(zip(KEY, change.key, strict=True)), **change.before)
        for change in changes
        if change.before is not None
    ]
    added = [
        stored[(change.school_id, *change.key)]
        for change in changes
        if change.before is None and change.after is not None
    ]
    groups = {group_of(result) for result in [*restored, *added]}
    save_results(restored)
    Result.objects.filter(pk__in=[result.pk for result in added]).delete()
    refresh_totals(groups)


def _locked(upload: Upload, *statuses: str) -> Upload:
    """The upload under a lock, if it is still in one of these states."""
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.status not in statuses:
        raise UploadRefused(f"Загрузка уже в состоянии «{upload.get_status_display()}»: обновите страницу.")
    return upload
