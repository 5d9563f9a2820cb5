"""The printed roadmap: rows of the document, the state on its day, the same bytes over the same data."""

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from docx import Document

from accounts.access import Role
from reports.kinds import roadmap as roadmap_kind
from reports.kinds.base import ReportRefused
from reports.models import Report
from reports.rendering import document_html, draw
from reports.roadmaps import RoadmapDocument, roadmap_context
from reports.services import create_report
from roadmaps.models import Activity, ActivityChange, Occurrence, Roadmap
from roadmaps.plans.reading import read_plan
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.queries.plan import plan_of
from schools.models import Municipality, School
from tests.factories import MunicipalityFactory, SchoolFactory
from tests.roadmaps.plans import PRINTED, fixture, in_force, of_rows, stored, term_of

pytestmark = pytest.mark.django_db
PLAN = Plan(
    "Дорожная карта",
    (
        PlanSection("Первый модуль", "1.", rows=(
            PlanRow("Семинар", "1.1", ("ИМЦ", "ОО"), deadline="Март 2023", expected="Охвачено 100 % школ",
                    planned=("100 % школ",)),
            PlanRow("Встречи", "1.2", ("ИМЦ",), deadline="Февраль-декабрь 2023, ежемесячно"),
            PlanRow("Консультации", "1.3", deadline="По запросу"),
        )),
    ),
    (("number", "№ п/п"), ("title", "Мероприятия"), ("responsible", "Исполнители"), ("deadline", "Сроки"),
     ("expected", "Результат")),
)  # fmt: skip


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel("2023-06-15T12:00:00+05:00", tick=False):
        yield


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory(slug="gorod", name="Тестовый")


@pytest.fixture
def school(town) -> School:
    return SchoolFactory(municipality=town, name="СОШ № 1", code="101")


def freeze(town: Municipality, period: str = "cy2023", school: School | None = None) -> RoadmapDocument:
    return roadmap_kind.KIND.freeze(municipality=town, period=period, school=school)


def states(document: RoadmapDocument) -> list[str]:
    return [state.text for one in document.roadmaps for state in one.states]


def test_rows_have_their_state_on_the_day_of_the_latest_entry(town):
    in_force(town, PLAN)
    document = freeze(town)
    assert document.as_of == "2023-06-15"
    assert states(document) == ["просрочено", "просрочено, 0\u00a0из\u00a011", "не начато"]
    Occurrence.objects.filter(due_on__lte="2023-06-15").update(status="done", done_on="2023-05-10")
    assert states(freeze(town)) == ["выполнено", "в работе, 4\u00a0из\u00a011", "не начато"]


def test_period_that_is_over_is_told_as_of_its_end(town):
    in_force(town, PLAN)
    Occurrence.objects.filter(activity__number="1.1").update(status="done", done_on="2023-04-10")
    document = freeze(town, "2023q1")
    assert (document.as_of, states(document)) == (
        "2023-03-31",
        ["в работе", "просрочено, 0\u00a0из\u00a011", "не начато"],
    )
    assert states(freeze(town, "2023-05-31"))[0] == "выполнено"


def test_unchanged_data_are_the_same_document_on_another_day(town):
    stored(town, PLAN)
    before = freeze(town)
    with time_machine.travel("2023-09-01"):
        assert freeze(town) == before
        ActivityChange.objects.create(activity=Activity.objects.all()[0], action="edited", at=timezone.now())
        assert freeze(town).as_of == "2023-09-01"


@pytest.mark.parametrize("format", ["pdf", "docx", "xlsx"])
def test_two_calls_give_the_same_bytes(town, tmp_path: Path, format):
    stored(town, PLAN)
    for name, moment in (("1", "2023-06-16"), ("2", "2023-08-01")):
        with time_machine.travel(moment):
            call_command("render_report", *_flags(tmp_path / name, format))
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def _flags(output: Path, format: str, *more: str) -> list[str]:
    about = ["roadmap", "--municipality", "gorod", "--period", "cy2023", "--format", format]
    return [*about, "--output", str(output), *more]


def test_snapshot_is_read_back_as_it_was(town, school, work_off_jobs):
    stored(town, PLAN, order_number="45", order_date=dt.date(2022, 12, 30), state=Roadmap.State.APPROVED)
    report = create_report(municipality=town, kind="roadmap", period="cy2023", by=None)
    report.refresh_from_db()
    assert RoadmapDocument.from_json(report.snapshot) == freeze(town)
    Activity.objects.update(title="Переименовано")
    work_off_jobs()
    assert [one.format for one in report.files.all()] == ["pdf", "docx", "xlsx"]
    with report.files.get(format="docx").file.open("rb") as file:
        table = Document(io.BytesIO(file.read())).tables[0]
    assert table.cell(2, 1).text == "Семинар"


@pytest.mark.parametrize("slug", PRINTED)
def test_page_and_word_have_every_row_of_the_printed_plan(town, slug):
    plan = fixture(slug)
    stored(town, plan, starts_on=dt.date(2019, 1, 1))
    document = freeze(town)
    heads = [head for _, head in plan.columns]
    assert roadmap_context(document)["tables"][0]["heads"] == [*heads, "Состояние"]
    (table,) = Document(io.BytesIO(draw(document, "docx"))).tables
    assert [cell.text for cell in table.rows[0].cells] == heads
    words = {cell.text for row in table.rows for cell in row.cells}
    page = document_html(document)
    for row in plan.rows:
        assert {row.title, row.deadline, row.expected, row.number} - {""} <= words
        assert all(line.strip() in _unescaped(page) for line in row.title.split("\n"))


def _unescaped(html: str) -> str:
    return html.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")


