"""The bell, what one was told, how one wants to be told, the end of letters, and the log of the department."""

import datetime as dt
import re

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Role
from roadmaps.models import Comment, Notice, NoticeSettings, ProgressUpdate
from roadmaps.notice_facts import facts_of
from roadmaps.notices.kinds import REVIEWS, TASKS, Kind
from roadmaps.services.expertise import Round, assign, make_round
from roadmaps.services.recommendations import RecommendationTold, recommend
from roadmaps.telling import News, mentioned, tell
from roadmaps.unsubscribing import SALT, unsubscribe_path
from tests.roadmaps.conftest import person as person_of

LIST, SETTINGS, LOG = "/notices/", "/notices/settings/", "/notices/log/"


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(planned, *people, kind=Kind.LATE, key="late", **about) -> list[Notice]:
    news = News(
        kind, key, planned.municipality, facts=facts_of(planned.every, about.get("school")),
        occurrence=planned.every, **about,
    )  # fmt: skip
    tell((one, news) for one in people)
    return list(Notice.objects.filter(key=key).order_by("pk"))


# --- The bell and the list


def test_the_bell_counts_what_is_unread_and_opening_reads_it(planned):
    (notice,) = told(planned, planned.curator, school=planned.first)
    curator = browser(planned.curator)
    assert "непрочитанных: " in (page := curator.get(LIST).text)
    assert notice.subject in page
    answer = curator.get(reverse("roadmaps:notice", args=[notice.pk]))
    assert answer["Location"] == f"/roadmaps/occurrences/{planned.every.pk}/report/?school={planned.first.pk}"
    assert curator.get(answer["Location"]).status_code == 200
    assert "новых нет" in (page := curator.get(LIST).text)
    assert notice.subject not in page
    assert notice.subject in curator.get(f"{LIST}?show=all").text
    before = Notice.objects.get().read_at
    curator.get(reverse("roadmaps:notice", args=[notice.pk]))
    assert Notice.objects.get().read_at == before


def test_notices_are_read_one_by_one_or_all_together_and_only_ones_own(planned):
    first, *_ = told(planned, planned.curator, planned.neighbour, key="1")
    told(planned, planned.curator, key="2")
    curator = browser(planned.curator)
    curator.post(reverse("roadmaps:read_notice", args=[first.pk]))
    assert list(Notice.objects.unread().values_list("key", flat=True).order_by("key")) == ["1", "2"]
    curator.post(reverse("roadmaps:read_notices"))
    assert [one.user for one in Notice.objects.unread()] == [planned.neighbour]
    others = Notice.objects.get(user=planned.neighbour)
    assert curator.post(reverse("roadmaps:read_notice", args=[others.pk])).status_code == 404
    assert browser(planned.department).get(reverse("roadmaps:notice", args=[others.pk])).status_code == 404


def test_every_notice_leads_to_what_it_is_about(planned):
    report = ProgressUpdate.objects.create(occurrence=planned.every, school=planned.first, state="submitted")
    comment = Comment.objects.create(activity=planned.every.activity, author=planned.methodist, text="Когда?")
    advice = RecommendationTold("Провести самоанализ школ", schools=[planned.first], deadline="до 30.04.2022")
    assignment = recommend(municipality=planned.municipality, told=advice).assignments.get()
    expert, review = asked_expert(planned)
    for kind in Kind:
        about = {"school": planned.first, "report": report, "comment": comment}
        person, words = planned.methodist if kind is Kind.WAITING else planned.curator, "Самоанализ школ"
        if kind in TASKS.kinds | {Kind.TASK_RETURNED}:
            about, words = {"assignment": assignment}, "Провести самоанализ школ"
        elif kind in REVIEWS.kinds | {Kind.REVIEW_RETURNED}:
            person, about, words = expert, {"review": review}, "Заключение"
        (notice,) = told(planned, person, kind=kind, key=f"{kind}:1", **about)
        answer = browser(person).get(reverse("roadmaps:notice", args=[notice.pk]), follow=True)
        assert answer.status_code == 200, kind
        assert words in answer.text, kind
        assert answer.redirect_chain, kind


