"""A change says itself how many pupils its earlier side is about."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def write_down(apps, schema_editor):
    """As it was told until now: by the earlier row. Where there is none, nobody can say how many."""
    for name, place in (('SchoolValue', ('school', 'indicator')), ('MunicipalityValue', ('indicator',))):
        Value = apps.get_model('indicators', name)
        earlier = Value.objects.filter(period=OuterRef('change_from'), **{field: OuterRef(field) for field in place})
        Value.objects.filter(change__isnull=False, participants__isnull=False).update(
            participants_before=Subquery(earlier.values('participants')[:1])
        )


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0004_own_statistic_kinds'),
    ]

    operations = [
        migrations.AddField(
            model_name='municipalityvalue',
            name='participants_before',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='schoolvalue',
            name='participants_before',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.RunPython(write_down, migrations.RunPython.noop),
    ]
