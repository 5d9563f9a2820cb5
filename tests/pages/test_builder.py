"""The builder: what is chosen becomes a formula, nothing typed is lost, every mistake is told at its field."""

import datetime as dt
from decimal import Decimal
from html import unescape
from types import SimpleNamespace

import pytest
from django.http import QueryDict

from accounts.access import ROLE_PERMISSIONS, Permission, Role
from accounts.models import AuditEvent, Job
from indicators.calculations import parse_formula, parse_population
from indicators.calculations.drafts import draft_of, fields_of
from indicators.engine import recompute
from indicators.forms.problems import place_in_words
from indicators.forms.workbench import Workbench
from indicators.models import Indicator, IndicatorVersion
from indicators.queries.definitions import surroundings
from indicators.queries.preview import Asked, preview
from indicators.services.catalogue import load_catalogue
from indicators.services.definitions import Definition, DefinitionRefused, create_indicator, state_of
from indicators.services.versions import keep_version
from schools.periods import PeriodKind
from schools.wording import change_in_unit, in_unit
from tests.factories import (
    IdentificationFactory,
    IndicatorFactory,
    MunicipalityFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
    TargetFactory,
)
from tests.indicators.build import (
    change,
    combined,
    mean_mark,
    over_years,
    passed_share,
    reference,
    relative,
    results,
    schools_meeting,
    share_of_schools,
    statistic_share,
    took,
)

pytestmark = pytest.mark.django_db

NEW = "/indicators/new/"
OGE = {"grade": 9, "wave": "main", "attempt": "first"}
PASSED = passed_share(subject="russian", **OGE)


@pytest.fixture
def place(log_in_as) -> SimpleNamespace:
    """A town of two schools; of the second nothing is known."""
    municipality = MunicipalityFactory(slug="gorod", name="Город")
    first = SchoolFactory(municipality=municipality, name="СОШ № 1", code="101")
    second = SchoolFactory(municipality=municipality, name="СОШ № 2", code="102")
    took(first, 2020, (4, 6, 4, 2), subject="russian")  # 12 of 16 passed
    return SimpleNamespace(
        municipality=municipality, first=first, second=second, client=log_in_as(Role.METHODIST, municipality)
    )


def typed(formula=PASSED, *, do="save", population=None, **fields):
    """What the page sends."""
    sent = fields_of(draft_of(formula), "formula") | fields_of(draft_of(population or {"type": "all"}), "population")
    plain = {
        "do": do, "short_name": "Сдали русский", "wording": "Доля сдавших ОГЭ по русскому языку", "code": "my1",
        "role": "programme", "position": "1", "unit": "percent", "direction": "up", "period_kind": "school_year",
        "applies": "all",
    }  # fmt: skip
    return sent | plain | fields


def revised(indicator, formula=None, **fields):
    indicator.refresh_from_db()
    said = {
        "short_name": indicator.short_name, "wording": indicator.wording, "seen": state_of(indicator),
        "group": indicator.group, "position": str(indicator.position),
    }  # fmt: skip
    return typed(formula or indicator.formula, **(said | fields))


def address(indicator, verb="edit"):
    return f"/indicators/{indicator.pk}/{verb}/"


# --- Making one


def test_an_example_is_chosen_first(place):
    page = place.client.get(NEW).text
    assert "Доля школ с положительной динамикой" in page
    assert "?example=risen" in page


def test_an_example_says_at_once_what_it_means_and_gives(place):
    page = place.client.get(NEW + "?example=passed&year=2020").text
    assert "Доля преодолевших минимальный порог среди участников ОГЭ по русскому языку (9 класс, до пересдач)" in page
    assert "СОШ № 1, 2020/2021: 12 из 16 = 75,0\u00a0%" in page
    assert "нет данных у 1 школы из 2" in page
    assert not Indicator.objects.exists()


