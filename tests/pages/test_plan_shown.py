"""Plans where they are read: beside values, with progress and how hard they are, and nothing of few pupils."""

from decimal import Decimal
from html import unescape

import pytest

from accounts.access import Role
from accounts.models import AuditEvent
from indicators.calculations.planned import Cell, PlanEntry
from indicators.calculations.progress import Challenge, Progress
from indicators.models import MunicipalityValue, Reading, SchoolValue, Target
from indicators.queries.plan import token_of
from indicators.queries.plan_lines import plans_of
from indicators.services.plan import Basis, set_plan
from indicators.services.versions import keep_version
from indicators.summaries import challenge_text, progress_text
from schools.periods import Period
from tests.factories import (
    BaselineFactory,
    IndicatorFactory,
    MunicipalityValueFactory,
    PlanRevisionFactory,
    SchoolFactory,
    SchoolValueFactory,
    TargetFactory,
)


def text(client, address):
    return unescape(client.get(address).text).replace("\xa0", " ")


@pytest.fixture
def methodist(town, log_in_as):
    return log_in_as(Role.METHODIST, town.municipality)


@pytest.fixture
def viewer(town, log_in_as):
    return log_in_as(Role.VIEWER, town.municipality)


def test_the_indicator_shows_its_plan_as_approved_as_amended_and_how_far_it_is(town, methodist):
    """From 40 to 70 is 30 points; 50 is a third of the way."""
    BaselineFactory(indicator=town.grew, value=40, period="2018", source="Записка")
    for old, new in ((None, 60), (60, 70)):
        PlanRevisionFactory(indicator=town.grew, old=old, new=new)
    page = text(methodist, f"/indicators/{town.grew.pk}/?year=2020")
    assert "Исходное значение — 40 % за 2018/2019 (Записка)" in page
    assert "Пройдено 33 % пути" in page
    (line,) = methodist.get(f"/indicators/{town.grew.pk}/?year=2020").context["page"].plan.lines
    assert (line.first, line.target, line.value, line.reading, line.changes) == (60, 70, 50, Reading.BEHIND, 1)
    for address in ("/indicators/?year=2020", "/?year=2020"):
        assert "Пройдено 33 % пути" in text(methodist, address)


def test_without_a_baseline_no_progress_is_told_in_lists(town, methodist):
    assert "Нет исходного значения" in text(methodist, f"/indicators/{town.grew.pk}/?year=2020")
    assert "Нет исходного значения" not in text(methodist, "/indicators/?year=2020")


def test_a_plan_that_is_not_set_says_so(town, viewer):
    assert "План не задан" in text(viewer, f"/indicators/{town.mean.pk}/?year=2020")


def test_a_school_reads_its_own_plan_and_how_far_it_is(town, log_in_as):
    """From 3 to 3,5; 3,37 is 74 of 100."""
    curator = log_in_as(Role.CURATOR, town.big)
    TargetFactory(indicator=town.mean, school=town.big, value=Decimal("3.5"))
    TargetFactory(indicator=town.mean, school=town.small, value=Decimal("4.25"))
    BaselineFactory(indicator=town.mean, school=town.big, value=3, period="2018")
    SchoolValue.objects.filter(indicator=town.mean, school=town.big, period="2020").update(reading=Reading.BEHIND)
    page = text(curator, f"/schools/{town.big.pk}/indicators/?year=2020")
    assert "План школы" in page
    assert "Пройдено 74 % пути" in page
    assert "Отстаёт" in page
    assert "4,25" not in page
    assert "Пройдено 74 % пути" in text(curator, f"/indicators/{town.mean.pk}/?year=2020")


def test_neither_value_reading_nor_progress_tells_where_few_pupils_stand(town, viewer, methodist):
    """Four pupils at 2,89: of the way from 3 to 3,5 that is 22 back."""
    TargetFactory(indicator=town.mean, school=town.small, value=Decimal("3.5"))
    BaselineFactory(indicator=town.mean, school=town.small, value=3, period="2018")
    SchoolValue.objects.filter(indicator=town.mean, school=town.small, period="2020").update(reading=Reading.BEHIND)
    for address in (f"/schools/{town.small.pk}/indicators/?year=2020", f"/indicators/{town.mean.pk}/?year=2020"):
        page = text(viewer, address)
        assert "3,5" in page  # the plan itself is no secret
        assert "Отстаёт" not in page
        assert "Ухудшение" not in page
        assert "Ухудшение: −22 % пути" in text(methodist, address)


