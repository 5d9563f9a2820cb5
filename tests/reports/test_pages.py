"""Pages of documents: what they offer to whom, and that the neighbours' stay invisible."""

import re
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from reports.models import NoteText, Report
from schools.models import Municipality
from tests.factories import (
    IndicatorFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    ReportFactory,
    SchoolFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db
LIST, PREPARE, PREVIEW, TEXTS = (reverse(f"reports:{name}") for name in ("list", "prepare", "preview", "texts"))

NOTE = {"kind": "analytical_note", "period": "2020"}


@pytest.fixture
def town() -> Municipality:
    municipality = MunicipalityFactory(name="Тестовый")
    indicator = IndicatorFactory(municipality=municipality, code="p1", wording="Доля школ с программой")
    MunicipalityValueFactory(indicator=indicator)
    return municipality


def test_methodist_prepares_follows_and_downloads(log_in_as, town, work_off_jobs):
    client = log_in_as(Role.METHODIST, town)
    page = client.post(PREPARE, NOTE, follow=True)
    report = Report.objects.get()
    assert page.redirect_chain == [(report.get_absolute_url(), 302)]
    assert "Документ готовится" in page.text
    work_off_jobs()
    page = client.get(report.get_absolute_url())
    report.refresh_from_db()
    assert "Скачать PDF" in page.text
    assert report.files.get().sha256 in page.text
    file = client.get(reverse("reports:file", args=[report.pk]))
    assert file["Content-Type"] == "application/pdf"
    name = re.search(r"filename\*=utf-8''(.+)", file["Content-Disposition"])
    assert name
    assert unquote(name.group(1)) == "Аналитическая записка, Тестовый, 2020-2021, ред. 1.pdf"
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    file.close()


def test_a_cancelled_rendering_says_so_and_can_be_started_again(log_in_as, town, work_off_jobs):
    client = log_in_as(Role.METHODIST, town)
    client.post(PREPARE, NOTE)
    report = Report.objects.get()
    client.post(reverse("accounts:cancel_job", args=[report.job_id]))
    assert work_off_jobs() == []
    assert "отменено" in client.get(LIST).text
    page = client.get(report.get_absolute_url()).text
    assert "Подготовку документа отменили" in page
    assert "Подготовить ещё раз" in page
    client.post(reverse("accounts:do_job_again", args=[report.job_id]))
    assert "Документ готовится" in client.get(report.get_absolute_url()).text
    work_off_jobs()
    assert "Скачать PDF" in client.get(report.get_absolute_url()).text


def test_a_rendering_that_another_has_taken_the_place_of_is_not_started_again(log_in_as, town, work_off_jobs):
    client = log_in_as(Role.METHODIST, town)
    client.post(PREPARE, NOTE)
    again = reverse("accounts:do_job_again", args=[Report.objects.get().job_id])
    client.post(reverse("accounts:cancel_job", args=[Report.objects.get().job_id]))
    client.post(PREPARE, NOTE)
    assert "готовят заново" in client.post(again, follow=True).text
    work_off_jobs()
    assert Report.objects.get().drawn
    assert "готовят заново" in client.post(again, follow=True).text


def test_nothing_changed_is_said_and_makes_no_edition(log_in_as, town):
    client = log_in_as(Role.METHODIST, town)
    client.post(PREPARE, NOTE)
    assert "вот прежняя" in client.post(PREPARE, NOTE, follow=True).text
    assert Report.objects.count() == 1


def test_period_without_values_is_not_offered_and_not_taken(log_in_as, town):
    page = log_in_as(Role.METHODIST, town).post(PREPARE, NOTE | {"period": "2019"})
    assert page.status_code == 400
    assert "Выберите корректный вариант" in page.text
    assert not Report.objects.exists()


def test_the_year_in_view_is_chosen_where_the_first_document_has_it(log_in_as, town):
    indicator = town.indicators.get()
    MunicipalityValueFactory(indicator=indicator, period="2019")
    TargetFactory(indicator=indicator, period="2024", value=80)  # only the table of targets can be of that year
    client = log_in_as(Role.METHODIST, town)
    assert '<option value="2019" selected>' in client.get(LIST + "?year=2019").text
    assert '<option value="2020" selected>' in client.get(LIST + "?year=2024").text
    linked = client.get(LIST + "?kind=summary_table&day=2019-10-01&year=2024").text  # as other pages link to a document
    assert '<option value="2019" selected>' in linked
    assert '<option value="summary_table" selected>' in linked


def test_without_values_the_page_says_what_to_do(log_in_as):
    page = log_in_as(Role.METHODIST, MunicipalityFactory()).get(LIST)
    assert "Составлять документы пока не из чего" in page.text
    assert reverse("monitoring:uploads") in page.text


def test_viewer_reads_but_is_offered_nothing_to_prepare(log_in_as, town):
    report = ReportFactory(municipality=town)
    client = log_in_as(Role.VIEWER, town)
    assert "Подготовить документ" not in client.get(LIST).text
    assert client.get(report.get_absolute_url()).status_code == 200
    assert client.post(PREPARE, NOTE).status_code == 403
    assert client.get(TEXTS).status_code == 403
    assert client.get(PREVIEW, {"period": "2020"}).status_code == 403


def test_people_of_one_school_do_not_see_documents_of_all_schools(log_in_as, town):
    report = ReportFactory(municipality=town)
    client = log_in_as(Role.CURATOR, SchoolFactory(municipality=town))
    assert client.get(LIST).status_code == 403
    assert client.get(report.get_absolute_url()).status_code == 404


def test_report_of_another_municipality_is_not_there(log_in_as, town, work_off_jobs):
    log_in_as(Role.METHODIST, town).post(PREPARE, NOTE)
    work_off_jobs()
    report = Report.objects.get()
    neighbour = log_in_as(Role.DEPARTMENT, MunicipalityFactory())
    assert neighbour.get(report.get_absolute_url()).status_code == 404
    assert neighbour.get(reverse("reports:file", args=[report.pk])).status_code == 404
    assert report.get_absolute_url() not in neighbour.get(LIST).text
    assert neighbour.get(f"{LIST}?municipality={town.slug}").status_code == 404


def test_file_that_is_not_drawn_yet_is_404(log_in_as, town):
    report = ReportFactory(municipality=town)
    assert log_in_as(Role.VIEWER, town).get(reverse("reports:file", args=[report.pk])).status_code == 404


def test_texts_are_written_and_seen_before_freezing(log_in_as, town):
    client = log_in_as(Role.METHODIST, town)
    written = {"problems": "Механизмы не разработаны.", "next_tasks": "Разработать механизмы.", "comment_p1": "Везде."}
    page = client.post(f"{TEXTS}?year=2020", written, follow=True)
    assert page.redirect_chain == [(f"{PREVIEW}?period=2020", 302)]
    for text in (
        "Доля школ с программой — 75\u00a0%.",
        "Везде.",
        "Механизмы не разработаны.",
        "Разработать механизмы.",
    ):
        assert text in page.text
    assert not Report.objects.exists()
    text = NoteText.objects.get()
    assert (text.municipality, text.school_year, text.comments) == (town, 2020, {"p1": "Везде."})
    assert "Механизмы не разработаны." in client.get(f"{TEXTS}?year=2020").text


def test_preview_escapes_what_people_write(log_in_as, town):
    NoteText.objects.create(municipality=town, school_year=2020, problems="<script>alert(1)</script>")
    page = log_in_as(Role.METHODIST, town).get(PREVIEW, {"period": "2020"})
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert(1)" not in page.text


def test_preview_of_no_period_is_404_and_of_an_empty_one_says_why(log_in_as, town):
    client = log_in_as(Role.METHODIST, town)
    assert client.get(PREVIEW, {"period": "весна"}).status_code == 404
    assert "нет ни одного значения" in client.get(PREVIEW, {"period": "2015"}).text


def test_report_says_when_data_have_changed_since(log_in_as, town):
    client = log_in_as(Role.METHODIST, town)
    report_page = client.post(PREPARE, NOTE, follow=True)
    assert "С тех пор данные или тексты изменились" not in report_page.text
    NoteText.objects.create(municipality=town, school_year=2020, problems="Новая проблема.")
    assert "С тех пор данные или тексты изменились" in client.get(Report.objects.get().get_absolute_url()).text


def test_queries_of_the_list_do_not_grow(log_in_as, town):
    client = log_in_as(Role.METHODIST, town)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    ReportFactory(municipality=town)
    client.get(LIST)
    with_one = queries()
    for _ in range(39):
        ReportFactory(municipality=town)
    assert queries() <= with_one + 1  # the count of pages
