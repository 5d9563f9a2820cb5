"""A worker whose Redis hung while it acknowledged goes on taking work."""

from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from kombu.transport import virtual

from config.redis_broker import Channel, QoS, Transport


class Hanging:
    """Of Redis' own part of a channel no more than an acknowledgement touches."""

    def execute(self) -> None:
        raise TimeoutError


def test_a_message_that_redis_did_not_hear_of_gives_its_place_free() -> None:
    qos = QoS(SimpleNamespace(do_restore=False), prefetch_count=1)
    with mock.patch.object(QoS, "_remove_from_indices", return_value=Hanging()):
        virtual.QoS.append(qos, SimpleNamespace(), "first")
        assert not qos.can_consume()
        with pytest.raises(TimeoutError):
            qos.ack("first")
    assert qos.can_consume()


def test_the_broker_is_this_one() -> None:
    parts: list[Any] = [Transport.Channel, Channel.QoS]
    assert parts == [Channel, QoS]
