"""Views that somebody keeps by name: made from what is on the screen, renamed, deleted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from roadmaps.forms.saved_views import ViewNameForm
from roadmaps.models import SavedView
from roadmaps.services.seeing import ViewRefused, delete_view, rename_view, save_view
from roadmaps.views.seeing import VIEWS, address_of, asks_for_something, kept_of
from schools.context import current_municipality

TITLES = dict(VIEWS)
LONGEST_QUERY = 2000
NO_SUCH_VIEW = "Такого вида нет или в отборе ошибка: откройте мероприятия, исправьте отбор и сохраните вид оттуда."


@require_safe
def saved_views(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    form = ViewNameForm(request.POST)
    view = request.POST.get("view", "")
    query = kept_of(request.POST.get("query", "")).urlencode()
    if view not in TITLES or len(query) > LONGEST_QUERY or not asks_for_something(request, query):
        form.add_error(None, NO_SUCH_VIEW)
    if form.is_valid():
        name = form.cleaned_data["name"]
        try:
            saved = save_view(municipality=municipality, name=name, view=view, query=query, by=request.user)
        except ViewRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"Вид «{saved.name}» сохранён.")
            return redirect(address_of(saved))
    return _page(request, form, view=view, query=query)


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    saved = _found(request, pk)
    form = ViewNameForm(request.POST)
    if form.is_valid():
        try:
            rename_view(saved=saved, name=form.cleaned_data["name"], by=request.user)
        except ViewRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "Название изменено.")
            return redirect("roadmaps:saved_views")
    return _page(request, renaming=(saved, form))


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    saved = _found(request, pk)
    delete_view(saved=saved)
    messages.success(request, f"Вид «{saved.name}» удалён.")
    return redirect("roadmaps:saved_views")


def _found(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)


def _page(
    request: HttpRequest,
    form: ViewNameForm | None = None,
    *,
    view: str = "",
    query: str = "",
    renaming: tuple[SavedView, ViewNameForm] | None = None,
) -> HttpResponse:
    own = SavedView.objects.visible_to(request.user).filter(municipality=current_municipality(request))
    forms = {renaming[0].pk: renaming[1]} if renaming else {}
    rows = [
        (saved, address_of(saved), TITLES.get(saved.view, ""), forms.get(saved.pk) or _name_form(saved))
        for saved in own
    ]
    context = {"rows": rows, "form": form, "view": view, "query": query}
    is_wrong = bool(form and form.errors) or bool(renaming)
    return render(request, "roadmaps/seen/saved_views.html", context, status=400 if is_wrong else 200)


def _name_form(saved: SavedView) -> ViewNameForm:
    return ViewNameForm(instance=saved, auto_id=f"id_{saved.pk}_%s")
