"""One decision about many rows: all of it or nothing, with an account of each row, by rights of each row."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roadmaps.models import Activity, ActivityChange, Occurrence, ProgressUpdate, Roadmap
from roadmaps.services.bulk import BulkAction, BulkRefused, Chosen, Decision, decide_in_bulk
from roadmaps.services.editing import EditRefused
from roadmaps.services.progress import Told, write_report

A = BulkAction


@pytest.fixture
def reported(planned):
    """Both schools have reported on the first row, the methodist on the second, the first school on the third."""
    said = [
        (planned.every, planned.first, planned.curator),
        (planned.every, planned.second, planned.neighbour),
        (planned.centre, None, planned.methodist),
        (planned.shared, planned.first, planned.curator),
    ]
    told = Told(100, "Сделано", 0)
    planned.reports = [
        write_report(occurrence=occurrence, school=school, told=told, by=by, submit=True)
        for occurrence, school, by in said
    ]
    planned.rows = list(planned.roadmap.activities.order_by("position"))
    return planned


def chosen(planned, *rows, reports=None) -> Chosen:
    reports = planned.reports if reports is None else reports
    return Chosen(
        {row.pk: row.version for row in rows or planned.rows}, {report.pk: report.version for report in reports}
    )


def decide(planned, action, *rows, by=None, reports=None, **said) -> int:
    return decide_in_bulk(
        roadmap=planned.roadmap,
        chosen=chosen(planned, *rows, reports=reports),
        decision=Decision(action, **said),
        by=by or planned.department,
    )


def states() -> list[str]:
    return list(ProgressUpdate.objects.order_by("pk").values_list("state", flat=True))


def test_all_reports_of_the_chosen_rows_are_accepted(reported):
    assert decide(reported, A.ACCEPT) == 4
    assert states() == ["accepted"] * 4
    reported.every.refresh_from_db()
    assert reported.every.status == "done"
    assert (
        list(ActivityChange.objects.filter(action="accepted").values_list("by", flat=True))
        == [reported.department.pk] * 4
    )


def test_where_one_row_cannot_be_nothing_is_done_and_the_row_is_named(reported):
    one, two, three = reported.rows
    with pytest.raises(BulkRefused) as refused:
        decide(reported, A.ACCEPT, by=reported.methodist)
    assert [row for row, _ in refused.value.problems] == [two]  # their own report
    assert states() == ["submitted"] * 4
    assert not ActivityChange.objects.filter(action="accepted").exists()
    assert decide(reported, A.ACCEPT, one, three, by=reported.methodist) == 3


def test_reports_are_returned_with_a_reason_and_a_changed_one_is_not(reported):
    one, *_ = reported.rows
    with pytest.raises(BulkRefused) as refused:
        decide(reported, A.RETURN, one)
    assert "что исправить" in refused.value.problems[0][1]
    stale = [ProgressUpdate(pk=reported.reports[0].pk, version=7), reported.reports[1]]
    with pytest.raises(BulkRefused):
        decide(reported, A.RETURN, one, reports=stale, reason="Нет протокола")
    assert states()[:2] == ["submitted"] * 2
    assert decide(reported, A.RETURN, one, reason="Нет протокола") == 2
    assert states() == ["returned", "returned", "submitted", "submitted"]


def test_times_are_cancelled_and_what_is_done_stays_done(reported):
    one, two, three = reported.rows
    Occurrence.objects.filter(activity=two).update(status="done")
    with pytest.raises(BulkRefused) as refused:
        decide(reported, A.CANCEL, reason="Карантин")
    assert [row for row, _ in refused.value.problems] == [two]
    assert not Occurrence.objects.filter(status="cancelled").exists()
    assert decide(reported, A.CANCEL, one, three, reason="Карантин") == 2
    assert sorted(Occurrence.objects.values_list("status", "reason")) == [
        ("cancelled", "Карантин"), ("cancelled", "Карантин"), ("done", ""),
    ]  # fmt: skip


def test_rows_are_overruled_by_the_version_that_was_seen(reported):
    assert decide(reported, A.OVERRULE, status="done", reason="По протоколу") == 3
    assert set(Activity.objects.values_list("overruled", "version")) == {("done", 2)}
    with pytest.raises(BulkRefused) as refused:
        decide(reported, A.OVERRULE, status="", reason="Ошибка")
    assert len(refused.value.problems) == 3


def test_responsible_are_named_anew_only_by_who_keeps_the_plan(reported):
    named = ({"name": "Штаб", "every": False, "school": None, "user": None},)
    for who in ("curator", "viewer", "outsider"):
        with pytest.raises(BulkRefused) as refused:
            decide(reported, A.RESPONSIBLE, by=getattr(reported, who), responsible=named, reason="Приказ")
        assert len(refused.value.problems) == 3
    assert decide(reported, A.RESPONSIBLE, by=reported.methodist, responsible=named, reason="Приказ") == 3
    assert {tuple(row.responsible.values_list("name", flat=True)) for row in reported.rows} == {("Штаб",)}
    for row in reported.rows:
        row.refresh_from_db()
    with pytest.raises(BulkRefused):
        decide(reported, A.RESPONSIBLE, responsible=named, reason="Приказ")


@pytest.mark.parametrize("action", [A.ACCEPT, A.RETURN, A.OVERRULE, A.CANCEL])
@pytest.mark.parametrize("who", ["curator", "neighbour", "outsider", "viewer"])
def test_who_does_not_check_decides_nothing(reported, action, who):
    before = states(), list(Occurrence.objects.values_list("status", "percent"))
    with pytest.raises(BulkRefused) as refused:
        decide(reported, action, by=getattr(reported, who), reason="Причина", status="done")
    assert len(refused.value.problems) == 3
    assert (states(), list(Occurrence.objects.values_list("status", "percent"))) == before


def test_rows_of_another_plan_are_not_touched(reported):
    with pytest.raises(EditRefused, match="Не выбрано"):
        decide_in_bulk(
            roadmap=Roadmap.objects.create(
                municipality=reported.municipality, title="Другая", starts_on="2022-01-01", ends_on="2022-12-31"
            ),
            chosen=chosen(reported),
            decision=Decision(A.CANCEL, reason="Причина"),
            by=reported.department,
        )


# --- Pages


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_rows_are_chosen_in_the_table_looked_at_and_decided(reported):
    client, address = browser(reported.methodist), reverse("roadmaps:bulk", args=[reported.roadmap.pk])
    page = client.get(reported.roadmap.get_absolute_url()).text
    boxes = [f"{row.pk}:1" for row in reported.rows]
    assert all(f'name="row" value="{box}"' in page for box in boxes)
    answer = client.post(address, {"action": "accept", "row": boxes})
    assert "возможно для 2" in answer.text
    assert "СОШ № 1, март 2022: 100 %" in answer.text
    assert [bool(row.problem) for row in answer.context["rows"]] == [False, True, False]
    assert states() == ["submitted"] * 4
    reports = [f"{report.pk}:{report.version}" for report in reported.reports]
    answer = client.post(address, {"action": "accept", "row": boxes, "report": reports, "do": "1"})
    assert "Ничего не сделано" in answer.text
    sent = {"action": "accept", "row": [boxes[0], boxes[2]], "report": reports, "do": "1"}
    assert "Принято: 3\u00a0отчёта" in client.post(address, sent, follow=True).text
    assert states() == ["accepted", "accepted", "submitted", "accepted"]


def test_what_the_action_asks_for_is_asked_and_what_was_typed_stays(reported):
    client, address = browser(reported.methodist), reverse("roadmaps:bulk", args=[reported.roadmap.pk])
    sent = {"action": "cancel", "row": [f"{reported.rows[1].pk}:1"], "do": "1"}
    assert "Напишите причину" in client.post(address, sent).text
    assert "Отменено: 1\u00a0срок" in client.post(address, sent | {"reason": "Карантин"}, follow=True).text
    lines = {"responsible-TOTAL_FORMS": "1", "responsible-INITIAL_FORMS": "0"}
    sent = {
        "action": "responsible",
        "row": [f"{row.pk}:1" for row in reported.rows],
        "do": "1",
        "reason": "№ 5",
    } | lines
    assert "хотя бы одного" in client.post(address, sent).text
    sent |= {"responsible-0-name": "СОШ № 3"}
    assert "3\u00a0мероприятия" in client.post(address, sent, follow=True).text
    assert {row.responsible.get().school for row in reported.rows} == {reported.third}
    answer = client.post(address, {"action": "", "row": []}, follow=True)
    assert "Отметьте мероприятия" in answer.text


def test_who_may_decide_nothing_sees_no_boxes(reported):
    for who in ("curator", "viewer"):
        assert 'name="row"' not in browser(getattr(reported, who)).get(reported.roadmap.get_absolute_url()).text


def test_the_page_of_the_chosen_asks_as_often_for_many_as_for_one(reported):
    client, address = browser(reported.department), reverse("roadmaps:bulk", args=[reported.roadmap.pk])

    def queries(action: str, rows: list) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.post(address, {"action": action, "row": [f"{row.pk}:1" for row in rows]}).status_code == 200
        return len(found)

    for action in A:
        queries(action, reported.rows)
        assert queries(action, reported.rows[:1]) == queries(action, reported.rows), action
