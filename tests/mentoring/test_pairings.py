"""Pairings as they are made, changed, ended and taken up again; who may read what of them."""

import datetime as dt
from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.access import Role
from mentoring.kinds import SIDES, Helper, Kind
from mentoring.models import Pairing, Teacher
from mentoring.queries.mentors import left_alone, pool_of
from mentoring.queries.pairings import PairingFilters, history_of, line_of, pairing_lines, pairing_list
from mentoring.services.pairings import (
    Facts,
    MentorOverloaded,
    PairingChanged,
    PairingRefused,
    change_pairing,
    end_pairing,
    remove_pairing,
    resume_pairing,
)
from schools.models import Category
from tests.factories import ApiKeyFactory, IdentificationFactory, MembershipFactory, MunicipalityFactory, SchoolFactory
from tests.mentoring.conftest import TODAY, YEAR

pytestmark = pytest.mark.django_db


def test_the_database_takes_only_the_sides_that_a_kind_has(town):
    """Every kind with every choice of sides: what the table of kinds allows is stored, all else is not."""
    mine, theirs = town.teacher(town.weak), town.teacher(town.strong, "Учитель 2")
    helpers = {Helper.SCHOOL: town.strong, Helper.MENTOR: town.mentor(), Helper.TEACHER: theirs}
    choices = [(), (Helper.SCHOOL,), (Helper.MENTOR,), (Helper.TEACHER,), (Helper.SCHOOL, Helper.MENTOR)]
    for kind in Kind:
        for chosen in choices:
            for teacher in (None, mine):
                for count in (None, 3):
                    sides = SIDES[kind]
                    wanted = (
                        ((len(chosen) == 1 and chosen[0] in sides.helpers) or (not chosen and not sides.helpers))
                        and (teacher is not None) == sides.has_teacher
                        and (count is not None) == sides.is_counted
                    )
                    row = Pairing(
                        municipality=town.municipality, kind=kind, school=town.weak, teacher=teacher, count=count,
                        starts_on=TODAY, **{helper: helpers[helper] for helper in chosen},
                    )  # fmt: skip
                    try:
                        with transaction.atomic():
                            row.save()
                            stored = True
                            transaction.set_rollback(True)
                    except IntegrityError:
                        stored = False
                    assert stored == wanted, (kind, chosen, teacher, count)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.create(
            municipality=town.municipality, kind="school_school", school=town.weak, helping_school=town.weak,
            starts_on=TODAY,
        )  # fmt: skip


def test_sides_are_of_one_town_and_of_the_right_part_of_the_pool(town):
    stranger = SchoolFactory(municipality=MunicipalityFactory())
    with pytest.raises(PairingRefused, match="одного муниципалитета"):
        town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=stranger)
    with pytest.raises(PairingRefused, match="не наставник"):
        town.pair(Kind.MENTOR_TEAM, town.weak, mentor=town.mentor("tutor"))
    gone = town.teacher(town.weak, is_active=False)
    with pytest.raises(PairingRefused, match="больше не работает"):
        town.pair(Kind.TUTOR_TEACHER, town.weak, mentor=town.mentor("tutor"), teacher=gone)
    with pytest.raises(PairingRefused, match=r"в списке центра с 01\.09\.2022 по 01\.12\.2022"):
        town.pair(Kind.MENTOR_TEAM, town.weak, mentor=town.mentor(until=dt.date(2022, 12, 1)))
    assert not Pairing.objects.exists()


def test_the_same_people_are_no_pair_twice_at_once(town):
    town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    last = Facts(dt.date(2023, 12, 31))
    with pytest.raises(PairingRefused, match="Такая пара уже есть"):
        town.pair(Kind.SCHOOL_SCHOOL, town.weak, last, helping_school=town.strong)
    town.pair(Kind.SCHOOL_SCHOOL, town.other, last, helping_school=town.strong)
    later = town.pair(Kind.SCHOOL_SCHOOL, town.weak, Facts(dt.date(2024, 1, 1)), helping_school=town.strong)
    with pytest.raises(PairingRefused, match="Такая пара уже есть"):
        change_pairing(pairing=later, facts=last, seen_version=1, by=town.person(Role.METHODIST))
    assert Pairing.objects.get(pk=later.pk).starts_on == dt.date(2024, 1, 1)


