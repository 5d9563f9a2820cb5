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
}


def names_in(file: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, Path(settings.BASE_DIR, file).read_text(), re.MULTILINE))


def test_env_example_names_every_variable_and_no_other():
    read = names_in("config/settings.py", r"""(?:env(?:\.\w+)?|required)\(\s*"([A-Z_]+)\"""")
    read |= names_in("config/gunicorn.py", r"""os\.environ\.get\("([A-Z_]+)\"""")
    read |= names_in("docker-compose.yml", r"(?<!\$)\$\{([A-Z_]+)")
    assert names_in(".env.example", r"^#?([A-Z_]+)=") == read


def read_settings(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "REDIS_URL": "", **variables}
    return subprocess.run(
        [sys.executable, "-c", "import config.settings as s; print(s.PRODUCTION, s.DEBUG, s.SECURE)"],
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


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_refuses_to_start_without(tmp_path, missing):
    answer = read_settings(tmp_path, **(PRODUCTION | {missing: ""}))
    assert answer.returncode != 0
    assert f"{missing} is not set; see .env.example" in answer.stderr


def test_the_secret_key_of_an_embedded_portal_stays_and_is_for_the_service_alone(tmp_path):
    key = tmp_path / "secret-key"
    read_settings(tmp_path, DATABASE_URL="")
    first = key.read_text()
    read_settings(tmp_path, DATABASE_URL="")
    assert len(first) > 50
    assert key.read_text() == first
    assert key.stat().st_mode & 0o077 == 0
