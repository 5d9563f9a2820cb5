"""Two connections to PostgreSQL at once: what a second one does while the first holds a lock."""

import threading
import time
from collections.abc import Callable

from django.db import connection

PATIENCE_SECONDS = 20


def in_a_thread(work: Callable[[], object]) -> threading.Thread:
    """Over a connection of its own, which is closed at the end."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def until_somebody_waits_for_a_lock() -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while not _somebody_waits():
        assert time.monotonic() < patience, "the second did not wait"
        time.sleep(0.02)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
