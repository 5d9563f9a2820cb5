"""Whoever is to put an answer or a conclusion right is told so, and no letter goes once they have."""

import datetime as dt

from roadmaps.models import Assignment, Notice, Review
from roadmaps.notices.kinds import Kind
from roadmaps.queries.still_so import standing
from roadmaps.services.assignments import Answer, answer, give_back
from roadmaps.services.expertise import give_back as give_review_back
from roadmaps.services.recommendations import RecommendationTold, recommend
from tests.roadmaps.judging import DUE, seen, write


def told(kind) -> list[tuple]:
    return [(one.user, one.subject) for one in Notice.objects.filter(kind=kind).order_by("pk")]


def test_those_who_answer_are_told_why_it_came_back_until_they_have_put_it_right(planned):
    advice = RecommendationTold("Провести самоанализ", schools=[planned.first], deadline="до 30.04.2022")
    recommend(municipality=planned.municipality, told=advice)
    row = Assignment.objects.get()
    row = answer(assignment=row, said=Answer("Провели"), is_whole=True, seen_version=1, by=planned.curator)
    row = give_back(assignment=row, reason="Нет протокола", seen_version=row.version, by=planned.methodist)
    assert told(Kind.TASK_RETURNED) == [(planned.curator, "Ответ вернули: Провести самоанализ")]
    notice = Notice.objects.get(kind=Kind.TASK_RETURNED)
    assert "Что исправить: Нет протокола" in notice.text
    place = (planned.curator, planned.municipality, [notice])
    assert standing(*place, dt.date(2022, 3, 1)) == {notice.pk}
    answer(assignment=row, said=Answer("Вот протокол"), is_whole=True, seen_version=row.version, by=planned.curator)
    notice = Notice.objects.get(pk=notice.pk)
    assert standing(planned.curator, planned.municipality, [notice], dt.date(2022, 3, 1)) == set()


def test_an_expert_is_told_why_a_conclusion_came_back_until_it_is_put_right(judged):
    write(judged)
    review = Review.objects.get(pk=judged.review.pk)
    give_review_back(**seen(review, judged.methodist), reason="Нет оценки рисков")
    assert told(Kind.REVIEW_RETURNED) == [(judged.expert, f"Заключение вернули: {judged.programme.title}")]
    place = (judged.expert, judged.municipality)
    notice = Notice.objects.get(kind=Kind.REVIEW_RETURNED)
    assert standing(*place, [notice], DUE) == {notice.pk}  # though no plans are open to them
    write(judged)
    notice = Notice.objects.get(pk=notice.pk)
    assert standing(*place, [notice], DUE) == set()