def test_more_than_the_limit_has_to_be_confirmed_and_stays_in_the_history(town):
    mentor, methodist = town.mentor(load_limit=1), town.person(Role.METHODIST)
    town.pair(Kind.MENTOR_TEAM, town.weak, mentor=mentor)
    with pytest.raises(MentorOverloaded, match="пар станет 2 при пределе 1"):
        town.pair(Kind.MENTOR_TEAM, town.other, mentor=mentor)
    second = town.pair(Kind.MENTOR_TEAM, town.other, mentor=mentor, load_may_be_exceeded=True)
    assert second.changes.get().reason == "Сверх предела: 2 при 1"
    after = town.pair(Kind.MENTOR_TEAM, town.strong, Facts(dt.date(2024, 1, 1)), mentor=mentor)
    with pytest.raises(MentorOverloaded):
        change_pairing(pairing=after, facts=Facts(dt.date(2023, 12, 31)), seen_version=1, by=methodist)
    (line,) = pool_of(methodist, town.municipality, TODAY)
    assert (line.load, line.words, line.is_overloaded, line.is_free) == (2, "2 из 1", True, False)
    (line,) = pool_of(methodist, town.municipality, dt.date(2024, 2, 1))
    assert (line.load, line.is_overloaded, line.is_free) == (1, False, False)


def test_a_pairing_is_changed_ended_and_taken_up_again_with_its_history(town):
    methodist = town.person(Role.METHODIST)
    pairing = town.pair(Kind.SCHOOL_SCHOOL, town.weak, replace(YEAR, aims="Было"), helping_school=town.strong)
    pairing = change_pairing(pairing=pairing, facts=replace(YEAR, aims="Стало"), seen_version=1, by=methodist)
    assert change_pairing(pairing=pairing, facts=replace(YEAR, aims="Стало"), seen_version=2, by=methodist).version == 2
    with pytest.raises(PairingChanged):
        change_pairing(pairing=pairing, facts=YEAR, seen_version=1, by=methodist)
    told = {"pairing": pairing, "seen_version": 2, "by": methodist}
    for on, reason in [("2022-12-31", "Причина"), ("2023-12-31", "Причина"), ("2023-06-01", " ")]:
        with pytest.raises(PairingRefused):
            end_pairing(on=dt.date.fromisoformat(on), reason=reason, **told)
    pairing = end_pairing(on=dt.date(2023, 3, 1), reason="Куратор сменился", **told)
    with pytest.raises(PairingRefused, match="уже завершена"):
        end_pairing(pairing=pairing, on=dt.date(2023, 2, 1), reason="Ещё", seen_version=3, by=methodist)
    with pytest.raises(PairingRefused, match="более поздний день"):
        resume_pairing(pairing=pairing, until=dt.date(2023, 3, 1), reason="Назад", seen_version=3, by=methodist)
    pairing = resume_pairing(
        pairing=pairing, until=dt.date(2023, 12, 31), reason="Назначен новый", seen_version=3, by=methodist
    )
    assert (pairing.closed_reason, pairing.ends_on) == ("", dt.date(2023, 12, 31))
    history = history_of(line_of(methodist, pairing, TODAY))
    assert [(line.words, line.change.reason, line.fields) for line in history[:3]] == [
        ("пара возобновлена", "Назначен новый", [("Действует по", "01.03.2023", "31.12.2023")]),
        ("пара завершена раньше срока", "Куратор сменился", [("Действует по", "31.12.2023", "01.03.2023")]),
        ("пара изменена", "", [("Цели", "Было", "Стало")]),
    ]
    other = history_of(line_of(town.person(Role.VIEWER), pairing, TODAY))
    assert [line.fields for line in other[2:3]] == [[]]
    with pytest.raises(PairingChanged):
        remove_pairing(pairing=pairing, seen_version=3, by=methodist)
    remove_pairing(pairing=pairing, seen_version=4, by=methodist)
    assert not Pairing.objects.exists()


