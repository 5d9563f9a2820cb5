"""Documents about schools, and a file for each format."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0001_initial'),
        ('schools', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(choices=[('pdf', 'PDF'), ('docx', 'DOCX'), ('xlsx', 'XLSX')], max_length=10)),
                ('file', models.FileField(upload_to='reports/')),
                ('sha256', models.CharField(max_length=64)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='reports.report')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [
                    models.UniqueConstraint(fields=('report', 'format'), name='one_file_per_format'),
                    models.CheckConstraint(condition=models.Q(models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), name='drawn_file_has_checksum'),
                ],
            },
        ),
        migrations.AddField(
            model_name='report',
            name='school',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='schools.school'),
        ),
        migrations.AlterField(
            model_name='report',
            name='kind',
            field=models.CharField(choices=[('analytical_note', 'Аналитическая записка'), ('school_passport', 'Паспорт школы'), ('summary_table', 'Сводная таблица'), ('targets_table', 'Таблица плановых значений'), ('roadmap', 'Дорожная карта'), ('project_report', 'Отчёт о проекте'), ('mentoring', 'Отчёт о наставничестве'), ('identification', 'Результаты идентификации'), ('campaign', 'Результаты мониторинга')], max_length=40),
        ),
        migrations.RemoveConstraint(
            model_name='report',
            name='one_report_per_number',
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('school__isnull', True)), fields=('municipality', 'kind', 'period', 'number'), name='one_report_per_number'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('school__isnull', False)), fields=('school', 'kind', 'period', 'number'), name='one_report_per_number_about_school'),
        ),
    ]
