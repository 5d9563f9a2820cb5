"""What is done without anybody waiting for it: plain functions, no Celery."""

from roadmaps.jobs.evidence import sweep_evidence
from roadmaps.jobs.letters import mail_notices
from roadmaps.jobs.reminders import remind_all

__all__ = ["mail_notices", "remind_all", "sweep_evidence"]
