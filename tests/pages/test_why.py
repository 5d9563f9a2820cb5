"""Why a value is what it is: step by step down to the rows of the spreadsheet, nothing of what is hidden."""

import re
from html import unescape
from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts.access import Role
from accounts.jobs import enqueue
from accounts.models import Job
from indicators.engine import recompute
from indicators.models import Indicator, SchoolValue
from monitoring.models import ResultTotal
from monitoring.services.objectivity import mark_not_objective
from tests.factories import (
    MunicipalityFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
    UserFactory,
)
from tests.indicators.build import (
    change,
    combined,
    indicator,
    passed_share,
    results,
    share_of_schools,
    statistic_share,
    took,
)

NBSP = "\u00a0"
SOURCE = {"file": "oge.xlsx", "sheet": "Page 1", "rows": "5-20", "upload": 7, "facets": ["marks"]}


@pytest.fixture
def town(db):
    """Two schools: 12 of 16 passed, after 10 of 20 two years before; 3 of 4."""
    municipality = MunicipalityFactory(name="Назарово")
    big = SchoolFactory(municipality=municipality, name="СОШ № 2")
    small = SchoolFactory(municipality=municipality, name="СОШ № 10")
    took(big, marks=(4, 8, 3, 1), sources=[SOURCE])
    took(big, 2018, marks=(10, 6, 3, 1))
    took(small, marks=(1, 2, 1, 0))
    return SimpleNamespace(
        municipality=municipality,
        big=big,
        small=small,
        share=indicator(municipality, passed_share(), short_name="Успеваемость ОГЭ"),
    )


def words(page: str) -> str:
    """What is read, without marks of HTML."""
    text = re.sub(r"<[^>]+>", " ", page[page.index("<main") :])
    return re.sub(r" (?=[:.,])", "", re.sub(r"[ \n]+", " ", unescape(text)))


def why(client, row: Indicator, school=None, period: str = "2020") -> str:
    address = (
        reverse("monitoring:school_why", args=[school.pk, row.pk])
        if school
        else reverse("monitoring:why", args=[row.pk])
    )
    answer = client.get(f"{address}?period={period}")
    assert answer.status_code == 200
    return answer.text


def test_a_school_is_traced_to_its_results_and_the_rows_of_the_file(town, log_in_as):
    recompute(town.municipality.pk)
    page = why(log_in_as(Role.METHODIST, town.municipality), town.share, town.big)
    assert f"12: 16 = 75,0{NBSP}%" in words(page)
    assert "Числитель. Число преодолевших минимальный порог ОГЭ по математике (9 класс, до пересдач): 12" in words(page)
    assert "Знаменатель. Число участников ОГЭ по математике (9 класс, до пересдач): 16" in words(page)
    assert f"{reverse('monitoring:school_results', args=[town.big.pk])}?procedure=oge" in page
    link = f"{reverse('monitoring:source')}?upload=7&amp;file=oge.xlsx&amp;sheet=Page%201&amp;rows=5-20"
    assert f"{link}&amp;cells=passed" in page
    assert f"{link}&amp;cells=participants" in page
    assert "95-процентный интервал: 50,5" in page  # Wilson of 12 of 16: 50,5 – 89,8
    assert "Данные изменились" not in page


def test_the_municipality_adds_up_its_schools_which_lead_to_their_own_steps(town, log_in_as):
    recompute(town.municipality.pk)
    page = why(log_in_as(Role.METHODIST, town.municipality), town.share)
    assert f"15: 20 = 75,0{NBSP}%" in words(page)
    assert words(page).index("СОШ № 2") < words(page).index("СОШ № 10")
    assert f"12: 16 = 75,0{NBSP}%" in words(page)
    assert f"3: 4 = 75,0{NBSP}%" in words(page)
    assert "Мало участников" in words(page)
    assert f"{reverse('monitoring:school_why', args=[town.small.pk, town.share.pk])}?period=2020" in page


def test_a_change_tells_both_years_each_with_its_steps(town, log_in_as):
    row = indicator(town.municipality, change(passed_share()), code="c")
    recompute(town.municipality.pk)
    text = words(why(log_in_as(Role.METHODIST, town.municipality), row, town.big))
    assert f"12: 16 = 75,0{NBSP}%" in text
    assert f"10: 20 = 50,0{NBSP}%" in text
    assert f"75,0{NBSP}% − 50,0{NBSP}% = +25,0{NBSP}п.{NBSP}п." in text
    assert text.index("Стало") < text.index("Было") < text.index("2018/2019")


