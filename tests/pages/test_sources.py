"""The kept rows behind a number."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.access import Role
from tests.factories import MunicipalityFactory, UploadEntryFactory, UploadFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("file", "answer"), [("oge.xlsx", 200), ("../../db.sqlite3", 404), ("", 404)])
def test_only_a_file_of_the_upload_can_have_expired(log_in_as, file, answer):
    upload = UploadFactory(municipality=MunicipalityFactory())
    UploadEntryFactory(upload=upload, name="oge.xlsx")
    query = urlencode({"upload": upload.pk, "file": file, "rows": "5"})
    page = log_in_as(Role.METHODIST, upload.municipality).get(f"{reverse('monitoring:source')}?{query}")
    assert page.status_code == answer
    assert ("Срок хранения истёк" in page.text) is (answer == 200)
