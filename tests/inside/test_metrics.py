"""The numbers for a monitoring system: what waits, what runs, how fast it goes. Without people, for one token."""

import datetime as dt

import pytest
import redis
import time_machine
from django.conf import settings as portal_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

import config
from accounts.models import Job
from tests.access.world import make_world
from tests.factories import JobFactory, MunicipalityFactory

NOW = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def token(settings):
    settings.METRICS_TOKEN = TOKEN


@pytest.fixture
def numbers(client, token, settings):
    """All samples as {(name, labels): value}; without a broker unless a test brings one."""
    settings.REDIS_URL = ""

    def ask() -> dict[tuple, float]:
        with time_machine.travel(NOW, tick=False):
            answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        families = text_string_to_metric_families(answer.content.decode())
        samples = [sample for family in families for sample in family.samples]
        found = {(sample.name, *sample.labels.values()): sample.value for sample in samples}
        assert len(found) == len(samples)
        return found

    return ask


def ago(seconds: float) -> dt.datetime:
    return NOW - dt.timedelta(seconds=seconds)


# --- Who may ask -------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_the_setting_there_is_no_such_address(client, settings):
    settings.METRICS_TOKEN = ""
    for header in ("", "Bearer ", "Bearer None"):
        assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN[:-1]}", "Bearer я"]
)
def test_another_token_is_refused_before_the_database_is_asked(client, header):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get("/metrics", headers={"Authorization": header} if header is not None else {})
    assert (answer.status_code, answer["WWW-Authenticate"], answer.content) == (401, "Bearer", b"")
    assert not queries


# --- Jobs ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_waits_and_runs_is_counted_by_kind_with_the_age_of_the_oldest(numbers):
    JobFactory(kind=Job.Kind.READ_UPLOAD, queued_at=ago(90))
    JobFactory(kind=Job.Kind.READ_UPLOAD, queued_at=ago(30))
    JobFactory(kind=Job.Kind.RECOMPUTE, status="running", created_at=ago(500), started_at=ago(60), heartbeat_at=ago(7))
    JobFactory(kind=Job.Kind.RECOMPUTE, status="running", created_at=ago(500), started_at=ago(60), heartbeat_at=ago(3))
    found = numbers()
    assert found["opora_jobs", "monitoring.read_upload", "queued"] == 2
    assert found["opora_jobs_oldest_waiting_seconds", "monitoring.read_upload"] == 90
    assert found["opora_jobs", "monitoring.recompute", "running"] == 2
    assert found["opora_jobs_oldest_heartbeat_seconds", "monitoring.recompute"] == 7
    assert found["opora_jobs_oldest_waiting_seconds", "monitoring.recompute"] == 0


@pytest.mark.django_db
def test_an_idle_portal_answers_nought_for_every_kind(numbers):
    found = numbers()
    for kind in Job.Kind.values:
        assert found["opora_jobs", kind, "queued"] == found["opora_jobs", kind, "running"] == 0
        assert found["opora_ended_jobs", kind, "failed"] == found["opora_recent_failed_jobs", kind] == 0
        assert ("opora_recent_job_seconds", kind) not in found
    assert found["opora_info", config.__version__] == 1


@pytest.mark.django_db
def test_jobs_that_ended_are_counted_by_result(numbers):
    for status, times in {"done": 3, "failed": 2, "cancelled": 1}.items():
        for _ in range(times):
            JobFactory(kind=Job.Kind.RENDER_REPORT, status=status, finished_at=ago(99_999))
    found = numbers()
    assert [
        found["opora_ended_jobs", "reports.render_report", status] for status in ("done", "failed", "cancelled")
    ] == [3, 2, 1]


