"""The page of jobs: what the portal does for a municipality, to those who bring its results in."""

from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Role
from accounts.models import Job
from accounts.queries.jobs import JobCounts
from tests.factories import JobFactory, MunicipalityFactory, ReportFactory, UploadEntryFactory, UploadFactory

pytestmark = pytest.mark.django_db
JOBS = reverse("accounts:jobs")
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def client(log_in_as, town):
    return log_in_as(Role.METHODIST, town)


def ended(status=Job.Status.FAILED, **fields):
    now = timezone.now()
    return JobFactory(**{"status": status, "started_at": now - timedelta(seconds=200), "finished_at": now} | fields)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((0, 0, 0), "Сейчас ничего не выполняется; за сутки всё удалось."),
        ((1, 0, 1), f"Сейчас выполняется 1{NBSP}работа; за сутки не удалась 1."),
        ((2, 3, 5), f"Сейчас выполняются 2{NBSP}работы, ждут своей очереди 3; за сутки не удалось 5."),
        ((0, 5, 0), f"Ждут своей очереди 5{NBSP}работ; за сутки всё удалось."),
    ],
)
def test_the_first_sentence_says_what_is_the_matter(counts, sentence):
    assert render_to_string("accounts/_jobs_sentence.html", {"counts": JobCounts(*counts)}).strip() == sentence


def test_a_failure_of_the_day_before_yesterday_is_not_of_the_last_day(client, town):
    ended(municipality=town, finished_at=timezone.now() - timedelta(days=2))
    assert "за сутки всё удалось" in client.get(JOBS).text
    ended(municipality=town)
    assert "за сутки не удалась 1" in client.get(JOBS).text


def test_each_kind_says_in_words_what_it_works_on_and_leads_there(client, town):
    entry = UploadEntryFactory(upload__municipality=town, position=0, name="огэ.xlsx")
    report = ReportFactory(municipality=town, number=3)
    JobFactory(municipality=town, kind=Job.Kind.READ_UPLOAD, subject_id=entry.upload_id)
    JobFactory(municipality=town, kind=Job.Kind.RENDER_REPORT, subject_id=report.pk)
    JobFactory(municipality=town)
    exams = [["oge", "mathematics", 9, year] for year in (2018, 2019, 2020)]
    JobFactory(municipality=town, scope={"exams": exams, "statistics": [["teachers", "2020"]]})
    page = client.get(JOBS).text
    assert ": огэ.xlsx" in page
    assert entry.upload.get_absolute_url() in page
    assert "Аналитическая записка за 2020/2021, редакция 3" in page
    assert report.get_absolute_url() in page
    assert "Все показатели" in page
    assert (
        "Изменилось: ОГЭ, Математика, 9 класс, 2020/2021; ОГЭ, Математика, 9 класс, 2019/2020 "
        f"и ещё 1{NBSP}работа; собираемые сведения за 2020/2021"
    ) in page


def test_a_row_says_who_asked_how_far_it_has_come_and_how_often_it_was_tried(client, town):
    JobFactory(
        municipality=town, status=Job.Status.RUNNING, started_at=timezone.now(), created_by=client.user,
        attempts=2, done_steps=1, all_steps=4, doing="Сравнение", rows=12345,
    )  # fmt: skip
    page = client.get(JOBS).text
    assert str(client.user) in page
    assert 'value="25"' in page
    assert "Сравнение — 25&nbsp;%" in page
    assert "Попытка 2 из 4" in page
    assert f"12{NBSP}345{NBSP}значений" in page


def test_work_that_nobody_asked_for_is_of_the_portal(client, town):
    ended(Job.Status.DONE, municipality=town, created_by=None)
    page = client.get(JOBS).text
    assert "портал" in page[page.index("<tbody") :]
    assert f"шла 3{NBSP}мин 20{NBSP}с" in page


def test_a_job_that_waits_after_a_fault_says_when_it_is_tried_next(client, town):
    JobFactory(municipality=town, attempts=1, doing="Временная неполадка. Следующая попытка — в 12:02:35")
    page = client.get(JOBS).text
    assert "Следующая попытка — в 12:02:35" in page
    assert "<progress" not in page


def test_a_failed_job_says_why(client, town):
    ended(municipality=town, problem="На диске закончилось место.")
    assert "На диске закончилось место." in client.get(JOBS).text


@pytest.mark.parametrize(
    ("kind", "lost"),
    [
        (Job.Kind.READ_UPLOAD, "понадобится загрузить их снова"),
        (Job.Kind.STORE_UPLOAD, "снова будет ждать подтверждения"),
        (Job.Kind.RECOMPUTE, "останутся прежними до следующего пересчёта"),
        (Job.Kind.RENDER_REPORT, "Файла не будет"),
    ],
)
def test_before_a_job_is_cancelled_the_page_says_what_will_be_lost(client, town, kind, lost):
    job = JobFactory(municipality=town, kind=kind)
    for address in (JOBS, reverse("accounts:job", args=[job.pk])):
        assert lost in client.get(address).text


