"""A slip in a year is refused where it is typed: it would break the pages of everybody."""

import datetime as dt
import pkgutil
from importlib import import_module

import pytest
from django import forms
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import roadmaps.forms
from roadmaps.forms.days import DayField
from roadmaps.forms.registers import AgreementForm, EncouragementForm, SittingForm
from roadmaps.models import Decision
from roadmaps.passport.parts import Part
from roadmaps.plans.bounds import EARLIEST, LATEST, NOT_A_DAY_OF_PLANS, term_problem
from roadmaps.plans.calendar_words import label, month_end
from roadmaps.plans.carrying import Term, carried_rows
from roadmaps.plans.deadlines import Deadline, Every, Kind, Precision, in_words, moved, occurrences, read_deadline
from roadmaps.plans.rows import PlanRow
from roadmaps.plans.timeline import scale_of
from roadmaps.services.decisions import DecisionRefused, DecisionTold, PointTold, register_decision
from roadmaps.services.passport import PassportRefused, write_part
from roadmaps.services.plans import Frame
from roadmaps.services.publications import PublicationRefused, PublicationTold, add_publication
from roadmaps.services.recommendations import RecommendationRefused, RecommendationTold, recommend

FIRST, LAST = dt.date.min, dt.date.max
TERM_END = dt.date(2022, 8, 31)


@pytest.mark.parametrize("typed", ["0001-01-01", "0026-05-01", "1999-12-31", "2101-01-01", "9999-12-31"])
def test_a_day_that_no_plan_speaks_of_is_refused(typed):
    with pytest.raises(forms.ValidationError) as refused:
        DayField().clean(typed)
    assert refused.value.messages == [NOT_A_DAY_OF_PLANS]


@pytest.mark.parametrize("typed", ["2000-01-01", "2100-12-31"])
def test_the_bounds_themselves_are_taken(typed):
    assert DayField().clean(typed).isoformat() == typed


