"""Faults told to a Sentry of one's own, when its address is set: what broke and where, never on what.

What the client gathers is thrown away but for a list of what may leave: the type of the error, the lines of code it
came through, the view or task, and the ids by which the log is found. Texts of errors may quote a cell of somebody's
spreadsheet, addresses hold what was searched for or a link to set a password, so neither leaves.
"""

from typing import TYPE_CHECKING, Any, cast

import structlog
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from sentry_sdk.transport import Transport
    from sentry_sdk.types import Event, Hint

KEPT = ("event_id", "timestamp", "level", "platform", "release", "environment", "transaction")
KEPT_OF_EXCEPTION = ("type", "module")
KEPT_OF_FRAME = (
    "filename", "function", "module", "lineno", "in_app", "pre_context", "context_line", "post_context",
)  # fmt: skip
IDS = ("request_id", "job_id", "task")


def report_faults(dsn: str, *, environment: str, transport: "type[Transport] | None" = None) -> None:
    """Begin to report faults of requests, tasks, commands and threads; `transport` stands in for the network.

    Raises ImproperlyConfigured for an address that a Sentry cannot have.
    """
    import sentry_sdk  # takes a while, and most portals do without
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.threading import ThreadingIntegration

    from config import __version__

    _refuse_what_is_no_address(dsn)
    sentry_sdk.init(
        dsn=dsn,
        release=f"opora@{__version__}",
        environment=environment,
        transport=transport,
        before_send=without_people,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            AtexitIntegration(callback=_say_nothing),
            # Named by its function, for the address may hold somebody's link.
            DjangoIntegration(transaction_style="function_name"),
            CeleryIntegration(propagate_traces=False),
            DedupeIntegration(),
            ExcepthookIntegration(),
            ThreadingIntegration(propagate_scope=False),
        ],
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        propagate_traces=False,
        enable_metrics=False,
        spotlight=False,
    )


def _refuse_what_is_no_address(dsn: str) -> None:
    from sentry_sdk.utils import Dsn

    try:
        Dsn(dsn)
    except ValueError:  # without its text, which quotes the key
        raise ImproperlyConfigured(
            "SENTRY_DSN is not the address of a Sentry like https://key@sentry.example/1; see .env.example"
        ) from None


def _say_nothing(pending: int, timeout: float) -> None:
    """A command's own words stay alone on the screen while the last reports are sent."""


def without_people(event: "Event", hint: "Hint") -> "Event":
    """The event made anew from what may leave."""
    kept: dict[str, Any] = {name: value for name, value in event.items() if name in KEPT}
    values = event.get("exception", {}).get("values", [])
    kept["exception"] = {"values": [_exception(value) for value in values]}
    context = structlog.contextvars.get_contextvars()
    kept["tags"] = {name: str(context[name]) for name in IDS if context.get(name) is not None}
    return cast("Event", kept)


def _exception(value: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value[name] for name in KEPT_OF_EXCEPTION if value.get(name)}
    frames = (value.get("stacktrace") or {}).get("frames") or []
    kept["stacktrace"] = {
        "frames": [{name: frame[name] for name in KEPT_OF_FRAME if name in frame} for frame in frames]
    }
    return kept
