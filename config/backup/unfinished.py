"""What was under way when the backup was made, and cannot go on as if nothing had happened."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from accounts.models import Job
from monitoring.models import Upload

SPOOL_IS_GONE = (
    "Портал восстановлен из резервной копии, а файлы незаписанных загрузок в неё не входят. "
    "Загрузите их ещё раз на странице «Данные»."
)
WAITING = (Upload.Status.READING, Upload.Status.CHECKED, Upload.Status.STORING)
OF_UPLOADS = (Job.Kind.READ_UPLOAD, Job.Kind.STORE_UPLOAD)


@dataclass(frozen=True)
class Settled:
    uploads: int  # ended: their files are not in a backup
    jobs: int  # will be done from their start


def settle_unfinished() -> Settled:
    """Uploads whose files lay in the spool fail together with their jobs, and say why; all other work is done again.

    What was read of a checked upload is gone as well, so the job that read it has failed, too.
    """
    uploads = Upload.objects.filter(status__in=WAITING)
    unfinished = Q(status__in=(Job.Status.QUEUED, Job.Status.RUNNING))
    Job.objects.filter(Q(pk__in=uploads.values("job")) | unfinished, kind__in=OF_UPLOADS).update(
        status=Job.Status.FAILED, problem=SPOOL_IS_GONE, finished_at=timezone.now()
    )
    return Settled(
        uploads=uploads.update(status=Upload.Status.FAILED),
        jobs=Job.objects.filter(unfinished).begin_anew(),
    )
