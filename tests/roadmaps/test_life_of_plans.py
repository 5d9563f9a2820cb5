"""A plan is approved by an order, amended with a reason, closed; its frame and sections are edited by several."""

import datetime as dt
import itertools

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Permission
from roadmaps.models import ActivityChange, Occurrence, Roadmap, RoadmapChange, RoadmapSection
from roadmaps.plans.deadlines import Deadline, Kind
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.services.editing import ChangedMeanwhile, EditRefused, Seen
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.progress import Told, write_report
from roadmaps.services.roadmaps import approve, close, edit_frame, reopen
from roadmaps.services.rows import put_back, remove_row
from roadmaps.services.sections import add_section, edit_section, remove_section
from roadmaps.states import PLAN_MOVES, PlanState
from tests.roadmaps.conftest import TERM, plan_of
from tests.roadmaps.plans import of_rows, stored

ORDER = {"order_number": "5", "order_date": dt.date(2021, 8, 30)}
VERBS = {
    "approve": lambda plan, by: approve(roadmap=plan, **ORDER, seen_version=plan.version, by=by),
    "close": lambda plan, by: close(roadmap=plan, reason="Год прошёл", seen_version=plan.version, by=by),
    "reopen": lambda plan, by: reopen(roadmap=plan, reason="Рано", seen_version=plan.version, by=by),
}
ALLOWED = {("draft", "approve"): "approved", ("approved", "close"): "closed", ("closed", "reopen"): "approved"}


def test_the_table_of_moves_is_complete():
    told = {("draft", "approved"), ("approved", "closed"), ("closed", "approved")}
    assert {(before.value, after.value) for before, after in PLAN_MOVES} == told
    assert set(PLAN_MOVES.values()) == {Permission.PLANS_APPROVE}
    assert {state.value for state in PlanState} == set(Roadmap.State.values)


@pytest.mark.parametrize(("state", "verb"), [*itertools.product(PlanState, VERBS)])
def test_every_state_with_every_verb_and_every_person(planned, state, verb):
    for who in ("curator", "viewer", "methodist", "outsider", "department"):
        Roadmap.objects.update(state=state.value)
        planned.roadmap.refresh_from_db()
        after = ALLOWED.get((state.value, verb)) if who == "department" else None
        if after:
            VERBS[verb](planned.roadmap, getattr(planned, who))
        else:
            with pytest.raises(EditRefused):
                VERBS[verb](planned.roadmap, getattr(planned, who))
        planned.roadmap.refresh_from_db()
        assert planned.roadmap.state == (after or state.value)
        assert RoadmapChange.objects.count() == bool(after)
        RoadmapChange.objects.all().delete()


def test_what_is_refused_says_why(planned):
    plan, by = planned.roadmap, planned.department
    with pytest.raises(EditRefused, match="Не всё выполнено"):
        close(roadmap=plan, reason=" ", seen_version=1, by=by)
    Occurrence.objects.update(status="done")
    with pytest.raises(EditRefused, match="изменили, пока"):
        close(roadmap=plan, reason="", seen_version=7, by=by)
    close(roadmap=plan, reason="", seen_version=1, by=by)
    with pytest.raises(EditRefused, match="снова действует"):
        reopen(roadmap=plan, reason="", seen_version=2, by=by)
    draft = store_plan(municipality=planned.municipality, plan=plan_of(), frame=Frame(**TERM))
    with pytest.raises(EditRefused, match="ни одного мероприятия"):
        approve(roadmap=draft, **ORDER, seen_version=1, by=by)
    for order in ({"order_number": " "}, {"order_date": None}):
        with pytest.raises(EditRefused, match="номер и дату"):
            approve(roadmap=draft, **ORDER | order, seen_version=1, by=by)
    with pytest.raises(EditRefused, match="ещё не наступила"):
        approve(roadmap=draft, order_number="5", order_date=dt.date(2999, 1, 1), seen_version=1, by=by)


def frame(planned, *, seen=None, by=None, reason="Приказ", **typed):
    planned.roadmap.refresh_from_db()
    version = Seen(planned.roadmap.version if seen is None else seen)
    return edit_frame(roadmap=planned.roadmap, typed=typed, seen=version, reason=reason, by=by or planned.methodist)


