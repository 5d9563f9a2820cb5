"""The grid of the plan: filled like a spreadsheet, errors at their cells, nothing lost, nothing overwritten unseen."""

import io
import json
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.access import Role
from accounts.models import Job
from indicators.calculations.planned import Cell, PlanEntry
from indicators.models import Baseline, PlanRevision, Target
from indicators.services.plan import Basis, set_plan
from tests.factories import (
    BaselineFactory,
    IndicatorFactory,
    MunicipalityValueFactory,
    PlanRevisionFactory,
    SchoolFactory,
    SchoolValueFactory,
    TargetFactory,
)
from tests.pages.conftest import add_schools

PLAN = "/indicators/plan/?year=2020"
LEDGER, EDITIONS = "/indicators/plan/ledger/", "/indicators/plan/editions/?year=2020"


def school_plan(indicator):
    return f"/indicators/{indicator.pk}/plan/?year=2020"


def name(indicator, period="2020", school=None):
    return f"{indicator.pk}.{school.pk if school else 'whole'}.{period}"


def opened(client, address) -> dict[str, Any]:
    """The fields of the page as a browser would send them back untouched."""
    form = client.get(address).context["form"]
    return {field.name: field.value() or "" for field in form}


def targets():
    return {
        (row.indicator.code, row.period, row.school_id): row.value for row in Target.objects.select_related("indicator")
    }


@pytest.fixture
def methodist(town, log_in_as):
    return log_in_as(Role.METHODIST, town.municipality)


def test_a_plan_is_typed_as_people_type_numbers(town, methodist):
    fields = opened(methodist, PLAN)
    assert fields[name(town.grew)] == "70"
    fields |= {name(town.trained): " 72,5 % ", name(town.trained, "2021"): "75"}
    answer = methodist.post(PLAN, fields, follow=True)
    assert "План сохранён: записано 2" in answer.text
    assert targets() == {
        ("grew", "2020", None): 70,
        ("trained", "2020", None): Decimal("72.5"),
        ("trained", "2021", None): 75,
    }
    assert PlanRevision.objects.filter(changed_by=methodist.user, old=None).count() == 2
    assert Job.objects.get().kind == Job.Kind.RECOMPUTE


def test_a_bad_cell_says_what_is_wrong_and_nothing_is_lost(town, methodist):
    fields = opened(methodist, PLAN) | {
        name(town.trained): "семьдесят",
        name(town.grew): "101",
        name(town.trained, "2021"): "75",
    }
    page = methodist.post(PLAN, fields)
    text = unescape(page.text)
    assert "Впишите число, например 75 или 72,5" in text
    assert "Не больше 100" in text
    for typed in ("семьдесят", "101", "75"):
        assert f'value="{typed}"' in text
    assert targets() == {("grew", "2020", None): 70}


def test_a_change_needs_a_reason_and_the_order_is_kept(town, methodist):
    fields = opened(methodist, PLAN) | {name(town.grew): "65"}
    page = methodist.post(PLAN, fields)
    assert "обязательна, когда записанное меняют" in page.text
    assert 'value="65"' in page.text
    methodist.post(PLAN, fields | {"reason": "Уточнение", "order_number": "15-п", "order_date": "2021-03-01"})
    line = PlanRevision.objects.get()
    assert (line.old, line.new, line.reason, line.order_number) == (70, 65, "Уточнение", "15-п")
    assert methodist.post(PLAN, fields | {"order_date": "2021-03-01"}).context["form"].errors["order_number"]


def test_an_order_of_a_day_to_come_changes_no_plan(town, methodist):
    order = {"reason": "Уточнение", "order_number": "15-п", "order_date": "2099-03-01"}
    page = methodist.post(PLAN, opened(methodist, PLAN) | {name(town.grew): "65"} | order)
    assert "Дата приказа, 01.03.2099, ещё не наступила" in page.text
    changes = json.dumps([[town.grew.pk, None, "2020", "70", "65", ""]])
    page = methodist.post(reverse("indicators:confirm_plan"), {"changes": changes} | order)
    assert "Дата приказа, 01.03.2099, ещё не наступила" in page.text
    assert not PlanRevision.objects.exists()