def test_again_is_offered_only_for_what_ended_badly(client, town):
    bad = {ended(status, municipality=town).pk for status in (Job.Status.FAILED, Job.Status.CANCELLED)}
    good = {ended(Job.Status.DONE, municipality=town).pk, JobFactory(municipality=town).pk}
    page = client.get(JOBS).text
    offered = {pk for pk in bad | good if reverse("accounts:do_job_again", args=[pk]) in page}
    assert offered == bad


def test_reading_cannot_be_done_again_and_says_where_to_go(client, town):
    upload = UploadFactory(municipality=town, status="failed")
    job = ended(municipality=town, kind=Job.Kind.READ_UPLOAD, subject_id=upload.pk)
    page = client.get(JOBS).text
    assert "Исходные файлы не хранятся" in page
    assert f'<a href="{reverse("monitoring:uploads")}">Загрузить файлы</a>' in page
    assert reverse("accounts:do_job_again", args=[job.pk]) not in page


@pytest.mark.parametrize("kind", [Job.Kind.READ_UPLOAD, Job.Kind.RENDER_REPORT, "later.version"])
def test_a_job_whose_subject_or_kind_is_not_there_is_shown_all_the_same(client, town, kind):
    job = ended(municipality=town, kind=kind, subject_id=404)
    for address in (JOBS, reverse("accounts:job", args=[job.pk])):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Запустить ещё раз" not in answer.text


def test_nothing_of_the_neighbours_is_listed_or_counted(client, town):
    theirs = UploadEntryFactory(position=0, name="чужой.xlsx")
    JobFactory(municipality=theirs.upload.municipality, kind=Job.Kind.READ_UPLOAD, subject_id=theirs.upload_id)
    assert "Работ ещё не было" in client.get(JOBS).text
    JobFactory(municipality=town, kind=Job.Kind.READ_UPLOAD, subject_id=theirs.upload_id)  # as no job of ours can
    page = client.get(JOBS).text
    assert f"Ждёт своей очереди 1{NBSP}работа" in page
    assert "чужой.xlsx" not in page


def test_filters_keep_what_was_chosen_and_ignore_what_is_not_there(client, town):
    failed, running = ended(municipality=town), JobFactory(municipality=town, status=Job.Status.RUNNING)
    rendering = ended(municipality=town, kind=Job.Kind.RENDER_REPORT)

    def listed(query):
        page = client.get(JOBS, query).text
        return {job.pk for job in (failed, running, rendering) if reverse("accounts:job", args=[job.pk]) in page}

    assert listed({"status": "failed"}) == {failed.pk, rendering.pk}
    assert listed({"kind": Job.Kind.RENDER_REPORT}) == {rendering.pk}
    assert listed({"status": "running", "kind": Job.Kind.RENDER_REPORT}) == set()
    assert listed({"status": "whatever"}) == {failed.pk, running.pk, rendering.pk}
    assert "Таких работ нет" in client.get(JOBS, {"status": "cancelled"}).text


def test_newest_come_first_and_the_rest_on_other_pages(client, town):
    jobs = [ended(municipality=town, created_at=timezone.now() - timedelta(hours=hours)) for hours in range(25)]
    page = client.get(JOBS, {"status": "failed"}).text
    first, second = (page.index(reverse("accounts:job", args=[job.pk])) for job in jobs[:2])
    assert first < second
    assert "Страница 1 из 2" in page
    assert "?status=failed&amp;page=2" in page


def test_the_page_asks_again_only_while_something_goes_on(client, town):
    job = JobFactory(municipality=town)
    assert "data-poll-body" in client.get(JOBS).text
    fragment = client.get(JOBS, headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert "#jobs-sentence" in fragment.text
    assert "HX-Refresh" not in fragment
    Job.objects.filter(pk=job.pk).update(status=Job.Status.DONE, finished_at=timezone.now())
    assert client.get(JOBS, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "data-poll" not in client.get(JOBS).text


def test_forty_jobs_take_as_many_queries_as_one_of_each_kind(client, town):
    def add(count):
        for number in range(count):
            upload = UploadFactory(municipality=town)
            UploadEntryFactory(upload=upload, position=0, name=f"{number}.xlsx")
            for kind in (Job.Kind.READ_UPLOAD, Job.Kind.STORE_UPLOAD):
                JobFactory(municipality=town, kind=kind, subject_id=upload.pk, created_by=client.user)
            report = ReportFactory(municipality=town)
            JobFactory(municipality=town, kind=Job.Kind.RENDER_REPORT, subject_id=report.pk)
            JobFactory(municipality=town)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(JOBS).status_code == 200
        return len(asked)

    add(1)
    client.get(JOBS)
    before = queries()
    add(9)
    assert queries() == before


@pytest.mark.parametrize(("role", "sees"), [(Role.DEPARTMENT, True), (Role.METHODIST, True), (Role.VIEWER, False)])
def test_staff_find_the_page_in_their_menu(log_in_as, town, role, sees):
    assert (f'href="{JOBS}"' in log_in_as(role, town).get(reverse("accounts:help")).text) is sees


def test_the_page_of_data_leads_to_it(client, town):
    assert f"{JOBS}?municipality={town.slug}" in client.get(reverse("monitoring:uploads")).text
