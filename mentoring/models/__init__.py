"""Who helps whom in methodical work: teachers, the pool of mentors, pairings, their plans and meetings, requests for
help; events and practices."""

from mentoring.models.events import Attendance, Event, EventChange
from mentoring.models.meetings import LessonAnalysis, Meeting, MeetingChange, MeetingFile
from mentoring.models.pairings import Pairing, PairingChange, PairingQuerySet
from mentoring.models.people import Mentor, Teacher
from mentoring.models.plans import PairingPlan, PairingStep
from mentoring.models.practices import Practice, PracticeFile
from mentoring.models.requests import HelpRequest, HelpRequestChange

__all__ = [
    "Attendance",
    "Event",
    "EventChange",
    "HelpRequest",
    "HelpRequestChange",
    "LessonAnalysis",
    "Meeting",
    "MeetingChange",
    "MeetingFile",
    "Mentor",
    "Pairing",
    "PairingChange",
    "PairingPlan",
    "PairingQuerySet",
    "PairingStep",
    "Practice",
    "PracticeFile",
    "Teacher",
]
