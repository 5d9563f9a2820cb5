"""The form of a row: what is typed is stored, what is refused stays typed, what two have changed is shown by field."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from roadmaps.models import Activity, ActivityChange
from roadmaps.plans.deadlines import Deadline, Every, Kind
from tests.factories import IndicatorFactory


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def edit_of(activity) -> str:
    return reverse("roadmaps:edit_row", args=[activity.pk])


def typed(page, **fields) -> dict:
    """What the form on this page would send, with these fields typed over."""
    context = page.context
    form, lines = context["form"], context["lines"]
    sent = {name: form[name].value() for name in form.fields}
    for line in [lines.management_form, *lines]:
        sent |= {line[name].html_name: line[name].value() for name in line.fields}
    return {name: value for name, value in (sent | fields).items() if value not in (None, "")}


def test_every_field_of_a_row_is_edited_and_told_in_the_history(planned):
    row, methodist = planned.every.activity, browser(planned.methodist)
    indicator = IndicatorFactory(municipality=planned.municipality, short_name="Успеваемость")
    said = typed(
        methodist.get(edit_of(row)), number="1.1", title="Самооценка школ", kind="monitoring", deadline="Май 2022",
        expected="Справка", planned="100 % школ\n2 семинара", participants="учителя", indicators=[indicator.pk],
        reason="Приказ № 5",
    )  # fmt: skip
    said |= {"responsible-1-name": "СОШ № 3", "responsible-2-name": "Городской штаб", "responsible-2-who": "none"}
    answer = methodist.post(edit_of(row), said, follow=True)
    assert "Сохранено" in answer.text, answer.text
    row.refresh_from_db()
    assert (row.number, row.title, row.kind, row.expected) == ("1.1", "Самооценка школ", "monitoring", "Справка")
    assert (row.planned, row.participants, row.version) == (["100 % школ", "2 семинара"], "учителя", 2)
    assert list(row.indicators.all()) == [indicator]
    told = list(row.responsible.values_list("name", "is_every_school", "school"))
    assert told == [("ОО", True, None), ("СОШ № 3", False, planned.third.pk), ("Городской штаб", False, None)]
    assert [(time.label, time.due_on) for time in row.occurrences.all()] == [("май 2022", dt.date(2022, 5, 31))]
    for words in ("Март 2022", "Май 2022", "Приказ № 5", "Городской штаб", "Успеваемость"):
        assert words in answer.text
    assert ActivityChange.objects.get().action == "edited"


def test_a_plan_in_force_is_not_changed_without_a_reason(planned):
    row, methodist = planned.every.activity, browser(planned.methodist)
    page = methodist.post(edit_of(row), typed(methodist.get(edit_of(row)), title="Другое название"))
    assert "Обязательное поле" in page.text
    assert "Другое название" in page.text
    assert Activity.objects.get(pk=row.pk).title == "Самоанализ школ"
    planned.roadmap.state = "draft"
    planned.roadmap.save()
    assert methodist.post(edit_of(row), typed(methodist.get(edit_of(row)), title="Другое")).status_code == 302


def test_the_second_of_two_sees_what_changed_and_merges_field_by_field(planned):
    row = planned.every.activity
    one, two = browser(planned.methodist), browser(planned.department)
    first, second = one.get(edit_of(row)), two.get(edit_of(row))
    one.post(edit_of(row), typed(first, title="Первое", expected="Справка", deadline="Май 2022", reason="А"))
    said = typed(second, title="Второе", number="7", deadline="Июнь 2022", reason="Б")
    page = two.post(edit_of(row), said)
    assert page.status_code == 409
    assert [(one.label, one.was, one.theirs) for one in page.context["conflicts"]] == [
        ("название", "Самоанализ школ", "Первое"),
        ("срок", "Март 2022 (в марте 2022 года)", "Май 2022 (в мае 2022 года)"),
    ]
    assert "уже учтены в форме: ожидаемый результат" in page.text
    row.refresh_from_db()
    assert (row.title, row.number, row.version) == ("Первое", "1", 2)
    said = typed(page, undecided=["title", "deadline"], first_version=page.context["first_version"])
    assert (said["title"], said["number"], said["expected"], said["version"]) == ("Второе", "7", "Справка", 2)
    again = two.post(edit_of(row), said | {"choose-title": "mine"})
    assert [one.name for one in again.context["conflicts"]] == ["deadline"]
    said = typed(again, undecided=["deadline"], first_version=again.context["first_version"])
    two.post(edit_of(row), said | {"choose-deadline": "theirs"})
    row.refresh_from_db()
    assert (row.title, row.number, row.expected, row.deadline, row.version) == (
        "Второе", "7", "Справка", "Май 2022", 3,
    )  # fmt: skip


def test_fields_that_only_one_changed_are_merged_and_said(planned):
    row = planned.every.activity
    one, two = browser(planned.methodist), browser(planned.department)
    first, second = one.get(edit_of(row)), two.get(edit_of(row))
    one.post(edit_of(row), typed(first, expected="Справка", reason="А"))
    answer = two.post(edit_of(row), typed(second, title="Второе", reason="Б"), follow=True)
    assert "другие изменили: ожидаемый результат" in answer.text
    row.refresh_from_db()
    assert (row.title, row.expected) == ("Второе", "Справка")


def test_the_meaning_is_shown_while_a_deadline_is_typed_and_a_person_may_correct_it(planned):
    row, methodist = planned.centre.activity, browser(planned.methodist)
    address = reverse("roadmaps:deadline", args=[planned.roadmap.pk])
    page = methodist.get(address, {"deadline": "ежеквартально", "meaning": "auto", "activity": row.pk})
    assert "каждый квартал" in page.text
    assert "5\u00a0сроков" in page.text
    assert "срок не понят" in methodist.get(address, {"deadline": "когда-нибудь", "meaning": "auto"}).text
    said = typed(methodist.get(edit_of(row)), deadline="когда-нибудь потом", reason="А")
    assert "срок не понят" in methodist.post(edit_of(row), said | {"preview": "1"}).text
    said |= {"meaning": "recurring"}
    assert "как часто" in methodist.post(edit_of(row), said).text
    said |= {"every": "school_year", "months": [10, 4]}
    assert methodist.post(edit_of(row), said).status_code == 302
    row.refresh_from_db()
    means = Deadline.from_json(row.means)
    assert (means.kind, means.every, means.windows) == (Kind.RECURRING, Every.SCHOOL_YEAR, ((4, 4), (10, 10)))
    assert [time.label for time in row.occurrences.all()] == ["октябрь 2021", "апрель 2022"]
    form = methodist.get(edit_of(row)).context["form"]
    assert (form["meaning"].value(), form["every"].value(), form["months"].value()) == (
        "recurring",
        "school_year",
        [4, 10],
    )
    methodist.post(edit_of(row), typed(methodist.get(edit_of(row)), title="Совет", reason="Б"))
    row.refresh_from_db()
    assert Deadline.from_json(row.means) == means


def test_a_row_is_added_moved_taken_out_and_put_back(planned):
    methodist, section = browser(planned.methodist), planned.roadmap.sections.get()
    address = reverse("roadmaps:new_row", args=[planned.roadmap.pk])
    first, second, third = planned.roadmap.activities.order_by("position")
    said = typed(methodist.get(address), title="Новое", deadline="Май 2022", reason="А")
    page = methodist.post(address, said)
    assert "Обязательное поле" in page.text
    methodist.post(address, said | {"place": f"{section.pk}:{first.pk}"})
    titles = [row.title for row in standing(planned)]
    assert titles == ["Самоанализ школ", "Новое", "Совещание", "Мастер-класс"]
    said = typed(methodist.get(edit_of(third)), place=f"{section.pk}:", reason="Б")
    methodist.post(edit_of(third), said)
    assert [row.title for row in standing(planned)] == ["Мастер-класс", "Самоанализ школ", "Новое", "Совещание"]
    address = reverse("roadmaps:remove_row", args=[second.pk])
    assert "Напишите причину" in methodist.post(address, {"version": "1"}).text
    methodist.post(address, {"version": "1", "reason": "Не нужно"})
    assert [row.title for row in standing(planned)] == ["Мастер-класс", "Самоанализ школ", "Новое"]
    assert "исключено из плана" in methodist.get(second.get_absolute_url()).text
    methodist.post(reverse("roadmaps:put_back", args=[second.pk]), {"reason": "Ошибка"})
    assert [row.title for row in standing(planned)][-1] == "Совещание"


def standing(planned) -> list[Activity]:
    return list(planned.roadmap.activities.filter(removed_at__isnull=True).order_by("position"))


@pytest.mark.parametrize("who", ["curator", "viewer", "outsider"])
def test_who_does_not_keep_the_plan_may_not_edit(planned, who):
    row, client = planned.every.activity, browser(getattr(planned, who))
    for name in ("edit_row", "remove_row", "put_back"):
        assert client.get(reverse(f"roadmaps:{name}", args=[row.pk])).status_code == 403
    assert "Изменить</a>" not in client.get(row.get_absolute_url()).text
