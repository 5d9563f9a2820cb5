"""Scales and thresholds are there from the start, so that a fresh portal can read any official file."""

import json

from django.conf import settings
from django.db import migrations


def load(apps, schema_editor):
    rows = json.loads((settings.BASE_DIR / "fixtures" / "scales.json").read_text(encoding="utf-8"))
    models = {
        "marks": apps.get_model("monitoring", "MarkScale"),
        "threshold": apps.get_model("monitoring", "PassThreshold"),
    }
    for kind, model in models.items():
        names = {field.name for field in model._meta.get_fields()}
        model.objects.bulk_create(
            model(**{name: value for name, value in row.items() if name in names}) for row in rows if row["kind"] == kind
        )


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
