"""Plans of interaction as the pair keeps them, and what a pairing opens of the partner's roadmaps."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from mentoring.kinds import Kind
from mentoring.models import Pairing, PairingPlan, PairingStep
from mentoring.services.pairings import Facts
from mentoring.services.plans import StepTold, add_step
from roadmaps.models import Activity, ActivityChange, Comment, Evidence, Occurrence, Programme, ProgressUpdate, Roadmap
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.services.plans import Frame, store_plan

pytestmark = pytest.mark.django_db
FRAME = {"title": "План", "starts_on": "2023-01-01", "ends_on": "2023-12-31", "version": "0"}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *keys: int) -> str:
    return reverse(f"mentoring:{name}", args=keys)


def titles(plan: PairingPlan) -> list[str]:
    return [step.title for step in plan.steps.order_by("position")]


def test_a_plan_begins_from_the_template_of_its_kind_and_its_rows_are_kept_by_the_pair(town):
    pairing = town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    client = browser(town.person(Role.CURATOR, town.strong))
    assert "Плана пока нет" in client.get(address("plan", pairing.pk)).text
    start = client.get(address("new_plan", pairing.pk)).text
    assert "приказ от 30.12.2022 № 1030" in start
    assert "Концепции города Армавир" not in start
    typed = FRAME | {"template": "vector", "ends_on": "2022-12-31"}
    assert "Последний день раньше первого" in client.post(address("new_plan", pairing.pk), typed).text
    page = client.post(address("new_plan", pairing.pk), FRAME | {"template": "vector"}, follow=True).text
    assert "каждый месяц, с февраля по декабрь 2023 года" in page
    assert (
        "у пары уже есть план"
        in client.post(address("new_plan", pairing.pk), FRAME | {"template": "empty"}).text.lower()
    )
    plan = PairingPlan.objects.get()
    assert plan.steps.count() == 9
    assert "просроч" not in page  # a draft is late for nobody
    client.post(address("edit_plan", pairing.pk), FRAME | {"state": "active", "version": "1"})
    page = client.get(address("plan", pairing.pk)).text
    # On 15 March: the two rows of February, that of January and February, and the first time of the monthly one.
    assert "просрочены 4" in page.replace("\u00a0", " ")
    new = {"title": "Открытый урок", "deadline": "до 10 апреля", "meaning": "auto", "version": "0"}
    assert "Напишите, что пара делает" in client.post(address("new_step", pairing.pk), new | {"title": ""}).text
    for words, said in [("как-нибудь потом", "не понял этот срок"), ("до 01.03.2021", "не из срока плана")]:
        assert said in client.post(address("new_step", pairing.pk), new | {"deadline": words}).text
    client.post(address("new_step", pairing.pk), new)
    step = plan.steps.get(title="Открытый урок")
    assert (step.due_on, titles(plan)[-1]) == (dt.date(2023, 4, 10), "Открытый урок")
    client.post(address("move_step", step.pk), {"to": "up"})
    assert titles(plan)[-2] == "Открытый урок"
    client.post(address("edit_step", step.pk), new | {"deadline": "до 20 апреля", "version": "1"})
    stale = client.post(address("edit_step", step.pk), new | {"title": "Моё", "version": "1"}).text
    assert "изменил другой человек" in stale
    assert "до 20 апреля" in stale
    assert "Моё" in stale
    said = {"state": "cancelled", "reason": "", "version": "2"}
    assert "Напишите причину" in client.post(address("overrule_step", step.pk), said).text
    client.post(address("overrule_step", step.pk), said | {"reason": "Карантин"})
    assert PairingStep.objects.get(pk=step.pk).state == "cancelled"
    viewer = browser(town.person(Role.VIEWER)).get(address("plan", pairing.pk)).text
    assert "установлено решением" in viewer
    assert "Карантин" not in viewer
    assert "Карантин" in client.get(address("plan", pairing.pk)).text
    client.post(address("overrule_step", step.pk), {"state": "follow", "reason": "Снят", "version": "3"})
    assert PairingStep.objects.get(pk=step.pk).state == "not_started"
    client.post(address("remove_step", step.pk), {"version": "4"})
    assert "Открытый урок" not in titles(plan)
    gone = client.post(address("edit_step", step.pk), new | {"title": "Моё длинное слово"})
    assert (gone.status_code, "больше нет" in gone.text, "Моё длинное слово" in gone.text) == (409, True, True)
    actions = list(pairing.changes.values_list("action", flat=True))
    assert actions[1:] == [
        "plan_made", "plan_changed", "step_added", "step_moved", "step_changed", "step_overruled", "step_overruled",
        "step_removed",
    ]  # fmt: skip
    assert "Открытый урок" in client.get(pairing.get_absolute_url()).text


def test_another_term_moves_what_the_portal_has_read_and_leaves_what_a_person_has_said(town):
    pairing = town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    client = browser(town.person(Role.METHODIST))
    client.post(address("new_plan", pairing.pk), FRAME | {"template": "empty"})
    plan = PairingPlan.objects.get()
    read = add_step(plan=plan, told=StepTold("Раз", deadline="Март"), by=None)
    said = {"title": "Два", "deadline": "Март", "meaning": "once", "last_day": "2023-05-05", "version": "0"}
    client.post(address("new_step", pairing.pk), said)
    later = FRAME | {"starts_on": "2023-04-01", "ends_on": "2024-03-31", "state": "draft", "version": "1"}
    client.post(address("edit_plan", pairing.pk), later)
    assert [step.due_on.isoformat() for step in plan.steps.all()] == ["2024-03-31", "2023-05-05"]
    client.post(address("edit_plan", pairing.pk), later | {"state": "closed", "version": "2"})
    assert "План завершён" in client.post(address("edit_step", read.pk), said | {"version": "1"}).text
    assert client.get(address("plan", pairing.pk)).text.count("Добавить строку") == 0


def test_pairs_that_are_counted_have_no_plan(town):
    pairing = town.pair(Kind.PUPIL_PUPIL, town.weak, Facts(dt.date(2023, 1, 1), count=3))
    client = browser(town.person(Role.METHODIST))
    assert "План взаимодействия" not in client.get(pairing.get_absolute_url()).text
    assert "только считаются" in client.post(address("new_plan", pairing.pk), FRAME | {"template": "empty"}).text


def test_the_page_of_a_plan_asks_as_often_for_many_rows_as_for_few(town):
    pairing = town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    client = browser(town.person(Role.CURATOR, town.weak))
    client.post(address("new_plan", pairing.pk), FRAME | {"template": "empty"})
    plan, counts = PairingPlan.objects.get(), []
    for rows in (1, 8):
        for number in range(rows):
            add_step(plan=plan, told=StepTold(f"Строка {number}", deadline="ежемесячно"), by=None)
        client.get(address("plan", pairing.pk))
        with CaptureQueriesContext(connection) as found:
            client.get(address("plan", pairing.pk))
        counts.append(len(found))
    assert counts[0] == counts[1]


@pytest.fixture
def partner_plan(town) -> Roadmap:
    """Of the weak school, with a report, its evidence, a comment and a line of history."""
    row = PlanRow(title="Самоанализ школы", number="1", responsible=("ОО",), deadline="Февраль 2023")
    programme = Programme.objects.create(
        municipality=town.municipality, school=town.weak, kind="antirisk", title="Паспорт школы", starts_in=2023,
        ends_in=2023,
    )  # fmt: skip
    roadmap = store_plan(
        municipality=town.municipality,
        plan=Plan("План слабой школы", (PlanSection("Раздел", rows=(row,)),)),
        frame=Frame(
            dt.date(2023, 1, 1), dt.date(2023, 12, 31), school=town.weak, programme=programme, state="approved"
        ),
    )
    activity = roadmap.activities.get()
    report = ProgressUpdate.objects.create(
        occurrence=activity.occurrences.get(), school=town.weak, state="submitted", text="Текст отчёта"
    )
    Evidence.objects.create(report=report, link="https://example.org/evidence")
    Comment.objects.create(activity=activity, text="Замечание к строке")
    ActivityChange.objects.create(activity=activity, action="edited", reason="Причина правки")
    return roadmap


def test_a_pairing_opens_the_plan_of_the_helped_school_and_nothing_more_while_it_runs(town, partner_plan):
    pairing = town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    mentor = town.person(Role.MENTOR, town.other)  # who sees one school, and helps another
    team = town.pair(Kind.MENTOR_TEAM, town.weak, mentor=town.mentor(user=mentor))
    activity = partner_plan.activities.get()
    helping, beside = town.person(Role.CURATOR, town.strong), town.person(Role.CURATOR, town.other)
    for user in (helping, mentor):
        client = browser(user)
        page, row = client.get(partner_plan.get_absolute_url()).text, client.get(activity.get_absolute_url()).text
        assert "Самоанализ школы" in page
        assert "Самоанализ школы" in row
        assert "План слабой школы" in client.get(reverse("roadmaps:list")).text
        assert "Самоанализ школы" in client.get(reverse("roadmaps:rows") + "?period=all").text
        own = client.get((pairing if user is helping else team).get_absolute_url()).text
        assert partner_plan.title in own
        assert reverse("mentoring:school", args=[town.weak.pk]) not in own  # it would lead nowhere
        for hidden in ("Текст отчёта", "example.org/evidence", "Замечание к строке", "Причина правки", "Паспорт школы"):
            assert hidden not in page + row, hidden
        assert client.get(reverse("roadmaps:history", args=[partner_plan.pk])).status_code == 403
        assert client.post(reverse("roadmaps:comment", args=[activity.pk]), {"text": "Моё"}).status_code == 403
        closed = [
            reverse("roadmaps:programme", args=[partner_plan.programme_id]),
            reverse("schools:school", args=[town.weak.pk]),
            reverse("schools:school_risks", args=[town.weak.pk]),
            reverse("roadmaps:school", args=[town.weak.pk]),
            reverse("roadmaps:report", args=[activity.occurrences.get().pk]),
            reverse("roadmaps:judge", args=[ProgressUpdate.objects.get().pk]),
            reverse("roadmaps:evidence", args=[Evidence.objects.get().pk]),
        ]
        assert [client.get(one).status_code for one in closed] == [404] * len(closed)
        for model in (Occurrence, ProgressUpdate, Evidence, Comment, Programme):
            assert not model.objects.visible_to(user).exists(), model
        assert Activity.objects.visible_to(user).exists()
    assert not Roadmap.objects.visible_to(beside).exists()
    Pairing.objects.update(ends_on=dt.date(2023, 3, 14))  # yesterday
    for user in (helping, mentor):
        assert not Roadmap.objects.visible_to(user).exists()


def test_who_helps_a_teacher_or_is_helped_reads_no_plan_of_the_school(town, partner_plan):
    colleague = town.teacher(town.strong, "Учитель 2")
    town.pair(Kind.TEACHER_TEACHER, town.weak, helping_teacher=colleague, teacher=town.teacher(town.weak))
    town.pair(Kind.SCHOOL_SCHOOL, town.other, helping_school=town.weak)
    for school in (town.strong, town.other):
        assert not Roadmap.objects.visible_to(town.person(Role.CURATOR, school)).exists()
    assert Roadmap.objects.visible_to(town.person(Role.CURATOR, town.weak)).exists()
