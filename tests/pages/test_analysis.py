"""Pages of analysis: what they show, to whom, and that they do not slow down with the number of schools."""

import random
from importlib import import_module

import numpy as np
import pytest
from django.apps import apps
from django.urls import reverse

from accounts.access import Role
from accounts.models import AuditEvent
from indicators.engine import recompute
from indicators.models import Indicator, MunicipalityValue
from indicators.queries.conditions import conditions_of
from monitoring.models import ResultTotal, TaskTopic
from monitoring.queries.analysis.comparison import comparison_of
from monitoring.queries.analysis.early_warning import early_warning
from monitoring.queries.analysis.groups import group_sentence, groups_of
from monitoring.queries.analysis.heat_map import Mode, heat_map
from monitoring.queries.analysis.low_results import low_of, low_results, low_shares
from monitoring.queries.analysis.staff import staff_table
from monitoring.queries.analysis.weak_topics import Paper, weak_topics
from monitoring.services.topics import name_topics
from tests.factories import (
    IndicatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    ObjectivityFlagFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    SchoolValueFactory,
    StatisticKindFactory,
    TaskTopicFactory,
    result_with_total,
)

PAGES = ("summary", "heat_map", "courses", "participation", "weak_topics", "staff", "groups", "early_warning")


def address(name: str, extra: str = "?year=2020") -> str:
    return reverse(f"monitoring:{name}") + extra


@pytest.fixture
def town(db):
    return MunicipalityFactory(slug="nazarovo", name="Назарово")


def seen_by(town, role=Role.METHODIST):
    return MembershipFactory(municipality=town, role=role).user


def schools_of(town, count: int) -> list:
    return [SchoolFactory(municipality=town, name=f"СОШ № {number}") for number in range(1, count + 1)]


# --- Every page ---------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_town_is_met_with_words_and_not_with_noughts(name, town, log_in_as):
    page = log_in_as(Role.METHODIST, town).get(address(name)).text
    assert "empty-title" in page
    assert "0,0" not in page


def add_a_school(town, number: int, indicator: Indicator, kinds: dict) -> None:
    school = SchoolFactory(municipality=town, name=f"СОШ № {number}")
    dice = random.Random(number)
    for year in (2018, 2019, 2020):
        low = dice.randrange(12)
        marks = {"mark_2": low, "mark_3": 20 - low, "mark_4": 0, "mark_5": 0, "passed": 20 - low, "participants": 20}
        tasks = {str(task): {"done": dice.randrange(20), "participants": 20} for task in range(4)}
        result_with_total(school=school, school_year=year, tasks=tasks, **marks)
    SchoolValueFactory(
        school=school, indicator=indicator, participants=20, change=dice.randrange(9), change_from="2019"
    )
    for code, kind in kinds.items():
        SchoolStatisticFactory(school=school, kind=kind, value=dice.randrange(100, 900) if code == "students" else 20)


@pytest.mark.parametrize("name", PAGES)
def test_queries_do_not_grow_with_schools(name, town, log_in_as, queries_of):
    indicator = IndicatorFactory(municipality=town)
    kinds = {
        code: StatisticKindFactory(code=code)
        for code in ("students", "risk_group", "teachers", "social_wellbeing_index")
    }
    MunicipalityValueFactory(indicator=indicator)
    for number in range(2):
        add_a_school(town, number, indicator, kinds)
    client = log_in_as(Role.METHODIST, town)
    few = queries_of(client, address(name))
    for number in range(2, 14):
        add_a_school(town, number, indicator, kinds)
    assert queries_of(client, address(name)) == few


# --- Heat map -------------------------------------------------------------------------


def test_the_heat_map_reads_each_cell_against_the_municipality_beyond_chance(town):
    """70 % lies within 60–90, so it is like the municipality; 95 % with 85–99 is above it, 40 % with 20–60 below."""
    indicator = IndicatorFactory(municipality=town)
    MunicipalityValueFactory(indicator=indicator, value=70)
    for school, (value, low, high) in zip(schools_of(town, 3), ((75, 60, 90), (95, 85, 99), (40, 20, 60)), strict=True):
        SchoolValueFactory(school=school, indicator=indicator, value=value, low=low, high=high, participants=20)
    found = heat_map(user=seen_by(town), municipality=town, school_year=2020, mode=Mode.WHOLE)
    assert [row.cells[0].words for row in found.rows] == [
        "как в муниципалитете",
        "выше муниципалитета",
        "ниже муниципалитета",
    ]
    assert [row.cells[0].kind for row in found.rows] == ["none", "good", "bad"]
    assert (found.good, found.bad) == (1, 1)


