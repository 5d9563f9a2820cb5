"""Preparing documents: editions, refusals, the drawn file, the texts of the year."""

import hashlib

import pytest
from django.core.files.storage import default_storage

from accounts.jobs import run
from accounts.models import AuditEvent, Job
from indicators.models import MunicipalityValue
from reports import jobs
from reports.kinds.base import ReportRefused
from reports.models import NoteText, Report
from reports.services import create_report, save_note_text
from schools.models import Municipality
from tests.factories import IndicatorFactory, JobFactory, MunicipalityFactory, MunicipalityValueFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    value = MunicipalityValueFactory(indicator__wording="Доля школ")
    return value.indicator.municipality


def note(town: Municipality, period: str = "2020") -> Report:
    return create_report(municipality=town, kind="analytical_note", period=period, by=UserFactory())


def texts(town: Municipality, **changes: object) -> NoteText:
    fields = {"school_year": 2020, "problems": "", "next_tasks": "", "comments": {}, "by": None}
    return save_note_text(municipality=town, **fields | changes)


def content_of(report: Report) -> bytes:
    with report.files.get().file.open("rb") as file:
        return bytes(file.read())


def test_unchanged_data_give_the_edition_there_is(town: Municipality):
    first = note(town)
    assert note(town) == first
    assert Report.objects.count() == 1
    assert AuditEvent.objects.filter(action="report_created").count() == 1


def test_changed_text_gives_the_next_edition_and_leaves_the_first_as_it_was(town: Municipality):
    first = note(town)
    frozen = first.snapshot
    texts(town, problems="Проблема")
    MunicipalityValue.objects.update(value=10)
    second = note(town)
    first.refresh_from_db()
    assert (first.number, second.number) == (1, 2)
    assert first.snapshot == frozen
    assert second.snapshot["problems"] == ["Проблема"]


def test_worker_draws_the_file_and_names_its_checksum(
    town: Municipality, django_capture_on_commit_callbacks, work_off_jobs, sent_tasks
):
    with django_capture_on_commit_callbacks(execute=True):
        report = note(town)
    assert sent_tasks == [("reports.render_report", [report.job_id])]
    (job,) = work_off_jobs()
    report.refresh_from_db()
    assert job.status == Job.Status.DONE
    content = content_of(report)
    assert content.startswith(b"%PDF-1.7")
    assert report.files.get().sha256 == hashlib.sha256(content).hexdigest()
    assert report.files.get().file.name.startswith("reports/")


def test_second_drawing_leaves_the_file_alone(town: Municipality, work_off_jobs, monkeypatch):
    report = note(town)
    work_off_jobs()
    report.refresh_from_db()
    monkeypatch.setattr(jobs, "draw", lambda *_: pytest.fail("drawn again"))
    again = JobFactory(kind=Job.Kind.RENDER_REPORT, subject_id=report.pk, municipality=town)
    assert run(again.pk, jobs.render_report)
    again.refresh_from_db()
    assert again.status == Job.Status.DONE


def test_fault_while_drawing_leaves_no_file_and_can_be_tried_again(town: Municipality, work_off_jobs, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "draw", lambda *_: 1 / 0)
        report = note(town)
        (job,) = work_off_jobs()
    report.refresh_from_db()
    assert (job.status, report.drawn) == (Job.Status.FAILED, [])
    assert note(town) == report
    work_off_jobs()
    assert report.drawn


def test_half_a_file_of_a_dead_worker_is_replaced(town: Municipality, work_off_jobs):
    report = note(town)
    work_off_jobs()
    report.refresh_from_db()
    drawn = report.files.get()
    name, sha256 = drawn.file.name, drawn.sha256
    drawn.delete()
    default_storage.delete(name)
    with default_storage.open(name, "wb") as half:
        half.write(b"%PDF-1.7 half")
    again = JobFactory(kind=Job.Kind.RENDER_REPORT, subject_id=report.pk, municipality=town)
    run(again.pk, jobs.render_report)
    drawn = report.files.get()
    assert (drawn.file.name, drawn.sha256) == (name, sha256)
    assert hashlib.sha256(content_of(report)).hexdigest() == sha256


def test_no_values_no_document(town: Municipality):
    with pytest.raises(ReportRefused, match="За период 2015/2016 нет ни одного значения"):
        note(town, "2015")
    with pytest.raises(ReportRefused, match="нет показателей программы"):
        note(MunicipalityFactory())
    IndicatorFactory(municipality=town)
    assert Report.objects.count() == 0
    assert Job.objects.count() == 0


def test_same_texts_again_change_nothing(town: Municipality):
    first = texts(town, problems="Проблема\n", comments={"p1": "Пояснение", "p2": " "})
    assert first.comments == {"p1": "Пояснение"}
    second = texts(town, problems="Проблема", comments={"p1": "Пояснение"})
    assert second.updated_at == first.updated_at
    assert AuditEvent.objects.filter(action="note_text_saved").count() == 1


def test_emptied_comment_goes_and_comments_not_in_the_form_stay(town: Municipality):
    texts(town, comments={"p1": "Первое", "p2": "Второе"})
    assert texts(town, comments={"p1": ""}).comments == {"p2": "Второе"}
