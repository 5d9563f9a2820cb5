"""Signs of life of worker and beat, for health checks: a file that is touched while they get on (docs/adr/0009).

That a process exists says little and asking workers over the broker costs a start of Python each time. A worker
touches the file from the loop that takes work in, so it falls silent when that hangs or the broker is away; beat
touches it when it has sent something.
"""

from pathlib import Path
from typing import Any

from celery import bootsteps
from celery.signals import after_task_publish, beat_init
from django.conf import settings

EVERY_SECONDS = 10.0


class SignOfLife(bootsteps.StartStopStep):
    """Begins anew with every connection to the broker, since the loop's timers end with it."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        if settings.ALIVE_FILE:
            touch()
            consumer.timer.call_repeatedly(EVERY_SECONDS, touch)


def touch(**_: Any) -> None:
    Path(settings.ALIVE_FILE).touch()


@beat_init.connect
def touch_when_beat_has_sent(**_: Any) -> None:
    if settings.ALIVE_FILE:
        after_task_publish.connect(touch)
