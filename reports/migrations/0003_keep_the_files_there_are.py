"""What was drawn until now is PDF; a migration of its own, for rows and tables must not change in one transaction."""

from django.db import migrations


def to_files(apps, schema_editor):
    Report, ReportFile = apps.get_model('reports', 'Report'), apps.get_model('reports', 'ReportFile')
    drawn = Report.objects.exclude(file='').order_by('pk').values_list('pk', 'file', 'file_sha256')
    ReportFile.objects.bulk_create(
        ReportFile(report_id=pk, format='pdf', file=file, sha256=sha256) for pk, file, sha256 in drawn
    )


def to_columns(apps, schema_editor):
    Report, ReportFile = apps.get_model('reports', 'Report'), apps.get_model('reports', 'ReportFile')
    for row in ReportFile.objects.filter(format='pdf'):
        Report.objects.filter(pk=row.report_id).update(file=row.file, file_sha256=row.sha256)


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0002_files_by_format'),
    ]

    operations = [
        migrations.RunPython(to_files, to_columns),
    ]
