"""Home says what is the matter, to each what they may see and do."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from accounts.models import Job
from indicators.models import Reading
from indicators.summaries import change_sentence, programme_sentence, ratio_line, value_sentence
from indicators.tables import _read
from monitoring.models import Upload
from tests.factories import (
    IndicatorFactory,
    JobFactory,
    MunicipalityFactory,
    ReportFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    UploadEntryFactory,
    UploadFactory,
    UserFactory,
)
from tests.pages.conftest import add_schools


@pytest.mark.parametrize(
    ("readings", "sentence"),
    [
        (
            ["reached"] * 9 + ["behind"] * 3 + ["no_data"],
            "Из 13 показателей программы 9 достигли плана, 3 отстают, по одному нет данных.",
        ),
        (
            ["reached", "behind"] + ["no_data"] * 2,
            "Из 4 показателей программы 1 достиг плана, 1 отстаёт, по двум нет данных.",
        ),
        (["on_track"] * 20 + ["no_target"], "Из 21 показателя программы 20 идут по плану, для одного план не задан."),
        (["reached"] * 2, "Все показатели программы достигли плана."),
        (["no_data"] * 5, "По показателям программы за этот год данных пока нет."),
    ],
)
def test_the_first_sentence_counts_readings_with_right_endings(readings, sentence):
    assert programme_sentence(readings) == sentence


def test_a_value_is_told_with_its_parts_plan_and_year_of_comparison():
    told = value_sentence(
        value=Decimal(75),
        unit="percent",
        period="2020",
        parts="3 из 4 школ",
        target=Decimal(70),
        reading=Reading.REACHED,
    )
    assert told == "В 2020/2021 учебном году — 75,0\u00a0% (3 из 4 школ). План 70\u00a0% достигнут."
    change = change_sentence(Decimal("19.9"), "percent", "2018", "better", has_interval=True)
    assert change == "На 19,9\u00a0п.\u00a0п. больше, чем в 2018/2019 учебном году; рост значимый."
    change = change_sentence(Decimal("-4.1"), "percent", "2019", "not_significant", has_interval=True)
    assert change == (
        "На 4,1\u00a0п.\u00a0п. меньше, чем в 2019/2020 учебном году; "
        "снижение не значимое: разница может быть случайной."
    )
    assert change_sentence(None, "percent", "", "no_data", has_interval=False) == ""
    change = change_sentence(Decimal("5"), "percent", "2018", "better", has_interval=False)
    assert change == "На 5,0\u00a0п.\u00a0п. больше, чем в 2018/2019 учебном году; значимость не оценивается."
    change = change_sentence(Decimal("0.04"), "percent", "2018", "not_significant", has_interval=True)
    assert change == (
        "Почти столько же, сколько в 2018/2019 учебном году: при показанной точности значение не изменилось."
    )


def test_no_data_is_told_as_no_data_and_never_as_zero():
    told = value_sentence(
        value=None, unit="percent", period="2020", parts="", target=Decimal(85), reading=Reading.NO_DATA
    )
    assert told == "В 2020/2021 учебном году данных нет. План — 85\u00a0%."
    zero = value_sentence(
        value=Decimal(0), unit="percent", period="2020", parts="0 из 4 школ", target=None, reading="no_target"
    )
    assert zero == "В 2020/2021 учебном году — 0,0\u00a0% (0 из 4 школ)."


def test_a_ratio_is_written_as_on_a_calculator():
    assert ratio_line(Decimal(102), Decimal(136)) == "102 : 136 = 0,75"
    assert ratio_line(Decimal(1), Decimal(3)) == "1 : 3 ≈ 0,3333"


def test_home_shows_indicators_schools_and_what_waits(town, log_in_as):
    upload = UploadFactory(municipality=town.municipality, status=Upload.Status.CHECKED)
    UploadEntryFactory(upload=upload, name="oge.xlsx", is_writable=False)
    JobFactory(
        municipality=town.municipality, status=Job.Status.FAILED, finished_at="2021-06-01T00:00Z", problem="Мало места."
    )
    page = log_in_as(Role.METHODIST, town.municipality).get("/?year=2020").text
    assert "Из 2 показателей программы 1 отстаёт, по одному нет данных." in page
    assert "1 из 2" in page
    assert "70\u00a0%" in page
    assert "1\u00a0файл с замечаниями" in page
    assert upload.get_absolute_url() in page
    assert "Пересчёт показателей: не удалось" in page
    assert "Мало места." in page
    assert "Нет сведений от 2 школ" in page
    assert "СОШ № 2, СОШ № 10" in page
    assert "Записки за 2020/2021 ещё нет" in page
    assert page.index(town.big.get_absolute_url()) < page.index(town.small.get_absolute_url())


def failed_then(town, *, began, **other):
    """A recompute of ОГЭ of 2020 that failed on the first of June, and another that began on that day or later."""
    failed = JobFactory(
        municipality=town.municipality, status=Job.Status.FAILED, finished_at="2021-06-01T00:00Z", scope=OGE_OF_2020
    )
    done = {"status": Job.Status.DONE, "started_at": began, "finished_at": "2021-06-03T00:00Z"}
    JobFactory(municipality=town.municipality, **done | other)
    return failed


OGE_OF_2020 = {"exams": [["oge", "mathematics", 9, 2020]]}
NOT_UP_TO_DATE = "Показатели не учитывают последних изменений в данных."


def test_a_later_recompute_of_everything_makes_a_failed_one_good(town, log_in_as):
    failed_then(town, began="2021-06-02T00:00Z")
    assert NOT_UP_TO_DATE not in log_in_as(Role.METHODIST, town.municipality).get("/?year=2020").text


@pytest.mark.parametrize(
    "other",
    [
        {"began": "2021-06-02T00:00Z", "scope": {"exams": [["ege", "russian", 11, 2020]]}},
        {"began": "2021-05-31T00:00Z"},  # it read the data before
        {"began": "2021-06-02T00:00Z", "status": Job.Status.CANCELLED},
    ],
)
def test_a_recompute_of_something_else_or_earlier_does_not_make_a_failed_one_good(town, log_in_as, other):
    failed_then(town, **other)
    assert NOT_UP_TO_DATE in log_in_as(Role.METHODIST, town.municipality).get("/?year=2020").text


def test_a_recompute_that_waits_will_make_a_failed_one_good(town, log_in_as):
    failed_then(town, began=None, status=Job.Status.QUEUED, finished_at=None)
    assert NOT_UP_TO_DATE not in log_in_as(Role.METHODIST, town.municipality).get("/?year=2020").text


def test_a_cancelled_recompute_is_started_again_from_home(town, log_in_as, work_off_jobs):
    job = JobFactory(municipality=town.municipality, status=Job.Status.CANCELLED, finished_at="2021-06-01T00:00Z")
    client, again = log_in_as(Role.METHODIST, town.municipality), reverse("accounts:do_job_again", args=[job.pk])
    page = client.get("/?year=2020").text
    assert NOT_UP_TO_DATE in page
    assert f'action="{again}"' in page
    assert client.post(again)["Location"] == reverse("accounts:job", args=[job.pk])
    assert NOT_UP_TO_DATE not in client.get("/?year=2020").text
    assert [done.status for done in work_off_jobs()] == [Job.Status.DONE]


def test_other_work_that_failed_leads_to_its_page_until_it_succeeds(town, log_in_as):
    about = {"municipality": town.municipality, "kind": Job.Kind.RENDER_REPORT, "subject_id": 7}
    job = JobFactory(**about, status=Job.Status.FAILED, finished_at="2021-06-01T00:00Z")
    client = log_in_as(Role.METHODIST, town.municipality)
    assert reverse("accounts:job", args=[job.pk]) in client.get("/?year=2020").text
    JobFactory(**about, status=Job.Status.DONE, finished_at="2021-06-02T00:00Z")
    assert "не удалось" not in client.get("/?year=2020").text


def test_a_viewer_is_asked_to_do_nothing(town, log_in_as):
    UploadFactory(municipality=town.municipality, status=Upload.Status.CHECKED)
    page = log_in_as(Role.VIEWER, town.municipality).get("/?year=2020").text
    assert "ждёт" not in page
    assert "Нет сведений" not in page
    assert "ещё нет" not in page


def test_a_curator_sees_their_own_school_first_and_no_other(town, log_in_as):
    page = log_in_as(Role.CURATOR, town.big).get("/?year=2020").text
    assert page.index("Ваша школа") < page.index("Показатели программы")
    assert town.big.name in page
    assert town.small.name not in page
    assert "Нет сведений от 1 школы" in page


def test_the_note_of_the_year_is_shown_when_it_is_ready(town, log_in_as):
    report = ReportFactory(municipality=town.municipality, drawn="reports/note.pdf")
    page = log_in_as(Role.DEPARTMENT, town.municipality).get("/?year=2020").text
    assert "Записка за 2020/2021 готова" in page
    assert report.get_absolute_url() in page


def test_an_empty_town_is_told_the_next_step(log_in_as):
    town = MunicipalityFactory()
    client = log_in_as(Role.METHODIST, town)
    assert "Начните со списка школ" in client.get("/").text
    school = SchoolFactory(municipality=town)
    page = client.get("/").text
    assert "Школы внесены, результатов пока нет" in page
    assert reverse("monitoring:uploads") in page
    ResultTotalFactory(school=school)
    assert "результатов пока нет" not in client.get("/").text


def test_a_year_without_results_is_told_to_those_who_may_bring_them_in(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    page = client.get("/?year=2020").text
    assert "Нет результатов за 2020/2021" in page
    assert f'<a href="{reverse("monitoring:uploads")}">Перейти к данным</a>' in page
    ResultTotalFactory(school=town.big, school_year=2020)
    assert "Нет результатов" not in client.get("/?year=2020").text
    assert "Нет результатов за 2021/2022" in client.get("/?year=2021").text
    for role in (Role.VIEWER, Role.MENTOR):
        assert "Нет результатов" not in log_in_as(role, town.municipality).get("/?year=2021").text
    assert "Нет результатов" not in log_in_as(Role.CURATOR, town.big).get("/?year=2021").text


def test_a_programme_of_reported_numbers_alone_misses_no_results(log_in_as):
    """A broken formula asks for nothing either."""
    reported = {"type": "count", "of": {"type": "statistic", "code": "teachers"}}
    indicator = IndicatorFactory(formula=reported)
    SchoolFactory(municipality=indicator.municipality)
    IndicatorFactory(municipality=indicator.municipality, formula={"type": "nothing"})
    page = log_in_as(Role.DEPARTMENT, indicator.municipality).get("/?year=2020").text
    assert "Нет результатов" not in page


def test_missing_results_are_said_once(log_in_as):
    indicator = IndicatorFactory()
    SchoolFactory(municipality=indicator.municipality)
    page = log_in_as(Role.DEPARTMENT, indicator.municipality).get("/?year=2020").text
    assert "Нет результатов за 2020/2021" in page
    assert "Школы внесены, результатов пока нет" not in page


def test_somebody_without_a_place_is_told_whom_to_ask(db):
    client = Client()
    client.force_login(UserFactory())
    page = client.get("/")
    assert page.status_code == 200
    assert "Вам пока ничего не открыто" in page.text


def test_home_asks_as_much_for_forty_schools_as_for_one(town, log_in_as, queries_of):
    client = log_in_as(Role.DEPARTMENT, town.municipality)
    SchoolStatisticFactory(school=town.big, kind=town.kinds.get(code="teachers"))
    before = queries_of(client, "/?year=2020")
    add_schools(town.municipality, 40, indicators=[town.grew, town.mean])
    for _ in range(10):
        IndicatorFactory(municipality=town.municipality)
    assert queries_of(client, "/?year=2020") == before


@pytest.mark.parametrize(("is_tested", "said"), [(True, "Лучше, значимо"), (False, "значимость не оценивается")])
def test_a_change_without_an_interval_claims_no_more_than_one_with_it(is_tested, said):
    context = {"change_reading": "better", "direction": "up", "change": 5, "is_tested": is_tested}
    assert said in render_to_string("components/change_pill.html", context)
    columns = _read(Decimal(5), "better", has_interval=is_tested)
    assert columns == ["Лучше", "значимо" if is_tested else "не оценивается"]
