"""Correcting what the portal knows of one school."""

from typing import Any

from django.db import transaction

from accounts.models import audit
from schools.models import School, SchoolAlias
from schools.services.school_list import add_alias

FIELDS = ("name", "code", "fisoko_login", "kind", "parent_id")
ALIASES = (
    (SchoolAlias.Kind.NAME, "name"),
    (SchoolAlias.Kind.CODE, "code"),
    (SchoolAlias.Kind.LOGIN, "fisoko_login"),
)


@transaction.atomic
def correct_school(*, school: School, changes: dict[str, Any], by: Any) -> list[str]:
    """Write the changed fields; the code, login and name of before still lead files to the school."""
    stored = School.objects.select_for_update().get(pk=school.pk)
    known_as = [(kind, getattr(stored, name)) for kind, name in ALIASES]
    changed = [name for name in FIELDS if name in changes and getattr(stored, name) != changes[name]]
    if not changed:
        return []
    before = {name: getattr(stored, name) for name in changed}
    for name in changed:
        setattr(stored, name, changes[name])
    stored.save(update_fields=changed)
    for kind, value in (*known_as, *((kind, getattr(stored, name)) for kind, name in ALIASES)):
        if value:
            add_alias(stored, kind, value)
    audit("school_corrected", stored, by=by, municipality_id=stored.municipality_id, before=before)
    return changed
