"""Values of means keep how the marks or scores behind them are spread."""

from django.db import migrations, models


def have_all_worked_out(apps, schema_editor):
    """Until then means are right, but each upload has them worked out from the results of all schools."""
    Job = apps.get_model('accounts', 'Job')
    of_indicators = apps.get_model('indicators', 'MunicipalityValue').objects.order_by()
    for municipality in of_indicators.values_list('indicator__municipality', flat=True).distinct():
        Job.objects.create(kind='monitoring.recompute', municipality_id=municipality)  # a sweep finds and sends it


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0006_plan_of_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='municipalityvalue',
            name='spread',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='schoolvalue',
            name='spread',
            field=models.TextField(blank=True),
        ),
        migrations.RunPython(have_all_worked_out, migrations.RunPython.noop),
    ]
