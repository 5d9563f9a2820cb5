"""The bank of practices as each person may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from accounts.access import Permission
from accounts.models import User, reach_of
from mentoring.models import Event, Practice, Teacher
from mentoring.sharing import Hand, PracticeState, may_move
from roadmaps.plans.calendar_words import Span
from schools.models import Municipality, School


@dataclass(frozen=True)
class PracticeFilters:
    text: str = ""
    state: str = ""
    school: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == PracticeFilters()


@dataclass(frozen=True)
class PracticeLine:
    """A practice with what this person may do with it."""

    practice: Practice
    hands: frozenset[Hand]
    knows_teacher: bool

    @property
    def state(self) -> PracticeState:
        return PracticeState(self.practice.state)

    @property
    def whose(self) -> str:
        """The school, and the teacher as far as the person may know them."""
        teacher = self.practice.teacher
        if teacher is None:
            return self.practice.school.name
        who = f"{teacher.name}, {teacher.position}" if self.knows_teacher else teacher.in_general
        return f"{who}, {self.practice.school.name}"

    @property
    def can_correct(self) -> bool:
        return may_move(self.state, PracticeState.PROPOSED, self.hands)

    @property
    def can_publish(self) -> bool:
        return may_move(self.state, PracticeState.PUBLISHED, self.hands)

    @property
    def can_return(self) -> bool:
        return may_move(self.state, PracticeState.RETURNED, self.hands)


def practice_list(user: Any, municipality: Municipality, filters: PracticeFilters) -> QuerySet[Practice]:
    """Those that are not published first, then the latest."""
    found = Practice.objects.visible_to(user).filter(municipality=municipality)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.school is not None:
        found = found.filter(school=filters.school)
    if filters.text:
        found = found.filter(pk__in=_speaking_of(found, filters.text))
    return found.select_related("school", "teacher").order_by(F("published_on").desc(nulls_first=True), "-pk")


def published_on(user: Any, municipality: Municipality, days: Span, school: School | None = None) -> QuerySet[Practice]:
    """Published on these days, the earliest first."""
    found = practice_list(user, municipality, PracticeFilters(school=school.pk if school else None))
    return found.filter(published_on__range=days).order_by("published_on", "pk")


def _speaking_of(practices: QuerySet[Practice], text: str) -> list[int]:
    """All of the words, in whatever order; compared here: not every database knows the small letters of Russian."""
    words = text.casefold().split()
    told = practices.order_by().values_list("pk", "title", "subject", "audience", "text", "effect", "school__name")
    return [pk for pk, *texts in told if all(word in " ".join(texts).casefold() for word in words)]


def practice_lines(user: Any, practices: Iterable[Practice]) -> list[PracticeLine]:
    """Of practices that the person sees, which come with their school and teacher."""
    found = list(practices)
    keys = [practice.teacher_id for practice in found if practice.teacher_id]
    known = set(Teacher.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    return [PracticeLine(one, hands_of(user, one), one.teacher_id in known) for one in found]


def practice_line(user: Any, practice: Practice) -> PracticeLine:
    return practice_lines(user, [practice])[0]


def hands_of(user: Any, practice: Practice) -> frozenset[Hand]:
    """The school's people and the centre may put right what is proposed; the centre reviews, but not what the same
    person proposed. The practice comes with its school and teacher."""
    if not isinstance(user, User):
        return frozenset()
    found = set()
    staff, keeping = reach_of(user, Permission.STAFF_EDIT), reach_of(user, Permission.MENTORING_EDIT).municipalities
    of_school = not staff.schools.isdisjoint({practice.school_id, practice.school.parent_id})
    is_teacher = practice.teacher is not None and practice.teacher.user_id == user.pk
    if of_school or is_teacher or practice.municipality_id in staff.municipalities:
        found.add(Hand.AUTHOR)
    if practice.municipality_id in keeping and practice.proposed_by_id != user.pk:
        found.add(Hand.REVIEWER)
    return frozenset(found)


def schools_to_propose_for(user: Any, municipality: Municipality) -> QuerySet[School]:
    """Of their own school a curator, a teacher with a login of theirs; the centre for every school."""
    theirs = School.objects.allowing(user, Permission.STAFF_EDIT)
    taught = Teacher.objects.filter(user=user.pk, is_active=True, school__municipality=municipality).values("school")
    own = School.objects.visible_to(user).filter(pk__in=taught)
    return (theirs | own).filter(municipality=municipality).distinct()


def waiting_practices(user: Any, municipality: Municipality) -> int:
    """How many wait for this person's review."""
    if not municipality.allows(user, Permission.MENTORING_EDIT):
        return 0
    waiting = Practice.objects.filter(municipality=municipality, state=PracticeState.PROPOSED.value)
    return waiting.exclude(proposed_by=user.pk).count()


def shown_at(user: Any, practice: Practice) -> QuerySet[Event]:
    """Events at which it was presented, as far as the person sees them."""
    return Event.objects.visible_to(user).filter(practices=practice)


def practices_of(user: Any, event: Event) -> QuerySet[Practice]:
    return Practice.objects.visible_to(user).filter(events=event).select_related("school").order_by("title", "pk")
