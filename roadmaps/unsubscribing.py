"""Links in letters by which somebody ends them without logging in: signed, and good for nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from roadmaps.notices.kinds import Kind

SALT = "roadmaps.unsubscribe"


@dataclass(frozen=True)
class Asked:
    """Whose letters, and the kinds of notices that were in the letter."""

    user_id: int
    kinds: tuple[Kind, ...]


def unsubscribe_path(user_id: int, kinds: Iterable[Kind]) -> str:
    token = signing.dumps([user_id, sorted(kind.value for kind in set(kinds))], salt=SALT)
    return reverse("roadmaps:unsubscribe", args=[token])


def read_token(token: str) -> Asked | None:
    """None for what the portal has not signed. It does not grow old: a letter may lie for long."""
    try:
        user_id, kinds = signing.loads(token, salt=SALT)
        return Asked(int(user_id), tuple(Kind(kind) for kind in kinds))
    except (signing.BadSignature, ValueError, TypeError):
        return None