def test_an_emptied_cell_takes_the_plan_away(town, methodist):
    fields = opened(methodist, PLAN) | {name(town.grew): "", "reason": "Снят с контроля"}
    assert "убрано: 1" in methodist.post(PLAN, fields, follow=True).text
    assert targets() == {}


def test_a_cell_that_was_not_on_the_page_sent_stays(town, methodist):
    fields = opened(methodist, PLAN)
    del fields[name(town.grew)]
    methodist.post(PLAN, fields)
    assert targets() == {("grew", "2020", None): 70}
    assert not PlanRevision.objects.exists()


def test_two_people_at_one_page_overwrite_nothing_of_each_other(town, methodist, log_in_as):
    """Each changes one cell of their own and both one in common; the second is told and saves with open eyes."""
    other = log_in_as(Role.DEPARTMENT, town.municipality)
    mine, theirs = opened(methodist, PLAN), opened(other, PLAN)
    other.post(PLAN, theirs | {name(town.grew): "72", name(town.trained, "2021"): "80", "reason": "Приказ"})
    page = methodist.post(PLAN, mine | {name(town.grew): "65", name(town.trained): "70", "reason": "Уточнение"})
    text = unescape(page.text)
    assert "Пока вы заполняли, здесь записали 72" in text
    assert other.user.get_full_name() in text
    assert targets() == {("grew", "2020", None): 72, ("trained", "2021", None): 80}
    again = {field.name: field.value() or "" for field in page.context["form"]}
    assert (again[name(town.grew)], again[name(town.trained, "2021")]) == ("65", "80")  # theirs beside what I typed
    methodist.post(PLAN, again)
    assert targets() == {("grew", "2020", None): 65, ("trained", "2020", None): 70, ("trained", "2021", None): 80}


def test_a_number_typed_where_the_column_has_gone_meanwhile_is_heard(town, methodist):
    """The only target of 2030 was taken away between opening and sending."""
    TargetFactory(indicator=town.grew, period="2030", value=90)
    fields = opened(methodist, PLAN) | {name(town.grew, "2030"): "95", "reason": "Уточнение"}
    entry = PlanEntry(Cell(town.grew.pk, None, "2030"), None, "90")
    set_plan(municipality=town.municipality, entries=[entry], basis=Basis(reason="Приказ"))
    page = methodist.post(PLAN, fields)
    assert "Пока вы заполняли, число убрали" in page.text
    assert 'value="95"' in page.text


def test_a_number_typed_on_a_page_that_has_moved_meanwhile_is_heard(town, methodist):
    """A hundred schools that came in pushed the row onto the next page."""
    fields = opened(methodist, school_plan(town.trained)) | {name(town.trained, school=town.small): "50"}
    schools = [SchoolFactory.build(municipality=town.municipality, name=f"Гимназия {n}") for n in range(100)]
    type(town.big).objects.bulk_create(schools)
    methodist.post(school_plan(town.trained), fields)
    assert targets()["trained", "2020", town.small.pk] == 50


def test_a_page_that_does_not_say_what_it_showed_is_not_taken(town, methodist):
    page = methodist.post(PLAN, {name(town.grew): "65", "reason": "Уточнение"})
    assert "Откройте её заново" in page.text
    assert targets() == {("grew", "2020", None): 70}


def test_a_baseline_says_its_year_and_its_source(town, methodist):
    fields = opened(methodist, PLAN) | {name(town.grew, "base"): "60"}
    assert methodist.post(PLAN, fields).context["form"].errors["baseline_source"]
    methodist.post(PLAN, fields | {"baseline_period": "2019", "baseline_source": "Записка за 2019/2020"})
    base = Baseline.objects.get()
    assert (base.value, base.period, base.source) == (60, "2019", "Записка за 2019/2020")
    page = unescape(methodist.get(PLAN).text)
    assert "Записка за 2019/2020" in page


def test_every_cell_stands_beside_what_has_come_of_it(town, methodist):
    page = methodist.get(PLAN).text
    assert "факт 50,0" in page  # of grew in 2020
    assert 'aria-label="Школы с динамикой: план на 2020/2021"' in page


def test_schools_have_a_grid_of_their_own(town, methodist):
    address = school_plan(town.mean)
    fields = opened(methodist, address) | {
        name(town.mean, school=town.big): "3,5",
        name(town.mean, school=town.small): "3,2",
    }
    methodist.post(address, fields)
    assert targets()["mean", "2020", town.big.pk] == Decimal("3.5")
    assert targets()["mean", "2020", town.small.pk] == Decimal("3.2")


