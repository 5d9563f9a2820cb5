"""What a kept document was made of, and whether it would come out the same today."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from reports.kinds import kind_of
from reports.kinds.base import ReportRefused
from reports.models import Report


@dataclass(frozen=True)
class MadeOf:
    as_of: date
    contents: str
    is_current: bool


def made_of(report: Report) -> MadeOf:
    return MadeOf(
        as_of=timezone.localdate(report.created_at),
        contents=kind_of(report.kind).content.contents_of(report.snapshot),
        is_current=_sha256_now(report) == report.snapshot_sha256,
    )


def _sha256_now(report: Report) -> str:
    try:
        now = kind_of(report.kind).freeze(municipality=report.municipality, period=report.period, school=report.school)
    except ReportRefused:  # what it was made of is gone
        return ""
    return now.sha256
