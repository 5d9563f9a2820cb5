"""A form that makes something makes it once, however often it is sent: a double click, a page gone back to.

`{% once %}` gives each form a key as it is drawn; the view behind `once` answers a key with the same content only once
and leads whoever sends it again to what was made. The key is kept in the database, so all web processes know it; a
second request that comes at the same time waits there for the first.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import SentForm

FIELD = "once"
DAYS = 30  # a page that somebody goes back to later than that is a form of its own
SENT_ALREADY = "Эта форма уже отправлена: вот что по ней создано. Чтобы создать ещё, откройте форму заново."


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view that makes something out of a form and then redirects to it. Any other answer (a refusal, a preview)
    has made nothing, so the form may be sent again as it is."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or not request.POST.get(FIELD) or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            SentForm.objects.filter(user=request.user.pk, at__lt=timezone.now() - timedelta(days=DAYS)).delete()
            sent, is_first = SentForm.objects.get_or_create(user_id=request.user.pk, digest=_digest(request))
            if not is_first:
                messages.info(request, SENT_ALREADY)
                return redirect(sent.address)
            response = view(request, *args, **kwargs)
            if response.status_code == 302:
                sent.address = response["Location"]
                sent.save(update_fields=["address"])
            else:
                sent.delete()
            return response

    answered.is_once = True  # type: ignore[attr-defined]  # for the test that its form has a key
    return answered


def new_key() -> str:
    return secrets.token_urlsafe(16)


def _digest(request: HttpRequest) -> str:
    """Of the key with all that was typed: who goes back and changes something means another thing."""
    typed = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, file.name, file.size) for name, each in request.FILES.lists() for file in each)
    return hashlib.sha256(json.dumps([request.get_full_path(), typed, files]).encode()).hexdigest()
