"""Topics are named for the paper of one wave: those there are go to every wave in which the task was done."""

from django.db import migrations, models

import indicators.procedures


def give_waves(apps, schema_editor):
    ResultTotal = apps.get_model('monitoring', 'ResultTotal')
    TaskTopic = apps.get_model('monitoring', 'TaskTopic')
    paper = ('school_year', 'procedure', 'subject', 'grade')
    for topic in list(TaskTopic.objects.all()):
        of_paper = {name: getattr(topic, name) for name in paper}
        totals = ResultTotal.objects.filter(school__municipality=topic.municipality_id, attempt='first', **of_paper)
        held = totals.exclude(task_names='').values_list('wave', 'task_names').distinct()
        waves = sorted({wave for wave, names in held if topic.task in names.split('\n')})
        usual = 'spring' if topic.procedure == 'vpr' else 'main'
        # Until now one name stood for all waves; nobody can say which was meant, and so each keeps it.
        topic.wave, *others = waves or [usual]
        topic.save(update_fields=['wave'])
        for wave in others:
            topic.pk, topic.wave = None, wave
            topic.save(force_insert=True)


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0011_tasks_of_totals'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='tasktopic',
            name='one_topic_per_task',
        ),
        migrations.AddField(
            model_name='tasktopic',
            name='wave',
            field=models.CharField(
                choices=[('main', 'основной период'), ('spring', 'весна'), ('autumn', 'осень')],
                default=indicators.procedures.Wave['MAIN'],
                max_length=10,
            ),
        ),
        migrations.RunPython(give_waves, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='tasktopic',
            constraint=models.UniqueConstraint(
                fields=('municipality', 'school_year', 'procedure', 'subject', 'grade', 'wave', 'task'),
                name='one_topic_per_task',
            ),
        ),
    ]
