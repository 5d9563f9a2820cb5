"""A plan from a document: shown before anything is written, stored as it was shown."""

import datetime as dt
import io
import json
import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.access import Role
from roadmaps.models import Activity, Occurrence, Roadmap
from roadmaps.plans.deadlines import Deadline, Kind, Precision
from roadmaps.plans.rows import Plan
from roadmaps.plans.stored import plan_from_json, plan_to_json
from roadmaps.plans.writing import write_docx, write_xlsx
from tests.factories import MembershipFactory, MunicipalityFactory, SchoolFactory
from tests.roadmaps.plan_documents import saved
from tests.roadmaps.plans import PRINTED, fixture

pytestmark = pytest.mark.django_db

TERM = {"starts_on": "2023-01-01", "ends_on": "2023-12-31"}


def surgut() -> Plan:
    return fixture("surgut")


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(MembershipFactory(role=Role.METHODIST, municipality=MunicipalityFactory()).user)
    return client


def bring(client: Client, content: bytes, name: str = "план.docx", **fields: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("roadmaps:new"), {"file": file, **TERM, **fields})


def shown_fields(answer: Any) -> dict[str, str]:
    """What the page would send when one says yes."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.content.decode())
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


@pytest.mark.parametrize(("write", "name"), [(write_docx, "план.docx"), (write_xlsx, "план.xlsx")])
def test_a_plan_is_shown_and_then_stored_just_so(client, write, name):
    plan = surgut()
    answer = bring(client, write(plan), name)
    page = unescape(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")
    assert answer.status_code == 200
    assert "12 мероприятий в 3 разделах" in page
    assert all(row.title.split("\n")[0] in page for row in plan.rows)
    assert not Roadmap.objects.exists()
    stored = client.post(reverse("roadmaps:store"), shown_fields(answer))
    roadmap = Roadmap.objects.get()
    assert stored.url == roadmap.get_absolute_url()
    assert roadmap.state == Roadmap.State.DRAFT
    rows = roadmap.activities.order_by("position").values_list("title", "deadline", "section__title")
    assert list(rows) == [(row.title, row.deadline, section.title) for section in plan.sections for row in section.rows]
    assert Occurrence.objects.filter(activity__title__startswith="Цикл ежемесячных").count() == 11


def test_what_a_person_has_said_of_a_deadline_comes_back_with_the_file(client):
    plan = surgut()
    client.post(reverse("roadmaps:store"), shown_fields(bring(client, write_docx(plan))))
    row = Activity.objects.earliest("position")
    said = Deadline(Kind.ONCE, spans=((None, dt.date(2023, 2, 14)),), precision=Precision.DAY)
    Activity.objects.filter(pk=row.pk).update(means=said.to_json())
    again = bring(client, write_xlsx(plan), "план.xlsx")
    assert again.text.count("(указано человеком)") == 1
    client.post(reverse("roadmaps:store"), shown_fields(again))
    of_last = Activity.objects.filter(roadmap=Roadmap.objects.latest("pk")).order_by("position")
    assert [one.means == said.to_json() for one in of_last] == [True] + [False] * 11
    assert Occurrence.objects.get(activity=of_last[0]).due_on == dt.date(2023, 2, 14)
    other = bring(client, write_docx(plan), starts_on="2024-01-01", ends_on="2024-12-31")
    assert "(указано человеком)" not in other.text  # of other days it may mean something else


def test_the_preview_shows_planned_values_and_which_rows_have_none_that_the_portal_knows(client):
    page = unescape(bring(client, write_docx(fixture("megion"))).content.decode())
    assert page.count("Плановое значение: ") == 9
    assert page.count("Плановые значения: ") == 3
    assert "Плановые значения: 100 % руководителей; 50 % педагогов ШНОР" in page
    assert "На что обратить внимание" not in page
    assert "Вида мероприятий, связанных показателей и факторов риска в таблице плана нет" in page
    book = load_workbook(io.BytesIO(write_xlsx(fixture("megion"))))
    book.active.delete_cols(6)
    page = unescape(bring(client, saved(book), "план.xlsx").content.decode())
    assert page.count("плановое значение не выделено") == 12
    assert "1.2, 1.3, 1.4, 1.6, 2.1, 2.3, 2.4, 3.1, 3.2, 3.3, 3.5, 3.6. (строк: 12)" in page


def test_a_file_that_is_no_plan_says_so_and_what_was_typed_stays(client):
    answer = bring(client, b"not a document", title="План второй школы")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "План второй школы" in page
    assert "errorlist" in page
    assert not Roadmap.objects.exists()


def test_nothing_is_stored_that_was_not_shown(client):
    fields = shown_fields(bring(client, write_docx(surgut())))
    answer = client.post(reverse("roadmaps:store"), fields | {"plan": fields["plan"][:-3] + "abc"})
    assert answer.status_code == 400
    assert "выберите файл ещё раз" in answer.content.decode()
    assert not Roadmap.objects.exists()


def test_a_term_that_ends_before_it_begins_is_refused(client):
    answer = bring(client, write_docx(surgut()), ends_on="2022-12-31")
    assert answer.status_code == 400
    assert "Последний день раньше первого" in answer.content.decode()


def test_a_school_of_another_municipality_cannot_be_named(client):
    answer = bring(client, write_docx(surgut()), school=str(SchoolFactory().pk))
    assert answer.status_code == 400
    assert not Roadmap.objects.exists()


@pytest.mark.parametrize("town", PRINTED)
def test_a_plan_as_json_comes_back_as_it_was(town):
    plan = fixture(town)
    assert plan_from_json(json.loads(json.dumps(plan_to_json(plan)))) == plan
