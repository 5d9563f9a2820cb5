"""Who belongs to a municipality."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import Membership, User


def own_municipalities(user: User) -> dict[str, Any]:
    """Municipalities that the user belongs to, by slug."""
    memberships = user.memberships.select_related("municipality").order_by("municipality__name")
    return {membership.municipality.slug: membership.municipality for membership in memberships}


def members(*, user: User, municipality_id: int) -> QuerySet[Membership]:
    """People of the municipality by name, each role a row."""
    visible = Membership.objects.visible_to(user).filter(municipality=municipality_id)
    return visible.select_related("user", "school").order_by("user__full_name", "user__username", "role", "pk")
