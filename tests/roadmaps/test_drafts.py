"""What was made by mistake can be removed while it is a draft on which nobody has worked."""

import pytest

from accounts.models import AuditEvent, Membership
from roadmaps.models import Expertise, Programme, Review, Roadmap
from roadmaps.queries.drafts import why_programme_stays, why_roadmap_stays, why_round_stays
from roadmaps.queries.expertise import reviews_shown, rounds
from roadmaps.services.drafts import DraftStays, remove_programme, remove_roadmap, remove_round
from roadmaps.services.expertise import ExpertiseRefused, decline, unassign
from roadmaps.services.progress import Told, write_report
from tests.roadmaps.judging import DUE, assign, said, seen, write


def test_a_draft_of_a_roadmap_goes_and_the_log_knows_it(planned):
    plan = planned.roadmap
    with pytest.raises(DraftStays, match="удаляется только проект"):
        remove_roadmap(roadmap=plan, seen_version=plan.version, by=planned.methodist)
    told = Told(50, "Провели", 0)
    write_report(occurrence=planned.centre, school=None, told=told, submit=True, by=planned.methodist)
    Roadmap.objects.update(state="draft")
    assert "уже отчитывались" in why_roadmap_stays(Roadmap.objects.get())
    planned.centre.reports.all().delete()
    for by, version in ((planned.curator, plan.version), (planned.methodist, plan.version + 1)):
        with pytest.raises(DraftStays):
            remove_roadmap(roadmap=plan, seen_version=version, by=by)
    remove_roadmap(roadmap=plan, seen_version=plan.version, by=planned.methodist)
    assert not Roadmap.objects.exists()
    details = AuditEvent.objects.get(action="roadmap_removed").details
    assert (details["title"], details["rows"]) == (plan.title, 3)


def test_a_programme_stays_while_others_rest_on_it(judged):
    programme, by = judged.programme, judged.methodist
    assert "Карта" in why_programme_stays(programme)  # a roadmap in force
    Roadmap.objects.filter(programme=programme).update(state="draft")
    assert "снимите назначение" in why_programme_stays(programme)
    unassign(review=judged.review, by=by)
    for status in ("agreed", "approved", "amended"):
        Programme.objects.filter(pk=programme.pk).update(status=status)
        programme.refresh_from_db()
        assert why_programme_stays(programme)
    Programme.objects.filter(pk=programme.pk).update(status="draft")
    remove_programme(programme=programme, seen_version=programme.version, by=by)
    assert not Programme.objects.filter(pk=programme.pk).exists()
    assert Roadmap.objects.get(title="Карта").programme is None


def test_a_round_goes_until_somebody_writes(judged):
    write(judged, told=said(judged, 1, None, verdict="", conclusion=""), submit=False)
    with pytest.raises(DraftStays, match="уже пишут"):
        remove_round(expertise=judged.round, seen_version=judged.round.version, by=judged.methodist)
    judged.review.marks.all().delete()
    assert why_round_stays(judged.round) == ""
    remove_round(expertise=judged.round, seen_version=judged.round.version, by=judged.methodist)
    assert not Expertise.objects.exists()


def test_an_expert_who_left_is_told_of_and_taken_off_and_a_refusal_is_not_awaited(judged):
    write(judged, told=said(judged, 1, None, verdict="", conclusion=""), submit=False)
    with pytest.raises(ExpertiseRefused, match="начал писать"):
        unassign(review=judged.review, by=judged.methodist)
    (other,) = assign(judged, judged.stranger, judged.programme)
    decline(**seen(other, judged.stranger), reason="Болен")
    (known,) = rounds(judged.methodist, judged.municipality)
    assert (known.accepted, known.assigned) == (0, 1)  # whoever declined owes nothing
    Membership.objects.filter(user=judged.expert).delete()
    shown = reviews_shown(judged.methodist, Review.objects.order_by("pk"), DUE)
    assert [one.is_abandoned for one in shown] == [True, False]
    unassign(review=judged.review, by=judged.methodist)
    assert Review.objects.get() == other
