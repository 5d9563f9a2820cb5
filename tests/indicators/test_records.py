"""Records of the portal in formulas: what may be said of them, in which words, and that a kind of which the engine has
never heard is counted like any other."""

import datetime as dt

import pytest

from accounts.models import Job
from indicators import records
from indicators.calculations import FormulaError, describe, parse_formula, to_json
from indicators.calculations import records as known
from indicators.calculations.checks import check_periods, check_resolved
from indicators.calculations.draft_changes import retyped, with_part_more
from indicators.calculations.drafts import draft_from, draft_of, fields_of, json_of
from indicators.calculations.evaluation import missing_schools
from indicators.calculations.inclusion import check_inclusion
from indicators.calculations.records import Counted, RecordKind
from indicators.engine import Scope, recompute
from indicators.engine.measured import read_indicators
from indicators.engine.recompute import can_exchange
from indicators.engine.scope import reach
from indicators.forms.formula_tree import Choices, formula_view
from indicators.models import CountedUpTo
from indicators.queries.jobs import about_recomputes
from indicators.records import Behind, Keeper, Tallied
from indicators.services.catalogue import CatalogueRefused, load_catalogue
from indicators.services.counting import count_up_to
from schools.periods import Period, PeriodKind
from tests.factories import MunicipalityFactory, SchoolFactory
from tests.indicators.build import indicator, of_municipality, of_school, passed_share, statistic

AWAITED, REPORTED, IN_TIME = (
    {"type": "records", "kind": "activities", "measure": measure} for measure in ("awaited", "reported", "in_time")
)
COMPLETE = {"type": "share", "part": REPORTED, "whole": AWAITED}


def test_formula_is_read_written_and_said():
    assert to_json(parse_formula(COMPLETE)) == COMPLETE
    assert describe(parse_formula(COMPLETE)) == (
        "Доля поступивших отчётов школ среди отчётов школ, срок которых прошёл"
    )
    assert describe(parse_formula({"type": "count", "of": IN_TIME})) == "Число отчётов школ, отправленных в срок"


@pytest.mark.parametrize(
    ("leaf", "path"),
    [
        ({"type": "records"}, "formula.of.kind"),
        ({"type": "records", "kind": "dances", "measure": "awaited"}, "formula.of.kind"),
        ({"type": "records", "kind": "activities"}, "formula.of.measure"),
        ({"type": "records", "kind": "activities", "measure": "passed"}, "formula.of.measure"),
        (AWAITED | {"code": "x"}, "formula.of.code"),
    ],
)
def test_what_nobody_keeps_cannot_be_counted(leaf, path):
    with pytest.raises(FormulaError) as refused:
        parse_formula({"type": "count", "of": leaf})
    assert [problem.path for problem in refused.value.problems] == [path]


@pytest.mark.parametrize(
    ("part", "whole", "problem", "doubt"),
    [
        (REPORTED, AWAITED, "", ""),
        (IN_TIME, AWAITED, "", ""),  # through what has come
        (AWAITED, REPORTED, "поменяйте их местами", ""),
        (AWAITED, AWAITED, "всегда 100 %", ""),
        (passed_share()["part"], AWAITED, "записи портала, и это не их часть", ""),
        ({"type": "identified", "categories": ["low_results"]}, AWAITED, "записи портала, и это не их часть", ""),
        (AWAITED, passed_share()["whole"], "не часть того, что в знаменателе", ""),
        (AWAITED, statistic("teachers"), "", "портал не может проверить"),
        (statistic("teachers"), AWAITED, "", "портал не может проверить"),
        ({"type": "sum", "of": [REPORTED, IN_TIME]}, AWAITED, "считаются дважды", ""),
    ],
)
def test_share_is_of_the_same_records(part, whole, problem, doubt):
    formula = parse_formula({"type": "share", "part": part, "whole": whole})
    found = check_inclusion(formula, "formula", {})
    assert [problem in one.message for one in found.problems] == ([True] if problem else [])
    assert [doubt in one.message for one in found.doubts] == ([True] if doubt else [])


def test_a_school_without_records_owed_none_so_no_data_are_missing():
    share, with_pupils = parse_formula(COMPLETE), parse_formula({"type": "count", "of": statistic("pupils")})
    assert missing_schools(share, known=1, expected=2) == set()
    assert missing_schools(with_pupils, known=1, expected=2) == {"missing_schools"}
    assert missing_schools(with_pupils, known=2, expected=2) == set()


def test_records_are_of_schools_and_never_at_dates():
    formula = parse_formula(COMPLETE)
    assert not list(check_periods(formula, PeriodKind.QUARTER, [], "n"))
    (problem,) = check_periods(formula, PeriodKind.DATE, ["2023-05-31"], "n")
    assert (problem.path, "за период, а не на дату" in problem.message) == ("n.formula", True)
    mixed = parse_formula({"type": "share", "part": REPORTED, "whole": statistic("of_town")})
    assert "нельзя сочетать" in next(check_resolved(mixed, "n", frozenset({"of_town"}))).message


@pytest.mark.django_db
def test_catalogue_refuses_dates_in_words():
    row = {
        "code": "complete", "wording": "Полнота", "short_name": "Полнота", "formula": COMPLETE,
        "population": {"type": "all"}, "period_kind": "date", "measured_on": ["2023-05-31"],
    }  # fmt: skip
    with pytest.raises(CatalogueRefused, match="считают за период, а не на дату"):
        load_catalogue(municipality=MunicipalityFactory(), rows=[row])