def test_another_term_asks_for_other_times_without_losing_reports_or_what_a_person_said(planned):
    plan = stored(planned.municipality, of_rows(2, deadline="Ноябрь, март"), **TERM, state="approved")
    first, second = plan.activities.order_by("position")
    second.means = Deadline(Kind.CONTINUOUS).to_json()
    second.save()
    march = first.occurrences.get(label="март 2022")
    told = Told(100, "Сделано", 0)
    write_report(occurrence=march, school=planned.first, told=told, by=planned.curator, submit=True)
    typed = {"starts_on": "2022-09-01", "ends_on": "2023-08-31"}
    edit_frame(roadmap=plan, typed=typed, seen=Seen(1), reason="Продлена", by=planned.methodist)
    assert [time.label for time in first.occurrences.all()] == ["март 2022", "ноябрь 2022", "март 2023"]
    assert march.reports.count() == 1
    second.refresh_from_db()
    assert Deadline.from_json(second.means) == Deadline(Kind.CONTINUOUS)


def test_a_plan_ends_before_its_times_only_when_that_is_known_and_named_days_stay(planned):
    """Until 15.11.2021 instead of 31.08.2022. What has no more of its months in the plan stays in them, December and
    March both; a month keeps its last day, though the plan ends within it; what is monthly ends with the plan."""
    rows = [("1", "Май 2022"), ("2", "май"), ("3", "Ноябрь 2021"), ("4", "Декабрь, март"), ("5", "Ежемесячно")]
    section = PlanSection("Раздел", rows=tuple(PlanRow(title="Дело", number=n, deadline=when) for n, when in rows))
    plan = stored(planned.municipality, Plan("Карта", (section,)), **TERM, state="approved", **ORDER)
    typed = {"title": "Карта", "starts_on": "2021-09-01", "ends_on": "2021-11-15", "reason": "Приказ", "version": "1"}
    client = browser(planned.department)
    asked = client.post(page("frame", plan), typed | ORDER).text
    assert "1 Дело: срок «Май 2022», отчёт до 31.05.2022" in asked
    assert "4 Дело: срок «Декабрь, март», отчёт до 31.12.2021, 31.03.2022" in asked
    plan.refresh_from_db()
    assert plan.ends_on == TERM["ends_on"]
    assert client.post(page("frame", plan), typed | ORDER | {"later_are_known": "on"}).status_code == 302
    found: dict[str, list[str]] = {}
    for time in Occurrence.objects.filter(activity__roadmap=plan).order_by("due_on").select_related("activity"):
        found.setdefault(time.activity.number, []).append(f"{time.due_on:%d.%m.%y} {time.precision}")
    assert found == {
        "1": ["31.05.22 month"],
        "2": ["31.05.22 month"],
        "3": ["30.11.21 month"],
        "4": ["31.12.21 month", "31.03.22 month"],
        "5": ["30.09.21 month", "31.10.21 month", "15.11.21 month"],
    }


def test_two_who_edit_the_frame_merge_field_by_field(planned):
    frame(planned, seen=1, title="Первое")
    assert frame(planned, seen=1, by=planned.department, ends_on="2022-12-31").mine == ("ends_on",)
    with pytest.raises(ChangedMeanwhile) as refused:
        frame(planned, seen=1, title="Второе")
    assert [(one.name, one.theirs) for one in refused.value.conflicts] == [("title", "Первое")]
    with pytest.raises(EditRefused, match="раньше первого"):
        frame(planned, ends_on="2020-12-31")
    with pytest.raises(EditRefused, match="номер и дату"):
        frame(planned, order_number="7")
    with pytest.raises(EditRefused, match="Назовите"):
        frame(planned, title=" ")


def section(planned, one, **typed):
    planned.roadmap.refresh_from_db()
    return edit_section(
        section=one, typed=typed, seen=Seen(planned.roadmap.version), reason="Приказ", by=planned.methodist
    )


def test_sections_are_added_moved_and_taken_out_and_their_rows_follow(planned):
    plan, by = planned.roadmap, planned.methodist
    first = plan.sections.get()
    new = {"number": "2.", "title": "Второй", "level": 1, "after": first.pk}
    second = add_section(roadmap=plan, typed=new, reason="Приказ", by=by)
    part = add_section(roadmap=plan, typed=new | {"title": "Часть", "level": 2, "after": second.pk}, reason="П", by=by)
    with pytest.raises(EditRefused, match="подразделы"):
        remove_section(section=second, reason="Лишний", by=by)
    section(planned, first, after=part.pk)
    order = plan.sections.order_by("position").values_list("title", "position")
    assert list(order) == [("Второй", 1), ("Часть", 2), ("Раздел", 3)]
    with pytest.raises(EditRefused, match="есть мероприятия"):
        remove_section(section=first, reason="Лишний", by=by)
    rows = list(plan.activities.order_by("position"))
    for row in rows:
        remove_row(activity=row, seen_version=1, reason="Лишнее", by=by)
    remove_section(section=first, reason="Лишний", by=by)
    with pytest.raises(EditRefused, match="уже исключён"):
        section(planned, first, title="Другой")
    put_back(activity=rows[1], reason="Нужно", by=by)
    rows[1].refresh_from_db()
    assert (rows[1].section, rows[1].position) == (part, 1)
    assert {line.action for line in plan.changes.all()} == {"section_added", "section_edited", "section_removed"}


