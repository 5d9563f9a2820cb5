"""Redis as Celery's broker, but for one thing: a worker must not stop taking work because Redis did not answer once.

A worker takes a message only while fewer than it may have are unacknowledged. Kombu counts one as acknowledged after
Redis has said so; when Redis hangs at that moment the worker logs it and goes on, one place short, and with as many
places as processes it soon takes nothing any more, though Redis is well again.
"""

from typing import Any

from kombu.transport import redis, virtual


class QoS(redis.QoS):
    def ack(self, delivery_tag: str) -> None:
        """Free the place in any case. What Redis did not hear of comes again after the visibility timeout; the row of a
        job says then that it is done."""
        try:
            super().ack(delivery_tag)
        except Exception:
            virtual.QoS.ack(self, delivery_tag)
            raise


class Channel(redis.Channel):
    QoS = QoS


class Transport(redis.Transport):
    Channel: Any = Channel
