"""An event that took place is told of in the report on its row of a roadmap: drafted here, sent by a person."""

from django.db import transaction
from django.utils.text import capfirst

from accounts.models import User
from mentoring.gatherings import EventState
from mentoring.models import Event
from mentoring.queries.events import event_line, occurrence_of
from mentoring.services.events import note
from roadmaps.models import Occurrence, ProgressUpdate
from roadmaps.services.progress import ProgressRefused, Told, write_report
from roadmaps.states import ReportState
from schools.wording import counted

NOT_HELD = "Сначала отметьте мероприятие проведённым."
NO_ROW = "У мероприятия нет строки дорожной карты: выберите её в мероприятии."
BEGUN = "Отчёт за «{label}» уже начат: допишите в нём, если этого там нет: {words}"
SENT = (
    "Отчёт за «{label}» уже {state}, в нём не пишут. Если в нём нет этого мероприятия, отзовите отчёт или попросите "
    "вернуть его на доработку и допишите: {words}"
)


class ReportBegun(ProgressRefused):
    """Somebody has written one: it is theirs to be gone on with."""

    def __init__(self, occurrence: Occurrence, words: str) -> None:
        super().__init__(BEGUN.format(label=occurrence.label, words=words))
        self.occurrence = occurrence


@transaction.atomic
def draft_report(*, event: Event, by: User) -> ProgressUpdate:
    """The municipality's, on the time of the row in which the event fell; handed in by nobody. Raises
    ProgressRefused."""
    if event.state != EventState.HELD:
        raise ProgressRefused(NOT_HELD)
    occurrence = occurrence_of(event)
    if occurrence is None:
        raise ProgressRefused(NO_ROW)
    words = words_of(event, by)
    begun = ProgressUpdate.objects.filter(occurrence=occurrence, school=None).first()
    if begun is not None and begun.state in (ReportState.SUBMITTED, ReportState.ACCEPTED):
        state = ReportState(begun.state).label
        raise ProgressRefused(SENT.format(label=occurrence.label, state=state, words=words))
    if begun is not None:
        raise ReportBegun(occurrence, words)
    told = Told(percent=100, text=words, seen_version=0)
    report = write_report(occurrence=occurrence, school=None, told=told, by=by, submit=False)
    note(event, "reported", by)
    return report


def words_of(event: Event, by: User) -> str:
    """What the report says of it."""
    came = event_line(by, event, event.ends_on).came
    begin = f"{capfirst(event.get_kind_display())} «{event.title}», {event.when}"
    words = f"{begin}, {event.get_level_display()} уровень, {event.get_presence_display()}."
    if not came.people:
        return words
    schools, people = counted(came.schools, "школы,школ,школ"), counted(came.people, "человек,человека,человек")
    shown = f" Представили опыт: {came.presented}." if came.presented else ""
    return f"{words} Участвовали {people} из {schools}.{shown}"
