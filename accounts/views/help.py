"""How to use the portal, by what a person may do in it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import Permission
from accounts.models import reach_of


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    may = {permission.value: bool(reach_of(request.user, permission).touched) for permission in Permission}
    return render(request, "accounts/help.html", {"may": may})