def test_every_day_in_the_forms_of_plans_is_bounded():
    for module in pkgutil.iter_modules(roadmaps.forms.__path__, "roadmaps.forms."):
        import_module(module.name)
    from schools.orders import OrderDateField

    def below(kind):
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    ours = [form for form in below(forms.BaseForm) if form.__module__.startswith("roadmaps.forms")]
    days = [field for form in ours for field in getattr(form, "base_fields", {}).values()
            if isinstance(field, forms.DateField)]  # fmt: skip
    assert len(days) > 20
    assert all(isinstance(field, DayField | OrderDateField) for field in days)
    for form in (SittingForm, AgreementForm, EncouragementForm):
        assert any(isinstance(field, DayField) for field in form.base_fields.values())


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2023-09-01", "2038-08-31", ""),
        ("2023-09-01", "2038-09-01", "длиннее 15 лет"),
        ("2023-09-01", "2023-08-31", "раньше первого"),
        ("2024-02-29", "2039-02-28", ""),
    ],
)
def test_a_plan_is_at_most_fifteen_years_long(first, last, words):
    problem = term_problem(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert words in problem
    assert bool(words) == bool(problem)


@pytest.mark.django_db
def test_the_live_preview_says_what_is_wrong_with_a_year(planned):
    client = Client()
    client.force_login(planned.methodist)
    roadmap = planned.every.activity.roadmap
    for first, last in (("0001-01-01", "9999-12-31"), ("2022-01-01", "9999-12-31"), ("0026-01-01", "2022-05-01")):
        said = {"meaning": "once", "first_day": first, "last_day": last}
        answer = client.get(f"/roadmaps/{roadmap.pk}/deadline/", said)
        assert answer.status_code == 200
        assert "Впишите день между 01.01.2000 и 31.12.2100" in answer.text


@pytest.mark.parametrize("years", [30, 7999, -30])
def test_a_deadline_that_is_moved_beyond_all_plans_is_left_to_a_person(years):
    day, term = dt.date(2071 if years > 0 else 2029, 3, 31), Term(dt.date(2071, 1, 1), dt.date(2071, 12, 31))
    said = Deadline(Kind.ONCE, spans=((None, day),), precision=Precision.MONTH)
    with pytest.raises(ValueError, match="Впишите день между"):
        moved(said, years)
    row = PlanRow("Семинар", deadline="к концу четверти")
    (carried,) = carried_rows([row], [row], [said], years=years, term=term)
    assert carried.means == Deadline(Kind.UNCLEAR, named=("к концу четверти",))


@pytest.mark.django_db
def test_days_that_no_decision_speaks_of_are_refused_whoever_writes_them(planned):
    """Without a form, too: from a file of the programme, say."""
    town, day = planned.municipality, dt.date(2022, 1, 10)
    far = [dt.date(2037, 1, 10), dt.date(2006, 12, 31), dt.date(9999, 12, 31), dt.date(26, 3, 1)]
    once = [{"kind": "once", "spans": [[None, f"{one}"]], "precision": "day"} for one in far]
    wrong = [PointTold("Меры", "4.", due_on=one) for one in far]
    wrong += [PointTold("Меры", "4.", "до конца", means=one, responsible=("ОО",)) for one in once]
    wrong += [PointTold("Меры", "4.", "до 31.03.2037", responsible=("ОО",))]
    for point in wrong:
        with pytest.raises(DecisionRefused, match=r"Пункт 4\.: .*проверьте год"):
            register_decision(municipality=town, told=DecisionTold("order", "5", day, "О мерах", [point], TERM_END))
    for first, last in ((day, dt.date(2037, 1, 10)), (dt.date(26, 1, 10), TERM_END), (day, dt.date(2021, 1, 1))):
        told = DecisionTold("order", "5", first, "О мерах", [PointTold("Меры")], last)
        with pytest.raises(DecisionRefused, match="проверьте"):
            register_decision(municipality=town, told=told)
        with pytest.raises(ValueError, match="проверьте"):
            Frame(first, last)
    for one in (dt.date(2101, 1, 1), dt.date(26, 3, 1)):
        with pytest.raises(RecommendationRefused, match="проверьте год"):
            recommend(municipality=town, told=RecommendationTold("Меры", [planned.first], due_on=one))
        with pytest.raises(PublicationRefused, match="проверьте год"):
            add_publication(programme=planned.programme, told=PublicationTold("plan", "План", due_on=one))
        with pytest.raises(PassportRefused, match="проверьте год"):
            write_part(planned.programme, Part.STAGES, [{"title": "Этап", "starts_on": f"{one}"}])
    assert not Decision.objects.exists()
    near = PointTold("Меры", "4.", due_on=dt.date(2037, 1, 9))
    told = DecisionTold("order", "5", day, "О мерах", [near], dt.date(2037, 1, 9))
    assert register_decision(municipality=town, told=told).points.get().assignments.get().due_on.year == 2037


EDGES = st.one_of(st.dates(), st.dates(max_value=dt.date(2, 12, 31)), st.dates(min_value=dt.date(9998, 1, 1)))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(one=EDGES, other=EDGES, precision=st.sampled_from(Precision))
def test_any_two_days_of_the_calendar_have_words(one, other, precision):
    first, last = sorted((one, other))
    assert label(first, last)
    means = {"kind": "once", "spans": [[f"{first}", f"{last}"]], "precision": precision.value}
    if first >= EARLIEST and last <= LATEST:
        assert in_words(Deadline.from_json(means))
    else:  # whoever writes it: a form, a fixture, a file
        with pytest.raises(ValueError, match="Впишите день между"):
            Deadline.from_json(means)


@pytest.mark.parametrize("every", Every)
@pytest.mark.parametrize("term", [(FIRST, FIRST.replace(month=12)), (LAST.replace(month=1), LAST)])
def test_times_are_found_at_the_edges_of_the_calendar(every, term):
    assert occurrences(Deadline(Kind.RECURRING, every=every), starts_on=term[0], ends_on=term[1])


def test_the_line_of_time_reaches_the_edges_of_the_calendar():
    for first, last in ((FIRST, FIRST), (LAST, LAST), (dt.date(9990, 1, 1), LAST)):
        scale = scale_of(first, last)
        assert scale.ticks
        assert scale.years
        assert scale.span(first, LAST)
    assert month_end(9999, 12) == LAST


@pytest.mark.parametrize("text", ["до 31.12.9999", "до 01.01.0126", "с 01.09.2021 по 31.12.9999"])
def test_a_misprinted_year_of_a_document_is_left_to_a_person(text):
    term = {"starts_on": dt.date(2022, 1, 1), "ends_on": dt.date(2022, 12, 31)}
    means = read_deadline(text, **term)
    assert means.needs_person
    assert all(due.is_fuzzy for due in occurrences(means, **term))
