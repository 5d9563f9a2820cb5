"""Whether the portal lives, and whether visitors may be sent to it: for supervisors, containers and load balancers."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import health


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this process answers, whatever else is broken: to start it again would mend nothing."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when pages and uploads can work, else 503. The broker is told of but not needed: work waits for it."""
    needed = {"database": health.database(), "spool": health.spool()}
    ready = set(needed.values()) == {health.OK}
    answer = {"status": "ready" if ready else "not ready", **needed, "broker": health.broker()}
    return JsonResponse(answer, status=200 if ready else 503)
