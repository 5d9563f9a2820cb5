"""One Celery app for all."""

import threading

from celery import current_app

from config import celery_app


def test_every_thread_of_the_web_process_sends_by_the_portals_app():
    seen = []
    thread = threading.Thread(target=lambda: seen.append(current_app._get_current_object()))
    thread.start()
    thread.join()
    assert seen == [celery_app]
