"""What the portal makes of the word of the proxies before it about where a visitor comes from."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

logger = structlog.get_logger("portal.proxies")
HEADER = "HTTP_X_FORWARDED_FOR"


def visitors_address(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: fewer addresses than TRUSTED_PROXIES counts are not believed at all.

    Which of them a proxy wrote and which the visitor made up cannot be told then. The nearest proxy's own address
    cannot be made up, so limits count by that one, for all visitors together, and the log says what to correct.
    """
    told = False

    def middleware(request: HttpRequest) -> HttpResponse:
        nonlocal told
        addresses = request.META.get(HEADER, "")
        found, counted = len(addresses.split(",")), settings.ALLAUTH_TRUSTED_PROXY_COUNT
        if addresses and found < counted:
            del request.META[HEADER]
            if not told:
                told = True
                logger.warning("TRUSTED_PROXIES is larger than there are proxies", said=counted, found=found)
        return get_response(request)

    return middleware
