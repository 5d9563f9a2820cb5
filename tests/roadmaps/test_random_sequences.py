"""Whatever anybody tries in whatever order: nothing forbidden happens, no report is lost, and each row stands as its
times say, each time as its reports say. What is allowed is told here once more, by tables of the test's own."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadmaps.models import Activity, ActivityChange, Occurrence, ProgressUpdate, Roadmap, RoadmapChange
from roadmaps.plans.deadlines import read_deadline
from roadmaps.queries.answering import answering
from roadmaps.queries.tables import Filters, table_of
from roadmaps.services import progress
from roadmaps.services.bulk import BulkAction, BulkRefused, Chosen, Decision, decide_in_bulk
from roadmaps.services.editing import EditRefused, Seen
from roadmaps.services.overruling import cancel, overrule, restore
from roadmaps.services.progress import ProgressRefused, Told
from roadmaps.services.roadmaps import approve, close, reopen
from roadmaps.services.rows import edit_row, put_back, remove_row
from roadmaps.states import ReportState, Status, status_of_occurrence, status_of_row
from tests.roadmaps.conftest import TERM

PEOPLE = ("curator", "neighbour", "outsider", "methodist", "department", "viewer")
KEEPERS = {"methodist", "department"}  # who edit, check and decide
MOVES = {
    ("draft", "submitted"): "author", ("submitted", "draft"): "author", ("returned", "submitted"): "author",
    ("accepted", "submitted"): "author", ("submitted", "accepted"): "reviewer", ("submitted", "returned"): "reviewer",
    ("accepted", "returned"): "reviewer",
}  # fmt: skip
LIFE = {"approve": ("draft", "approved"), "close": ("approved", "closed"), "reopen": ("closed", "approved")}
DEADLINES = ("Март 2022", "Ноябрь, март", "ежеквартально", "Май 2022")
REFUSED = (ProgressRefused, EditRefused, BulkRefused)
DAY = dt.date(2022, 1, 10)


@dataclass(frozen=True)
class Stored:
    """All that a step may change."""

    reports: dict[int, tuple]
    times: dict[int, tuple]
    rows: dict[int, tuple]
    plan: tuple
    lines: int

    @staticmethod
    def now(roadmap_id: int) -> "Stored":
        def by_key(rows: Any, *names: str) -> dict[int, tuple]:
            return {key: values for key, *values in rows.order_by("pk").values_list("pk", *names)}

        return Stored(
            by_key(ProgressUpdate.objects.all(), "state", "percent", "text", "version", "author", "school"),
            by_key(Occurrence.objects.all(), "activity", "label", "status", "percent", "reason"),
            by_key(Activity.objects.all(), "removed_at", "overruled", "deadline", "version", "position"),
            tuple(Roadmap.objects.values_list("state", "version").get(pk=roadmap_id)),
            ActivityChange.objects.count() + RoadmapChange.objects.count(),
        )


@dataclass
class Town:
    planned: Any
    kept_done: set[int] = field(default_factory=set)  # done before others were named for the row

    @property
    def roadmap(self) -> Roadmap:
        return Roadmap.objects.get(pk=self.planned.roadmap.pk)

    def row(self, place: int) -> Activity:
        rows = list(Activity.objects.select_related("roadmap").order_by("pk"))
        return rows[place % len(rows)]

    def time(self, place: int) -> Occurrence:
        times = list(Occurrence.objects.select_related("activity__roadmap").order_by("pk"))
        return times[place % len(times)]

    def report(self, place: int) -> ProgressUpdate | None:
        reports = list(ProgressUpdate.objects.order_by("pk"))
        return reports[place % len(reports)] if reports else None


def write(town: Town, by: Any, place: int, how: int, *, submit: bool) -> None:
    """Mostly for the place that one reports for, or nothing would ever come of it."""
    own = {town.planned.curator: town.planned.first, town.planned.neighbour: town.planned.second}
    school = own.get(by) if how else town.planned.third
    occurrence = town.time(place)
    kept = ProgressUpdate.objects.filter(occurrence=occurrence, school=school).first()
    told = Told([40, 100, 100][place % 3], f"Сделано {place}", kept.version if kept else 0)
    progress.write_report(occurrence=occurrence, school=school, told=told, by=by, submit=submit)


def judge(town: Town, by: Any, place: int, verb: Callable[..., Any], **said: Any) -> None:
    report = town.report(place)
    if report is None:
        raise EditRefused("Отчётов нет.")
    verb(report=report, seen_version=report.version, by=by, **said)


def edit(town: Town, by: Any, place: int, **typed: Any) -> None:
    row = town.row(place)
    if not edit_row(activity=row, typed=typed, seen=Seen(row.version), reason="Приказ", by=by).mine:
        raise EditRefused("Ничего не изменилось.")


def deadline(how: int) -> dict:
    return {"text": DEADLINES[how], "means": read_deadline(DEADLINES[how], **TERM).to_json()}


def responsible(town: Town, how: int) -> list[dict]:
    planned = town.planned
    one = {"name": "Кто-то", "every": False, "school": None, "user": None}
    schools = {"every": [one | {"every": True}], "first": [one | {"school": planned.first.pk}]}
    return [schools["every"], schools["first"], [one], [*schools["first"], one]][how]


def life(town: Town, by: Any, verb: Callable[..., Any], **said: Any) -> None:
    verb(roadmap=town.roadmap, seen_version=town.roadmap.version, by=by, **said)


def bulk(town: Town, by: Any, action: BulkAction) -> None:
    rows = Activity.objects.filter(removed_at=None)
    chosen = Chosen(dict(rows.values_list("pk", "version")), dict(ProgressUpdate.objects.values_list("pk", "version")))
    decide_in_bulk(roadmap=town.roadmap, chosen=chosen, decision=Decision(action, reason="Решение"), by=by)


ORDER = {"order_number": "5", "order_date": dt.date(2021, 8, 30)}
VERBS: dict[str, Callable[[Town, Any, int, int], None]] = {
    "write": lambda town, by, place, how: write(town, by, place, how, submit=False),
    "submit": lambda town, by, place, how: write(town, by, place, how, submit=True),
    "take_back": lambda town, by, place, how: judge(town, by, place, progress.take_back),
    "accept": lambda town, by, place, how: judge(town, by, place, progress.accept),
    "give_back": lambda town, by, place, how: judge(town, by, place, progress.give_back, reason="Нет"),
    "cancel": lambda town, by, place, how: cancel(occurrence=town.time(place), reason="Карантин", by=by),
    "restore": lambda town, by, place, how: restore(occurrence=town.time(place), reason="Снят", by=by),
    "overrule": lambda town, by, place, how: overrule(
        activity=(row := town.row(place)), status=["", "done", "in_work", "cancelled"][how], reason="Так",
        seen_version=row.version, by=by,
    ),
    "deadline": lambda town, by, place, how: edit(town, by, place, deadline=deadline(how)),
    "responsible": lambda town, by, place, how: edit(town, by, place, responsible=responsible(town, how)),
    "remove": lambda town, by, place, how: remove_row(
        activity=(row := town.row(place)), seen_version=row.version, reason="Лишнее", by=by
    ),
    "put_back": lambda town, by, place, how: put_back(activity=town.row(place), reason="Нужно", by=by),
    "approve": lambda town, by, place, how: life(town, by, approve, **ORDER),
    "close": lambda town, by, place, how: life(town, by, close, reason="Год прошёл"),
    "reopen": lambda town, by, place, how: life(town, by, reopen, reason="Рано"),
    "bulk_accept": lambda town, by, place, how: bulk(town, by, BulkAction.ACCEPT),
    "bulk_cancel": lambda town, by, place, how: bulk(town, by, BulkAction.CANCEL),
}  # fmt: skip
EDITS = {"deadline", "responsible", "remove", "put_back"}
DECISIONS = {"cancel", "restore", "overrule", "bulk_accept", "bulk_cancel"}

# Reports are tried oftener than all else, or the plan is closed before anything has come of it.
OFTEN = ["submit"] * 8 + ["accept"] * 6 + ["write", "give_back", "take_back", "responsible", "deadline"] * 2
WHO = [*PEOPLE, *["curator", "neighbour", "methodist", "department"] * 3]
STEP = st.tuples(st.sampled_from([*OFTEN, *sorted(VERBS)]), st.sampled_from(WHO), st.integers(0, 11), st.integers(0, 3))


@settings(
    max_examples=20, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=st.lists(STEP, min_size=15, max_size=40))
def test_no_sequence_of_anybodys_actions_does_what_is_forbidden_or_loses_a_report(planned, steps):
    with transaction.atomic():
        town = Town(planned)
        for verb, who, place, how in steps:
            before = Stored.now(planned.roadmap.pk)
            try:
                with transaction.atomic():
                    VERBS[verb](town, getattr(planned, who), place, how)
            except REFUSED:
                assert Stored.now(planned.roadmap.pk) == before
                continue
            after = Stored.now(planned.roadmap.pk)
            assert after.lines > before.lines, verb
            hold_to_rights(verb, who, before, after)
            hold_reports(planned, who, before, after)
            hold_times(town, verb)
            hold_rows(town)
        transaction.set_rollback(True)


def hold_to_rights(verb: str, who: str, before: Stored, after: Stored) -> None:
    if verb in EDITS | DECISIONS | {"accept", "give_back"}:
        assert who in KEEPERS, (verb, who)
    if verb in EDITS:
        assert before.plan[0] != "closed"
    if verb in LIFE:
        assert who == "department"
        assert (before.plan[0], after.plan[0]) == LIFE[verb]
    else:
        assert before.plan[0] == after.plan[0]
    if verb in ("write", "submit"):
        assert before.plan[0] == "approved"


def hold_reports(planned: Any, who: str, before: Stored, after: Stored) -> None:
    """None is lost, none moves but as the table says, and its words are those of who reports."""
    assert set(before.reports) <= set(after.reports)
    own = {"curator": planned.first.pk, "neighbour": planned.second.pk}
    for key, (state, _, text, version, author, school) in after.reports.items():
        was = before.reports.get(key)
        if was is not None and was[3] == version:
            assert was == after.reports[key]
            continue
        is_author = own.get(who) == school if school else who in KEEPERS
        roles = {"author"} if is_author else set()
        if who in KEEPERS and author != getattr(planned, who).pk:
            roles.add("reviewer")
        if was is None or was[2] != text:
            assert is_author
        old = was[0] if was else "draft"
        assert old == state or MOVES.get((old, state)) in roles, (who, old, state)


def hold_times(town: Town, verb: str) -> None:
    """Each stands as its reports say; done before others were named for the row, it stays done."""
    for time in Occurrence.objects.select_related("activity__roadmap"):
        if time.status == Status.CANCELLED:
            assert time.reason
            continue
        answers = answering(time.activity)
        told = [
            (ReportState(report.state), report.percent)
            for report in time.reports.all()
            if answers.includes(report.school_id) or (report.state == "accepted" and report.percent == 100)
        ]
        expected = status_of_occurrence(told, awaited=answers.awaited)
        if (time.status, time.percent) == expected:
            town.kept_done.discard(time.pk)
            continue
        if verb == "responsible":
            town.kept_done.add(time.pk)
        assert time.status == Status.DONE, (verb, time.status, expected)
        assert time.pk in town.kept_done, (verb, expected)


def hold_rows(town: Town) -> None:
    standing = Activity.objects.filter(removed_at=None).order_by("position")
    assert [row.position for row in standing] == sorted({row.position for row in standing})
    lines = table_of(town.roadmap, Filters(), DAY).all_lines
    assert {line.activity.pk for line in lines} == {row.pk for row in standing}
    for line in lines:
        followed = status_of_row(time.status for time in line.times)
        assert line.status == (line.activity.overruled or followed)
        assert line.times, "a row without a time is owed by nobody"


# --- Every state of a time with every decision


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.LATE])
@pytest.mark.parametrize("verb", ["cancel", "restore"])
def test_every_state_of_a_time_with_every_decision_and_every_person(planned, status, verb):
    reason = "Карантин" if status is Status.CANCELLED else ""
    is_possible = (status is Status.CANCELLED) is (verb == "restore")
    for who in PEOPLE:
        Occurrence.objects.filter(pk=planned.every.pk).update(status=status.value, reason=reason)
        work = {"cancel": cancel, "restore": restore}[verb]
        if is_possible and who in KEEPERS:
            work(occurrence=planned.every, reason="Решение", by=getattr(planned, who))
        else:
            with pytest.raises(ProgressRefused):
                work(occurrence=planned.every, reason="Решение", by=getattr(planned, who))
        planned.every.refresh_from_db()
        moved = {"cancel": "cancelled", "restore": "not_started"}[verb]
        assert planned.every.status == (moved if is_possible and who in KEEPERS else status.value)
