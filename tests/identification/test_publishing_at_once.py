"""Two people who publish one draft at the same moment: the second waits for the first and is refused."""

import datetime as dt

import pytest
from django.db import transaction

from monitoring.models import IdentificationEdition
from monitoring.queries.identification_edition import publication_of
from monitoring.services.identification import AlreadyPublished, publish
from schools.models import Municipality
from tests.at_once import in_a_thread, until_somebody_waits_for_a_lock
from tests.factories import MunicipalityFactory, ResultTotalFactory, SchoolFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def publish_by(town: Municipality, seen: str, order_number: str) -> IdentificationEdition:
    order = {"order_number": order_number, "order_date": dt.date(2021, 9, 15)}
    return publish(municipality=town, school_year=2020, seen=seen, by=None, **order)


def test_one_draft_makes_one_edition() -> None:
    town, refused = MunicipalityFactory.create(), []
    ResultTotalFactory.create(school=SchoolFactory.create(municipality=town))
    seen = publication_of(town, 2020).seen

    def second() -> None:
        try:
            publish_by(town, seen, "46-п")
        except AlreadyPublished as refusal:
            refused.append(refusal.edition.order_number)

    with transaction.atomic():
        publish_by(town, seen, "45-п")
        thread = in_a_thread(second)
        until_somebody_waits_for_a_lock()
    thread.join()
    assert refused == ["45-п"]
    assert IdentificationEdition.objects.get().order_number == "45-п"