def test_a_change_of_two_subjects_tells_that_one_of_them_is_not_compared(town, log_in_as):
    """Russian, 14 of 20, came this year; mathematics went from 10 of 20 to 12 of 16: 75 − 50. № 10 has mathematics
    before and Russian now."""
    took(town.big, marks=(6, 8, 3, 3), subject="russian")
    took(town.small, 2018, marks=(1, 2, 1, 0))
    both = combined(passed_share(), passed_share(subject="russian"))
    row = indicator(town.municipality, change(both), short_name="Два предмета: прирост")
    recompute(town.municipality.pk)
    client = log_in_as(Role.METHODIST, town.municipality)
    page = words(why(client, row, town.big))
    assert f"75,0{NBSP}% − 50,0{NBSP}% = +25,0{NBSP}п.{NBSP}п." in page
    assert "Сравнено только то, что есть в обоих периодах" in page
    assert "русскому языку" not in page[page.index("Стало.") : page.index("Как посчитано")]


def test_a_change_without_a_subject_in_common_tells_that_there_is_none(town, log_in_as):
    took(town.big, 2018, marks=(1, 2, 1, 0), subject="russian")
    SchoolValue.objects.all().delete()
    ResultTotal.objects.filter(school=town.big, school_year=2018, subject="mathematics").delete()
    row = indicator(town.municipality, change(combined(passed_share(), passed_share(subject="russian"))))
    page = words(why(log_in_as(Role.METHODIST, town.municipality), row, town.big))
    assert "сравнить не с чем: в двух периодах показатель складывается из разного" in page


def test_a_share_of_schools_tells_by_what_each_school_was_counted(town, log_in_as):
    took(town.small, 2018, marks=(0, 4, 0, 0))
    row = indicator(town.municipality, share_of_schools(change(passed_share())), code="n3")
    recompute(town.municipality.pk)
    text = words(why(log_in_as(Role.METHODIST, town.municipality), row))
    assert f"75,0{NBSP}% − 50,0{NBSP}% = +25,0{NBSP}п.{NBSP}п., это больше 0" in text
    assert f"75,0{NBSP}% − 100,0{NBSP}% = −25,0{NBSP}п.{NBSP}п., это не больше 0" in text
    assert f"1: 2 = 50,0{NBSP}%" in text
    assert text.count("Не выполнено") == 1


def test_a_collected_number_tells_who_brought_it_in_and_when(town, log_in_as):
    by = UserFactory(full_name="Иванова Анна Петровна")
    for code, value in (("trained", 5), ("teachers", 20)):
        SchoolStatisticFactory(
            school=town.big, kind=StatisticKindFactory(code=code, name=code), period="2020", value=value, entered_by=by
        )
    row = indicator(town.municipality, statistic_share("trained", "teachers"), code="s")
    recompute(town.municipality.pk)
    text = words(why(log_in_as(Role.METHODIST, town.municipality), row, town.big))
    assert f"5: 20 = 25,0{NBSP}%" in text
    assert text.count("внесено") == 2
    assert "Иванова Анна Петровна" in text


def test_a_value_that_the_steps_do_not_come_to_is_told(town, log_in_as):
    recompute(town.municipality.pk)
    SchoolValue.objects.filter(school=town.big).update(value="74.999999")
    client = log_in_as(Role.METHODIST, town.municipality)
    page = words(why(client, town.share, town.big))
    assert "Данные изменились после расчёта" in page
    assert "ждёт пересчёта" in page
    enqueue(Job.Kind.RECOMPUTE, municipality_id=town.municipality.pk)
    assert "пересчёт уже поручен" in words(why(client, town.share, town.big))
    assert "Данные изменились" not in why(client, town.share)


