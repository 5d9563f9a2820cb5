"""The two stages of positive changes: they move as the table of moves says, and nobody judges their own telling."""

import datetime as dt
import itertools
import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from roadmaps.models import Programme, StageReview
from roadmaps.queries.stages import stages_of
from roadmaps.services import stages as services
from roadmaps.services.stages import StageRefused
from roadmaps.states import STAGE_MOVES, Actor, StageState, stage_may_move

S = StageState
DAYS = {1: dt.date(2022, 5, 31), 2: dt.date(2022, 10, 31)}
PEOPLE = ("curator", "neighbour", "methodist", "department", "viewer")
ALLOWED = {
    (S.AWAITED, S.TOLD, Actor.AUTHOR), (S.TOLD, S.AWAITED, Actor.AUTHOR), (S.TOLD, S.AWAITED, Actor.REVIEWER),
    (S.TOLD, S.JUDGED, Actor.REVIEWER), (S.JUDGED, S.TOLD, Actor.REVIEWER),
}  # fmt: skip


@pytest.fixture
def staged(planned):
    """An antirisk programme of the first school with both stages."""
    planned.programme = Programme.objects.create(
        municipality=planned.municipality, school=planned.first, kind="antirisk", title="Антирисковая",
        starts_in=2022, ends_in=2022,
    )  # fmt: skip
    planned.stage, planned.later = services.plan_stages(programme=planned.programme, due=DAYS, by=planned.methodist)
    return planned


def stand_in(town, state) -> StageReview:
    """The first stage in this state, whatever led there."""
    told = {} if state is S.AWAITED else {"told": "Пришли два учителя", "told_by": town.curator}
    judged = {"verdict": "came"} if state is S.JUDGED else {}
    StageReview.objects.filter(pk=town.stage.pk).update(
        **{"state": state.value, "told": "", "told_by": None, "verdict": "", **told, **judged}
    )
    return StageReview.objects.get(pk=town.stage.pk)


def seen(review, by) -> dict:
    return {"review": review, "seen_version": review.version, "by": by}


MOVES = {
    (S.AWAITED, S.TOLD, Actor.AUTHOR): lambda review, by: services.tell_stage(**seen(review, by), text="Пришли двое"),
    (S.TOLD, S.AWAITED, Actor.AUTHOR): lambda review, by: services.take_stage_back(**seen(review, by)),
    (S.TOLD, S.AWAITED, Actor.REVIEWER): lambda review, by: services.return_stage(**seen(review, by), reason="Мало"),
    (S.TOLD, S.JUDGED, Actor.REVIEWER): lambda review, by: services.judge_stage(
        **seen(review, by), verdict="came", comment=""
    ),
    (S.JUDGED, S.TOLD, Actor.REVIEWER): lambda review, by: services.reopen_stage(**seen(review, by)),
}
IS = {"curator": {Actor.AUTHOR}, "methodist": {Actor.REVIEWER}, "department": {Actor.REVIEWER}}


def test_the_table_of_moves_is_complete():
    for before, after, actor in itertools.product(S, S, Actor):
        assert stage_may_move(before, after, {actor}) is ((before, after, actor) in ALLOWED), (before, after, actor)
        assert not stage_may_move(before, after, ())
    assert set(MOVES) == ALLOWED
    assert len(STAGE_MOVES) == len({(before, after) for before, after, _ in ALLOWED})


@pytest.mark.parametrize("state", S)
def test_every_verb_in_every_state_by_every_person(staged, state):
    for (before, after, actor), verb in MOVES.items():
        for who in PEOPLE:
            review = stand_in(staged, state)
            if state is before and actor in IS.get(who, ()):
                verb(review, getattr(staged, who))
                assert StageReview.objects.get(pk=review.pk).state == after
            else:
                with pytest.raises(StageRefused):
                    verb(review, getattr(staged, who))
                assert StageReview.objects.get(pk=review.pk).state == state


def test_nobody_judges_what_they_told_themselves(staged):
    programme = Programme.objects.create(
        municipality=staged.municipality, title="Муниципальная", starts_in=2023, ends_in=2023
    )
    first, _ = services.plan_stages(programme=programme, due=DAYS, by=staged.methodist)
    told = services.tell_stage(**seen(first, staged.methodist), text="Проведено")
    with pytest.raises(StageRefused, match="отчитались вы"):
        services.judge_stage(**seen(told, staged.methodist), verdict="came", comment="")
    assert services.judge_stage(**seen(told, staged.department), verdict="came", comment="").verdict == "came"