def test_where_less_is_better_above_the_municipality_is_a_zone_of_attention(town):
    indicator = IndicatorFactory(municipality=town, direction="down")
    MunicipalityValueFactory(indicator=indicator, value=20)
    (school,) = schools_of(town, 1)
    SchoolValueFactory(school=school, indicator=indicator, value=60, low=40, high=80, participants=20)
    (row,) = heat_map(user=seen_by(town), municipality=town, school_year=2020, mode=Mode.WHOLE).rows
    assert (row.cells[0].icon, row.cells[0].kind) == ("▲", "bad")


@pytest.mark.parametrize(
    ("direction", "reading", "icon", "kind"),
    [("up", "better", "▲", "good"), ("down", "better", "▼", "good"), ("down", "worse", "▲", "bad")],
)
def test_the_arrow_says_where_the_value_went_and_the_colour_whether_that_is_good(town, direction, reading, icon, kind):
    indicator = IndicatorFactory(municipality=town, direction=direction)
    (school,) = schools_of(town, 1)
    before = {"school": school, "indicator": indicator, "participants": 20}
    SchoolValueFactory(**before, period="2019", value=50)
    SchoolValueFactory(**before, value=60, change=10, change_from="2019", change_reading=reading)
    (row,) = heat_map(user=seen_by(town), municipality=town, school_year=2020, mode=Mode.CHANGE).rows
    assert (row.cells[0].icon, row.cells[0].kind, row.cells[0].sub) == (icon, kind, "+10,0\u00a0п.\u00a0п.")


def test_few_pupils_are_hidden_in_the_heat_map_from_a_viewer(town, log_in_as):
    indicator = IndicatorFactory(municipality=town)
    (school,) = schools_of(town, 1)
    SchoolValueFactory(school=school, indicator=indicator, value=33, participants=4)
    assert "33,0" not in log_in_as(Role.VIEWER, town).get(address("heat_map")).text
    assert "33,0" in log_in_as(Role.METHODIST, town).get(address("heat_map")).text


# --- Low results and conditions ----------------------------------------------------------


def test_a_low_result_is_a_two_or_a_threshold_not_passed():
    unknown = float("nan")
    participants, mark_2, passed = (
        [10, 10, 10, unknown, 10],
        [3, unknown, unknown, unknown, 0],
        [7, 7, unknown, 7, 10],
    )
    low = low_of(np.array(participants), np.array(mark_2), np.array(passed))
    assert np.array_equal(low, [3, 3, unknown, unknown, 0], equal_nan=True)


def test_results_that_are_not_to_be_trusted_and_other_exams_do_not_count(town):
    first, second, third = schools_of(town, 3)
    ResultTotalFactory(school=first)
    ResultTotalFactory(school=second)
    ObjectivityFlagFactory(school=second)
    ResultTotalFactory(school=third, subject="biology")
    ResultTotalFactory(school=third, attempt="best")
    found = low_results(town, until=2020)
    assert (found.all_schools, found.low.tolist(), found.n.tolist()) == ([first.pk], [2], [10])
    assert not low_results(town, until=2019).n.size


def test_shares_of_several_exams_are_added_up_and_not_averaged(town):
    """2 of 10 and 20 of 30: 22 of 40 is 55 %, the mean of the shares would be 43,3 %."""
    (school,) = schools_of(town, 1)
    ResultTotalFactory(school=school)
    ResultTotalFactory(school=school, subject="russian", participants=30, mark_2=20, mark_3=10, mark_4=0, mark_5=0)
    assert low_shares(low_results(town, until=2020)) == {school.pk: 55.0}


