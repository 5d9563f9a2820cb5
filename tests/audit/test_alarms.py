"""The self-audit finds every field that is stored wrongly, says so to whom it concerns, and takes it back when it is
mended."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Role
from accounts.models import Job
from indicators.engine import recompute
from indicators.models import Indicator, MunicipalityValue, SchoolValue
from monitoring.audit.comparison import audit
from monitoring.jobs.totals import group_of, refresh_totals
from monitoring.models import ResultTotal, ValueAudit, ValueDifference
from monitoring.services.audit import audit_now
from monitoring.tasks.recompute import check_values
from schools.models import Municipality, School
from tests.factories import (
    IndicatorFactory,
    JobFactory,
    MunicipalityFactory,
    ObjectivityFlagFactory,
    ResultFactory,
    SchoolFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db
PAGE = reverse("monitoring:audit")


def sat(school: School, year: int, marks: tuple[int, int, int, int], **fields: Any) -> None:
    numbers = {f"mark_{mark}": count for mark, count in zip((2, 3, 4, 5), marks, strict=True)}
    common = {"school": school, "school_year": year, "participants": sum(marks), "passed": sum(marks[1:])}
    refresh_totals([group_of(ResultFactory(**common | numbers | fields))])


@pytest.fixture
def town() -> Municipality:
    """One indicator, two schools, two years: 8 of 10 and 18 of 20 passed, the year before 5 of 10 and 19 of 20."""
    municipality = MunicipalityFactory(slug="gorod")
    indicator = IndicatorFactory(municipality=municipality, code="p1")
    TargetFactory(indicator=indicator, period="2020", value=90)
    TargetFactory(indicator=indicator, period="2021", value=100)
    one, other = (SchoolFactory(municipality=municipality, code=code) for code in ("101", "102"))
    sat(one, 2019, (5, 5, 0, 0))
    sat(one, 2020, (2, 3, 4, 1))
    sat(other, 2019, (1, 9, 9, 1))
    sat(other, 2020, (2, 8, 9, 1))
    recompute(municipality.pk)
    return municipality


def found(town: Municipality) -> list[tuple[Any, ...]]:
    differences = audit(town.pk).differences
    codes = dict(School.objects.values_list("pk", "code")) | {None: None}
    return [(codes[one.school_id], one.period, one.field, one.stored, one.expected) for one in differences]


def test_what_the_engine_has_worked_out_is_confirmed(town):
    assert audit(town.pk).values == 6
    assert found(town) == []


@pytest.mark.parametrize(
    ("field", "wrong", "stored", "expected"),
    [
        ("value", Decimal("86.666666"), "86.666666", "86.666667"),
        ("numerator", 27, "27", "26"),
        ("denominator", 31, "31", "30"),
        ("participants", 29, "29", "30"),
        ("low", Decimal("70.3"), "70.3", "70.318673"),
        ("high", None, "", "94.690345"),
        ("change", Decimal("6.666666"), "6.666666", "6.666667"),
        ("change_from", "2018", "2018", "2019"),
        ("change_reading", "better", "better", "not_significant"),
        ("participants_before", 40, "40", "30"),
        ("target", Decimal("85"), "85", "90"),
        ("reading", "reached", "reached", "behind"),
        ("excluded", 1, "1", "0"),
        ("version", 2, "2", "1"),
    ],
)
def test_each_field_that_is_stored_wrongly_is_found_and_no_other(town, field, wrong, stored, expected):
    MunicipalityValue.objects.filter(period="2020").update(**{field: wrong})
    assert found(town) == [(None, "2020", field, stored, expected)]


def test_the_value_of_one_school_is_found(town):
    SchoolValue.objects.filter(period="2019", school__code="102").update(value=96)
    assert found(town) == [("102", "2019", "value", "96", "95")]


def test_a_value_that_is_not_there_and_one_that_should_not_be(town):
    SchoolValue.objects.filter(period="2020", school__code="101").delete()
    SchoolValue.objects.filter(period="2019", school__code="101").update(period="2015")
    assert found(town) == [
        ("101", "2015", "row", "50", ""),
        ("101", "2019", "row", "", "50"),
        ("101", "2020", "row", "", "80"),
    ]


def test_totals_are_not_believed(town):
    """The engine starts from them, so it would confirm its own mistake."""
    ResultTotal.objects.filter(school__code="101", school_year=2020).update(passed=9)
    recompute(town.pk)
    assert recompute(town.pk, check=True).differences == ()
    assert ("101", "2020", "numerator", "9", "8") in found(town)


def test_a_flag_that_the_values_do_not_know_of_is_found(town):
    ObjectivityFlagFactory(school=School.objects.get(code="102"), school_year=2020)
    assert ("102", "2020", "excluded", "0", "1") in found(town)
    recompute(town.pk)
    assert found(town) == []


def test_resits_count_once_and_for_who_failed(town):
    indicator = Indicator.objects.get()
    best = {"part": {**indicator.formula["part"], "attempt": "best"}}
    IndicatorFactory(municipality=town, code="p2", formula=indicator.formula | best)
    sat(School.objects.get(code="101"), 2020, (1, 1, 0, 0), attempt="resit", session="2021-09-10")
    recompute(town.pk)
    assert found(town) == []
    SchoolValue.objects.filter(indicator__code="p2", period="2020", school__code="101").update(numerator=10)
    assert found(town) == [("101", "2020", "numerator", "10", "9")]


# --- Alarms ---------------------------------------------------------------------------------


def test_an_alarm_keeps_its_day_and_is_resolved_when_the_value_is_mended(town):
    MunicipalityValue.objects.filter(period="2020").update(value=86)
    audit_now(municipality=town)
    (alarm,) = ValueDifference.objects.all()
    audit_now(municipality=town)
    assert [row.pk for row in ValueDifference.objects.open()] == [alarm.pk]
    recompute(town.pk)
    assert audit_now(municipality=town).differences == 0
    alarm.refresh_from_db()
    assert alarm.resolved_at
    assert list(ValueAudit.objects.values_list("differences", flat=True)) == [0, 1, 1]


def test_page_and_home_tell_department_and_methodist_and_nobody_else(log_in_as, town):
    MunicipalityValue.objects.filter(period="2020").update(value=86)
    audit_now(municipality=town)
    for role in (Role.DEPARTMENT, Role.METHODIST):
        client = log_in_as(role, town)
        page = client.get(PAGE).text
        assert "86,666667" in page
        link = f"{reverse('monitoring:why', args=[Indicator.objects.get().pk])}?period=2020"
        assert link in page
        assert client.get(link).status_code == 200
        assert "Показатели не сходятся со сверкой" in client.get(reverse("home")).text
    viewer = log_in_as(Role.VIEWER, town)
    assert viewer.get(PAGE).status_code == 403
    assert "сверкой" not in viewer.get(reverse("home")).text
    neighbour = log_in_as(Role.DEPARTMENT, MunicipalityFactory())
    assert "86,666667" not in neighbour.get(PAGE).text


def test_page_asks_for_an_audit_and_shows_that_all_is_well(log_in_as, town, work_off_jobs):
    client = log_in_as(Role.METHODIST, town)
    assert "ещё не сверялись" in client.get(PAGE).text
    client.post(PAGE)
    client.post(PAGE)
    (job,) = work_off_jobs()
    assert (job.status, job.rows) == (Job.Status.DONE, 6)
    assert "Всё сходится" in client.get(PAGE).text


def test_queries_of_the_page_do_not_grow(log_in_as, town):
    client = log_in_as(Role.METHODIST, town)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    SchoolValue.objects.filter(period="2020", school__code="101").update(value=1)
    audit_now(municipality=town)
    client.get(PAGE)
    with_one = queries()
    SchoolValue.objects.update(value=1, numerator=1, denominator=2, participants=3)
    audit_now(municipality=town)
    assert ValueDifference.objects.open().count() > 10
    assert queries() <= with_one


# --- Beside recomputes -------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Job.Status.QUEUED, Job.Status.RUNNING])
def test_while_values_are_recomputed_the_audit_waits(town, status):
    MunicipalityValue.objects.filter(period="2020").update(value=86)
    JobFactory(kind=Job.Kind.RECOMPUTE, municipality=town, status=status)
    check_values()
    job = Job.objects.get(kind=Job.Kind.AUDIT_VALUES)
    from monitoring.tasks.recompute import audit_values

    audit_values(job.pk)
    job.refresh_from_db()
    assert (job.status, ValueAudit.objects.count()) == (Job.Status.QUEUED, 0)
    assert job.not_before > timezone.now()
    Job.objects.filter(kind=Job.Kind.RECOMPUTE).update(status="done", finished_at=timezone.now())
    Job.objects.filter(pk=job.pk).update(not_before=None)
    audit_values(job.pk)
    assert ValueDifference.objects.open().count() == 1


def test_what_was_recomputed_meanwhile_is_not_compared(town, monkeypatch):
    from monitoring.jobs import audit as body

    def meanwhile(municipality_id: int, **_: Any) -> Any:
        JobFactory(kind=Job.Kind.RECOMPUTE, municipality=town, status="done", finished_at=timezone.now())
        return audit(municipality_id)

    monkeypatch.setattr(body, "audit", meanwhile)
    MunicipalityValue.objects.filter(period="2020").update(value=86)
    with pytest.raises(body.JobRefused, match="всё время пересчитывались"):
        audit_now(municipality=town)
    assert not ValueDifference.objects.exists()
    assert not Job.objects.filter(kind=Job.Kind.AUDIT_VALUES).exists()


# --- The command ---------------------------------------------------------------------------------


def test_command_says_what_differs_and_by_its_code_that_something_does(town, capsys):
    call_command("audit_values", "--municipality", "gorod", "--json")
    assert json.loads(capsys.readouterr().out) == {"municipality": "gorod", "checked": 6, "differences": []}
    SchoolValue.objects.filter(period="2020", school__code="101").update(change=None)
    with pytest.raises(SystemExit) as left:
        call_command("audit_values", "--municipality", "gorod", "--json")
    assert left.value.code == 1
    assert json.loads(capsys.readouterr().out)["differences"] == [
        {
            "indicator": "p1",
            "school": "101",
            "period": "2020",
            "field": "change",
            "stored": None,
            "expected": "30",
        }
    ]
