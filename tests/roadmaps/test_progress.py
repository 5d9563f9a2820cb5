"""Reports move as the table of moves says and no other way, whoever tries; the occurrence follows."""

import datetime as dt
import itertools
import random

import pytest
import time_machine

from roadmaps.models import ActivityChange, Comment, Evidence, ProgressUpdate, Roadmap
from roadmaps.queries.answering import actors_of, answering, answering_of
from roadmaps.queries.reports import history_of
from roadmaps.services import progress
from roadmaps.services.attaching import Sent
from roadmaps.services.comments import say
from roadmaps.services.overruling import cancel, overrule, restore
from roadmaps.services.progress import ProgressRefused, ReportChanged, Told
from roadmaps.states import REPORT_MOVES, Actor, ReportState, Status, may_move

S = ReportState
PEOPLE = ("curator", "neighbour", "outsider", "methodist", "department", "viewer")
ALLOWED = {
    (S.DRAFT, S.SUBMITTED, Actor.AUTHOR), (S.SUBMITTED, S.DRAFT, Actor.AUTHOR), (S.RETURNED, S.SUBMITTED, Actor.AUTHOR),
    (S.ACCEPTED, S.SUBMITTED, Actor.AUTHOR), (S.SUBMITTED, S.ACCEPTED, Actor.REVIEWER),
    (S.SUBMITTED, S.RETURNED, Actor.REVIEWER), (S.ACCEPTED, S.RETURNED, Actor.REVIEWER),
}  # fmt: skip


def report_by(planned, who, school, *, percent=100, text="Сделано", seen=0, submit=True, at="every", **more):
    told = Told(percent, text, seen, Sent(**more))
    occurrence = getattr(planned, at)
    return progress.write_report(
        occurrence=occurrence, school=school, told=told, by=getattr(planned, who), submit=submit
    )


def stand_in(planned, state, *, percent=100) -> ProgressUpdate:
    """A report of the first school in this state, whatever led there."""
    reason = "Нет протокола" if state is S.RETURNED else ""
    return ProgressUpdate.objects.create(
        occurrence=planned.every, school=planned.first, author=planned.curator, state=state.value, percent=percent,
        text="Сделано", reason=reason,
    )  # fmt: skip


MOVES = {
    S.SUBMITTED: lambda planned, report, by: progress.write_report(
        occurrence=report.occurrence, school=report.school, told=Told(100, "Ещё", report.version), by=by, submit=True
    ),
    S.DRAFT: lambda planned, report, by: progress.take_back(report=report, seen_version=report.version, by=by),
    S.ACCEPTED: lambda planned, report, by: progress.accept(report=report, seen_version=report.version, by=by),
    S.RETURNED: lambda planned, report, by: progress.give_back(
        report=report, seen_version=report.version, reason="Нет", by=by
    ),
}


def test_the_table_of_moves_is_complete():
    for before, after, actor in itertools.product(S, S, Actor):
        assert may_move(before, after, {actor}) is ((before, after, actor) in ALLOWED), (before, after, actor)
        assert not may_move(before, after, ())
    assert len(REPORT_MOVES) == len(ALLOWED)


@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("after", S)
def test_every_pair_of_states_with_every_person(planned, before, after):
    actor_of = {"curator": Actor.AUTHOR, "methodist": Actor.REVIEWER, "department": Actor.REVIEWER}
    for who in PEOPLE:
        report = stand_in(planned, before, percent=60)
        is_allowed = who in actor_of and (before, after, actor_of[who]) in ALLOWED
        if is_allowed:
            MOVES[after](planned, report, getattr(planned, who))
        else:
            with pytest.raises(ProgressRefused):
                MOVES[after](planned, report, getattr(planned, who))
        kept = ProgressUpdate.objects.get(pk=report.pk)
        assert kept.state == (after if is_allowed else before)
        assert kept.version == report.version + is_allowed
        assert ActivityChange.objects.filter(after__report=report.pk).count() == is_allowed
        kept.delete()


