"""The description of the API is complete and stands in the repository."""

from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from accounts.access import Role
from indicators.calculations.provenance import Ref, compact
from tests.factories import MunicipalityFactory

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


def generated() -> str:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return out.getvalue()


def test_committed_schema_is_the_generated_one():
    """When it differs on purpose: manage.py spectacular --file docs/openapi.yaml"""
    assert generated().strip() == COMMITTED.read_text(encoding="utf-8").strip()


def test_every_list_has_the_filters_that_all_lists_have():
    paths = yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))["paths"]
    lists = {path: operations["get"] for path, operations in paths.items() if path.count("/") == 4}
    lists.pop("/api/v1/schema/")
    assert len(lists) == 14
    for path, operation in lists.items():
        named = {parameter["name"] for parameter in operation["parameters"]}
        assert {"municipality", "school", "school_year", "page", "page_size"} <= named, path


@pytest.mark.django_db
def test_schema_is_served_to_those_who_may_use_the_api(with_key):
    answer = with_key(Role.VIEWER, MunicipalityFactory()).get("/api/v1/schema/")
    assert answer.status_code == 200
    assert yaml.safe_load(answer.content) == yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))


def test_schema_names_every_field_of_a_source():
    described = yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))["components"]["schemas"]["Source"]
    (entered,) = compact((Ref(form="Учителя"),))
    assert set(entered) == set(described["properties"])
    (imported,) = compact((Ref(file="oge.xlsx", sheet="Лист1", rows="5", upload=3),))
    assert set(imported) == set(described["required"])
