"""Every factory makes a row that the database accepts."""

import pytest
from factory.django import DjangoModelFactory

from accounts.access import Role
from tests import factories

FACTORIES = [
    thing
    for thing in vars(factories).values()
    if isinstance(thing, type)
    and issubclass(thing, DjangoModelFactory)
    and thing is not DjangoModelFactory
    and not thing._meta.abstract
]


@pytest.mark.django_db
@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_factory_makes_a_row(factory):
    assert factory().pk


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.METHODIST, Role.VIEWER])
def test_log_in_as_gives_a_client_of_that_role_in_the_municipality(log_in_as, role):
    municipality = factories.MunicipalityFactory()
    client = log_in_as(role, municipality)
    assert [(grant.role, grant.municipality_id, grant.school_id) for grant in client.user.grants] == [
        (role, municipality.pk, None)
    ]


def test_log_in_as_curator_answers_for_one_school(log_in_as):
    school = factories.SchoolFactory()
    client = log_in_as(Role.CURATOR, school)
    assert [(grant.municipality_id, grant.school_id) for grant in client.user.grants] == [
        (school.municipality_id, school.pk)
    ]
