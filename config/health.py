"""What a web process needs before visitors may be sent to it, looked at from outside by `/readyz`."""

import os
import tempfile

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis.backoff import NoBackoff
from redis.retry import Retry

OK = "ok"
NO_ANSWER = "does not answer"
BROKER_SECONDS = 1.0


def database() -> str:
    """Whether it answers and has the tables that this version of the portal was written for."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return NO_ANSWER
    return f"{len(missing)} migrations are not applied" if missing else OK


def spool() -> str:
    """Whether an upload could be written down; the file has no name, so that nothing can be left behind."""
    try:
        with tempfile.TemporaryFile(dir=settings.SPOOL_DIR, buffering=0) as file:
            file.write(bytes(4096))
    except OSError as error:
        return f"cannot be written ({type(error).__name__}, {error.errno})"
    return OK


def broker() -> str:
    """Whether work could be handed over at this moment. If not, job rows wait and are sent later."""
    if not settings.REDIS_URL:
        return OK if os.access(settings.BROKER_DIR, os.W_OK) else "cannot be written"
    patience = {"socket_timeout": BROKER_SECONDS, "socket_connect_timeout": BROKER_SECONDS}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **patience) as server:
            server.ping()
    except redis.RedisError:
        return NO_ANSWER
    return OK