def test_what_was_built_is_saved_with_its_version_and_recomputed(place, work_off_jobs):
    answer = place.client.post(NEW, typed(population={"type": "schools", "codes": ["101"]}, aims="Одна\n\nДругая"))
    indicator = Indicator.objects.get()
    assert answer["Location"] == indicator.get_absolute_url()
    assert (indicator.formula, indicator.population) == (PASSED, {"type": "schools", "codes": ["101"]})
    assert (indicator.version, indicator.aims, indicator.municipality) == (1, ["Одна", "Другая"], place.municipality)
    version = IndicatorVersion.objects.get()
    assert (version.number, version.valid_from, version.created_by) == (1, None, place.client.user)
    assert AuditEvent.objects.get().action == "indicator_created"
    assert Job.objects.get().scope == {"indicators": [indicator.pk]}
    work_off_jobs()
    assert indicator.municipalityvalue_set.get(period="2020").value == 75


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"formula.subject": ""}, "Выберите предмет."),
        ({"formula.measures": []}, "Отметьте хотя бы одну строку"),
        ({"formula.procedure": "vpr", "formula.grade": ""}, "Укажите класс числом от 1 до 12."),
        ({"formula.grade": "99"}, "Нужно целое число от 1 до 12."),
        ({"formula.type": "nonsense"}, "Этого больше нет в списке"),
        ({"population.type": "schools"}, "Отметьте хотя бы одну школу."),
        ({"population.type": "categories"}, "Отметьте хотя бы одну категорию."),
        ({"population.type": "categories_of_year", "population.categories": ["low_results"]}, "Впишите год"),
        ({"unit": "mark"}, "Единица «отметка» не подходит к формуле; допустимо: «%»."),
        ({"code": "п1"}, "Код пишут латинскими буквами"),
        ({"code": "TAKEN"}, "Код «TAKEN» уже у показателя «Занятый»"),
        ({"short_name": ""}, "Обязательное поле"),
        ({"period_kind": "date"}, "Впишите даты"),
        ({"period_kind": "date", "measured_on": "31 мая"}, "«31 мая» — не дата"),
        ({"sentence": "Всего {valu}"}, "Подстановка «{valu}» неизвестна."),
        ({"reference_rule": "exceed"}, "Впишите значение, с которым сравнивать"),
    ],
)
def test_every_mistake_is_told_and_what_was_typed_stays(place, fields, said):
    IndicatorFactory(municipality=place.municipality, code="taken", short_name="Занятый")
    page = place.client.post(NEW, typed(method="Своими словами") | fields).text
    assert said in page
    assert "Ничего не сохранено" in page
    assert "Своими словами" in page
    assert Indicator.objects.count() == 1


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (
            {"type": "share", "part": results("test_sum", **OGE), "whole": results("participants", **OGE)},
            "«сумма тестовых баллов» — сумма баллов или отметок, а здесь нужно число участников.",
        ),
        (
            {"type": "mean", "total": results("mark_sum", **OGE), "count": results("listed", **OGE)},
            "Нужно число участников тех же результатов: «участники».",
        ),
        (
            {"type": "mean", "total": results("mark_sum", "ege", grade=11), "count": results("participants", "ege")},
            "у ЕГЭ по математике в целом нет отметок и баллов: укажите «Математика (базовый уровень)»",
        ),
        (share_of_schools(share_of_schools(PASSED)), "Этого больше нет в списке"),
        (reference("gone"), "Этого больше нет в списке"),
        (statistic_share("", "teachers"), "Выберите из списка."),
    ],
)
def test_formulas_without_sense_are_refused_in_words(place, formula, said):
    StatisticKindFactory(code="teachers", name="Педагогов всего")
    page = place.client.post(NEW, typed(formula)).text
    assert said.lower() in page.lower()
    assert not Indicator.objects.exists()


def test_two_problems_are_told_together(place):
    page = place.client.post(NEW, typed() | {"formula.subject": "", "code": "!", "population.type": ""}).text
    for said in ("Выберите предмет.", "Код пишут латинскими", "Выберите вид."):
        assert said in page


GOOD_OF_FIVE = {
    "type": "share",
    "part": {
        "type": "sum",
        "of": [results("mark_4", subject="russian", **OGE), results("mark_5", subject="russian", **OGE)],
    },
    "whole": results("participants", "vpr", "russian", grade=5),
}


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (GOOD_OF_FIVE, "а другая работа (процедура, класс работы): такая доля может быть больше"),
        (
            {"type": "share", "part": results("participants", **OGE), "whole": results("passed", **OGE)},
            "«участники» — не часть того, что в знаменателе («преодолели минимальный порог»). "
            "Выберите в знаменателе «участники»",
        ),
        (
            {
                "type": "share",
                "part": {"type": "sum", "of": [results("passed", **OGE), results("mark_4", **OGE)]},
                "whole": results("participants", **OGE),
            },
            "считаются дважды, в двух слагаемых суммы: оставьте одно из них.",
        ),
        (statistic_share("teachers", "trained"), "Знаменатель — часть числителя: поменяйте их местами."),
    ],
)  # fmt: skip
def test_a_share_of_what_is_not_its_part_is_refused_and_not_shown(place, formula, said):
    teachers = StatisticKindFactory(code="teachers", name="Педагоги")
    StatisticKindFactory(code="trained", name="Прошли курсы", at_most=teachers)
    page = place.client.post(NEW, typed(formula)).text
    assert "Ничего не сохранено" in page
    assert said in unescape(page)
    assert not Indicator.objects.exists()
    looked_at = unescape(place.client.post(NEW, typed(formula, do="show")).text)
    assert "осталось заполнить или исправить" in looked_at
    assert said in looked_at
    changed = IndicatorFactory(municipality=place.municipality, formula=PASSED)
    assert said in unescape(place.client.post(address(changed), revised(changed, formula, reason="приказ")).text)
    changed.refresh_from_db()
    assert changed.formula == PASSED