@pytest.mark.django_db
def test_a_failure_is_told_for_an_hour_or_until_the_job_is_begun_again(numbers):
    kind = Job.Kind.RENDER_REPORT
    JobFactory(kind=kind, status="failed", finished_at=ago(3_601))
    JobFactory(kind=kind, status="cancelled", finished_at=ago(10))
    failed = JobFactory(kind=kind, status="failed", finished_at=ago(10))
    assert numbers()["opora_recent_failed_jobs", kind] == 1
    Job.objects.filter(pk=failed.pk).begin_anew()
    assert numbers()["opora_recent_failed_jobs", kind] == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("token")
def test_no_number_is_called_a_counter_since_each_may_fall(client):
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    assert {line.split()[-1] for line in text.splitlines() if line.startswith("# TYPE")} == {"gauge"}


@pytest.mark.django_db
def test_an_old_job_that_is_begun_again_has_not_waited_yet(numbers):
    kind = Job.Kind.RENDER_REPORT
    month = 30 * 86_400
    job = JobFactory(kind=kind, status="failed", created_at=ago(month), queued_at=ago(month), finished_at=ago(month))
    with time_machine.travel(ago(20), tick=False):
        Job.objects.filter(pk=job.pk).begin_anew()
    assert numbers()["opora_jobs_oldest_waiting_seconds", kind] == 20


@pytest.mark.django_db
def test_a_job_given_back_waits_from_when_it_may_be_done(numbers):
    kind = Job.Kind.RECOMPUTE
    job = JobFactory(kind=kind, status="running", started_at=ago(60), heartbeat_at=ago(60), queued_at=ago(500))
    Job.objects.release(job, not_before=ago(5))
    assert numbers()["opora_jobs_oldest_waiting_seconds", kind] == 5


@pytest.mark.django_db
def test_the_speed_is_that_of_jobs_done_in_the_last_hour(numbers):
    kind = Job.Kind.STORE_UPLOAD
    JobFactory(kind=kind, status="done", started_at=ago(120), finished_at=ago(110), rows=4_000)
    JobFactory(kind=kind, status="done", started_at=ago(60), finished_at=ago(30), rows=16_000)
    JobFactory(kind=kind, status="done", started_at=ago(9_000), finished_at=ago(3_601), rows=1)
    JobFactory(kind=kind, status="failed", started_at=ago(900), finished_at=ago(1), rows=1)
    found = numbers()
    assert found["opora_recent_jobs", kind] == 2
    assert found["opora_recent_job_seconds", kind] == 20
    assert found["opora_recent_rows_per_second", kind] == 500


@pytest.mark.django_db
def test_a_kind_of_another_version_is_counted_too(numbers):
    JobFactory(kind="old.kind")
    assert numbers()["opora_jobs", "old.kind", "queued"] == 1


@pytest.mark.django_db
def test_four_queries_however_many_jobs_there_are(numbers, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(4):
            numbers()
        town = MunicipalityFactory()
        Job.objects.bulk_create(Job(kind=kind, municipality=town) for kind in Job.Kind.values * 50)


@pytest.mark.django_db
@pytest.mark.usefixtures("token")
def test_nothing_in_it_names_a_town_a_school_or_a_person(client):
    world = make_world()
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    words = [word for town in (world.town, world.foreign) for word in (town.municipality.slug, *town.all_words)]
    assert not [word for word in words if word in text and not word.isdigit()]


# --- Broker ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.skipif(not portal_settings.REDIS_URL, reason="needs Redis: make test-services")
def test_the_length_of_every_queue_is_told(client, token, settings):
    settings.REDIS_PREFIX = f"{settings.REDIS_PREFIX}metrics:"
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        server.rpush(f"{settings.REDIS_PREFIX}imports", "one", "two")
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    assert "opora_broker_up 1.0" in text
    assert 'opora_broker_queue_messages{queue="imports"} 2.0' in text
    assert 'opora_broker_queue_messages{queue="mail"} 0.0' in text


@pytest.mark.django_db
def test_a_broker_that_does_not_answer_is_told_and_the_rest_stays(client, token, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    assert "opora_broker_up 0.0" in text
    assert "opora_broker_queue_messages{" not in text
    assert 'opora_jobs{kind="monitoring.recompute",status="queued"} 0.0' in text