def test_two_who_edit_a_section_merge_field_by_field(planned):
    one = RoadmapSection.objects.get()
    section(planned, one, title="Первое")
    seen = Seen(1)
    said = {"section": one, "seen": seen, "reason": "П", "by": planned.department}
    assert edit_section(typed={"number": "1."}, **said).mine == ("number",)
    with pytest.raises(ChangedMeanwhile):
        edit_section(typed={"title": "Второе"}, **said)


# --- Pages


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, one) -> str:
    return reverse(f"roadmaps:{name}", args=[one.pk])


def test_a_plan_is_approved_amended_and_closed_by_pages(planned):
    plan, client = planned.roadmap, browser(planned.department)
    Roadmap.objects.update(state="draft")
    assert "Укажите номер приказа" in client.post(page("approve", plan), {"version": "1"}).text
    said = {"order_number": "5-п", "order_date": "2021-08-30", "version": "1"}
    assert "приказ № 5-п от 30.08.2021" in client.post(page("approve", plan), said, follow=True).text
    said = {"title": "Новое название", "starts_on": "2021-09-01", "ends_on": "2022-08-31", "version": "2"}
    said |= {"order_number": "5-п", "order_date": "2021-08-30"}
    assert "Обязательное поле" in client.post(page("frame", plan), said).text
    assert "Новое название" in client.post(page("frame", plan), said | {"reason": "Приказ № 6"}, follow=True).text
    new = {
        "title": "Второй раздел",
        "level": "1",
        "after": str(plan.sections.get().pk),
        "reason": "№ 7",
        "version": "3",
    }
    assert "Второй раздел" in client.post(page("new_section", plan), new, follow=True).text
    made = plan.sections.get(title="Второй раздел")
    answer = client.post(page("section", made), {**new, "title": "Третий", "version": "4"}, follow=True)
    assert "Третий" in answer.text
    assert "исключён" in client.post(page("remove_section", made), {"reason": "№ 8"}, follow=True).text
    assert "Напишите причину" in client.post(page("close", plan), {"version": "6"}).text
    assert "Завершена" in client.post(page("close", plan), {"version": "6", "reason": "Год прошёл"}, follow=True).text
    assert client.get(page("approve", plan)).status_code == 200
    story = browser(planned.viewer).get(page("history", plan)).text
    for words in ("утверждена", "Приказ № 6", "Новое название", "Третий", "№ 8", "Год прошёл"):
        assert words in story
    assert "действует" in client.post(page("reopen", plan), {"version": "7", "reason": "Рано"}, follow=True).text


def test_a_conflict_on_the_frame_is_shown_and_decided(planned):
    plan, client = planned.roadmap, browser(planned.department)
    frame(planned, title="Первое")
    said = {"title": "Второе", "starts_on": "2021-09-01", "ends_on": "2022-12-31", "programme": planned.programme.pk}
    answer = client.post(page("frame", plan), said | {"version": "1", "reason": "А"})
    assert answer.status_code == 409
    assert "Первое" in answer.text
    said |= {"version": "2", "first_version": "1", "undecided": ["title"], "reason": "А"}
    assert client.post(page("frame", plan), said).status_code == 409
    assert client.post(page("frame", plan), said | {"choose-title": "theirs"}).status_code == 302
    plan.refresh_from_db()
    assert (plan.title, plan.ends_on) == ("Первое", dt.date(2022, 12, 31))


def test_the_history_asks_as_often_for_forty_lines_as_for_one(planned):
    client, row = browser(planned.viewer), planned.every.activity
    frame(planned, title="Первое")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(page("history", planned.roadmap)).status_code == 200
        return len(found)

    fields = {"fields": {"title": "А"}}
    ActivityChange.objects.create(activity=row, action="edited", before=fields, after=fields)
    queries()
    before = queries()
    for _ in range(40):
        ActivityChange.objects.create(activity=row, action="edited", before=fields, after=fields)
    assert queries() == before
