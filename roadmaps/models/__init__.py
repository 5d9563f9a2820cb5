"""Programmes and roadmaps: what is planned, and what was done."""

from roadmaps.models.decisions import (
    Assignment,
    AssignmentChange,
    Decision,
    DecisionPoint,
    PointResponsible,
    Recommendation,
)
from roadmaps.models.evidence import Evidence
from roadmaps.models.expertise import Criterion, Expertise, Presentation, Review, ReviewMark
from roadmaps.models.files import HeldFile, form_key
from roadmaps.models.notices import Notice, NoticeRules, NoticeSettings, NoticeTemplate
from roadmaps.models.programmes import (
    ExpectedResult,
    Money,
    Participant,
    PlanQuerySet,
    Programme,
    ProgrammeEdition,
    ProgrammeRisk,
    ProgrammeTask,
    Stage,
)
from roadmaps.models.progress import Comment, ProgressUpdate
from roadmaps.models.publications import PublicationItem
from roadmaps.models.registers import Agreement, CommissionSitting, Encouragement
from roadmaps.models.reviews import StageReview
from roadmaps.models.roadmaps import (
    Activity,
    ActivityChange,
    Occurrence,
    Responsible,
    Roadmap,
    RoadmapChange,
    RoadmapSection,
)
from roadmaps.models.seeing import CalendarFeed, SavedView

__all__ = [
    "Activity",
    "ActivityChange",
    "Agreement",
    "Assignment",
    "AssignmentChange",
    "CalendarFeed",
    "Comment",
    "CommissionSitting",
    "Criterion",
    "Decision",
    "DecisionPoint",
    "Encouragement",
    "Evidence",
    "ExpectedResult",
    "Expertise",
    "HeldFile",
    "Money",
    "Notice",
    "NoticeRules",
    "NoticeSettings",
    "NoticeTemplate",
    "Occurrence",
    "Participant",
    "PlanQuerySet",
    "PointResponsible",
    "Presentation",
    "Programme",
    "ProgrammeEdition",
    "ProgrammeRisk",
    "ProgrammeTask",
    "ProgressUpdate",
    "PublicationItem",
    "Recommendation",
    "Responsible",
    "Review",
    "ReviewMark",
    "Roadmap",
    "RoadmapChange",
    "RoadmapSection",
    "SavedView",
    "Stage",
    "StageReview",
    "form_key",
]
