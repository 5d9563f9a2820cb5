"""The identification list of a year: shown against the year before, kept by hand or from a spreadsheet."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from accounts.access import Role
from accounts.models import AuditEvent, Job
from schools.models import Category, Identification
from tests.factories import IdentificationFactory, PublishedCategoryFactory, SchoolFactory
from tests.pages.conftest import add_schools

PAGE = "/identification/?year=2020"
HEADER = ["Код ОО", "Школа", "Категория", "Номер приказа", "Дата приказа"]


def send(client, *rows, header=HEADER):
    book = Workbook()
    for row in (header, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("список.xlsx", file.getvalue())
    return client.post(f"{reverse('schools:take_identification')}?year=2020", {"file": upload})


def identified():
    rows = Identification.objects.order_by("school__code", "category")
    return [(row.school.code, row.category, row.order_number, str(row.order_date or "")) for row in rows]


def test_schools_that_entered_stayed_and_left_are_told_apart(town, log_in_as):
    left = SchoolFactory(municipality=town.municipality, name="СОШ № 5")
    for school in (town.big, left):
        IdentificationFactory(school=school, school_year=2019)
    page = log_in_as(Role.VIEWER, town.municipality).get(PAGE).text
    assert "В списке 2\u00a0школы: ШНОР — 2" in page
    assert "вошла 1, вышла 1" in page
    marks = [page.index(text) for text in ("остаётся в списке", "вошла в список", "вышла из списка")]
    assert marks == sorted(marks)  # № 2 stayed, № 10 entered, those that left come last


def test_without_a_list_of_the_year_before_nobody_entered(town, log_in_as):
    page = log_in_as(Role.VIEWER, town.municipality).get(PAGE).text
    assert "вошла в список" not in page
    assert "Раньше списка этой категории не было" in page


def test_only_in_a_category_that_had_a_list_before_anybody_entered(town, log_in_as):
    """Last year there was a list of ШНСУ alone, this year there is one of ШНОР alone."""
    IdentificationFactory(school=town.big, school_year=2019, category=Category.DIFFICULT_CONDITIONS)
    page = log_in_as(Role.VIEWER, town.municipality).get(PAGE).text
    assert "вошла в список" not in page
    assert "вышла из списка" not in page
    assert "На этот год нет списка: ШНСУ (последний — 2019/2020)." in page


def test_over_a_year_without_a_list_the_page_names_the_list_before(town, log_in_as):
    IdentificationFactory(school=town.big, school_year=2018)
    page = log_in_as(Role.VIEWER, town.municipality).get(PAGE).text
    assert "Сравнение — со списком 2018/2019 учебного года" in page
    assert "ШНОР — 2 (вошла 1)." in page


def test_a_curator_sees_their_own_school_alone(town, log_in_as):
    page = log_in_as(Role.CURATOR, town.big).get(PAGE).text
    assert town.big.name in page
    assert town.small.name not in page


def test_a_school_is_put_into_the_list_and_taken_out_by_hand(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    said = {
        "school": town.big.pk,
        "category": Category.DIFFICULT_CONDITIONS,
        "order_number": "5-од",
        "order_date": "2020-09-15",
    }
    client.post(PAGE, said)
    row = Identification.objects.get(category=Category.DIFFICULT_CONDITIONS)
    assert (row.school, row.school_year, row.order_number, str(row.order_date)) == (
        town.big,
        2020,
        "5-од",
        "2020-09-15",
    )
    client.post(reverse("schools:remove_identification", args=[row.pk]))
    assert not Identification.objects.filter(pk=row.pk).exists()
    assert [job.scope for job in Job.objects.filter(kind=Job.Kind.RECOMPUTE)] == [{"identification": [2020]}] * 2
    assert set(AuditEvent.objects.values_list("action", flat=True)) >= {"school_identified", "identification_removed"}


def test_a_school_is_taken_out_only_after_asking(town, log_in_as):
    page = log_in_as(Role.METHODIST, town.municipality).get(PAGE).text
    _, asked, rest = page.partition('<details class="confirm">')
    assert asked
    assert reverse("schools:remove_identification", args=[Identification.objects.get(school=town.big).pk]) in rest
    assert "Да, убрать" in rest.partition("</details>")[0]


# --- A category that nobody is in ------------------------------------------------------

EMPTY = "/identification/empty/?year=2020"
NOBODY = {"category": Category.DIFFICULT_CONDITIONS, "order_number": "5-од", "order_date": "2020-09-15"}


def test_that_nobody_is_in_a_category_is_written_by_hand_and_whoever_was_before_has_left(town, log_in_as):
    IdentificationFactory(school=town.big, school_year=2019, category=Category.DIFFICULT_CONDITIONS)
    client = log_in_as(Role.METHODIST, town.municipality)
    assert "На этот год нет списка: ШНСУ" in client.get(PAGE).text
    assert client.post(EMPTY, NOBODY).status_code == 302
    page = client.get(PAGE).text
    assert "ШНСУ — 0 (вышла 1)" in page
    assert "записано вручную: приказ № 5-од от 15.09.2020" in page
    row = town.municipality.published_categories.get()
    assert [job.scope for job in Job.objects.filter(kind=Job.Kind.RECOMPUTE)] == [{"identification": [2020]}]
    client.post(reverse("schools:forget_empty_category", args=[row.pk]))
    assert "На этот год нет списка: ШНСУ" in client.get(PAGE).text
    actions = AuditEvent.objects.filter(action__contains="empty").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["category_left_empty", "empty_category_forgotten"]


def test_whoever_comes_into_an_empty_category_ends_its_emptiness(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    client.post(EMPTY, NOBODY)
    client.post(PAGE, {"school": town.big.pk, "category": Category.DIFFICULT_CONDITIONS})
    assert not town.municipality.published_categories.exists()
    Identification.objects.filter(category=Category.DIFFICULT_CONDITIONS).delete()
    client.post(EMPTY, NOBODY)
    send(client, [102, "СОШ № 2", "ШНСУ", "7-од", "18.09.2020"])
    assert not town.municipality.published_categories.exists()


def test_a_category_with_schools_or_a_published_one_cannot_be_called_empty(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    page = client.post(EMPTY, NOBODY | {"category": Category.LOW_RESULTS}).text
    assert "сначала уберите их из списка" in page
    assert 'value="5-од"' in page
    published = PublishedCategoryFactory(municipality=town.municipality, category=Category.DIFFICULT_CONDITIONS)
    assert "уже опубликован приказом" in client.post(EMPTY, NOBODY).text
    assert client.post(reverse("schools:forget_empty_category", args=[published.pk])).status_code == 404
    assert town.municipality.published_categories.get() == published


def test_a_foreign_school_is_no_choice(town, log_in_as):
    foreign = SchoolFactory()
    client = log_in_as(Role.METHODIST, town.municipality)
    page = client.post(PAGE, {"school": foreign.pk, "category": Category.LOW_RESULTS, "order_number": "9-од"}).text
    assert "has-errors" in page
    assert 'value="9-од"' in page
    assert foreign.name not in page
    assert not Identification.objects.filter(school=foreign).exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CURATOR])
def test_others_change_nothing(town, log_in_as, role):
    client = log_in_as(role, town.big if role is Role.CURATOR else town.municipality)
    row = Identification.objects.get(school=town.big)
    for address in (
        PAGE,
        reverse("schools:take_identification"),
        reverse("schools:remove_identification", args=[row.pk]),
    ):
        assert client.post(address).status_code == 403
    assert client.get(reverse("schools:identification_template")).status_code == 403


def test_a_spreadsheet_adds_and_corrects_and_twice_changes_nothing(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    rows = [[102, "СОШ № 2", "ШНОР, ШНСУ", "7-од", "18.09.2020"], ["", "СОШ №10", "", "", ""]]
    assert send(client, *rows).status_code == 302
    expected = [
        ("102", "difficult_conditions", "7-од", "2020-09-18"),
        ("102", "low_results", "7-од", "2020-09-18"),
        ("110", "low_results", "123-п", "2020-09-15"),  # a row without a category says nothing
    ]
    assert identified() == expected
    row = Identification.objects.get(school=town.big, category=Category.LOW_RESULTS)
    assert row.source == {"file": "список.xlsx", "sheet": "Sheet", "rows": "2"}
    jobs = Job.objects.count()
    assert send(client, *rows).status_code == 302
    assert identified() == expected
    assert Job.objects.count() == jobs


def test_all_problems_come_at_once_with_their_cells_and_nothing_is_written(town, log_in_as):
    before = identified()
    foreign = SchoolFactory(code="999", name="Чужая школа")
    page = send(
        log_in_as(Role.METHODIST, town.municipality),
        [102, "СОШ № 2", "ШНСУ", "7-од", "18.09.2020"],
        [999, foreign.name, "ШНОР", "", ""],
        [110, "СОШ № 2", "ШНОР", "", ""],
        [110, "", "ШНОРР", "", "31.02.2020"],
        [102, "", "ШНСУ", "", ""],
    ).text
    for cell in ("A3", "A4", "C5", "E5", "C6"):
        assert f"<code>{cell}</code>" in page
    assert "5\u00a0замечаний, ничего не записано" in page
    assert "уже указана в категории ШНСУ в строке 2" in page
    assert identified() == before


def test_an_order_of_a_day_to_come_is_refused_by_form_and_spreadsheet(town, log_in_as):
    client, before = log_in_as(Role.METHODIST, town.municipality), identified()
    said = {"school": town.big.pk, "category": Category.DIFFICULT_CONDITIONS, "order_number": "5-од"}
    assert "ещё не наступила" in client.post(PAGE, said | {"order_date": "2099-09-15"}).text
    page = send(client, [102, "", "ШНСУ", "5-од", "15.09.2099"]).text
    assert "<code>E2</code>" in page
    assert "Дата приказа, 15.09.2099, ещё не наступила" in page
    assert identified() == before
    today = timezone.localdate()
    assert client.post(PAGE, said | {"order_date": today.isoformat()}).status_code == 302
    assert ("102", "difficult_conditions", "5-од", today.isoformat()) in identified()


def test_an_order_of_long_before_the_year_is_refused_by_forms_and_spreadsheet(town, log_in_as):
    client, before = log_in_as(Role.METHODIST, town.municipality), identified()
    said = {"school": town.big.pk, "category": Category.DIFFICULT_CONDITIONS, "order_number": "5-од"}
    assert "слишком ранняя" in client.post(PAGE, said | {"order_date": "2019-07-31"}).text
    page = send(client, [102, "", "ШНСУ", "5-од", "01.01.1900"]).text
    assert "Дата приказа, 01.01.1900, слишком ранняя" in page
    assert identified() == before
    assert client.post(PAGE, said | {"order_date": "2019-08-01"}).status_code == 302


def test_the_template_brought_back_changes_nothing(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    SchoolFactory(municipality=town.municipality, name="Гимназия", code="007")
    content = client.get(f"{reverse('schools:identification_template')}?year=2020").content
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[0] == tuple(HEADER)
    assert rows[1][0] == "007"
    assert [row[1] for row in rows[1:]] == ["Гимназия", "СОШ № 2", "СОШ № 10"]
    before = identified()
    upload = SimpleUploadedFile("шаблон.xlsx", content)
    page = client.post(f"{reverse('schools:take_identification')}?year=2020", {"file": upload}, follow=True).text
    assert "без изменений: 2" in page
    assert identified() == before


def test_a_file_that_is_no_table_is_refused_beside_the_field(town, log_in_as):
    upload = SimpleUploadedFile("фото.xlsx", b"\x89PNG\0\0")
    client = log_in_as(Role.METHODIST, town.municipality)
    page = client.post(reverse("schools:take_identification"), {"file": upload})
    assert page.status_code == 200
    assert "не удалось прочитать как таблицу" in page.text


def test_the_page_asks_as_much_for_forty_schools_as_for_one(town, log_in_as, queries_of):
    client = log_in_as(Role.METHODIST, town.municipality)
    before = queries_of(client, PAGE)
    add_schools(town.municipality, 40)
    assert queries_of(client, PAGE) == before
