"""One side of a pairing writes a meeting down and puts it right until the other side confirms it, or disputes it. Each
is a line of its history, and the plan's rows follow."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User, audit
from mentoring.contact import Actor, Form, MeetingState, Side, may_move
from mentoring.kinds import SIDES, Kind
from mentoring.models import LessonAnalysis, Meeting, MeetingChange, MeetingFile, Pairing, PairingStep
from mentoring.queries.sides import actors_of, sides_of
from mentoring.services.counting import meeting_moved
from mentoring.services.news import tell_of_meeting
from mentoring.services.plans import follow_step
from roadmaps.evidence_files import KeptFile
from roadmaps.services.changed import COMPARE, ChangedSince
from roadmaps.telling import forget_page
from schools.wording import number

MAX_FILES = 20  # of one meeting
NOT_A_SIDE = "Встречи записывают обе стороны пары: наставник или куратор школы."
COUNTED = "Пары с учениками только считаются: встречи по ним не записывают."
IN_FUTURE = "Встреча ещё не состоялась: впишите сегодняшний день или раньше."
OUT_OF_TERM = "Пара действует {term}: впишите день в этот срок."
ALREADY_THERE = "Такая встреча уже записана: {on}, {form}, «{topic}»."
OTHER_PLAN = "Эта строка не из плана пары: выберите другую."
NEXT_IS_LATER = "Следующая встреча — позже этой: проверьте день."
CHANGED = f"Пока вы правили встречу, её изменил другой человек. {COMPARE}"
NOT_NOW = "Встреча {state}: этого с ней сделать нельзя."
NO_REASON = "Напишите, что не так: без причины встречу не оспорить."
FOR_OTHERS = "За другую сторону: у неё нет логина"
NO_LESSON = "Лист урока заполняют, когда форма встречи — «посещение» или «анализ урока»: исправьте форму встречи."
TOO_MANY = f"У встречи не больше {MAX_FILES} файлов: уберите ненужные."
WORDS = ("on", "form", "topic", "hours", "result", "next_step", "next_on")


class MeetingRefused(Exception):
    """Nothing is changed; the text is for people and says why. `field` of the form that it is about, if any."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class MeetingChanged(MeetingRefused, ChangedSince):
    """Somebody has changed the meeting since the person looked at it."""


@dataclass(frozen=True)
class MeetingTold:
    on: dt.date
    form: str
    topic: str
    hours: Decimal
    audience: Mapping[str, int] = field(default_factory=dict)
    result: str = ""
    next_step: str = ""
    next_on: dt.date | None = None
    step: PairingStep | None = None


@dataclass(frozen=True)
class LessonTold:
    subject: str
    grade: str
    topic: str
    marks: Mapping[str, int]
    strengths: str = ""
    advice: str = ""


@transaction.atomic
def log_meeting(*, pairing: Pairing, told: MeetingTold, by: User) -> Meeting:
    """Raises MeetingRefused."""
    Pairing.objects.select_for_update(no_key=True).values_list("pk").get(pk=pairing.pk)  # sent twice at once
    if SIDES[Kind(pairing.kind)].is_counted:
        raise MeetingRefused(COUNTED)
    sides = sides_of(by, pairing)
    if not sides:
        raise MeetingRefused(NOT_A_SIDE)
    side = Side.HELPER if Side.HELPER in sides else Side.HELPED
    meeting = Meeting(pairing=pairing, logged_by=by, logged_side=side)
    _set(meeting, told)
    meeting.save()
    _note(meeting, "logged", by, after=meeting_in_words(meeting))
    tell_of_meeting(meeting, by=by)
    _follow(meeting.step)
    audit("meeting_logged", meeting, by=by, municipality_id=pairing.municipality_id)
    meeting_moved(meeting, by, meeting.on)
    return meeting


