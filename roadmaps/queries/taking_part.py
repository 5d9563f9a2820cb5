"""Which schools take part in a plan, where it says only that all of them do."""

from collections.abc import Iterable

from roadmaps.models import Participant
from schools.models import School

Place = tuple[int, int | None]  # municipality, and the programme where there is one


def taking_part(places: Iterable[Place]) -> dict[Place, frozenset[int]]:
    """The schools of the programme's list of participants, or all of the municipality where it names none. Two queries
    at the most."""
    places = set(places)
    named: dict[int | None, set[int]] = {}
    programmes = {programme for _, programme in places if programme is not None}
    listed = Participant.objects.filter(programme__in=programmes, school__isnull=False)
    for programme, school in listed.values_list("programme_id", "school_id"):
        named.setdefault(programme, set()).add(school)
    whole: dict[int, set[int]] = {}
    towns = {municipality for municipality, programme in places if programme not in named}
    for municipality, school in School.objects.filter(municipality__in=towns, parent=None).values_list(
        "municipality_id", "pk"
    ):
        whole.setdefault(municipality, set()).add(school)
    return {
        (municipality, programme): frozenset(named.get(programme) or whole.get(municipality) or ())
        for municipality, programme in places
    }
