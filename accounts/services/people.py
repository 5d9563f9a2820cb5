"""Who belongs to a municipality: inviting, and ending a membership."""

from typing import Any

from allauth.utils import generate_unique_username
from django.db import transaction

from accounts.access import Grant, Permission, Role, place_problem, reach
from accounts.models import Membership, User, audit


class PersonRefused(Exception):
    """It cannot be done; the text is for people and says what to do."""


@transaction.atomic
def invite_person(
    *,
    email: str,
    full_name: str,
    position: str,
    role: Role,
    municipality_id: int,
    school_id: int | None = None,
    by: User | None = None,
) -> Membership:
    """A membership for somebody known by e-mail, or for a new user who will set a password by a letter.

    The name of somebody who already has an account stays as it is.
    """
    email = email.strip().lower()
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User(username=generate_unique_username([email]), email=email, full_name=full_name, position=position)
        user.set_unusable_password()
        user.save()
    elif not user.is_active:
        raise PersonRefused("Учётная запись с этим адресом отключена. Обратитесь к администратору портала.")
    return give_role(user=user, role=role, municipality_id=municipality_id, school_id=school_id, by=by)


@transaction.atomic
def create_user(
    *,
    username: str,
    email: str,
    full_name: str,
    position: str,
    password: str | None,
    role: Role,
    municipality_id: int,
    school_id: int | None = None,
) -> Membership:
    """A user with a name to log in by, made by the portal's administrator; without a password one is set by reset."""
    if User.objects.filter(username__iexact=username).exists():
        raise PersonRefused(f"Логин «{username}» уже занят: выберите другой.")
    if email and User.objects.filter(email__iexact=email).exists():
        raise PersonRefused(f"Адрес «{email}» уже есть у другого пользователя.")
    user = User(username=username, email=email.lower(), full_name=full_name, position=position)
    user.set_password(password)  # None makes it unusable
    user.save()
    return give_role(user=user, role=role, municipality_id=municipality_id, school_id=school_id, by=None)


@transaction.atomic
def end_membership(*, membership: Membership, by: User) -> None:
    """The person no longer sees the municipality; what they did stays."""
    if membership.user_id == by.pk and _is_last_to_manage(membership, by):
        raise PersonRefused(
            "Это ваша единственная роль, которая позволяет управлять людьми муниципалитета. "
            "Попросите другого сотрудника управления образования завершить ваше участие."
        )
    audit("membership_ended", membership, by=by, municipality_id=membership.municipality_id, **_details(membership))
    membership.delete()


def give_role(*, user: User, role: Role, municipality_id: int, school_id: int | None, by: User | None) -> Membership:
    """One more role of a user; refused where it makes no sense or is held already."""
    if problem := place_problem(role, in_school=school_id is not None):
        raise PersonRefused(problem)
    place: dict[str, Any] = {"municipality_id": municipality_id, "school_id": school_id}
    membership, is_new = Membership.objects.get_or_create(user=user, role=role.value, **place)
    if not is_new:
        raise PersonRefused("У этого человека уже есть такая роль.")
    audit("membership_given", membership, by=by, municipality_id=municipality_id, **_details(membership))
    return membership


def _is_last_to_manage(membership: Membership, by: User) -> bool:
    """Whether without this membership they could no longer manage people there."""
    others = Membership.objects.filter(user=by, municipality=membership.municipality_id).exclude(pk=membership.pk)
    grants = [Grant(Role(other.role), other.municipality_id, other.school_id) for other in others]
    return membership.municipality_id not in reach(grants, Permission.PEOPLE_MANAGE).municipalities


def _details(membership: Membership) -> dict[str, Any]:
    return {"user": membership.user_id, "role": membership.role, "school": membership.school_id}
