"""What jobs about uploads work on, for the page of jobs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from accounts.job_subjects import Subject
from accounts.models import Job
from monitoring.models import Upload, UploadEntry
from schools.wording import moment

NAMED = 3  # so many files are named, the rest are counted
CANCELLING_READING = (
    "Файлы не дочитаются и сразу удалятся: понадобится загрузить их снова. Записанные результаты не изменятся."
)
CANCELLING_STORING = "Из загрузки ничего не запишется; она снова будет ждать подтверждения."
CHANGED_SINCE = "С тех пор с этой загрузкой сделали что-то другое."
NOTHING_LEFT = "Записывать в этой загрузке больше нечего."


def names_in_words(names: Iterable[str]) -> str:
    """The first files by name and how many more there are."""
    distinct = list(dict.fromkeys(names))
    shown = ", ".join(distinct[:NAMED])
    return f"{shown} и ещё {len(distinct) - NAMED}" if len(distinct) > NAMED else shown


def about_readings(user: Any, jobs: Sequence[Job]) -> dict[int, Subject]:
    """Raw files are deleted with the end of the reading, so it cannot be done again."""
    return {
        job.pk: Subject(
            text,
            upload.get_absolute_url(),
            instead="Исходные файлы не хранятся: загрузите их снова.",
            instead_link=reverse("monitoring:uploads"),
            instead_link_text="Загрузить файлы",
        )
        for job, upload, text in _uploads_of(user, jobs)
    }


def about_storings(user: Any, jobs: Sequence[Job]) -> dict[int, Subject]:
    """Done again while the upload still waits for it and something in it can be written: as `store_again` allows."""
    found = {}
    uploads = _uploads_of(user, jobs)
    entries = UploadEntry.objects.filter(upload__in={upload.pk for _, upload, _ in uploads}, is_writable=True)
    writable = set(entries.values_list("upload_id", flat=True))
    for job, upload, text in uploads:
        waits = upload.status == Upload.Status.CHECKED and upload.job_id == job.pk
        way = {} if waits and upload.pk in writable else {
            "instead": NOTHING_LEFT if waits else CHANGED_SINCE,
            "instead_link": upload.get_absolute_url(),
            "instead_link_text": "Открыть загрузку",
        }  # fmt: skip
        found[job.pk] = Subject(text, upload.get_absolute_url(), **way)
    return found


def _uploads_of(user: Any, jobs: Sequence[Job]) -> list[tuple[Job, Upload, str]]:
    uploads = Upload.objects.visible_to(user).in_bulk({job.subject_id for job in jobs if job.subject_id})
    names = defaultdict(list)
    entries = UploadEntry.objects.filter(upload__in=uploads).order_by("upload", "position")
    for upload_id, name in entries.values_list("upload_id", "name"):
        names[upload_id].append(name)
    found = [(job, uploads[job.subject_id]) for job in jobs if job.subject_id in uploads]
    return [(job, upload, _in_words(upload, names[upload.pk])) for job, upload in found]


def _in_words(upload: Upload, names: list[str]) -> str:
    """The files are known once they are read."""
    when = f"Загрузка от {moment(upload.created_at)}"
    return f"{when}: {names_in_words(names)}" if names else when
