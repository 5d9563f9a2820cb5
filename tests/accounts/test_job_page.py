"""How far long work has come, as the page asks for it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.access import Role
from accounts.models import Job
from tests.factories import JobFactory, MunicipalityFactory

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
    assert "ОГЭ по математике — 3 из 12" in page
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