@transaction.atomic
def correct_meeting(*, meeting: Meeting, told: MeetingTold, seen_version: int, by: User) -> Meeting:
    """By the side that wrote it down, until the other has confirmed it. Raises MeetingRefused."""
    meeting = _locked(meeting, seen_version)
    _refuse_move(meeting, MeetingState.LOGGED, by)
    before, step, day = meeting_in_words(meeting), meeting.step, meeting.on
    _set(meeting, told)
    after = meeting_in_words(meeting)
    if before == after and meeting.state == MeetingState.LOGGED:
        return meeting
    was_disputed = meeting.state == MeetingState.DISPUTED
    meeting.state, meeting.reason = MeetingState.LOGGED, ""
    _save(meeting)
    names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    _note(
        meeting,
        "corrected",
        by,
        before={name: before[name] for name in names if name in before},
        after={name: after[name] for name in names if name in after},
    )
    _follow(step, meeting.step)
    if was_disputed or day != meeting.on:
        meeting_moved(meeting, by, day, meeting.on)
    if was_disputed:
        tell_of_meeting(meeting, by=by)
    return meeting


@transaction.atomic
def confirm_meeting(*, meeting: Meeting, seen_version: int, by: User) -> Meeting:
    """By the other side, or by the centre in its place where it has no login. Raises MeetingRefused."""
    meeting = _locked(meeting, seen_version)
    _refuse_move(meeting, MeetingState.CONFIRMED, by)
    reason = FOR_OTHERS if Actor.CENTRE in actors_of(by, meeting) else ""
    meeting.state, meeting.confirmed_by, meeting.confirmed_at = MeetingState.CONFIRMED, by, timezone.now()
    _save(meeting)
    _note(meeting, "confirmed", by, reason=reason)
    _follow(meeting.step)
    audit("meeting_confirmed", meeting, by=by, municipality_id=meeting.pairing.municipality_id)
    meeting_moved(meeting, by, meeting.on)
    return meeting


@transaction.atomic
def dispute_meeting(*, meeting: Meeting, reason: str, seen_version: int, by: User) -> Meeting:
    """By the other side. Raises MeetingRefused."""
    meeting = _locked(meeting, seen_version)
    _refuse_move(meeting, MeetingState.DISPUTED, by)
    if not reason.strip():
        raise MeetingRefused(NO_REASON, "reason")
    meeting.state, meeting.reason = MeetingState.DISPUTED, reason.strip()
    meeting.confirmed_by, meeting.confirmed_at = None, None
    _save(meeting)
    _note(meeting, "disputed", by, reason=meeting.reason)
    tell_of_meeting(meeting, by=by)
    _follow(meeting.step)
    audit("meeting_disputed", meeting, by=by, municipality_id=meeting.pairing.municipality_id)
    meeting_moved(meeting, by, meeting.on)
    return meeting


@transaction.atomic
def remove_meeting(*, meeting: Meeting, seen_version: int, by: User) -> list[str]:
    """One that was written down by mistake, by the side that did. The places of its files, to be discarded once this is
    settled. Raises MeetingRefused."""
    meeting = _locked(meeting, seen_version)
    _refuse_move(meeting, MeetingState.LOGGED, by)
    places = [place for kept in meeting.files.all() for place in kept.places]
    step = meeting.step
    forget_page(meeting.get_absolute_url())
    audit("meeting_removed", meeting, by=by, municipality_id=meeting.pairing.municipality_id)
    meeting.delete()
    meeting_moved(meeting, by, meeting.on)
    _follow(step)
    return places


@transaction.atomic
def write_lesson(*, meeting: Meeting, told: LessonTold, seen_version: int, by: User) -> LessonAnalysis:
    """The sheet of a lesson that was visited, until the meeting is confirmed. Raises MeetingRefused."""
    meeting = _locked(meeting, seen_version)
    _refuse_move(meeting, MeetingState.LOGGED, by)
    sheet = LessonAnalysis.objects.filter(meeting=meeting).first()
    if sheet is None and not Form(meeting.form).has_lesson:
        raise MeetingRefused(NO_LESSON)
    sheet = sheet or LessonAnalysis(meeting=meeting)
    for name in ("subject", "grade", "topic", "strengths", "advice"):
        setattr(sheet, name, getattr(told, name).strip())
    sheet.marks = dict(told.marks)
    sheet.written_by, sheet.written_at = by, timezone.now()
    sheet.save()
    _save(meeting)
    _note(meeting, "sheet", by, after={"lesson": sheet.topic})
    return sheet


