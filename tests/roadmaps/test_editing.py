"""Rows are changed without losing what was reported; who joins or leaves does not undo what is done."""

import datetime as dt

import pytest

from roadmaps.models import Activity, ActivityChange, Occurrence, ProgressUpdate, Roadmap, RoadmapSection
from roadmaps.plans.deadlines import read_deadline
from roadmaps.queries.editing import row_values
from roadmaps.queries.tables import Filters, table_of
from roadmaps.services import progress
from roadmaps.services.editing import ChangedMeanwhile, EditRefused, Seen
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.progress import ProgressRefused, Told
from roadmaps.services.rows import add_row, edit_row, put_back, remove_row
from schools.models import School
from tests.factories import IndicatorFactory, MunicipalityFactory, SchoolFactory
from tests.roadmaps.conftest import TERM, plan_of
from tests.roadmaps.plans import of_rows, stored


def due(text: str) -> dict:
    return {"text": text, "means": read_deadline(text, **TERM).to_json()}


def named(name: str, *, every: bool = False, school: School | None = None) -> dict:
    return {"name": name, "every": every, "school": school.pk if school else None, "user": None}


def edit(planned, activity, *, by=None, seen: int | None = None, reason="Приказ", **typed):
    activity.refresh_from_db()
    version = Seen(activity.version if seen is None else seen)
    return edit_row(activity=activity, typed=typed, seen=version, reason=reason, by=by or planned.methodist)


def report(planned, occurrence, *, school=None, by=None, percent=100, accepted=False) -> ProgressUpdate:
    told = Told(percent, "Сделано", 0)
    kept = progress.write_report(
        occurrence=occurrence, school=school, told=told, by=by or planned.methodist, submit=True
    )
    return progress.accept(report=kept, seen_version=1, by=planned.department) if accepted else kept


def times(activity) -> list[tuple[str, str, int]]:
    return [(row.label, row.status, row.reports.count()) for row in activity.occurrences.order_by("due_on")]


def test_what_is_due_once_keeps_its_reports_when_it_is_put_off(planned):
    row = planned.centre.activity
    report(planned, planned.centre)
    edit(planned, row, deadline=due("Май 2022"))
    planned.centre.refresh_from_db()
    assert times(row) == [("май 2022", "in_work", 1)]
    assert planned.centre.due_on == dt.date(2022, 5, 31)


def test_times_that_have_reports_stay_and_others_follow_the_new_deadline(planned):
    row = planned.centre.activity
    edit(planned, row, deadline=due("Ноябрь, март, май"))
    march = row.occurrences.get(label="март 2022")
    report(planned, march)
    edit(planned, row, deadline=due("Ноябрь, апрель, май"))
    assert times(row) == [
        ("ноябрь 2021", "not_started", 0), ("март 2022", "in_work", 1), ("апрель 2022", "not_started", 0),
        ("май 2022", "not_started", 0),
    ]  # fmt: skip
    edit(planned, row, deadline=due("Ноябрь, март, май"))
    assert [label for label, *_ in times(row)] == ["ноябрь 2021", "март 2022", "май 2022"]
    assert row.occurrences.get(label="март 2022") == march


def test_what_is_done_stays_done_when_others_are_named_and_what_is_open_waits_for_them(planned):
    row = planned.centre.activity
    edit(planned, row, deadline=due("Ноябрь, март, май"))
    november, march, _ = row.occurrences.order_by("due_on")
    report(planned, november, accepted=True)
    report(planned, march, percent=50, accepted=True)
    edit(planned, row, responsible=[named(planned.first.name, school=planned.first)])
    assert times(row) == [("ноябрь 2021", "done", 1), ("март 2022", "not_started", 1), ("май 2022", "not_started", 0)]
    report(planned, march, school=planned.first, by=planned.curator, accepted=True)
    assert times(row)[1] == ("март 2022", "done", 2)


def test_a_row_that_is_taken_out_is_owed_by_nobody_and_comes_back_with_its_reports(planned):
    row = planned.centre.activity
    kept = report(planned, planned.centre)
    with pytest.raises(EditRefused, match="напишите"):
        remove_row(activity=row, seen_version=1, reason=" ", by=planned.methodist)
    with pytest.raises(EditRefused, match="изменили"):
        remove_row(activity=row, seen_version=9, reason="Лишнее", by=planned.methodist)
    remove_row(activity=row, seen_version=1, reason="Лишнее", by=planned.methodist)
    assert [line.activity.title for line in table_of(planned.roadmap, Filters(), dt.date(2022, 1, 1)).all_lines] == [
        "Самоанализ школ",
        "Мастер-класс",
    ]
    told = Told(100, "Ещё", kept.version)
    with pytest.raises(ProgressRefused, match="исключено"):
        progress.write_report(occurrence=planned.centre, school=None, told=told, by=planned.methodist, submit=True)
    with pytest.raises(EditRefused, match="верните"):
        edit(planned, row, title="Другое")
    with pytest.raises(EditRefused, match="уже исключено"):
        remove_row(activity=row, seen_version=2, reason="Лишнее", by=planned.methodist)
    put_back(activity=row, reason="Ошибка", by=planned.methodist)
    assert times(row) == [("март 2022", "in_work", 1)]
    assert [line.action for line in row.changes.all()] == ["submitted", "removed", "put_back"]
    with pytest.raises(EditRefused, match="уже стоит"):
        put_back(activity=row, reason="Ошибка", by=planned.methodist)


