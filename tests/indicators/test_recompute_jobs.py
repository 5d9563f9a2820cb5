"""Recompute as work: jobs are coalesced, never side by side, and the command and the nightly check tell the truth."""

import json
import logging
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from accounts.jobs import JobRefused, enqueue
from accounts.models import Job
from indicators.jobs import recompute as body
from indicators.models import Indicator, IndicatorVersion, MunicipalityValue, SchoolValue
from indicators.services.recompute import recompute_now, request_recompute
from monitoring.tasks.recompute import check_values
from schools.models import Municipality
from tests.factories import MunicipalityFactory, SchoolFactory, UserFactory
from tests.indicators.build import change, indicator, of_municipality, passed_share, reference, took

pytestmark = pytest.mark.django_db

QUEUED, RUNNING, DONE = Job.Status.QUEUED, Job.Status.RUNNING, Job.Status.DONE
MATHEMATICS = {"exams": [["oge", "mathematics", 9, 2020]]}
RUSSIAN = {"exams": [["oge", "russian", 9, 2020]]}


@pytest.fixture
def town() -> Municipality:
    town = MunicipalityFactory(slug="gorod")
    indicator(town, passed_share(), code="mathematics")
    indicator(town, passed_share(subject="russian"), code="russian")
    for subject in ("mathematics", "russian"):
        took(SchoolFactory(municipality=town), subject=subject)
    return town


def test_a_request_is_a_job_sent_after_commit(town, sent_tasks, django_capture_on_commit_callbacks):
    by = UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        job = request_recompute(municipality_id=town.pk, by=by, scope=MATHEMATICS)
    assert sent_tasks == [("monitoring.recompute", [job.pk])]
    assert (job.created_by, job.scope) == (by, MATHEMATICS)


def test_a_second_request_widens_the_one_that_waits(town):
    first = request_recompute(municipality_id=town.pk, scope=RUSSIAN)
    second = request_recompute(municipality_id=town.pk, scope=MATHEMATICS)
    assert second == first
    assert Job.objects.get().scope == {"exams": [["oge", "mathematics", 9, 2020], ["oge", "russian", 9, 2020]]}


def test_values_name_the_job_that_worked_them_out_and_keep_it(town, work_off_jobs):
    request_recompute(municipality_id=town.pk)
    (first,) = work_off_jobs()
    assert {value.job for model in (SchoolValue, MunicipalityValue) for value in model.objects.all()} == {first}
    took(SchoolFactory(municipality=town), subject="russian")
    request_recompute(municipality_id=town.pk)
    *_, second = work_off_jobs()
    jobs = dict(MunicipalityValue.objects.values_list("indicator__code", "job"))
    assert jobs == {"mathematics": first.pk, "russian": second.pk}
    recompute_now(municipality_id=town.pk)  # by a job that has nothing to write
    assert dict(MunicipalityValue.objects.values_list("indicator__code", "job")) == jobs


def test_a_request_for_everything_swallows_the_others(town):
    request_recompute(municipality_id=town.pk, scope=RUSSIAN)
    request_recompute(municipality_id=town.pk)
    assert Job.objects.get().scope == {}


def test_a_running_job_is_not_widened_for_it_may_have_read_already(town):
    running = request_recompute(municipality_id=town.pk, scope=RUSSIAN)
    Job.objects.claim(running.pk)
    later = request_recompute(municipality_id=town.pk, scope=MATHEMATICS)
    assert later != running
    assert Job.objects.get(pk=running.pk).scope == RUSSIAN


def test_neighbours_do_not_share_a_job(town):
    assert request_recompute(municipality_id=town.pk) != request_recompute(municipality_id=MunicipalityFactory().pk)


def test_one_run_does_what_all_waiting_jobs_ask_for(town, work_off_jobs: Callable[[], list[Job]]):
    jobs = [enqueue(Job.Kind.RECOMPUTE, municipality_id=town.pk, scope=scope) for scope in (MATHEMATICS, RUSSIAN)]
    work_off_jobs()
    first, second = (Job.objects.get(pk=job.pk) for job in jobs)
    assert (first.status, second.status) == (DONE, DONE)
    assert first.scope == {"exams": [["oge", "mathematics", 9, 2020], ["oge", "russian", 9, 2020]]}
    assert second.doing == f"Вошло в работу № {first.pk}"
    assert MunicipalityValue.objects.count() == 2
    assert first.percent == 100


def test_a_scope_leaves_the_other_indicators_to_others(town, work_off_jobs):
    request_recompute(municipality_id=town.pk, scope=RUSSIAN)
    work_off_jobs()
    assert [value.indicator.code for value in MunicipalityValue.objects.all()] == ["russian"]


def test_two_of_one_municipality_never_run_side_by_side(town):
    running = enqueue(Job.Kind.RECOMPUTE, municipality_id=town.pk, scope=RUSSIAN)
    Job.objects.claim(running.pk)
    later = enqueue(Job.Kind.RECOMPUTE, municipality_id=town.pk, scope=MATHEMATICS)
    assert body.run(later.pk) is None
    assert Job.objects.get(pk=later.pk).status == QUEUED
    assert not MunicipalityValue.objects.exists()


