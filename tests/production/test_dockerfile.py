"""What must hold of the image. No engine builds it here; its commands are those that `make setup` runs."""

import json
import re
import shlex
from fnmatch import fnmatch

import pytest
from django.conf import settings

from tests.production.compose import ROOT, ours

Instruction = tuple[str, str]


def stages() -> list[list[Instruction]]:
    """The instructions of each stage, its FROM first."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = [line for line in re.sub(r"\\\n\s*", " ", text).splitlines() if line.strip()]
    found: list[list[Instruction]] = []
    for line in lines:
        name, _, arguments = line.partition(" ")
        if name == "FROM":
            found.append([])
        found[-1].append((name, arguments.strip()))
    return found


def all_of(name: str, stage: list[Instruction]) -> list[str]:
    return [arguments for instruction, arguments in stage if instruction == name]


def variables(stage: list[Instruction]) -> dict[str, str]:
    return dict(pair.split("=", 1) for arguments in all_of("ENV", stage) for pair in shlex.split(arguments))


def test_images_have_a_version_and_no_address():
    images = [all_of("FROM", stage)[0].split()[0] for stage in stages()]
    assert [re.sub(r":\d[\w.]*-[\w-]+$", "", image) for image in images] == ["python", "node", "packages", "python"]


def test_what_runs_is_nobody_in_particular():
    last = stages()[-1]
    assert all_of("USER", last) == ["opora"]
    (install,) = all_of("RUN", last)
    assert "--uid 10001" in install
    assert last.index(("USER", "opora")) > last.index(("RUN", install))


def test_every_package_is_one_whose_hash_is_known():
    (install,) = all_of("RUN", stages()[0])
    assert "--require-hashes --only-binary=:all:" in install
    assert all_of("COPY", stages()[0]) == ["requirements/base.txt /tmp/base.txt"]


def test_what_runs_has_no_compiler_and_no_tools():
    (install,) = all_of("RUN", stages()[-1])
    installed = install.split("--no-install-recommends")[1].split("&&")[0].split()
    assert {"fonts-paratype", "fontconfig", "libpango-1.0-0", "libharfbuzz0b"} <= set(installed)
    assert not [name for name in installed if re.search(r"gcc|build|-dev$|make|git|curl", name)]
    assert "rm -rf /var/lib/apt/lists/*" in install


def test_libraries_and_fonts_are_those_that_set_up_installs():
    wanted = re.findall(r"packages\+=\((.+)\)", (ROOT / ".ci/system").read_text())
    (install,) = all_of("RUN", stages()[-1])
    assert {name for names in wanted for name in names.split()} <= set(install.split())


def test_files_are_where_the_services_look_for_them():
    last = stages()[-1]
    said = variables(last)
    assert all_of("VOLUME", last) == [said["VAR_DIR"]]
    assert f"--from=portal {said['STATIC_ROOT']} {said['STATIC_ROOT']}" in all_of("COPY", last)
    for service in ours().values():
        assert service["environment"].items() >= {name: said[name] for name in ("VAR_DIR", "STATIC_ROOT")}.items()


def test_what_was_cloned_for_one_persons_eyes_alone_is_opened_for_whom_it_runs_as():
    """After all else has been written; COPY keeps the rights that files have."""
    portal = stages()[-2]
    (build,) = all_of("RUN", portal)
    last_step = build.split("&&")[-1].split()
    assert last_step[:3] == ["chmod", "-R", "a+rX"]
    kept = {line.split()[1] for line in all_of("COPY", stages()[-1]) if line.startswith("--from=portal")}
    assert set(last_step[3:]) == kept
    assert portal[-1] == ("RUN", build)


def test_it_starts_the_web_process_unless_told_otherwise():
    last = stages()[-1]
    assert json.loads(all_of("CMD", last)[0]) == ours()["web"]["command"]
    assert all_of("HEALTHCHECK", last)[0].endswith('CMD ["python", "-P", "config/probe.py"]')


@pytest.fixture
def context() -> list[str]:
    """What `.dockerignore` lets into the build."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


def test_everything_the_portal_runs_on_is_let_in(context):
    apps = {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()}
    assert apps | {"manage.py", "templates", "static", "fixtures"} <= set(context)
    copied = [
        part
        for stage in stages()
        for line in all_of("COPY", stage)
        if "--from" not in line
        for part in line.split()[:-1]
    ]
    assert {part for part in copied if part != "."} <= set(context)


def test_secrets_and_data_of_a_developers_machine_stay_out(context):
    for name in (".env", "var/db.sqlite3", ".git/config", "tests/conftest.py"):
        assert not [pattern for pattern in context if fnmatch(name, pattern) or name.startswith(f"{pattern}/")]
