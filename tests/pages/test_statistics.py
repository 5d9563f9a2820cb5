"""Collected numbers: who may write which, empty is not zero, a part never exceeds its whole."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.access import Role
from accounts.models import Job
from indicators.calculations.statistics import BadNumber, counts_people, parse_number
from indicators.engine import recompute
from indicators.models import MunicipalityStatistic, SchoolStatistic, StatisticKind
from indicators.queries.statistics import schools_without_numbers, statistics_sheet
from tests.factories import (
    IndicatorFactory,
    MembershipFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
)
from tests.pages.conftest import add_schools

PAGE = "/statistics/?year=2020"
MEMBERS = (Role.DEPARTMENT, Role.METHODIST, Role.MENTOR, Role.VIEWER)
TRAINED, TEACHERS = "Педагогов обучено", "Педагогов всего"


def numbers():
    rows = SchoolStatistic.objects.order_by("school__code", "kind__code")
    return [(row.school.code, row.kind.code, row.period, row.value) for row in rows]


def send(client, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("числа.xlsx", file.getvalue())
    return client.post(f"{reverse('indicators:take_statistics')}?year=2020", {"file": upload})


@pytest.mark.parametrize(
    ("text", "number"),
    [("24", Decimal(24)), (" 1 200,5 ", Decimal("1200.5")), ("0", Decimal(0)), ("", None), ("  ", None)],
)
def test_numbers_are_read_as_people_type_them(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["много", "-3", "1,23456", "1e5", "9999999999999"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadNumber):
        parse_number(text)


def test_people_come_whole_in_form_and_spreadsheet_and_posts_may_be_halves(town, log_in_as):
    kinds = {"students": "Обучающихся всего", "staff_filled": "Ставок, занятых квалифицированными педагогами"}
    for code, name in kinds.items():
        StatisticKindFactory(code=code, name=name, counts_pupils=code == "students")
        counted = {"type": "count", "of": {"type": "statistic", "code": code}}
        IndicatorFactory(municipality=town.municipality, formula=counted, unit="count")
    client = log_in_as(Role.CURATOR, town.big)
    of = {code: f"{town.big.pk}-{code}" for code in ("teachers", "students", "staff_filled")}
    for code, typed in (("teachers", "2,5"), ("students", "100,5")):
        page = client.post(PAGE, {of[code]: typed}).text
        assert "Здесь считают людей: впишите целое число." in page
        assert f'value="{typed}"' in page
    assert numbers() == []
    client.post(PAGE, {of["staff_filled"]: "12,5", of["teachers"]: "24,0"})
    assert [row[3] for row in numbers()] == [Decimal("12.5"), 24]
    page = send(client, ["Код ОО", "Педагогов всего"], ["102", "2,5"]).text
    assert "Здесь считают людей" in page


@pytest.mark.parametrize("name", ["Средний балл участников", "Доля педагогов", "Мероприятий для учителей"])
def test_a_share_or_a_mean_of_people_is_no_number_of_people(name):
    assert not counts_people(name, counts_pupils=False)


def test_a_number_is_kept_an_empty_cell_takes_it_away_and_zero_stays(town, log_in_as):
    client = log_in_as(Role.CURATOR, town.big)
    name = f"{town.big.pk}"
    client.post(PAGE, {f"{name}-teachers": "32", f"{name}-trained": "0"})
    assert numbers() == [("102", "teachers", "2020", 32), ("102", "trained", "2020", 0)]
    row = SchoolStatistic.objects.get(kind__code="teachers")
    assert (row.source, row.entered_by) == ({"form": True}, client.user)
    assert Job.objects.get().scope == {"statistics": [["teachers", "2020"], ["trained", "2020"]]}
    client.post(PAGE, {f"{name}-teachers": "32", f"{name}-trained": ""})
    assert numbers() == [("102", "teachers", "2020", 32)]
    client.post(PAGE, {f"{name}-teachers": "32,0", f"{name}-trained": ""})
    assert Job.objects.count() == 2  # the same again wakes nobody


def test_a_number_that_was_not_on_the_page_sent_stays(town, log_in_as):
    """A form cut short, or opened before a school came in, takes nothing away."""
    teachers = town.kinds.get(code="teachers")
    SchoolStatisticFactory(school=town.big, kind=teachers, value=24)
    client = log_in_as(Role.CURATOR, town.big)
    assert client.post(PAGE, {}).status_code == 302
    assert SchoolStatistic.objects.get().value == 24
    too_many = client.post(PAGE, {f"{town.big.pk}-trained": "25"})
    assert too_many.status_code == 200  # of 24 teachers, though their number was not sent
    client.post(PAGE, {f"{town.big.pk}-trained": "20"})
    assert SchoolStatistic.objects.count() == 2


def test_a_part_larger_than_its_whole_is_refused_and_what_was_typed_stays(town, log_in_as):
    client = log_in_as(Role.CURATOR, town.big)
    page = client.post(PAGE, {f"{town.big.pk}-teachers": "32", f"{town.big.pk}-trained": "33"}).text
    assert "Не может быть больше, чем «Педагогов всего» (32)" in page
    assert 'value="33"' in page
    assert 'value="32"' in page
    assert numbers() == []


def test_a_curator_writes_no_number_of_a_neighbour(town, log_in_as):
    client = log_in_as(Role.CURATOR, town.big)
    assert town.small.name not in client.get(PAGE).text
    client.post(PAGE, {f"{town.small.pk}-teachers": "7"})
    assert numbers() == []
    page = send(client, ["Код ОО", "Школа", TEACHERS], [110, "СОШ № 10", 7])
    assert "Школы с кодом 110 нет среди доступных вам" in page.text
    assert numbers() == []


def test_a_viewer_reads_and_does_not_write(town, log_in_as):
    SchoolStatisticFactory(school=town.big, kind=StatisticKind.objects.get(code="teachers"), value=31)
    client = log_in_as(Role.VIEWER, town.municipality)
    page = client.get(PAGE).text
    assert "31" in page
    assert "Сохранить числа" not in page
    assert 'class="control"' not in page
    assert client.post(PAGE, {f"{town.big.pk}-teachers": "5"}).status_code == 403
    assert client.get(reverse("indicators:statistics_template")).status_code == 403


def test_each_cell_is_named_for_who_does_not_see_the_table(town, log_in_as):
    page = log_in_as(Role.METHODIST, town.municipality).get(PAGE).text
    assert 'aria-label="СОШ № 10: Педагогов обучено"' in page


def test_only_numbers_that_indicators_use_are_asked_for(town, log_in_as):
    StatisticKindFactory(name="Ненужное число")
    assert "Ненужное число" not in log_in_as(Role.METHODIST, town.municipality).get(PAGE).text


def test_the_municipality_as_a_whole_is_asked_of_the_methodist_alone(town, log_in_as):
    kind = StatisticKindFactory(code="programmes", name="Программ всего", level=StatisticKind.Level.MUNICIPALITY)
    formula = {"type": "count", "of": {"type": "statistic", "code": "programmes"}}
    IndicatorFactory(municipality=town.municipality, formula=formula)
    log_in_as(Role.METHODIST, town.municipality).post(PAGE, {"whole-programmes": "12"})
    assert MunicipalityStatistic.objects.get().value == 12
    assert MunicipalityStatistic.objects.get().kind == kind
    log_in_as(Role.CURATOR, town.big).post(PAGE, {"whole-programmes": "99"})
    assert MunicipalityStatistic.objects.get().value == 12


def test_a_spreadsheet_is_taken_whole_with_its_place_and_twice_changes_nothing(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    rows = [["Код ОО", "Школа", TEACHERS, TRAINED], [102, "СОШ № 2", 32, 5.0], ["", "СОШ № 10", 16, ""]]
    assert send(client, *rows).status_code == 302
    expected = [("102", "teachers", "2020", 32), ("102", "trained", "2020", 5), ("110", "teachers", "2020", 16)]
    assert numbers() == expected
    row = SchoolStatistic.objects.get(school=town.small)
    assert row.source == {"file": "числа.xlsx", "sheet": "Sheet", "rows": "3"}
    send(client, *rows)
    assert numbers() == expected
    assert Job.objects.count() == 1


def test_all_problems_of_a_spreadsheet_come_at_once_and_nothing_is_written(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    SchoolFactory(code="999")
    page = send(
        client,
        ["Код ОО", "Школа", TEACHERS, TRAINED],
        [102, "СОШ № 2", 32, 33],
        [110, "СОШ № 10", "шестнадцать", -1],
        [999, "", 1, 1],
        [102, "", 1, 1],
    ).text
    for cell in ("D2", "C3", "D3", "A4"):
        assert f"<code>{cell}</code>" in page
    assert "Эта школа уже есть в строке 2" in page
    assert numbers() == []
    page = send(client, ["Код ОО", "Школа", "Педагогов обучено всего"], [102, "СОШ № 2", 5]).text
    assert "<code>C1</code>" in page
    assert "не из шаблона" in page


def test_a_spreadsheet_is_checked_against_numbers_it_does_not_bring(town, log_in_as):
    SchoolStatisticFactory(school=town.big, kind=StatisticKind.objects.get(code="teachers"), value=4)
    page = send(log_in_as(Role.METHODIST, town.municipality), ["Код ОО", "Школа", TRAINED], [102, "СОШ № 2", 5]).text
    assert "<code>C2</code>" in page
    assert "«Педагогов всего» (4)" in page


def test_the_template_brought_back_changes_nothing(town, log_in_as):
    SchoolStatisticFactory(school=town.big, kind=StatisticKind.objects.get(code="teachers"), value=Decimal("32"))
    client = log_in_as(Role.METHODIST, town.municipality)
    content = client.get(f"{reverse('indicators:statistics_template')}?year=2020").content
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows == [
        ("Код ОО", "Школа", TEACHERS, TRAINED),
        ("102", "СОШ № 2", 32, None),
        ("110", "СОШ № 10", None, None),
    ]
    upload = SimpleUploadedFile("шаблон.xlsx", content)
    page = client.post(f"{reverse('indicators:take_statistics')}?year=2020", {"file": upload}, follow=True).text
    assert "Ничего не изменилось" in page
    assert numbers() == [("102", "teachers", "2020", 32)]


def test_large_towns_fill_in_their_numbers_by_pages(town, log_in_as, monkeypatch):
    monkeypatch.setattr("indicators.views.statistics.FIELDS_A_PAGE", 2)  # two numbers: one school a page
    client = log_in_as(Role.METHODIST, town.municipality)
    page = client.get(f"{PAGE}&page=2").text
    assert "Страница 2 из 2" in page
    assert "СОШ № 10: " in page
    assert "СОШ № 2: " not in page
    client.post(f"{PAGE}&page=2", {f"{town.small.pk}-teachers": "9", f"{town.big.pk}-teachers": "1"})
    assert numbers() == [("110", "teachers", "2020", 9)]


def test_the_page_asks_as_much_for_forty_schools_as_for_one(town, log_in_as, queries_of):
    client = log_in_as(Role.METHODIST, town.municipality)
    before = queries_of(client, PAGE)
    add_schools(town.municipality, 40)
    assert queries_of(client, PAGE) == before


@pytest.fixture
def dated_town(town):
    """Indicators of this town are measured at the end of May 2023 and on two days of the autumn."""
    town.municipality.period_kind = "date"
    town.municipality.save()
    dates = ["2023-05-31", "2023-10-31", "2023-12-29"]
    town.municipality.indicators.update(period_kind="date", measured_on=dates)
    return town


def test_numbers_of_a_date_are_kept_under_that_date(dated_town, log_in_as):
    client = log_in_as(Role.DEPARTMENT, dated_town.municipality)
    field = f"{dated_town.big.pk}-teachers"
    page = client.get("/statistics/?year=2023").text
    assert "Собираемые сведения на 31.10.2023" in page
    assert "29.12.2023" in page
    assert "31.05.2023" not in page  # of the school year before
    answer = client.post("/statistics/?year=2023&period=2023-12-29", {field: "32"})
    assert "period=2023-12-29" in answer.url
    assert numbers() == [("102", "teachers", "2023-12-29", 32)]
    table = client.get(f"{reverse('indicators:statistics_template')}?year=2023&period=2023-12-29")
    assert table["Content-Disposition"] == 'attachment; filename="statistics-2023-12-29.xlsx"'


def test_a_date_that_nobody_measures_on_is_not_written(dated_town, log_in_as):
    client = log_in_as(Role.DEPARTMENT, dated_town.municipality)
    client.post("/statistics/?year=2023&period=2023-11-30", {f"{dated_town.big.pk}-teachers": "32"})
    assert numbers() == [("102", "teachers", "2023-10-31", 32)]


def test_who_reported_on_one_of_the_dates_is_not_silent(dated_town, log_in_as):
    client = log_in_as(Role.DEPARTMENT, dated_town.municipality)
    silent = {"user": client.user, "municipality": dated_town.municipality, "school_year": 2023}
    assert dated_town.big in schools_without_numbers(**silent)
    SchoolStatisticFactory(
        school=dated_town.big, kind=StatisticKind.objects.get(code="teachers"), period="2023-12-29", value=32
    )
    assert dated_town.big not in schools_without_numbers(**silent)


# --- Few pupils -------------------------------------------------------------------------


def with_risk_groups(town) -> None:
    """Of the risk group 3 pupils of the small school, 30 of the big one; each has 3 teachers."""
    group = StatisticKindFactory(code="risk_group", name="Группа риска", counts_pupils=True, municipality=None)
    supported = StatisticKindFactory(code="supported", name="Охвачены", counts_pupils=True, at_most=group)
    formula = {
        "type": "share",
        "part": {"type": "statistic", "code": "supported"},
        "whole": {"type": "statistic", "code": "risk_group"},
    }
    IndicatorFactory(municipality=town.municipality, code="supported", formula=formula)
    for school, pupils in ((town.small, 3), (town.big, 30)):
        SchoolStatisticFactory(school=school, kind=group, value=pupils)
        SchoolStatisticFactory(school=school, kind=supported, value=pupils - 1)
        SchoolStatisticFactory(school=school, kind=StatisticKind.objects.get(code="teachers"), value=3)
    recompute(town.municipality.pk)


def shown_to(town, user) -> dict[tuple[str, str], Decimal]:
    sheet = statistics_sheet(user=user, municipality=town.municipality, school_year=2020)
    names = {school.pk: school.name for school in sheet.schools}
    return {(names[place], code): value for (place, code), value in sheet.numbers.items()}


def test_few_pupils_are_hidden_from_who_is_outside_school_and_department(town, log_in_as):
    """And the numbers of the second school, whose value is hidden for the first: the municipality's sum is told."""
    with_risk_groups(town)
    seen = {role: shown_to(town, MembershipFactory(municipality=town.municipality, role=role).user) for role in MEMBERS}
    assert {code for (_, code) in seen[Role.METHODIST]} == {"risk_group", "supported", "teachers"}
    assert len(seen[Role.METHODIST]) == len(seen[Role.DEPARTMENT]) == 6
    for role in (Role.VIEWER, Role.MENTOR):
        assert seen[role] == {(town.small.name, "teachers"): 3, (town.big.name, "teachers"): 3}
    page = log_in_as(Role.VIEWER, town.municipality).get(PAGE).text
    assert "скрыто: менее 5 участников" in page
    assert "скрыто ради школы, где менее 5 участников" in page
    assert "Сообщено 6 из" in page


def test_a_school_sees_its_own_few_pupils(town):
    with_risk_groups(town)
    curator = MembershipFactory(municipality=town.municipality, school=town.small, role=Role.CURATOR).user
    assert shown_to(town, curator)[town.small.name, "risk_group"] == 3
