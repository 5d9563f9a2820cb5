"""Every column is one that a backup knows how to write as text and to read back."""

import pytest
from django.db import models

from config.backup import tables

KNOWN_COLUMNS = {
    "AutoField", "BigAutoField", "BigIntegerField", "BooleanField", "CharField", "DateField", "DateTimeField",
    "DecimalField", "FileField", "ForeignKey", "IntegerField", "JSONField", "PositiveBigIntegerField",
    "PositiveIntegerField", "PositiveSmallIntegerField", "SlugField", "SmallIntegerField", "TextField", "OneToOneField",
    "TimeField",
}  # fmt: skip


@pytest.mark.parametrize("model", tables.kept_models(), ids=lambda model: model._meta.label)
def test_every_column_is_of_a_kind_that_keeps_its_value_as_text(model):
    """A column of another kind needs its text in `tables` and `loading`, and a value in `make_portal`."""
    assert {field.get_internal_type() for field in model._meta.concrete_fields} <= KNOWN_COLUMNS
    assert isinstance(model._meta.pk, models.AutoField | models.BigAutoField)  # texts are ordered differently
