"""A plan that was stored comes out as it was."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.queries.plan import plan_of, plans_of
from tests.factories import MunicipalityFactory
from tests.roadmaps.plans import PRINTED, fixture, of_rows, stored

pytestmark = pytest.mark.django_db
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
rows = st.builds(
    PlanRow,
    title=names,
    number=st.sampled_from(["", "1.", "3.6.", "18."]),
    responsible=st.lists(names, max_size=3).map(tuple),
    participants=texts,
    deadline=st.sampled_from(["", "Март 2023", "Ежегодно", "По запросу", "как получится"]),
    expected=texts,
    planned=st.lists(names, max_size=2).map(tuple),
)
sections = st.builds(
    PlanSection,
    title=texts,
    number=st.sampled_from(["", "1.", "IV."]),
    level=st.sampled_from([1, 2]),
    rows=st.lists(rows, max_size=3).map(tuple),
)
columns = st.sampled_from([(), (("title", "Мероприятие"), ("number", "№")), (("section", "Модули"), ("title", "Что"))])
plans = st.builds(Plan, title=names, sections=st.lists(sections, max_size=4).map(tuple), columns=columns)


@pytest.mark.parametrize("slug", PRINTED)
def test_printed_plan_comes_out_as_it_was(slug):
    plan = fixture(slug)
    assert plan_of(stored(MunicipalityFactory(), plan)) == plan


@settings(deadline=None, max_examples=30)
@given(plans)
def test_any_plan_comes_out_as_it_was(plan):
    with transaction.atomic():
        roadmap = stored(MunicipalityFactory(), plan)
        roadmap.refresh_from_db()
        out = plan_of(roadmap)
        transaction.set_rollback(True)
    assert out == plan


def test_row_that_an_amendment_took_out_is_left_out():
    plan = of_rows(4)
    roadmap = stored(MunicipalityFactory(), plan)
    roadmap.activities.filter(position=1).update(removed_at=timezone.now())
    first, second = plan.sections
    assert plan_of(roadmap).sections == (replace(first, rows=first.rows[1:]), second)


def test_several_plans_take_as_many_queries_as_one(django_assert_num_queries):
    town = MunicipalityFactory()
    made = [stored(town, of_rows(6, title=f"Карта {place}")) for place in range(5)]
    for some in (made[:1], made):
        with django_assert_num_queries(3):
            found = plans_of(some)
        assert [found[one.pk].title for one in some] == [one.title for one in some]