def test_an_exam_of_few_pupils_is_not_in_the_sum_for_the_others_would_give_it_away(town):
    (school,) = schools_of(town, 1)
    ResultTotalFactory(school=school)
    ResultTotalFactory(school=school, subject="russian", participants=4, mark_2=4, mark_3=0, mark_4=0, mark_5=0)
    assert low_shares(low_results(town, until=2020)) == {school.pk: 20.0}


def test_conditions_are_numbers_and_shares_and_nought_of_nought_is_unknown(town):
    first, second = schools_of(town, 2)
    students, risk = StatisticKindFactory(code="students"), StatisticKindFactory(code="risk_group")
    SchoolStatisticFactory(school=first, kind=students, value=400)
    SchoolStatisticFactory(school=first, kind=risk, value=30)
    SchoolStatisticFactory(school=second, kind=students, value=0)
    SchoolStatisticFactory(school=second, kind=risk, value=0)
    assert conditions_of(town, 2020) == {first.pk: {"students": 400.0, "risk_group": 7.5}, second.pk: {"students": 0.0}}


# --- Weak topics ------------------------------------------------------------------------


def with_tasks(school, year: int, done: dict[str, int], participants: int = 40) -> None:
    tasks = {task: {"done": count, "participants": participants} for task, count in done.items()}
    result_with_total(school=school, school_year=year, tasks=tasks)


def test_a_topic_that_is_weak_in_three_schools_asks_for_a_seminar(town):
    schools = schools_of(town, 10)
    for place, school in enumerate(schools):
        with_tasks(school, 2020, {"1": 30, "2": 8 if place < 3 else 34})
    found = weak_topics(user=seen_by(town), municipality=town, school_year=2020)
    assert [(line.school, line.task) for line in found.lines] == [(school, "2") for school in schools[:3]]
    (topic,) = found.seminars
    assert (topic.title, topic.schools) == ("задание 2 (2020/2021)", tuple(schools[:3]))


def test_one_topic_over_years_is_joined_by_its_name(town):
    schools = schools_of(town, 8)
    for year, task in ((2019, "5"), (2020, "7")):
        TaskTopicFactory(municipality=town, school_year=year, task=task, topic="Дроби")
        for place, school in enumerate(schools):
            with_tasks(school, year, {task: 6 if place == 0 else 32})
    (topic,) = weak_topics(user=seen_by(town), municipality=town, school_year=2020).seminars
    assert (topic.title, topic.schools, topic.years) == ("Дроби", (schools[0],), (2019, 2020))


def test_autumn_and_spring_are_two_works_of_different_papers_and_pupils(town):
    """In autumn six of forty did the task in one school, in spring thirty: the sums would hide the first."""
    schools = schools_of(town, 10)
    vpr = {"school_year": 2020, "procedure": "vpr", "subject": "russian", "grade": 5}
    for wave, pupils, topic in (("autumn", 6, "Диктант"), ("spring", 5, "Разбор слова")):
        TaskTopicFactory(municipality=town, wave=wave, task="1", topic=topic, **vpr)
        for place, school in enumerate(schools):
            done = 6 if wave == "autumn" and place == 0 else 32
            tasks = {"1": {"done": done, "participants": 40}}
            result_with_total(school=school, wave=wave, pupil_grade=pupils, tasks=tasks, **vpr)
    found = weak_topics(user=seen_by(town), municipality=town, school_year=2020)
    (line,) = found.lines
    assert (line.found.done, line.found.participants, line.topic) == (6, 40, "Диктант")
    assert str(line.work) == "ВПР, русский язык, 5 класс, осень (писали в 6 классе)"
    assert [str(paper) for paper in found.papers] == [
        "ВПР, русский язык, 5 класс, осень",
        "ВПР, русский язык, 5 класс, весна",
    ]


def write_in_both_waves(town) -> None:
    for school in schools_of(town, 2):
        for wave, pupils in (("autumn", 6), ("spring", 5)):
            vpr = {"school_year": 2020, "procedure": "vpr", "subject": "russian", "grade": 5, "wave": wave}
            tasks = {"1": {"done": 30, "participants": 40}}
            result_with_total(school=school, pupil_grade=pupils, tasks=tasks, **vpr)