def test_the_error_of_a_share_stands_at_the_field_that_is_wrong(place):
    page = place.client.post(NEW, typed(GOOD_OF_FIVE)).text
    assert 'href="#id_formula.part.of[0]"' in page
    both = typed() | {"formula.measures": ["passed", "mark_4"]}
    page = place.client.post(NEW, both).text
    assert 'href="#id_formula.measures"' in page
    assert "считаются дважды" in page


def test_what_nobody_but_a_person_can_tell_is_asked_and_saved(place):
    """Neither number says that it is a part of the other; in the data one is larger."""
    certified, leavers = (StatisticKindFactory(code=code, name=name) for code, name in NUMBERS)
    for kind, value in ((certified, 30), (leavers, 20)):
        SchoolStatisticFactory(school=place.first, kind=kind, period="2020", value=value)
    formula = statistic_share("certified", "leavers")
    page = place.client.post(NEW + "?year=2020", typed(formula, do="show")).text
    assert "Портал не может проверить, что «Получили аттестат» входит в «Выпускники»." in page
    assert "выберите другое число или вид «Отношение: одно число, делённое на другое»" in page
    assert "За 2020/2021 у 1 школы числитель больше знаменателя, и доля больше 100\u00a0%" in page
    answer = place.client.post(NEW, typed(formula), follow=True).text
    assert "Портал не может проверить, что «Получили аттестат» входит в «Выпускники»." in answer
    row = Indicator.objects.get()
    certified.at_most = leavers
    certified.save()
    assert "не может проверить" not in place.client.get(address(row)).text


NUMBERS = (("certified", "Получили аттестат"), ("leavers", "Выпускники"))


def test_the_error_stands_at_its_field(place):
    page = place.client.post(NEW, typed() | {"formula.subject": ""}).text
    field = page.split('id="id_formula.subject"')[1].split("</div></div>")[0]
    assert "Выберите предмет." in field
    assert 'href="#id_formula.subject"' in page


# --- The tree without a script


def test_another_kind_takes_over_what_was_chosen(place):
    sent = typed(mean_mark(subject="russian", **OGE), do="show", short_name="Недописано", unit="mark")
    page = place.client.post(NEW, sent | {"formula.was": "exam_mean", "formula.type": "change"}).text
    assert 'name="formula.of.type"' in page
    assert "Изменение значения «Средняя отметка ОГЭ по русскому языку" in page
    assert "Недописано" in page
    assert not Indicator.objects.exists()


def test_another_kind_chosen_before_saving_is_saved(place):
    sent = typed(mean_mark(subject="russian", **OGE), unit="mark")
    place.client.post(NEW, sent | {"formula.was": "exam_mean", "formula.type": "change"})
    assert Indicator.objects.get().formula == change(mean_mark(subject="russian", **OGE))


def test_another_population_shows_its_own_fields(place):
    """Every page says which kind of population its fields were drawn for."""
    sent = typed(PASSED, do="show") | {"population.was": "all", "population.type": "pairs"}
    page = place.client.post(NEW, sent).text
    assert 'name="population.side"' in page
    assert 'name="population.was" value="pairs"' in page


def test_a_unit_that_does_not_fit_the_new_kind_is_changed_with_it(place):
    sent = typed(PASSED, do="show") | {"formula.was": "exam_share", "formula.type": "exam_mean"}
    page = place.client.post(NEW, sent).text
    assert '<option value="mark" selected>' in page


def test_a_unit_that_is_changed_with_the_kind_is_told(place):
    sent = typed(PASSED, do="show") | {"formula.was": "exam_share", "formula.type": "exam_mean"}
    assert (
        "Единица изменена на «отметка»: «%» к тому, что теперь считается, не подходит."
        in place.client.post(NEW, sent).text
    )


