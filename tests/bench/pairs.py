"""Pairings for the bench: five of every school, each with a plan and twenty-five meetings, and as many requests for
help."""

import datetime as dt
import random
from collections.abc import Iterator

from django.db import connection
from django.utils import timezone

from mentoring.contact import FORM_LABELS, Group, MeetingState, Side
from mentoring.kinds import Kind, PoolKind
from mentoring.models import HelpRequest, Meeting, Mentor, Pairing, PairingPlan, PairingStep
from roadmaps.states import Status
from schools.models import Category, Identification, Municipality, School
from schools.periods import school_year_of
from tests.bench import world

A_SCHOOL, MEETINGS, STEPS = 5, 25, 8  # pairings, meetings and rows of the plan of each pairing
AT_ONCE = 2000  # rows of one insert


def municipality(schools: int, *, seed: int = 1) -> Municipality:
    """Around the day of the bench, since lists show what runs today. Half of the schools are listed as weak."""
    chance = random.Random(seed)
    town, today = world.bare_municipality(schools, seed=seed), timezone.localdate()
    places = list(town.schools.order_by("pk"))
    begun = {"municipality": town, "since": today - dt.timedelta(days=400)}
    pool = Mentor.objects.bulk_create(
        Mentor(**begun, name=f"Наставник {number}", position="директор", kind=PoolKind.MENTOR, load_limit=6)
        for number in range(schools)
    )
    pairings = Pairing.objects.bulk_create(_pairings(town, places, pool, today))
    plans = PairingPlan.objects.bulk_create(
        PairingPlan(
            pairing=pairing, title="План взаимодействия", starts_on=pairing.starts_on,
            ends_on=today + dt.timedelta(days=200), state=PairingPlan.State.ACTIVE,
        )
        for pairing in pairings
    )  # fmt: skip
    PairingStep.objects.bulk_create(
        (
            PairingStep(
                plan=plan,
                position=place,
                title=f"Консультация {place}",
                state=chance.choice((Status.DONE, Status.NOT_STARTED)),
            )
            for plan in plans
            for place in range(1, STEPS + 1)
        ),
        batch_size=AT_ONCE,
    )
    Meeting.objects.bulk_create(_meetings(pairings, chance), batch_size=AT_ONCE)
    HelpRequest.objects.bulk_create(
        HelpRequest(
            municipality=town, school=school, topic=f"Запрос {number}", wanted_by=today + dt.timedelta(days=number)
        )
        for school in places
        for number in range(A_SCHOOL)
    )
    Identification.objects.bulk_create(
        Identification(school=school, school_year=school_year_of(today), category=Category.LOW_RESULTS)
        for school in places[::2]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server's autovacuum does within a minute
    return town


def _pairings(town: Municipality, places: list[School], pool: list[Mentor], today: dt.date) -> Iterator[Pairing]:
    for place, school in enumerate(places):
        for number in range(A_SCHOOL):
            mentor = pool[(place + number) % len(pool)]
            begun = today - dt.timedelta(days=300)
            yield Pairing(municipality=town, kind=Kind.MENTOR_TEAM, school=school, mentor=mentor, starts_on=begun)


def _meetings(pairings: list[Pairing], chance: random.Random) -> Iterator[Meeting]:
    forms, states = list(FORM_LABELS), (MeetingState.CONFIRMED, MeetingState.CONFIRMED, MeetingState.LOGGED)
    for pairing in pairings:
        for number in range(MEETINGS):
            state = chance.choice(states)
            yield Meeting(
                pairing=pairing,
                on=pairing.starts_on + dt.timedelta(days=10 * number),
                form=chance.choice(forms),
                topic=f"Разбор результатов диагностической работы {number}",
                hours=1,
                audience={Group.TEACHERS: chance.randint(1, 20)},
                result="Составили перечень тем, по которым нужна помощь.",
                state=state,
                logged_side=Side.HELPER,
                confirmed_at=timezone.now() if state is MeetingState.CONFIRMED else None,
            )
