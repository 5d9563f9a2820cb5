"""Every field of every list, as other systems were told: its name, its type, its value."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.access import Role
from indicators.models import ChangeReading, Reading
from indicators.procedures import Attempt, Procedure, Wave
from reports.models import ReportFile
from schools.models import School, SchoolAlias
from tests.factories import (
    BaselineFactory,
    IdentificationFactory,
    IndicatorFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    PlanRevisionFactory,
    ReportFactory,
    ResultTotalFactory,
    SchoolAliasFactory,
    SchoolFactory,
    SchoolValueFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db

SOURCE = {"file": "oge_2021.xlsx", "sheet": "Лист1", "rows": "5-14", "upload": 3}


@pytest.fixture
def town():
    return MunicipalityFactory(slug="nazarovo")


@pytest.fixture
def school(town):
    return SchoolFactory(municipality=town, code="240101", fisoko_login="edu240101", name="МБОУ «СОШ № 1»")


@pytest.fixture
def client(with_key, town):
    return with_key(Role.METHODIST, town)


def test_school(client, rows, school):
    SchoolAliasFactory(school=school, kind=SchoolAlias.Kind.CODE, value="101")
    SchoolAliasFactory(school=school, kind=SchoolAlias.Kind.NAME, value="СОШ 1")
    IdentificationFactory(school=school, school_year=2020)
    assert rows(client, "schools") == [
        {
            "municipality": "nazarovo",
            "code": "240101",
            "fisoko_login": "edu240101",
            "name": "МБОУ «СОШ № 1»",
            "kind": "school",
            "parent": None,
            "codes": ["240101", "101"],
            "logins": ["edu240101"],
            "names": ["МБОУ «СОШ № 1»", "СОШ 1"],
            "categories": [{"school_year": 2020, "category": "low_results"}],
        }
    ]


def test_branch_names_its_parent_and_an_unmatched_school_its_login(client, rows, school):
    SchoolFactory(
        municipality=school.municipality, parent=school, kind=School.Kind.BRANCH, code="", fisoko_login="edu9", name="Ф"
    )
    branch = rows(client, "schools", school="edu9")[0]
    assert (branch["code"], branch["parent"], branch["kind"]) == ("edu9", "240101", "branch")


def test_result_of_a_procedure_with_marks(client, rows, school):
    ResultTotalFactory(
        school=school,
        listed=12,
        primary_sum=100,
        primary_count=9,
        journal_lower=1,
        journal_same=8,
        journal_higher=1,
        warnings=["no_scale"],
    )
    assert rows(client, "results") == [
        {
            "municipality": "nazarovo",
            "school": "240101",
            "school_year": 2020,
            "procedure": "oge",
            "subject": "mathematics",
            "grade": 9,
            "pupil_grade": 9,
            "wave": "main",
            "attempt": "first",
            "listed": 12,
            "participants": 10,
            "mark_2": 2,
            "mark_3": 4,
            "mark_4": 3,
            "mark_5": 1,
            "levels": None,
            "passed": 8,
            "primary_sum": 100,
            "test_sum": None,
            "mean_primary_score": "11.111111",
            "mean_test_score": None,
            "journal_lower": 1,
            "journal_same": 8,
            "journal_higher": 1,
            "excluded": False,
            "warnings": ["no_scale"],
        }
    ]


def test_result_of_a_procedure_with_levels(client, rows, school):
    ResultTotalFactory(
        school=school,
        procedure=Procedure.KDR,
        subject="reading_literacy",
        grade=4,
        wave=Wave.MAIN,
        participants=7,
        mark_2=None,
        mark_3=None,
        mark_4=None,
        mark_5=None,
        passed=None,
        levels={"ниже базового": 2, "базовый": 5},
        test_sum=350,
        test_count=7,
    )
    row = rows(client, "results")[0]
    assert row["levels"] == {"ниже базового": 2, "базовый": 5}
    assert row["mark_2"] is None
    assert row["passed"] is None
    assert row["mean_test_score"] == "50"


def test_mean_of_nobody_is_missing(client, rows, school):
    ResultTotalFactory(school=school, primary_sum=0, primary_count=0)
    assert rows(client, "results")[0]["mean_primary_score"] is None


def test_unmatched_school_stands_under_its_login(client, rows, town):
    ResultTotalFactory(school=SchoolFactory(municipality=town, code="", fisoko_login="edu240777"))
    assert rows(client, "results")[0]["school"] == "edu240777"


def test_indicator(client, rows, town):
    IndicatorFactory(
        municipality=town,
        code="n3",
        wording="Доля школ с положительной динамикой",
        short_name="Динамика ОГЭ",
        group="Результаты",
        position=3,
        formula={"type": "identified", "categories": ["low_results"]},
        method="Сравниваются средние отметки.",
        measured_on=["2023-05-31"],
        reference_value=Decimal("30.5000"),
        aims=["Повысить качество"],
        reviewed_on=dt.date(2023, 9, 1),
    )
    assert rows(client, "indicators") == [
        {
            "municipality": "nazarovo",
            "code": "n3",
            "wording": "Доля школ с положительной динамикой",
            "short_name": "Динамика ОГЭ",
            "group": "Результаты",
            "position": 3,
            "role": "programme",
            "unit": "percent",
            "direction": "up",
            "period_kind": "school_year",
            "formula": {"type": "identified", "categories": ["low_results"]},
            "population": {"type": "all"},
            "method": "Сравниваются средние отметки.",
            "measured_on": ["2023-05-31"],
            "source": "",
            "collection": "",
            "reference_value": "30.5",
            "reference_rule": "",
            "rise_means": "",
            "fall_means": "",
            "aims": ["Повысить качество"],
            "author": "",
            "reviewer": "",
            "reviewed_on": "2023-09-01",
            "version": 1,
            "versions": [
                {
                    "number": 1,
                    "valid_from": None,
                    "formula": {"type": "identified", "categories": ["low_results"]},
                    "population": {"type": "all"},
                    "direction": "up",
                    "reason": "",
                }
            ],
        }
    ]


def test_targets_of_the_municipality_and_of_its_school(client, rows, school):
    """The town's was approved at 70 and raised twice; the school's stands as it was approved."""
    indicator = IndicatorFactory(municipality=school.municipality, code="n3")
    of_school = {"indicator": indicator, "school": school}
    TargetFactory(**of_school, period="2020", value=Decimal(50), source="Приказ № 15-п")
    TargetFactory(indicator=indicator, period="2020", value=Decimal("75.5000"), is_demo=True, source="Программа")
    BaselineFactory(indicator=indicator, value=Decimal("60.2500"), period="2018")
    for old, new in ((None, 70), (70, 72), (72, Decimal("75.5"))):
        PlanRevisionFactory(indicator=indicator, old=old, new=new)
    PlanRevisionFactory(indicator=indicator, period="2021", new=99)
    PlanRevisionFactory(indicator=indicator, kind="baseline", new=33)
    town, own = rows(client, "targets")
    assert town == {
        "municipality": "nazarovo",
        "indicator": "n3",
        "school": None,
        "period": "2020",
        "value": "75.5",
        "first_approved": "70",
        "baseline": "60.25",
        "baseline_period": "2018",
        "baseline_source": "Аналитическая записка",
        "baseline_version": 1,
        "version": 1,
        "is_demo": True,
        "source": "Программа",
    }
    assert own == {
        "municipality": "nazarovo",
        "indicator": "n3",
        "school": "240101",
        "period": "2020",
        "value": "50",
        "first_approved": "50",
        "baseline": None,
        "baseline_period": None,
        "baseline_source": None,
        "baseline_version": None,
        "version": 1,
        "is_demo": False,
        "source": "Приказ № 15-п",
    }


def test_values_of_the_municipality_and_of_its_school(client, rows, school):
    indicator = IndicatorFactory(municipality=school.municipality, code="n3")
    MunicipalityValueFactory(
        indicator=indicator,
        numerator=Decimal(1),
        denominator=Decimal(3),
        value=Decimal("33.333333"),
        participants=None,
        target=Decimal(75),
        reading=Reading.BEHIND,
    )
    SchoolValueFactory(
        indicator=indicator,
        school=school,
        period="2020",
        numerator=Decimal(8),
        denominator=Decimal(10),
        value=Decimal(80),
        participants=10,
        low=Decimal("49.016247"),
        high=Decimal("94.331780"),
        target=Decimal(75),
        reading=Reading.REACHED,
        change=Decimal("-0.5"),
        change_from="2018",
        change_reading=ChangeReading.NOT_SIGNIFICANT,
        excluded=1,
        sources=[SOURCE],
        warnings=["few_participants"],
    )
    SchoolValueFactory(indicator=indicator, school=school, period="2018", participants=10)
    of_town, of_school = rows(client, "values", period="2020")
    assert of_town == {
        "indicator": "n3",
        "municipality": "nazarovo",
        "school": None,
        "period": "2020",
        "period_kind": "school_year",
        "numerator": "1",
        "denominator": "3",
        "value": "33.333333",
        "participants": None,
        "interval": None,
        "target": "75",
        "reading": "behind",
        "change": None,
        "change_from": None,
        "change_reading": "no_data",
        "as_of": None,
        "excluded": 0,
        "sources": [],
        "warnings": [],
    }
    assert of_school == {
        "indicator": "n3",
        "municipality": "nazarovo",
        "school": "240101",
        "period": "2020",
        "period_kind": "school_year",
        "numerator": "8",
        "denominator": "10",
        "value": "80",
        "participants": 10,
        "interval": {"low": "49.016247", "high": "94.33178"},
        "target": "75",
        "reading": "reached",
        "change": "-0.5",
        "change_from": "2018",
        "change_reading": "not_significant",
        "as_of": None,
        "excluded": 1,
        "sources": [SOURCE],
        "warnings": ["few_participants"],
    }


def test_value_without_data_is_null_and_zero_is_zero(client, rows, school):
    indicator = IndicatorFactory(municipality=school.municipality)
    SchoolValueFactory(indicator=indicator, school=school, period="2019", numerator=None, denominator=None, value=None)
    SchoolValueFactory(indicator=indicator, school=school, period="2020", numerator=0, denominator=9, value=0)
    missing, zero = rows(client, "values")
    assert (missing["numerator"], missing["denominator"], missing["value"]) == (None, None, None)
    assert (zero["numerator"], zero["denominator"], zero["value"]) == ("0", "9", "0")


@pytest.mark.parametrize(
    ("period", "kind"),
    [
        ("2020", "school_year"),
        ("cy2021", "calendar_year"),
        ("2021q1", "quarter"),
        ("2021h1", "half_year"),
        ("2023-05-31", "date"),
    ],
)
def test_kind_of_a_period(client, rows, town, period, kind):
    MunicipalityValueFactory(indicator__municipality=town, period=period)
    assert rows(client, "values")[0]["period_kind"] == kind


def test_identification(client, rows, school):
    IdentificationFactory(school=school)
    IdentificationFactory(school=school, school_year=2019, order_number="", order_date=None)
    assert rows(client, "identifications") == [
        {
            "municipality": "nazarovo",
            "school": "240101",
            "school_year": 2020,
            "category": "low_results",
            "order_number": "123-п",
            "order_date": "2020-09-15",
            "edition": None,
            "proposed": None,
            "reason": "",
            "change": "stayed",
            "change_from": 2019,
        },
        {
            "municipality": "nazarovo",
            "school": "240101",
            "school_year": 2019,
            "category": "low_results",
            "order_number": "",
            "order_date": None,
            "edition": None,
            "proposed": None,
            "reason": "",
            "change": None,  # nobody knows of a list of 2018
            "change_from": None,
        },
    ]


def test_identification_says_how_it_came_about(client, rows, school):
    IdentificationFactory(school=school, proposed=False, reason="Решение комиссии", source={"edition": 2})
    IdentificationFactory(school__municipality=school.municipality, school_year=2019)
    (row,) = rows(client, "identifications", school_year="2020")
    told = {name: row[name] for name in ("edition", "proposed", "reason", "change")}
    assert told == {"edition": 2, "proposed": False, "reason": "Решение комиссии", "change": "entered"}


def test_report_links_to_its_file(client, rows, town, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "note.pdf").write_bytes(b"%PDF-1.7 note")
    report = ReportFactory(
        municipality=town,
        number=1,
        drawn="note.pdf",
        snapshot_sha256="b" * 64,
        created_at=dt.datetime(2021, 9, 1, 7, 0, tzinfo=dt.UTC),
    )
    link = f"http://testserver/api/v1/reports/{report.pk}/file/"
    assert rows(client, "reports") == [
        {
            "id": report.pk,
            "kind": "analytical_note",
            "municipality": "nazarovo",
            "school": None,
            "period": "2020",
            "number": 1,
            "created_at": "2021-09-01T10:00:00+03:00",
            "snapshot_sha256": "b" * 64,
            "file_sha256": "a" * 64,
            "file": link,
            "files": [{"format": "pdf", "sha256": "a" * 64, "address": f"{link}?as=pdf"}],
        }
    ]
    for accept in ("*/*", "application/pdf"):
        answer = client.get(link, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert b"".join(answer.streaming_content) == b"%PDF-1.7 note"


def test_report_that_is_not_drawn_yet_has_no_file(client, rows, town):
    report = ReportFactory(municipality=town)
    assert rows(client, "reports")[0]["file"] is None
    assert client.get(f"/api/v1/reports/{report.pk}/file/").status_code == 404


@pytest.mark.parametrize("attempt", [Attempt.FIRST, Attempt.BEST])
def test_attempts_as_they_are_read(client, rows, school, attempt):
    ResultTotalFactory(school=school, attempt=attempt)
    assert rows(client, "results", attempt=attempt.value)[0]["attempt"] == attempt.value


def test_report_has_a_file_for_each_format(client, rows, town, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    school = SchoolFactory(municipality=town, code="101")
    report = ReportFactory(municipality=town, school=school, kind="school_passport", drawn="passport.pdf")
    ReportFile.objects.create(report=report, format="xlsx", file="passport.xlsx", sha256="c" * 64)
    (tmp_path / "passport.xlsx").write_bytes(b"PK passport")
    (row,) = rows(client, "reports", school="101")
    assert [(one["format"], one["sha256"]) for one in row["files"]] == [("pdf", "a" * 64), ("xlsx", "c" * 64)]
    assert row["school"] == "101"
    answer = client.get(row["files"][1]["address"])
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert b"".join(answer.streaming_content) == b"PK passport"
    assert client.get(f"{row['file']}?as=docx").status_code == 404
