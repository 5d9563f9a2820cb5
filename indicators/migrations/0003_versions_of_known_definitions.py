"""Every indicator keeps its present definition as a version, every target its first line in the ledger."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import migrations

PASSPORT = (
    'wording', 'short_name', 'group', 'unit', 'period_kind', 'measured_on', 'method', 'source', 'collection',
    'reference_value', 'reference_rule', 'rise_means', 'fall_means', 'aims', 'author', 'reviewer', 'reviewed_on',
    'sentence', 'sentence_all',
)


def write_down(apps, schema_editor):
    Indicator = apps.get_model('indicators', 'Indicator')
    IndicatorVersion = apps.get_model('indicators', 'IndicatorVersion')
    Target = apps.get_model('indicators', 'Target')
    PlanRevision = apps.get_model('indicators', 'PlanRevision')
    IndicatorVersion.objects.bulk_create(
        (
            IndicatorVersion(
                indicator=row,
                number=row.version,
                formula=row.formula,
                population=row.population,
                direction=row.direction,
                passport=json.loads(
                    json.dumps({name: getattr(row, name) for name in PASSPORT}, cls=DjangoJSONEncoder)
                ),
            )
            for row in Indicator.objects.all()
        ),
        batch_size=500,
    )
    PlanRevision.objects.bulk_create(
        (
            PlanRevision(indicator_id=row.indicator_id, period=row.period, new=row.value, reason=row.source)
            for row in Target.objects.all()
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0002_plans_versions_and_passports'),
    ]

    operations = [
        migrations.RunPython(write_down, migrations.RunPython.noop),
    ]
