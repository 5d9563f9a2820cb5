"""A school proposes a practice and puts it right; the centre publishes it, returns it with a reason, and says at which
events it was shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User, audit
from mentoring.models import Event, Practice, PracticeFile, Teacher
from mentoring.queries.practices import hands_of, schools_to_propose_for
from mentoring.services.counting import practice_moved
from mentoring.services.news import tell_of_practice
from mentoring.sharing import PracticeState, may_move
from roadmaps.evidence_files import KeptFile
from roadmaps.services.changed import COMPARE, ChangedSince
from schools.models import Municipality, School

MAX_FILES = 20  # of one practice
CHANGED = f"Пока вы правили практику, её изменил другой человек. {COMPARE}"
LOOK_AGAIN = "Практику за это время изменили: посмотрите на неё ещё раз."
NOT_YOURS = "Практику школы предлагают она сама и методический центр."
OTHER_SCHOOL = "Этот учитель не из выбранной школы: выберите другого."
NOT_NOW = "Практика {state}: этого с ней сделать нельзя."
NO_REASON = "Напишите, что исправить: без причины практика не возвращается."
TOO_MANY = f"У практики не больше {MAX_FILES} файлов: уберите ненужные."
OTHER_EVENT = "Практику показывают на мероприятиях своего муниципалитета."
WORDS = ("title", "subject", "audience", "text", "effect", "link")


class PracticeRefused(Exception):
    """Nothing is changed; the text is for people and says why. `field` of the form that it is about, if any."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class PracticeChanged(PracticeRefused, ChangedSince):
    """Somebody has changed the practice since the person looked at it."""


@dataclass(frozen=True)
class PracticeTold:
    school: School
    title: str
    text: str
    teacher: Teacher | None = None
    subject: str = ""
    audience: str = ""
    effect: str = ""
    link: str = ""


@transaction.atomic
def propose_practice(*, municipality: Municipality, told: PracticeTold, by: User) -> Practice:
    """Raises PracticeRefused."""
    practice = Practice(municipality=municipality, proposed_by=by)
    _set(practice, told, by)
    practice.save()
    audit("practice_proposed", practice, by=by, municipality_id=municipality.pk)
    return practice


@transaction.atomic
def correct_practice(*, practice: Practice, told: PracticeTold, seen_version: int, by: User) -> Practice:
    """Until it is published; once returned, it waits for review again. Raises PracticeRefused."""
    practice = _locked(practice, seen_version, CHANGED)
    _refuse_move(practice, PracticeState.PROPOSED, by)
    _set(practice, told, by)
    practice.state, practice.reason = PracticeState.PROPOSED.value, ""
    practice.proposed_by, practice.proposed_at = by, timezone.now()
    _save(practice)
    audit("practice_corrected", practice, by=by, municipality_id=practice.municipality_id)
    return practice


@transaction.atomic
def publish_practice(*, practice: Practice, seen_version: int, by: User) -> Practice:
    """From now on everybody in the municipality finds it. Raises PracticeRefused."""
    practice = _locked(practice, seen_version, LOOK_AGAIN)
    _refuse_move(practice, PracticeState.PUBLISHED, by)
    practice.published_on = timezone.localdate()
    practice_moved(practice, by, practice.published_on)
    practice = _reviewed(practice, PracticeState.PUBLISHED, by)
    tell_of_practice(practice, by=by)
    return practice


@transaction.atomic
def return_practice(*, practice: Practice, reason: str, seen_version: int, by: User) -> Practice:
    """With what is to be put right; one that was published is in the bank no longer. Raises PracticeRefused."""
    practice = _locked(practice, seen_version, LOOK_AGAIN)
    _refuse_move(practice, PracticeState.RETURNED, by)
    if not reason.strip():
        raise PracticeRefused(NO_REASON, "reason")
    published_on = practice.published_on
    practice.reason, practice.published_on = reason.strip(), None
    practice_moved(practice, by, published_on)
    return _reviewed(practice, PracticeState.RETURNED, by)