def test_the_job_that_came_meanwhile_is_sent_when_the_run_ends(town, sent_tasks, monkeypatch):
    running = enqueue(Job.Kind.RECOMPUTE, municipality_id=town.pk, scope=RUSSIAN)
    during: list[Job] = []

    def recompute_and_be_interrupted(*args: Any, **kwargs: Any) -> None:
        during.append(request_recompute(municipality_id=town.pk, scope=MATHEMATICS))

    monkeypatch.setattr(body, "recompute", recompute_and_be_interrupted)
    body.run(running.pk)
    assert sent_tasks == [("monitoring.recompute", [during[0].pk])]
    assert Job.objects.get(pk=during[0].pk).status == QUEUED


def test_a_worker_that_takes_the_job_up_after_a_crash_does_all_of_it(town, monkeypatch):
    jobs = [enqueue(Job.Kind.RECOMPUTE, municipality_id=town.pk, scope=scope) for scope in (MATHEMATICS, RUSSIAN)]

    def crash(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(body, "recompute", crash)
        body.run(jobs[0].pk)
    assert Job.objects.get(pk=jobs[0].pk).status == QUEUED
    Job.objects.update(not_before=None)
    body.run(jobs[0].pk)
    assert MunicipalityValue.objects.count() == 2


def test_a_broken_formula_ends_the_job_with_words_for_people(town, work_off_jobs):
    IndicatorVersion.objects.filter(indicator__code="russian").update(formula=change(reference("gone")))
    request_recompute(municipality_id=town.pk)
    (job,) = work_off_jobs()
    assert job.status == Job.Status.FAILED
    assert "Показатель russian" in job.problem


def test_the_foreground_recompute_takes_over_what_waits(town):
    waiting = request_recompute(municipality_id=town.pk, scope=RUSSIAN)
    outcome = recompute_now(municipality_id=town.pk, scope=MATHEMATICS)
    assert outcome is not None
    assert outcome.written == 4
    assert Job.objects.get(pk=waiting.pk).status == DONE


def test_the_foreground_recompute_refuses_when_a_worker_does_not_come_to_an_end(town, monkeypatch):
    monkeypatch.setattr("indicators.services.recompute.WAIT_SECONDS", 0)
    Job.objects.claim(enqueue(Job.Kind.RECOMPUTE, municipality_id=town.pk).pk)
    with pytest.raises(JobRefused, match="другая работа"):
        recompute_now(municipality_id=town.pk)


# The command.


def run_command(*arguments: str) -> tuple[Any, int, str]:
    """JSON of stdout, exit code, stderr."""
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("recompute", *arguments, "--json", stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return json.loads(out.getvalue() or "null"), code, err.getvalue()


def test_the_command_recomputes_and_a_second_call_writes_nothing(town):
    first, code, _ = run_command("--municipality", "gorod")
    assert (code, first["written"], first["deleted"]) == (0, 4, 0)
    second, code, _ = run_command("--municipality", "gorod")
    assert (code, second["checked"], second["written"]) == (0, 4, 0)


def test_the_check_is_silent_about_right_values(town):
    run_command("--municipality", "gorod")
    answer, code, _ = run_command("--municipality", "gorod", "--check")
    assert (code, answer["differences"]) == (0, [])


def test_the_check_exits_1_with_the_difference_and_corrects_nothing(town):
    run_command("--municipality", "gorod")
    SchoolValue.objects.filter(indicator__code="russian").update(value=1)
    answer, code, _ = run_command("--municipality", "gorod", "--check")
    (difference,) = answer["differences"]
    assert (code, difference["indicator"], difference["period"]) == (1, "russian", "2020")
    assert (difference["stored"], difference["fresh"]) == ({"value": "1.000000"}, {"value": "80.000000"})
    assert SchoolValue.objects.get(indicator__code="russian").value == 1


def test_values_that_were_never_computed_differ(town):
    assert run_command("--municipality", "gorod", "--check")[1] == 1


def test_an_unknown_municipality_is_refused(db):
    answer, code, _ = run_command("--municipality", "nowhere")
    assert code == 1
    assert "nowhere" in answer["problems"][0]["message"]


def test_a_broken_formula_refuses_the_command(town):
    IndicatorVersion.objects.filter(indicator__code="russian").update(formula={"type": "eval"})
    for arguments in (["--check"], []):
        answer, code, _ = run_command("--municipality", "gorod", *arguments)
        assert code == 1
        assert "russian" in answer["problems"][0]["message"]


# The night.


def test_the_nightly_check_logs_how_many_values_differ(town, caplog):
    recompute_now(municipality_id=town.pk)
    SchoolValue.objects.filter(indicator__code="russian").update(value=1)
    with caplog.at_level(logging.INFO):
        check_values()
    assert "values of gorod checked, 1 differ" in caplog.text
    assert of_municipality(Indicator.objects.get(code="russian")).value == 80


def test_the_nightly_check_goes_on_after_a_broken_formula(town, caplog):
    other = MunicipalityFactory(slug="sosed")
    IndicatorVersion.objects.filter(indicator__code="russian").update(formula={"type": "eval"})
    with caplog.at_level(logging.INFO):
        check_values()
    assert "values of gorod cannot be checked" in caplog.text
    assert f"values of {other.slug} checked, 0 differ" in caplog.text
