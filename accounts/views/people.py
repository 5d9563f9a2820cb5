"""People of a municipality: who they are, inviting them, ending their membership."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission
from accounts.forms import InvitationForm
from accounts.models import Membership
from accounts.queries.people import members
from accounts.services import LetterNotSent, PersonRefused, end_membership, invite_person, send_invitation
from accounts.views.place import municipality_in_view

ON_A_PAGE = 100


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    municipality = municipality_in_view(request, Permission.PEOPLE_MANAGE)
    found = members(user=request.user, municipality_id=municipality.pk)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"municipality": municipality, "page": page})


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    municipality = municipality_in_view(request, Permission.PEOPLE_MANAGE)
    form = InvitationForm(request.POST or None, schools=municipality.schools.all())
    if request.method == "POST" and form.is_valid():
        try:
            membership = _invited(request, form, municipality)
        except PersonRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            _write_to(request, membership)
            return redirect("accounts:people")
    return render(request, "accounts/invite.html", {"municipality": municipality, "form": form})


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    membership = _visible(request, pk)
    try:
        end_membership(membership=membership, by=request.user)
    except PersonRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Участие завершено: {membership.user}, {membership.role_label}.")
    return redirect("accounts:people")


@require_POST
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    _write_to(request, _visible(request, pk))
    return redirect("accounts:people")


def _invited(request: HttpRequest, form: InvitationForm, municipality: Any) -> Membership:
    school = form.cleaned_data["school"]
    return invite_person(
        email=form.cleaned_data["email"],
        full_name=form.cleaned_data["full_name"],
        position=form.cleaned_data["position"],
        role=form.cleaned_data["role"],
        municipality_id=municipality.pk,
        school_id=school.pk if school else None,
        by=request.user,
    )


def _write_to(request: HttpRequest, membership: Membership) -> None:
    try:
        send_invitation(membership=membership, absolute=request.build_absolute_uri)
    except LetterNotSent:
        messages.warning(
            request,
            f"{membership.user}: доступ открыт, но письмо на {membership.user.email} не ушло. "
            "Отправьте его ещё раз из списка; если не поможет, сообщите администратору портала.",
        )
    else:
        messages.success(request, f"{membership.user}: доступ открыт, письмо отправлено на {membership.user.email}.")


def _visible(request: HttpRequest, pk: int) -> Membership:
    visible = Membership.objects.visible_to(request.user).select_related("user", "municipality", "school")
    return get_object_or_404(visible, pk=pk)