@pytest.mark.parametrize("part", [{}, {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "workshop"}])
def test_a_unit_that_a_person_chose_stays_and_its_misfit_is_told(place, part):
    page = place.client.post(NEW, typed(PASSED, do="show", unit="mark"), **part).text
    assert '<option value="mark" selected>' in page
    assert "Единица «отметка» не подходит к формуле; допустимо: «%»." in page
    page = place.client.post(NEW, typed(mean_mark(**OGE), do="show", unit="score"), **part).text
    assert '<option value="score" selected>' in page
    assert "не подходит" not in page


def test_a_unit_that_does_not_fit_is_told_beside_what_the_definition_means(place):
    """Of a page with a script only that part is drawn anew."""
    part = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "meaning"}
    assert "Единица «отметка» не подходит" in place.client.post(NEW, typed(PASSED, unit="mark"), **part).text
    row = IndicatorFactory(municipality=place.municipality, code="p0", formula=PASSED)
    formula = reference(row.code)
    assert "Единица «отметка» не подходит" in place.client.post(NEW, typed(formula, unit="mark"), **part).text


def test_a_unit_that_does_not_fit_is_told_with_the_other_mistakes(place):
    page = place.client.post(NEW, typed(PASSED, unit="mark", short_name="")).text
    assert "Единица «отметка» не подходит" in page
    assert "Обязательное поле" in page


def test_a_term_is_added_and_taken_away_by_buttons(place):
    StatisticKindFactory(code="a", name="Число А")
    StatisticKindFactory(code="b", name="Число Б")
    page = place.client.post(NEW, typed(statistic_share("a", "b"), do="add:formula.part")).text
    assert 'name="formula.part.of[1].code"' in page
    sums = {"type": "share", "part": {"type": "sum", "of": [{"type": "statistic", "code": code} for code in "ab"]},
            "whole": {"type": "statistic", "code": "b"}}  # fmt: skip
    page = place.client.post(NEW, typed(sums, do="remove:formula.part.of[0]")).text
    assert 'name="formula.part.of[0].code"' not in page
    assert 'name="formula.part.code"' in page


@pytest.mark.parametrize(
    "do", ["add:formula.nonsense", "remove:formula", "add:population", "remove:formula.of[9]", "x"]
)
def test_a_button_of_another_page_does_nothing(place, do):
    assert "Доля преодолевших" in place.client.post(NEW, typed(do=do)).text


def test_levels_typed_before_are_not_lost_when_another_measure_is_looked_at(place):
    levels = results("levels", "kdr", "reading_literacy", grade=4, levels=["Базовый", "Повышенный"])
    whole = results("participants", "kdr", "reading_literacy", grade=4)
    sent = typed({"type": "share", "part": levels, "whole": whole}, do="show") | {"formula.measures": ["participants"]}
    page = place.client.post(NEW, sent).text
    assert '<input type="hidden" name="formula.levels" value="Базовый\nПовышенный">' in page


def test_htmx_gets_the_part_it_asks_for(place):
    part = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "meaning"}
    answer = place.client.post(NEW + "?year=2020", typed(do="show"), **part).text
    assert "12 из 16" in answer
    assert "<html" not in answer
    assert 'name="formula.subject"' not in answer
    answer = place.client.post(NEW, typed(do="show"), **part | {"HTTP_HX_TARGET": "workshop"}).text
    assert 'name="formula.subject"' in answer
    assert 'name="short_name"' not in answer


@pytest.mark.parametrize(("target", "do"), [("meaning", "save"), ("workshop", "save"), ("meaning", "add:formula")])
def test_what_htmx_sends_for_looking_presses_no_button(place, target, do):
    """It sends the button that happens to have the focus when a field changes."""
    part = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": target}
    answer = place.client.post(NEW, typed(do=do), **part)
    assert answer.status_code == 200
    assert "Доля преодолевших" in answer.text
    assert not Indicator.objects.exists()


def test_a_code_that_somebody_took_a_moment_ago_is_told(place):
    definition = Definition(
        fields={
            "code": "my1", "unit": "percent", "short_name": "А", "wording": "А", "period_kind": "school_year",
        },
        formula=PASSED, population={"type": "all"},
    )  # fmt: skip
    create_indicator(municipality=place.municipality, definition=definition, by=place.client.user)
    with pytest.raises(DefinitionRefused, match="только что создан"):
        create_indicator(municipality=place.municipality, definition=definition, by=place.client.user)


# --- What may be chosen


