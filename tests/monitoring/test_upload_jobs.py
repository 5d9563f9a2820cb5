"""Reading and writing of an upload, cancelled and started again from the pages of jobs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from accounts.models import Job
from monitoring.jobs import uploads
from monitoring.models import Result, Upload
from schools.models import School
from tests.factories import SchoolFactory
from tests.monitoring.test_upload_pages import hand_in, protocol

pytestmark = pytest.mark.django_db(transaction=True)
WorkOff = Callable[[], list[Job]]


@pytest.fixture
def school() -> School:
    return SchoolFactory(code="125001")


@pytest.fixture
def client(school: School, log_in_as: Callable[..., Client]) -> Client:
    return log_in_as(Role.METHODIST, school.municipality)


def press(client: Client, name: str, job: Job | None) -> str:
    assert job is not None
    return client.post(reverse(f"accounts:{name}", args=[job.pk]), follow=True).text


def confirmed(client: Client, work_off_jobs: WorkOff) -> Upload:
    upload = hand_in(client, protocol([("125001", 17, 4)]))
    work_off_jobs()
    client.post(reverse("monitoring:upload_confirm", args=[upload.pk]))
    upload.refresh_from_db()
    return upload


def test_cancelled_reading_leaves_no_file_behind_and_asks_for_the_files_again(
    client: Client, work_off_jobs: WorkOff
) -> None:
    upload = hand_in(client, protocol([("125001", 17, 4)]))
    page = press(client, "cancel_job", upload.job)
    assert "Исходные файлы не хранятся: загрузите их снова." in page
    assert not (Path(settings.SPOOL_DIR) / f"upload-{upload.pk}").exists()
    assert work_off_jobs() == []
    page = client.get(upload.get_absolute_url()).text
    assert "Загрузка отменена" in page
    assert "загрузите их снова" in page
    assert "загрузите" in press(client, "do_job_again", upload.job).lower()
    assert not Job.objects.filter(status=Job.Status.QUEUED).exists()


def test_reading_cancelled_while_it_goes_on_writes_nothing(
    client: Client, work_off_jobs: WorkOff, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = hand_in(client, protocol([("125001", 17, 4)]))
    parse = uploads.parse

    def pressed_meanwhile(*args: Any, **kwargs: Any) -> Any:
        press(client, "cancel_job", upload.job)
        return parse(*args, **kwargs)

    monkeypatch.setattr(uploads, "parse", pressed_meanwhile)
    (job,) = work_off_jobs()
    upload.refresh_from_db()
    assert (job.status, upload.status) == (Job.Status.CANCELLED, Upload.Status.CANCELLED)
    assert not upload.entries.exists()
    assert not (Path(settings.SPOOL_DIR) / f"upload-{upload.pk}").exists()


def test_cancelled_writing_waits_for_confirmation_again_and_can_be_started_again(
    client: Client, work_off_jobs: WorkOff
) -> None:
    upload = confirmed(client, work_off_jobs)
    press(client, "cancel_job", upload.job)
    assert work_off_jobs() == []
    assert not Result.objects.exists()
    page = client.get(upload.get_absolute_url()).text
    assert "Запись отменили: загрузка снова ждёт подтверждения." in page
    assert "Записать всё" in page
    press(client, "do_job_again", upload.job)
    assert "Результаты записываются" in client.get(upload.get_absolute_url()).text
    work_off_jobs()
    assert Result.objects.get().mark_4 == 1


def test_writing_that_failed_says_why_and_is_started_again(
    client: Client, work_off_jobs: WorkOff, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = confirmed(client, work_off_jobs)
    with monkeypatch.context() as broken:
        broken.setattr(uploads, "store", lambda *_, **__: 1 / 0)
        work_off_jobs()
    page = client.get(upload.get_absolute_url()).text
    assert "внутренней ошибки" in page
    assert reverse("accounts:job", args=[upload.job_id]) in page
    press(client, "do_job_again", upload.job)
    work_off_jobs()
    upload.refresh_from_db()
    assert upload.status == Upload.Status.STORED
    assert Result.objects.exists()


def test_writing_that_was_confirmed_anew_is_not_started_again_beside_it(client: Client, work_off_jobs: WorkOff) -> None:
    upload = confirmed(client, work_off_jobs)
    first = upload.job
    press(client, "cancel_job", first)
    client.post(reverse("monitoring:upload_confirm", args=[upload.pk]))
    assert "уже записали или отменили" in press(client, "do_job_again", first)
    work_off_jobs()
    assert "С тех пор с этой загрузкой сделали что-то другое." in client.get(reverse("accounts:jobs")).text
