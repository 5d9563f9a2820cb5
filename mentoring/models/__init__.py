"""Who helps whom in methodical work: teachers and how they grow, the pool of mentors, pairings, their plans and
meetings, requests for help; events, practices and the seminar; staff and the reserve; score sheets."""

from mentoring.models.development import (
    CompetenceMark,
    Course,
    Deficit,
    DevelopmentPlan,
    DevelopmentStep,
    SupportReport,
    TeacherChange,
)
from mentoring.models.events import Attendance, Event, EventChange, NamedAttendance
from mentoring.models.meetings import LessonAnalysis, Meeting, MeetingChange, MeetingFile
from mentoring.models.pairings import Pairing, PairingChange, PairingQuerySet
from mentoring.models.people import Mentor, Teacher
from mentoring.models.plans import PairingPlan, PairingStep
from mentoring.models.practice_reviews import PracticeReview
from mentoring.models.practices import Practice, PracticeFile
from mentoring.models.requests import HelpRequest, HelpRequestChange
from mentoring.models.reserve import (
    ReserveCandidate,
    ReserveEnrolment,
    ReserveProgramme,
    ReserveRotation,
    ReserveVacancy,
)
from mentoring.models.scores import ScoreChange, ScoreCriterion, ScoreEdition, ScoreFile, ScoreMark, ScoreSheet
from mentoring.models.seminar import Seminar, SeminarOffer, SeminarProgramme, SeminarRequest, SeminarSession
from mentoring.models.staffing import SubjectStaffing

__all__ = [
    "Attendance",
    "CompetenceMark",
    "Course",
    "Deficit",
    "DevelopmentPlan",
    "DevelopmentStep",
    "Event",
    "EventChange",
    "HelpRequest",
    "HelpRequestChange",
    "LessonAnalysis",
    "Meeting",
    "MeetingChange",
    "MeetingFile",
    "Mentor",
    "NamedAttendance",
    "Pairing",
    "PairingChange",
    "PairingPlan",
    "PairingQuerySet",
    "PairingStep",
    "Practice",
    "PracticeFile",
    "PracticeReview",
    "ReserveCandidate",
    "ReserveEnrolment",
    "ReserveProgramme",
    "ReserveRotation",
    "ReserveVacancy",
    "ScoreChange",
    "ScoreCriterion",
    "ScoreEdition",
    "ScoreFile",
    "ScoreMark",
    "ScoreSheet",
    "Seminar",
    "SeminarOffer",
    "SeminarProgramme",
    "SeminarRequest",
    "SeminarSession",
    "SubjectStaffing",
    "SupportReport",
    "Teacher",
    "TeacherChange",
]
