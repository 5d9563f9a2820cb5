"""Teachers: the five indicators by hand, who sees and writes what, forms that say what is wrong, reports that keep
their numbers."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Role
from mentoring.competence import Competence, has_category, year_before
from mentoring.kinds import Kind
from mentoring.models import (
    CompetenceMark,
    Course,
    Deficit,
    DevelopmentPlan,
    DevelopmentStep,
    Meeting,
    SupportReport,
    Teacher,
    TeacherChange,
)
from mentoring.queries.development import five_of, met_by
from mentoring.queries.teachers import holding_category
from mentoring.services.pairings import Facts
from mentoring.services.records import RecordChanged, write_record
from tests.mentoring.conftest import TODAY, YEAR
from tests.mentoring.test_pairing_pages import address, browser

pytestmark = pytest.mark.django_db
DEFICIT = {"kind": "subject", "text": "Задачи с параметром", "found_how": "lesson", "found_on": "2023-02-01"}


def course(teacher, finished_on: str, **fields: object) -> Course:
    known = {"title": "Курсы", "organisation": "Институт", "hours": 36, "is_regional": True} | fields
    return Course.objects.create(teacher=teacher, finished_on=finished_on, **known)


def deficit(teacher, text: str = "Задачи с параметром", **fields: object) -> Deficit:
    known = {"kind": "subject", "found_how": "lesson", "found_on": "2023-02-01"} | fields
    return Deficit.objects.create(teacher=teacher, text=text, **known)


def plan(teacher, state: str = "active") -> DevelopmentPlan:
    term = {"starts_on": "2022-09-01", "ends_on": "2023-08-31"}
    return DevelopmentPlan.objects.create(teacher=teacher, aim="Вырасти", state=state, **term)


def step(of: DevelopmentPlan, due_on: str, **fields: object) -> DevelopmentStep:
    return DevelopmentStep.objects.create(plan=of, form="self", title="Читать", due_on=due_on, **fields)


def met(teacher, year: int = 2022) -> dict[str, bool | None]:
    return {held.competence.value: held.is_met for held in five_of([teacher], year, TODAY)[teacher.pk]}


def test_the_last_year_ends_today_and_begins_after_the_same_day_a_year_ago():
    assert year_before(dt.date(2023, 3, 15)) == dt.date(2022, 3, 15)
    assert year_before(dt.date(2024, 2, 29)) == dt.date(2023, 2, 28)


@pytest.mark.parametrize(
    ("category", "since", "until", "holds"),
    [
        ("highest", None, None, True),
        ("first", "2023-03-15", "2023-03-15", True),
        ("first", "2023-03-16", None, False),
        ("first", None, "2023-03-14", False),
        ("suitable", None, None, False),
        ("", None, None, False),
    ],
)
def test_a_category_holds_between_its_days(category, since, until, holds):
    days = (dt.date.fromisoformat(day) if day else None for day in (since, until))
    assert has_category(category, *days, TODAY) is holds


def test_the_five_indicators_follow_from_what_is_kept(town):
    """Of the year going on by today, of an earlier one by its last day, 31 August."""
    teacher = town.teacher(town.weak, category="first", category_until=dt.date(2023, 3, 14), advanced_level=True)
    nobody_said = {"expert": None, "test": None, "certificate": False, "category": False, "advanced": True}
    assert met(teacher) == nobody_said
    course(teacher, "2022-03-15")  # a day too early
    course(teacher, "2023-01-10", is_regional=False)
    assert met(teacher) == nobody_said
    course(teacher, "2022-03-16")
    CompetenceMark.objects.create(
        teacher=teacher, school_year=2022, expert="positive", test="negative", test_percent=40, advanced_first=False
    )
    assert met(teacher) == {
        "expert": True, "test": False, "certificate": True, "category": False, "advanced": False,
    }  # fmt: skip
    assert met(teacher, 2021) == {
        "expert": None, "test": None, "certificate": True, "category": True, "advanced": None,
    }  # fmt: skip
    other = town.teacher(town.other, "Учитель 2", category="highest")
    found = {line.competence: (line.met, line.known) for line in met_by(five_of([teacher, other], 2022, TODAY))}
    assert found == {
        Competence.EXPERT: (1, 1), Competence.TEST: (0, 1), Competence.CERTIFICATE: (1, 2),
        Competence.CATEGORY: (1, 2), Competence.ADVANCED: (0, 1),
    }  # fmt: skip


def test_a_teacher_s_deficits_are_for_their_school_the_centre_and_their_mentor_of_today(town):
    teacher, colleague, helper = (
        town.teacher(school, str(n)) for n, school in enumerate((town.weak, town.weak, town.strong))
    )
    deficit(teacher)
    people = {name: town.person(Role.MENTOR) for name in ("mentor", "former", "next", "helper", "other")}
    terms = {
        "mentor": YEAR,
        "former": Facts(dt.date(2022, 10, 1), dt.date(2023, 3, 14)),
        "next": Facts(dt.date(2023, 3, 16)),
    }
    for name, facts in terms.items():
        mentor = town.mentor("tutor", user=people[name], name=name)
        town.pair(Kind.TUTOR_TEACHER, town.weak, facts, mentor=mentor, teacher=teacher)
    helper.user = people["helper"]
    helper.save()
    town.pair(Kind.TEACHER_TEACHER, town.weak, helping_teacher=helper, teacher=teacher)
    other = town.mentor("tutor", user=people["other"], name="other")
    town.pair(Kind.TUTOR_TEACHER, town.weak, mentor=other, teacher=colleague)
    people |= {role.value: town.person(role) for role in (Role.DEPARTMENT, Role.METHODIST, Role.VIEWER)}
    people |= {"own": town.person(Role.CURATOR, town.weak), "strong": town.person(Role.CURATOR, town.strong)}
    for name, person in people.items():
        sees = name in ("mentor", "helper", "own", "department", "methodist")
        client = browser(person)
        card = client.get(address("teacher", teacher.pk))
        assert ("Задачи с параметром" in card.text) is sees, name
        assert (card.status_code == 200) is sees, name
        assert (teacher.get_absolute_url() in client.get(address("staff")).text) is sees, name
        assert Deficit.objects.visible_to(person).exists() is sees, name


def test_the_mentor_writes_deficits_and_plans_the_school_courses_and_the_centre_the_experts_word(town):
    teacher, tutor = town.teacher(town.weak), town.person(Role.MENTOR)
    town.pair(Kind.TUTOR_TEACHER, town.weak, mentor=town.mentor("tutor", user=tutor), teacher=teacher)
    mentor, curator, centre = map(browser, (tutor, town.person(Role.CURATOR, town.weak), town.person(Role.METHODIST)))
    page = mentor.post(address("new_record", teacher.pk, "deficits"), DEFICIT | {"version": 0}, follow=True).text
    assert "Задачи с параметром" in page
    assert "Невосполненных дефицитов: 1" in page
    made = {"aim": "Научиться", "starts_on": "2023-02-01", "ends_on": "2023-08-31", "state": "active", "version": 0}
    assert mentor.post(address("new_record", teacher.pk, "plans"), made).status_code == 302
    row = {"form": "lesson", "title": "Открытый урок", "due_on": "2023-03-14", "state": "planned", "version": 0}
    added = mentor.post(address("new_development_step", DevelopmentPlan.objects.get().pk), row, follow=True)
    assert "просрочено 1" in added.text
    assert mentor.get(address("new_record", teacher.pk, "courses")).status_code == 403
    assert mentor.get(address("new_record", teacher.pk, "competence")).status_code == 403
    assert mentor.get(address("edit_teacher", teacher.pk)).status_code == 403
    learnt = {"kind": "training", "title": "Параметры", "organisation": "Институт", "hours": "36", "version": 0}
    new_course = address("new_record", teacher.pk, "courses")
    assert "ещё не наступил" in curator.post(new_course, learnt | {"finished_on": "2023-03-16"}).text
    assert curator.post(new_course, learnt | {"finished_on": "2023-03-15"}).status_code == 302
    competence = address("new_record", teacher.pk, "competence", year=2022)
    assert 'name="expert"' not in curator.get(competence).text
    assert curator.post(competence, {"expert": "positive", "advanced_second": "true", "version": 0}).status_code == 302
    mark = CompetenceMark.objects.get()
    assert (mark.expert, mark.advanced_first, mark.advanced_second) == ("", None, True)
    assert "Выберите результат" in centre.post(competence, {"expert_on": "2023-01-01", "version": 1}).text
    assert centre.post(competence, {"expert": "positive", "advanced_second": "true", "version": 1}).status_code == 302
    assert CompetenceMark.objects.get().expert == "positive"


def test_forms_say_what_is_wrong_and_keep_what_was_typed(town):
    teacher, client = town.teacher(town.weak), browser(town.person(Role.METHODIST))
    kept = deficit(teacher)
    edit = address("edit_record", "deficits", kept.pk)
    assert "Напишите, как восполнен" in client.post(edit, DEFICIT | {"closed_on": "2023-03-01", "version": 1}).text
    early = client.post(edit, DEFICIT | {"closed_on": "2023-01-01", "closed_how": "Тест", "version": 1}).text
    assert "не восполняют раньше" in early
    named = client.post(edit, DEFICIT | {"text": "Не справляется Иванов И.И.", "version": 1}).text
    assert "Уберите фамилию" in named
    assert "Не справляется Иванов И.И." in named
    Deficit.objects.update(version=2, text="Чужое")
    beside = client.post(edit, DEFICIT | {"text": "Моё", "version": 1}).text
    assert "изменил другой человек" in beside
    assert "Чужое" in beside
    assert "Моё" in beside
    assert client.post(edit, DEFICIT | {"text": "Моё", "version": 2}).status_code == 302
    gone = address("remove_record", "deficits", kept.pk)
    twice = address("new_record", teacher.pk, "deficits")
    assert "уже записан" in client.post(twice, DEFICIT | {"text": " моЁ ", "version": 0}).text
    client.post(gone, {"version": 2})
    assert Deficit.objects.exists()
    client.post(gone, {"version": 3})
    assert not Deficit.objects.exists()


def test_a_plan_is_carried_out_when_nothing_of_it_is_to_come(town):
    teacher, client = town.teacher(town.weak), browser(town.person(Role.METHODIST))
    made = plan(teacher)
    told = {"aim": "Вырасти", "starts_on": "2022-09-01", "ends_on": "2023-08-31", "state": "done", "version": 1}
    edit = address("edit_record", "plans", made.pk)
    assert "ещё нет ни одной" in client.post(edit, told).text
    row = step(made, "2023-03-01")
    assert "ещё нет ни одной" in client.post(edit, told).text
    done = {"form": "self", "title": "Читать", "due_on": "2023-03-01", "state": "done", "version": 1}
    assert "Впишите день" in client.post(address("edit_record", "steps", row.pk), done).text
    client.post(address("edit_record", "steps", row.pk), done | {"done_on": "2023-03-02"})
    assert client.post(edit, told).status_code == 302
    assert "почему план прекращён" in client.post(edit, told | {"state": "dropped", "version": 2}).text
    new, another = address("new_record", teacher.pk, "plans"), told | {"state": "active", "version": 0}
    assert client.post(new, another).status_code == 302
    assert "уже действует другой: План развития с 01.09.2022" in client.post(new, another).text
    assert client.post(new, another | {"starts_on": "2023-09-01", "ends_on": "2024-08-31"}).status_code == 302


def test_of_two_who_write_the_same_year_the_second_is_told(town):
    teacher, by = town.teacher(town.weak), town.person(Role.METHODIST)
    fields = {"advanced_first": True}
    write_record(row=CompetenceMark(teacher=teacher, school_year=2022), fields=fields, seen_version=0, by=by)
    with pytest.raises(RecordChanged, match="только что внёс"):
        write_record(row=CompetenceMark(teacher=teacher, school_year=2022), fields=fields, seen_version=0, by=by)


def test_a_report_that_is_handed_in_keeps_the_numbers_of_that_day(town):
    teacher, client = town.teacher(town.weak, category="highest"), browser(town.person(Role.METHODIST))
    pairing = town.pair(Kind.TUTOR_TEACHER, town.weak, mentor=town.mentor("tutor"), teacher=teacher)

    def meet(on: str, state: str = "confirmed") -> None:
        known = {"pairing": pairing, "topic": "Урок", "logged_side": "helper", "confirmed_at": "2023-03-01T09:00Z"}
        Meeting.objects.create(on=on, hours="1.5", state=state, **known)

    for on, state in (("2023-01-20", "confirmed"), ("2023-02-20", "confirmed"), ("2023-03-01", "logged")):
        meet(on, state)
    course(teacher, "2022-10-01", is_regional=False)
    course(teacher, "2022-08-31", is_regional=False)  # of the year before
    deficit(teacher)
    deficit(teacher, "Второй", found_on="2021-10-01", closed_on="2022-12-01", closed_how="Тест")
    made = plan(teacher)
    step(made, "2023-01-01", state="done", done_on="2023-01-01")
    step(made, "2023-02-01")
    step(made, "2023-02-02", state="dropped")
    step(plan(teacher, "draft"), "2023-02-02")
    numbers = (
        "2 встречи, 3 ч", "1 программа, 36 ч", "выявлено 1, восполнено 1, осталось 1", "выполнено 1 из 2 строк",
        "есть 1 из 5",
    )  # fmt: skip
    told = {"done": "Ходили на уроки", "outcome": "Стало лучше", "state": "handed_in", "version": 0}
    client.post(address("new_record", teacher.pk, "reports", year=2022), told)
    report = SupportReport.objects.get()
    assert report.handed_in_on == TODAY
    meet("2023-03-10")

    def page() -> str:
        return client.get(address("support_report", report.pk)).text.replace("\u00a0", " ")

    assert [words for words in numbers if words not in page()] == []
    edit = address("edit_record", "reports", report.pk)
    assert "После этого его изменили" not in page()
    client.post(edit, told | {"done": "Ходили чаще", "version": 1})
    assert "Ходили чаще" in page()
    assert "После этого его изменили" in page()
    assert numbers[0] in page()
    client.post(edit, told | {"state": "draft", "version": 2})
    assert "3 встречи, 4,5 ч" in page()
    assert "Это черновик" in page()


def test_the_list_is_narrowed_to_what_is_needed(town):
    client = browser(town.person(Role.METHODIST))
    names = ("Планов", "Сроков", "Курсов", "Ушедший")
    needing, late, learnt, gone = (town.teacher(town.weak, name, is_active=name != "Ушедший") for name in names)
    for teacher in (needing, late, gone):
        deficit(teacher)
    deficit(learnt, closed_on="2023-03-01", closed_how="Тест")
    step(plan(late), "2023-03-14")
    step(plan(learnt, "draft"), "2023-03-14")  # nobody is late by a draft
    plan(needing)  # without a row it is none
    course(learnt, "2020-03-16")
    course(late, "2020-03-15")
    lead = client.get(address("staff")).text.replace("\u00a0", " ")
    assert "3 педагога: категория есть у 0, невосполненные дефициты — у 2, из них без плана развития — 1" in lead
    wanted = {
        "deficits": {"Планов", "Сроков"}, "no_plan": {"Планов"}, "late": {"Сроков"}, "no_courses": {"Планов", "Сроков"},
    }  # fmt: skip
    for need, expected in wanted.items():
        page = client.get(address("staff", need=need)).text
        assert {name for name in names if f">{name}</a>" in page} == expected, need
    assert "план без строк" in client.get(address("staff")).text
    assert "Таких педагогов нет" in client.get(address("staff", school=town.other.pk)).text


def test_cards_and_lists_ask_the_database_as_often_for_many_as_for_few(town):
    client, teacher = browser(town.person(Role.METHODIST)), town.teacher(town.weak)
    pages = [address("staff"), address("teacher", teacher.pk), address("teachers", town.weak.pk)]

    def add(first: int, last: int) -> None:
        for number in range(first, last):
            colleague = town.teacher(town.weak, f"Учитель {number}")
            for one in (teacher, colleague):
                course(one, "2023-01-01", deficit=deficit(one))
                step(plan(one), "2023-03-14")
            mentor = town.mentor("tutor", name=f"Тьютор {number}")
            town.pair(Kind.TUTOR_TEACHER, town.weak, mentor=mentor, teacher=teacher)

    def queries() -> list[int]:
        asked = []
        for page in pages:
            with CaptureQueriesContext(connection) as found:
                assert client.get(page).status_code == 200
            asked.append(len(found))
        return asked

    add(0, 2)
    queries()  # the first visit is remembered in the session
    few = queries()
    add(2, 7)
    assert queries() == few


@pytest.mark.parametrize("since", [None, TODAY, TODAY + dt.timedelta(1)])
@pytest.mark.parametrize("until", [None, TODAY, TODAY - dt.timedelta(1)])
@pytest.mark.parametrize("category", ["first", "highest", "suitable", ""])
def test_a_category_is_counted_as_it_is_shown_on_the_card(town, category, since, until):
    """A second way: the database counts what `has_category` says of one teacher."""
    if since and until and since > until:
        return
    town.teacher(town.weak, category=category, category_since=since, category_until=until)
    counted = Teacher.objects.filter(holding_category(TODAY)).count()
    assert counted == has_category(category, since, until, TODAY)


def test_the_history_tells_who_wrote_what_and_what_it_was(town):
    """Of the entry with its category, of what is kept, and of what was taken out; saved as it is, it tells nothing."""
    teacher, methodist = town.teacher(town.weak), town.person(Role.METHODIST)
    client = browser(methodist)
    assert "Изменений пока нет" in client.get(address("teacher_history", teacher.pk)).text
    entry = {"name": "Учитель 1", "position": "учитель", "subjects": "математика", "is_active": "on"}
    raised = entry | {"category": "first", "category_since": "2023-03-01"}
    for told in ("Учитель 1, тел. 89990000000", "Учитель 1, 12.03.1980"):
        refused = client.post(address("edit_teacher", teacher.pk), entry | {"name": told, "version": "1"})
        assert "Только имя: телефонов, дат рождения" in refused.text
    client.post(address("edit_teacher", teacher.pk), raised | {"version": "1"})
    client.post(address("edit_teacher", teacher.pk), raised | {"version": "2"})
    client.post(address("new_record", teacher.pk, "deficits"), DEFICIT | {"version": "0"})
    lack = Deficit.objects.get()
    client.post(address("edit_record", "deficits", lack.pk), DEFICIT | {"text": "Дроби", "version": "1"})
    client.post(address("remove_record", "deficits", lack.pk), {"version": "2"})
    kept = [(one.record, one.action, one.by, one.title) for one in TeacherChange.objects.all()]
    assert kept == [
        ("teacher", "changed", methodist, "Учитель 1"), ("deficit", "added", methodist, "Задачи с параметром"),
        ("deficit", "changed", methodist, "Дроби"), ("deficit", "removed", methodist, "Дроби"),
    ]  # fmt: skip
    page = " ".join(client.get(address("teacher_history", teacher.pk)).text.split())
    for words in (
        "изменено: сведения об учителе", "Квалификационная категория: первая", "Категория присвоена: 01.03.2023",
        "внесено: дефицит «Задачи с параметром»", "В чём дефицит: Задачи с параметром → Дроби",
        "убрано: дефицит «Дроби»",
    ):  # fmt: skip
        assert words in page, words
    assert "первая, дата присвоения 01.03.2023" in client.get(teacher.get_absolute_url()).text
    assert browser(town.person(Role.MENTOR)).get(address("teacher_history", teacher.pk)).status_code == 404
