"""Totals get the histograms of their first attempts, summed over sessions; a union of two scales has none."""

from collections import defaultdict

from django.db import migrations

GROUP = ('school_id', 'school_year', 'procedure', 'subject', 'grade', 'wave')
HISTOGRAMS = ('primary_histogram', 'test_histogram')
BATCH = 500


def add_up(apps, schema_editor):
    Result = apps.get_model('monitoring', 'Result')
    ResultTotal = apps.get_model('monitoring', 'ResultTotal')
    sessions = defaultdict(list)
    for *group, primary, test in Result.objects.filter(attempt='first').values_list(*GROUP, *HISTOGRAMS).iterator():
        sessions[tuple(group)].append((primary, test))
    changed = []
    for total in ResultTotal.objects.iterator():
        found = sessions.get(tuple(getattr(total, name) for name in GROUP))
        if found:
            total.primary_histogram, total.test_histogram = (_sum([row[place] for row in found]) for place in (0, 1))
            changed.append(total)
    ResultTotal.objects.bulk_update(changed, HISTOGRAMS, batch_size=BATCH)


def _sum(histograms):
    if any(histogram is None for histogram in histograms):
        return None
    sums = defaultdict(int)
    for histogram in histograms:
        for score, count in histogram.items():
            sums[score] += count
    return dict(sums)


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0003_objectivity_and_histograms'),
    ]

    operations = [
        migrations.RunPython(add_up, migrations.RunPython.noop),
    ]
