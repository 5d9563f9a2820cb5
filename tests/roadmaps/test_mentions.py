"""Who is asked to read a comment: only people who see the row; shown by name, told once, until they answer."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import Role
from accounts.models import User
from roadmaps.models import Comment, Notice
from roadmaps.queries.comments import Person, comments_of, mentions_of, named_in, parts_of, people_who_see
from roadmaps.services.comments import say
from roadmaps.services.rows import remove_row
from tests.factories import MunicipalityFactory, SchoolFactory
from tests.roadmaps.conftest import person, plan_of
from tests.roadmaps.plans import stored


def names(people) -> set[str]:
    return {person.user.username for person in people}


def shown(planned, comment) -> str:
    (one,) = [one for one in comments_of(planned.viewer, comment.activity) if one.comment == comment]
    return "".join(f"[{part.text}]" if part.is_person else part.text for part in one.parts)


def test_a_login_in_the_text_asks_and_is_shown_as_a_name(planned):
    row, asked = planned.every.activity, planned.methodist
    comment = say(activity=row, text=f"@{asked.username}, когда протокол?", by=planned.curator)
    assert list(comment.mentions.all()) == [asked]
    assert shown(planned, comment) == f"[{asked}], когда протокол?"
    told = Notice.objects.get()
    assert (told.user, told.comment) == (asked, comment)


@pytest.mark.parametrize("text", ["Пишите на school@{0}.ru", "@никто и @{0}x", "{0}", "x@{0}"])
def test_what_only_looks_like_a_login_asks_nobody(planned, text):
    comment = say(activity=planned.every.activity, text=text.format(planned.methodist.username), by=planned.curator)
    assert not comment.mentions.exists()
    assert shown(planned, comment) == comment.text


@pytest.mark.parametrize("end", [".", ", спасибо", "", "\n", "!", ")", "…"])
def test_the_punctuation_behind_a_login_is_no_part_of_it(planned, end):
    comment = say(
        activity=planned.every.activity, text=f"Спросим @{planned.methodist.username}{end}", by=planned.curator
    )
    assert list(comment.mentions.all()) == [planned.methodist]
    assert shown(planned, comment) == f"Спросим [{planned.methodist}]{end.strip()}"


def test_nobody_is_asked_who_does_not_see_the_row_or_has_left_or_speaks(planned):
    own = stored(planned.municipality, plan_of(), school=planned.first)
    row = own.sections.get().activities.create(roadmap=own, position=1, title="Своё")
    elsewhere = person(Role.DEPARTMENT, MunicipalityFactory())
    gone = person(Role.METHODIST, planned.municipality)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    people = [planned.neighbour, elsewhere, gone, planned.curator, planned.department]
    text = " ".join(f"@{user.username}" for user in people)
    comment = say(activity=row, text=text, by=planned.curator, asked=[user.pk for user in people])
    assert list(comment.mentions.all()) == [planned.department]
    assert names(people_who_see(row)) == {
        user.username for user in (planned.curator, planned.methodist, planned.department, planned.viewer)
    }


def test_people_of_the_head_school_see_the_plan_of_its_branch(planned):
    branch = SchoolFactory(municipality=planned.municipality, parent=planned.first)
    own = stored(planned.municipality, plan_of(), school=branch)
    row = own.sections.get().activities.create(roadmap=own, position=1, title="Своё")
    assert planned.curator.username in names(people_who_see(row))
    assert planned.neighbour.username not in names(people_who_see(row))


def test_who_sees_the_row_is_who_may_be_asked(planned):
    row = planned.every.activity
    for who in ("curator", "neighbour", "outsider", "methodist", "department", "viewer"):
        user = getattr(planned, who)
        assert type(row).objects.visible_to(user).filter(pk=row.pk).exists() is (
            user.username in names(people_who_see(row))
        )


def test_a_mention_is_owed_until_it_is_answered(planned):
    row = planned.every.activity
    say(activity=row, text="Прочтите", by=planned.methodist, asked=[planned.curator.pk])
    assert [comment.text for comment in mentions_of(planned.curator)] == ["Прочтите"]
    assert not mentions_of(planned.curator, MunicipalityFactory()).exists()
    assert not mentions_of(planned.neighbour).exists()
    say(activity=row, text="Прочитал", by=planned.curator)
    assert not mentions_of(planned.curator).exists()
    say(activity=row, text="И ещё", by=planned.methodist, asked=[planned.curator.pk])
    assert [comment.text for comment in mentions_of(planned.curator)] == ["И ещё"]
    remove_row(activity=row, seen_version=1, reason="Лишнее", by=planned.methodist)
    assert not mentions_of(planned.curator).exists()


@given(text=st.text(alphabet="@ab._-+ ,\n", max_size=40))
def test_nothing_of_a_text_is_lost_where_logins_become_names(text):
    people = [Person(User(pk=1, username="a.b"), ""), Person(User(pk=2, username="b"), "")]
    parts, named = parts_of(text, [person.user for person in people])
    assert "".join(f"@{part.text}" if part.is_person else part.text for part in parts) == text
    assert named == set(named_in(text, people))


# --- Pages


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_person_is_chosen_on_the_page_of_the_row_and_finds_it_among_what_is_owed(planned):
    row, curator = planned.every.activity, browser(planned.curator)
    assert "Позвать в обсуждение" in curator.get(row.get_absolute_url()).text
    address = reverse("roadmaps:comment", args=[row.pk])
    elsewhere = person(Role.DEPARTMENT, MunicipalityFactory())
    assert "Выберите корректный" in curator.post(address, {"text": "Эй", "people": [elsewhere.pk]}).text
    said = {"text": "Когда\nпротокол?", "people": [planned.methodist.pk]}
    page = curator.post(address, said, follow=True).text
    assert f"приглашены: {planned.methodist}" in page
    mine = browser(planned.methodist).get("/roadmaps/mine/").text
    assert "Вас позвали в обсуждение" in mine
    assert f"#comment-{Comment.objects.get().pk}" in mine
    assert "Вас позвали" not in browser(planned.department).get("/roadmaps/mine/").text


def test_the_discussion_asks_as_often_for_forty_comments_as_for_one(planned):
    row, client = planned.every.activity, browser(planned.curator)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    def comment(number: int) -> None:
        say(activity=row, text=f"{number} @{planned.curator.username}", by=planned.methodist)

    comment(0)
    pages = [row.get_absolute_url(), "/roadmaps/mine/"]
    [queries(page) for page in pages]
    before = [queries(page) for page in pages]
    for number in range(40):
        comment(number)
    assert [queries(page) for page in pages] == before
