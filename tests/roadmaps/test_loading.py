"""`load_programme` brings in the plans that the programmes print, and leaves alone what people have made of them."""

from collections import Counter

import pytest

from config.management.commands.load_programme import WORDS
from config.programmes.loading import AFTER_CATALOGUE, BEFORE_CATALOGUE, load_programme
from roadmaps.models import Activity, Occurrence, Responsible, Roadmap, RoadmapSection
from roadmaps.queries.plan import plan_of
from roadmaps.services.plans import make_occurrences
from tests.roadmaps.plans import PRINTED, fixture

pytestmark = pytest.mark.django_db
TABLES = (Roadmap, RoadmapSection, Activity, Responsible, Occurrence)


def load(slug: str) -> Roadmap:
    assert not load_programme(slug, with_results=False).problem
    return Roadmap.objects.get(municipality__slug=slug)


def test_megion_has_its_29_rows_in_three_modules():
    roadmap = load("megion")
    assert counts(roadmap) == [9, 9, 11]
    assert numbers(roadmap)[:10] == [f"1.{place}" for place in range(1, 10)] + ["2.1"]
    assert numbers(roadmap)[23] == "3.6."
    assert_as_printed(roadmap)


def test_vilyuysk_has_its_40_rows_under_nine_headings():
    roadmap = load("vilyuysk")
    assert counts(roadmap) == [8, 2, 0, 3, 12, 3, 2, 8, 2]
    assert numbers(roadmap) == [*(f"{place}." for place in range(1, 10)), *[""] * 29, "18.", "19."]
    assert_as_printed(roadmap)


def test_surgut_has_its_12_rows_and_eleven_conferences():
    roadmap = load("surgut")
    assert counts(roadmap) == [5, 4, 3]
    (conferences,) = roadmap.activities.filter(title__startswith="Цикл ежемесячных ВКС")
    assert [time.due_on.month for time in conferences.occurrences.order_by("due_on")] == list(range(2, 13))
    assert (roadmap.order_number, f"{roadmap.order_date:%d.%m.%Y}") == ("1030", "30.12.2022")
    assert_as_printed(roadmap)


def test_each_part_that_is_loaded_has_its_word_in_what_the_command_tells():
    assert set(WORDS) == {*BEFORE_CATALOGUE, *AFTER_CATALOGUE, "indicators", "spreadsheets"}


def counts(roadmap: Roadmap) -> list[int]:
    found = Counter(roadmap.activities.values_list("section_id", flat=True))
    return [found[section.pk] for section in roadmap.sections.order_by("position")]


def numbers(roadmap: Roadmap) -> list[str]:
    return list(roadmap.activities.order_by("position").values_list("number", flat=True))


def assert_as_printed(roadmap: Roadmap) -> None:
    """Every word of every row; and each row is due at least once."""
    assert plan_of(roadmap) == fixture(roadmap.municipality.slug)
    assert not roadmap.activities.filter(occurrences__isnull=True).exists()
    assert roadmap.programme is not None
    assert roadmap.state == Roadmap.State.APPROVED


@pytest.mark.parametrize("slug", PRINTED)
def test_loading_again_changes_nothing_of_what_people_made_of_it(slug):
    roadmap = load(slug)
    first = roadmap.activities.order_by("position")[0]
    Activity.objects.filter(pk=first.pk).update(title="Другими словами", deadline="Май 2023", version=2)
    Roadmap.objects.filter(pk=roadmap.pk).update(title="Переименована")
    roadmap.activities.order_by("-position")[0].delete()
    before = [list(table.objects.order_by("pk").values()) for table in TABLES]
    assert not any(load_programme(slug, with_results=False).added.values())
    assert [list(table.objects.order_by("pk").values()) for table in TABLES] == before


def test_times_made_again_keep_what_was_reported():
    roadmap = load("surgut")
    done = Occurrence.objects.filter(activity__roadmap=roadmap).order_by("due_on")[0]
    Occurrence.objects.filter(pk=done.pk).update(status="done", percent=100)
    before = list(Occurrence.objects.order_by("pk").values())
    make_occurrences(roadmap, roadmap.activities.all())
    assert list(Occurrence.objects.order_by("pk").values()) == before
