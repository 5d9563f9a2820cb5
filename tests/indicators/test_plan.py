"""The plan is written through its ledger: all or nothing, with a reason, never over what another has just written."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent, Job
from indicators.calculations.planned import BadPlan, Cell, Limits, PlanEntry, limits_of, parse_planned, token
from indicators.models import Baseline, PlanRevision, Target
from indicators.services.plan import Basis, set_plan
from schools.models import Municipality
from tests.factories import BaselineFactory, IndicatorFactory, SchoolFactory, TargetFactory, UserFactory

ORDER = Basis(reason="Уточнение", order_number="15-п", order_date=dt.date(2021, 3, 1))


@pytest.fixture
def indicator(db):
    return IndicatorFactory(municipality__slug="nazarovo")


def put(indicator, *entries, basis=ORDER, by=None):
    """Each entry is a period ("" for the baseline), the new number, what was shown and, if any, a school."""
    made = [
        PlanEntry(
            Cell(indicator.pk, school[0].pk if school else None, period),
            None if new is None else Decimal(new),
            shown,
            "" if period else "2019",
        )
        for period, new, shown, *school in entries
    ]
    return set_plan(municipality=indicator.municipality, entries=made, basis=basis, by=by)


def ledger():
    return [(line.kind, line.period, line.old, line.new) for line in PlanRevision.objects.all()]


def test_every_change_is_a_line_with_who_when_why_and_the_order(indicator):
    user = UserFactory()
    put(indicator, ("2020", "70", ""), ("", "60", ""), basis=Basis(), by=user)
    assert ledger() == [("target", "2020", None, 70), ("baseline", "2019", None, 60)]
    put(indicator, ("2020", "72.5", "70"), by=user)
    line = PlanRevision.objects.last()
    assert (line.old, line.new, line.reason, line.order_number) == (70, Decimal("72.5"), "Уточнение", "15-п")
    assert (line.order_date, line.changed_by) == (dt.date(2021, 3, 1), user)
    target = Target.objects.get()
    assert (target.value, target.source) == (Decimal("72.5"), "Приказ № 15-п от 01.03.2021")
    assert AuditEvent.objects.filter(action="plan_set").count() == 2


def test_the_same_again_changes_nothing_and_wakes_nobody(indicator):
    put(indicator, ("2020", "70", ""))
    jobs, lines = Job.objects.count(), ledger()
    for shown in ("", "70", "65"):  # whatever was on the page: it is so already
        outcome = put(indicator, ("2020", "70.0", shown), basis=Basis())
        assert (outcome.same, outcome.written, outcome.is_refused) == (1, 0, False)
    assert (Job.objects.count(), ledger()) == (jobs, lines)


def test_values_are_recomputed_where_the_plan_changed(indicator):
    put(indicator, ("2021", "70", ""), ("2020", "65", ""))
    put(indicator, ("2022", "75", ""))
    assert Job.objects.get().scope == {  # the job that still waits takes both over
        "targets": [[indicator.pk, "2020"], [indicator.pk, "2021"], [indicator.pk, "2022"]]
    }


@pytest.mark.parametrize("new", ["71", None])
def test_what_is_there_is_changed_or_taken_away_only_with_a_reason(indicator, new):
    put(indicator, ("2020", "70", ""), basis=Basis())  # a first plan needs none
    outcome = put(indicator, ("2020", new, "70"), ("2021", "80", ""), basis=Basis(reason="  "))
    assert outcome.needs_reason
    assert ledger() == [("target", "2020", None, 70)]  # not half of it either
    assert not put(indicator, ("2020", new, "70")).is_refused


def test_a_target_that_is_taken_away_leaves_its_line(indicator):
    put(indicator, ("2020", "70", ""))
    outcome = put(indicator, ("2020", None, "70"))
    assert outcome.removed == 1
    assert not Target.objects.exists()
    assert ledger()[-1] == ("target", "2020", 70, None)


def test_nothing_is_written_over_what_another_has_written_meanwhile(indicator):
    """Both opened the page when it said 70."""
    put(indicator, ("2020", "70", ""), ("2021", "75", ""))
    first = UserFactory()
    put(indicator, ("2020", "72", "70"), by=first)
    outcome = put(indicator, ("2020", "71", "70"), ("2021", "76", "75"))
    (conflict,) = outcome.conflicts
    assert (conflict.cell.period, conflict.value, conflict.revision.changed_by) == ("2020", 72, first)
    assert set(Target.objects.values_list("period", "value")) == {("2020", 72), ("2021", 75)}
    assert put(indicator, ("2020", "71", "72"), ("2021", "76", "75")).written == 2  # now with open eyes


@pytest.mark.parametrize("new", ["71", None])
def test_a_cell_that_another_has_filled_or_emptied_meanwhile_is_a_conflict_too(indicator, new):
    if new:
        put(indicator, ("2020", "70", ""))
        outcome = put(indicator, ("2020", new, ""))
        assert outcome.conflicts[0].value == 70
    else:
        outcome = put(indicator, ("2020", "71", "70"))
        assert outcome.conflicts[0].value is None
        assert outcome.conflicts[0].revision is None


def test_a_baseline_of_another_year_is_another_baseline(indicator):
    BaselineFactory(indicator=indicator, value=60, period="2018")
    assert put(indicator, ("", "60", "60")).conflicts  # somebody has said another year
    put(indicator, ("", "60", "60@2018"))
    base = Baseline.objects.get()
    assert (base.value, base.period, base.source) == (60, "2019", "Приказ № 15-п от 01.03.2021")
    assert ledger() == [("baseline", "2019", 60, 60)]


def test_schools_have_a_plan_of_their_own(indicator):
    school = SchoolFactory(municipality=indicator.municipality)
    put(indicator, ("2020", "70", ""), ("2020", "50", "", school), ("", "40", "", school))
    assert set(Target.objects.values_list("school", "value")) == {(None, 70), (school.pk, 50)}
    assert Baseline.objects.get().school == school
    put(indicator, ("2020", "55", "50", school))
    assert Target.objects.get(school__isnull=True).value == 70


def test_a_plan_of_others_or_of_other_periods_is_refused(indicator):
    stranger = SchoolFactory()
    with pytest.raises(ValueError, match="another municipality"):
        put(indicator, ("2020", "70", "", stranger))
    with pytest.raises(ValueError, match="another municipality"):
        set_plan(
            municipality=Municipality.objects.get(slug=stranger.municipality.slug),
            entries=[PlanEntry(Cell(indicator.pk, None, "2020"), Decimal(70))],
            basis=Basis(),
        )
    with pytest.raises(ValueError, match="no period"):
        put(indicator, ("cy2021", "70", ""))
    assert ledger() == []


def test_a_plan_that_people_set_is_no_demonstration_any_more(indicator):
    TargetFactory(indicator=indicator, value=70, is_demo=True)
    put(indicator, ("2020", "71", "70"))
    assert not Target.objects.get().is_demo


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("75", "75"),
        (" 72,5 ", "72.5"),
        ("72.50", "72.5"),
        ("75 %", "75"),
        ("75,0%", "75"),
        ("1\u00a0200,5", "1200.5"),
        ("−3", "-3"),
        ("", None),
        ("—", None),
        ("-", None),
    ],
)
def test_numbers_are_taken_as_excel_copies_them(typed, number):
    assert parse_planned(typed) == (None if number is None else Decimal(number))


@pytest.mark.parametrize("typed", ["много", "1,23456", "1e5", "5-7", "9999999999999", "7%5"])
def test_what_is_no_number_is_no_plan(typed):
    with pytest.raises(BadPlan):
        parse_planned(typed)


@pytest.mark.parametrize(
    ("unit", "formula", "typed"),
    [
        ("percent", "share", "101"),
        ("percent", "share_of_schools", "-1"),
        ("mark", "mean", "5,5"),
        ("count", "count", "-1"),
    ],
)
def test_nothing_impossible_is_planned(unit, formula, typed):
    with pytest.raises(BadPlan):
        parse_planned(typed, limits_of(unit, formula))


def test_a_change_may_be_planned_below_nought_or_above_a_hundred():
    assert limits_of("percent", "change") == Limits()
    assert parse_planned("-5", limits_of("percent", "change")) == -5


@given(st.decimals(min_value=-1000, max_value=1000, places=4), st.integers(0, 4))
def test_equal_numbers_have_one_token(number, places):
    """However many zeros a database column or a person adds."""
    rounded = round(number, places)
    assert token(rounded) == token(Decimal(f"{rounded:.4f}"))
    assert parse_planned(token(rounded)) == rounded