@pytest.mark.parametrize("seed", range(6))
def test_random_sequences_by_random_roles_never_reach_what_is_forbidden(planned, seed):
    """Each step is tried by anybody on anything; what the database then holds is compared with a table of its own."""
    chance = random.Random(seed)
    schools = {"curator": planned.first, "neighbour": planned.second}
    for _ in range(80):
        before = {row.pk: row for row in ProgressUpdate.objects.select_related("school")}
        who, by = (name := chance.choice(PEOPLE)), getattr(planned, name)
        place = chance.choice([planned.first, planned.second, planned.third, None])
        occurrence = chance.choice([planned.every, planned.centre, planned.shared])
        kept = ProgressUpdate.objects.filter(occurrence=occurrence, school=place).first()
        try:
            if kept is None or chance.random() < 0.4:
                told = Told(chance.choice([40, 100]), "Сделано", kept.version if kept else 0)
                submit = chance.random() < 0.7
                progress.write_report(occurrence=occurrence, school=place, told=told, by=by, submit=submit)
            else:
                MOVES[chance.choice([S.DRAFT, S.ACCEPTED, S.RETURNED])](planned, kept, by)
        except ProgressRefused:
            assert {(row.pk, row.version, row.state) for row in before.values()} == {
                (row.pk, row.version, row.state) for row in ProgressUpdate.objects.all()
            }
            continue
        for row in ProgressUpdate.objects.select_related("school", "occurrence"):
            was = before.get(row.pk)
            if was and was.version == row.version:
                continue
            is_author = schools.get(who) == row.school if row.school else who in ("methodist", "department")
            old = S(was.state) if was else S.DRAFT
            if old == row.state:
                assert is_author
                assert row.state in (S.DRAFT, S.RETURNED, S.SUBMITTED)
            else:
                is_judge = who in ("methodist", "department") and row.author_id != by.pk
                roles = {Actor.AUTHOR} if is_author else set()
                roles |= {Actor.REVIEWER} if is_judge else set()
                assert any((old, S(row.state), role) in ALLOWED for role in roles), (who, old, row.state)
            assert answering(row.occurrence.activity).includes(row.school_id)
    assert ActivityChange.objects.exists()


def test_who_answers_for_a_row(planned):
    rows = [planned.every.activity, planned.centre.activity, planned.shared.activity]
    found = answering_of(rows)
    assert [(set(found[row.pk].schools), found[row.pk].municipality, found[row.pk].awaited) for row in rows] == [
        ({planned.first.pk, planned.second.pk}, False, 2),
        (set(), True, 1),
        ({planned.first.pk}, True, 2),
    ]
    planned.programme.participants.all().delete()
    assert answering(planned.every.activity).schools == {planned.first.pk, planned.second.pk, planned.third.pk}


def test_an_occurrence_is_done_when_all_who_answer_are_accepted_and_on_the_day_of_the_last_report(planned):
    with time_machine.travel(dt.datetime(2022, 3, 10, 9, tzinfo=dt.UTC), tick=False):
        one = report_by(planned, "curator", planned.first)
    with time_machine.travel(dt.datetime(2022, 3, 20, 9, tzinfo=dt.UTC), tick=False):
        two = report_by(planned, "neighbour", planned.second, percent=60)
    with time_machine.travel(dt.datetime(2022, 4, 20, 9, tzinfo=dt.UTC), tick=False):
        progress.accept(report=one, seen_version=1, by=planned.methodist)
        planned.every.refresh_from_db()
        assert (planned.every.status, planned.every.percent, planned.every.done_on) == (Status.IN_WORK, 80, None)
        progress.accept(report=two, seen_version=1, by=planned.methodist)
        planned.every.refresh_from_db()
        assert (planned.every.status, planned.every.percent) == (Status.IN_WORK, 80)
    with time_machine.travel(dt.datetime(2022, 5, 5, 9, tzinfo=dt.UTC), tick=False):
        two = report_by(planned, "neighbour", planned.second, seen=2)
    progress.accept(report=two, seen_version=3, by=planned.methodist)
    planned.every.refresh_from_db()
    assert (planned.every.status, planned.every.percent) == (Status.DONE, 100)
    assert planned.every.done_on == dt.date(2022, 5, 5)
    progress.give_back(report=two, seen_version=4, reason="Протокол чужой", by=planned.department)
    planned.every.refresh_from_db()
    assert (planned.every.status, planned.every.percent, planned.every.done_on) == (Status.IN_WORK, 99, None)


def test_the_second_of_two_is_told_and_nothing_of_the_first_is_lost(planned):
    first = report_by(planned, "curator", planned.first, text="Первый", submit=False)
    with pytest.raises(ReportChanged, match="отчёт изменили") as refused:
        report_by(planned, "curator", planned.first, text="Второй", submit=True)
    assert refused.value.report == first
    assert ProgressUpdate.objects.get().text == "Первый"
    sent = report_by(planned, "curator", planned.first, seen=1)
    progress.accept(report=sent, seen_version=2, by=planned.methodist)
    with pytest.raises(ProgressRefused, match="теперь он принят"):
        progress.give_back(report=sent, seen_version=2, reason="Нет", by=planned.department)


def test_nobody_judges_their_own_report(planned):
    report = report_by(planned, "methodist", None, at="centre")
    with pytest.raises(ProgressRefused, match="написали вы"):
        progress.accept(report=report, seen_version=1, by=planned.methodist)
    progress.accept(report=report, seen_version=1, by=planned.department)
    planned.centre.refresh_from_db()
    assert planned.centre.status == Status.DONE


