"""Whether what somebody did in mentoring changes what counts in the indicators: then these are worked out anew."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from indicators.records import Stretch
from indicators.services.counting import pairs_changed, records_changed
from mentoring.kinds import COUNTED, Kind, Term
from mentoring.models import Event, Meeting, Pairing, Practice
from mentoring.sources.events import EVENT_SOURCES
from mentoring.sources.experience import EXPERIENCE
from mentoring.sources.meetings import MEETINGS
from mentoring.sources.pairings import PAIRINGS
from schools.models import Municipality

OF_EVENTS = (*(kind.code for kind, _ in EVENT_SOURCES), EXPERIENCE.code)


def pairing_moved(pairing: Pairing, by: Any, *terms: Term) -> None:
    """It has come, gone or another term; `terms` are all that it had and has. A pairing counts in every period that has
    a day of it."""
    if pairing.kind not in COUNTED:
        days = [Stretch(term.starts_on, term.ends_on or dt.date.max) for term in terms]
        records_changed(municipality=pairing.municipality, kinds=(PAIRINGS.code,), stretches=days, by=by)
        if pairing.kind == Kind.SCHOOL_SCHOOL:
            pairs_changed(municipality=pairing.municipality, stretches=days, by=by)


def meeting_moved(meeting: Meeting, by: Any, *days: dt.date) -> None:
    """Written down, corrected, confirmed, disputed or taken away; `days` are all that it had and has."""
    _on_days(meeting.pairing.municipality, (MEETINGS.code,), days, by)


def attendance_moved(event: Event, by: Any, *days: dt.date) -> None:
    """Other people came, or the event had another day."""
    _on_days(event.municipality, OF_EVENTS, days, by)


def practice_moved(practice: Practice, by: Any, *days: dt.date | None) -> None:
    """Published or in the bank no longer; None is a day on which it was not in it."""
    _on_days(practice.municipality, (EXPERIENCE.code,), filter(None, days), by)


def _on_days(municipality: Municipality, kinds: tuple[str, ...], days: Iterable[dt.date], by: Any) -> None:
    stretches = [Stretch(day, day) for day in days]
    records_changed(municipality=municipality, kinds=kinds, stretches=stretches, by=by)
