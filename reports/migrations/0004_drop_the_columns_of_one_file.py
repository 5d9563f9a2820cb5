from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0003_keep_the_files_there_are'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='report',
            name='drawn_report_has_checksum',
        ),
        migrations.RemoveField(
            model_name='report',
            name='file',
        ),
        migrations.RemoveField(
            model_name='report',
            name='file_sha256',
        ),
    ]
