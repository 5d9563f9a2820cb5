"""Programmes and roadmaps: what is planned, and what was done."""

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
from roadmaps.models.progress import Comment, Evidence, ProgressUpdate
from roadmaps.models.roadmaps import (
    Activity,
    ActivityChange,
    Occurrence,
    Responsible,
    Roadmap,
    RoadmapChange,
    RoadmapSection,
)

__all__ = [
    "Activity",
    "ActivityChange",
    "Comment",
    "Evidence",
    "ExpectedResult",
    "Money",
    "Occurrence",
    "Participant",
    "PlanQuerySet",
    "Programme",
    "ProgrammeEdition",
    "ProgrammeRisk",
    "ProgrammeTask",
    "ProgressUpdate",
    "Responsible",
    "Roadmap",
    "RoadmapChange",
    "RoadmapSection",
    "Stage",
]