def test_topics_named_before_waves_were_told_apart_stay_with_every_wave_that_has_the_task(town):
    write_in_both_waves(town)
    vpr = {"municipality": town, "procedure": "vpr", "subject": "russian", "grade": 5}
    TaskTopicFactory(task="1", topic="Диктант", **vpr)
    TaskTopicFactory(task="9", topic="Не найдено", **vpr)
    TaskTopicFactory(municipality=town, task="1", topic="Дроби")
    import_module("monitoring.migrations.0012_topics_of_waves").give_waves(apps, None)
    assert set(TaskTopic.objects.values_list("topic", "wave")) == {
        ("Диктант", "autumn"),
        ("Диктант", "spring"),
        ("Не найдено", "spring"),
        ("Дроби", "main"),
    }


def test_a_topic_is_named_for_one_wave(town, log_in_as):
    write_in_both_waves(town)
    client = log_in_as(Role.METHODIST, town)
    page = client.get(address("weak_topics")).text
    where = reverse("monitoring:topics", args=["vpr", "russian", 5, "autumn"]) + "?year=2020"
    assert where in page
    assert "5 класс, осень" in client.get(where).text
    client.post(where, {"task-0": "Диктант"})
    assert list(TaskTopic.objects.values_list("wave", "topic")) == [("autumn", "Диктант")]


def test_sessions_of_a_work_are_added_up(town):
    first, *others = schools_of(town, 6)
    for session in ("2021-05-24", "2021-05-27"):
        tasks = {"1": {"done": 3, "participants": 20}}
        result_with_total(school=first, session=session, tasks=tasks)
    for school in others:
        with_tasks(school, 2020, {"1": 30})
    (line,) = weak_topics(user=seen_by(town), municipality=town, school_year=2020).lines
    assert (line.found.done, line.found.participants) == (6, 40)


def test_a_school_curator_sees_the_weak_topics_of_the_own_school_alone(town, log_in_as):
    schools = schools_of(town, 10)
    for place, school in enumerate(schools):
        with_tasks(school, 2020, {"2": 8 if place < 2 else 34})
    page = log_in_as(Role.CURATOR, schools[0]).get(address("weak_topics")).text
    assert schools[0].name in page
    assert schools[1].name + "<" not in page


def test_topics_are_named_changed_and_taken_away_with_a_line_in_the_audit(town):
    paper = Paper(2020, "oge", "mathematics", 9, "main")
    by = seen_by(town)
    assert name_topics(municipality=town, paper=paper, topics={"1": "Дроби", "2": ""}, by=by) == 1
    assert name_topics(municipality=town, paper=paper, topics={"1": "Дроби", "2": ""}, by=by) == 0
    assert name_topics(municipality=town, paper=paper, topics={"1": "", "2": "Углы"}, by=by) == 2
    assert list(TaskTopic.objects.values_list("task", "topic")) == [("2", "Углы")]
    assert AuditEvent.objects.filter(action="task_topics_named").count() == 2


def test_topics_are_typed_on_the_page_of_a_work(town, log_in_as):
    (school,) = schools_of(town, 1)
    with_tasks(school, 2020, {"1": 3, "2": 5})
    client = log_in_as(Role.METHODIST, town)
    where = reverse("monitoring:topics", args=["oge", "mathematics", 9, "main"]) + "?year=2020"
    assert "Задание 2" in client.get(where).text
    assert client.post(where, {"task-0": "Дроби", "task-1": " "}).status_code == 302
    assert list(TaskTopic.objects.values_list("municipality", "task", "topic")) == [(town.pk, "1", "Дроби")]
    assert client.post(where, {"task-0": "д" * 201}).status_code == 200
    assert (
        client.get(reverse("monitoring:topics", args=["oge", "russian", 9, "main"]) + "?year=2020").status_code == 404
    )


# --- Comparison, groups, staff, early warning ------------------------------------------------


