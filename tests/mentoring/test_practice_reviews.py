"""Experts of a practice: asked by the centre, each sees what is assigned and nothing else, and is to say a word."""

import datetime as dt

import pytest

from accounts.access import Role
from mentoring.models import Practice, PracticeFile, PracticeReview
from mentoring.queries.awaited import DUTIES
from mentoring.services.practice_reviews import ReviewRefused, assign_expert
from roadmaps.models import Notice
from tests.mentoring.conftest import TODAY
from tests.mentoring.test_pairing_pages import address, browser

pytestmark = pytest.mark.django_db
WORD = {"verdict": "improve", "conclusion": "Опишите, как проверяли результат", "version": "1"}


@pytest.fixture
def practice(town):
    return Practice.objects.create(
        municipality=town.municipality, school=town.strong, title="Устный счёт", text="Пять минут в начале урока"
    )


def test_an_expert_is_asked_reads_the_practice_and_gives_a_word(town, practice):
    centre, expert, other = town.person(Role.METHODIST), town.person(Role.EXPERT), town.person(Role.EXPERT)
    methodist, reader = browser(centre), browser(expert)
    file = PracticeFile.objects.create(
        practice=practice, name="План.pdf", file="evidence/plan.pdf", media_type="application/pdf", size=3
    )
    assert f'value="{expert.pk}"' in methodist.get(practice.get_absolute_url()).text
    asked = {"expert": expert.pk, "due_on": "2023-03-14"}
    assert "уже прошёл" in methodist.post(address("assign_expert", practice.pk), asked).text
    assert methodist.post(address("assign_expert", practice.pk), asked | {"due_on": "2023-03-24"}).status_code == 302
    review = PracticeReview.objects.get()
    assert list(Notice.objects.values_list("user", "kind", "link")) == [
        (expert.pk, "review", review.get_absolute_url())
    ]
    assert [one.due_on for one in DUTIES.awaited(expert, town.municipality, TODAY)] == [dt.date(2023, 3, 24)]
    assert expert.pk in DUTIES.people(town.municipality)
    assert town.municipality.pk in DUTIES.municipalities().values_list("pk", flat=True)
    assert Notice.objects.told_to(expert).count() == 1
    assert review.get_absolute_url() in reader.get("/expertise/").text
    page = reader.get(review.get_absolute_url()).text
    assert "Пять минут в начале урока" in page
    assert PracticeFile.objects.visible_to(expert).get() == file
    assert not PracticeFile.objects.visible_to(other).exists()
    assert reader.get(practice.get_absolute_url()).status_code == 404  # with what others say
    assert browser(other).get(review.get_absolute_url()).status_code == 404
    assert "напишите, почему" in reader.post(review.get_absolute_url(), WORD | {"conclusion": ""}).text
    assert reader.post(review.get_absolute_url(), WORD).status_code == 302
    assert "Опишите, как проверяли" in methodist.get(practice.get_absolute_url()).text
    assert "Нужно доработать" in methodist.get(review.get_absolute_url()).text
    assert DUTIES.awaited(expert, town.municipality, TODAY) == []
    methodist.post(address("take_off_expert", review.pk), {"version": "2"})
    assert PracticeReview.objects.exists()  # what was said stays
    Practice.objects.update(state="returned", reason="Исправьте")
    assert reader.post(review.get_absolute_url(), WORD | {"version": "2"}).status_code == 403


def test_only_experts_of_the_town_are_asked_once_and_a_silent_one_is_taken_off(town, practice):
    centre, expert = town.person(Role.METHODIST), town.person(Role.EXPERT)
    for who, by, said in (
        (town.person(Role.VIEWER), centre, "Выберите человека с ролью"),
        (expert, town.person(Role.CURATOR, town.strong), "Экспертов назначает"),
    ):
        with pytest.raises(ReviewRefused, match=said):
            assign_expert(practice=practice, expert=who, due_on=TODAY, by=by)
    review = assign_expert(practice=practice, expert=expert, due_on=TODAY, by=centre)
    with pytest.raises(ReviewRefused, match="ещё не назначена"):
        assign_expert(practice=practice, expert=expert, due_on=TODAY, by=centre)
    browser(centre).post(address("take_off_expert", review.pk), {"version": "1"})
    assert not PracticeReview.objects.exists()
    assert not Notice.objects.told_to(expert).exists()  # the page is no more