def test_a_target_is_hard_where_few_schools_reach_it_already(town, methodist):
    """Of 20 and 4 pupils and five schools more: the four are left out, so six schools count."""
    for value in ("3.00", "3.10", "3.20", "3.60", "3.70"):
        school = SchoolFactory(municipality=town.municipality)
        SchoolValueFactory(indicator=town.mean, school=school, value=Decimal(value), participants=20)
    TargetFactory(indicator=town.mean, value=Decimal("3.65"))
    MunicipalityValueFactory(indicator=town.mean, value=Decimal("3.3"))
    plan = plans_of(user=methodist.user, indicators=[town.mean])[town.mean.pk]
    assert (plan.lines[0].challenge, plan.lines[0].measured_in) == (Challenge(1, 6, "high"), "2020")
    page = text(methodist, f"/indicators/{town.mean.pk}/?year=2020")
    assert "выполняет 1 из 6 школ: уровень напряжённый" in page
    assert "меньше трети — напряжённый" in page


def test_what_schools_did_later_does_not_say_how_hard_a_target_was(town, methodist):
    """Five schools at 3,0 in 2018, and all beyond the target in 2020: hard in 2018, nothing to strive for in 2020."""
    for _ in range(5):
        school = SchoolFactory(municipality=town.municipality)
        for period, value in (("2018", 3), ("2020", 4)):
            SchoolValueFactory(indicator=town.mean, school=school, period=period, value=value, participants=20)
    SchoolValue.objects.filter(indicator=town.mean, school__in=[town.big, town.small]).delete()
    for period in ("2017", "2019", "2020"):
        TargetFactory(indicator=town.mean, period=period, value=Decimal("3.5"))
    lines = plans_of(user=methodist.user, indicators=[town.mean])[town.mean.pk].lines
    assert [(line.challenge, line.measured_in) for line in lines] == [
        (None, ""),
        (Challenge(0, 5, "high"), "2018"),
        (Challenge(5, 5, "low"), "2020"),
    ]
    assert "по значениям за 2018/2019" in text(methodist, f"/indicators/{town.mean.pk}/?year=2020")


def redefined(indicator) -> None:
    """As the builder leaves it: a second version for all periods, by which the values stand."""
    indicator.version = 2
    indicator.save()
    keep_version(indicator)
    MunicipalityValue.objects.filter(indicator=indicator).update(version=2)


def test_no_way_is_measured_to_a_figure_of_another_definition_until_somebody_confirms_the_plan(town, methodist):
    BaselineFactory(indicator=town.grew, value=40, period="2018")
    Target.objects.filter(indicator=town.grew).delete()
    TargetFactory(indicator=town.grew, value=70)
    own = BaselineFactory(indicator=town.grew, school=town.big, value=1, period="2018")
    page = f"/indicators/{town.grew.pk}/?year=2020"
    assert "Пройдено 33 % пути" in text(methodist, page)
    redefined(town.grew)
    for address in (page, "/indicators/?year=2020"):
        shown = text(methodist, address)
        assert "Не измеряется: план задан для прежней версии определения" in shown
        assert "% пути" not in shown
    shown = text(methodist, page)
    assert "заданы исходное значение — для версии 1 и плановые значения — для версии 1" in shown
    confirm = f"/indicators/{town.grew.pk}/plan/version/"
    assert "ещё раз" in unescape(methodist.post(confirm, {"version": "1"}, follow=True).text)
    assert "Пройдено" not in text(methodist, page)
    methodist.post(confirm, {"version": "2"})
    shown = text(methodist, page)
    assert "Пройдено 33 % пути" in shown
    assert "Подтвердить план" not in shown
    own.refresh_from_db()
    assert own.version == 2
    assert AuditEvent.objects.get(action="plan_confirmed_for_version").details["confirmed"] == 3


def test_a_plan_that_is_set_anew_is_of_the_present_definition_and_readers_cannot_confirm_one(town, methodist, viewer):
    base = BaselineFactory(indicator=town.grew, value=40, period="2018")
    redefined(town.grew)
    page = f"/indicators/{town.grew.pk}/?year=2020"
    assert "исходное значение — для версии 1" in text(viewer, page)
    assert "Подтвердить план" not in text(viewer, page)
    entries = [PlanEntry(Cell(town.grew.pk, None, ""), Decimal(30), token_of(base), "2018")]
    entries += [
        PlanEntry(Cell(town.grew.pk, None, row.period), row.value + 1, token_of(row))
        for row in Target.objects.filter(indicator=town.grew)
    ]
    assert not set_plan(municipality=town.municipality, entries=entries, basis=Basis(reason="Новое")).is_refused
    assert "для версии 1" not in text(viewer, page)


