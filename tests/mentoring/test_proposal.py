"""The proposal of pairs: who could help a school, with what speaks for it and what against."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from indicators.models import SchoolStatistic, StatisticKind
from indicators.models.values import Reading
from mentoring.kinds import Kind, Term
from mentoring.matching import Candidate, ranked, speaks_of
from mentoring.models import Pairing
from mentoring.services.pairings import Facts
from mentoring.services.requests import Asked, ask_for_help
from schools.models import Category
from tests.factories import (
    IdentificationFactory,
    IndicatorFactory,
    SchoolFactory,
    SchoolValueFactory,
    StatisticKindFactory,
)
from tests.mentoring.conftest import TODAY

CODES = ("students", "risk_group", "social_wellbeing_index")


def test_who_has_room_and_more_for_them_than_against_comes_first():
    full, far, near = (Candidate(key, name) for key, name in enumerate(("А", "Б", "В")))
    full.weigh_conditions(0.1, "")
    full.weigh_load(2, 2, "2 пары")
    far.weigh_conditions(1.5, "число обучающихся 100 и 900")
    near.weigh_conditions(1.0, "число обучающихся 100 и 120")
    for one in (far, near):
        one.weigh_load(0, 3, "0 пар")
    assert [one.name for one in ranked([full, far, near])] == ["В", "Б", "А"]
    assert full.against == ["нагрузка полная: 2 пары при пределе 2"]
    assert far.against == ["условия отличаются: число обучающихся 100 и 900"]
    assert near.reasons == ["похожие условия: число обучающихся 100 и 120", "сейчас никому не помогает"]


def test_what_was_before_what_ends_soon_and_what_is_not_known_speaks_against():
    one = Candidate(1, "А")
    one.weigh_conditions(None, "")
    one.weigh_past([Term(dt.date(2021, 9, 1), dt.date(2022, 5, 31)), Term(dt.date(2020, 9, 1), None)][:1], TODAY)
    one.weigh_leaving(TODAY + dt.timedelta(days=89), TODAY)
    one.weigh_load(1, None, "1 пара")
    assert one.against == [
        "условия не сравнить: не хватает сведений о школах",
        "такая пара уже была: с 01.09.2021 по 31.05.2022",
        "в списке центра только по 12.06.2023",
        "уже помогает: 1 пара",
    ]
    one.weigh_past([Term(dt.date(2023, 1, 1), None)], TODAY)
    assert one.against[-1] == "уже помогает этой школе"
    one.weigh_leaving(TODAY + dt.timedelta(days=90), TODAY)
    assert len(one.against) == 5


def test_a_subject_is_found_in_what_people_write():
    assert speaks_of("математика", "Физика, Математика")
    assert speaks_of("русский язык", "русский язык и литература")
    assert not speaks_of("физика", "химия, ")
    assert not speaks_of("", "химия")


@pytest.fixture
def known(town):
    """A weak school of 400 pupils, an effective one of 420, another of 1600 that reaches what the weak one does not."""
    kinds = {code: StatisticKind.objects.filter(code=code).first() or StatisticKindFactory(code=code) for code in CODES}
    for school, numbers, category in [
        (town.weak, (400, 100, 45), Category.LOW_RESULTS), (town.strong, (420, 110, 47), Category.EFFECTIVE),
        (town.other, (1600, 40, 80), Category.RESILIENT),
    ]:  # fmt: skip
        IdentificationFactory(school=school, school_year=2022, category=category)
        for code, value in zip(CODES, numbers, strict=True):
            SchoolStatistic.objects.create(school=school, kind=kinds[code], period="2022", value=Decimal(value))
    indicator = IndicatorFactory(municipality=town.municipality, code="p1", short_name="Успеваемость ОГЭ")
    for school, reading in ((town.weak, Reading.BEHIND), (town.other, Reading.REACHED), (town.strong, Reading.BEHIND)):
        SchoolValueFactory(school=school, indicator=indicator, period="2022", reading=reading)
    return town


def of(page: str, name: str) -> str:
    """The row of a candidate, as people read it."""
    row = next(row for row in page.split("<tr>") if f'scope="row">{name}' in row)
    return row.replace("\u00a0", " ")


@pytest.mark.django_db
def test_each_candidate_is_shown_with_reasons_and_opens_the_form_filled_in(known):
    town, user = known, known.person(Role.METHODIST)
    client = Client()
    client.force_login(user)
    busy = town.mentor(name="Занятый", load_limit=1)
    free = town.mentor(name="Свободный", school=town.strong, until=dt.date(2023, 5, 1))
    own = town.mentor(name="Свой", school=town.weak)
    town.mentor("tutor", name="Физик", subjects="физика")
    tutor = town.mentor("tutor", name="Математик", subjects="математика, физика", load_limit=3)
    town.pair(Kind.MENTOR_TEAM, town.other, mentor=busy)
    third = SchoolFactory(municipality=town.municipality, name="Школа № 3")
    IdentificationFactory(school=third, school_year=2022, category=Category.EFFECTIVE)
    town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=third)
    past = Facts(dt.date(2021, 9, 1), dt.date(2022, 5, 31))
    town.pair(Kind.SCHOOL_SCHOOL, town.weak, past, helping_school=town.other)
    town.teacher(town.strong, "Учитель 9", category="highest")
    ask_for_help(school=town.weak, asked=Asked("Как готовить к ОГЭ"), by=town.person(Role.CURATOR, town.weak))
    page = client.get(reverse("mentoring:proposal"), {"school": town.weak.pk, "subject": "математика"}).text
    assert "Как готовить к ОГЭ" in page
    near, far = of(page, "Школа № 10"), of(page, "Школа № 9")
    assert "похожие условия:" in near
    assert "число обучающихся 400 и 420" in near
    assert "в списке: эффективные, 2022/2023" in near
    assert "учителей предмета с первой и высшей категорией: 1" in near
    assert "условия отличаются:" in far
    assert "достигает плана там, где школа отстаёт: «Успеваемость ОГЭ»" in far
    assert "такая пара уже была: с 01.09.2021 по 31.05.2022" in far
    assert page.index("Школа № 10</th>") < page.index("Школа № 9</th>")
    assert "нагрузка полная: 1 пара при пределе 1" in of(page, "Занятый")
    assert "в списке центра только по 01.05.2023" in of(page, "Свободный")
    assert page.index("Свободный") < page.index("Занятый")
    assert 'scope="row">Школа № 3' not in page  # it helps already
    assert own.name not in page  # nobody helps their own school from outside
    assert "Физик," not in page
    assert "предмет: математика, физика" in of(page, "Математик")
    form = client.get(
        reverse("mentoring:new_pairing"), {"kind": "tutor_teacher", "school": town.weak.pk, "mentor": tutor.pk}
    ).text
    assert f'<option value="{tutor.pk}" selected>' in form
    assert f"mentor={free.pk}" in page
    assert Pairing.objects.count() == 3  # nothing is made by itself


@pytest.mark.django_db
def test_all_schools_that_need_support_are_told_with_who_comes_first(known):
    client = Client()
    client.force_login(known.person(Role.DEPARTMENT))
    page = client.get(reverse("mentoring:proposal")).text
    row = of(page, f'<a href="/mentoring/proposal/?school={known.weak.pk}">Школа № 2')
    assert "никто не помогает" in row
    assert "Школа № 10" in row
    viewer = Client()
    viewer.force_login(known.person(Role.CURATOR, known.weak))
    assert viewer.get(reverse("mentoring:proposal")).status_code == 403


@pytest.mark.django_db
def test_the_proposal_asks_as_often_for_many_schools_as_for_few(known):
    client = Client()
    client.force_login(known.person(Role.METHODIST))
    pages = [reverse("mentoring:proposal"), f"{reverse('mentoring:proposal')}?school={known.weak.pk}&subject=физика"]

    def add(first: int, last: int) -> None:
        for number in range(first, last):
            school = SchoolFactory(municipality=known.municipality, name=f"Ещё {number}")
            category = (Category.EFFECTIVE, Category.LOW_RESULTS)[number % 2]
            IdentificationFactory(school=school, school_year=2022, category=category)
            known.mentor("tutor", name=f"Тьютор {number}", subjects="физика", school=school)
            known.pair(Kind.SCHOOL_SCHOOL, school, helping_school=known.strong)

    def queries() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(page).status_code == 200
            found.append(len(asked))
        return found

    add(0, 2)
    queries()
    few = queries()
    add(2, 12)
    assert queries() == few
