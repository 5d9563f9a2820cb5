"""Whether something may still be removed for good: only a draft on which nobody has worked."""

from django.db.models import Q, QuerySet

from roadmaps.models import Expertise, Programme, ProgressUpdate, Review, Roadmap
from roadmaps.states import ReviewState, StageState

NOT_A_DRAFT = "{what} — {state}: удаляется только проект."
REPORTED = "По дорожной карте уже отчитывались: она остаётся. Ненужные мероприятия исключите из плана."
RETURN_FIRST = "Программа согласована. Сначала верните её в проект."
HAS_EDITIONS = "У программы есть утверждённые редакции: она остаётся."
CARRIED_OUT = "По программе действует дорожная карта «{title}»: сначала выберите для неё другую программу."
ASSESSED = "Программа на экспертизе «{title}»: сначала снимите назначение экспертов."
TOLD = "По программе отчитались об этапе: она остаётся."
WRITTEN = "Эксперты уже пишут заключения: экспертиза остаётся. Того, кто не начал, снимите на странице его заключения."


def why_roadmap_stays(roadmap: Roadmap) -> str:
    """In Russian; empty where it may go."""
    if roadmap.state != Roadmap.State.DRAFT:
        return NOT_A_DRAFT.format(what="Дорожная карта", state=roadmap.get_state_display())
    return REPORTED if ProgressUpdate.objects.filter(occurrence__activity__roadmap=roadmap).exists() else ""


def why_programme_stays(programme: Programme) -> str:
    """In Russian; empty where it may go."""
    if programme.status == Programme.Status.AGREED:
        return RETURN_FIRST
    if programme.status != Programme.Status.DRAFT:
        return NOT_A_DRAFT.format(what="Программа", state=programme.get_status_display())
    if programme.editions.exists():
        return HAS_EDITIONS
    if roadmap := programme.roadmaps.exclude(state=Roadmap.State.DRAFT).first():
        return CARRIED_OUT.format(title=roadmap.title)
    if review := programme.reviews.select_related("expertise").first():
        return ASSESSED.format(title=review.expertise.title)
    return TOLD if programme.stage_reviews.exclude(state=StageState.AWAITED).exists() else ""


def why_round_stays(expertise: Expertise) -> str:
    """In Russian; empty where it may go."""
    return WRITTEN if begun(expertise.reviews.all()).exists() else ""


def begun(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Of which the expert has written something."""
    untouched = Q(state__in=[ReviewState.ASSIGNED, ReviewState.DECLINED], conclusion="", verdict="", marks__isnull=True)
    return reviews.exclude(untouched)
