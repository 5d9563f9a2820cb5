"""Who is told of topics of the seminar and of published practices: those they are for, once, unless they wish not."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from accounts.access import Role
from mentoring.models import Practice, Seminar
from mentoring.queries.awaited import DUTIES
from mentoring.services.practices import publish_practice, return_practice
from mentoring.services.seminar import OfferTold, write_offer
from roadmaps.models import Notice, NoticeSettings

pytestmark = pytest.mark.django_db
KIND = {"kind": "webinar", "audience": "", "hours": None}


def told(user) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def stands(user, town) -> bool:
    notices = list(Notice.objects.filter(user=user))
    return bool(DUTIES.standing(user, town.municipality, notices))


@pytest.fixture
def curator(town):
    return town.person(Role.CURATOR, town.weak)


def test_schools_hear_of_topics_once_a_day_and_only_while_they_may_ask(town, curator):
    centre, viewer = town.person(Role.METHODIST), town.person(Role.VIEWER)
    seminar = Seminar.objects.create(
        municipality=town.municipality, school_year=2022, half=2, requests_until=dt.date(2023, 3, 16)
    )
    for title in ("Дроби", "Смысловое чтение"):
        offer = write_offer(seminar=seminar, told=OfferTold(title, **KIND), by=centre)
    assert [told(one) for one in (curator, centre, viewer)] == [["offered"], [], []]
    assert "Заявки на темы до 16.03.2023" in Notice.objects.get().subject
    assert stands(curator, town)
    write_offer(seminar=seminar, told=OfferTold("Чтение", **KIND), by=centre, offer=offer, seen_version=1)
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        write_offer(seminar=seminar, told=OfferTold("Проекты", **KIND), by=centre)
    with time_machine.travel(timezone.now() + dt.timedelta(days=2), tick=False):
        write_offer(seminar=seminar, told=OfferTold("Поздно", **KIND), by=centre)
        assert not stands(curator, town)
    assert told(curator) == ["offered", "offered"]


def test_a_published_practice_is_told_once_to_schools_and_mentors_without_the_teacher(town, curator):
    centre, helper, left = town.person(Role.METHODIST), town.person(Role.MENTOR), town.person(Role.MENTOR)
    silent = town.person(Role.CURATOR, town.other)
    NoticeSettings.objects.create(user=silent, ways={"practice": "off"})
    town.mentor(user=helper)
    town.mentor(user=left, until=dt.date(2023, 3, 1))
    teacher = town.teacher(town.strong, "Тайный Учитель")
    practice = Practice.objects.create(
        municipality=town.municipality, school=town.strong, teacher=teacher, title="Устный счёт", subject="математика",
        text="Как считать",
    )  # fmt: skip
    published = publish_practice(practice=practice, seen_version=1, by=centre)
    assert [told(one) for one in (curator, helper, left, silent, centre)] == [["practice"], ["practice"], [], [], []]
    notice = Notice.objects.get(user=curator)
    assert (notice.subject, notice.text) == (
        "Новая практика: Устный счёт", "Устный счёт\n\nШкола: Школа № 10.\nПредмет: математика.",
    )  # fmt: skip
    assert stands(curator, town)
    back = return_practice(practice=published, reason="Уточните", seen_version=2, by=centre)
    assert not stands(curator, town)
    Practice.objects.filter(pk=back.pk).update(state="proposed", reason="")
    publish_practice(practice=back, seen_version=3, by=centre)
    assert told(curator) == ["practice"]
