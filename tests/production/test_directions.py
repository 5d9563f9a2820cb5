"""What administrators are told to type, in docs/deploy and README: it has to be possible, and to do no harm."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.production.compose import ROOT, ours, services

FILES = ["README.md", "docs/deploy/README.md"]
SCRIPT = ROOT / "docs/deploy/copy-from-containers"
# Stands in for Docker: notes what it was asked, fails where it is told to.
DOCKER = '#!/bin/sh\necho "$*" >> "$ASKED"\ncase "$*" in *"$FAILS"*) exit 1;; *" cp "*) : > "$4";; esac\n'


def commands(file: str) -> list[list[str]]:
    """Every command that is printed to be typed, split as a shell does."""
    blocks = re.findall(r"```sh\n(.+?)```", (ROOT / file).read_text(), re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(part, comments=True) for line in lines for part in line.split(" && ") if part.strip()]


@pytest.mark.parametrize("file", FILES)
def test_compose_is_asked_for_services_that_there_are_and_starts_no_migrations_by_the_way(file):
    asked = [words[2:] for words in commands(file) if words[:2] == ["docker", "compose"]]
    assert asked
    for verb, *rest in asked:
        named = [word for word in rest if word in services()]
        if verb in ("exec", "run", "stop"):
            assert named, rest
        if verb == "run":
            assert {"--rm", "--no-deps"} <= set(rest)
        assert not {"--volumes", "-v"} & set(rest)  # nothing may take the database away


@pytest.mark.parametrize("file", FILES)
def test_every_option_of_a_way_back_is_known_to_compose(file):
    variables = {name for words in commands(file) for name in re.findall(r"([A-Z_]+)=", " ".join(words))}
    text = (ROOT / "docker-compose.yml").read_text()
    for name in variables & {"OPORA_VERSION", "POSTGRES_DB"}:
        assert f"${{{name}:-" in text


def test_a_copy_is_made_before_the_new_version_touches_the_tables():
    order = [" ".join(words) for words in commands("docs/deploy/README.md")]
    upgrade = order[order.index("docker compose build") :]
    copied, down, up = (
        next(at for at, command in enumerate(upgrade) if start in command)
        for start in ("copy-from-containers", "docker compose down", "docker compose up")
    )
    assert copied < down < up


def test_programs_that_systemd_starts_are_named_by_their_whole_path():
    """It takes others for names in its own path, whatever the folder."""
    (command,) = (words for words in commands("docs/deploy/README.md") if words[0] == "systemd-run")
    program = next(word for word in command[1:] if not word.startswith("--"))
    assert program == "/opt/opora/.venv/bin/python"


def test_secrets_are_for_nobody_elses_eyes():
    for file in FILES:
        assert ["chmod", "600", ".env"] in commands(file)


@pytest.fixture
def docker(tmp_path, monkeypatch):
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("ASKED", str(tmp_path / "asked"))
    monkeypatch.setenv("FAILS", "nothing")
    return tmp_path / "asked"


def copy(place: Path) -> int:
    return subprocess.run([SCRIPT, place], cwd=place, capture_output=True, check=False).returncode


def test_a_copy_is_made_where_the_portal_runs_and_nothing_of_it_stays_there(docker, tmp_path):
    place = tmp_path / "safe"
    place.mkdir()
    assert copy(place) == 0
    (written,) = place.iterdir()
    assert re.fullmatch(r"opora-[\d-]+\.zip", written.name)
    assert written.stat().st_mode & 0o777 == 0o600
    inside = f"{ours()['web']['environment']['VAR_DIR']}/{written.name}"
    assert docker.read_text().splitlines() == [
        f"compose exec -T web python manage.py backup {inside}",
        f"compose cp web:{inside} {written}",
        f"compose exec -T web rm -f {inside}",
    ]


@pytest.mark.parametrize("fails, kept", [("backup", 1), (" cp ", 0)])
def test_whoever_asked_for_a_copy_hears_that_it_failed(docker, tmp_path, monkeypatch, fails, kept):
    """A backup that misses a file says so by its code, and is good all the same."""
    monkeypatch.setenv("FAILS", fails)
    place = tmp_path / "safe"
    place.mkdir()
    assert copy(place) != 0
    assert len(list(place.iterdir())) == kept
    assert " rm -f " in docker.read_text()