def test_a_neighbours_indicators_numbers_and_schools_are_never_offered_nor_taken(place):
    foreign = SchoolFactory(name="Чужая школа", code="999")
    IndicatorFactory(municipality=foreign.municipality, code="alien", short_name="Чужой показатель")
    StatisticKindFactory(municipality=foreign.municipality, code="x.alien", name="Чужое число")
    for formula in (reference("alien"), statistic_share("x.alien", "x.alien")):
        sent = typed(formula, population={"type": "schools", "codes": ["999"]})
        page = place.client.post(NEW, sent).text
        assert "Чуж" not in page
        assert "в муниципалитете нет" in page
    assert not Indicator.objects.filter(municipality=place.municipality).exists()


def test_an_indicator_cannot_look_at_itself(place):
    own = IndicatorFactory(municipality=place.municipality, code="own", short_name="Сам себя")
    page = place.client.get(address(own)).text
    assert "(own)" not in page
    page = place.client.post(address(own), revised(own, reference("own"), reason="п")).text
    assert "Этого больше нет в списке" in page


# --- Changing one


@pytest.fixture
def indicator(place):
    return IndicatorFactory(municipality=place.municipality, formula=PASSED, short_name="Сдали русский", code="ru9")


def test_a_correction_of_texts_keeps_the_version(place, indicator):
    place.client.post(address(indicator), revised(indicator, wording="Исправлено", author="Отдел"))
    indicator.refresh_from_db()
    assert (indicator.wording, indicator.version) == ("Исправлено", 1)
    version = IndicatorVersion.objects.get()
    assert version.passport["author"] == "Отдел"
    assert not Job.objects.exists()
    event = AuditEvent.objects.get()
    assert (event.action, event.details["version"]) == ("indicator_revised", 1)
    assert event.details["fields"] == ["author", "wording"]


def test_a_new_version_warns_of_a_plan_that_was_set_for_the_one_before(place, indicator):
    TargetFactory(indicator=indicator, value=70)
    page = place.client.post(address(indicator), revised(indicator, wording="Иначе"), follow=True).text
    assert "План и исходное значение заданы" not in page
    sent = revised(indicator, passed_share(subject="mathematics", **OGE), reason="Приказ № 1")
    page = place.client.post(address(indicator), sent, follow=True).text
    assert "План и исходное значение заданы для версии 1 определения, а теперь действует версия 2" in page


@pytest.mark.parametrize("kind", ["quarter", "half_year"])
def test_exams_have_no_quarters_and_the_builder_says_so_before_and_instead_of_saving(place, kind):
    IndicatorFactory(municipality=place.municipality, formula=PASSED, code="ru9")
    for formula in (PASSED, share_of_schools(reference("ru9"), than="50")):
        sent = typed(formula, period_kind=kind, unit="percent")
        looked = place.client.post(NEW, sent | {"do": ""}).text
        assert "Результаты процедур и списки идентификации относятся к учебному году" in looked
        assert "появится вместе с данными" not in looked
        refused = place.client.post(NEW, sent).text
        assert "выберите учебный год, календарный год или дату" in refused.lower()
        assert 'value="Сдали русский"' in refused
    assert Indicator.objects.count() == 1


def test_numbers_that_are_collected_may_have_quarters(place):
    for code in ("trained", "teachers"):
        StatisticKindFactory(code=code)
    place.client.post(NEW, typed(statistic_share("trained", "teachers"), period_kind="quarter"))
    assert Indicator.objects.get().period_kind == "quarter"


def test_texts_can_be_corrected_where_an_older_version_of_another_looks_at_it(place, indicator):
    """No version begins with it, so no circle can."""
    other = IndicatorFactory(municipality=place.municipality, code="other", formula=reference("ru9"))
    other.formula, other.version = PASSED, 2
    other.save()
    keep_version(other, valid_from=dt.date(2021, 8, 1))
    said = {"applies": "from", "since": "2021", "reason": "п"}
    place.client.post(address(indicator), revised(indicator, reference("other"), **said))
    place.client.post(address(indicator), revised(indicator, wording="Исправлено"))
    indicator.refresh_from_db()
    assert (indicator.wording, indicator.version) == ("Исправлено", 2)


