"""Who may see documents of which kind. A kind that is not named here takes the permission to see documents."""

from accounts.access import Permission

SEEN_WITH: dict[str, Permission] = {}


def seen_with(kind: str) -> Permission:
    return SEEN_WITH.get(kind, Permission.REPORT_VIEW)
