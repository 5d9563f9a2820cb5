"""Totals get the tasks of their first attempts, summed over sessions, in a form that is read for all schools at once."""

from collections import defaultdict

from django.db import migrations, models

GROUP = ('school_id', 'school_year', 'procedure', 'subject', 'grade', 'wave')
BATCH = 500


def add_up(apps, schema_editor):
    Result = apps.get_model('monitoring', 'Result')
    ResultTotal = apps.get_model('monitoring', 'ResultTotal')
    sessions = defaultdict(list)
    rows = Result.objects.filter(attempt='first', tasks__isnull=False).order_by('session', 'pk')
    for *group, tasks in rows.values_list(*GROUP, 'tasks').iterator():
        sessions[tuple(group)].append(tasks)
    changed = []
    for total in ResultTotal.objects.filter(attempt='first').only('pk', *GROUP).iterator():
        found = sessions.get(tuple(getattr(total, name) for name in GROUP))
        if found:
            sums = _sum(found)
            total.task_names = '\n'.join(sums)
            total.task_counts = ' '.join(f'{done} {participants}' for done, participants in sums.values())
            changed.append(total)
    ResultTotal.objects.bulk_update(changed, ['task_names', 'task_counts'], batch_size=BATCH)


def _sum(sessions):
    sums = {}
    for tasks in sessions:
        for task, numbers in tasks.items():
            done, participants = sums.get(task, (0, 0))
            sums[task] = (done + numbers['done'], participants + numbers['participants'])
    return sums


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0010_categories_of_editions'),
    ]

    operations = [
        migrations.AddField(
            model_name='resulttotal',
            name='task_counts',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='resulttotal',
            name='task_names',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.RunPython(add_up, migrations.RunPython.noop),
    ]
