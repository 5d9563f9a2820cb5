"""What the support of teachers came to, in sums: of one or of many."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, DecimalField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from mentoring.contact import MeetingState
from mentoring.models import Course, Deficit, DevelopmentPlan, DevelopmentStep, Meeting, SupportReport, Teacher
from roadmaps.plans.calendar_words import Span


@dataclass(frozen=True)
class Support:
    """Of some days."""

    meetings: int  # confirmed, of pairings that help these teachers
    meeting_hours: Decimal
    courses: int  # that ended
    course_hours: Decimal
    found: int  # deficits
    closed: int
    left: int  # unmended after the last day
    plans: int  # in force or carried out, whose term meets the days
    steps: int  # that were due
    done: int  # of these
    reports: int  # of support handed in


def support_of(teachers: QuerySet[Teacher], days: Span) -> Support:
    """Rows of plans that were dropped, or of drafts, are not counted; six queries."""
    first, last = days
    of_these = {"teacher__in": teachers}
    hours = Coalesce(Sum("hours"), Decimal(), output_field=DecimalField())
    met = Meeting.objects.filter(pairing__teacher__in=teachers, on__range=days, state=MeetingState.CONFIRMED)
    meetings = met.aggregate(count=Count("pk"), hours=hours)
    courses = Course.objects.filter(finished_on__range=days, **of_these).aggregate(count=Count("pk"), hours=hours)
    deficits = Deficit.objects.filter(**of_these).aggregate(
        found=Count("pk", filter=Q(found_on__range=days)),
        closed=Count("pk", filter=Q(closed_on__range=days)),
        left=Count("pk", filter=Q(found_on__lte=last) & (Q(closed_on=None) | Q(closed_on__gt=last))),
    )
    plans = DevelopmentPlan.objects.filter(
        starts_on__lte=last, ends_on__gte=first, state__in=["active", "done"], **of_these
    )
    due = DevelopmentStep.objects.filter(plan__teacher__in=teachers, due_on__range=days).exclude(
        Q(state=DevelopmentStep.State.DROPPED) | Q(plan__state=DevelopmentPlan.State.DRAFT)
    )
    steps = due.aggregate(steps=Count("pk"), done=Count("pk", filter=Q(state=DevelopmentStep.State.DONE)))
    handed_in = SupportReport.objects.filter(handed_in_on__range=days, **of_these)
    return Support(
        meetings["count"],
        meetings["hours"],
        courses["count"],
        courses["hours"],
        **deficits,
        plans=plans.count(),
        **steps,
        reports=handed_in.count(),
    )
