"""What must hold of docker-compose.yml; that it is well-formed is checked against the specification in `make check`."""

import re

import pytest
from django.conf import settings

from config import gunicorn
from tests.production.compose import ROOT, filled_in, option, ours, services, workers

STEPS = {"migrate"}  # run once and end


@pytest.mark.parametrize("name", sorted(services().keys() - STEPS))
def test_every_service_is_looked_after(name):
    service = services()[name]
    assert {"test", "interval", "timeout", "retries"} <= service["healthcheck"].keys()
    assert service["restart"] == "unless-stopped"
    assert service["init"] is True
    assert service["read_only"] is True
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", sorted(services()))
def test_images_have_a_version(name):
    image, _, version = services()[name]["image"].partition(":")
    assert image
    assert re.match(r"\d+\.?\d*", version)


def test_the_portals_image_has_the_version_of_the_portal():
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
    assert {service["image"] for service in ours().values()} == {f"opora:{version}"}


def test_every_queue_has_its_worker_and_no_worker_a_queue_that_there_is_not():
    taken = [queue for queues in workers().values() for queue in queues]
    assert sorted(taken) == sorted(queue.name for queue in settings.CELERY_TASK_QUEUES)


def test_sweeps_do_not_wait_behind_long_work():
    (queues,) = [queues for queues in workers().values() if settings.CELERY_TASK_DEFAULT_QUEUE in queues]
    assert queues == {"mail", settings.CELERY_TASK_DEFAULT_QUEUE}


def test_workers_that_are_scaled_have_names_of_their_own():
    assert all(option(ours()[name]["command"], "--hostname").endswith("@%h") for name in workers())


@pytest.mark.parametrize("name", sorted(workers()))
def test_workers_announce_nothing_since_that_would_wait_for_redis_and_not_hear_a_stop(name):
    assert {"--without-gossip", "--without-mingle", "--without-heartbeat"} <= set(ours()[name]["command"])


def test_there_is_one_beat():
    beats = [service for service in ours().values() if "beat" in service["command"]]
    assert [beat["deploy"]["replicas"] for beat in beats] == [1]


@pytest.mark.parametrize("name", sorted(ours().keys() - STEPS))
def test_nothing_of_the_portal_starts_before_the_tables_are_right(name):
    assert ours()[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_pages_do_not_wait_for_redis():
    assert "redis" not in ours()["web"]["depends_on"]


def test_web_and_workers_see_the_same_uploads_and_documents():
    assert {tuple(service["volumes"]) for service in ours().values()} == {("files:/var/lib/opora",)}
    assert {service["environment"]["VAR_DIR"] for service in ours().values()} == {"/var/lib/opora"}


@pytest.mark.parametrize("name", sorted(ours()))
def test_the_portal_has_no_rights_on_its_machine(name):
    service = ours()[name]
    assert service["cap_drop"] == ["ALL"]
    assert not {"privileged", "user", "cap_add", "ports"} & service.keys()


def test_database_and_redis_are_reached_from_inside_alone():
    for name in ("postgres", "redis"):
        assert services()[name]["networks"] == ["data"]
        assert "ports" not in services()[name]


def test_secrets_come_from_the_environment():
    variables = {
        name: str(value) for service in services().values() for name, value in service.get("environment", {}).items()
    }
    assert "SECRET_KEY" not in variables
    assert filled_in(variables["POSTGRES_PASSWORD"], {"POSTGRES_PASSWORD": "given"}) == "given"
    assert filled_in(variables["DATABASE_URL"], {"POSTGRES_PASSWORD": "given"}).startswith("postgres://opora:given@")


def seconds(duration: str) -> int:
    number, unit = re.fullmatch(r"(\d+)([sm])", duration).groups()
    return int(number) * {"s": 1, "m": 60}[unit]


def test_what_runs_has_time_to_finish():
    assert seconds(services()["web"]["stop_grace_period"]) > gunicorn.graceful_timeout
    assert seconds(services()["nginx"]["stop_grace_period"]) > gunicorn.graceful_timeout
    assert all(seconds(ours()[name]["stop_grace_period"]) >= 300 for name in workers())


def test_only_nginx_is_open_and_at_first_only_to_its_own_machine():
    (published,) = [service["ports"] for service in services().values() if "ports" in service]
    assert [filled_in(port, {}) for port in published] == ["127.0.0.1:8080:8080"]


def test_nginx_lets_through_what_the_portal_takes():
    limit = filled_in(services()["nginx"]["environment"]["UPLOAD_MAX_BYTES"], {})
    source = (ROOT / "config/settings.py").read_text()
    default = re.search(r'env\.int\("UPLOAD_MAX_BYTES", default=([\d *]+)\)', source)[1]
    numbers = [int(number) for number in default.split("*")]
    assert int(limit) == numbers[0] * numbers[1] * numbers[2]
    assert "client_max_body_size ${UPLOAD_MAX_BYTES};" in nginx_template()


def nginx_template() -> str:
    (mounted,) = services()["nginx"]["volumes"]
    return (ROOT / mounted.split(":")[0]).read_text()


def test_nginx_keeps_no_upload_and_writes_down_no_search():
    for text in (nginx_template(), (ROOT / "docs/deploy/nginx/tls.conf").read_text()):
        assert "proxy_request_buffering off;" in text
        assert "proxy_max_temp_file_size 0;" in text
        assert "access_log off;" in text
