"""What a form tells of what is stored, where somebody else was faster: the fields that differ, in words."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.access import Role
from mentoring.forms.meetings import MeetingForm
from mentoring.forms.pairings import FactsForm, facts_initial
from mentoring.forms.requests import AssignForm
from mentoring.kinds import Kind
from mentoring.models import HelpRequest, Meeting
from schools.models import RiskFactor, SchoolRisk
from tests.mentoring.conftest import TODAY

pytestmark = pytest.mark.django_db


def changed(form, stored) -> list[tuple[str, str]]:
    assert form.is_valid(), form.errors
    return form.differences(stored)


def test_a_form_tells_what_differs_in_words(town):
    methodist = town.person(Role.METHODIST)
    pair = town.pair(Kind.MENTOR_TEAM, town.weak, mentor=town.mentor())
    meeting = Meeting.objects.create(
        pairing=pair, on=TODAY, form="visit", topic="Тема", hours=Decimal("1.5"), audience={"teachers": 3},
        logged_side="helper",
    )  # fmt: skip
    typed = {"on": "2023-03-14", "form": "visit", "topic": "Тема", "hours": "2", "group_teachers": "4", "version": "1"}
    told = changed(MeetingForm(typed, pairing=pair), meeting)
    assert [words for _, words in told] == ["15.03.2023", "1,5", "3"]
    assert told[2][0] == "Учителя"

    factor = RiskFactor.objects.create(
        municipality=town.municipality, school_year=2022, code="1.1", position=1, title="Дефицит педагогических кадров"
    )
    pair.risks.add(SchoolRisk.objects.create(school=town.weak, factor=factor))
    facts = {name: value for name, value in facts_initial(pair).items() if value and name != "risks"}
    form = FactsForm(facts | {"version": "1"}, kind=Kind.MENTOR_TEAM, school=town.weak, user=methodist)
    assert changed(form, pair) == [("Риски школы, над которыми работают", "Дефицит педагогических кадров, 2022/2023")]

    asked = HelpRequest.objects.create(
        municipality=town.municipality, school=town.weak, topic="Тема", state="assigned", by_centre=True, due_on=TODAY
    )
    chosen = {"answerer": f"school-{town.strong.pk}", "due_on": TODAY + dt.timedelta(days=1), "version": "1"}
    form = AssignForm(chosen, request=asked, user=methodist, today=TODAY)
    assert changed(form, asked) == [("Кто отвечает", "методический центр"), ("Ответить до", "15.03.2023")]
