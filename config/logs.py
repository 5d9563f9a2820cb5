"""Logs: what happened, in which request or job, never to whom. One line an event, as key=value or JSON.

The text of an exception never reaches a log: it may quote a cell of somebody's spreadsheet. Its type and the lines
of code it came through do.
"""

import contextlib
import logging
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from structlog.types import EventDict, Processor

logger = structlog.get_logger("portal.request")
# What follows in an address sets somebody's password, shows what somebody owes, or ends somebody's letters.
LINKS = ("/password/reset/key/", "/roadmaps/feed/", "/notices/unsubscribe/")


class WithoutTaskError(logging.Filter):
    """Celery writes a failed task's error into its message; only the type of it may stay."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "celery.app.trace" and isinstance(record.args, dict) and "exc" in record.args:
            error = record.exc_info[1] if record.exc_info else None
            record.args = {**record.args, "exc": type(error).__name__, "traceback": ""}
        return True


class WithoutAddress(logging.Filter):
    """Django and gunicorn write addresses into their messages; what is secret in one, and any search, is taken out."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and (shown := shown_path(request)) != request.path:
            escaped = request.path.encode("unicode_escape").decode("ascii")
            record.msg = record.getMessage().replace(request.path, shown).replace(escaped, shown)
            record.args = ()
        if record.name == "gunicorn.error":
            _without_address(record)
        return True


def _without_address(record: logging.LogRecord) -> None:
    message = str(record.msg)
    if message.startswith("Invalid request"):  # quotes what came, and from whom
        error = sys.exc_info()[0]
        record.msg, record.args = f"Invalid request: {error.__name__ if error else 'unknown'}", ()
    elif message.startswith("Error handling request"):
        record.msg, record.args = "Error handling request", ()


def frames_instead_of_text(_: Any, __: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and where it came from."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["frames"] = " < ".join(
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in reversed(traceback.extract_tb(error.__traceback__))
        )
    return event


def logging_settings(*, level: str, as_json: bool) -> dict[str, Any]:
    """What Django's LOGGING wants."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=()),
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.processors.KeyValueRenderer(
            key_order=["timestamp", "level", "logger", "event"], drop_missing=True
        )
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_task_error": {"()": WithoutTaskError}, "without_address": {"()": WithoutAddress}},
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": before,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    frames_instead_of_text,
                    last,
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["without_task_error", "without_address"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},  # not Django's own console and mail to the administrators
            "django.server": {"handlers": [], "propagate": True},
            "celery.beat": {"level": "WARNING"},  # a line every twenty seconds says nothing
            "celery.worker.strategy": {"level": "WARNING"},
            "weasyprint.progress": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
        },
    }


def who(user: Any) -> dict[str, Any]:
    """A person by number, a program by the public part of its key; nobody is not mentioned.

    Nor is somebody whom a database that is away could not name: the line of the log is written all the same.
    """
    with contextlib.suppress(DatabaseError, InterfaceError):
        return _known(user)
    return {}


def _known(user: Any) -> dict[str, Any]:
    if prefix := getattr(user, "prefix", None):
        return {"api_key": prefix}
    return {"user_id": user.pk} if getattr(user, "pk", None) else {}


def shown_path(request: HttpRequest) -> str:
    """Without the query, which may hold what somebody searched for, and without the key of a link to set a password, of
    a calendar or of a letter."""
    match = getattr(request, "resolver_match", None) or _found(request.path_info)
    if match:
        return f"/{match.route}" if "key" in match.kwargs else request.path
    for link in LINKS:
        before, found, _ = request.path.partition(link)  # one with a slip in it leads nowhere, and its key is as good
        if found:
            return f"{before}{link}…"
    return request.path


def _found(path: str) -> ResolverMatch | None:
    """Where an address leads that Django has not looked up: it refused the request before, or failed."""
    try:
        return resolve(path)
    except Resolver404:
        return None


def request_log(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: one line a request, and its id on every line written while it is answered."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:12]
        started = time.monotonic()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = get_response(request)
            logger.info(
                "request",
                method=request.method,
                path=shown_path(request),
                status=response.status_code,
                milliseconds=round(1000 * (time.monotonic() - started)),
                **who(getattr(request, "user", None)),
            )
        response["X-Request-ID"] = request_id
        return response

    return middleware