def test_where_schools_are_counted_no_school_has_a_plan(town, methodist):
    page = methodist.get(school_plan(town.grew))
    assert "план задают муниципалитету в целом" in page.text
    methodist.post(school_plan(town.grew), {name(town.grew, school=town.big): "100", "shown": "{}"})
    assert set(targets()) == {("grew", "2020", None)}


def test_a_viewer_and_a_curator_read_and_do_not_write(town, log_in_as):
    TargetFactory(indicator=town.mean, school=town.big, value=Decimal("3.75"))
    TargetFactory(indicator=town.mean, school=town.small, value=Decimal("3.25"))
    for client, sees_small in (
        (log_in_as(Role.VIEWER, town.municipality), True),
        (log_in_as(Role.CURATOR, town.big), False),
    ):
        page = client.get(school_plan(town.mean)).text
        assert "3,75" in page
        assert ("3,25" in page) is sees_small
        assert (town.small.name in page) is sees_small
        assert "Сохранить план" not in page
        assert 'class="control"' not in page
        assert client.post(school_plan(town.mean), {}).status_code == 403
        assert client.get(PLAN).status_code == 200


def test_a_value_of_few_pupils_is_not_beside_the_plan_for_others(town, log_in_as):
    """Ten of big, four of small: 2,89 is of the four."""
    assert "2,89" in log_in_as(Role.METHODIST, town.municipality).get(school_plan(town.mean)).text
    page = log_in_as(Role.VIEWER, town.municipality).get(school_plan(town.mean)).text
    assert "2,89" not in page
    assert "3,37" in page


def test_baselines_are_taken_from_the_values_but_not_from_few_pupils(town, methodist):
    """Whoever sees the school sees its baseline, so that of four pupils would be theirs."""
    address = reverse("indicators:take_school_baselines", args=[town.mean.pk])
    page = methodist.post(f"{address}?year=2020", {"period": "2018"})
    assert "можно вычислить: 1 школа" in unescape(page.text).replace("\xa0", " ")
    form = page.context["form"]
    assert [change.row.school for change in form.listed] == [town.big]
    assert not Baseline.objects.exists()  # shown first
    confirm(methodist, page)
    base = Baseline.objects.get()
    assert (base.school, base.value, base.period, base.source) == (town.big, 3, "2018", "Значение портала за 2018/2019")


def test_a_baseline_that_is_there_is_replaced_only_when_asked(town, methodist):
    BaselineFactory(indicator=town.grew, value=40, period="2018")
    address = reverse("indicators:take_baselines") + "?year=2020"
    assert "Ничего не изменится" in methodist.post(address, {"period": "2020"}, follow=True).text
    page = methodist.post(address, {"period": "2020", "replace": "1"})
    assert "обязательна" in confirm(methodist, page).text  # without a reason it is refused
    confirm(methodist, page, reason="Пересмотр")
    base = Baseline.objects.get()
    assert (base.value, base.period) == (50, "2020")


def confirm(client, page, **typed):
    """Send the list of changes back."""
    form = page.context["form"]
    fields = {field.name: field.value() or "" for field in form} | {"periods": page.context["periods"]}
    return client.post(reverse("indicators:confirm_plan") + "?municipality=nazarovo", fields | typed)


