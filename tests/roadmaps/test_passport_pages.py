"""The pages of a passport: forms that keep what was typed, lines that move without a script, the way to an order."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roadmaps.forms.passport import MAX_LINES, unseal
from roadmaps.models import Programme
from roadmaps.passport.parts import Part
from roadmaps.queries.passport import lines_of
from roadmaps.states import ProgrammeState
from tests.roadmaps.test_passport import LINES, bring_to, now, place, write

__all__ = ["place"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def client(place: SimpleNamespace) -> Client:
    client = Client()
    client.force_login(place.methodist)
    return client


def address(place: SimpleNamespace, part: Part) -> str:
    return reverse("roadmaps:edit_programme", args=[place.programme.pk, part])


def typed(client: Client, place: SimpleNamespace, part: Part, *lines: dict, do: str = "save", seen: str = "") -> object:
    """What a browser sends of the form, with the state that the page was opened in."""
    seen = seen or client.get(address(place, part)).context["seen"]
    fields = {f"line-{number}-{name}": value for number, line in enumerate(lines) for name, value in line.items()}
    return client.post(address(place, part), {**fields, "seen": seen, "lines": len(lines), "do": do})


def texts(answer) -> list[str]:
    return [form["text"].value() or "" for form in answer.context["bench"].forms]


ONE, TWO, THREE = {"text": "Первый"}, {"text": "Второй"}, {"text": "Третий"}


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("add", ["Первый", "Второй", "Третий", ""]),
        ("up:2", ["Первый", "Третий", "Второй"]),
        ("up:0", ["Первый", "Второй", "Третий"]),
        ("down:0", ["Второй", "Первый", "Третий"]),
        ("down:2", ["Первый", "Второй", "Третий"]),
        ("remove:1", ["Первый", "Третий"]),
        ("remove:9", ["Первый", "Второй", "Третий"]),
        ("remove:-1", ["Первый", "Второй", "Третий"]),
        ("fly", ["Первый", "Второй", "Третий"]),
    ],
)
def test_buttons_change_the_page_and_nothing_else(client, place, do, expected):
    write(place, Part.RESULTS)
    answer = typed(client, place, Part.RESULTS, ONE, TWO, THREE, do=do)
    assert texts(answer) == expected
    assert lines_of(now(place), Part.RESULTS) == LINES[Part.RESULTS]
    assert unseal(answer.context["seen"]) == LINES[Part.RESULTS]


def test_lines_are_saved_in_their_order_and_blank_ones_left_out(client, place):
    answer = typed(client, place, Part.RESULTS, TWO, {"text": "  "}, ONE)
    assert answer["Location"].endswith("#results")
    assert lines_of(now(place), Part.RESULTS) == [TWO, ONE]


@pytest.mark.parametrize("part", Part)
def test_page_that_is_sent_back_as_it_came_changes_nothing(client, place, part):
    """Whatever a browser makes of line breaks, choices and dates."""
    for other in Part:
        write(place, other)
    before = now(place).version
    bench = client.get(address(place, part)).context["bench"]
    lines = [{name: form[name].value() for name in form.fields} for form in bench.forms]
    broken = [
        {name: value.replace("\n", "\r\n") if isinstance(value, str) else value for name, value in line.items()}
        for line in lines
    ]
    assert typed(client, place, part, *broken).status_code == 302
    assert (lines_of(now(place), part), now(place).version) == (LINES[part], before)


def test_all_that_is_wrong_is_shown_at_its_field_and_what_was_typed_stays(client, place):
    stage = {"title": "Первый", "starts_on": "2022-05-01", "ends_on": "2022-01-01", "text": "Анализ"}
    answer = typed(client, place, Part.STAGES, stage, {"text": "Без названия"})
    assert answer.status_code == 400
    assert [label for _, label, _ in answer.context["bench"].errors] == ["Окончание", "Этап"]
    assert "Без названия" in answer.text
    assert "Последний день раньше первого" in answer.text
    assert lines_of(now(place), Part.STAGES) == []


@pytest.mark.parametrize(
    ("said", "kept"), [("1 250 000,5", "1250000.50"), ("0", "0.00"), ("", "0.00"), ("1250000.50", "1250000.50")]
)
def test_roubles_are_written_as_people_write_them(client, place, said, kept):
    line = {"title": "Курсы", "year": "2022", "source": "municipal", "planned": said, "spent": ""}
    assert typed(client, place, Part.MONEY, line).status_code == 302
    assert lines_of(now(place), Part.MONEY) == [
        {"title": "Курсы", "year": "2022", "source": "municipal", "planned": kept, "spent": "0.00"}
    ]


@pytest.mark.parametrize("said", ["много", "-1", "1,234", "NaN"])
def test_sum_that_is_none_is_refused_in_words(client, place, said):
    line = {"title": "Курсы", "year": "2022", "source": "municipal", "planned": said}
    assert typed(client, place, Part.MONEY, line).status_code == 400


def test_school_gives_the_participant_its_name(client, place):
    typed(client, place, Part.PARTICIPANTS, {"school": "101", "duties": "Назначить куратора"})
    participant = now(place).participants.get()
    assert (participant.school, participant.organisation) == (place.school, "СОШ № 1")


def test_school_of_another_town_cannot_be_chosen(client, place):
    assert typed(client, place, Part.PARTICIPANTS, {"school": "999"}).status_code == 400


def test_second_editor_sees_the_change_keeps_what_was_typed_and_decides(client, place):
    seen = client.get(address(place, Part.RISKS)).context["seen"]
    write(place, Part.RISKS, by=place.department)
    mine = {"text": "Мой риск", "mitigation": ""}
    answer = typed(client, place, Part.RISKS, mine, seen=seen)
    assert answer.status_code == 409
    assert "Не хватит учителей" in answer.text  # what the other added
    assert texts(answer) == ["Мой риск"]
    assert lines_of(now(place), Part.RISKS) == LINES[Part.RISKS]
    assert typed(client, place, Part.RISKS, mine, seen=answer.context["seen"]).status_code == 302
    assert lines_of(now(place), Part.RISKS) == [mine]


def test_page_that_was_tampered_with_overwrites_nothing(client, place):
    write(place, Part.RISKS)
    answer = typed(client, place, Part.RISKS, {"text": "Другой"}, seen="подделка")
    assert answer.status_code == 409
    assert lines_of(now(place), Part.RISKS) == LINES[Part.RISKS]


def test_part_takes_no_more_lines_than_it_holds(client, place):
    lines = [{"text": f"Итог {number}"} for number in range(MAX_LINES + 5)]
    assert len(texts(typed(client, place, Part.RESULTS, *lines, do="add"))) == MAX_LINES


def test_only_what_was_spent_can_be_written_of_a_programme_in_force(client, place):
    bring_to(place, ProgrammeState.APPROVED)
    forged = {"title": "Другое", "year": "2030", "source": "other", "planned": "1", "spent": "60000"}
    assert typed(client, place, Part.MONEY, forged, {"spent": ""}).status_code == 302
    first, second = LINES[Part.MONEY]
    assert lines_of(now(place), Part.MONEY) == [first | {"spent": "60000.00"}, second | {"spent": "0.00"}]
    assert client.get(address(place, Part.RISKS))["Location"] == place.programme.get_absolute_url()


def test_from_a_new_programme_to_its_order(client, place):
    made = client.post(
        reverse("roadmaps:new_programme"),
        {"kind": "project", "title": "Вектор", "starts_in": "2023", "ends_in": "2023", "school": ""},
    )
    programme = Programme.objects.get(title="Вектор")
    assert made["Location"] == programme.get_absolute_url()
    there = SimpleNamespace(programme=programme)
    head = {"title": "Вектор", "aim": "Поддержать школы", "starts_in": "2023", "ends_in": "2023"}
    assert typed(client, there, Part.HEAD, head).status_code == 302
    assert typed(client, there, Part.TASKS, {"kind": "task", "text": "Помочь", "indicators": ["n1"]}).status_code == 302
    move = reverse("roadmaps:move_programme", args=[programme.pk])
    client.post(move, {"do": "agree", "version": now(there).version})
    assert now(there).status == "agreed"
    client.force_login(place.department)
    order = {"order_number": "7", "order_date": "2023-01-09", "version": now(there).version}
    client.post(reverse("roadmaps:approve_programme", args=[programme.pk]), order)
    assert (now(there).status, now(there).order_number, now(there).editions.count()) == ("approved", "7", 1)
    page = client.get(programme.get_absolute_url()).text
    assert "Доля n1" in page
    assert "№ 7 от 09.01.2023" in page


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ({"ends_in": "2022"}, "раньше, чем началась"),
        ({"starts_in": "23"}, "четырьмя цифрами"),
        ({"kind": "antirisk"}, "выберите школу"),
        ({"title": ""}, "Обязательное поле"),
    ],
)
def test_new_programme_that_cannot_be_says_why(client, head, problem):
    told = {"kind": "project", "title": "Вектор", "starts_in": "2023", "ends_in": "2023", "school": ""} | head
    answer = client.post(reverse("roadmaps:new_programme"), told)
    assert answer.status_code == 400
    assert problem in answer.text
    assert not Programme.objects.filter(title="Вектор").exists()


def many(place: SimpleNamespace, count: int) -> None:
    for part in (Part.TASKS, Part.STAGES, Part.RESULTS, Part.PARTICIPANTS, Part.RISKS, Part.MONEY):
        write(place, part, LINES[part][:1] * count)


@pytest.mark.parametrize("part", [None, *Part])
def test_passport_and_its_forms_ask_as_often_for_forty_lines_as_for_one(client, place, part):
    page = place.programme.get_absolute_url() if part is None else address(place, part)
    many(place, 1)
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    many(place, 40)
    with CaptureQueriesContext(connection) as forty:
        client.get(page)
    assert len(forty) == len(one)


def test_list_asks_as_often_for_forty_programmes_as_for_one(client, place):
    page = reverse("roadmaps:programmes")
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for number in range(39):
        Programme.objects.create(
            municipality=place.municipality, school=place.school, kind="project", title=f"Проект {number}",
            starts_in=2022, ends_in=2023,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as forty:
        shown = client.get(page).text
    assert len(forty) == len(one)
    assert shown.count("Проект ") >= 39


@pytest.mark.parametrize(
    ("years", "running"), [((2020, 2024), 0), ((2023, 2026), 1), ((2026, 2027), 1), ((2027, 2028), 0)]
)
def test_a_programme_runs_in_its_years(client, place, time_machine, years, running):
    time_machine.move_to("2026-06-01")
    client.force_login(place.methodist)
    starts_in, ends_in = years
    Programme.objects.update(status=Programme.Status.APPROVED, starts_in=starts_in, ends_in=ends_in)
    assert client.get(reverse("roadmaps:programmes")).context["in_force"] == running
