"""Uploads, results, the scales that marks follow from, and how the identification of a year comes about."""

from monitoring.models.audit import ValueAudit, ValueDifference
from monitoring.models.identification import IdentificationDecision, IdentificationEdition, IdentificationRule
from monitoring.models.results import (
    ATTEMPT_CHOICES,
    PROCEDURE_CHOICES,
    WAVE_CHOICES,
    ExamOfSchool,
    MarkScale,
    ObjectivityFlag,
    PassThreshold,
    Result,
    ResultChange,
    ResultTotal,
    StoredSheet,
    Upload,
    UploadEntry,
)
from monitoring.models.summary import SummaryRule
from monitoring.models.topics import TaskTopic

__all__ = [
    "ATTEMPT_CHOICES",
    "PROCEDURE_CHOICES",
    "WAVE_CHOICES",
    "ExamOfSchool",
    "IdentificationDecision",
    "IdentificationEdition",
    "IdentificationRule",
    "MarkScale",
    "ObjectivityFlag",
    "PassThreshold",
    "Result",
    "ResultChange",
    "ResultTotal",
    "StoredSheet",
    "SummaryRule",
    "TaskTopic",
    "Upload",
    "UploadEntry",
    "ValueAudit",
    "ValueDifference",
]
