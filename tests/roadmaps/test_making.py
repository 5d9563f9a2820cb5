"""A new roadmap: empty, from a template that says where it comes from, from another year with its dates moved."""

import datetime as dt
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from roadmaps.models import Roadmap
from roadmaps.plan_templates import plan_templates
from roadmaps.plans.carrying import Term, carried_plan, carried_rows, following_term
from roadmaps.plans.deadlines import Deadline, Kind, Precision
from roadmaps.plans.rows import PlanRow
from roadmaps.services.editing import Seen
from roadmaps.services.rows import edit_row, remove_row
from tests.factories import IndicatorFactory, MunicipalityFactory, SchoolFactory
from tests.roadmaps.conftest import person, plan_of
from tests.roadmaps.plans import fixture, stored

NEXT = {"starts_on": "2022-09-01", "ends_on": "2023-08-31"}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown_fields(answer) -> dict[str, str]:
    """What the preview would send when one says yes."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"} | {"store": "1"}


def test_an_empty_roadmap_has_the_headings_that_were_named(planned):
    client, address = browser(planned.methodist), reverse("roadmaps:new_empty")
    answer = client.post(address, {"title": " ", **NEXT, "sections": "Первый"})
    assert (answer.status_code, "Обязательное поле" in answer.text, "Первый" in answer.text) == (400, True, True)
    page = client.post(address, {"title": "Новая", **NEXT, "sections": "Первый\n\n Второй "}, follow=True).text
    made = Roadmap.objects.get(title="Новая")
    assert list(made.sections.values_list("title", flat=True)) == ["Первый", "Второй"]
    assert (made.state, made.created_by) == ("draft", planned.methodist)
    assert "Добавьте мероприятия" in page
    client.post(address, {"title": "Ещё одна", **NEXT, "sections": ""})
    assert Roadmap.objects.get(title="Ещё одна").sections.get().title == "Мероприятия"


@pytest.mark.parametrize(
    ("key", "rows", "words"),
    [("next_year", 6, "В 2021-2022 уч. году необходимо"), ("directions", 16, "разделы 7.3")],
)
def test_a_template_says_what_it_is_and_a_roadmap_made_from_it_says_so_too(planned, key, rows, words):
    client, address = browser(planned.methodist), reverse("roadmaps:new_from_template")
    page = client.get(address).text
    template = plan_templates()[key]
    assert unescape(page).count(template.source) == 1
    assert all(row.title in unescape(page) for row in template.plan.rows)
    answer = client.post(address, {"template": key, **NEXT})
    assert answer.status_code == 200
    assert words in unescape(answer.text)
    assert Roadmap.objects.count() == 1
    client.post(address, shown_fields(answer))
    made = Roadmap.objects.exclude(pk=planned.roadmap.pk).get()
    assert made.activities.count() == rows
    assert words in made.source
    assert (made.starts_on, made.state) == (dt.date(2022, 9, 1), "draft")


def test_a_template_of_another_year_has_its_dates_moved(planned):
    client, address = browser(planned.methodist), reverse("roadmaps:new_from_template")
    answer = client.post(address, {"template": "next_year", **NEXT})
    assert "В 2022-2023 уч. году" in answer.text
    assert "в 2022/2023 учебном году" in answer.text
    client.post(address, shown_fields(answer))
    made = Roadmap.objects.exclude(pk=planned.roadmap.pk).get()
    assert made.title.startswith("Задачи на 2022-2023")
    assert {row.deadline for row in made.activities.all()} == {"В 2022-2023 уч. году"}


def test_from_last_year_come_rows_with_kind_indicators_responsible_and_what_a_person_said(planned):
    one, two, _ = planned.roadmap.activities.order_by("position")
    indicator = IndicatorFactory(municipality=planned.municipality)
    said = Deadline(Kind.ONCE, spans=((None, dt.date(2022, 2, 15)),), precision=Precision.DAY)
    responsible = [{"name": "Школа у моста", "every": False, "school": planned.third.pk, "user": None}]
    typed = {
        "kind": "monitoring",
        "indicators": [indicator.pk],
        "deadline": {"text": "После каникул", "means": said.to_json()},
        "responsible": responsible,
    }
    edit_row(activity=one, typed=typed, seen=Seen(1), reason="Приказ", by=planned.methodist)
    remove_row(activity=two, seen_version=1, reason="Лишнее", by=planned.methodist)
    client, address = browser(planned.methodist), reverse("roadmaps:new_from_roadmap")
    answer = client.post(address, {"source": planned.roadmap.pk, **NEXT})
    for words in ("Март 2022", "Март 2023", "не позднее 15 февраля 2023 года", "Ещё ничего не записано"):
        assert words in answer.text
    assert Roadmap.objects.count() == 1
    client.post(address, shown_fields(answer))
    made = Roadmap.objects.exclude(pk=planned.roadmap.pk).get()
    first, second = made.activities.order_by("position")
    assert (first.title, first.kind, first.deadline) == ("Самоанализ школ", "monitoring", "После каникул")
    assert list(first.indicators.all()) == [indicator]
    assert list(first.responsible.values_list("name", "school")) == [("Школа у моста", planned.third.pk)]
    assert [(time.label, time.due_on) for time in first.occurrences.all()] == [
        ("до 15.02.2023", dt.date(2023, 2, 15)),
    ]
    assert (second.title, second.deadline) == ("Мастер-класс", "Март 2023")
    assert [time.due_on for time in second.occurrences.all()] == [dt.date(2023, 3, 31)]
    assert "Дорожная карта" in made.source


def test_a_source_that_was_changed_after_the_preview_is_shown_again(planned):
    client, address = browser(planned.methodist), reverse("roadmaps:new_from_roadmap")
    fields = shown_fields(client.post(address, {"source": planned.roadmap.pk, **NEXT}))
    row = planned.every.activity
    edit_row(activity=row, typed={"title": "Иначе"}, seen=Seen(1), reason="Приказ", by=planned.methodist)
    answer = client.post(address, fields)
    assert "посмотрите ещё раз" in answer.text
    assert "Иначе" in answer.text
    assert Roadmap.objects.count() == 1
    client.post(address, shown_fields(answer))
    assert Roadmap.objects.count() == 2


def test_who_chooses_another_shift_gets_it(planned):
    client, address = browser(planned.methodist), reverse("roadmaps:new_from_roadmap")
    answer = client.post(address, {"source": planned.roadmap.pk, **NEXT, "years": "0"})
    assert "вне срока действия" in answer.text
    assert "Март 2023" not in answer.text


def test_the_next_term_is_offered(planned):
    address = f"{reverse('roadmaps:new_from_roadmap')}?source={planned.roadmap.pk}"
    initial = browser(planned.methodist).get(address).context["form"].initial
    assert (initial["starts_on"], initial["ends_on"]) == (dt.date(2022, 9, 1), dt.date(2023, 8, 31))
    assert initial["source"] == planned.roadmap.pk


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2021-08-01", "2022-05-31", ("2022-08-01", "2023-05-31")),  # the summer between them stays
        ("2021-09-01", "2022-08-31", ("2022-09-01", "2023-08-31")),
        ("2023-03-01", "2024-02-29", ("2024-03-01", "2025-02-28")),
        ("2021-01-01", "2023-12-31", ("2024-01-01", "2026-12-31")),
        ("2021-12-01", "2022-12-31", ("2023-01-01", "2024-12-31")),
    ],
)
def test_a_plan_of_a_year_keeps_its_days_and_a_longer_one_goes_on(first, last, expected):
    term = following_term(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert (f"{term.starts_on}", f"{term.ends_on}") == expected


def test_a_copy_under_no_title_of_its_own_is_named_by_its_years(planned):
    client, address = browser(planned.methodist), reverse("roadmaps:new_from_roadmap")
    answer = client.post(address, {"source": planned.roadmap.pk, **NEXT})
    assert answer.context["made"].plan.title == f"{planned.roadmap.title} (2022–2023 годы)"
    Roadmap.objects.update(title="План на 2021/2022 учебный год")
    assert client.post(address, {"source": planned.roadmap.pk, **NEXT}).context["made"].plan.title == (
        "План на 2022/2023 учебный год"
    )


def test_plans_of_others_are_not_offered(planned):
    other = stored(MunicipalityFactory(), plan_of(PlanRow("Чужое")))
    client, address = browser(planned.methodist), reverse("roadmaps:new_from_roadmap")
    assert client.post(address, {"source": other.pk, **NEXT}).status_code == 400
    for name in ("new_empty", "new_from_template", "new_from_roadmap"):
        assert browser(planned.curator).get(reverse(f"roadmaps:{name}")).status_code == 403


@pytest.mark.parametrize("slug", ["megion", "vilyuysk", "surgut"])
def test_printed_plans_move_a_year_and_back(slug):
    plan = fixture(slug)
    assert carried_plan(carried_plan(plan, 1), -1) == plan
    moved = carried_plan(plan, 2)
    assert [row.title for row in moved.rows] == [row.title for row in plan.rows]
    term = Term(dt.date(2023, 1, 1), dt.date(2025, 12, 31))
    rows = carried_rows(plan.rows, moved.rows, [None] * len(plan.rows), years=2, term=term)
    assert not [row.row.deadline for row in rows if row.means.needs_person]


@pytest.mark.django_db
def test_a_plan_of_a_school_may_be_made_from_that_of_another(planned):
    school = SchoolFactory(municipality=planned.municipality)
    own = stored(planned.municipality, plan_of(PlanRow("Своё", deadline="Март 2023")), school=planned.first)
    department = person(Role.DEPARTMENT, planned.municipality)
    client, address = browser(department), reverse("roadmaps:new_from_roadmap")
    said = {"source": own.pk, "starts_on": "2024-01-01", "ends_on": "2024-12-31", "school": school.pk}
    client.post(address, shown_fields(client.post(address, said)))
    assert Roadmap.objects.get(school=school).activities.get().deadline == "Март 2024"