@transaction.atomic
def attach(*, meeting: Meeting, files: list[KeptFile], by: User) -> tuple[list[KeptFile], bool]:
    """Those of which no row comes, to be discarded: sent twice, or more than a meeting may have, which the second value
    says. Raises MeetingRefused."""
    meeting = _locked(meeting, None)
    _refuse_move(meeting, MeetingState.LOGGED, by)
    known = set(meeting.files.values_list("sha256", flat=True))
    room = MAX_FILES - meeting.files.count()
    fresh = [kept for kept in files if kept.sha256 not in known]
    for kept in fresh[:room]:
        MeetingFile.objects.create(meeting=meeting, added_by=by, **kept.fields)
        _note(meeting, "file", by, after={"file": kept.name})
    if fresh[:room]:
        _save(meeting)  # the other side confirms what it has seen
    return [kept for kept in files if kept not in fresh[:room]], len(fresh) > room


@transaction.atomic
def detach(*, file: MeetingFile, by: User) -> tuple[str, str]:
    """The places of the file, to be discarded once this is settled. Raises MeetingRefused."""
    meeting = _locked(file.meeting, None)
    _refuse_move(meeting, MeetingState.LOGGED, by)
    places = file.places
    _note(meeting, "file_removed", by, before={"file": file.name})
    file.delete()
    return places


def meeting_in_words(meeting: Meeting) -> dict[str, str]:
    """What the history keeps of it: no empty ones."""
    found = {
        name: value.isoformat() if isinstance(value, dt.date) else str(value)
        for name in WORDS
        if (value := getattr(meeting, name))
    }
    found |= {"form": meeting.get_form_display(), "hours": number(meeting.hours)}
    if meeting.audience:
        found["audience"] = "; ".join(f"{label}: {count}" for label, count in meeting.groups)
    return found | ({"step": str(meeting.step)} if meeting.step else {})


def _set(meeting: Meeting, told: MeetingTold) -> None:
    pairing = meeting.pairing
    if told.on > timezone.localdate():
        raise MeetingRefused(IN_FUTURE, "on")
    if not pairing.term.holds_on(told.on):
        first, last = pairing.starts_on, pairing.ends_on
        term = f"с {first:%d.%m.%Y}" + (f" по {last:%d.%m.%Y}" if last else "")
        raise MeetingRefused(OUT_OF_TERM.format(term=term), "on")
    if told.next_on is not None and told.next_on <= told.on:
        raise MeetingRefused(NEXT_IS_LATER, "next_on")
    if told.step is not None and told.step.plan.pairing_id != pairing.pk:
        raise MeetingRefused(OTHER_PLAN, "step")
    for name in WORDS:
        value = getattr(told, name)
        setattr(meeting, name, value.strip() if isinstance(value, str) else value)
    meeting.step = told.step
    meeting.audience = {group: count for group, count in told.audience.items() if count}
    same = Meeting.objects.filter(pairing=pairing, on=meeting.on, form=meeting.form, topic=meeting.topic)
    if same.exclude(pk=meeting.pk).exists():
        words = {"on": f"{meeting.on:%d.%m.%Y}", "form": meeting.get_form_display(), "topic": meeting.topic}
        raise MeetingRefused(ALREADY_THERE.format(**words))


def _locked(meeting: Meeting, seen_version: int | None) -> Meeting:
    """`seen_version` None: whichever it is."""
    Pairing.objects.select_for_update(no_key=True).values_list("pk").get(pk=meeting.pairing_id)
    found = Meeting.objects.filter(pk=meeting.pk).select_related("step__plan").first()
    if found is None or seen_version not in (None, found.version):
        raise MeetingChanged(CHANGED)
    found.pairing = Pairing.objects.with_sides().get(pk=found.pairing_id)
    return found


def _refuse_move(meeting: Meeting, after: MeetingState, by: User) -> None:
    if not may_move(MeetingState(meeting.state), after, actors_of(by, meeting)):
        raise MeetingRefused(NOT_NOW.format(state=meeting.get_state_display()))


def _save(meeting: Meeting) -> None:
    meeting.version += 1
    meeting.save()


def _note(meeting: Meeting, action: str, by: User, *, before: Any = None, after: Any = None, reason: str = "") -> None:
    MeetingChange.objects.create(
        meeting=meeting, action=action, by=by, before=before or {}, after=after or {}, reason=reason
    )


def _follow(*steps: PairingStep | None) -> None:
    """Rows of the plan whose meetings have changed."""
    for pk in {step.pk for step in steps if step is not None}:
        follow_step(PairingStep.objects.select_related("plan").get(pk=pk))