def test_texts_and_teachers_are_for_both_sides_and_the_centre(town):
    """The matrix knows roles; here are those whom the pairing itself lets in, while they belong to the town."""
    tutor_user, stranger = town.person(Role.MENTOR), town.person(Role.MENTOR)
    teacher = town.teacher(town.weak, user=town.person(Role.VIEWER, town.weak))
    tutor = town.mentor("tutor", user=tutor_user)
    tutored = town.pair(Kind.TUTOR_TEACHER, town.weak, mentor=tutor, teacher=teacher)
    paired = town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    branch = SchoolFactory(municipality=town.municipality, parent=town.strong)
    helped_branch = town.pair(Kind.SCHOOL_SCHOOL, branch, helping_school=town.other)
    left = MembershipFactory(role=Role.MENTOR, municipality=MunicipalityFactory()).user
    town.pair(Kind.MENTOR_TEAM, town.weak, mentor=town.mentor(user=left))
    seen = {
        "tutor": (tutor_user, {tutored}),
        "stranger": (stranger, set()),
        "teacher": (teacher.user, {tutored}),
        "helped": (
            town.person(Role.CURATOR, town.weak),
            {tutored, paired, *Pairing.objects.filter(kind="mentor_team")},
        ),
        "helping": (town.person(Role.CURATOR, town.strong), {paired, helped_branch}),
        "beside": (town.person(Role.CURATOR, town.other), {helped_branch}),
        "viewer": (town.person(Role.VIEWER), set()),
        "centre": (town.person(Role.METHODIST), set(Pairing.objects.all())),
        "gone": (left, set()),
        "nobody": (AnonymousUser(), set()),
        "key": (ApiKeyFactory(role=Role.MENTOR, municipality=town.municipality, pk=tutor_user.pk), set()),
    }
    for who, (user, expected) in seen.items():
        assert set(Pairing.objects.open_to(user)) == expected, who
        assert set(Pairing.objects.open_to(user)) <= set(Pairing.objects.visible_to(user)), who
    assert set(Pairing.objects.visible_to(stranger)) == set(Pairing.objects.all())
    line, hidden = (line_of(user, tutored, TODAY) for user in (tutor_user, stranger))
    assert teacher.name in line.title
    assert teacher.name not in hidden.title
    assert "учитель (математика)" in hidden.title
    assert teacher.name not in str(tutored)
    assert list(Teacher.objects.visible_to(tutor_user)) == [teacher]
    Pairing.objects.filter(pk=tutored.pk).update(ends_on=dt.date(2023, 1, 31))
    assert not Teacher.objects.visible_to(tutor_user).exists()  # the mentor sees the teacher while the pairing runs


def test_the_list_is_in_the_order_of_schools_and_narrowed_by_the_address(town, django_assert_num_queries):
    viewer, mentor = town.person(Role.VIEWER), town.mentor()
    on_two = town.pair(Kind.MENTOR_TEAM, town.weak, mentor=mentor)
    on_nine = town.pair(Kind.SCHOOL_SCHOOL, town.other, helping_school=town.strong)
    on_ten = town.pair(Kind.MENTOR_TEAM, town.strong, Facts(dt.date(2023, 4, 1)), mentor=mentor)
    old = town.pair(Kind.PUPIL_PUPIL, town.weak, Facts(dt.date(2021, 1, 1), dt.date(2021, 5, 1), count=4))
    viewer.grants  # noqa: B018  # read once a request

    def listed(**filters):
        with django_assert_num_queries(1):
            return pairing_list(viewer, town.municipality, PairingFilters(**filters), TODAY)

    assert listed().keys == [on_two.pk, on_nine.pk]
    assert listed(state="").keys == [on_two.pk, old.pk, on_nine.pk, on_ten.pk]
    assert listed(state="planned").keys == [on_ten.pk]
    assert listed(kind="pupil_pupil").keys == [old.pk]  # none runs, so all are shown
    assert listed(school=town.strong.pk, state="").keys == [on_nine.pk, on_ten.pk]
    assert listed(mentor=mentor.pk).keys == [on_two.pk]
    assert listed().counts == {"current": 2, "planned": 1, "ended": 1}
    with django_assert_num_queries(2):
        assert [line.pairing for line in pairing_lines(viewer, [on_nine.pk, on_two.pk], TODAY)] == [on_nine, on_two]


def test_schools_of_the_list_that_nobody_helps_are_named(town):
    methodist = town.person(Role.METHODIST)
    assert left_alone(methodist, town.municipality, TODAY) is None
    for school, category in [
        (town.weak, Category.LOW_RESULTS), (town.weak, Category.RISK_ZONE), (town.other, Category.DEPRIVED),
        (town.strong, Category.EFFECTIVE),
    ]:  # fmt: skip
        IdentificationFactory(school=school, school_year=2022, category=category)
    IdentificationFactory(school=town.strong, school_year=2021)
    town.pair(Kind.PUPIL_PUPIL, town.other, Facts(dt.date(2023, 1, 1), count=3))
    alone = left_alone(methodist, town.municipality, TODAY)
    assert (alone.school_year, alone.listed, alone.schools) == (2022, 2, [town.weak, town.other])
    town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    assert left_alone(methodist, town.municipality, TODAY).schools == [town.other]
    assert left_alone(methodist, town.municipality, dt.date(2024, 1, 1)).schools == [town.weak, town.other]
