"""A portal with a row of everything, and an empty one to restore it into."""

import datetime as dt
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts.models import AuditEvent, Job
from config.backup import tables
from config.backup.files import blocks_of, entry_of, stored_files
from config.backup.manifest import MANIFEST
from mentoring.models import Event
from monitoring.models import ResultChange, Upload
from roadmaps.models import Comment, ProgrammeTask
from schools.models import School
from tests.access.world import make_world
from tests.factories import (
    JobFactory,
    SchoolAliasFactory,
    SchoolStatisticFactory,
    TargetFactory,
)

HARD_TEXT = "таб\tстрока\nещё\r\n обратная \\ черта \\N \\. «кавычки» \" ' ; , {} \u2028 \x1f 𝔸"
HARD_JSON = {"я": [1, 2.5, -0.001, 1e-7, None, True, HARD_TEXT], "a": {"b": {}}, "": [], "10": "0", "9": "0"}


def make_portal() -> None:
    """Two towns with people, jobs, uploads, results, values, documents, and what is hard to write as text."""
    world = make_world()
    Upload.objects.update(status=Upload.Status.STORED)
    town, school = world.town.municipality, world.row("school")
    branch = School.objects.create(municipality=town, parent=school, name=HARD_TEXT, kind=School.Kind.BRANCH)
    SchoolAliasFactory(school=branch, value="\\N", key="\\N")
    SchoolStatisticFactory(school=branch, period="2021", value=Decimal("0.0001"))
    TargetFactory(indicator=world.row("indicator"), period="2022", value=Decimal("123456789.1200"))
    task = ProgrammeTask.objects.create(programme=town.programmes.get(school=None), position=1, text="")
    for row in (task, world.row("activity"), world.row("decision"), world.row("recommendation")):
        row.indicators.add(world.row("indicator"))
    ResultChange.objects.create(upload=world.row("upload"), school=school, key=[2020, "oge"], after=HARD_JSON)
    JobFactory(municipality=town, status=Job.Status.DONE, finished_at=dt.datetime(2026, 1, 2, 3, 4, 5, 6, dt.UTC))
    user = world.row("membership").user
    Comment.objects.earliest("pk").mentions.add(user)
    Event.objects.filter(pk=world.row("event").pk).update(starts_at=dt.time(15, 0, 7))
    group = Group.objects.create(name="Отдел")
    group.permissions.add(Permission.objects.order_by("pk")[0])
    user.groups.add(group)
    ended = {"status": Job.Status.DONE, "finished_at": dt.datetime(2026, 1, 2, tzinfo=dt.UTC)}
    Job.objects.filter(status=Job.Status.QUEUED).update(**ended)  # what waits is queued anew: `test_unfinished`
    AuditEvent.objects.create(user=user, municipality=town, action="x", subject="y", details=HARD_JSON)


def empty_portal() -> None:
    """As after `migrate` on a new machine."""
    call_command("flush", interactive=False, verbosity=0)
    for place in list(stored_files(Path(settings.MEDIA_ROOT))):
        (Path(settings.MEDIA_ROOT) / place).unlink()


def all_tables() -> dict[str, tuple[int, str]]:
    """Number of rows and checksum of every table."""
    sums = {model._meta.label: tables.checksum_of(model) for model in tables.kept_models()}
    return {label: (checksum.rows, checksum.sha256) for label, checksum in sums.items()}


def all_files() -> dict[str, str]:
    root = Path(settings.MEDIA_ROOT)
    return {place: entry_of(blocks_of(root / place)).sha256 for place in stored_files(root)}


def manifest_of(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read(MANIFEST))


def rewritten(path: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> Path:
    """A backup changed by hand: `change` gets the content of its members by name, and its manifest."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop(MANIFEST))
    change(members, manifest)
    return write_archive(path.with_name("changed.zip"), members, manifest)


def write_archive(path: Path, members: dict[str, bytes], manifest: Any) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr(MANIFEST, json.dumps(manifest))
    return path
