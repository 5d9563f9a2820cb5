"""What a deployment may set is written down, and production refuses to start without what it needs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

PRODUCTION = {
    "DATABASE_URL": "postgres://portal@localhost/portal",
    "SECRET_KEY": "a-key-of-production",
    "ALLOWED_HOSTS": "portal.example",
    "EMAIL_URL": "smtp://mail.example",
}
SHOWN = "PRODUCTION, s.DEBUG, s.SECURE"


def names_in(file: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, Path(settings.BASE_DIR, file).read_text(), re.MULTILINE))


def test_env_example_names_every_variable_and_no_other():
    read: set[str] = set()
    for file in ("config/settings.py", "config/gunicorn.py", "config/serving.py"):
        read |= names_in(file, r"""(?:env(?:\.\w+)?|required)\(\s*"([A-Z_]+)\"""")
    read |= names_in("docker-compose.yml", r"(?<!\$)\$\{([A-Z_]+)")
    assert names_in(".env.example", r"^#?([A-Z_]+)=") == read


def read_settings(tmp_path: Path, shown: str = SHOWN, **variables: str) -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "REDIS_URL": "", **variables}
    return subprocess.run(
        [sys.executable, "-c", f"import config.settings as s; print(s.{shown})"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_postgresql_means_production_without_debug_and_behind_tls(tmp_path):
    assert read_settings(tmp_path, **PRODUCTION).stdout == "True False True\n"


def test_without_a_database_url_the_portal_is_embedded(tmp_path):
    assert read_settings(tmp_path, DATABASE_URL="").stdout == "False False False\n"


@pytest.mark.parametrize("nothing", ["", " "])
@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_URL"])
def test_production_refuses_to_start_without(tmp_path, missing, nothing):
    answer = read_settings(tmp_path, **(PRODUCTION | {missing: nothing}))
    assert answer.returncode != 0
    assert f"{missing} is not set; see .env.example" in answer.stderr


def test_production_refuses_to_print_letters_with_links_that_set_passwords(tmp_path):
    answer = read_settings(tmp_path, **(PRODUCTION | {"EMAIL_URL": "consolemail://"}))
    assert answer.returncode != 0
    assert "EMAIL_URL has to name a mail server" in answer.stderr


def test_an_embedded_portal_prints_its_letters(tmp_path):
    answer = read_settings(tmp_path, "EMAIL_BACKEND", DATABASE_URL="")
    assert answer.stdout == "django.core.mail.backends.console.EmailBackend\n"


@pytest.mark.parametrize("nothing", ["", " "])
def test_a_variable_left_empty_is_not_set(tmp_path, nothing):
    names = names_in(".env.example", r"^#?([A-Z_]+)=") - PRODUCTION.keys() - {"VAR_DIR"}
    shown = "SECURE, s.CONN_MAX_AGE, s.ALLAUTH_TRUSTED_PROXY_COUNT, s.UPLOAD_MAX_BYTES, s.SPOOL_HOURS, s.TIME_ZONE"
    shown = shown.replace("s.CONN_MAX_AGE", "s.DATABASES['default']['CONN_MAX_AGE']")
    answer = read_settings(tmp_path, shown, **(dict.fromkeys(names, nothing) | PRODUCTION))
    assert answer.stdout == "True 60 0 209715200 72 Europe/Moscow\n", answer.stderr


def test_a_secret_may_begin_with_a_dollar(tmp_path):
    answer = read_settings(tmp_path, "SECRET_KEY", **(PRODUCTION | {"SECRET_KEY": "$ecret"}))
    assert answer.stdout == "$ecret\n"


@pytest.mark.parametrize("garbage", ["garbage", "https://sentry.example/1", "https://k3y@sentry.example:x/1"])
def test_what_is_no_address_of_a_sentry_is_refused_in_words_without_its_key(tmp_path, garbage):
    answer = read_settings(tmp_path, DATABASE_URL="", SENTRY_DSN=garbage)
    assert answer.returncode != 0
    last = answer.stderr.splitlines()[-1]
    assert "SENTRY_DSN is not the address of a Sentry" in last
    assert "k3y" not in answer.stderr


@pytest.mark.parametrize("garbage", ["clamav:3310", "tcp://clamav", "unix://run/clamd.ctl"])
def test_what_is_no_address_of_a_virus_scanner_is_refused_in_words(tmp_path, garbage):
    answer = read_settings(tmp_path, DATABASE_URL="", CLAMAV_ADDRESS=garbage)
    assert answer.returncode != 0
    assert f"CLAMAV_ADDRESS: {garbage} is neither tcp://host:port nor unix:///path" in answer.stderr


def test_files_are_not_scanned_unless_a_scanner_is_named(tmp_path):
    answer = read_settings(tmp_path, "CLAMAV_ADDRESS, s.EVIDENCE_MAX_BYTES", DATABASE_URL="")
    assert answer.stdout == f" {20 * 1024 * 1024}\n"
    named = read_settings(tmp_path, "CLAMAV_ADDRESS", DATABASE_URL="", CLAMAV_ADDRESS="tcp://clamav:3310")
    assert named.stdout == "tcp://clamav:3310\n"


def test_the_secret_key_of_an_embedded_portal_stays_and_is_for_the_service_alone(tmp_path):
    key = tmp_path / "secret-key"
    read_settings(tmp_path, DATABASE_URL="")
    first = key.read_text()
    read_settings(tmp_path, DATABASE_URL="")
    assert len(first) > 50
    assert key.read_text() == first
    assert key.stat().st_mode & 0o077 == 0
