"""«Что сделано и что изменилось» as a document: without a clock, in three formats, in the page's honest words."""

import datetime as dt
import io
import re
from decimal import Decimal

import docx
import pypdf
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from reports.formats import Format
from reports.kinds import KINDS
from reports.kinds.base import ReportRefused
from reports.models import Report
from reports.rendering import draw
from reports.table_layout import tables_of
from roadmaps.models import Occurrence
from roadmaps.services.decisions import DecisionTold, PointTold, register_decision
from tests.factories import IndicatorFactory, MunicipalityValueFactory, SchoolValueFactory

pytestmark = pytest.mark.django_db
EFFECTS, HALF, NBSP = KINDS["effects"], "2022h1", "\u00a0"


def value(school, indicator, period, number, participants=60):
    SchoolValueFactory(
        school=school, indicator=indicator, period=period, value=number, numerator=number, denominator=100,
        low=Decimal(number - 1), high=Decimal(number + 1), participants=participants,
    )  # fmt: skip


@pytest.fixture
def done(planned):
    """Both schools have answered and the centre has done its row, in March 2022; the second school has few pupils."""
    indicator = IndicatorFactory(municipality=planned.municipality, code="e1", short_name="Качество", direction="up")
    for school, before, after, pupils in ((planned.first, 40, 61, 60), (planned.third, 30, 29, 20)):
        value(school, indicator, "2020", before, pupils)
        value(school, indicator, "2021", after, pupils)
    value(planned.second, indicator, "2020", 51, participants=4)
    value(planned.second, indicator, "2021", 73, participants=4)
    MunicipalityValueFactory(indicator=indicator, period="2020", value=44)
    MunicipalityValueFactory(indicator=indicator, period="2021", value=45)
    point = PointTold("Провести семинар.", "1.", "до 31.03.2022", responsible=("ОО",))
    day = {"date": dt.date(2021, 9, 1), "ends_on": dt.date(2022, 8, 31)}
    told = DecisionTold(
        kind="order", number="5", title="О мерах", points=[point], programme=planned.programme,
        indicators=[indicator], **day,
    )  # fmt: skip
    decision = register_decision(municipality=planned.municipality, told=told, by=planned.methodist)
    asked = decision.points.get().assignments
    asked.update(state="accepted", text="Провели", answered_at=dt.datetime(2022, 3, 20, 9, tzinfo=dt.UTC))
    Occurrence.objects.filter(pk=planned.centre.pk).update(status="done", percent=100, done_on=dt.date(2022, 3, 1))
    planned.centre.activity.indicators.add(indicator)
    return planned


def test_the_document_says_what_the_page_says_to_a_viewer_and_claims_no_cause(done):
    document = EFFECTS.freeze(municipality=done.municipality, period=HALF)
    of_schools, of_municipality = (
        [[row.heading] if row.heading else [cell.text.replace(NBSP, " ") for cell in row.cells] for row in table.rows]
        for table in tables_of(document)
    )
    name, after = "Качество (2020/2021 → 2021/2022)", "Приказ № 5 от 01.09.2021, пункт 1; выполнено 20.03.2022"
    assert of_schools == [
        [f"СОШ № 1. Провести семинар. {after}"],
        [name, "40,0 %", "61,0 %", "+21,0 п. п.", "стало лучше, изменение больше случайного", "—", "—", "—"],
        [f"СОШ № 2. Провести семинар. {after}"],
        [name, "—", "—", "—", "скрыто: меньше 5 участников или ради такой школы", "—", "—", "—"],
    ]
    verdict = "стало лучше; случайно ли это, проверить нечем"
    assert of_municipality == [
        ["Совещание. Дорожная карта, март 2022; выполнено 01.03.2022"],
        [name, "44,0 %", "45,0 %", "+1,0 п. п.", verdict, "1", "0", "0", "1"],
    ]
    lead = " ".join(document.lead).replace(NBSP, " ")
    assert "За полугодие выполнено: 3 меры, из них с показателями — 3." in lead
    assert "Не исполнено из того, чей срок назначен на это полугодие: 2 срока дорожных карт." in lead
    assert "Совпадение по времени не доказывает причины" in lead


def test_before_the_half_year_is_over_nobody_is_late_for_a_day_that_is_to_come(done):
    said = {}
    for day in (31, 32):
        with time_machine.travel(dt.datetime(2022, 3, 1, 9, tzinfo=dt.UTC) + dt.timedelta(days=day - 1), tick=False):
            said[day] = " ".join(EFFECTS.freeze(municipality=done.municipality, period=HALF).lead).replace(NBSP, " ")
    assert "Не исполнено" not in said[31]
    assert "Не исполнено из того, чей срок прошёл к 01.04.2022: 2 срока дорожных карт." in said[32]


def test_the_day_of_printing_changes_nothing_and_a_half_without_measures_is_refused(done):
    shas = set()
    for day in (dt.datetime(2022, 7, 1, 9, tzinfo=dt.UTC), dt.datetime(2024, 1, 1, tzinfo=dt.UTC)):
        with time_machine.travel(day, tick=False):
            content = EFFECTS.freeze(municipality=done.municipality, period=HALF)
            shas.add((content.sha256, draw(content, Format.DOCX)))
    assert len(shas) == 1
    assert EFFECTS.periods(done.municipality) == [HALF]
    with pytest.raises(ReportRefused, match="II полугодие 2022 нет ни принятых ответов"):
        EFFECTS.freeze(municipality=done.municipality, period="2022h2")


def test_from_the_page_to_the_files(done, work_off_jobs):
    client = Client()
    client.force_login(done.viewer)
    page = reverse("monitoring:effects")
    assert "Подготовить документ" not in client.get(page, {"half": HALF}).text
    client.force_login(done.methodist)
    form = re.search(r'<form method="post" action="([^"]*prepare[^"]*)">', client.get(page, {"half": HALF}).text)
    assert client.post(form[1], {"kind": "effects", "period": HALF}).status_code == 302
    work_off_jobs()
    report = Report.objects.get()
    assert [file.format for file in report.drawn] == ["pdf", "docx", "xlsx"]
    with report.file_as("pdf").file.open("rb") as file:
        pdf = re.sub(
            r"\s+", " ", " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.read())).pages)
        )
    with report.file_as("docx").file.open("rb") as file:
        word = docx.Document(io.BytesIO(file.read()))
    said = " ".join(paragraph.text for paragraph in word.paragraphs)
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    for text in (pdf, said):
        assert "о том, что сделано и что изменилось: I полугодие 2022" in text
        assert "не доказывает причины" in text
    assert f"45,0{NBSP}%" in cells
    assert "Совещание" in " ".join(cells)
    assert "Совещание" in pdf