def test_similar_schools_are_read_as_one_sum_and_never_below_three(town):
    """Like the first are the second to fourth: 1 + 2 + 3 of 30 is 20 %; the fifth is far away and still among five."""
    schools = schools_of(town, 4)
    students, index = StatisticKindFactory(code="students"), StatisticKindFactory(code="social_wellbeing_index")
    indicator = IndicatorFactory(municipality=town)
    MunicipalityValueFactory(indicator=indicator, value=25)
    for place, school in enumerate(schools):
        SchoolStatisticFactory(school=school, kind=students, value=400 + place)
        SchoolStatisticFactory(school=school, kind=index, value=50 + place)
        SchoolValueFactory(
            school=school, indicator=indicator, numerator=place, denominator=10, value=10 * place, participants=10
        )
    user = seen_by(town)
    found = comparison_of(user=user, school=schools[0], school_year=2020)
    (line,) = found.lines
    assert (line.line.value, line.whole, line.similar, line.similar_count) == (0, 25, 20, 3)
    assert found.similar == tuple(schools[1:])
    assert found.conditions == ("индекс социального благополучия", "число обучающихся")
    SchoolValueFactory._meta.model.objects.filter(school=schools[3]).delete()
    (line,) = comparison_of(user=user, school=schools[0], school_year=2020).lines
    assert (line.similar, line.similar_count) == (None, 0)


def test_similar_schools_with_few_pupils_are_not_told_even_together(town):
    schools = schools_of(town, 4)
    kinds = [StatisticKindFactory(code=code) for code in ("students", "social_wellbeing_index")]
    indicator = IndicatorFactory(municipality=town)
    for place, school in enumerate(schools):
        for kind in kinds:
            SchoolStatisticFactory(school=school, kind=kind, value=400 + place)
        SchoolValueFactory(school=school, indicator=indicator, participants=4 if place == 2 else 20)
    (line,) = comparison_of(user=seen_by(town), school=schools[0], school_year=2020).lines
    assert line.similar is None


def test_similar_schools_are_not_told_together_where_one_is_hidden_for_another(town):
    """The fifth is of few pupils, and the second, the smallest of the others, is hidden with it."""
    schools = schools_of(town, 5)
    kinds = [StatisticKindFactory(code=code) for code in ("students", "social_wellbeing_index")]
    indicator = IndicatorFactory(municipality=town)
    MunicipalityValueFactory(indicator=indicator)
    for place, (school, pupils) in enumerate(zip(schools, (30, 10, 20, 20, 4), strict=True)):
        for kind in kinds if pupils > 4 else ():  # nobody knows what the fifth is like
            SchoolStatisticFactory(school=school, kind=kind, value=400 + place)
        SchoolValueFactory(school=school, indicator=indicator, participants=pupils)
    told = {}
    for role in (Role.VIEWER, Role.METHODIST):
        (line,) = comparison_of(user=seen_by(town, role), school=schools[0], school_year=2020).lines
        told[role] = line.similar
    assert told[Role.METHODIST] is not None
    assert told[Role.VIEWER] is None


def test_a_curator_meets_no_other_school_by_name(town, log_in_as):
    schools = [SchoolFactory(municipality=town, name=f"Школа {word}") for word in ("Альфа", "Бета", "Гамма", "Дельта")]
    kinds = [StatisticKindFactory(code=code) for code in ("students", "social_wellbeing_index")]
    indicator = IndicatorFactory(municipality=town)
    for place, school in enumerate(schools):
        for kind in kinds:
            SchoolStatisticFactory(school=school, kind=kind, value=400 + place)
        SchoolValueFactory(school=school, indicator=indicator, participants=20)
    client = log_in_as(Role.CURATOR, schools[0])
    page = client.get(reverse("monitoring:school_comparison", args=[schools[0].pk]) + "?year=2020").text
    assert "3\u00a0школы в похожих условиях" in page
    assert "Бета" not in page


@pytest.fixture
def two_kinds_of_schools(town):
    """Twelve small schools with many low results, twelve large ones with few, over four years."""
    kinds = {
        code: StatisticKindFactory(code=code)
        for code in ("students", "risk_group", "teachers", "teachers_with_category")
    }
    dice = random.Random(3)
    for place, school in enumerate(schools_of(town, 24)):
        weak = place % 2 == 0
        numbers = {
            "students": (120 if weak else 700) + dice.randrange(30),
            "risk_group": 20,
            "teachers": 20,
            "teachers_with_category": 4 + dice.randrange(4) if weak else 12 + dice.randrange(4),
        }
        for code, value in numbers.items():
            SchoolStatisticFactory(school=school, kind=kinds[code], value=value)
        for year in range(2017, 2021):
            low = sum(dice.random() < (0.45 if weak else 0.08) for _ in range(30))
            ResultTotalFactory(
                school=school, school_year=year, participants=30, mark_2=low, mark_3=30 - low, mark_4=0, mark_5=0
            )
    return town


