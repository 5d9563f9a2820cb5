"""Who helps whom in methodical work: teachers, the pool of mentors, pairings, their plans and meetings, requests for
help."""

from mentoring.models.meetings import LessonAnalysis, Meeting, MeetingChange, MeetingFile
from mentoring.models.pairings import Pairing, PairingChange, PairingQuerySet
from mentoring.models.people import Mentor, Teacher
from mentoring.models.plans import PairingPlan, PairingStep
from mentoring.models.requests import HelpRequest, HelpRequestChange

__all__ = [
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
    "Teacher",
]
