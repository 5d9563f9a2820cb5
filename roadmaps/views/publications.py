"""What has to be published: programmes, the checklist of one, a line as a form, and the page for the official site."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import once
from roadmaps.forms.publications import FIELDS, PublicationForm, publication_initial
from roadmaps.models import Programme, PublicationItem
from roadmaps.queries.publications import may_publish, programmes_to_publish, publication_lines, site_page
from roadmaps.services.publications import (
    PublicationRefused,
    add_publication,
    change_publication,
    remove_publication,
)
from roadmaps.states import PublicationState
from roadmaps.views.programmes import found_programme
from roadmaps.views.refusals import say_refusal
from schools.context import current_municipality, current_year, show_municipality
from schools.forms.versions import differences


@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    lines = programmes_to_publish(request.user, municipality, timezone.localdate())
    context = {"lines": lines, "total": sum(line.total for line in lines), "overdue": sum(one.overdue for one in lines)}
    return render(request, "roadmaps/publications/programmes.html", context)


@require_safe
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    programme = found_programme(request, pk)
    lines = publication_lines(request.user, programme, timezone.localdate())
    context = {
        "programme": programme,
        "lines": lines,
        "published": sum(line.state is PublicationState.PUBLISHED for line in lines),
        "overdue": sum(line.state is PublicationState.OVERDUE for line in lines),
        "can_edit": may_publish(request.user, programme),
    }
    return render(request, "roadmaps/publications/checklist.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, pk: int) -> HttpResponse:
    return _form_page(request, found_programme(request, pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    item = _found(request, pk)
    return _form_page(request, item.programme, item)


def _found(request: HttpRequest, pk: int) -> PublicationItem:
    visible = PublicationItem.objects.visible_to(request.user)
    item = get_object_or_404(visible.select_related("programme__municipality", "programme__school"), pk=pk)
    show_municipality(request, item.programme.municipality)
    return item


def _form_page(request: HttpRequest, programme: Programme, item: PublicationItem | None) -> HttpResponse:
    if not may_publish(request.user, programme):
        raise PermissionDenied
    initial = publication_initial(item) if item else {}
    form = PublicationForm(request.POST if request.method == "POST" else None, initial=initial)
    changed: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            if item is None:
                add_publication(programme=programme, told=form.told(), by=request.user)
            else:
                seen = form.cleaned_data["version"]
                change_publication(item=item, told=form.told(), seen_version=seen, by=request.user)
        except PublicationRefused as refusal:
            changed = say_refusal(form, refusal, item, lambda: differences(form, item, FIELDS))
        else:
            messages.success(request, "Сохранено.")
            return redirect("roadmaps:checklist", programme.pk)
    context = {"form": form, "programme": programme, "item": item, "changed": changed}
    return render(request, "roadmaps/publications/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first."""
    item = _found(request, pk)
    if not may_publish(request.user, item.programme):
        raise PermissionDenied
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            seen = int(version) if version.isdecimal() else 0
            remove_publication(item=item, seen_version=seen, by=request.user)
        except PublicationRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("roadmaps:edit_publication", item.pk)
        messages.success(request, "Строка убрана из перечня.")
        return redirect("roadmaps:checklist", item.programme_id)
    return render(request, "roadmaps/publications/remove.html", {"item": item, "programme": item.programme})


@require_safe
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """One HTML file that needs nothing else, to be put on the official site."""
    programme = found_programme(request, pk)
    year = current_year(request, programme.municipality)
    page = site_page(request.user, programme, year, timezone.localdate())
    text = render_to_string("roadmaps/publications/site.html", {"page": page})
    response = HttpResponse(text, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="programme-{programme.pk}.html"'
    return response
