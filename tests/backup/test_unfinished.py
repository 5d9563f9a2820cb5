"""What was under way when the backup was made ends in a state that people understand, or goes on."""

import pytest
from django.utils import timezone

from accounts import jobs
from accounts.models import Job
from config.backup.making import make_backup
from config.backup.restoring import restore_backup
from config.backup.unfinished import SPOOL_IS_GONE
from monitoring.models import Upload
from tests.backup.portal import empty_portal
from tests.factories import JobFactory, UploadFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def carried_over(archive):
    """Rows as they are after a backup of them was restored."""

    def carry_over(*rows):
        make_backup(archive)
        empty_portal()
        restore_backup(archive)
        for row in rows:
            row.refresh_from_db()

    return carry_over


def running(kind: str, **fields) -> Job:
    now = timezone.now()
    return JobFactory(
        kind=kind, status="running", attempts=2, sent_at=now, started_at=now, heartbeat_at=now, done_steps=1, **fields
    )


@pytest.mark.parametrize(
    ("status", "kind", "job_status"),
    [
        ("reading", Job.Kind.READ_UPLOAD, "queued"),
        ("reading", Job.Kind.READ_UPLOAD, "running"),
        ("checked", Job.Kind.READ_UPLOAD, "done"),
        ("storing", Job.Kind.STORE_UPLOAD, "queued"),
        ("storing", Job.Kind.STORE_UPLOAD, "running"),
    ],
)
def test_an_upload_whose_files_are_not_in_the_backup_says_so(carried_over, status, kind, job_status):
    ended = timezone.now() if job_status == "done" else None
    job = JobFactory(kind=kind, status=job_status, started_at=ended, finished_at=ended)
    upload = UploadFactory(municipality=job.municipality, status=status, job=job)
    Job.objects.filter(pk=job.pk).update(subject_id=upload.pk)
    carried_over(upload, job)
    assert upload.status == Upload.Status.FAILED
    assert (job.status, job.problem) == (Job.Status.FAILED, SPOOL_IS_GONE)
    assert job.finished_at is not None


@pytest.mark.parametrize("status", ["stored", "cancelled", "undone", "failed"])
def test_an_upload_that_is_over_stays_as_it_was(carried_over, status):
    job = JobFactory(kind=Job.Kind.STORE_UPLOAD, status="done", finished_at=timezone.now())
    upload = UploadFactory(municipality=job.municipality, status=status, job=job)
    carried_over(upload, job)
    assert (upload.status, job.status) == (status, "done")


@pytest.mark.parametrize("kind", [Job.Kind.RECOMPUTE, Job.Kind.RENDER_REPORT])
def test_other_work_is_sent_again_at_once(carried_over, sent_tasks, kind):
    long_ago = timezone.now() - timezone.timedelta(hours=1)
    under_way, waiting = (
        running(kind, created_at=long_ago),
        JobFactory(kind=kind, created_at=long_ago, sent_at=long_ago),
    )
    carried_over(under_way, waiting)
    for job in (under_way, waiting):
        assert (job.status, job.attempts, job.sent_at, job.started_at) == ("queued", 0, None, None)
    jobs.sweep()
    assert sorted(sent_tasks) == sorted([(kind, [under_way.pk]), (kind, [waiting.pk])])


def test_work_that_is_over_stays_as_it_was(carried_over):
    ended = timezone.now()
    over = [JobFactory(status=status, finished_at=ended, problem="слова") for status in ("done", "failed", "cancelled")]
    carried_over(*over)
    assert [job.status for job in over] == ["done", "failed", "cancelled"]
    assert {job.problem for job in over} == {"слова"}
