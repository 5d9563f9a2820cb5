"""Which municipality a page of the ground floor is about; `schools.context` lies above."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from accounts.access import Permission
from accounts.models import reach_of
from accounts.queries.people import own_municipalities

KEY = "municipality"  # in addresses and in the session, as the frame remembers it


def municipality_in_view(request: HttpRequest, permission: Permission) -> Any:
    """The one in view, as the frame remembers it; 404 when it is not theirs, 403 without the permission there."""
    own = own_municipalities(request.user)
    named = request.GET.get(KEY)
    if not own or (named and named not in own):
        raise Http404("Такого муниципалитета нет, или он вам не открыт.")
    municipality = own.get(named or request.session.get(KEY, ""), next(iter(own.values())))
    if municipality.pk not in reach_of(request.user, permission).municipalities:
        raise PermissionDenied
    return municipality


def show_municipality(request: HttpRequest, municipality: Any) -> None:
    """A page about one thing is about its municipality, whichever was chosen before: head and links follow."""
    if request.session.get(KEY) != municipality.slug:
        request.session[KEY] = municipality.slug