# --- In the builder


def test_draft_says_what_the_formula_says():
    draft = draft_of(COMPLETE)
    assert json_of(draft) == COMPLETE
    assert json_of(draft_from(fields_of(draft, "formula"), "formula")) == COMPLETE


def test_builder_offers_the_records_then_what_is_counted_of_them():
    choices = Choices(categories=(), statistics=(), indicators=(), schools=())
    draft = retyped({"type": "count", "of": {"type": "statistic"}}, "formula.of", "records")
    (empty,) = formula_view(draft, choices).parts
    assert "records" in [value for value, _, _ in empty.kind.options]
    assert [field.label for field in empty.fields] == ["Какие записи"]
    assert ("activities", "Отчёты школ по дорожным картам", False) in empty.fields[0].options
    (chosen,) = formula_view({"type": "count", "of": REPORTED}, choices).parts
    assert [field.label for field in chosen.fields] == ["Какие записи", "Что считаем"]
    assert ("reported", "поступившие отчёты", True) in chosen.fields[1].options
    total = with_part_more({"type": "count", "of": REPORTED}, "formula.of")["of"]
    assert total["of"] == [REPORTED, REPORTED | {"measure": ""}]


# --- What a change of records touches


@pytest.mark.django_db
def test_scope_touches_the_periods_that_see_the_year_and_no_other_indicator():
    town = MunicipalityFactory()
    indicator(town, COMPLETE, code="a", period_kind="school_year")
    indicator(town, COMPLETE, code="b", period_kind="quarter")
    indicator(town, passed_share(), code="c")
    scope = Scope.of({"records": [["activities", 2021]], "schools": [7]})
    assert Scope.of(scope.to_json()) == scope
    by_year, by_quarter, other = (reach(scope, one, ()) for one in read_indicators(town.pk))
    years = {code: by_year.holds(Period.parse(code)) for code in ("2020", "2021", "2024", "2025")}
    assert years == {"2020": False, "2021": True, "2024": True, "2025": False}  # changes look three years back
    assert by_quarter.years == {2021, 2022}
    assert by_year.schools == {7}
    assert other.is_nothing
    assert reach(Scope.of({"records": [["events", 2021]]}), read_indicators(town.pk)[0], ()).is_nothing
    assert not any(can_exchange(one, by_year) for one in read_indicators(town.pk)[:2])


def test_schools_of_two_scopes_stay_named_only_where_both_name_theirs():
    of_report = Scope.of({"records": [["activities", 2021]], "schools": [7]})
    of_exam = Scope.of({"exams": [["oge", "russian", 9, 2020]], "schools": [8]})
    assert (of_report | of_exam).schools == {7, 8}
    assert (of_report | Scope.of({"records": [["activities", 2020]]})).schools == frozenset()


def test_job_says_of_which_records_and_years_it_is():
    scope = {"records": [["activities", 2022], ["activities", 2021]]}
    job = Job(pk=1, scope=scope)
    subject = about_recomputes(None, [job])[1]
    assert subject.text == "Изменилось: отчёты школ по дорожным картам за 2021/2022, 2022/2023"


# --- Another kind, which only its keeper knows


@pytest.fixture
def events(monkeypatch):
    """Teachers at events of two days in town."""
    town = MunicipalityFactory()
    schools = [SchoolFactory(municipality=town) for _ in range(2)]
    held = [(schools[0].pk, dt.date(2021, 10, 5), 3), (schools[0].pk, dt.date(2022, 2, 5), 4)]
    held.append((schools[1].pk, dt.date(2022, 2, 5), 5))

    def tally(municipality, stretch):
        within = [one for one in held if municipality == town.pk and stretch.first <= one[1] <= stretch.last]
        return [Tallied(school, day, {"teachers": teachers}) for school, day, teachers in within]

    def years(municipality, stretch):
        return {2021 for _ in tally(municipality, stretch)}

    monkeypatch.setattr(known, "_kinds", dict(known.known_kinds()))
    monkeypatch.setattr(records, "_keepers", {})
    kind = RecordKind("events", "Мероприятия", {"teachers": Counted("учителя", "учителей на мероприятиях")})
    records.register(kind, Keeper(tally, years, lambda *_: Behind(), ("", "", "", "", "")))
    count = {"type": "count", "of": {"type": "records", "kind": "events", "measure": "teachers"}}
    row = indicator(town, count, unit="count")
    indicator(town, count, unit="count", code="by_quarter", period_kind="quarter")
    return town, schools, row


@pytest.mark.django_db
def test_another_kind_is_counted_without_a_change_of_the_engine(events):
    town, schools, row = events
    CountedUpTo.objects.create(municipality=town, day=dt.date(2021, 12, 31))
    recompute(town.pk)
    assert (of_municipality(row, 2021).value, of_municipality(row, 2021).as_of) == (3, "2021-12-31")
    assert of_school(row, schools[1], 2021) is None  # none by then: not nought
    assert count_up_to(municipality=town, day=dt.date(2022, 8, 31))
    recompute(town.pk, {"records": [["events", 2021]]})
    assert (of_municipality(row, 2021).value, of_municipality(row, 2021).as_of) == (12, "")
    assert (of_school(row, schools[0], 2021).value, of_school(row, schools[1], 2021).value) == (7, 5)
    assert recompute(town.pk, check=True).differences == ()
