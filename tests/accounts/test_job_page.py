"""How far long work has come, as the page asks for it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.access import Role
from accounts.models import AuditEvent, Job
from tests.factories import JobFactory, MembershipFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db


def ask(client, job):
    return client.get(reverse("accounts:job", args=[job.pk]), headers={"HX-Request": "true"})


def test_running_work_tells_its_progress_without_a_frame(log_in_as):
    town = MunicipalityFactory()
    job = JobFactory(
        municipality=town, status=Job.Status.RUNNING, done_steps=3, all_steps=12, doing="ОГЭ по математике"
    )
    answer = ask(log_in_as(Role.METHODIST, town), job)
    page = answer.content.decode()
    assert 'value="25"' in page
    assert "ОГЭ по математике — 25&nbsp;%" in page
    assert "<html" not in page
    assert "HX-Refresh" not in answer


def test_finished_work_makes_the_page_load_anew(log_in_as):
    town = MunicipalityFactory()
    job = JobFactory(municipality=town, status=Job.Status.DONE, finished_at=timezone.now())
    assert ask(log_in_as(Role.METHODIST, town), job)["HX-Refresh"] == "true"


def test_failed_work_says_what_to_do(log_in_as):
    town = MunicipalityFactory()
    job = JobFactory(
        municipality=town, status=Job.Status.FAILED, finished_at=timezone.now(), problem="Запустите её ещё раз."
    )
    assert "Запустите её ещё раз." in ask(log_in_as(Role.METHODIST, town), job).content.decode()


def test_page_of_a_job_can_be_paused(log_in_as):
    town = MunicipalityFactory()
    job = JobFactory(municipality=town)
    page = log_in_as(Role.METHODIST, town).get(reverse("accounts:job", args=[job.pk])).content.decode()
    assert "Приостановить обновление" in page
    assert "Обновить страницу" in page


def test_work_of_the_neighbours_is_not_found(log_in_as):
    assert ask(log_in_as(Role.METHODIST, MunicipalityFactory()), JobFactory()).status_code == 404


def test_its_own_page_tells_all_about_a_job(log_in_as):
    town = MunicipalityFactory()
    now = timezone.now()
    job = JobFactory(
        municipality=town, status=Job.Status.FAILED, started_at=now - timedelta(minutes=3), finished_at=now,
        attempts=4, rows=7, problem="Работа прервалась.",
    )  # fmt: skip
    page = log_in_as(Role.METHODIST, town).get(reverse("accounts:job", args=[job.pk])).text
    for told in ("Все показатели", "Работа прервалась.", "4 из 4", "3\u00a0мин", "7\u00a0значений", "портал"):
        assert told in page
    assert reverse("accounts:do_job_again", args=[job.pk]) in page


def test_a_cancelled_job_says_so(log_in_as):
    town = MunicipalityFactory()
    job = JobFactory(
        municipality=town, status=Job.Status.CANCELLED, finished_at=timezone.now(), problem="Отменил человек."
    )
    page = ask(log_in_as(Role.METHODIST, town), job).text
    assert "Отменено" in page
    assert "Отменил человек." in page


def test_cancelling_is_written_down_and_returns_to_where_the_button_was_pressed(log_in_as):
    town = MunicipalityFactory()
    job, client = JobFactory(municipality=town), log_in_as(Role.METHODIST, town)
    back = reverse("accounts:jobs") + "?status=queued"
    answer = client.post(reverse("accounts:cancel_job", args=[job.pk]), {"next": back}, follow=True)
    assert answer.redirect_chain == [(back, 302)]
    assert f"Работа отменена: Пересчёт показателей, № {job.pk}." in answer.text
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    assert AuditEvent.objects.get(action="job_cancelled").user == client.user


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", ""])
def test_nobody_is_led_to_another_host(log_in_as, elsewhere):
    town = MunicipalityFactory()
    job = JobFactory(municipality=town)
    answer = log_in_as(Role.METHODIST, town).post(reverse("accounts:cancel_job", args=[job.pk]), {"next": elsewhere})
    assert answer["Location"] == reverse("accounts:job", args=[job.pk])


@pytest.mark.parametrize(
    ("verb", "status", "said"),
    [
        ("cancel_job", Job.Status.DONE, "Работа уже закончилась"),
        ("do_job_again", Job.Status.DONE, "повторять её незачем"),
        ("do_job_again", Job.Status.QUEUED, "Работа ещё не закончилась"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(log_in_as, verb, status, said):
    town = MunicipalityFactory()
    job = JobFactory(municipality=town, status=status, finished_at=timezone.now())
    page = log_in_as(Role.METHODIST, town).post(reverse(f"accounts:{verb}", args=[job.pk]), follow=True)
    assert said in page.text
    job.refresh_from_db()
    assert job.status == status


@pytest.mark.parametrize("verb", ["cancel_job", "do_job_again"])
def test_the_neighbours_work_is_neither_cancelled_nor_started_again(log_in_as, verb):
    job = JobFactory()
    address = reverse(f"accounts:{verb}", args=[job.pk])
    assert log_in_as(Role.DEPARTMENT, MunicipalityFactory()).post(address).status_code == 404
    assert log_in_as(Role.VIEWER, job.municipality).post(address).status_code == 404
    job.refresh_from_db()
    assert job.status == Job.Status.QUEUED


def test_the_head_of_the_page_is_about_the_municipality_of_the_job(log_in_as):
    first, second = MunicipalityFactory(name="Ачинск"), MunicipalityFactory(name="Ярцево")
    client = log_in_as(Role.METHODIST, first)
    MembershipFactory(user=client.user, municipality=second)
    client.get(reverse("accounts:jobs") + f"?municipality={first.slug}")
    page = client.get(reverse("accounts:job", args=[JobFactory(municipality=second).pk])).text
    assert f'<option value="{second.slug}" selected>' in page
