"""People of a municipality: inviting them, ending their membership."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from accounts.models import AuditEvent, Membership, User
from tests.factories import MembershipFactory, MunicipalityFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return MunicipalityFactory(name="Назарово")


@pytest.fixture
def department(log_in_as, town):
    return log_in_as(Role.DEPARTMENT, town)


def invitation(**changed):
    return {
        "email": "new@example.org",
        "full_name": "Новый Сотрудник",
        "position": "методист",
        "role": "methodist",
        "school": "",
    } | changed


def test_invited_person_sets_a_password_by_the_letter_and_logs_in(department, town, client):
    answer = department.post(reverse("accounts:invite"), invitation(email="New@Example.org"), follow=True)
    assert "письмо отправлено на new@example.org" in answer.content.decode()
    user = User.objects.get(email="new@example.org")
    assert not user.has_usable_password()
    assert Membership.objects.get(user=user).municipality == town
    (letter,) = mail.outbox
    assert letter.to == ["new@example.org"]
    assert "Муниципалитет: Назарово" in letter.body
    assert "Роль: Методист ЦРО" in letter.body

    link = re.search(r"http://testserver(/accounts/\S+)", letter.body).group(1)
    page = client.get(link, follow=True)
    password = "длинный-и-свой-пароль-1"
    client.post(page.redirect_chain[-1][0], {"password1": password, "password2": password})
    assert client.post(reverse("account_login"), {"login": "new@example.org", "password": password}).status_code == 302


def test_known_person_gets_the_role_alone_and_keeps_the_name(department, town):
    known = UserFactory(email="known@example.org", full_name="Известная Коллега", position="директор")
    department.post(reverse("accounts:invite"), invitation(email="KNOWN@example.org"))
    known.refresh_from_db()
    assert (known.full_name, known.position) == ("Известная Коллега", "директор")
    assert known.memberships.get().role == Role.METHODIST
    assert "/password/reset/" not in mail.outbox[0].body
    assert User.objects.filter(email__iexact="known@example.org").count() == 1


def test_disabled_person_is_not_invited(department):
    UserFactory(email="gone@example.org", is_active=False)
    page = department.post(reverse("accounts:invite"), invitation(email="gone@example.org")).content.decode()
    assert "отключена" in page
    assert not mail.outbox


def test_curator_needs_a_school_and_what_was_typed_stays(department):
    page = department.post(reverse("accounts:invite"), invitation(role="curator")).content.decode()
    assert "Роль «Школьный куратор» относится к одной школе: укажите школу." in page
    assert 'value="Новый Сотрудник"' in page
    assert not User.objects.filter(email="new@example.org").exists()


def test_methodist_answers_for_the_whole_municipality(department, town):
    school = SchoolFactory(municipality=town)
    page = department.post(reverse("accounts:invite"), invitation(school=school.pk)).content.decode()
    assert "уберите школу" in page


def test_school_of_the_neighbours_is_no_choice(department):
    foreign = SchoolFactory()
    page = department.post(reverse("accounts:invite"), invitation(role="curator", school=foreign.pk)).content.decode()
    assert not Membership.objects.filter(school=foreign).exists()
    assert foreign.name not in page


def test_same_role_twice_is_refused(department, town):
    department.post(reverse("accounts:invite"), invitation())
    page = department.post(reverse("accounts:invite"), invitation()).content.decode()
    assert "У этого человека уже есть такая роль." in page
    assert Membership.objects.filter(user__email="new@example.org").count() == 1


def test_letter_that_did_not_go_is_said_and_can_be_sent_again(department, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.services.letters.send_mail", refuse)
    page = department.post(reverse("accounts:invite"), invitation(), follow=True).content.decode()
    assert "письмо на new@example.org не ушло" in page
    monkeypatch.undo()
    membership = Membership.objects.get(user__email="new@example.org")
    department.post(reverse("accounts:invite_again", args=[membership.pk]))
    assert mail.outbox[0].to == ["new@example.org"]


def test_ended_membership_closes_the_municipality_and_is_written_down(department, town):
    membership = MembershipFactory(role=Role.METHODIST, municipality=town)
    pk, user = membership.pk, membership.user
    department.post(reverse("accounts:end_membership", args=[pk]))
    assert not user.memberships.exists()
    event = AuditEvent.objects.get(action="membership_ended")
    assert (event.user, event.subject, event.municipality) == (department.user, f"accounts.membership:{pk}", town)
    assert event.details == {"user": user.pk, "role": "methodist", "school": None}


def test_inviting_is_written_down(department, town):
    department.post(reverse("accounts:invite"), invitation())
    event = AuditEvent.objects.get(action="membership_given")
    assert (event.user, event.municipality, event.details["role"]) == (department.user, town, "methodist")


def test_ones_own_last_role_over_people_stays(department, town):
    own = department.user.memberships.get()
    MembershipFactory(user=department.user, role=Role.VIEWER, municipality=town)
    page = department.post(reverse("accounts:end_membership", args=[own.pk]), follow=True).content.decode()
    assert "Это ваша единственная роль, которая позволяет управлять людьми" in page
    assert Membership.objects.filter(pk=own.pk).exists()


def test_people_of_the_neighbours_are_neither_shown_nor_ended(department):
    foreign = MembershipFactory(role=Role.METHODIST)
    assert foreign.user.full_name not in department.get(reverse("accounts:people")).content.decode()
    for name in ("accounts:end_membership", "accounts:invite_again"):
        assert department.post(reverse(name, args=[foreign.pk])).status_code == 404
    assert Membership.objects.filter(pk=foreign.pk).exists()
    assert not mail.outbox


@pytest.mark.parametrize("role", [Role.METHODIST, Role.MENTOR, Role.EXPERT, Role.VIEWER])
def test_others_do_not_manage_people(log_in_as, town, role):
    client = log_in_as(role, town)
    colleague = MembershipFactory(role=Role.VIEWER, municipality=town)
    assert client.get(reverse("accounts:people")).status_code == 403
    assert client.post(reverse("accounts:invite"), invitation()).status_code == 403
    assert client.post(reverse("accounts:end_membership", args=[colleague.pk])).status_code == 404
    assert Membership.objects.filter(pk=colleague.pk).exists()


def test_department_of_two_towns_manages_the_one_in_view(department, town):
    other = MunicipalityFactory(name="Ачинск", slug="achinsk")
    MembershipFactory(user=department.user, role=Role.DEPARTMENT, municipality=other)
    there = MembershipFactory(municipality=other, user__full_name="Сотрудник Ачинска").user
    page = department.get(reverse("accounts:people"), {"municipality": "achinsk"}).content.decode()
    assert there.full_name in page
    department.post(f"{reverse('accounts:invite')}?municipality=achinsk", invitation())
    assert Membership.objects.get(user__email="new@example.org").municipality == other


def test_list_asks_the_database_as_often_for_forty_people_as_for_one(department, town):
    with CaptureQueriesContext(connection) as with_one:
        department.get(reverse("accounts:people"))
    for _ in range(40):
        MembershipFactory(role=Role.CURATOR, school=SchoolFactory(municipality=town))
    with CaptureQueriesContext(connection) as with_forty:
        department.get(reverse("accounts:people"))
    assert len(with_forty) == len(with_one)