def test_a_target_of_a_period_that_keeps_the_earlier_definition_is_of_that(town, methodist):
    BaselineFactory(indicator=town.grew, value=40, period="2018")
    town.grew.version = 2
    town.grew.save()
    keep_version(town.grew, valid_from=Period.parse("2021").starts_on)
    assert "Пройдено" in text(methodist, f"/indicators/{town.grew.pk}/?year=2020")
    TargetFactory(indicator=town.grew, period="2021", value=80)
    lines = plans_of(user=methodist.user, indicators=[town.grew])[town.grew.pk].lines
    assert [line.is_of_other_version for line in lines] == [False, True]


def test_a_count_of_two_or_three_schools_is_for_those_who_see_them_all(town, methodist, log_in_as):
    TargetFactory(indicator=town.mean, value=3)
    assert "1 из 1 школы" in text(methodist, f"/indicators/{town.mean.pk}/?year=2020")
    curator = log_in_as(Role.CURATOR, town.small)
    assert "из 1 школы" not in text(curator, f"/indicators/{town.mean.pk}/?year=2020")


def test_no_school_is_held_to_what_all_of_them_do_together(town, methodist):
    """A share of schools, and the municipality's count of events."""
    events = IndicatorFactory(municipality=town.municipality, unit="count")
    for indicator in (events, town.grew):
        SchoolValueFactory(indicator=indicator, school=SchoolFactory(municipality=town.municipality), participants=None)
    TargetFactory(indicator=events, value=20)
    plans = plans_of(user=methodist.user, indicators=[events, town.grew])
    assert [line.challenge for plan in plans.values() for line in plan.lines] == [None, None]


def test_a_target_that_was_taken_away_is_still_to_be_seen(town, methodist):
    for old, new in ((None, 55), (55, None)):
        PlanRevisionFactory(indicator=town.trained, old=old, new=new)
    (line,) = plans_of(user=methodist.user, indicators=[town.trained])[town.trained.pk].lines
    assert (line.first, line.target, line.progress.kind) == (55, None, "no_target")
    assert "убран" in text(methodist, f"/indicators/{town.trained.pk}/?year=2020")


@pytest.mark.parametrize(
    ("kind", "percent", "words"),
    [
        ("under_way", Decimal("99.99"), "Пройдено 99 % пути"),  # nothing rounds to the end of the way
        ("under_way", Decimal("0.4"), "Пройдено меньше 1 % пути"),
        ("exceeded", Decimal("100.2"), "Немного перевыполнен"),
        ("exceeded", Decimal(125), "Перевыполнен: 125 % пути"),
        ("worsened", Decimal("-0.5"), "Небольшое ухудшение"),
        ("worsened", Decimal("-25.9"), "Ухудшение: −25 % пути"),
        ("fulfilled", Decimal(100), "Выполнен: 100 % пути"),
        ("still", Decimal(0), "Без движения: 0 % пути"),
        ("kept", None, "Удержан"),
        ("not_kept", None, "Не удержан"),
    ],
)
def test_progress_in_words(kind, percent, words):
    assert progress_text(Progress(kind, percent)).replace("\xa0", " ") == words


def test_challenge_in_words():
    assert (
        challenge_text(Challenge(12, 40, "high")).replace("\xa0", " ") == "выполняют 12 из 40 школ: уровень напряжённый"
    )
    assert challenge_text(Challenge(1, 3, "")).replace("\xa0", " ") == "выполняет 1 из 3 школ"


def test_queries_do_not_grow_with_the_plan_of_a_school(town, methodist, queries_of):
    address = f"/schools/{town.big.pk}/indicators/?year=2020"
    TargetFactory(indicator=town.mean, school=town.big)
    few = queries_of(methodist, address)
    for indicator in IndicatorFactory.create_batch(12, municipality=town.municipality):
        TargetFactory(indicator=indicator, school=town.big)
        BaselineFactory(indicator=indicator, school=town.big)
        PlanRevisionFactory(indicator=indicator, school=town.big)
        SchoolValueFactory(indicator=indicator, school=town.big)
    assert queries_of(methodist, address) == few


def test_a_target_just_set_is_not_called_missing(town, methodist):
    """Its reading comes with the recompute."""
    TargetFactory(indicator=town.mean, school=town.big, value=Decimal("3.5"))
    SchoolValue.objects.filter(indicator=town.mean).update(reading=Reading.NO_TARGET)
    for address in (f"/schools/{town.big.pk}/indicators/?year=2020", f"/indicators/{town.mean.pk}/?year=2020"):
        assert "после пересчёта" in text(methodist, address)


def test_progress_is_of_the_value_in_the_year_of_the_plan(town, methodist):
    BaselineFactory(indicator=town.grew, value=40)
    MunicipalityValueFactory(indicator=town.grew, period="2021", value=70)
    assert MunicipalityValue.objects.count() == 2
    (line,) = plans_of(user=methodist.user, indicators=[town.grew])[town.grew.pk].lines
    assert line.value == 50
