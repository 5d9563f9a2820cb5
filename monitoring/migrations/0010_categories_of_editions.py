"""Editions that were published before the portal kept which categories an order is about say so themselves."""

from django.db import migrations


def note(apps, schema_editor):
    published = apps.get_model("schools", "PublishedCategory")
    editions = apps.get_model("monitoring", "IdentificationEdition").objects.values_list(
        "municipality_id", "school_year", "snapshot__covers"
    )
    published.objects.bulk_create(
        [
            published(municipality_id=municipality, school_year=year, category=category)
            for municipality, year, covers in editions
            for category in covers or ()
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0009_audit_of_pupils_before"), ("schools", "0003_published_categories")]
    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