def asked_expert(planned):
    """Somebody to whom nothing of the municipality is open but the programme that they are asked to assess."""
    expert = person_of(Role.EXPERT, planned.municipality)
    told = Round("programmes", "Экспертиза", dt.date(2022, 4, 30), 2, ("Цель",))
    made = make_round(municipality=planned.municipality, told=told, by=planned.methodist)
    whom = {"expert": expert, "origin": "group", "organisation": "", "by": planned.methodist}
    (review,) = assign(expertise=made, programmes=[planned.programme], **whom)
    return expert, review


def test_an_expert_reads_what_they_are_asked_and_nothing_once_they_have_left(planned):
    expert, _ = asked_expert(planned)
    told(planned, expert)  # of a plan that is not open to them
    page = browser(expert).get(LIST)
    assert "непрочитанных: " in page.text
    assert "Вам назначена экспертиза: Программа" in page.text
    assert "Самоанализ" not in page.text
    settings = browser(expert).get(SETTINGS).text
    offered = {kind.value for kind in Kind if f'name="{kind.value}"' in settings}
    assert offered == {"mention", "review", "review_ahead", "review_late", "review_returned"}
    assert browser(expert).post(reverse("roadmaps:read_notices")).status_code == 302
    assert Notice.objects.filter(user=expert).unread().count() == 1
    expert.memberships.all().delete()
    assert "экспертиза: Программа" not in browser(expert).get(f"{LIST}?show=all").text


def test_what_is_no_longer_in_the_plan_is_said(planned):
    (notice,) = told(planned, planned.curator)
    planned.every.delete()
    answer = browser(planned.curator).get(reverse("roadmaps:notice", args=[notice.pk]), follow=True)
    assert "этого больше нет" in answer.text


def test_whoever_has_moved_to_another_school_no_longer_reads_of_the_first(planned):
    told(planned, planned.curator, school=planned.first)
    planned.curator.memberships.update(school=planned.third)
    assert not Notice.objects.told_to(planned.curator).exists()
    assert "Самоанализ" not in browser(planned.curator).get(f"{LIST}?show=all").text


def test_lists_ask_the_database_as_often_for_forty_notices_as_for_one(planned):
    curator, department = browser(planned.curator), browser(planned.department)
    addresses = [(curator, LIST), (curator, f"{LIST}?show=all"), (department, LOG)]
    told(planned, planned.curator, school=planned.first)
    counts = []
    for client, address in addresses:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts.append(len(captured))
    for number in range(40):
        told(planned, planned.curator, planned.neighbour, key=f"late:{number}", school=planned.second)
    for (client, address), count in zip(addresses, counts, strict=True):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        assert len(captured) == count, address


def test_whoever_was_never_told_anything_reads_what_will_come(planned):
    assert "Уведомлений ещё не было" in browser(planned.curator).get(LIST).text


# --- Settings


def chosen(**fields) -> dict[str, str]:
    ways = {kind.value: "mail" for kind in Kind}
    return {"rhythm": "daily", "quiet_from": "18", "quiet_to": "9", **ways, **fields}


def test_what_somebody_chooses_is_kept_and_shown_again(planned):
    curator = browser(planned.curator)
    assert curator.post(SETTINGS, chosen(late="off", ahead="portal")).status_code == 302
    kept = NoticeSettings.objects.get(user=planned.curator)
    assert (kept.rhythm, kept.quiet_from, kept.quiet_to) == ("daily", 18, 9)
    assert (kept.way_of(Kind.LATE), kept.way_of(Kind.AHEAD), kept.way_of(Kind.RETURNED)) == ("off", "portal", "mail")
    page = curator.get(SETTINGS).text
    assert re.search(r'value="daily"[^>]*checked', page)
    assert '<option value="18" selected>' in page


def test_a_wrong_choice_is_told_at_its_field_and_keeps_the_rest(planned):
    answer = browser(planned.curator).post(SETTINGS, chosen(rhythm="hourly", quiet_from="25"))
    assert answer.status_code == 200
    assert answer.text.count("errorlist") == 2
    assert not NoticeSettings.objects.exists()


