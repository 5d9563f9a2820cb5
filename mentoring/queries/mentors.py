"""The pool with the load of each, and which schools of the list are left alone."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from mentoring.kinds import COUNTED, POOL_LABELS
from mentoring.models import Mentor, Pairing
from schools.models import Category, Identification, Municipality, School
from schools.ordering import in_natural_order, natural_key
from schools.periods import school_year_of

STRONG = frozenset({Category.RESILIENT, Category.EFFECTIVE})  # who help rather than are helped


@dataclass(frozen=True)
class MentorLine:
    """Somebody of the pool, with how many pairings run today."""

    mentor: Mentor
    load: int
    is_in_pool: bool

    @property
    def is_overloaded(self) -> bool:
        return self.mentor.load_limit is not None and self.load > self.mentor.load_limit

    @property
    def is_free(self) -> bool:
        """Whether one more may be given to them."""
        return self.is_in_pool and (self.mentor.load_limit is None or self.load < self.mentor.load_limit)

    @property
    def words(self) -> str:
        """«2 из 3»; without a limit «2»."""
        return f"{self.load} из {self.mentor.load_limit}" if self.mentor.load_limit is not None else str(self.load)


@dataclass(frozen=True)
class LeftAlone:
    """Schools of the year's list that nobody helps today."""

    school_year: int
    listed: int
    schools: list[School]


def loads_of(mentors: QuerySet[Mentor], today: dt.date) -> Counter[int]:
    """Pairings that run today, by mentor; a number is no secret, so all are counted."""
    running = Pairing.objects.running_on(today).filter(mentor__in=mentors).exclude(kind__in=COUNTED)
    return Counter(running.order_by().values_list("mentor", flat=True))


def pool_of(user: Any, municipality: Municipality, today: dt.date) -> list[MentorLine]:
    """In alphabetical order within each kind; those who have left come last."""
    mentors = Mentor.objects.visible_to(user).filter(municipality=municipality)
    loads = loads_of(mentors, today)
    lines = [
        MentorLine(mentor, loads[mentor.pk], mentor.since <= today and (mentor.until is None or mentor.until >= today))
        for mentor in mentors.select_related("school")
    ]
    kinds: list[str] = list(POOL_LABELS)
    return sorted(
        lines,
        key=lambda line: (not line.is_in_pool, kinds.index(line.mentor.kind), natural_key(line.mentor.name)),
    )


def left_alone(
    user: Any, municipality: Municipality, today: dt.date, school_year: int | None = None
) -> LeftAlone | None:
    """By the latest list up to that of the school year, or of today's; None where there is none. Pairs with pupils are
    no help to the school."""
    upto = school_year_of(today) if school_year is None else school_year
    listed = Identification.objects.visible_to(user).filter(school__municipality=municipality, school_year__lte=upto)
    year = listed.order_by("-school_year").values_list("school_year", flat=True).first()
    if year is None:
        return None
    weak = listed.filter(school_year=year).exclude(category__in=STRONG)
    schools = School.objects.filter(pk__in=weak.values("school"))
    helped = Pairing.objects.running_on(today).exclude(kind__in=COUNTED).filter(municipality=municipality)
    alone = schools.exclude(pk__in=helped.values("school"))
    return LeftAlone(year, schools.count(), in_natural_order(alone))
