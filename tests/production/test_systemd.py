"""What must hold of the systemd units: the same processes as in docker-compose.yml, with as few rights."""

import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings

from tests.production.compose import ROOT, option, ours, workers

UNITS = ROOT / "docs/deploy/systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
STEPS = {"opora-migrate.service", "opora-backup.service"}  # run once and end
COPIES = "/var/backups/opora"
PROGRAMS = "/opt/opora/.venv/bin/"


def unit(name: str) -> dict[str, list[str]]:
    """A unit's settings, each with all values that it is given."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in (UNITS / name).read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found[key].append(value)
    return found


def command(name: str) -> list[str]:
    (start,) = unit(name)["ExecStart"]
    return start.removeprefix(PROGRAMS).split()


@pytest.mark.parametrize("name", SERVICES)
def test_a_process_may_write_its_own_folder_and_nothing_else(name):
    said = unit(name)
    assert said["User"] == ["opora"]
    assert said["NoNewPrivileges"] == said["PrivateTmp"] == said["ProtectHome"] == ["yes"]
    assert said["ProtectSystem"] == ["strict"]
    assert said["ReadWritePaths"] == ["/var/lib/opora" + (f" {COPIES}" if name == "opora-backup.service" else "")]
    assert said["CapabilityBoundingSet"] == [""]
    assert said["UMask"] == ["0077"]
    assert all(line.removeprefix("/bin/sh -c 'exec ").startswith(PROGRAMS) for line in said["ExecStart"])


def test_a_copy_is_made_every_night_of_the_tables_as_they_are():
    said = unit("opora-backup.service")
    assert not {"Requires", "Wants"} & said.keys()  # of migrations above all
    assert unit("opora-backup.timer").keys() >= {"OnCalendar", "WantedBy"}
    (start,), (tidy,) = said["ExecStart"], said["ExecStartPost"]
    script = re.fullmatch(r"/bin/sh -c '(.+)'", start)[1].replace("$$", "$").replace("%%", "%")
    shown = script.replace(f"exec {PROGRAMS}python", "echo")
    path = subprocess.run(["sh", "-c", shown], capture_output=True, text=True, check=True).stdout.split()[-1]
    assert re.fullmatch(rf"{COPIES}/opora-[\d-]+\.zip", path)
    assert tidy == f"/usr/bin/find {COPIES} -name 'opora-*.zip' -mtime +30 -delete"


@pytest.mark.parametrize("name", sorted(set(SERVICES) - STEPS))
def test_what_dies_is_started_again_but_not_before_the_tables_are_right(name):
    said = unit(name)
    assert said["Restart"] == ["always"]
    assert said["Requires"] == ["opora-migrate.service"]
    assert "opora-migrate.service" in said["After"][0].split()
    assert said["KillMode"] == ["mixed"]
    assert said["PartOf"] == ["opora.target"]


def test_the_step_prepares_tables_and_files_of_pages():
    steps = [line.removeprefix(PROGRAMS).split() for line in unit("opora-migrate.service")["ExecStart"]]
    assert steps[0] == ours()["migrate"]["command"]
    assert steps[1][:3] == ["python", "manage.py", "collectstatic"]


def test_processes_are_those_of_the_containers():
    web = [part for part in command("opora-web.service") if not part.startswith("--bind=")]
    assert web == ours()["web"]["command"]
    assert command("opora-beat.service") == ours()["beat"]["command"]
    worker = [part.replace("imports", "%i").replace("@%h", "@%H") for part in ours()["worker-imports"]["command"]]
    assert command("opora-worker@.service") == worker


def test_every_queue_has_its_worker():
    wanted = " ".join(unit("opora.target")["Wants"]).split()
    queues = {name.removeprefix("opora-worker@").removesuffix(".service") for name in wanted if "@" in name}
    assert queues == {queue.name for queue in settings.CELERY_TASK_QUEUES} == set().union(*workers().values())
    assert option(command("opora-worker@.service"), "--queues") == "%i"


def test_there_is_one_beat_and_one_web():
    wanted = " ".join(unit("opora.target")["Wants"]).split()
    assert sorted(name for name in wanted if "@" not in name) == ["opora-beat.service", "opora-web.service"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed on this machine")
def test_systemd_understands_every_word(tmp_path: Path):
    """With programs and folders of this machine in place of the deployed ones, which verify looks for."""
    for path in UNITS.iterdir():
        text = path.read_text().replace("/opt/opora/docs", "/usr/share")
        lines = [
            f"ExecStart={shutil.which('true')}" if line.startswith("ExecStart=") else line for line in text.splitlines()
        ]
        (tmp_path / path.name).write_text("\n".join(line for line in lines if "WorkingDirectory" not in line) + "\n")
    (tmp_path / "opora-worker@imports.service").write_bytes((tmp_path / "opora-worker@.service").read_bytes())
    names = [
        "opora.target",
        "opora-backup.timer",
        "opora-worker@imports.service",
        *(name for name in SERVICES if "@" not in name),
    ]
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:/usr/lib/systemd/system:/lib/systemd/system", "PATH": "/usr/bin:/bin"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in verified.stderr.splitlines() if "opora" in line]
    assert (verified.returncode, said) == (0, [])