def test_a_changed_formula_is_a_new_version_with_reason_and_recompute(place, indicator):
    best = passed_share(subject="russian", **OGE | {"attempt": "best"})
    said = {"applies": "from", "since": "2021", "reason": "Приказ № 7"}
    place.client.post(address(indicator), revised(indicator, best, **said))
    indicator.refresh_from_db()
    assert (indicator.formula, indicator.version) == (best, 2)
    first, second = IndicatorVersion.objects.order_by("number")
    assert first.formula == PASSED
    assert (second.formula, second.valid_from, second.reason) == (best, dt.date(2021, 8, 1), "Приказ № 7")
    assert second.created_by == place.client.user
    assert Job.objects.get().scope == {"indicators": [indicator.pk]}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"direction": "down"}, "Напишите, почему меняется определение"),
        ({"direction": "down", "reason": "п", "applies": "from"}, "Выберите период"),
        ({"period_kind": "calendar_year", "reason": "п", "applies": "from", "since": "2021"}, "Для всех периодов"),
    ],
)
def test_another_definition_needs_a_reason_and_a_time(place, indicator, fields, said):
    assert said in place.client.post(address(indicator), revised(indicator, **fields)).text
    indicator.refresh_from_db()
    assert (indicator.direction, indicator.version) == ("up", 1)


def test_loading_the_programme_again_leaves_what_people_have_changed(place):
    row = {"code": "ru9", "wording": "Как в программе", "short_name": "Сдали", "formula": PASSED,
           "population": {"type": "all"}}  # fmt: skip
    assert load_catalogue(municipality=place.municipality, rows=[row]) == 1
    indicator = Indicator.objects.get()
    assert load_catalogue(municipality=place.municipality, rows=[row | {"wording": "Новая редакция"}]) == 1
    place.client.post(address(indicator), revised(indicator, wording="Как решил методист"))
    assert load_catalogue(municipality=place.municipality, rows=[row]) == 0
    indicator.refresh_from_db()
    assert indicator.wording == "Как решил методист"


def test_saving_what_is_there_changes_nothing(place, indicator):
    page = place.client.post(address(indicator), revised(indicator), follow=True).text
    assert "Ничего не изменилось" in page
    assert not AuditEvent.objects.exists()


def test_categories_in_another_order_are_no_other_definition(place, indicator):
    indicator.population = {"type": "categories", "categories": ["difficult_conditions", "low_results"]}
    indicator.save()
    same = {"type": "categories", "categories": ["low_results", "difficult_conditions"]}
    place.client.post(address(indicator), revised(indicator, population=same))
    indicator.refresh_from_db()
    assert indicator.version == 1


def test_who_comes_second_is_told_and_loses_nothing(place, indicator, log_in_as):
    mine = revised(indicator, wording="Моя правка")
    other = log_in_as(Role.DEPARTMENT, place.municipality)
    other.user.full_name = "Иванова А. П."
    other.user.save()
    other.post(address(indicator), revised(indicator, wording="Чужая правка", direction="down", reason="Приказ"))
    page = place.client.post(address(indicator), mine).text
    assert "показатель уже изменили: Иванова А. П." in page
    assert "сейчас записано «Чужая правка», у вас «Моя правка»" in page
    assert "сейчас записано «меньше — лучше», у вас «больше — лучше»" in page
    assert ">Моя правка</textarea>" in page.replace("\n", "")
    indicator.refresh_from_db()
    assert indicator.wording == "Чужая правка"
    place.client.post(address(indicator), revised(indicator, wording="Моя правка", direction="down"))
    indicator.refresh_from_db()
    assert (indicator.wording, indicator.version) == ("Моя правка", 2)


def test_the_page_of_the_second_saves_over_it_when_sent_again(place, indicator):
    mine = revised(indicator, wording="Моя правка")
    Indicator.objects.update(group="Другой раздел")
    page = place.client.post(address(indicator), mine).text
    indicator.refresh_from_db()
    assert state_of(indicator) in page


def test_others_that_look_at_it_must_still_make_sense(place, indicator):
    IndicatorFactory(
        municipality=place.municipality, code="looks", short_name="Смотрит", formula=reference("ru9"), unit="percent"
    )
    mean = mean_mark(subject="russian", **OGE)
    page = place.client.post(address(indicator), revised(indicator, mean, unit="mark", reason="п")).text
    assert "На этот показатель смотрит «Смотрит»" in page
    loop = share_of_schools(change(reference("looks")))
    page = place.client.post(address(indicator), revised(indicator, loop, reason="п")).text
    assert "ссылаются друг на друга по кругу" in page
    assert "«Сдали русский» → «Смотрит»" in page
    indicator.refresh_from_db()
    assert indicator.version == 1


