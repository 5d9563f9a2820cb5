"""What must hold of docker-compose.yml; that it is well-formed is checked against the specification in `make check`."""

import os
import re
import subprocess
from pathlib import Path

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
    image, _, version = filled_in(services()[name]["image"], {}).partition(":")
    assert image
    assert re.match(r"\d+\.?\d*", version)


def test_the_portals_image_has_the_version_of_the_portal():
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
    assert {filled_in(service["image"], {}) for service in ours().values()} == {f"opora:{version}"}


def test_an_image_can_be_built_beside_the_one_before():
    said = {"OPORA_VERSION": "0.2.0"}
    assert {filled_in(service["image"], said) for service in ours().values()} == {"opora:0.2.0"}


def test_a_new_database_is_named_in_one_place():
    """As restoring a copy needs it."""
    addresses = {service["environment"]["DATABASE_URL"] for service in ours().values()}
    for said, name in (({}, "opora"), ({"POSTGRES_DB": "opora_2"}, "opora_2")):
        assert [filled_in(address, said).rpartition("/")[2] for address in addresses] == [name]
        assert filled_in(services()["postgres"]["environment"]["POSTGRES_DB"], said) == name


@pytest.mark.parametrize("name", sorted(ours()))
def test_mail_is_asked_for_before_anything_starts(name):
    assert re.fullmatch(r"\$\{EMAIL_URL:\?.+\}", ours()[name]["environment"]["EMAIL_URL"])


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


def test_nginx_lets_a_form_be_larger_than_its_files():
    """So that who is over the limit by a hair hears it from the portal, in its own words."""
    mounted, _, place = mounts()["limits.envsh"].rpartition(":ro")[0].partition(":")
    script = ROOT / mounted
    assert os.access(script, os.X_OK)
    # The image reads in files of this name, by their numbers, and then fills in the templates at 20.
    assert re.fullmatch(r"/docker-entrypoint\.d/1[6-9]-.+\.envsh", place)
    read_in = subprocess.run(
        ["sh", "-c", '. "$1" && printenv BODY_MAX_BYTES', "sh", str(script)],
        env={"UPLOAD_MAX_BYTES": "1000", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(read_in.stdout) == 1000 + 1024 * 1024
    filter_of_names = services()["nginx"]["environment"]["NGINX_ENVSUBST_FILTER"].replace("$$", "$")
    assert re.search(filter_of_names, "BODY_MAX_BYTES")
    assert "client_max_body_size ${BODY_MAX_BYTES};" in nginx_template()
    assert "client_max_body_size 201m;" in (ROOT / "docs/deploy/nginx/tls.conf").read_text()


def mounts() -> dict[str, str]:
    """What nginx has of the portal's files, by their names."""
    return {Path(mounted.split(":")[0]).name: mounted for mounted in services()["nginx"]["volumes"]}


def nginx_template() -> str:
    return (ROOT / mounts()["portal.conf.template"].split(":")[0]).read_text()


def test_nginx_keeps_no_upload_and_writes_down_no_search():
    for text in (nginx_template(), (ROOT / "docs/deploy/nginx/tls.conf").read_text()):
        assert "proxy_request_buffering off;" in text
        assert "proxy_max_temp_file_size 0;" in text
        assert "access_log off;" in text