def test_what_is_refused_says_why(staged):
    with pytest.raises(StageRefused, match="что изменилось"):
        services.tell_stage(**seen(staged.stage, staged.curator), text=" ")
    told = services.tell_stage(**seen(staged.stage, staged.curator), text="Пришли двое")
    assert told.state == S.TOLD
    with pytest.raises(StageRefused, match="изменил другой"):
        services.judge_stage(**seen(staged.stage, staged.methodist), verdict="came", comment="")
    with pytest.raises(StageRefused, match="Выберите"):
        services.judge_stage(**seen(told, staged.methodist), verdict="", comment="")
    with pytest.raises(StageRefused, match="чего не хватило"):
        services.judge_stage(**seen(told, staged.methodist), verdict="partly", comment=" ")
    with pytest.raises(StageRefused, match="что дополнить"):
        services.return_stage(**seen(told, staged.methodist), reason="")
    with pytest.raises(StageRefused, match="больше не меняется"):
        services.plan_stages(programme=staged.programme, due=DAYS | {1: dt.date(2022, 6, 15)}, by=staged.methodist)
    assert StageReview.objects.get(pk=told.pk).state == S.TOLD


@pytest.mark.parametrize(
    ("first", "today", "is_open"),
    [
        (S.AWAITED, dt.date(2022, 6, 1), False),
        (S.TOLD, dt.date(2022, 5, 31), False),  # the first stage lasts until its day
        (S.TOLD, dt.date(2022, 6, 1), True),
        (S.JUDGED, dt.date(2022, 6, 1), True),
    ],
)
def test_the_second_stage_is_told_of_when_the_first_is_over_and_told(staged, time_machine, first, today, is_open):
    time_machine.move_to(dt.datetime.combine(today, dt.time(9), dt.UTC))
    stand_in(staged, first)
    _, later = stages_of(staged.curator, staged.programme, today)
    assert (later.can_tell, later.opens_after) == ((True, None) if is_open else (False, DAYS[1]))
    if is_open:
        services.tell_stage(**seen(staged.later, staged.curator), text="Пришли двое")
    else:
        with pytest.raises(StageRefused, match="когда закончится предыдущий"):
            services.tell_stage(**seen(staged.later, staged.curator), text="Пришли двое")


def test_days_are_set_by_those_who_keep_plans_and_in_order(staged):
    with pytest.raises(StageRefused, match="назначают"):
        services.plan_stages(programme=staged.programme, due=DAYS, by=staged.curator)
    with pytest.raises(StageRefused, match="позже первого"):
        services.plan_stages(programme=staged.programme, due=dict.fromkeys(DAYS, DAYS[1]), by=staged.methodist)
    services.plan_stages(programme=staged.programme, due=DAYS | {2: dt.date(2022, 11, 15)}, by=staged.methodist)
    assert [row.due_on.month for row in StageReview.objects.all()] == [5, 11]


def test_a_return_keeps_what_was_told_and_every_move_is_audited(staged):
    told = services.tell_stage(**seen(staged.stage, staged.curator), text="Пришли двое")
    back = services.return_stage(**seen(told, staged.methodist), reason="Где показатели?")
    assert (back.told, back.reason, back.state) == ("Пришли двое", "Где показатели?", S.AWAITED)
    again = services.tell_stage(**seen(back, staged.curator), text="Показатели выросли")
    assert again.reason == ""
    services.judge_stage(**seen(again, staged.methodist), verdict="not_yet", comment="Рост в пределах погрешности")
    actions = AuditEvent.objects.filter(action__startswith="stage_").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["stage_told", "stage_returned", "stage_told", "stage_judged"]


def test_what_must_hold_holds_in_the_database(staged):
    for fields, name in (
        ({"state": "judged", "told": "Есть"}, "judged_stage_has_a_verdict"),
        ({"state": "told"}, "stage_is_told_in_words"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            StageReview.objects.filter(pk=staged.stage.pk).update(**fields)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_stage_by_pages_from_its_day_to_its_verdict(staged):
    StageReview.objects.all().delete()
    methodist, curator = browser(staged.methodist), browser(staged.curator)
    address = reverse("roadmaps:stages", args=[staged.programme.pk])
    page = methodist.get(address).text
    assert 'value="2022-05-31"' in page
    assert "позже первого" in methodist.post(address, {"first": "2022-10-31", "second": "2022-05-31"}).text
    page = methodist.post(address, {"first": "2022-05-31", "second": "2022-10-31"}, follow=True).text
    assert "Сроки этапов сохранены" in page
    stage = StageReview.objects.get(stage=1).get_absolute_url()
    assert stage in curator.get(staged.programme.get_absolute_url()).text
    assert "Напишите, что изменилось" in curator.post(stage, {"do": "tell", "text": " ", "version": "1"}).text
    page = curator.post(stage, {"do": "tell", "text": "Пришли двое", "version": "1"}, follow=True).text
    assert "Взять обратно" in page
    assert "Записать заключение" not in page
    late = methodist.post(stage, {"do": "judge", "verdict": "came", "comment": "Хорошо", "version": "1"}).text
    assert "изменил другой" in late
    assert ">\nХорошо</textarea>" in late
    assert re.search(r'value="came"[^>]*checked', late)
    assert 'name="version" value="2"' in late
    page = methodist.post(stage, {"do": "judge", "verdict": "came", "comment": "Хорошо", "version": "2"}, follow=True)
    assert "позитивные изменения наступили" in page.text
    assert "Рассмотреть заново" in page.text
    assert curator.post(stage, {"do": "reopen", "version": "3"}).status_code == 200
    assert StageReview.objects.get(stage=1).state == S.JUDGED
