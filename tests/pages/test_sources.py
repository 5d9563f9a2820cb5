"""The kept rows behind a number."""

import gzip
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.access import Role
from monitoring.models import StoredSheet
from tests.factories import MunicipalityFactory, ResultTotalFactory, SchoolFactory, UploadEntryFactory, UploadFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("file", "answer"), [("oge.xlsx", 200), ("../../db.sqlite3", 404), ("", 404)])
def test_only_a_file_of_the_upload_can_have_expired(log_in_as, file, answer):
    upload = UploadFactory(municipality=MunicipalityFactory())
    UploadEntryFactory(upload=upload, name="oge.xlsx")
    query = urlencode({"upload": upload.pk, "file": file, "rows": "5"})
    page = log_in_as(Role.METHODIST, upload.municipality).get(f"{reverse('monitoring:source')}?{query}")
    assert page.status_code == answer
    assert ("Срок хранения истёк" in page.text) is (answer == 200)


@pytest.fixture
def kept(db):
    """A sheet of two schools: rows 5 and 6 are the first one's, row 9 the other's."""
    municipality = MunicipalityFactory()
    upload = UploadFactory(municipality=municipality)
    UploadEntryFactory(upload=upload, name="oge.xlsx")
    path = Path(settings.MEDIA_ROOT) / "sources" / "kept.csv.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["Строка;Код ОО;Первичный балл;Оценка", "3;02 - Математика", "4;Код ОО;Первичный балл;Оценка"]
    lines += ["5;101;12;3", "6;101;7;2", "9;102;30;5"]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    StoredSheet.objects.create(
        upload=upload, file_name="oge.xlsx", sheet="Page 1", path="sources/kept.csv.gz", kept_until="2099-01-01"
    )
    schools = [SchoolFactory(municipality=municipality) for _ in range(2)]
    for school, rows in zip(schools, ("5-6", "9"), strict=True):
        source = {"upload": upload.pk, "file": "oge.xlsx", "sheet": "Page 1", "rows": rows, "facets": ["marks"]}
        ResultTotalFactory(school=school, sources=[source])
    return upload, schools


def rows_page(client, upload, rows: str, cells: str = ""):
    query = urlencode({"upload": upload.pk, "file": "oge.xlsx", "sheet": "Page 1", "rows": rows, "cells": cells})
    return client.get(f"{reverse('monitoring:source')}?{query}")


def test_the_cells_that_gave_a_number_stand_out_and_are_named(kept, log_in_as):
    upload, _ = kept
    page = rows_page(log_in_as(Role.METHODIST, upload.municipality), upload, "5-6", "passed").text
    assert '<td>12</td><td class="deciding">3</td>' in page
    assert "Число получено из столбца «Оценка»" in page
    page = rows_page(log_in_as(Role.METHODIST, upload.municipality), upload, "5-6").text
    assert "deciding" not in page


def test_who_answers_for_a_school_opens_the_rows_of_its_own_results_alone(kept, log_in_as):
    upload, (own, other) = kept
    client = log_in_as(Role.CURATOR, own)
    page = rows_page(client, upload, "5-6", "passed")
    assert page.status_code == 200
    assert "вся загрузка" not in page.text
    assert ">30<" not in page.text
    for rows in ("9", "5-9", "5,9", "", "1-1000000", "x"):
        assert rows_page(client, upload, rows).status_code == 404, rows
    for place, role in ((upload.municipality, Role.VIEWER), (own, Role.VIEWER), (other, Role.CURATOR)):
        assert rows_page(log_in_as(role, place), upload, "5-6").status_code == 404