def test_groups_are_described_in_a_sentence_each(two_kinds_of_schools):
    found = groups_of(user=seen_by(two_kinds_of_schools), municipality=two_kinds_of_schools, school_year=2020, seed=1)
    assert [len(item.schools) for item in found.described] == [12, 12]
    small = next(item for item in found.described if item.schools[0].name == "СОШ № 1")
    assert "обучающихся меньше: в среднем 1" in small.sentence.lower()
    assert "доля низких результатов выше: в среднем" in small.sentence.lower()
    assert found.is_stable
    assert found.why_so_many.endswith("Лучшее число — 2.")
    assert group_sentence(small.group) == small.sentence


def test_results_beside_categories_are_no_cause(two_kinds_of_schools):
    table = staff_table(user=seen_by(two_kinds_of_schools), municipality=two_kinds_of_schools, school_year=2020)
    assert table.both == 24
    assert table.rank_correlation < -0.5
    assert "низких результатов в среднем меньше" in table.sentence
    assert "не значит" in table.sentence


def test_few_schools_give_no_sentence_about_the_municipality(town):
    (school,) = schools_of(town, 1)
    ResultTotalFactory(school=school)
    table = staff_table(user=seen_by(town), municipality=town, school_year=2020)
    assert (table.rank_correlation, table.both) == (None, 0)
    assert [row.low_share for row in table.rows] == [20.0]


def test_the_warning_names_weak_schools_and_says_how_it_was_tried(two_kinds_of_schools, log_in_as):
    town = two_kinds_of_schools
    found = early_warning(user=seen_by(town), municipality=town, school_year=2020)
    assert found.silent == ""
    assert {item.school.name for item in found.schools} >= {"СОШ № 1", "СОШ № 3"}
    assert "СОШ № 2" not in {item.school.name for item in found.schools}
    page = log_in_as(Role.METHODIST, town).get(address("early_warning")).text
    assert "Насколько этому можно верить" in page
    assert "2019/2020, 2020/2021" in page


def test_of_a_school_that_is_hidden_for_another_nothing_is_foretold(two_kinds_of_schools):
    """In 2020 four sat in the second school, and the smallest of the others, with 28, is hidden with it:
    its range and its probability would tell its results."""
    town = two_kinds_of_schools
    row = IndicatorFactory(municipality=town)
    totals = ResultTotal.objects.filter(school__municipality=town, school_year=2020)
    for name, pupils in (("СОШ № 2", 4), ("СОШ № 1", 28)):
        totals.filter(school__name=name).update(participants=pupils, mark_2=2, mark_3=pupils - 2, passed=pupils - 2)
    recompute(town.pk)
    assert MunicipalityValue.objects.filter(indicator=row, period="2020").exists()
    told, unsaid = {}, {}
    for role in (Role.VIEWER, Role.METHODIST):
        found = early_warning(user=seen_by(town, role), municipality=town, school_year=2020)
        told[role] = {item.school.name: [line.forecast.n for line in item.lines] for item in found.schools}
        unsaid[role] = found.quiet, found.unsaid
    assert told[Role.METHODIST].pop("СОШ № 1") == [28]
    assert told[Role.VIEWER] == told[Role.METHODIST]
    assert unsaid == {Role.METHODIST: (found.quiet, 0), Role.VIEWER: (found.quiet, 1)}


def test_the_year_in_view_is_the_last_that_the_warning_knows(two_kinds_of_schools):
    town = two_kinds_of_schools
    assert early_warning(user=seen_by(town), municipality=town, school_year=2019).known_until == 2019
    assert early_warning(user=seen_by(town), municipality=town, school_year=2018).silent.startswith(
        "Прогноз не строится"
    )
