"""Naming the topics of a work's tasks."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import audit
from monitoring.models import TaskTopic
from monitoring.queries.analysis.weak_topics import Paper
from schools.models import Municipality


@transaction.atomic
def name_topics(*, municipality: Municipality, paper: Paper, topics: Mapping[str, str], by: Any) -> int:
    """Keep a topic for each task named here, take it away where it is empty; how many changed."""
    exam = paper._asdict()
    stored = {row.task: row for row in TaskTopic.objects.filter(municipality=municipality, **exam)}
    changed = 0
    for task, topic in topics.items():
        known = stored.get(task)
        if (known.topic if known else "") == topic:
            continue
        changed += 1
        if known and not topic:
            known.delete()
        else:
            TaskTopic.objects.update_or_create(municipality=municipality, task=task, **exam, defaults={"topic": topic})
    if changed:
        audit("task_topics_named", municipality, by=by, municipality_id=municipality.pk, exam=exam, changed=changed)
    return changed
