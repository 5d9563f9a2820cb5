"""The demo as `make demo` loads it, in a portal of its own: commands in processes, a database file, a VAR_DIR.

The slow part of these tests is shared: one portal, loaded once, looked at from several sides.
"""

import gzip
import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from config.programmes.fixtures import Fixtures
from monitoring.demo.pupils import PATRONYMIC, SURNAMES

Manage = Callable[..., subprocess.CompletedProcess[str]]
# Rows that tell when something was done, not what is there.
RUNNING_NOTES = {"django_migrations", "cache", "sqlite_sequence"}


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def manage(var_dir: Path) -> Manage:
    # The embedded portal, also where the suite itself runs on PostgreSQL.
    environment = os.environ | {"VAR_DIR": str(var_dir), "DATABASE_URL": "", "REDIS_URL": ""}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return call


@pytest.fixture(scope="module")
def loaded(manage: Manage) -> dict:
    assert manage("migrate", "--verbosity", "0").returncode == 0
    done = manage("load_demo", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rows_of(var_dir: Path) -> dict[str, list[tuple]]:
    with sqlite3.connect(var_dir / "db.sqlite3") as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        kept = [name for name in tables if name not in RUNNING_NOTES]
        return {name: sorted(database.execute(f"select * from {name}"), key=repr) for name in kept}


def texts_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below, what is packed unpacked."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield path.name, content
        if content[:2] == b"\x1f\x8b":
            yield path.name, gzip.decompress(content)
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for member in archive.namelist():
                    yield f"{path.name}/{member}", archive.read(member)


def test_logins_of_every_role_and_of_the_neighbours(loaded: dict):
    assert {(row["username"], row["role"], row["municipality"]) for row in loaded["logins"]} == {
        ("department", "department", "nazarovo"),
        ("methodist", "methodist", "nazarovo"),
        ("curator", "curator", "nazarovo"),
        ("mentor", "mentor", "nazarovo"),
        ("viewer", "viewer", "nazarovo"),
        *((town, "department", town) for town in ("megion", "vilyuysk", "surgut", "armavir")),
    }


def test_every_town_has_its_programme_and_its_spreadsheets(loaded: dict, var_dir: Path):
    assert [(row["programme"], row["loaded"]) for row in loaded["programmes"]] == [
        (town, True) for town in ("megion", "vilyuysk", "nazarovo", "surgut", "armavir")
    ]
    counts = {  # schools, indicators, uploads
        "nazarovo": (4, 22, 1), "megion": (8, 38, 1), "vilyuysk": (6, 34, 1), "surgut": (10, 10, 1),
        "armavir": (18, 42, 1),
    }  # fmt: skip
    tables = ("schools_school", "indicators_indicator", "monitoring_upload")
    with sqlite3.connect(var_dir / "db.sqlite3") as database:
        for town, expected in counts.items():
            where = f"municipality_id = (select id from schools_municipality where slug = '{town}')"
            found = [database.execute(f"select count(*) from {table} where {where}").fetchone()[0] for table in tables]
            assert tuple(found) == expected, town


def test_analytical_note_is_drawn(loaded: dict, var_dir: Path):
    with sqlite3.connect(var_dir / "db.sqlite3") as database:
        [(name, kind, period)] = database.execute(
            "select file, kind, period from reports_reportfile join reports_report on reports_report.id = report_id"
        ).fetchall()
    assert (kind, period) == ("analytical_note", "2020")
    assert (var_dir / "media" / name).read_bytes().startswith(b"%PDF-")


def test_a_list_is_published_and_says_what_the_fixtures_do(loaded: dict, var_dir: Path):
    (year,) = (row for row in Fixtures("armavir").read("identification") if row["school_year"] == 2021)
    with sqlite3.connect(var_dir / "db.sqlite3") as database:
        published = database.execute(
            "select code, i.order_number from schools_identification i join schools_school s on s.id = school_id "
            "where school_year = 2021 and category = 'low_results' and json_extract(source, '$.edition') = 1"
        ).fetchall()
    assert sorted(published) == [(code, year["order_number"]) for code in sorted(year["low_results"])]


def test_nothing_is_left_for_a_worker(loaded: dict, var_dir: Path):
    with sqlite3.connect(var_dir / "db.sqlite3") as database:
        assert database.execute("select count(*) from accounts_job where status <> 'done'").fetchone() == (0,)


def test_no_name_of_a_pupil_is_left_anywhere(loaded: dict, var_dir: Path):
    names = (*SURNAMES, PATRONYMIC)
    spellings = {name: [name.encode(code) for code in ("utf-8", "cp1251", "utf-16-le")] for name in names}
    spellings |= {f"{name} (json)": [json.dumps(name)[1:-1].encode()] for name in names}
    looked_at = 0
    for file, content in texts_of(var_dir):
        looked_at += 1
        found = [name for name, written in spellings.items() if any(text in content for text in written)]
        assert not found, (file, found)
    assert looked_at > 30


def test_loading_again_changes_nothing(loaded: dict, manage: Manage, var_dir: Path):
    before, files = rows_of(var_dir), sorted(path for path in (var_dir / "media").rglob("*"))
    assert manage("load_demo").returncode == 0
    assert rows_of(var_dir) == before
    assert sorted(path for path in (var_dir / "media").rglob("*")) == files


def test_unknown_programme_is_wrong_usage(manage: Manage):
    assert manage("load_programme", "moskva").returncode == 2