def test_what_is_refused_says_why(planned):
    with pytest.raises(ProgressRefused, match="что сделано"):
        report_by(planned, "curator", planned.first, text=" ")
    with pytest.raises(ProgressRefused, match="отчитываются другие"):
        report_by(planned, "methodist", planned.first)
    report = report_by(planned, "curator", planned.first)
    with pytest.raises(ProgressRefused, match="что исправить"):
        progress.give_back(report=report, seen_version=1, reason=" ", by=planned.methodist)
    progress.accept(report=report, seen_version=1, by=planned.methodist)
    with pytest.raises(ProgressRefused, match="принят полностью"):
        report_by(planned, "curator", planned.first, seen=2)
    with pytest.raises(ProgressRefused, match="не больше 30"):
        report_by(planned, "neighbour", planned.second, links=tuple(f"https://example.org/{n}" for n in range(31)))
    Roadmap.objects.update(state="draft")
    with pytest.raises(ProgressRefused, match="не действует"):
        report_by(planned, "neighbour", planned.second)


def test_a_cancelled_time_needs_no_report_and_comes_back_as_the_reports_say(planned):
    with pytest.raises(ProgressRefused, match="причину"):
        cancel(occurrence=planned.every, reason="", by=planned.methodist)
    with pytest.raises(ProgressRefused, match="те, кто проверяет"):
        cancel(occurrence=planned.every, reason="Не хочу", by=planned.curator)
    report_by(planned, "curator", planned.first)
    cancel(occurrence=planned.every, reason="Карантин", by=planned.methodist)
    with pytest.raises(ProgressRefused, match="Карантин"):
        report_by(planned, "neighbour", planned.second)
    planned.every.refresh_from_db()
    assert planned.every.status == Status.CANCELLED
    restore(occurrence=planned.every, reason="Карантин снят", by=planned.methodist)
    planned.every.refresh_from_db()
    assert (planned.every.status, planned.every.percent, planned.every.reason) == (Status.IN_WORK, 49, "")
    actions = list(ActivityChange.objects.values_list("action", "reason"))
    assert actions == [("submitted", ""), ("cancelled", "Карантин"), ("restored", "Карантин снят")]


def test_a_row_is_overruled_with_a_reason_by_one_at_a_time(planned):
    row = planned.every.activity
    said = {"activity": row, "status": "done", "seen_version": 1}
    with pytest.raises(ProgressRefused, match="те, кто проверяет"):
        overrule(**said, reason="Сделано", by=planned.viewer)
    with pytest.raises(ProgressRefused, match="причину"):
        overrule(**said, reason="", by=planned.department)
    overrule(**said, reason="Принято на совещании", by=planned.department)
    with pytest.raises(ProgressRefused, match="теперь оно выполнено"):
        overrule(**said, reason="Нет", by=planned.methodist)
    row.refresh_from_db()
    assert (row.overruled, row.overruled_reason, row.version) == ("done", "Принято на совещании", 2)
    back = overrule(activity=row, status="", reason="Ошибка", seen_version=2, by=planned.methodist)
    assert (back.overruled, back.overruled_reason, back.overruled_by) == ("", "", None)


def test_drafts_and_the_history_of_reports_are_for_those_who_report_and_later_for_those_who_check(planned):
    draft = report_by(planned, "curator", planned.first, submit=False)

    def seen() -> list[str]:
        return [who for who in PEOPLE if ProgressUpdate.objects.visible_to(getattr(planned, who)).exists()]

    def told() -> list[str]:
        return [who for who in PEOPLE if history_of(getattr(planned, who), planned.every.activity)]

    assert seen() == told() == ["curator"]
    report_by(planned, "curator", planned.first, seen=draft.version)
    assert seen() == told() == ["curator", "methodist", "department", "viewer"]


def test_evidence_goes_only_while_the_report_is_written(planned):
    report = report_by(
        planned, "curator", planned.first, submit=False, links=("https://example.org/1", "https://e.org")
    )
    one, two = Evidence.objects.all()
    with pytest.raises(ProgressRefused, match="отчитываются другие"):
        progress.remove_evidence(evidence=one, by=planned.methodist)
    progress.remove_evidence(evidence=one, by=planned.curator)
    report_by(planned, "curator", planned.first, seen=report.version)
    with pytest.raises(ProgressRefused, match="на проверке"):
        progress.remove_evidence(evidence=two, by=planned.curator)
    assert list(report.evidence.all()) == [two]


def test_actors_are_what_the_pages_take_them_for(planned):
    from roadmaps.queries.reports import actors_on

    reports = [report_by(planned, "curator", planned.first), report_by(planned, "methodist", None, at="centre")]
    for report, who in itertools.product(reports, PEOPLE):
        by = getattr(planned, who)
        assert actors_on(by, report.occurrence.activity)(report) == actors_of(by, report)


def test_a_comment_is_kept_without_blanks_around_it(planned):
    say(activity=planned.every.activity, text="  Когда протокол?\n", by=planned.curator)
    assert Comment.objects.get().text == "Когда протокол?"
