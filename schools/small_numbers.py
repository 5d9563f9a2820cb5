"""Who sees numbers about fewer than five pupils: the one rule for pages, documents and REST.

A row about so few pupils stays where it is; everybody else finds its numbers missing and the warning `hidden_small`.
Sums of a municipality stay whole, so a second school may be hidden with it: see `indicators.queries.covering`.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.access import Permission
from accounts.models import reach_of
from schools.models import School

SMALL = 5
HIDDEN_SMALL = "hidden_small"
HIDDEN_FOR_ANOTHER = "hidden_for_another"  # or the few pupils of another school could be worked out
FEW_IN_WORDS = "скрыто: менее 5 участников"
FOR_ANOTHER_IN_WORDS = "скрыто ради школы, где менее 5 участников"


def hidden_in_words(is_covered: bool) -> str:
    """Why a number is not shown."""
    return FOR_ANOTHER_IN_WORDS if is_covered else FEW_IN_WORDS


def is_small(pupils: int | None) -> bool:
    """Whether so few pupils could be recognised; what counts no pupils at all (None) has nothing to hide."""
    return pupils is not None and pupils < SMALL


@dataclass(frozen=True)
class SmallNumbers:
    """Where a user sees small numbers; asks the database nothing, so it serves lists of any length."""

    municipalities: frozenset[int]
    schools: frozenset[int]

    @classmethod
    def seen_by(cls, user: Any) -> "SmallNumbers":
        held = reach_of(user, Permission.SMALL_NUMBERS_VIEW)
        return cls(municipalities=held.municipalities, schools=held.schools)

    def shown_for(self, school: School) -> bool:
        """As `School.objects.allowing` decides: a school's people answer for its branches."""
        return (
            school.municipality_id in self.municipalities
            or school.pk in self.schools
            or (school.parent_id is not None and school.parent_id in self.schools)
        )

    def hides(self, pupils: int | None, school: School) -> bool:
        """Whether the numbers of this school about so many pupils are to be left out."""
        return is_small(pupils) and not self.shown_for(school)


def hidden_from(user: Any, *, pupils: str = "participants", school: str = "school") -> Q:
    """The rows that `SmallNumbers.hides` would hide, as a condition on fields of a queryset."""
    shown = School.objects.allowing(user, Permission.SMALL_NUMBERS_VIEW)
    # In this order, for the database need not count the pupils of schools of which nothing is hidden.
    return ~Q(**{f"{school}__in": shown}) & Q(**{f"{pupils}__lt": SMALL})
