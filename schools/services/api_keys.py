"""Keys for programs: give one out, take one back."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.access import Role, place_problem
from accounts.models import ApiKey, audit
from schools.models import Municipality, School


class KeyRefused(Exception):
    """Such a key cannot be given out; the text is for people and says what to do."""


@transaction.atomic
def create_api_key(
    *, role: Role, municipality: Municipality, school: School | None = None, by: Any = None
) -> tuple[ApiKey, str]:
    """A key that acts for the role in the municipality or in one of its schools, and its text, kept nowhere."""
    if problem := place_problem(role, in_school=school is not None):
        raise KeyRefused(problem)
    if school is not None and school.municipality_id != municipality.pk:
        raise KeyRefused("Эта школа в другом муниципалитете: укажите школу своего.")
    key, text = ApiKey.new(role=role.value, municipality=municipality, school=school)
    key.save()
    details = {"role": role.value, "school": school.public_code if school else None, "prefix": key.prefix}
    audit("api_key_created", key, by=by, municipality_id=municipality.pk, **details)
    return key, text


@transaction.atomic
def revoke_api_key(*, key: ApiKey, by: Any = None) -> None:
    """From now on the key opens nothing; once revoked it stays so."""
    if not ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        return
    key.refresh_from_db()
    audit("api_key_revoked", key, by=by, municipality_id=key.municipality_id, prefix=key.prefix)
