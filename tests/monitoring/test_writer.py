"""Facets replace facets of the same session and nothing else; twice changes nothing; undoing restores."""

from math import ceil
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from accounts.models import Job
from accounts.upsert import IN_A_STATEMENT
from monitoring.jobs.writer import Incoming, compare, write
from monitoring.models import Result, ResultChange, ResultTotal, Upload
from monitoring.services.uploads import UploadRefused, undo
from schools.models import School
from tests.factories import SchoolFactory, UploadFactory

pytestmark = pytest.mark.django_db

OF_A_COPY = 6  # statements around it, where many rows go through a temporary table

OGE = (2020, "oge", "mathematics", 9, "main", "first", "2021-05-29")


def marks(two: int, three: int, four: int, five: int) -> dict[str, Any]:
    return {
        "listed": two + three + four + five,
        "participants": two + three + four + five,
        "mark_2": two,
        "mark_3": three,
        "mark_4": four,
        "mark_5": five,
        "levels": None,
        "passed": three + four + five,
    }


def piece(school: School, facets: dict[str, Any], key: tuple = OGE, file: str = "a.xlsx", entry: int = 0) -> Incoming:
    sources = {facet: [{"file": file, "sheet": "Page 1", "rows": "5-40"}] for facet in facets}
    return Incoming(entry, school.pk, key, 9, facets, sources, [])


def store(school: School, pieces: list[Incoming], **kwargs: Any) -> Upload:
    upload = UploadFactory(municipality=school.municipality, status=Upload.Status.STORED)
    write(compare(school.municipality_id, pieces, **kwargs), upload)
    return upload


def test_the_same_marks_twice_change_nothing() -> None:
    school = SchoolFactory()
    store(school, [piece(school, {"marks": marks(2, 5, 3, 1)})])
    plan = compare(school.municipality_id, [piece(school, {"marks": marks(2, 5, 3, 1)}, file="again.xlsx")])
    assert plan.is_empty
    assert plan.changes[0] == {"new": 0, "changed": 0, "same": 1, "removed": 0}
    assert Result.objects.get().sources["marks"]["places"][0]["file"] == "a.xlsx"


def test_a_correction_replaces_its_session_only() -> None:
    school = SchoolFactory()
    reserve = (*OGE[:-1], "2021-06-20")
    store(school, [piece(school, {"marks": marks(2, 5, 3, 1)}), piece(school, {"marks": marks(1, 0, 0, 0)}, reserve)])
    store(school, [piece(school, {"marks": marks(1, 6, 3, 1)}, file="corrected.xlsx")])
    total = ResultTotal.objects.get(attempt="first")
    assert (total.participants, total.mark_2, total.mark_3) == (12, 2, 6)
    assert {source["file"] for source in total.sources} == {"corrected.xlsx", "a.xlsx"}


def test_journal_does_not_touch_marks_of_the_same_session() -> None:
    school = SchoolFactory()
    vpr = (2020, "vpr", "russian", 5, "spring", "first", "")
    store(school, [piece(school, {"marks": marks(2, 5, 3, 0)}, vpr)])
    journal = {"journal_lower": 4, "journal_same": 5, "journal_higher": 1}
    store(school, [piece(school, {"journal": journal}, vpr, file="journal.xlsx")])
    result = Result.objects.get()
    assert (result.mark_3, result.journal_lower, result.participants) == (5, 4, 10)
    files = {facet: source["places"][0]["file"] for facet, source in result.sources.items()}
    assert files == {"marks": "a.xlsx", "journal": "journal.xlsx"}


def test_two_files_of_one_batch_make_one_result() -> None:
    school = SchoolFactory()
    journal = {"journal_lower": 4, "journal_same": 5, "journal_higher": 1}
    store(school, [piece(school, {"marks": marks(2, 5, 3, 0)}), piece(school, {"journal": journal}, entry=1)])
    assert Result.objects.get().journal_same == 5


def test_replacing_a_session_takes_away_schools_that_are_not_named() -> None:
    school = SchoolFactory()
    other = SchoolFactory(municipality=school.municipality)
    store(school, [piece(school, {"marks": marks(0, 1, 1, 1)}), piece(other, {"marks": marks(0, 2, 2, 2)})])
    kept = compare(school.municipality_id, [piece(school, {"marks": marks(0, 1, 1, 1)})])
    assert kept.removed == []
    store(school, [piece(school, {"marks": marks(0, 1, 1, 1)})], replace_session=True)
    assert list(Result.objects.values_list("school", flat=True)) == [school.pk]
    assert not ResultTotal.objects.filter(school=other).exists()


def test_neighbouring_municipality_is_never_compared_with() -> None:
    school, neighbour = SchoolFactory(), SchoolFactory()
    store(school, [piece(school, {"marks": marks(0, 1, 1, 1)})])
    store(neighbour, [piece(neighbour, {"marks": marks(0, 2, 2, 2)})], replace_session=True)
    assert Result.objects.count() == 2


