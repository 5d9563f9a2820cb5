"""Pages of decisions and of the control of execution: forms, conflicts, lists, and what they cost."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roadmaps.models import Assignment, AssignmentChange, Decision, Evidence, HeldFile
from roadmaps.services.assignments import Answer, answer
from roadmaps.services.decisions import DecisionTold, PointTold, register_decision
from tests.factories import IndicatorFactory, MunicipalityFactory
from tests.roadmaps import made

pytestmark = pytest.mark.django_db
TODAY = dt.datetime(2022, 4, 10, 9, tzinfo=dt.UTC)
NEW, CONTROL = "/roadmaps/decisions/new/", "/roadmaps/control/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def registered(planned, count: int = 1, *, number: str = "5", responsible=("СОШ № 1", "ЦРО")) -> Decision:
    day = {"date": dt.date(2021, 9, 1), "ends_on": dt.date(2022, 8, 31)}
    points = [
        PointTold(f"Провести самоанализ {place}", f"{place}.", "до 31.03.2022", responsible=responsible)
        for place in range(1, count + 1)
    ]
    told = DecisionTold(kind="order", number=number, title="О мерах", points=points, **day)
    return register_decision(municipality=planned.municipality, told=told, by=planned.methodist)


def typed(*points: dict, **more) -> dict:
    data = {
        "kind": "order", "number": "12", "date": "2022-02-01", "title": "О мерах поддержки", "ends_on": "2022-12-31",
        "version": "0", "points-TOTAL_FORMS": str(len(points)), "points-INITIAL_FORMS": "0",
    }  # fmt: skip
    for place, point in enumerate(points):
        data |= {f"points-{place}-{name}": value for name, value in point.items()}
    return data | more


POINT = {"number": "1.", "text": "Назначить куратора", "responsible": "СОШ № 1\nЦРО", "deadline": "до 15.02.2022"}


def test_a_decision_is_registered_by_its_points(planned):
    answer = browser(planned.methodist).post(NEW, typed(POINT, {"text": ""}), follow=True)
    decision = Decision.objects.get()
    assert answer.redirect_chain[-1][0] == decision.get_absolute_url()
    assert "поставлены на контроль" in answer.text
    assert {row.who for row in Assignment.objects.all()} == {"СОШ № 1", "ЦРО"}
    assert "просрочено" in answer.text


def test_what_was_typed_stays_and_the_mistake_stands_at_its_field(planned):
    unclear = POINT | {"deadline": "когда-нибудь потом"}
    answer = browser(planned.methodist).post(NEW, typed(unclear, number=""))
    assert Decision.objects.count() == 0
    assert "Портал не понял срок «когда-нибудь потом»" in answer.text
    assert "О мерах поддержки" in answer.text
    assert "Назначить куратора" in answer.text
    answer = browser(planned.methodist).post(NEW, typed({"text": ""}))
    assert "Впишите хотя бы один пункт" in answer.text
    answer = browser(planned.methodist).post(NEW, typed({"number": "1.", "deadline": "до 15.02.2022"}))
    assert "Впишите текст пункта" in answer.text


def test_a_control_date_before_the_decision_is_refused_unless_its_document_has_it(planned):
    """The decision is of 01.02.2022. One that a document brought with an earlier day is amended as it is."""
    client, early = browser(planned.methodist), POINT | {"due_on": "2022-01-31"}
    answer = client.post(NEW, typed(early))
    assert answer.context["points"].forms[0].errors["due_on"] == [
        "Контрольная дата раньше 01.02.2022, даты решения: укажите этот день или более поздний."
    ]
    assert "Назначить куратора" in answer.text
    assert client.post(NEW, typed(POINT | {"due_on": "2022-02-01"})).status_code == 302
    point = Decision.objects.get().points.get()
    type(point).objects.update(due_on="2022-01-31")
    page = reverse("roadmaps:edit_decision", args=[point.decision_id])
    kept = typed(early | {"key": str(point.pk)}, title="О другом", version="1") | {"points-INITIAL_FORMS": "1"}
    assert client.post(page, kept | {"points-0-due_on": "2022-01-30"}).status_code == 200
    assert client.post(page, kept).status_code == 302


def test_more_rows_keep_what_was_typed_and_store_nothing(planned):
    answer = browser(planned.methodist).post(NEW, typed(POINT, number="", more="1"))
    assert Decision.objects.count() == 0
    assert 'name="points-3-text"' in answer.text
    assert "Назначить куратора" in answer.text
    assert "ничего не сохранено" not in answer.text


def test_an_edited_decision_shows_to_the_second_what_the_first_has_stored(planned):
    decision = registered(planned)
    page = reverse("roadmaps:edit_decision", args=[decision.pk])
    point = {**POINT, "key": str(decision.points.get().pk)}
    first, second = browser(planned.methodist), browser(planned.department)
    seen = {"points-INITIAL_FORMS": "1", "version": "1", "number": "5", "date": "2021-09-01"}
    assert first.post(page, typed(point, **seen, title="Первое название")).status_code == 302
    answer = second.post(page, typed(point | {"text": "Иной текст"}, **seen, title="Второе название"))
    assert Decision.objects.get().title == "Первое название"
    assert "его изменил другой человек" in answer.text
    for words in ("Первое название", "Второе название", "Иной текст", "Назначить куратора"):
        assert words in answer.text
    assert 'name="version" value="2"' in answer.text
    assert 'name="number" value="5"' in answer.text
    again = second.post(page, typed(point, **seen | {"version": "2"}, title="Второе название"))
    assert again.status_code == 302
    assert Decision.objects.get().title == "Второе название"


def test_a_point_is_taken_out_by_its_mark(planned):
    decision = registered(planned, 2)
    keys = [str(point.pk) for point in decision.points.order_by("position")]
    points = [POINT | {"key": keys[0], "remove": "on"}, POINT | {"key": keys[1], "number": "2."}]
    seen = {"points-INITIAL_FORMS": "2", "version": "1"}
    page = reverse("roadmaps:edit_decision", args=[decision.pk])
    assert browser(planned.methodist).post(page, typed(*points, **seen)).status_code == 302
    assert [str(point.pk) for point in decision.points.all()] == [keys[1]]


def test_a_decision_says_what_it_was_born_of(planned):
    indicator = IndicatorFactory(municipality=planned.municipality, short_name="Динамика ОГЭ")
    asked = f"?origin=indicator&id={indicator.pk}&text=Динамика+ОГЭ,+2021"
    page = browser(planned.methodist).get(NEW + asked).text
    assert "Динамика ОГЭ, 2021" in page
    born = {"origin_kind": "indicator", "origin_id": str(indicator.pk), "origin_text": "Динамика ОГЭ, 2021"}
    page = browser(planned.methodist).post(NEW, typed(POINT, **born), follow=True).text
    assert f'<a href="{indicator.get_absolute_url()}">Динамика ОГЭ, 2021</a>' in page


def test_an_indicator_of_another_town_is_no_origin(planned):
    foreign = IndicatorFactory(municipality=MunicipalityFactory(slug="megion"))
    born = {"origin_kind": "indicator", "origin_id": str(foreign.pk), "origin_text": "Чужой"}
    browser(planned.methodist).post(NEW, typed(POINT, **born))
    decision = Decision.objects.get()
    assert (decision.origin_kind, decision.origin_id, decision.origin_text) == ("", None, "Чужой")


def test_from_what_is_owed_to_what_is_done(planned):
    registered(planned)
    curator, methodist = browser(planned.curator), browser(planned.methodist)
    row = Assignment.objects.get(school=planned.first)
    mine = curator.get("/roadmaps/mine/").text
    assert row.get_absolute_url() in mine
    assert "Ждёт ответа 1" in mine.replace("\u00a0", " ")
    assert "на 10\u00a0дней" in mine
    page = row.get_absolute_url()
    assert curator.post(page, {"do": "begin", "text": "Начали", "version": "1"}).status_code == 302
    refused = curator.post(page, {"do": "answer", "text": "", "version": "2"}).text
    assert "Напишите, что сделано" in refused
    assert curator.post(page, {"do": "answer", "text": "Провели", "version": "2"}).status_code == 302
    assert row.get_absolute_url() not in curator.get("/roadmaps/mine/").text
    refused = methodist.post(page, {"do": "return", "reason": "", "version": "3"}).text
    assert "Напишите причину" in refused
    assert methodist.post(page, {"do": "return", "reason": "Нет протокола", "version": "3"}).status_code == 302
    assert "Нет протокола" in curator.get(page).text
    curator.post(page, {"do": "answer", "text": "Провели, вот протокол", "link": "example.org", "version": "4"})
    assert methodist.post(page, {"do": "accept", "version": "5"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.link) == ("accepted", "https://example.org")


def test_what_is_asked_for_later_does_not_bury_what_is_asked_for_now(planned):
    registered(planned)
    later = Assignment.objects.get(school=planned.first)
    Assignment.objects.filter(pk=later.pk).update(due_on=TODAY.date() + dt.timedelta(days=31))
    page = browser(planned.curator).get("/roadmaps/mine/").text.replace("\u00a0", " ")
    assert later.get_absolute_url() not in page
    assert "Со сроком позже — ещё 1" in page
    Assignment.objects.filter(pk=later.pk).update(due_on=TODAY.date() + dt.timedelta(days=30))
    assert later.get_absolute_url() in browser(planned.curator).get("/roadmaps/mine/").text


def test_a_conflict_keeps_the_answer_that_was_typed(planned):
    registered(planned)
    row = Assignment.objects.get(school=planned.first)
    answer(assignment=row, said=Answer("Первый"), is_whole=False, seen_version=1, by=planned.curator)
    page = (
        browser(planned.curator).post(row.get_absolute_url(), {"do": "answer", "text": "Второй", "version": "1"}).text
    )
    assert "поручение изменилось" in page
    assert ">\nВторой</textarea>" in page
    assert "Первый" in page
    assert Assignment.objects.get(pk=row.pk).text == "Первый"


def test_an_answer_with_files_is_as_open_as_its_assignment_and_loses_none(planned, settings, tmp_path):
    """What is wrong holds the good files; the same sent twice is one answer; files go only while it is written."""
    settings.MEDIA_ROOT = tmp_path
    registered(planned)
    row, curator = Assignment.objects.get(school=planned.first), browser(planned.curator)
    address = row.get_absolute_url()
    chosen = {"files": [SimpleUploadedFile("приказ.pdf", made.pdf()), SimpleUploadedFile("пусто.jpg", b"")]}
    page = curator.post(address, {"do": "answer", "version": "1", "text": "Провели", **chosen}).text
    assert "«пусто.jpg»: Файл пустой" in page
    assert "ответ не сохранён, выбранные файлы сохранены" in page
    held = HeldFile.objects.get()
    page = curator.post(address, {"do": "answer", "version": "1", "text": "", "held": held.pk}).text
    assert "Напишите, что сделано" in page
    said = {"do": "answer", "version": "1", "text": "Провели", "held": held.pk}
    for _ in range(2):
        page = curator.post(address, said, follow=True).text
        assert "Ответ отправлен на проверку" in page
        said |= {"held": "", "files": [SimpleUploadedFile("приказ.pdf", made.pdf())]}
    row.refresh_from_db()
    file = Evidence.objects.get()
    assert (row.state, row.version, file.assignment, file.name) == ("answered", 2, row, "приказ.pdf")
    shown = reverse("roadmaps:evidence", args=[file.pk])
    assert browser(planned.methodist).get(shown).getvalue()[:4] == b"%PDF"
    assert browser(planned.neighbour).get(shown).status_code == 404
    assert shown in browser(planned.methodist).get(address).text
    assert browser(planned.methodist).post(address, {"remove": file.pk}).status_code == 403
    curator.post(address, {"remove": file.pk})
    assert Evidence.objects.exists()  # it is being checked
    page = curator.post(address, {"do": "begin", "version": "1", "text": "Из другой вкладки"}).text
    assert "Из другой вкладки" in page
    curator.post(address, {"do": "take_back", "version": "2"})
    page = curator.post(address, {"remove": file.pk, "text": "Дописываю", "version": "3"}).text
    assert "Убрано: приказ.pdf." in page
    assert "Дописываю" in page
    assert not Evidence.objects.exists()
    assert AssignmentChange.objects.filter(text="Убран файл «приказ.pdf»").exists()


@pytest.mark.parametrize(
    ("query", "count"), [("", 3), ("?state=late", 1), ("?state=answered", 1), ("?state=done", 0), ("?state=bad", 3)]
)
def test_the_control_is_narrowed_to_a_state(planned, query, count):
    """One is late, one waits for its check, one has no day."""
    for number, school in enumerate((planned.first, planned.second, planned.third)):
        registered(planned, number=str(number), responsible=(school.name,))
    Assignment.objects.filter(school=planned.first).update(state="answered", answered_by=planned.curator)
    Assignment.objects.filter(school=planned.second).update(due_on=None)
    page = browser(planned.methodist).get(CONTROL + query)
    assert len(page.context["lines"]) == count


def test_the_control_is_narrowed_to_who_answers(planned):
    registered(planned, responsible=("СОШ № 1", "СОШ № 2", "ЦРО"))
    client = browser(planned.methodist)
    page = client.get(f"{CONTROL}?responsible=s{planned.first.pk}")
    assert [line.assignment.who for line in page.context["lines"]] == ["СОШ № 1"]
    page = client.get(f"{CONTROL}?responsible=ЦРО")
    assert [line.assignment.who for line in page.context["lines"]] == ["ЦРО"]
    page = browser(planned.curator).get(f"{CONTROL}?responsible=s{planned.second.pk}")
    assert page.context["lines"] == []


def test_empty_pages_say_what_to_do_next(planned):
    assert "Завести решение" in browser(planned.methodist).get("/roadmaps/decisions/").text
    assert "Завести решение" in browser(planned.methodist).get(CONTROL).text
    page = browser(planned.curator).get("/roadmaps/decisions/").text
    assert "Их заводит управление образования" in page
    assert NEW not in page


@pytest.mark.parametrize("address", [CONTROL, "/roadmaps/decisions/", "/roadmaps/mine/", "decision"])
@pytest.mark.parametrize("who", ["methodist", "curator"])
def test_queries_do_not_grow_with_rows(planned, address, who):
    decision = registered(planned)
    client = browser(getattr(planned, who))
    page = decision.get_absolute_url() if address == "decision" else address
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for number in range(6, 26):
        registered(planned, 2, number=str(number), responsible=("ОО", "ЦРО"))
    if address == "decision":
        page = registered(planned, 40, number="99", responsible=("ОО", "ЦРО", "СОШ № 1")).get_absolute_url()
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) <= len(one), [query["sql"] for query in many]