@pytest.mark.parametrize("who", ["curator", "viewer", "outsider"])
def test_only_who_keeps_the_plan_edits_it(planned, who):
    by, row = getattr(planned, who), planned.every.activity
    for refused in (
        lambda: edit(planned, row, by=by, title="Другое"),
        lambda: remove_row(activity=row, seen_version=1, reason="Лишнее", by=by),
        lambda: put_back(activity=row, reason="Лишнее", by=by),
        lambda: add_row(roadmap=planned.roadmap, typed=row_values(row), reason="Нужно", by=by),
    ):
        with pytest.raises(EditRefused, match="те, кто её ведёт"):
            refused()
    assert not ActivityChange.objects.exists()


@pytest.mark.parametrize(
    ("state", "reason", "refusal"),
    [("draft", "", ""), ("approved", "Приказ", ""), ("approved", " ", "утверждена"), ("closed", "Приказ", "завершена")],
)
def test_a_plan_in_force_asks_for_a_reason_and_one_that_is_over_is_not_changed(planned, state, reason, refusal):
    Roadmap.objects.update(state=state)
    row = planned.every.activity
    if not refusal:
        assert edit(planned, row, reason=reason, title="Другое").mine == ("title",)
        return
    with pytest.raises(EditRefused, match=refusal):
        edit(planned, row, reason=reason, title="Другое")
    with pytest.raises(EditRefused, match=refusal):
        add_row(roadmap=planned.roadmap, typed=row_values(row), reason=reason, by=planned.methodist)


def test_what_belongs_to_another_town_is_refused(planned):
    row, town = planned.every.activity, MunicipalityFactory()
    with pytest.raises(EditRefused, match="другому муниципалитету"):
        edit(planned, row, responsible=[named("Школа", school=SchoolFactory(municipality=town))])
    with pytest.raises(EditRefused, match="другому муниципалитету"):
        edit(planned, row, indicators=[IndicatorFactory(municipality=town).pk])
    other = store_plan(municipality=planned.municipality, plan=plan_of(), frame=Frame(**TERM)).sections.get()
    with pytest.raises(EditRefused, match="Раздела"):
        edit(planned, row, place={"section": other.pk, "after": None})
    row.refresh_from_db()
    assert (row.version, row.responsible.count(), row.indicators.count()) == (1, 1, 0)


def test_the_same_change_by_two_is_no_conflict_and_another_is(planned):
    row = planned.every.activity
    edit(planned, row, seen=1, title="Новое")
    assert edit(planned, row, by=planned.department, seen=1, title="Новое", number="9").mine == ("number",)
    with pytest.raises(ChangedMeanwhile) as refused:
        edit(planned, row, seen=1, title="Третье", expected="Справка")
    (conflict,) = refused.value.conflicts
    assert (conflict.was, conflict.theirs, conflict.mine) == ("Самоанализ школ", "Новое", "Третье")
    assert (conflict.by, refused.value.version) == (planned.methodist, 3)
    assert refused.value.values["expected"] == "Справка"
    row.refresh_from_db()
    assert (row.title, row.expected) == ("Новое", "")
    assert edit(planned, row, title="Новое").mine == ()
    assert ActivityChange.objects.count() == 2


def test_a_move_by_two_is_a_conflict_and_moves_by_others_are_not(planned):
    section = RoadmapSection.objects.create(roadmap=planned.roadmap, position=2, title="Второй")
    first, second, third = planned.roadmap.activities.order_by("position")
    edit(planned, first, place={"section": section.pk, "after": None})
    edit(planned, second, seen=1, place={"section": section.pk, "after": first.pk})
    with pytest.raises(ChangedMeanwhile):
        edit(planned, first, seen=1, place={"section": third.section_id, "after": third.pk})
    rows = Activity.objects.order_by("section__position", "position")
    assert [(row.title, row.position) for row in rows] == [
        ("Мастер-класс", 1),
        ("Самоанализ школ", 2),
        ("Совещание", 3),
    ]


def test_rows_of_any_plan_are_moved_to_any_place(planned):
    roadmap = stored(planned.municipality, of_rows(9))
    sections = list(roadmap.sections.order_by("position"))
    for step in range(20):
        rows = list(roadmap.activities.order_by("position"))
        moved, after = rows[(step * 5) % 9], rows[(step * 7 + 1) % 9]
        if moved == after:
            continue
        edit_row(
            activity=moved,
            typed={"place": {"section": after.section_id, "after": after.pk}},
            seen=Seen(moved.version),
            reason="",
            by=planned.methodist,
        )
        order = list(roadmap.activities.order_by("position"))
        assert [row.position for row in order] == list(range(1, 10))
        assert order.index(moved) == order.index(after) + 1
        assert order == sorted(order, key=lambda row: (sections.index(row.section), row.position))


def test_a_time_that_an_amendment_took_out_is_not_reported_on(planned):
    occurrence = planned.centre
    Occurrence.objects.filter(pk=occurrence.pk).delete()
    with pytest.raises(ProgressRefused, match="больше нет"):
        report(planned, occurrence)
