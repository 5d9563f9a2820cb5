"""Everything that the portal holds, in a form in which two runs can be compared: every table and every file.

Numbers of rows and moments differ from run to run, so a reference is written as what it refers to and a moment as
whether there is one. What differs beyond that was lost, doubled or mixed.
"""

import hashlib
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from accounts.models import Job
from monitoring.models import StoredSheet
from reports.models import ReportFile

APPS = ("accounts", "schools", "indicators", "roadmaps", "mentoring", "monitoring", "reports")
NAMES = ("code", "slug", "username", "kind")  # what a row is known by
# How an end was reached may differ, the end may not.
OF_THE_WAY = {
    Job: {"attempts", "done_steps", "all_steps", "doing", "rows", "not_before", "sent_at", "heartbeat_at"},
    StoredSheet: {"kept_until"},
}


def fingerprint() -> dict[str, Counter[str]]:
    """Rows by table and files by name; equal for two runs that came to the same."""
    labels = cache(_labels)
    tables = {
        model._meta.label: Counter(_row(row, labels) for row in model._default_manager.all())
        for model in apps.get_models()
        if model._meta.app_label in APPS
    }
    return tables | {"files": Counter(f"{_known_as(name, labels)} {_sum(path)}" for name, path in _files().items())}


def differences(one: dict[str, Counter[str]], other: dict[str, Counter[str]]) -> dict[str, Any]:
    """What each has that the other has not, by table; empty when they are equal."""
    return {
        table: {"only in the first": list((one[table] - other[table]).elements())[:3],
                "only in the second": list((other[table] - one[table]).elements())[:3]}
        for table in one
        if one[table] != other[table]
    }  # fmt: skip


def orphans() -> set[str]:
    """Files that no row names, and names of rows without their file."""
    named = set(StoredSheet.objects.values_list("path", flat=True))
    named |= set(ReportFile.objects.values_list("file", flat=True))
    return named ^ set(_files())


def spooled() -> list[str]:
    """What waits in the spool."""
    root = Path(settings.SPOOL_DIR)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def _labels(model: type[models.Model]) -> dict[Any, str]:
    """How the rows of a table are called in the fingerprint: by name, or by their place in the order of making."""
    rows = model._default_manager.order_by("pk")
    name = next((name for name in NAMES if name in {field.name for field in model._meta.concrete_fields}), None)
    return {row.pk: str(getattr(row, name)) if name else f"#{place}" for place, row in enumerate(rows)}


def _row(row: models.Model, labels: Any) -> str:
    told = {
        field.name: _value(row, field, labels)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in OF_THE_WAY.get(type(row), ())
    }
    return _without_numbers(json.dumps(told, default=str, sort_keys=True, ensure_ascii=False), labels)


def _value(row: models.Model, field: Any, labels: Any) -> Any:
    value = field.value_from_object(row)
    if isinstance(field, models.DateTimeField):
        return value is not None
    if field.name == "subject_id":  # of a job: an upload or a report, each the only one of its kind
        return value is not None
    return labels(field.related_model).get(value) if field.related_model and value is not None else value


def _without_numbers(text: str, labels: Any) -> str:
    """Numbers of rows inside texts: in sources, audit events and paths."""
    uploads = labels(apps.get_model("monitoring.Upload"))
    text = re.sub(r'"upload": (\d+)', lambda found: f'"upload": "{uploads.get(int(found[1]))}"', text)
    text = re.sub(r'"(\w+\.\w+):(\d+)"', lambda found: f'"{found[1]} {_ranked(found, labels)}"', text)
    return _known_as(text, labels)


def _ranked(found: re.Match[str], labels: Any) -> str | None:
    known: dict[Any, str] = labels(apps.get_model(found[1]))
    return known.get(int(found[2]))


def _known_as(text: str, labels: Any) -> str:
    uploads = labels(apps.get_model("monitoring.Upload"))
    return re.sub(r"\bsources/(\d+)/", lambda found: f"sources/{uploads.get(int(found[1]))}/", text)


def _files() -> dict[str, Path]:
    root = Path(settings.MEDIA_ROOT)
    return {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