def upload(client, address, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return client.post(address, {"file": SimpleUploadedFile("план.xlsx", file.getvalue())})


def test_the_template_comes_back_unchanged_and_changes_nothing(town, methodist):
    BaselineFactory(indicator=town.grew, value=Decimal("40.5"))
    content = methodist.get(reverse("indicators:plan_template") + "?year=2020").content
    head, *rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    assert head == ("Код показателя", "Показатель", "Исходное значение", "2020/2021", "2021/2022")
    assert ("grew", "Школы с динамикой", 40.5, 70, None) in rows
    answer = upload(methodist, reverse("indicators:take_plan") + "?year=2020", head, *rows)
    assert answer.status_code == 302
    assert not PlanRevision.objects.exists()


def test_a_workbook_is_looked_at_before_it_is_written(town, methodist):
    address = reverse("indicators:take_school_plan", args=[town.mean.pk]) + "?year=2020"
    page = upload(methodist, address, ["Код ОО", "Школа", "2020/2021"], ["102", "", 3.5], ["110", "", "3,2"])
    assert "Пока ничего не записано" in page.text
    assert not Target.objects.filter(school__isnull=False).exists()
    assert confirm(methodist, page).status_code == 302
    assert targets()["mean", "2020", town.big.pk] == Decimal("3.5")
    again = upload(methodist, address, ["Код ОО", "2020/2021"], ["102", 3.5])
    assert "Ничего не изменится" in methodist.get(again.url).text


def test_every_bad_cell_of_a_workbook_is_named_and_nothing_is_taken(town, methodist):
    address = reverse("indicators:take_plan") + "?year=2020"
    page = upload(
        methodist,
        address,
        ["Код показателя", "Показатель", "2020/2021"],
        ["grew", "", "много"],
        ["trained", "", 101],
        ["нет", "", 5],
        ["trained", "", 50],
    )
    text = unescape(page.text)
    for cell in ("C2", "C3", "A4", "A5"):
        assert f"<code>{cell}</code>" in text
    page = upload(methodist, address, ["Код показателя", "2031/2032"], ["grew", 70])
    assert "сначала добавьте такой период" in page.text


def test_a_cell_changed_between_looking_and_writing_is_shown_again(town, methodist):
    address = reverse("indicators:take_plan") + "?year=2020"
    page = upload(methodist, address, ["Код показателя", "2020/2021"], ["grew", 75], ["trained", 60])
    entry = PlanEntry(Cell(town.grew.pk, None, "2020"), Decimal(72), "70")
    set_plan(municipality=town.municipality, entries=[entry], basis=Basis(reason="Приказ"))
    page = confirm(methodist, page, reason="Уточнение")
    assert "здесь записали 72" in page.text
    assert targets() == {("grew", "2020", None): 72}
    assert confirm(methodist, page).status_code == 302
    assert targets() == {("grew", "2020", None): 75, ("trained", "2020", None): 60}


@pytest.mark.parametrize("text", ["", "[]", "{}", '[["a",null,"2020","","70",""]]', '[[1,null,"когда","","70",""]]'])
def test_a_list_of_changes_that_the_portal_did_not_write_is_refused(town, methodist, text):
    page = methodist.post(reverse("indicators:confirm_plan"), {"changes": text})
    assert "Список изменений повреждён" in page.text
    assert not PlanRevision.objects.exists()


def test_no_plan_of_another_town_is_written_by_a_forged_list(town, methodist):
    stranger, school = IndicatorFactory(), SchoolFactory()
    for place in ([stranger.pk, None], [town.mean.pk, school.pk]):
        changes = json.dumps([[*place, "2020", "", "3", ""]])
        page = methodist.post(reverse("indicators:confirm_plan"), {"changes": changes, "reason": "да"})
        assert "Список изменений повреждён" in page.text
    assert not PlanRevision.objects.exists()


def test_a_fraction_of_a_per_cent_is_pointed_at(town, methodist):
    """Excel keeps 75 % as 0,75."""
    address = reverse("indicators:take_plan") + "?year=2020"
    assert "в формате «%»" in upload(methodist, address, ["Код показателя", "2020/2021"], ["trained", 0.75]).text


def test_a_period_is_added_as_an_empty_column(town, methodist):
    page = methodist.get(PLAN + "&more=2024&more=вчера").text
    assert "2024/2025" in page
    methodist.post(PLAN + "&more=2024", opened(methodist, PLAN + "&more=2024") | {name(town.grew, "2024"): "90"})
    assert targets()["grew", "2024", None] == 90
    assert "2024/2025" in methodist.get(PLAN).text  # it stays with its number


def test_the_ledger_tells_every_change_and_is_filtered(town, methodist):
    TargetFactory(indicator=town.mean, school=town.big, value=4)
    PlanRevisionFactory(indicator=town.grew, new=70, reason="Программа")
    PlanRevisionFactory(indicator=town.grew, old=70, new=65, reason="Уточнение", order_number="15-п")
    PlanRevisionFactory(indicator=town.mean, school=town.big, new=4, reason="По школам")
    page = methodist.get(LEDGER).text
    assert page.index("Уточнение") < page.index("Программа")  # the latest first
    assert "приказ № 15-п" in page
    of_school = methodist.get(f"{LEDGER}?school={town.big.pk}").text
    assert ("По школам" in of_school, "Уточнение" in of_school) == (True, False)
    whole = methodist.get(f"{LEDGER}?school=whole&indicator={town.grew.pk}&period=2020").text
    assert ("По школам" in whole, "Уточнение" in whole) == (False, True)
    assert "Таких записей нет" in methodist.get(f"{LEDGER}?period=base").text
    assert methodist.get(f"{LEDGER}?school=x&indicator=y&period=z").status_code == 200


def test_a_curator_reads_of_the_ledger_what_is_about_the_own_school(town, log_in_as):
    PlanRevisionFactory(indicator=town.mean, school=town.big, new=4, reason="О нашей школе")
    PlanRevisionFactory(indicator=town.mean, school=town.small, new=3, reason="О чужой школе")
    page = log_in_as(Role.CURATOR, town.big).get(LEDGER).text
    assert ("О нашей школе" in page, "О чужой школе" in page, town.small.name in page) == (True, False, False)


def test_the_plan_as_first_approved_stands_beside_the_plan_as_amended(town, methodist):
    """Approved at 60, raised to 65, then to the 70 of today; a target that was taken away is still to be seen."""
    for old, new in ((None, 60), (60, 65), (65, 70)):
        PlanRevisionFactory(indicator=town.grew, old=old, new=new)
    for old, new in ((None, 55), (55, None)):
        PlanRevisionFactory(indicator=town.trained, old=old, new=new)
    page = methodist.get(EDITIONS)
    lines = {line.row.indicator.code: line.cells[1] for line in page.context["form"].rows()}
    assert (lines["grew"].first, lines["grew"].planned.value, lines["grew"].history.changes) == (60, 70, 2)
    assert (lines["trained"].first, lines["trained"].planned) == (55, None)
    assert "убрано" in page.text


@pytest.mark.parametrize("address", [PLAN, EDITIONS, LEDGER])
def test_queries_do_not_grow_with_indicators(town, methodist, queries_of, address):
    PlanRevisionFactory(indicator=town.grew)
    few = queries_of(methodist, address)
    for indicator in IndicatorFactory.create_batch(12, municipality=town.municipality):
        TargetFactory(indicator=indicator)
        BaselineFactory(indicator=indicator)
        MunicipalityValueFactory(indicator=indicator)
        PlanRevisionFactory(indicator=indicator, changed_by=methodist.user)
    assert queries_of(methodist, address) == few


def test_queries_do_not_grow_with_schools(town, methodist, queries_of):
    few = queries_of(methodist, school_plan(town.mean))
    add_schools(town.municipality, 12, indicators=[town.mean])
    for school in town.municipality.schools.all():
        TargetFactory(indicator=town.mean, school=school)
        PlanRevisionFactory(indicator=town.mean, school=school)
    assert queries_of(methodist, school_plan(town.mean)) == few


def test_hundreds_of_schools_come_in_pages_and_a_page_is_saved_alone(town, methodist):
    schools = [SchoolFactory.build(municipality=town.municipality) for _ in range(220)]
    type(town.big).objects.bulk_create(schools)
    address = school_plan(town.trained)
    page = methodist.get(address)
    assert len(list(page.context["form"].rows())) == 100
    assert len(page.context["form"].fields) < 1000
    fields = opened(methodist, address + "&page=3")
    last = list(methodist.get(address + "&page=3").context["form"].rows())[-1].row.school
    methodist.post(address + "&page=3", fields | {name(town.trained, school=last): "50"})
    assert targets()["trained", "2020", last.pk] == 50


def test_a_school_that_the_indicator_is_not_about_is_left_out_until_asked_for(town, methodist):
    SchoolFactory(municipality=town.municipality, name="Гимназия")
    listed = {"type": "categories", "categories": ["low_results"]}
    indicator = IndicatorFactory(municipality=town.municipality, population=listed)
    address = school_plan(indicator)
    assert "Гимназия" not in methodist.get(address).text
    assert "Гимназия" in methodist.get(address + "&schools=all").text


def test_school_value_of_another_indicator_is_no_context(town, methodist):
    SchoolValueFactory(school=town.big, indicator=town.trained, value=Decimal("88.8"), participants=None)
    assert "88,8" not in methodist.get(school_plan(town.mean)).text