def test_what_is_exported_is_brought_in_as_the_plan_that_is_stored():
    for slug in PRINTED:
        town = MunicipalityFactory(slug=slug)
        roadmap = stored(town, fixture(slug), **term_of(slug))
        document = freeze(town, roadmap.ends_on.isoformat())
        for format in ("docx", "xlsx"):
            read = read_plan("план", draw(document, format))
            assert (read.plan, read.problems) == (plan_of(roadmap), ()), (slug, format)
            again = stored(town, read.plan, **term_of(slug))
            assert told(again) == told(roadmap), (slug, format)


def told(roadmap: Roadmap) -> list[tuple]:
    """All that is stored of its rows, and the times that their deadlines mean."""
    rows = roadmap.activities.prefetch_related("responsible", "occurrences")
    own = ("number", "title", "kind", "participants", "deadline", "means", "expected", "planned")
    return [
        (
            row.section.title,
            *(getattr(row, name) for name in own),
            [(one.name, one.is_every_school, one.school_id) for one in row.responsible.all()],
            [(time.label, time.starts_on, time.due_on, time.precision) for time in row.occurrences.all()],
        )
        for row in rows.select_related("section").order_by("position")
    ]


def test_planned_value_has_a_column_only_where_the_document_says_it_nowhere_else(town):
    stored(town, PLAN)
    page = document_html(freeze(town))
    assert "Плановое значение" not in page
    assert "Охвачено 100 % школ" in page
    book = openpyxl.load_workbook(io.BytesIO(draw(freeze(town), "xlsx")))
    assert "100 % школ" in [cell.value for row in book.active.iter_rows() for cell in row]
    Activity.objects.filter(number="1.2").update(planned=["10 встреч"])
    assert "Плановое значение" in document_html(freeze(town))


def test_order_or_draft_stands_over_the_title(town):
    roadmap = stored(town, PLAN)
    assert freeze(town).roadmaps[0].approval == ("ПРОЕКТ",)
    Roadmap.objects.update(state="approved", order_number="1030", order_date=dt.date(2022, 12, 30))
    assert freeze(town).roadmaps[0].approval == ("УТВЕРЖДЕНА", "приказом от 30.12.2022 № 1030")
    Roadmap.objects.filter(pk=roadmap.pk).update(order_number="")
    assert freeze(town).roadmaps[0].approval == ()


def test_municipality_has_its_own_roadmaps_and_a_school_its_own(town, school, tmp_path):
    for title in ("Первая", "Вторая"):
        stored(town, of_rows(2, title=title))
    stored(town, of_rows(2, title="Прошлая"), starts_on=dt.date(2021, 1, 1), ends_on=dt.date(2022, 12, 31))
    stored(town, of_rows(2, title="Школьная"), school=school)
    stored(MunicipalityFactory(), of_rows(2, title="Чужая"))
    assert [one.plan.title for one in freeze(town).roadmaps] == ["Первая", "Вторая"]
    assert [one.plan.title for one in freeze(town, school=school).roadmaps] == ["Школьная"]
    call_command("render_report", *_flags(tmp_path / "own", "docx", "--school", "101"))
    assert len(Document(str(tmp_path / "own")).tables) == 1
    book = openpyxl.load_workbook(io.BytesIO(draw(freeze(town), "xlsx")))
    assert [sheet["A2"].value or sheet["A1"].value for sheet in book] == ["Первая", "Вторая"]
    assert len(Document(io.BytesIO(draw(freeze(town), "docx"))).tables) == 2


def test_row_that_was_taken_out_is_not_printed(town):
    stored(town, PLAN)
    Activity.objects.filter(number="1.1").update(removed_at=timezone.now())
    document = freeze(town)
    assert [row.number for row in document.roadmaps[0].plan.rows] == ["1.2", "1.3"]
    assert len(states(document)) == 2


def test_without_a_roadmap_in_the_period_it_is_refused_with_whose_it_would_be(town, school, tmp_path, capsys):
    stored(town, PLAN)
    with pytest.raises(ReportRefused, match=r"У муниципалитета «Тестовый» нет дорожной карты.*: 2025"):
        freeze(town, "cy2025")
    with pytest.raises(SystemExit):
        call_command("render_report", *_flags(tmp_path / "1", "pdf", "--school", "101"))
    assert "У школы «СОШ № 1» нет дорожной карты" in capsys.readouterr().err
    assert not (tmp_path / "1").exists()


def test_number_of_queries_does_not_grow(town, django_assert_max_num_queries):
    for count in (1, 60, 60):
        stored(town, of_rows(count))
    with django_assert_max_num_queries(9):
        freeze(town)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("calendar_year", ["cy2023"]),
        ("school_year", ["2023", "2022"]),
        ("half_year", ["2023h2", "2023h1"]),
        ("date", ["2023-12-31"]),
    ],
)
def test_periods_to_choose_from_are_those_in_which_a_roadmap_runs(town, kind, expected):
    stored(town, PLAN)
    Municipality.objects.update(period_kind=kind)
    town.refresh_from_db()
    assert roadmap_kind.KIND.periods(town) == expected


def test_page_offers_it_for_the_municipality_or_a_school(log_in_as, town, school):
    stored(town, PLAN)
    stored(town, of_rows(2, title="Школьная"), school=school)
    client = log_in_as(Role.METHODIST, town)
    period = roadmap_kind.KIND.periods(town)[0]
    for chosen, title in (("", "Дорожная карта"), (str(school.pk), "Школьная")):
        asked = {"kind": "roadmap", "period": period, "school": chosen}
        page = client.post(reverse("reports:prepare"), asked | {"preview": "1"}, follow=True)
        assert f"<h1>{title}</h1>" in page.text
        client.post(reverse("reports:prepare"), asked)
    assert {report.school for report in Report.objects.all()} == {None, school}