def test_a_circle_over_an_older_version_is_refused_too(place, indicator):
    """In the periods before 2021 `other` still looks at this one, and a recompute of them would never end."""
    other = IndicatorFactory(municipality=place.municipality, code="other", formula=reference("ru9"))
    other.formula, other.version = PASSED, 2
    other.save()
    keep_version(other, valid_from=dt.date(2021, 8, 1))
    page = place.client.post(address(indicator), revised(indicator, reference("other"), reason="п")).text
    assert "По прежним версиям показатели ссылаются друг на друга по кругу" in page
    said = {"applies": "from", "since": "2021", "reason": "п"}
    place.client.post(address(indicator), revised(indicator, reference("other"), **said))
    indicator.refresh_from_db()
    assert indicator.formula == reference("other")


# --- Taking one away


def test_what_nothing_leans_on_can_be_deleted(place, indicator):
    page = place.client.post(address(indicator, "delete"), follow=True).text
    assert "удалён" in page
    assert not Indicator.objects.exists()
    assert AuditEvent.objects.get().details == {"code": "ru9"}


def test_what_others_look_at_or_is_planned_stays(place, indicator):
    IndicatorFactory(municipality=place.municipality, short_name="Смотрит", formula=change(reference("ru9")))
    TargetFactory(indicator=indicator)
    page = place.client.post(address(indicator, "delete"), follow=True).text
    assert "На него смотрят показатели: «Смотрит»" in page
    assert "задан план" in page
    assert Indicator.objects.filter(pk=indicator.pk).exists()
    assert "Удалить его нельзя" in place.client.get(address(indicator)).text


def test_what_an_old_version_of_another_looked_at_stays(place, indicator):
    other = IndicatorFactory(municipality=place.municipality, formula=reference("ru9"))
    other.formula, other.version = PASSED, 2
    other.save()
    assert "прежние версии" in place.client.post(address(indicator, "delete"), follow=True).text


# --- The preview


def preview_of(place, formula, **fields):
    return place.client.post(f"{NEW}?year=2020", typed(formula, do="show", **fields)).text


def test_without_data_there_is_a_warning_and_it_can_be_saved(place):
    physics = passed_share(subject="physics", **OGE)
    page = preview_of(place, physics)
    assert "Данных для этого показателя за 2015–2021 годы нет" in page
    assert page.count("данных не нашлось") == 2
    place.client.post(NEW, typed(physics))
    assert Indicator.objects.get().formula == physics


def test_an_empty_denominator_is_told_and_is_no_error(place):
    part, whole = (StatisticKindFactory(code=code, name=code) for code in ("part", "whole"))
    for school, numbers in ((place.first, (3, 4)), (place.second, (0, 0))):
        for kind, value in zip((part, whole), numbers, strict=True):
            SchoolStatisticFactory(school=school, kind=kind, period="2020", value=Decimal(value))
    page = preview_of(place, statistic_share("part", "whole"))
    assert "у 1 школы в знаменателе ноль" in page
    assert "СОШ № 1, 2020/2021: 3 из 4 = 75,0\u00a0%" in page


def test_a_change_and_a_condition_are_worked_out_step_by_step(place):
    took(place.first, 2018, (5, 5, 5, 5), subject="russian")  # mean 3.5; now 52 : 16 = 3.25
    page = preview_of(place, share_of_schools(change(mean_mark(subject="russian", **OGE))))
    assert "3,25 − 3,50 (2018/2019) = −0,25 — условие не выполнено" in page


def test_the_population_decides_whom_the_preview_counts(place):
    took(place.second, 2020, (0, 4, 0, 0), subject="russian")
    IdentificationFactory(school=place.second, school_year=2020)
    page = preview_of(place, PASSED, population={"type": "categories", "categories": ["low_results"]})
    assert "4 из 4" in page
    assert "12 из 16" not in page


def test_a_reference_is_tried_with_what_it_refers_to(place):
    IndicatorFactory(municipality=place.municipality, code="passed", short_name="Сдали", formula=PASSED)
    assert "12 из 16 = 75,0\u00a0%" in preview_of(place, reference("passed"))


def test_whoever_builds_may_see_small_numbers():
    """Or the preview would have to guard against subtraction."""
    for role, permissions in ROLE_PERMISSIONS.items():
        if Permission.CATALOGUE_EDIT in permissions:
            assert Permission.SMALL_NUMBERS_VIEW in permissions, role


