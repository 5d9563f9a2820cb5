"""A list answers 200 to everybody, so what is in it counts: nothing of another town, nothing of another school.

That nothing of others shows to whoever does not ask for it, `test_matrix` sees to, which looks into every answer that
it gets. Here somebody does ask. The addresses come from the matrix: a new page is looked through without a line here.
"""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from reports.kinds import KINDS
from tests.access.matrix import READ, in_parts, name_of
from tests.access.seen import found_in, text_of
from tests.access.world import PEOPLE, World

pytestmark = pytest.mark.django_db

# One of each reach: another town, the whole town with and without small numbers, one school of it.
WHO_FORGE = ("outsider", "viewer", "curator", "department")

# Lists and exports, with a query that makes them full, and who finds the own school in them (others find the page empty
# or closed). Whoever sees the whole town finds its second school too.
EVERYBODY = "viewer mentor curator methodist department"
SEES_ALL = {"viewer", "mentor", "methodist", "department"}
LISTS = {
    "home": EVERYBODY,
    "search": EVERYBODY,
    "schools:list": EVERYBODY,
    "schools:identification": EVERYBODY,
    "schools:risks": EVERYBODY,
    "schools:undecided_risks": EVERYBODY,
    "monitoring:heat_map": EVERYBODY,
    "monitoring:courses": EVERYBODY,
    "monitoring:effects": EVERYBODY,
    "monitoring:participation": EVERYBODY,
    "schools:identification_template": "methodist department",
    "monitoring:identification_proposal": "methodist department",
    "monitoring:identification_decisions": "methodist department",
    "monitoring:identification_publication": "methodist department",
    "monitoring:identification_edition": EVERYBODY,
    "monitoring:identification_history": EVERYBODY,
    "indicators:statistics": EVERYBODY,
    "indicators:statistics_template": "curator methodist department",
    "indicators:indicator": EVERYBODY,
    "indicators:plan_ledger": EVERYBODY,
    "indicators:school_plan": EVERYBODY,
    "indicators:school_plan_editions": EVERYBODY,
    "indicators:school_plan_template": "methodist department",
    "monitoring:audit": "methodist department",
    "monitoring:objectivity": EVERYBODY,
    "mentoring:pairings": EVERYBODY,
    "mentoring:meetings": EVERYBODY,
    "mentoring:mine": "curator",
    "mentoring:event": EVERYBODY,
    "mentoring:attendance": "curator methodist department",
    "mentoring:participation": EVERYBODY,
    "mentoring:practices": "curator methodist department",
    "mentoring:new_practice": "curator methodist department",
    "mentoring:help_monitoring": "viewer curator methodist department",
    "mentoring:staff": "curator methodist department",
    "mentoring:staffing": "curator methodist department",
    "mentoring:seminar": "curator methodist department",
    "mentoring:new_pairing": "methodist department",
    "mentoring:requests": "curator methodist department",
    "roadmaps:mine": "curator",
    "roadmaps:control": EVERYBODY,
    "roadmaps:rows": EVERYBODY,
    "roadmaps:timeline": EVERYBODY,
    "roadmaps:recommendations": EVERYBODY,
    "roadmaps:board": EVERYBODY,
    "roadmaps:punctuality": EVERYBODY,
    "roadmaps:by_school": EVERYBODY,
    "api:schools-list": EVERYBODY,
    "api:results-list": EVERYBODY,
    "api:values-list": EVERYBODY,
    "api:identifications-list": EVERYBODY,
    "api:pairings-list": EVERYBODY,
    "api:meetings-list": EVERYBODY,
}


def ask(client: Client, address: str, query: dict[str, str]) -> Any:
    answer = client.get(address + ("&" if "?" in address else "?") + urlencode(query))
    assert answer.status_code < 500
    return answer


def read(client: Client, address: str, query: dict[str, str]) -> str:
    return text_of(ask(client, address, query))


def forged_queries(world: World, person: str, *, of_one: bool, is_open: bool) -> list[dict[str, str]]:
    """What somebody may try by hand: the other town, its school, its upload; words that others' names begin with.

    A page of one thing gets all of it at once, and so does the department, from which less is hidden than from a
    viewer; where the page itself is closed nothing but another town could open it.
    """
    other = world.town if person == "outsider" else world.foreign
    slug, school = other.municipality.slug, other.rows["school"]
    upload, part = str(other.rows["upload"].pk), "Ближ" if person == "outsider" else "Дальн"
    town, all_of_it = {"municipality": slug}, {"school": str(school.pk), "upload": upload, "q": part}
    if not is_open:
        return [town]
    if of_one or person == "department":
        return [town | {"year": "2020"} | all_of_it]
    return [town, {"year": "2021", "school": school.code}, {"year": "2020"} | all_of_it]


