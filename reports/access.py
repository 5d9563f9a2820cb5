"""Who may see documents of which kind. A kind that is not named here takes the permission to see documents."""

from accounts.access import Permission

SEEN_WITH: dict[str, Permission] = {
    "identification": Permission.IDENTIFICATION_EDIT,  # it may be a draft, and says what was proposed of every school
    "mentoring": Permission.SCORES_VIEW,  # it tells how help is scored and asked for, which mentors do not see
}


def seen_with(kind: str) -> Permission:
    return SEEN_WITH.get(kind, Permission.REPORT_VIEW)