def test_the_preview_asks_as_much_of_many_schools_as_of_two(place, queries_of):
    few = queries_of(place.client, NEW + "?example=passed&year=2020")
    for number in range(12):
        school = SchoolFactory(municipality=place.municipality, name=f"СОШ № {10 + number}")
        took(school, 2020, subject="russian")
        IndicatorFactory(municipality=place.municipality, formula=reference("p1"))
    assert queries_of(place.client, NEW + "?example=passed&year=2020") == few


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("formula.part.code", "Числитель, какое число"),
        ("formula.whole.of[1].code", "Слагаемое 2, какое число"),
        ("formula.whole.of[1]", "Слагаемое 2"),
        ("formula", "Что считаем"),
        ("population.type", "Охват, вид"),
        ("population.categories", "Охват, категории"),
    ],
)
def test_a_place_is_called_as_the_page_calls_it(path, place):
    terms = [{"type": "statistic", "code": code} for code in "bc"]
    formula = draft_of(
        {"type": "share", "part": statistic_share("a", "b")["part"], "whole": {"type": "sum", "of": terms}}
    )
    drafts = {"formula": formula, "population": {"type": "categories"}}
    assert place_in_words(path, drafts) == place


RUSSIAN = {"subject": "russian", **OGE}
TRIED = {
    "share": (passed_share(**RUSSIAN), "percent"),
    "mean": (mean_mark(**RUSSIAN), "mark"),
    "count": ({"type": "count", "of": results("participants", **RUSSIAN)}, "count"),
    "share of schools": (share_of_schools(passed_share(**RUSSIAN), "at_least", "80"), "percent"),
    "change": (change(passed_share(**RUSSIAN)), "percent"),
    "relative": (relative(mean_mark(**RUSSIAN)), "ratio"),
    "combined": (combined(passed_share(**RUSSIAN), passed_share(**OGE)), "percent"),
    "over years": (over_years(passed_share(**RUSSIAN)), "percent"),
    "several conditions": (
        schools_meeting("any", share_of_schools(passed_share(**RUSSIAN)), share_of_schools(mean_mark(**RUSSIAN))),
        "percent",
    ),
}


@pytest.mark.parametrize("name", TRIED)
def test_the_preview_shows_what_the_recompute_will_store(place, name):
    """For every kind of value: of the municipality and of the school, of an indicator that is not saved yet."""
    formula, unit = TRIED[name]
    took(place.second, 2020, (1, 1, 4, 4), subject="russian")
    took(place.second, 2020, (0, 1, 4, 5))
    for year in (2018, 2019):
        took(place.first, year, (5, 5, 5, 5), subject="russian")
    sent = QueryDict(mutable=True)
    for field, values in typed(formula, do="show", unit=unit).items():
        sent.setlist(field, values if isinstance(values, list) else [values])
    bench = Workbench(user=place.client.user, municipality=place.municipality, school_year=2020, sent=sent)
    shown = {row.title: row.cells[-1].value for row in bench.preview.rows}

    indicator = IndicatorFactory(municipality=place.municipality, formula=formula, unit=unit)
    recompute(place.municipality.pk)
    words = change_in_unit if name == "change" else in_unit
    whole = indicator.municipalityvalue_set.get(period="2020")
    assert shown[f"{place.municipality.name} в целом"] == words(whole.value, unit)
    stored = indicator.schoolvalue_set.filter(period="2020").select_related("school")
    if "schools" in name or "conditions" in name:
        expected = {row.school.name: "выполнено" if row.value else "не выполнено" for row in stored}
    else:
        expected = {row.school.name: words(row.value, unit) for row in stored}
    assert {title: value for title, value in shown.items() if "в целом" not in title} == expected


def test_the_preview_looks_at_the_years_around_the_one_in_view_alone(place):
    took(place.second, 2010, subject="physics")
    assert "за 2015–2021 годы нет" in preview_of(place, passed_share(subject="physics", **OGE))


def test_few_pupils_are_hidden_from_whoever_may_not_see_them(place, log_in_as):
    """Nobody who may build is such a person today; the rule holds by itself all the same."""
    took(place.second, 2020, (1, 1, 1, 1), subject="russian")
    viewer = log_in_as(Role.VIEWER, place.municipality).user
    for user, shown in ((viewer, "скрыто"), (place.client.user, "75,0\u00a0%")):
        around = surroundings(user=user, municipality=place.municipality)
        asked = Asked(
            formula=parse_formula(PASSED), population=parse_population({"type": "all"}), unit="percent",
            period_kind=PeriodKind.SCHOOL_YEAR, school_year=2020,
        )  # fmt: skip
        rows = {row.title: row.cells[-1].value for row in preview(user=user, around=around, asked=asked).rows}
        assert rows["СОШ № 2"] == shown
        assert rows["СОШ № 1"] == "75,0\u00a0%"
