"""Reading and writing of an upload, cancelled and started again from the pages of jobs."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from accounts.models import Job
from monitoring.imports import read_file
from monitoring.jobs import spool, uploads
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
    assert "уже записывает более поздняя работа" in press(client, "do_job_again", first)
    work_off_jobs()
    assert "С тех пор с этой загрузкой сделали что-то другое." in client.get(reverse("accounts:jobs")).text
    assert "Эту загрузку уже записали" in press(client, "do_job_again", first)


def test_writing_that_was_cancelled_twice_is_started_again_by_the_later_job(
    client: Client, work_off_jobs: WorkOff
) -> None:
    upload = confirmed(client, work_off_jobs)
    first = upload.job
    press(client, "cancel_job", first)
    client.post(reverse("monitoring:upload_confirm", args=[upload.pk]))
    upload.refresh_from_db()
    press(client, "cancel_job", upload.job)
    assert "с тех пор подтверждали ещё раз" in press(client, "do_job_again", first)
    press(client, "do_job_again", upload.job)
    assert Upload.objects.get().status == Upload.Status.STORING


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Upload.Status.CANCELLED, "Эту загрузку отменили"),
        (Upload.Status.UNDONE, "записали и отозвали"),
        (Upload.Status.FAILED, "уже удалены"),  # restored from a backup, which holds no waiting files
    ],
)
def test_why_writing_is_not_started_again_is_said_as_it_is(
    status: str, said: str, client: Client, work_off_jobs: WorkOff
) -> None:
    upload = confirmed(client, work_off_jobs)
    press(client, "cancel_job", upload.job)
    Upload.objects.update(status=status)
    assert said in press(client, "do_job_again", upload.job)
    assert Upload.objects.get().status == status


def test_writing_is_not_started_again_when_nothing_is_left_to_write(client: Client, work_off_jobs: WorkOff) -> None:
    upload = hand_in(client, protocol([("125001", 17, 4)]), protocol([("125001", 18, 5)], name="other.xlsx"))
    work_off_jobs()
    client.post(reverse("monitoring:upload_leave_out", args=[upload.pk]), {"file": "other.xlsx"})
    client.post(reverse("monitoring:upload_confirm", args=[upload.pk]))
    upload.refresh_from_db()
    press(client, "cancel_job", upload.job)
    page = reverse("accounts:job", args=[upload.job_id])
    assert "Запустить ещё раз" in client.get(page).text
    client.post(reverse("monitoring:upload_leave_out", args=[upload.pk]), {"file": "oge.xlsx"})
    assert "Запустить ещё раз" not in client.get(page).text
    assert "Записывать в этой загрузке больше нечего." in client.get(page).text
    assert "Записывать нечего" in press(client, "do_job_again", upload.job)
    assert work_off_jobs() == []
    upload.refresh_from_db()
    assert upload.status == Upload.Status.CHECKED
    assert (Path(settings.SPOOL_DIR) / f"upload-{upload.pk}" / "parsed-1.json").exists()


# --- Files that vanish under the worker's hands ----------------------------------------


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> list[type[Exception]]:
    """What would stand in the log, and go to Sentry, as faults of the portal."""
    told: list[type[Exception]] = []
    monkeypatch.setattr("accounts.jobs.log_fault", lambda job, error: told.append(type(error)))
    return told


def while_a_sheet_is_written(monkeypatch: pytest.MonkeyPatch, then: Callable[[], object]) -> None:
    """Read in this very process, so that something can happen in the middle of it."""
    write = read_file._write

    def interrupted(*args: Any) -> Any:
        then()
        return write(*args)

    monkeypatch.setattr(uploads, "parse", partial(uploads.parse, isolate=False))
    monkeypatch.setattr(read_file, "_write", interrupted)


def test_reading_cancelled_while_a_sheet_is_written_is_no_fault(
    client: Client, work_off_jobs: WorkOff, monkeypatch: pytest.MonkeyPatch, faults: list[type[Exception]]
) -> None:
    upload = hand_in(client, protocol([("125001", 17, 4)]))

    def cancelled() -> None:
        press(client, "cancel_job", upload.job)
        (spool.folder(upload.pk) / "clean-2").mkdir(parents=True)  # of a reader that wrote while it was deleted

    while_a_sheet_is_written(monkeypatch, cancelled)
    (job,) = work_off_jobs()
    upload.refresh_from_db()
    assert (job.status, upload.status) == (Job.Status.CANCELLED, Upload.Status.CANCELLED)
    assert faults == []
    assert list(Path(settings.SPOOL_DIR).iterdir()) == []


def test_files_that_vanish_though_nobody_cancelled_are_a_fault(
    client: Client, work_off_jobs: WorkOff, monkeypatch: pytest.MonkeyPatch, faults: list[type[Exception]]
) -> None:
    upload = hand_in(client, protocol([("125001", 17, 4)]))
    while_a_sheet_is_written(monkeypatch, lambda: spool.drop(upload.pk))
    (job,) = work_off_jobs()
    assert job.status == Job.Status.FAILED
    assert faults == [FileNotFoundError]


def test_writing_cancelled_just_before_its_files_go_is_no_fault(
    client: Client, work_off_jobs: WorkOff, monkeypatch: pytest.MonkeyPatch, faults: list[type[Exception]]
) -> None:
    upload = confirmed(client, work_off_jobs)

    def cancelled_twice(pk: int) -> Any:
        press(client, "cancel_job", upload.job)
        client.post(reverse("monitoring:upload_cancel", args=[pk]))
        return (spool.folder(pk) / "parsed-1.json").read_text()

    monkeypatch.setattr(spool, "load_parsed", cancelled_twice)
    (job,) = work_off_jobs()
    upload.refresh_from_db()
    assert (job.status, upload.status) == (Job.Status.CANCELLED, Upload.Status.CANCELLED)
    assert faults == []
