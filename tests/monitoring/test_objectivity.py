"""Results that are not to be trusted: marked with a reason, lifted with a reason, never taken away."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Job
from monitoring.models import ObjectivityFlag, ResultTotal
from monitoring.services.objectivity import FlagRefused, lift_flag, mark_not_objective
from tests.factories import ObjectivityFlagFactory, ResultTotalFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

OGE = {"school_year": 2020, "procedure": "oge", "subject": "mathematics", "grade": 9}
EGE = {"school_year": 2020, "procedure": "ege", "grade": 11}
REASON = "Отметки выше журнала у 19 из 20"


def excluded(**of: Any) -> set[tuple[int, str]]:
    return set(ResultTotal.objects.with_excluded().filter(is_excluded=True, **of).values_list("school_id", "subject"))


def scopes() -> list[dict[str, Any]]:
    return list(Job.objects.filter(kind=Job.Kind.RECOMPUTE).order_by("pk").values_list("scope", flat=True))


def test_a_mark_says_who_when_and_why_and_asks_for_the_values_of_that_school():
    school, by = SchoolFactory(), UserFactory()
    ResultTotalFactory(school=school)
    ResultTotalFactory(school=SchoolFactory(municipality=school.municipality))
    flag = mark_not_objective(school=school, **OGE, reason=REASON, by=by)
    assert (flag.marked_by, flag.reason, flag.source, flag.lifted_at) == (by, REASON, {"form": True}, None)
    event = AuditEvent.objects.get(action="results_marked_not_objective")
    assert (event.user, event.municipality, event.details["reason"]) == (by, school.municipality, REASON)
    assert scopes() == [{"exams": [["oge", "mathematics", 9, 2020]], "schools": [school.pk]}]


def test_who_alone_has_results_touches_nobody_else_for_the_exam_was_held_all_the_same():
    school = SchoolFactory()
    ResultTotalFactory(school=school)
    mark_not_objective(school=school, **OGE, reason=REASON, by=None)
    assert scopes() == [{"exams": [["oge", "mathematics", 9, 2020]], "schools": [school.pk]}]


def test_without_results_there_is_nothing_to_recompute():
    school = SchoolFactory()
    mark_not_objective(school=school, **OGE, reason=REASON, by=None)
    assert scopes() == []


def test_lifting_keeps_the_record_and_lets_the_results_in_again():
    flag, by = ObjectivityFlagFactory(), UserFactory()
    ResultTotalFactory(school=flag.school)
    assert excluded() == {(flag.school_id, "mathematics")}
    lift_flag(flag=flag, reason="Перепроверено: подтвердилось", by=by)
    assert excluded() == set()
    kept = ObjectivityFlag.objects.get()
    assert (kept.lifted_by, kept.lift_reason, kept.lifted_at is None) == (by, "Перепроверено: подтвердилось", False)
    assert AuditEvent.objects.get(action="objectivity_flag_lifted").details["reason"] == kept.lift_reason
    assert scopes() == [{"exams": [["oge", "mathematics", 9, 2020]], "schools": [flag.school_id]}]


def test_what_is_marked_is_not_marked_twice_and_what_is_lifted_not_lifted_twice():
    flag = ObjectivityFlagFactory()
    with pytest.raises(FlagRefused, match="уже отмечены"):
        mark_not_objective(school=flag.school, **OGE, reason=REASON, by=None)
    lift_flag(flag=flag, reason="Ошибка", by=None)
    with pytest.raises(FlagRefused, match="уже снял"):
        lift_flag(flag=flag, reason="Ошибка", by=None)
    mark_not_objective(school=flag.school, **OGE, reason=REASON, by=None)
    assert ObjectivityFlag.objects.active().count() == 1


def test_no_two_active_flags_of_one_exam_and_none_without_a_reason():
    flag = ObjectivityFlagFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ObjectivityFlagFactory(school=flag.school)
    with pytest.raises(IntegrityError, match="objectivity_flag_has_a_reason"), transaction.atomic():
        ObjectivityFlagFactory(reason="")


@pytest.mark.parametrize(
    ("flagged", "covered"),
    [
        ("mathematics_base", {"mathematics_base", "mathematics"}),
        ("mathematics_profile", {"mathematics_profile", "mathematics"}),
        ("mathematics", {"mathematics", "mathematics_base", "mathematics_profile"}),
        ("russian", {"russian"}),
    ],
)
def test_a_level_takes_the_union_with_it_and_the_union_its_levels(flagged, covered):
    school = SchoolFactory()
    for subject in ("mathematics", "mathematics_base", "mathematics_profile", "russian"):
        ResultTotalFactory(school=school, subject=subject, **EGE)
    mark_not_objective(school=school, subject=flagged, **EGE, reason=REASON, by=None)
    assert excluded() == {(school.pk, subject) for subject in covered}
    assert {exam[1] for exam in scopes()[0]["exams"]} == covered


def test_a_flag_covers_its_own_school_year_grade_and_exam_alone():
    flag = ObjectivityFlagFactory()
    ResultTotalFactory(school=flag.school, attempt="best")
    ResultTotalFactory(school=flag.school, school_year=2019)
    ResultTotalFactory(school=flag.school, subject="russian")
    ResultTotalFactory(school=flag.school, procedure="gve")
    ResultTotalFactory(school=SchoolFactory(municipality=flag.school.municipality))
    assert list(ResultTotal.objects.with_excluded().filter(is_excluded=True).values_list("attempt", "school_year")) == [
        ("best", 2020)
    ]