def test_best_attempt_and_union_of_mathematics_follow_the_results() -> None:
    school = SchoolFactory()
    base = (2020, "ege", "mathematics_base", 11, "main", "first", "2021-06-01")
    profile = (2020, "ege", "mathematics_profile", 11, "main", "first", "2021-06-01")
    resit = (2020, "ege", "mathematics_base", 11, "main", "resit", "2021-09-06")
    scores = {"participants": 8, "listed": 8, "passed": 6, "mark_2": None}
    store(
        school,
        [
            piece(school, {"marks": marks(2, 3, 1, 1)}, base),
            piece(school, {"marks": scores, "scores": {"test_sum": 310, "test_count": 8}}, profile),
            piece(school, {"marks": marks(1, 3, 0, 0)}, resit),
        ],
    )
    totals = {(total.subject, total.attempt): total for total in ResultTotal.objects.all()}
    assert set(totals) == {
        (subject, attempt)
        for subject in ("mathematics", "mathematics_base", "mathematics_profile")
        for attempt in ("first", "best")
    }
    assert totals["mathematics_base", "best"].passed == 7  # at most its own two who failed
    assert (totals["mathematics", "first"].participants, totals["mathematics", "first"].passed) == (15, 11)
    assert totals["mathematics", "best"].passed == 14  # and one who had failed profile
    assert totals["mathematics_profile", "best"].test_sum == 310


def test_undoing_puts_back_what_was_replaced_and_takes_away_what_was_added() -> None:
    school = SchoolFactory()
    store(school, [piece(school, {"marks": marks(2, 5, 3, 1)})])
    russian = (2020, "oge", "russian", 9, "main", "first", "2021-05-27")
    second = store(
        school, [piece(school, {"marks": marks(0, 7, 3, 1)}), piece(school, {"marks": marks(1, 1, 1, 1)}, russian)]
    )
    undo(upload=second, by=None)
    assert Result.objects.get().mark_2 == 2
    assert set(ResultTotal.objects.values_list("subject", "mark_2")) == {("mathematics", 2)}
    second.refresh_from_db()
    assert second.status == Upload.Status.UNDONE
    assert Job.objects.get(kind=Job.Kind.RECOMPUTE).scope["exams"] == [
        ["oge", "mathematics", 9, 2020],
        ["oge", "russian", 9, 2020],
    ]


def test_what_a_later_upload_changed_is_not_undone_from_under_it() -> None:
    school = SchoolFactory()
    first = store(school, [piece(school, {"marks": marks(2, 5, 3, 1)})])
    store(school, [piece(school, {"marks": marks(1, 6, 3, 1)})])
    with pytest.raises(UploadRefused, match="Сначала отзовите её"):
        undo(upload=first, by=None)
    assert Result.objects.get().mark_2 == 1


def test_a_total_says_which_facets_each_place_gave_and_that_a_resit_gives_no_scores() -> None:
    school = SchoolFactory()
    resit = (*OGE[:5], "resit", "2021-09-07")
    scores = {"primary_sum": 150, "primary_count": 11, "primary_histogram": {"13": 1}}
    store(
        school,
        [
            piece(school, {"marks": marks(2, 5, 3, 1), "scores": scores}),
            piece(school, {"marks": marks(0, 2, 0, 0), "scores": scores}, resit, file="resit.xlsx"),
        ],
    )
    best = ResultTotal.objects.get(attempt="best")
    assert {source["file"]: source["facets"] for source in best.sources} == {
        "a.xlsx": ["marks", "scores"],
        "resit.xlsx": ["marks"],
    }


def test_marks_and_scores_of_other_numbers_of_pupils_are_marked_until_they_agree_again() -> None:
    school = SchoolFactory()
    scores = {"primary_sum": 150, "primary_count": 11, "primary_histogram": {"13": 11}}
    store(school, [piece(school, {"marks": marks(2, 5, 3, 1), "scores": scores})])
    store(school, [piece(school, {"marks": marks(4, 16, 12, 8)}, file="shares.xlsx")])
    assert Result.objects.get().warnings == ["facets_differ"]
    store(school, [piece(school, {"marks": marks(2, 5, 3, 1)})])
    assert Result.objects.get().warnings == []


def batches(model: type[Model], rows: int) -> int:
    """How many statements an insertion of so many rows takes at most."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    return ceil(rows / min(IN_A_STATEMENT, connection.ops.bulk_batch_size(fields, [None] * rows)))


def test_statements_grow_with_batches_and_not_with_schools() -> None:
    def statements(schools: int) -> int:
        first = SchoolFactory()
        others = [School(municipality=first.municipality, name=f"№ {n}", code=f"9{n}") for n in range(schools - 1)]
        pieces = [
            piece(school, {"marks": marks(2, 5, 3, 1)}) for school in [first, *School.objects.bulk_create(others)]
        ]
        with CaptureQueriesContext(connection) as queries:
            store(first, pieces)
            store(first, pieces)  # the same again: compared, nothing written
        assert Result.objects.filter(school__municipality=first.municipality).count() == schools
        return len(queries)

    written = {Result: 200, ResultChange: 200, ResultTotal: 2 * 200}  # of a total the first attempt and the best
    most = statements(5) + sum(batches(model, rows) for model, rows in written.items())
    assert statements(200) <= most + OF_A_COPY
