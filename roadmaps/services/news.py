"""Telling people what has become of a report."""

from accounts.models import User
from roadmaps.models import ProgressUpdate
from roadmaps.notices.kinds import Kind
from roadmaps.queries.recipients import who_reports_for, who_reviews
from roadmaps.states import ReportState
from roadmaps.telling import News, facts_of, tell

KINDS = {
    ReportState.SUBMITTED: Kind.WAITING,
    ReportState.ACCEPTED: Kind.ACCEPTED,
    ReportState.RETURNED: Kind.RETURNED,
}


def tell_of_report(report: ProgressUpdate, *, by: User) -> None:
    """Those who may check one that was handed in; those who report there of one that was judged. Nobody is told of what
    they did themselves. Within the transaction of the move, so that both happen or neither."""
    kind = KINDS.get(ReportState(report.state))
    if kind is None:
        return  # taken back
    roadmap = report.occurrence.activity.roadmap
    people = who_reviews if kind is Kind.WAITING else who_reports_for
    facts = facts_of(report.occurrence, report.school) | {
        "percent": report.percent,
        "who": str(by),
        "reason": report.reason if kind is Kind.RETURNED else "",
        "version": report.version,
        "judged": report.judged_at.isoformat() if report.judged_at else "",
    }
    news = News(
        kind,
        f"{kind}:{report.pk}:{report.version}",
        roadmap.municipality,
        facts=facts,
        school=report.school,
        occurrence=report.occurrence,
        report=report,
    )
    tell((user, news) for user in people(roadmap.municipality, report.school) if user.pk != by.pk)
