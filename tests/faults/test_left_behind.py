"""What a crash leaves in the spool, below MEDIA_ROOT and in the broker's folders: the next start clears it away."""

import os
import time
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Job
from config import celery_app
from monitoring.jobs import spool
from monitoring.jobs.uploads import sweep_spool
from monitoring.models import Upload
from tests.factories import JobFactory, MunicipalityFactory, UploadFactory
from tests.faults.fingerprint import fingerprint, orphans, spooled
from tests.faults.harness import Nursery, queued, wait_until, work_through
from tests.faults.killing import sweep_files_later
from tests.faults.test_killed_workers import importing
from tests.faults.works import forget
from tests.house.waiting_task import KIND, began, may_end

folder_broker = pytest.mark.skipif(bool(settings.REDIS_URL), reason="the broker of the embedded portal is a folder")


def written(path: Path, content: str = "половина") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_halves_in_the_spool_do_not_disturb_the_attempt_that_follows(nursery: Nursery, tmp_path: Path) -> None:
    killing = importing(nursery, tmp_path / "books")
    killing.do()
    clean = fingerprint()
    forget(*killing.made)
    job = killing.stages[0].begin()
    upload = Upload.objects.get()
    written(spool.folder(upload.pk) / "clean-1" / "0000-0.csv.gz")
    written(spool.folder(upload.pk) / "parsed-1.part", '{"files": [')
    written(spool.folder(upload.pk) / "names.part", "[")
    work_through()
    job.refresh_from_db()
    assert job.status == Job.Status.DONE
    written(Path(settings.MEDIA_ROOT) / f"sources/{upload.pk}/0099.csv.gz")  # of a transaction that was rolled back
    killing.do_stage(killing.stages[1])
    killing.is_as(clean)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("empty_folders")
def test_what_nobody_waits_for_is_cleared_away_when_it_is_old_enough() -> None:
    waiting = UploadFactory(status=Upload.Status.CHECKED)
    root, media = Path(settings.SPOOL_DIR), Path(settings.MEDIA_ROOT)
    kept = written(spool.folder(waiting.pk) / "parsed-1.json", "{}")
    written(spool.folder(waiting.pk + 1) / "raw" / "000")  # its row was rolled back
    written(root / "foreground-1a2b" / "0000-0.csv.gz")  # of a command
    written(root / "tmp1a2b.upload.xlsx")  # of a web process
    written(media / f"sources/{waiting.pk + 1}/0000.csv.gz")
    sweep_spool()
    assert len(spooled()) == 4, "they may be of somebody who works at this moment"
    sweep_files_later()
    assert spooled() == [kept.relative_to(root).as_posix()]
    assert orphans() == set()


@folder_broker
def test_a_message_that_a_dead_worker_had_taken_goes_to_the_next(nursery: Nursery) -> None:
    job = JobFactory(kind=KIND, municipality=MunicipalityFactory())
    celery_app.send_task(KIND, args=[job.pk])
    broker = Path(settings.BROKER_DIR)
    (message,) = (broker / "queues" / settings.CELERY_TASK_DEFAULT_QUEUE).iterdir()
    taken = broker / "claims" / "of-the-dead" / settings.CELERY_TASK_DEFAULT_QUEUE / message.name
    taken.parent.mkdir(parents=True)
    message.rename(taken)
    may_end().touch()
    nursery.worker()
    assert wait_until(lambda: Job.objects.get(pk=job.pk).is_over)
    assert not taken.exists()
    for path in (may_end(), began(1)):
        path.unlink()


@folder_broker
def test_halves_of_messages_are_not_taken_and_do_not_stay(nursery: Nursery) -> None:
    queue = Path(settings.BROKER_DIR) / "queues" / settings.CELERY_TASK_DEFAULT_QUEUE
    half = written(queue / ".00001-half", '{"body": "')
    fresh = written(queue / ".00002-being-written", '{"body": "')
    an_hour_ago = time.time() - 3600
    os.utime(half, (an_hour_ago, an_hour_ago))
    unborn = Path(settings.BROKER_DIR) / "claims" / ".unborn"
    unborn.mkdir(parents=True)
    os.utime(unborn, (an_hour_ago, an_hour_ago))
    nursery.worker()
    assert wait_until(lambda: not half.exists() and not unborn.exists())
    assert fresh.exists()
    assert queued() == 0