def test_a_value_that_was_never_stored_is_told_and_so_is_no_data(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    assert "Данные изменились" in why(client, town.share)
    page = words(why(client, town.share, period="2016"))
    assert "данных нет" in page
    assert "Данные изменились" not in page


def test_what_is_left_out_is_told_with_the_reason_and_both_values(town, log_in_as, work_off_jobs):
    recompute(town.municipality.pk)
    exam = {"school_year": 2020, "procedure": "oge", "subject": "mathematics", "grade": 9, "wave": "main"}
    mark_not_objective(school=town.small, **exam, reason="Списано с доски", by=None)
    work_off_jobs()
    client = log_in_as(Role.METHODIST, town.municipality)
    text = words(why(client, town.share))
    assert "Списано с доски" in text
    assert f"12: 16 = 75,0{NBSP}%" in text[text.index("Без исключённых") : text.index("Вместе с ними")]
    assert f"15: 20 = 75,0{NBSP}%" in text[text.index("Вместе с ними") :]
    text = words(why(client, town.share, town.small))
    assert "результаты есть, но не учитываются" in text
    assert f"3: 4 = 75,0{NBSP}%" in text[text.index("Вместе с ними") :]


def test_both_values_are_not_told_where_their_difference_is_about_few_pupils(town, log_in_as, work_off_jobs):
    exam = {"school_year": 2020, "procedure": "oge", "subject": "mathematics", "grade": 9, "wave": "main"}
    mark_not_objective(school=town.small, **exam, reason="Списано с доски", by=None)
    recompute(town.municipality.pk)
    for client in (log_in_as(Role.VIEWER, town.municipality), log_in_as(Role.CURATOR, town.big)):
        text = words(why(client, town.share))
        assert "15: 20" not in text
        assert "разница открыла бы" in text


def test_few_pupils_are_hidden_at_every_step_and_another_school_covers_them(town, log_in_as):
    took(SchoolFactory(municipality=town.municipality, name="СОШ № 12"), marks=(0, 10, 0, 0))
    recompute(town.municipality.pk)
    client = log_in_as(Role.VIEWER, town.municipality)
    text = words(why(client, town.share))
    assert "3: 4" not in text
    assert "скрыто: менее 5 участников" in text
    assert "скрыто ради школы" in text  # or the sum less the others would tell
    assert "10: 10" not in text
    assert f"12: 16 = 75,0{NBSP}%" in text
    text = words(why(client, town.share, town.small))
    assert "скрыто, менее 5 участников" in text
    assert not re.search(r": [134]\b(?! :)", text)
    assert f"3: 4 = 75,0{NBSP}%" in words(why(log_in_as(Role.CURATOR, town.small), town.share, town.small))


def test_a_change_is_hidden_where_its_earlier_side_is_about_few_pupils(town, log_in_as):
    took(town.small, 2021, marks=(2, 10, 0, 0))
    row = indicator(town.municipality, change(passed_share()), code="c")
    recompute(town.municipality.pk)
    text = words(why(log_in_as(Role.VIEWER, town.municipality), row, town.small, "2021"))
    assert f"10: 12 ≈ 83,3{NBSP}%" in text
    assert "3: 4" not in text
    assert "п. п." not in text.replace(NBSP, " ")


def test_a_term_about_few_pupils_takes_the_other_terms_with_it(town, log_in_as):
    """ЕГЭ 17 and ГВЭ 3 of 20: who sees 20 here, or 17 among the results, must not see both."""
    terms = {"passed": [], "participants": []}
    for procedure, pupils in (("ege", 17), ("gve", 3)):
        exam = {"procedure": procedure, "subject": "russian", "grade": 11}
        ResultTotalFactory(
            school=town.big, **exam, participants=pupils, passed=pupils, mark_2=0, mark_3=pupils, mark_4=0, mark_5=0
        )
        for measure, found in terms.items():
            found.append(results(measure, procedure, "russian", grade=11))
    share = {
        "type": "share",
        "part": {"type": "sum", "of": terms["passed"]},
        "whole": {"type": "sum", "of": terms["participants"]},
    }
    row = indicator(town.municipality, share, code="v")
    recompute(town.municipality.pk)
    assert "17 + 3 = 20" in words(why(log_in_as(Role.METHODIST, town.municipality), row, town.big))
    text = words(why(log_in_as(Role.VIEWER, town.municipality), row, town.big))
    assert "20: 20" not in text
    assert not re.search(r"(?<!\d)(17|3)(?!\d)(?! класс)", text.split("Числитель")[1].split("Как посчитано")[0])


def test_people_of_a_school_see_their_own_part_alone(town, log_in_as):
    recompute(town.municipality.pk)
    client = log_in_as(Role.CURATOR, town.small)
    page = why(client, town.share)
    assert f"15: 20 = 75,0{NBSP}%" in words(page)
    assert "СОШ № 10" in page
    assert "СОШ № 2<" not in page
    assert f"И ещё 1{NBSP}школа" in words(page)
    assert client.get(reverse("monitoring:school_why", args=[town.big.pk, town.share.pk])).status_code == 404


def test_the_version_and_the_job_are_told(town, log_in_as, work_off_jobs):
    enqueue(Job.Kind.RECOMPUTE, municipality_id=town.municipality.pk)
    (job,) = work_off_jobs()
    page = why(log_in_as(Role.METHODIST, town.municipality), town.share)
    assert "Доля преодолевших минимальный порог среди участников ОГЭ по математике" in page
    assert "Все школы муниципалитета" in page
    assert f"работа № {job.pk}" in page


def test_an_address_that_names_no_period_or_another_towns_school_leads_nowhere(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    assert client.get(reverse("monitoring:why", args=[town.share.pk]) + "?period=вчера").status_code == 404
    foreign = indicator(MunicipalityFactory(), passed_share())
    assert client.get(reverse("monitoring:school_why", args=[town.big.pk, foreign.pk])).status_code == 404


def test_the_page_asks_as_much_for_twenty_schools_as_for_two(town, log_in_as, queries_of):
    row = indicator(town.municipality, share_of_schools(change(passed_share())), code="n3")
    took(town.small, 2018)
    recompute(town.municipality.pk)
    client = log_in_as(Role.METHODIST, town.municipality)
    address = f"{reverse('monitoring:why', args=[row.pk])}?period=2020"
    before = queries_of(client, address)
    for _ in range(18):
        school = SchoolFactory(municipality=town.municipality)
        took(school)
        took(school, 2018)
    recompute(town.municipality.pk)
    assert queries_of(client, address) == before
