"""The centre keeps the pool of mentors; schools and the centre keep the list of teachers."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction

from accounts.models import User, audit
from mentoring.models import Mentor, Teacher
from roadmaps.services.changed import COMPARE, ChangedSince

Person = TypeVar("Person", Mentor, Teacher)
CHANGED = f"Пока вы правили запись, её изменил другой человек. {COMPARE}"


class PersonChanged(ChangedSince):
    """Somebody has changed the entry since the person looked at it."""


@transaction.atomic
def write_person(*, person: Person, fields: Mapping[str, Any], seen_version: int, by: User) -> Person:
    """A new one (without a key), or another wording of one. Raises PersonChanged."""
    is_new = person.pk is None
    if not is_new:
        table = type(person)._default_manager
        table.select_for_update(no_key=True).values_list("pk").get(pk=person.pk)
        person = table.get(pk=person.pk)
        if person.version != seen_version:
            raise PersonChanged(CHANGED)
        person.version += 1
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    town = person.municipality_id if isinstance(person, Mentor) else person.school.municipality_id
    what = person._meta.model_name
    audit(f"{what}_added" if is_new else f"{what}_changed", person, by=by, municipality_id=town)
    return person