@pytest.mark.parametrize(
    ("who", "kinds"),
    [("curator", {"ahead", "returned", "task_late"}), ("methodist", {"waiting", "ahead"}), ("viewer", set())],
)
def test_only_kinds_that_may_come_are_offered(planned, who, kinds):
    page = browser(getattr(planned, who)).get(SETTINGS).text
    offered = set(re.findall(r'<select name="([a-z_]+)"', page)) & {kind.value for kind in Kind}
    assert kinds | {"mention"} <= offered
    assert ("waiting" in offered) is (who == "methodist")
    assert ("late" in offered) is (who != "viewer")


# --- The end of letters


def test_a_link_from_a_letter_ends_its_kinds_without_logging_in(planned):
    address = unsubscribe_path(planned.curator.pk, [Kind.LATE, Kind.AHEAD])
    stranger = Client()
    page = stranger.get(address)
    assert "Срок прошёл" in page.text
    assert planned.curator.full_name not in page.text
    assert not NoticeSettings.objects.exists()  # mail programs open links by themselves
    assert "Таких писем больше не будет" in stranger.post(address, {"what": "kinds"}).text
    kept = NoticeSettings.objects.get(user=planned.curator)
    assert [kept.way_of(kind) for kind in (Kind.LATE, Kind.AHEAD, Kind.RETURNED)] == ["portal", "portal", "mail"]
    assert "никаких" in stranger.get(address).text
    stranger.post(address, {"what": "all"})
    assert {NoticeSettings.objects.get().way_of(kind) for kind in Kind} == {"portal"}
    assert "уже не присылает" in stranger.get(address).text


def test_ending_letters_does_not_bring_back_what_was_left_out(planned):
    NoticeSettings.objects.create(user=planned.curator, ways={"late": "off"})
    Client().post(unsubscribe_path(planned.curator.pk, [Kind.LATE]), {"what": "kinds"})
    assert NoticeSettings.objects.get().way_of(Kind.LATE) == "off"


@pytest.mark.parametrize("forged", ["someone else", "other salt", "unknown kind", "changed", "nobody"])
def test_a_link_that_the_portal_has_not_signed_does_nothing(planned, forged):
    good = unsubscribe_path(planned.curator.pk, [Kind.LATE]).split("/")[-2]
    token = {
        "someone else": f"x{good[1:]}",
        "other salt": signing.dumps([planned.curator.pk, ["late"]], salt="roadmaps.plan"),
        "unknown kind": signing.dumps([planned.curator.pk, ["birthday"]], salt=SALT),
        "changed": f"{good[:-1]}{'A' if good[-1] != 'A' else 'B'}",
        "nobody": signing.dumps([10**9, ["late"]], salt=SALT),
    }[forged]
    assert Client().post(reverse("roadmaps:unsubscribe", args=[token]), {"what": "all"}).status_code == 404
    assert not NoticeSettings.objects.exists()


# --- The log


def test_the_department_reads_who_was_told_what_and_when(planned):
    late, waiting = told(planned, planned.curator, school=planned.first), told(planned, planned.methodist, key="w")
    Notice.objects.filter(pk=late[0].pk).update(
        mail="sent", letter="1", claimed_at=timezone.now(), mailed_at=dt.datetime(2022, 3, 24, 6, tzinfo=dt.UTC)
    )
    Notice.objects.filter(pk=waiting[0].pk).update(mail="failed", mail_problem="Почтовый сервер отказал: код 550.")
    department = browser(planned.department)
    page = department.get(LOG).text
    for text in (planned.curator.email, late[0].subject, "24.03.2022 в 09:00", "код 550"):
        assert text in page
    assert planned.methodist.email not in department.get(f"{LOG}?mail=sent").text
    assert planned.curator.email not in department.get(f"{LOG}?person={planned.methodist.email}").text
    assert "Ничего не найдено" in department.get(f"{LOG}?kind=mention").text
    assert department.get(f"{LOG}?kind=x&since=вчера&mail=1&page=9").status_code == 200
    for other in (planned.curator, planned.methodist, planned.viewer):
        assert browser(other).get(LOG).status_code == 403


def test_a_mention_says_who_wrote_what(planned):
    comment = Comment.objects.create(activity=planned.every.activity, author=planned.methodist, text="Когда?")
    tell([(planned.curator, mentioned(comment))])
    page = browser(planned.curator).get(LIST).text
    assert planned.methodist.full_name in page
    assert "Когда?" in page
