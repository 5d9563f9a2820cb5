"""The registry of kinds: a kind is a module and a line, and all doors take it from there."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.access import Permission, Role
from reports import access
from reports.formats import Format
from reports.kinds import KINDS
from reports.kinds.base import DocumentKind, ReportRefused
from reports.models import Report
from reports.services import create_report
from reports.tables import Column, Number, Section, TableDocument
from schools.models import Municipality, School
from tests.factories import MunicipalityFactory, ReportFactory, SchoolFactory

pytestmark = pytest.mark.django_db
PREPARE, LIST, PREVIEW = (reverse(f"reports:{name}") for name in ("prepare", "list", "preview"))
OF_SCHOOL = {"kind": "school_passport", "period": "2020"}
OF_TOWN = {"kind": "campaign", "period": "2020"}


def names(*, municipality: Municipality, period: str, school: School | None = None) -> TableDocument:
    """A document for trying: the names of all schools, or of one."""
    schools = municipality.schools.filter(pk=school.pk) if school else municipality.schools.all()
    if not schools:
        raise ReportRefused("Школ ещё нет. Внесите список школ и подготовьте документ снова.")
    rows = tuple((one.name, Number(str(len(one.name)))) for one in schools)
    section = Section(sheet="Школы", columns=(Column("Школа"), Column("Букв", "number")), rows=rows)
    return TableDocument(
        kind="Список",
        title="школ",
        municipality=municipality.name,
        department=municipality.department_name,
        period=period,
        is_demo=municipality.is_demo,
        sections=(section,),
    )


def kind(code: Report.Kind, **changes: Any) -> DocumentKind:
    fields = {"build": names, "periods": lambda _: ["2020"], "formats": (Format.PDF, Format.XLSX), "hint": "Список."}
    return DocumentKind(code=code, **fields | changes)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(KINDS, "campaign", kind(Report.Kind.CAMPAIGN))
    monkeypatch.setitem(KINDS, "school_passport", kind(Report.Kind.SCHOOL_PASSPORT, is_about_school=True))
    return


@pytest.fixture
def town() -> Municipality:
    municipality = MunicipalityFactory(slug="gorod", name="Тестовый")
    SchoolFactory(municipality=municipality, name="СОШ № 1", code="101")
    SchoolFactory(municipality=municipality, name="СОШ № 2", code="102")
    return municipality


def test_every_kind_names_its_formats_and_can_be_told_apart():
    for code, one in KINDS.items():
        assert one.code.value == code
        assert one.formats
        assert one.hint
    assert set(access.SEEN_WITH) <= set(Report.Kind.values)


def test_worker_draws_every_format_and_each_is_downloaded(log_in_as, town, work_off_jobs):
    client = log_in_as(Role.METHODIST, town)
    client.post(PREPARE, OF_TOWN)
    work_off_jobs()
    report = Report.objects.get()
    assert [one.format for one in report.drawn] == ["pdf", "xlsx"]
    page = client.get(report.get_absolute_url()).text
    for format, begins, media in (("pdf", b"%PDF", "application/pdf"), ("xlsx", b"PK", "spreadsheetml.sheet")):
        address = f"{reverse('reports:file', args=[report.pk])}?as={format}"
        assert address in page
        answer = client.get(address)
        assert media in answer["Content-Type"]
        assert b"".join(answer.streaming_content).startswith(begins)
    assert client.get(f"{reverse('reports:file', args=[report.pk])}?as=docx").status_code == 404


def test_format_that_a_kind_has_learnt_since_is_added_to_the_edition_there_is(town, work_off_jobs, monkeypatch):
    monkeypatch.setitem(KINDS, "campaign", kind(Report.Kind.CAMPAIGN, formats=(Format.PDF,)))
    report = create_report(municipality=town, by=None, **OF_TOWN)
    work_off_jobs()
    (pdf,) = report.files.all()
    monkeypatch.setitem(KINDS, "campaign", kind(Report.Kind.CAMPAIGN))
    assert create_report(municipality=town, by=None, **OF_TOWN) == report
    work_off_jobs()
    assert [(one.pk == pdf.pk, one.format) for one in report.files.all()] == [(True, "pdf"), (False, "xlsx")]


def test_what_is_kept_is_the_snapshot_whatever_happens_to_the_data(town, work_off_jobs):
    report = create_report(municipality=town, by=None, **OF_TOWN)
    School.objects.filter(code="101").update(name="Переименована")
    work_off_jobs()
    with report.files.get(format="xlsx").file.open("rb") as file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    assert "СОШ № 1" in [row[0].value for row in book["Школы"].iter_rows()]
    assert create_report(municipality=town, by=None, **OF_TOWN).number == 2


def test_preview_shows_the_table_and_keeps_nothing(log_in_as, town):
    client = log_in_as(Role.METHODIST, town)
    page = client.post(PREPARE, OF_TOWN | {"preview": "1"}, follow=True)
    assert page.redirect_chain == [(f"{PREVIEW}?kind=campaign&period=2020", 302)]
    assert "СОШ № 1" in page.text
    assert not Report.objects.exists()
    assert client.get(PREVIEW, OF_TOWN | {"kind": "project_report"}).status_code == 404


def test_refusal_of_a_builder_is_told_on_the_page_and_in_the_preview(log_in_as):
    client = log_in_as(Role.METHODIST, MunicipalityFactory())
    page = client.post(PREPARE, OF_TOWN)
    assert (page.status_code, "Внесите список школ" in page.text) == (400, True)
    assert "Внесите список школ" in client.get(PREVIEW, OF_TOWN).text


def test_period_of_another_kind_is_refused_with_those_there_are(log_in_as, town, monkeypatch):
    later = kind(Report.Kind.SCHOOL_PASSPORT, periods=lambda _: ["2022"], is_about_school=True)
    monkeypatch.setitem(KINDS, "school_passport", later)
    page = log_in_as(Role.METHODIST, town).post(PREPARE, OF_TOWN | {"period": "2022"})
    assert "Выберите другой: 2020/2021." in page.text
    assert not Report.objects.exists()


# --- About one school -----------------------------------------------------------------------


def test_document_about_a_school_asks_which_and_counts_its_own_editions(log_in_as, town, work_off_jobs):
    client = log_in_as(Role.METHODIST, town)
    assert "выберите её" in client.post(PREPARE, OF_SCHOOL).text
    for school in town.schools.all():
        client.post(PREPARE, OF_SCHOOL | {"school": school.pk})
    work_off_jobs()
    assert [(report.school.code, report.number) for report in Report.objects.order_by("school__code")] == [
        ("101", 1),
        ("102", 1),
    ]
    assert "Паспорт школы: СОШ № 1" in client.get(LIST).text


def test_school_of_another_town_is_no_choice(log_in_as, town):
    foreign = SchoolFactory()
    client = log_in_as(Role.METHODIST, town)
    assert client.post(PREPARE, OF_SCHOOL | {"school": foreign.pk}).status_code == 400
    assert client.get(PREVIEW, OF_SCHOOL | {"school": foreign.pk}).status_code == 404
    assert not Report.objects.exists()


def test_people_of_a_school_see_documents_about_it_and_no_others(log_in_as, town):
    own, other = town.schools.order_by("code")
    about_own = ReportFactory(municipality=town, school=own, kind="school_passport")
    ReportFactory(municipality=town, school=other, kind="school_passport")
    ReportFactory(municipality=town)
    curator = log_in_as(Role.CURATOR, own)
    assert list(Report.objects.visible_to(curator.user)) == [about_own]
    assert Report.objects.visible_to(log_in_as(Role.VIEWER, town).user).count() == 3


def test_kind_that_takes_a_permission_is_seen_and_prepared_with_it_alone(log_in_as, town, monkeypatch):
    monkeypatch.setitem(access.SEEN_WITH, "campaign", Permission.SMALL_NUMBERS_VIEW)
    report = ReportFactory(municipality=town, kind="campaign")
    assert log_in_as(Role.METHODIST, town).get(reverse("reports:file", args=[report.pk])).status_code == 404  # no file
    assert list(Report.objects.visible_to(log_in_as(Role.METHODIST, town).user)) == [report]
    assert not Report.objects.visible_to(log_in_as(Role.VIEWER, town).user).exists()
    monkeypatch.setitem(access.SEEN_WITH, "campaign", Permission.PEOPLE_MANAGE)
    assert log_in_as(Role.METHODIST, town).get(PREVIEW, OF_TOWN).status_code == 404


# --- The command ---------------------------------------------------------------------------


def render(output: Path, kind: str, *flags: str, code: int = 0) -> None:
    said = (kind, "--municipality", "gorod", "--period", "2020", "--output", str(output), *flags)
    if not code:
        call_command("render_report", *said)
        return
    with pytest.raises(SystemExit) as left:
        call_command("render_report", *said)
    assert left.value.code == code


@pytest.mark.parametrize("format", ["pdf", "xlsx"])
def test_command_gives_the_same_bytes_for_unchanged_data(town, tmp_path, format):
    render(tmp_path / "1", "campaign", "--format", format)
    render(tmp_path / "2", "campaign", "--format", format)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_command_says_which_formats_there_are(town, tmp_path, capsys):
    render(tmp_path / "1", "campaign", "--format", "docx", code=1)
    assert "docx этого документа портал не готовит, возьмите pdf или xlsx" in capsys.readouterr().err


def test_command_about_a_school_takes_its_code(town, tmp_path, capsys):
    render(tmp_path / "1", "school_passport", "--format", "xlsx", code=2)
    render(tmp_path / "1", "campaign", "--format", "xlsx", "--school", "101", code=2)
    render(tmp_path / "1", "school_passport", "--format", "xlsx", "--school", "999", code=1)
    capsys.readouterr()
    render(tmp_path / "1.xlsx", "school_passport", "--format", "xlsx", "--school", "102", "--json")
    assert json.loads(capsys.readouterr().out)["school"] == "102"
    book = openpyxl.load_workbook(tmp_path / "1.xlsx")
    assert "СОШ № 2" in [row[0].value for row in book["Школы"].iter_rows()]