@pytest.mark.parametrize("rows", in_parts(READ), ids=name_of)
def test_nothing_of_others_shows_to_those_who_ask_for_it(rows, world):
    """With a query that names the other town or school."""
    for row in rows:
        data = row.data(world) if row.data else {}
        for person in WHO_FORGE:
            client, secrets = world.client(person), set(world.secrets_from(person))
            is_open, of_one = row.answers[person] == 200, "pk" in row.arguments
            for query in forged_queries(world, person, of_one=of_one, is_open=is_open):
                query |= data
                text = read(client, row.address(world), query)
                found = found_in(text, sorted(secrets - set(query.values())))  # what one has typed is no secret
                assert found == [], (row, person, query)


@pytest.mark.parametrize("rows", in_parts([row for row in READ if "pk" in row.arguments]), ids=name_of)
def test_addresses_of_the_other_town_do_not_open(rows, world):
    for row in rows:
        for person in PEOPLE[2:]:
            answer = world.client(person).get(row.address(world, "foreign"))
            assert answer.status_code == 404, (row, person)


# Those that are open; of what is for one school alone there is nothing else to find.
FULL_LISTS = [
    row
    for row in READ
    if row.name in LISTS and row.answers["department"] == 200 and row.arguments != {"pk": "own_event"}
]


@pytest.mark.parametrize("rows", in_parts(FULL_LISTS), ids=name_of)
def test_own_rows_do_show(rows, world):
    """Or the test above would be content with empty pages."""
    for row in rows:
        for person in LISTS[row.name].split():
            query = {} if row.name.startswith("api:") else {"year": "2020", "q": "школа"}
            text = read(world.client(person), row.address(world), query)
            assert world.row("school").code in text or world.row("school").name in text, (row, person)
            second = world.row("neighbour")
            assert (second.code in text or second.name in text) is (person in SEES_ALL), (row, person)


WITHOUT_NUMBERS = ("schools:school", "roadmaps:school")  # pages of a school that tell no results of it
SHOW_SMALL_NUMBERS = [row for row in READ if row.arguments == {"pk": "small"} and row.name not in WITHOUT_NUMBERS] + [
    row for row in READ if row.name in ("indicators:indicator", "indicators:school_plan")
]


@pytest.mark.parametrize("row", SHOW_SMALL_NUMBERS, ids=str)
def test_small_numbers_do_show_to_the_methodist(row, world):
    """So that their absence for others means something; the last year's numbers are about twenty pupils."""
    client, address = world.client("methodist"), row.address(world)
    text = read(client, address, {"year": "2020"}) + read(client, address, {"year": "2021"})
    assert found_in(text, world.town.small_numbers)


# Where whoever sees all numbers finds those of the school that is hidden with the small one: every outlet of values and
# results of schools. A new one has its line here, and `test_matrix` looks for them there.
TELL_COVERING_NUMBERS = {
    "indicators:indicator",
    "indicators:school_indicators",
    "indicators:school_plan",
    "monitoring:heat_map",
    "monitoring:courses",
    "monitoring:effects",
    "monitoring:identification_edition",
    "monitoring:participation",
    "monitoring:school_comparison",
    "monitoring:school_results",
    "monitoring:school_why",
    "monitoring:summary",
    "api:results-list",
    "api:values-list",
}


def test_every_outlet_of_numbers_is_known(world):
    """So that their absence for others means something: the methodist finds them in these places and in no other that
    a viewer may open."""
    told = set()
    for row in READ:
        if row.answers["viewer"] == 200:
            query = {} if row.name.startswith("api:") else {"year": "2020"} | (row.data(world) if row.data else {})
            text = read(world.client("methodist"), row.address(world), query)
            if found_in(text, world.town.covering_numbers):
                told.add(row.name)
    assert told == TELL_COVERING_NUMBERS


def test_documents_leave_the_same_numbers_out(world):
    """They are passed on, so they tell nobody, whoever prepares them."""
    periods = {"summary_table": "2020", "targets_table": "2020", "identification": "2020", "effects": "2021h1"}
    for kind, period in periods.items():
        document = KINDS[kind].freeze(municipality=world.town.municipality, period=period)
        text = json.dumps(document.to_json(), ensure_ascii=False)
        assert world.row("neighbour").name in text, kind
        assert found_in(text, [*world.town.small_numbers, *world.town.covering_numbers]) == [], kind


def test_every_list_and_export_is_looked_into():
    assert set(LISTS) <= {row.name for row in READ}
