"""What is written about a teacher stays in their history: who has written what, and what it was before."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import models

from accounts.models import User
from mentoring.models import Teacher, TeacherChange
from schools.wording import number

UNTOLD = ("id", "version", "changed_at", "changed_by", "teacher", "plan", "school", "user", "facts")
YES, NO = "да", "нет"


def teacher_of(row: models.Model) -> Teacher | None:
    """Whom a row is about: the teacher, or anything kept about one; None of other rows."""
    if isinstance(row, Teacher):
        return row
    about = getattr(row, "plan", row)
    found = getattr(about, "teacher", None)
    return found if isinstance(found, Teacher) else None


def row_in_words(row: models.Model) -> dict[str, str]:
    """What the history keeps of it: no empty ones."""
    told = {one.name: _words(row, one.name) for one in row._meta.concrete_fields if one.name not in UNTOLD}
    return {name: words for name, words in told.items() if words}


def _words(row: models.Model, name: str) -> str:
    value: Any = getattr(row, name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return number(value, 2)
    choice = getattr(row, f"get_{name}_display", None)
    return str(choice() if choice else value)


def note_of_teacher(
    row: models.Model, action: str, by: User, before: Mapping[str, str], after: Mapping[str, str]
) -> None:
    """A line of what differs, where the row is about a teacher; saving without a change leaves none."""
    teacher = teacher_of(row)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if teacher is None or not names:
        return
    TeacherChange.objects.create(
        teacher=teacher,
        by=by,
        action=action,
        record=str(row._meta.model_name),
        title=str(row)[:500],
        before={name: before[name] for name in names if name in before},
        after={name: after[name] for name in names if name in after},
    )
