"""The pages of the identification, as an official goes through them and as others may not."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from monitoring.forms.identification import ParametersForm
from monitoring.identification.groups import GroupSettings
from monitoring.identification.parameters import default_parameters, default_source
from monitoring.models import IdentificationDecision, IdentificationEdition, IdentificationRule
from monitoring.queries.identification_draft import draft_of
from monitoring.queries.identification_edition import publication_of
from reports.kinds.identification import build
from schools.models import Identification
from tests.factories import (
    IdentificationDecisionFactory,
    IdentificationEditionFactory,
    IdentificationFactory,
    IdentificationRuleFactory,
    MunicipalityFactory,
    ReportFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
)

pytestmark = pytest.mark.django_db
DEPARTMENT = Role.DEPARTMENT


def address(name, **query):
    text = "&".join(f"{key}={value}" for key, value in ({"year": 2020} | query).items())
    return f"{reverse(f'monitoring:identification_{name}')}?{text}"


def oge(school, low, *, people=20, subject="mathematics", year=2020):
    marks = {"mark_2": low, "mark_3": people - low, "mark_4": 0, "mark_5": 0, "passed": people - low}
    return ResultTotalFactory(school=school, subject=subject, school_year=year, participants=people, **marks)


@pytest.fixture
def town():
    municipality = MunicipalityFactory()
    for name, low in (("Школа № 1", 7), ("Школа № 2", 5)):
        school = SchoolFactory(municipality=municipality, name=name)
        oge(school, low)
        oge(school, 10, subject="russian")
    return municipality


def text_of(answer):
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def fields_of(parameters=None, **changes):
    fields = ParametersForm.initial_of(parameters or default_parameters(2020))
    return fields | {"threshold": str(fields["threshold"])} | changes


# --- Parameters


def test_a_rule_is_kept_with_its_source(town, log_in_as):
    answer = log_in_as(DEPARTMENT, town).post(
        address("rule"), fields_of(threshold="33,5", source="Приказ министерства № 5"), follow=True
    )
    kept = IdentificationRule.objects.get()
    assert (kept.parameters["threshold"], kept.source, kept.number) == ("33.5", "Приказ министерства № 5", 1)
    assert "версия 1" in text_of(answer)


@pytest.mark.parametrize("typed", ["30,5 %", "30,5%", "30.5", " 30,50\u00a0% "])
def test_a_percentage_is_taken_as_people_write_it(town, log_in_as, typed):
    client = log_in_as(DEPARTMENT, town)
    client.post(address("rule"), fields_of(threshold=typed, source="Приказ"))
    assert Decimal(IdentificationRule.objects.get().parameters["threshold"]) == Decimal("30.5")
    page = client.get(address("rule")).content.decode()
    assert 'value="30,5"' in page
    assert 'type="number"' not in page  # it would take «4,5» for 45
    tried = client.get(address("trial"), {"year": 2020} | fields_of(threshold=typed))
    assert "30,5" in text_of(tried)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": ""}, "Назовите документ"),
        ({"exams": []}, "Отметьте хотя бы одну процедуру"),
        ({"exams": ["ege:mathematics:11", "ege:mathematics_base:11"]}, "считались бы дважды"),
        ({"exams": ["oge:russian:9"], "min_procedures": "3"}, "самое большее 2"),
        ({"threshold": "101"}, "Впишите число от 0 до 100, например 30 или 30,5."),
        ({"threshold": "треть"}, "Впишите число от 0 до 100, например 30 или 30,5."),
        ({"threshold": "3e1"}, "Впишите число от 0 до 100, например 30 или 30,5."),
        ({"min_n": "0"}, "Впишите целое число от 1 до 100, без дробной части."),
        ({"min_n": "4,5"}, "Впишите целое число от 1 до 100, без дробной части."),
        ({"min_n": "4.0"}, "Впишите целое число от 1 до 100, без дробной части."),
        ({"min_procedures": "2 процедуры"}, "Впишите целое число от 1 до 99, без дробной части."),
        ({"window_years": "1,5"}, "Впишите целое число от 1 до 5, без дробной части."),
    ],
)
def test_what_cannot_be_a_rule_is_said_and_what_was_typed_stays(town, log_in_as, changes, said):
    fields = fields_of(min_procedures="2", threshold="45", source="Приказ") | changes
    answer = log_in_as(DEPARTMENT, town).post(address("rule"), fields)
    assert said in text_of(answer)
    assert f'value="{fields["threshold"]}"' in answer.content.decode()
    assert not IdentificationRule.objects.exists()


def test_a_rule_that_counts_vpr_cannot_name_the_letter_by_which_they_do_not_count(town, log_in_as):
    client = log_in_as(DEPARTMENT, town)
    prefilled = default_source(2025)
    fields = fields_of(default_parameters(2020), source=prefilled.replace(" ", "\r\n", 3))
    answer = client.post(address("rule", year=2025), fields)
    assert "Назовите документ, по которому они учитываются" in text_of(answer)
    assert "№ 02-86" in text_of(answer)  # what was typed stays
    assert not IdentificationRule.objects.exists()
    client.post(address("rule", year=2025), fields | {"source": "Приказ министерства № 5"})
    assert IdentificationRule.objects.get().source == "Приказ министерства № 5"
    client.post(
        address("rule", year=2026), fields_of(default_parameters(2026), source=default_source(2026), min_n="12")
    )
    assert IdentificationRule.objects.filter(school_year=2026).exists()


def test_from_2024_the_page_says_that_vpr_do_not_judge(town, log_in_as):
    client = log_in_as(DEPARTMENT, town)
    assert "02-86" in text_of(client.get(address("rule", year=2024)))
    assert "02-86" not in text_of(client.get(address("rule", year=2023)))
    IdentificationRuleFactory(municipality=town, school_year=2024, parameters=default_parameters(2020).to_json())
    for name in ("rule", "proposal", "trial"):
        assert "В правило добавлены ВПР" in text_of(client.get(address(name, year=2024)))


def test_parameters_of_last_year_can_be_taken_over_but_not_their_source(town, log_in_as):
    IdentificationRuleFactory(
        municipality=town, school_year=2019, source="Приказ 2019 года",
        parameters=default_parameters(2019).to_json() | {"threshold": "37"},
    )  # fmt: skip
    client = log_in_as(DEPARTMENT, town)
    page = client.get(address("rule"))
    taken = client.get(f"{address('rule')}&{page.context['last_year']}")
    assert 'value="37"' in taken.content.decode()
    assert "Приказ 2019 года" not in text_of(taken)


# --- The proposal and what if


def test_the_proposal_says_why_in_words_and_what_separates_each_school(town, log_in_as):
    said = text_of(log_in_as(DEPARTMENT, town).get(address("proposal")))
    assert "Правилу отвечает 1 школа из 2" in said
    assert "ОГЭ 9 кл., математика, 2020/2021: 7 из 20 (35,0 %)" in said
    assert "Вышла бы, если бы у 2 участников результат не был низким: ОГЭ 9 кл., математика, 2020/2021 — 2." in said
    assert "Вошла бы, если бы ещё 1 участник получил низкий результат: ОГЭ 9 кл., математика, 2020/2021 — 1." in said


@pytest.mark.parametrize(
    ("show", "names"),
    [("", ["Школа № 1", "Школа № 2", "Школа № 3"]), ("proposed", ["Школа № 1"]), ("no_data", ["Школа № 3"])],
)
def test_the_proposal_can_be_narrowed(town, log_in_as, show, names):
    SchoolFactory(municipality=town, name="Школа № 3")
    page = log_in_as(DEPARTMENT, town).get(address("proposal", show=show)).context["page"]
    assert [row.school.name for row in page] == names


def test_another_rule_is_tried_in_the_address_and_nothing_is_kept(town, log_in_as):
    client = log_in_as(DEPARTMENT, town)
    answer = client.get(address("trial"), {"year": 2020} | fields_of(threshold="25"))
    found = answer.context["found"]
    assert [row.school.name for row in found.enter] == ["Школа № 2"]
    assert [row.school.name for row in found.stay] == ["Школа № 1"]
    assert [fact.name for fact in found.facts if fact.differs] == ["Порог"]
    assert not IdentificationRule.objects.exists()
    adopt = client.get(f"{address('rule')}&{answer.context['adopt']}")
    assert 'value="25"' in adopt.content.decode()


def test_the_same_parameters_change_nobody(town, log_in_as):
    answer = log_in_as(DEPARTMENT, town).get(address("trial"), {"year": 2020} | fields_of())
    found = answer.context["found"]
    assert (found.enter, found.leave, [fact for fact in found.facts if fact.differs]) == ((), (), [])
    assert "никто не входит и не выходит" in text_of(answer)


def test_a_rule_that_is_none_is_not_tried(town, log_in_as):
    answer = log_in_as(DEPARTMENT, town).get(address("trial"), {"year": 2020} | fields_of(threshold="много"))
    assert answer.status_code == 200
    assert "found" not in answer.context
    assert "Впишите число от 0 до 100" in text_of(answer)


# --- Decisions


def decisions_of(client, **changes):
    """What a browser would send back, with these changes."""
    form = client.get(address("decisions")).context["form"]
    data = {"school": [str(line.school.pk) for line in form.lines]}
    for name, field in form.fields.items():
        data[name] = field.initial
        if field.show_hidden_initial:
            data[f"initial-{name}"] = field.initial
    return data | changes


def test_only_what_a_person_has_changed_is_theirs(town, log_in_as):
    client, school = log_in_as(DEPARTMENT, town), town.schools.get(name="Школа № 2")
    changes = {f"list-{school.pk}": "yes", f"reason-list-{school.pk}": "Снижение второй год"}
    assert client.post(address("decisions"), decisions_of(client, **changes)).status_code == 302
    row = IdentificationDecision.objects.get()
    assert (row.school, row.is_included, row.reason, row.decided_by) == (
        school, True, "Снижение второй год", client.user,
    )  # fmt: skip
    assert not Identification.objects.exists()


def test_a_decision_against_the_proposal_asks_for_a_reason(town, log_in_as):
    client, school = log_in_as(DEPARTMENT, town), town.schools.get(name="Школа № 2")
    answer = client.post(address("decisions"), decisions_of(client, **{f"list-{school.pk}": "yes"}))
    assert "на каком основании" in text_of(answer)
    assert not IdentificationDecision.objects.exists()


def test_two_people_at_once_do_not_overwrite_each_other(town, log_in_as):
    first, second = log_in_as(DEPARTMENT, town), log_in_as(Role.METHODIST, town)
    one, other = town.schools.get(name="Школа № 1"), town.schools.get(name="Школа № 2")
    of_first = decisions_of(first, **{f"list-{other.pk}": "yes", f"reason-list-{other.pk}": "Первый"})
    of_second = decisions_of(second, **{f"list-{other.pk}": "yes", f"reason-list-{other.pk}": "Второй"})
    elsewhere = decisions_of(second, **{f"list-{one.pk}": "no", f"reason-list-{one.pk}": "Третий"})
    first.post(address("decisions"), of_first)
    answer = second.post(address("decisions"), of_second)
    assert "Ничего не сохранено" in text_of(answer)
    assert "Первый" in text_of(answer)  # what the other has decided
    assert answer.context["form"][f"reason-list-{other.pk}"].value() == "Второй"  # what was typed
    assert IdentificationDecision.objects.get().reason == "Первый"
    # Somebody else's school is no conflict, although this form was opened before.
    assert second.post(address("decisions"), elsewhere).status_code == 302
    # Having seen it, the second may save over it.
    form = answer.context["form"]
    again = {name: form[name].value() for name in form.fields} | {"school": of_second["school"]}
    again |= {name: value for name, value in form.data.items() if name.startswith("initial-")}
    assert second.post(address("decisions"), again).status_code == 302
    assert IdentificationDecision.objects.get(school=other).reason == "Второй"


def test_one_conflict_is_told_once_with_its_places(town, log_in_as):
    """A group is five decisions, and still one conflict. What one has left alone shows what others have kept."""
    StatisticKindFactory(code="social_wellbeing_index", name="ИСБШ")
    IdentificationRuleFactory(municipality=town, groups=GroupSettings().to_json())
    first, second = log_in_as(DEPARTMENT, town), log_in_as(Role.METHODIST, town)
    one, other = town.schools.get(name="Школа № 1"), town.schools.get(name="Школа № 2")
    of_first = decisions_of(
        first,
        **{f"group-{school.pk}": "resilient" for school in (one, other)},
        **{f"reason-group-{school.pk}": "Первый" for school in (one, other)},
        **{f"list-{other.pk}": "yes", f"reason-list-{other.pk}": "Первый"},
    )
    of_second = decisions_of(
        second,
        **{f"group-{school.pk}": "deprived" for school in (one, other)},
        **{f"reason-group-{school.pk}": "Второй" for school in (one, other)},
    )
    assert first.post(address("decisions"), of_first).status_code == 302
    answer = second.post(address("decisions"), of_second)
    said = text_of(answer)
    assert said.count("Ничего не сохранено") == 1
    assert "изменили решения, которые меняете и вы: Школа № 1, Школа № 2." in said
    assert said.count("Сейчас записано: резильентные") == 2
    assert first.user.full_name in said
    form = answer.context["form"]
    assert form[f"group-{one.pk}"].value() == "deprived"  # what was typed
    assert form[f"list-{other.pk}"].value() == "yes"  # what the first has kept
    again = {name: form[name].value() for name in form.fields} | {"school": of_second["school"]}
    again |= {name: value for name, value in form.data.items() if name.startswith("initial-")}
    assert second.post(address("decisions"), again).status_code == 302
    kept = IdentificationDecision.objects.filter(school=other, is_included=True).order_by("category")
    assert list(kept.values_list("category", "reason")) == [("deprived", "Второй"), ("low_results", "Первый")]


def test_a_forged_school_is_not_decided_about(town, log_in_as):
    client, foreign = log_in_as(DEPARTMENT, town), SchoolFactory()
    data = {"school": [str(foreign.pk)], f"list-{foreign.pk}": "yes", f"reason-list-{foreign.pk}": "Чужая"}
    client.post(address("decisions"), data)
    assert not IdentificationDecision.objects.exists()


# --- Publication


def publish(client, town, **changes):
    seen = publication_of(town, 2020).seen
    data = {"order_number": "45-п", "order_date": "2021-09-15", "seen": seen} | changes
    return client.post(address("publication"), data, follow=True)


def test_an_order_publishes_the_list(town, log_in_as):
    answer = publish(log_in_as(DEPARTMENT, town), town)
    assert "Приказ № 45-п от 15.09.2021" in text_of(answer)
    assert list(Identification.objects.values_list("school__name", "category")) == [("Школа № 1", "low_results")]


def test_what_has_changed_meanwhile_has_to_be_looked_at_again(town, log_in_as):
    client = log_in_as(DEPARTMENT, town)
    answer = publish(client, town, seen="another list")
    assert "изменились результаты, параметры, решения или нынешний список" in text_of(answer)
    assert 'value="45-п"' in answer.content.decode()  # what was typed stays
    assert publication_of(town, 2020).seen in answer.content.decode()
    assert not IdentificationEdition.objects.exists()


def test_who_comes_second_with_the_same_draft_is_told_of_the_first(town, log_in_as):
    first, second = log_in_as(DEPARTMENT, town), log_in_as(Role.METHODIST, town)
    seen = publication_of(town, 2020).seen
    publish(first, town, seen=seen)
    answer = publish(second, town, seen=seen, order_number="46-п")
    said = text_of(answer)
    assert "уже опубликован — редакция 1, приказ № 45-п от 15.09.2021" in said
    assert first.user.full_name in said
    assert 'value="46-п"' in answer.content.decode()  # what was typed stays
    assert IdentificationEdition.objects.get().order_number == "45-п"
    # Having seen it, the second may amend it.
    assert "редакция 2" in text_of(publish(second, town, order_number="46-п"))


@pytest.mark.parametrize("empty", ["order_number", "order_date"])
def test_a_list_is_published_by_an_order_only(town, log_in_as, empty):
    assert "Укажите" in text_of(publish(log_in_as(DEPARTMENT, town), town, **{empty: ""}))
    assert not IdentificationEdition.objects.exists()


def test_an_order_of_a_day_to_come_publishes_nothing(town, log_in_as):
    answer = publish(log_in_as(DEPARTMENT, town), town, order_date="2099-09-15")
    assert "Дата приказа, 15.09.2099, ещё не наступила" in text_of(answer)
    assert 'value="2099-09-15"' in answer.content.decode()  # what was typed stays, to be corrected
    assert not IdentificationEdition.objects.exists()


def test_an_order_of_long_before_the_year_publishes_nothing(town, log_in_as):
    answer = publish(log_in_as(DEPARTMENT, town), town, order_date="1900-01-01")
    assert "Дата приказа, 01.01.1900, слишком ранняя для списка 2020/2021 учебного года" in text_of(answer)
    assert "Не раньше 01.08.2019" in text_of(answer)
    assert not IdentificationEdition.objects.exists()


def test_unexplained_decisions_are_named_before_publishing(town, log_in_as):
    IdentificationDecisionFactory(school=town.schools.get(name="Школа № 1"), is_included=False, reason="")
    answer = publish(log_in_as(DEPARTMENT, town), town)
    assert "не объяснено: Школа № 1" in text_of(answer)
    assert not IdentificationEdition.objects.exists()


def test_entries_made_by_hand_are_told_before_they_go(town, log_in_as):
    IdentificationFactory(school=town.schools.get(name="Школа № 2"))
    said = text_of(log_in_as(DEPARTMENT, town).get(address("publication")))
    assert "вручную или таблицей" in said
    assert "будет убрана" in said


# --- Editions and history


def edition_of(town):
    return IdentificationEditionFactory(municipality=town, snapshot=draft_of(town, 2020).list.to_json())


def links_in(answer):
    return re.findall(r'href="([^"]+)"', unescape(answer.content.decode()))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MENTOR, Role.CURATOR, DEPARTMENT])
def test_whoever_reads_the_list_is_led_to_its_editions(town, log_in_as, role):
    publish(log_in_as(DEPARTMENT, town), town)
    row = IdentificationEdition.objects.get()
    client = log_in_as(role, town.schools.get(name="Школа № 1") if role is Role.CURATOR else town)
    page = client.get(reverse("schools:identification") + "?year=2020")
    assert "Действует редакция 1" in text_of(page)
    editions = next(link for link in links_in(page) if link.startswith(reverse("monitoring:identification_editions")))
    assert "№ 45-п от 15.09.2021" in text_of(client.get(editions))
    assert row.get_absolute_url() in links_in(client.get(editions))
    assert client.get(row.get_absolute_url()).status_code == 200


def test_editions_stand_on_the_pages_of_documents(town, log_in_as):
    row = edition_of(town)
    other = IdentificationEditionFactory(snapshot=row.snapshot)
    links = links_in(log_in_as(Role.VIEWER, town).get(reverse("reports:list")))
    assert row.get_absolute_url() in links
    assert other.get_absolute_url() not in links
    report = ReportFactory(
        kind="identification", municipality=town, snapshot=build(municipality=town, period="2020").to_json()
    )
    of_2019 = IdentificationEditionFactory(municipality=town, school_year=2019, snapshot=row.snapshot)
    links = links_in(log_in_as(DEPARTMENT, town).get(report.get_absolute_url()))
    assert row.get_absolute_url() in links
    assert of_2019.get_absolute_url() not in links


def test_few_pupils_are_hidden_in_an_edition_from_those_outside(town, log_in_as):
    school = SchoolFactory(municipality=town, name="Школа № 3")
    oge(school, 2, people=4)
    page = edition_of(town).get_absolute_url()
    assert "2 из 4" in text_of(log_in_as(DEPARTMENT, town).get(page))
    assert "2 из 4" in text_of(log_in_as(Role.CURATOR, school).get(page))
    said = text_of(log_in_as(Role.VIEWER, town).get(page))
    assert "2 из 4" not in said
    assert "меньше 5 участников, числа скрыты" in said


def test_a_curator_sees_of_an_edition_what_is_about_the_own_school(town, log_in_as):
    page = edition_of(town).get_absolute_url()
    said = text_of(log_in_as(Role.CURATOR, town.schools.get(name="Школа № 2")).get(page))
    assert "Показаны только ваши школы" in said
    assert "Школа № 2" in said
    assert "Школа № 1" not in said


def test_an_edition_shows_the_names_of_its_day(town, log_in_as):
    page = edition_of(town).get_absolute_url()
    town.schools.filter(name="Школа № 1").update(name="Гимназия")
    said = text_of(log_in_as(DEPARTMENT, town).get(page))
    assert "Школа № 1" in said
    assert "Гимназия" not in said


def test_history_tells_entry_stay_and_exit(town, log_in_as):
    one, other = town.schools.order_by("name")
    for school, years in ((one, (2018, 2019)), (other, (2019, 2020))):
        for year in years:
            IdentificationFactory(school=school, school_year=year)
    answer = log_in_as(DEPARTMENT, town).get(address("history"))
    marks = {
        row.school.school.name: [cell.mark.value if cell else None for cell in row.cells]
        for row in answer.context["found"].rows
    }
    assert marks == {"Школа № 1": ["unknown", "stayed", "left"], "Школа № 2": [None, "entered", "stayed"]}
    assert "никто не вошёл, осталась 1, вышла 1" in text_of(answer)
    school = text_of(log_in_as(Role.CURATOR, one).get(one.get_absolute_url()))
    assert "вышла из списка" in school


def test_schools_without_an_index_are_named_among_the_groups(town, log_in_as):
    kind = StatisticKindFactory(code="social_wellbeing_index", name="ИСБШ")
    for number, index in enumerate((30, 40, 50, 60), start=3):
        school = SchoolFactory(municipality=town, name=f"Школа № {number}")
        oge(school, number)
        SchoolStatisticFactory(school=school, kind=kind, value=index)
    said = text_of(log_in_as(DEPARTMENT, town).get(address("groups")))
    assert "По двум осям распределены 4 школы" in said
    assert "медиана: линия 22,5, по 4 школам" in said  # 15, 20, 25 and 30 % low
    assert "медиана: линия 45, по 4 школам" in said
    assert "Нет сведений об условиях, в группы не входят:</b> Школа № 1, Школа № 2." in said


def test_groups_are_kept_as_a_version_of_the_rule(town, log_in_as):
    StatisticKindFactory(code="social_wellbeing_index", name="ИСБШ")
    fields = {
        "result_kind": "fixed", "result_low": "20 %", "result_high": "30,5 %", "statistic": "social_wellbeing_index",
        "more_is_better": "yes", "condition_kind": "median", "condition_band": "5", "label_deprived": "зона поддержки",
        "source": "Методика района",
    }  # fmt: skip
    client = log_in_as(DEPARTMENT, town)
    client.post(address("groups"), fields)
    kept = IdentificationRule.objects.get()
    assert (kept.groups["result_cut"]["high"], kept.groups["labels"]) == ("30.5", {"deprived": "зона поддержки"})
    wrong = client.post(address("groups"), fields | {"result_low": "40"})
    assert "Нижняя линия выше верхней" in text_of(wrong)
    wrong = client.post(address("groups"), fields | {"condition_band": "-5", "result_low": "двадцать"})
    assert "Впишите число не меньше 0, например 30 или 30,5." in text_of(wrong)
    assert "Впишите число, например 30 или 30,5." in text_of(wrong)
    client.post(address("groups"), {"switch_off": "1"})
    assert IdentificationRule.objects.get(number=2).groups is None


def test_a_school_in_no_group_keeps_nobody_from_saving_decisions(town, log_in_as):
    """«Ни в одной группе» is the answer of schools without data, also when a decision is about another one."""
    StatisticKindFactory(code="social_wellbeing_index", name="ИСБШ")
    fields = {
        "result_kind": "median", "result_band": "0", "statistic": "social_wellbeing_index", "more_is_better": "yes",
        "condition_kind": "median", "condition_band": "0", "source": "Методика района",
    }  # fmt: skip
    client = log_in_as(DEPARTMENT, town)
    client.post(address("groups"), fields)
    assert IdentificationRule.objects.get().groups is not None
    school = town.schools.get(name="Школа № 2")
    changes = {f"list-{school.pk}": "yes", f"reason-list-{school.pk}": "Решение комиссии"}
    assert client.post(address("decisions"), decisions_of(client, **changes)).status_code == 302
    assert IdentificationDecision.objects.get(school=school).reason == "Решение комиссии"


# --- Many schools


@pytest.mark.parametrize("name", ["rule", "proposal", "trial", "groups", "decisions", "publication", "history"])
def test_queries_do_not_grow_with_schools(town, log_in_as, name):
    client = log_in_as(DEPARTMENT, town)
    query = fields_of(threshold="25") if name == "trial" else {}

    def count():
        with CaptureQueriesContext(connection) as found:
            assert client.get(address(name), {"year": 2020} | query).status_code == 200
        return len(found)

    def more(count):
        for _ in range(count):
            school = SchoolFactory(municipality=town)
            oge(school, 10)
            IdentificationFactory(school=school)
            IdentificationFactory(school=school, school_year=2019)
            IdentificationDecisionFactory(school=school)

    client.get(address(name))
    more(1)
    with_few = count()
    more(10)
    assert count() == with_few