@transaction.atomic
def show_practice(*, practice: Practice, events: Iterable[Event], by: User) -> None:
    """At these events and no others it was presented, of those that the person sees. Raises PracticeRefused."""
    practice = _locked(practice, None, LOOK_AGAIN)
    if not hands_of(by, practice):
        raise PracticeRefused(NOT_YOURS)
    chosen = list(events)
    if any(event.municipality_id != practice.municipality_id for event in chosen):
        raise PracticeRefused(OTHER_EVENT, "events")
    unseen = practice.events.exclude(pk__in=Event.objects.visible_to(by).values("pk"))
    practice.events.set([*chosen, *unseen])
    audit("practice_shown", practice, by=by, municipality_id=practice.municipality_id)


@transaction.atomic
def remove_practice(*, practice: Practice, seen_version: int, by: User) -> list[str]:
    """Before it is published. The places of its files, to be discarded once this is settled. Raises PracticeRefused."""
    practice = _locked(practice, seen_version, LOOK_AGAIN)
    _refuse_move(practice, PracticeState.PROPOSED, by)
    places = [place for kept in practice.files.all() for place in kept.places]
    audit("practice_removed", practice, by=by, municipality_id=practice.municipality_id)
    practice.delete()
    return places


@transaction.atomic
def attach_to_practice(*, practice: Practice, files: list[KeptFile], by: User) -> tuple[list[KeptFile], bool]:
    """Those of which no row comes, to be discarded: sent twice, or more than a practice may have, which the second
    value says. Raises PracticeRefused."""
    practice = _locked(practice, None, LOOK_AGAIN)
    _refuse_move(practice, PracticeState.PROPOSED, by)
    known = set(practice.files.values_list("sha256", flat=True))
    room = MAX_FILES - practice.files.count()
    fresh = [kept for kept in files if kept.sha256 not in known]
    for kept in fresh[:room]:
        PracticeFile.objects.create(practice=practice, added_by=by, **kept.fields)
    if fresh[:room]:
        _save(practice)  # the centre publishes what it has seen
    return [kept for kept in files if kept not in fresh[:room]], len(fresh) > room


@transaction.atomic
def detach_from_practice(*, file: PracticeFile, by: User) -> tuple[str, str]:
    """The places of the file, to be discarded once this is settled. Raises PracticeRefused."""
    practice = _locked(file.practice, None, LOOK_AGAIN)
    _refuse_move(practice, PracticeState.PROPOSED, by)
    file.delete()
    _save(practice)
    return file.places


def _set(practice: Practice, told: PracticeTold, by: User) -> None:
    if not schools_to_propose_for(by, practice.municipality).filter(pk=told.school.pk).exists():
        raise PracticeRefused(NOT_YOURS, "school")
    if told.teacher is not None and told.teacher.school_id != told.school.pk:
        raise PracticeRefused(OTHER_SCHOOL, "teacher")
    practice.school, practice.teacher = told.school, told.teacher
    for name in WORDS:
        setattr(practice, name, getattr(told, name).strip())


def _locked(practice: Practice, seen_version: int | None, problem: str) -> Practice:
    """`seen_version` None: whichever it is."""
    Practice.objects.select_for_update(no_key=True).filter(pk=practice.pk).values_list("pk").first()
    rows = Practice.objects.filter(pk=practice.pk).select_related("municipality", "school", "teacher")
    found = rows.first()
    if found is None or seen_version not in (None, found.version):
        raise PracticeChanged(problem)
    return found


def _refuse_move(practice: Practice, after: PracticeState, by: User) -> None:
    if not may_move(PracticeState(practice.state), after, hands_of(by, practice)):
        raise PracticeRefused(NOT_NOW.format(state=practice.get_state_display()))


def _reviewed(practice: Practice, after: PracticeState, by: User) -> Practice:
    practice.state, practice.reviewed_by, practice.reviewed_at = after.value, by, timezone.now()
    if after is PracticeState.PUBLISHED:
        practice.reason = ""
    _save(practice)
    audit(f"practice_{after}", practice, by=by, municipality_id=practice.municipality_id)
    return practice


def _save(practice: Practice) -> None:
    practice.version += 1
    practice.save()
