"""Experts' words on practices: whose they are to give, and who could be asked."""

from typing import Any

from django.db.models import QuerySet

from accounts.access import Role
from accounts.models import User
from mentoring.models import Practice, PracticeReview
from mentoring.sharing import PracticeState
from roadmaps.notices.kinds import REVIEWS
from roadmaps.queries.awaited import Awaited
from schools.models import Municipality

ROUND = "рассмотрение практик"


def experts_for(practice: Practice) -> QuerySet[User]:
    """Of the municipality, to whom the practice is not assigned yet."""
    held = User.objects.filter(
        is_active=True, memberships__role=Role.EXPERT, memberships__municipality=practice.municipality_id
    )
    asked = PracticeReview.objects.filter(practice=practice).values("expert")
    return held.exclude(pk__in=asked).distinct().order_by("full_name", "username")


def reviews_of(user: Any, practice: Practice) -> QuerySet[PracticeReview]:
    return PracticeReview.objects.visible_to(user).filter(practice=practice).select_related("expert")


def waiting_reviews() -> QuerySet[PracticeReview]:
    """Of practices that wait for review, those of which nothing is said."""
    return PracticeReview.objects.filter(verdict="", practice__state=PracticeState.PROPOSED)


def reviews_to_give(user: Any, municipality: Municipality) -> QuerySet[PracticeReview]:
    own = PracticeReview.objects.visible_to(user).filter(practice__municipality=municipality, expert=user.pk)
    return own.filter(pk__in=waiting_reviews().values("pk")).select_related("practice__school")


def awaited_review(review: PracticeReview) -> Awaited:
    """It comes with its practice and school; whose practice it is opens nothing to the expert."""
    practice = review.practice
    facts = {
        "title": practice.title,
        "due": review.due_on.isoformat(),
        "place": practice.school.name,
        "round": ROUND,
    }
    key = f"practice-review:{review.pk}:{review.due_on}"
    about = {"link": review.get_absolute_url()}
    return Awaited(REVIEWS, key, review.due_on, review.assigned_at, facts, about=about)
