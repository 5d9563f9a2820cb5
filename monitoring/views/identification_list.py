"""From decisions to the published list of a year, its editions, and how schools went through the years."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.forms.identification import DecisionsForm, PublicationForm
from monitoring.identification_wording import labels_of
from monitoring.models import IdentificationEdition
from monitoring.queries.identification_decisions import decision_lines
from monitoring.queries.identification_draft import Draft, draft_of
from monitoring.queries.identification_edition import edition_of, editions_seen, publication_of
from monitoring.queries.identification_history import VIEWS, history_page
from monitoring.services.identification import AlreadyPublished, ListChanged, Unexplained, decide, publish
from monitoring.views.identification import SCHOOLS_A_PAGE, editor_place, frame_of, place
from schools.context import show_municipality
from schools.models import Category
from schools.periods import school_year_label
from schools.wording import day, moment

EDITIONS_A_PAGE = 50
WHICH = {
    "": "все школы",
    "list": "предложенные, включённые и бывшие в списке",
    "differs": "решение расходится с предложением",
}


@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request: HttpRequest) -> HttpResponse:
    """A draft, page by page: nothing is published by it."""
    municipality, year = editor_place(request)
    draft = draft_of(municipality, year)
    if request.method != "POST":
        page = _page(draft, request)
        return _decisions(request, draft, page, DecisionsForm(lines=decision_lines(draft, page.object_list)))
    asked = set(request.POST.getlist("school"))
    lines = decision_lines(draft, [one for one in draft.list.schools if str(one.school) in asked])
    form = DecisionsForm(request.POST, lines=lines)
    if form.is_valid():
        said = form.said()
        others = decide(municipality=municipality, school_year=year, said=said, by=request.user)
        if not others:
            count = len({one.school.pk for one in said})
            messages.success(request, f"Черновик сохранён. Изменено решений по школам: {count}.")
            return redirect(f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path)
        fresh = decision_lines(draft_of(municipality, year), [line.one for line in lines])
        form = form.with_what_others_decided(fresh, {(row.school_id, row.category) for row in others})
    return _decisions(request, draft, _page(draft, request), form)


def _page(draft: Draft, request: HttpRequest) -> Any:
    kept = [one for one in draft.list.schools if _is_shown(one, draft, request.GET.get("show", ""))]
    return Paginator(kept, SCHOOLS_A_PAGE).get_page(request.GET.get("page"))


def _is_shown(one: Any, draft: Draft, show: str) -> bool:
    if show == "list":
        return bool(one.proposed or one.included or one.before or draft.listed.get(one.school))
    return bool(one.differs) if show == "differs" else True


def _decisions(request: HttpRequest, draft: Draft, page: Any, form: DecisionsForm) -> HttpResponse:
    municipality, year = editor_place(request)
    context = frame_of(request, municipality, year, "decisions") | {
        "page": page,
        "form": form,
        "lines": form.asked(),
        "show": request.GET.get("show", ""),
        "which": WHICH,
        "included_count": sum(bool(one.included) for one in draft.list.schools),
        "differs_count": sum(bool(one.differs) for one in draft.list.schools),
        "labels": labels_of(draft.list.rule.groups),
    }
    return render(request, "monitoring/identification/decisions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest) -> HttpResponse:
    """Who enters and leaves by the order, and the order itself."""
    municipality, year = editor_place(request)
    form = PublicationForm(request.POST or None, school_year=year)
    if request.method == "POST" and form.is_valid():
        try:
            edition = publish(municipality=municipality, school_year=year, by=request.user, **form.cleaned_data)
        except AlreadyPublished as refusal:
            form.add_error(None, _published_meanwhile(refusal.edition))
        except ListChanged:
            form.add_error(
                None,
                "Ничего не опубликовано: пока страница была открыта, изменились результаты, параметры, решения или "
                "нынешний список. Ниже — список, каким он стал; номер и дата приказа, которые вы вписали, остались. "
                "Проверьте список и опубликуйте ещё раз.",
            )
        except Unexplained as unexplained:
            form.add_error(None, f"Решение расходится с предложением и не объяснено: {unexplained}. Впишите основания.")
        else:
            messages.success(
                request,
                f"Список {school_year_label(year)} опубликован: редакция {edition.number}. Показатели пересчитываются.",
            )
            return redirect(edition)
    found = publication_of(municipality, year)  # only now: whoever is refused has to see what is there today
    context = frame_of(request, municipality, year, "publication") | {"found": found, "form": form}
    return render(request, "monitoring/identification/publication.html", context, status=400 if form.errors else 200)


def _published_meanwhile(row: IdentificationEdition) -> str:
    who = f"{row.published_by}, " if row.published_by else ""
    return (
        f"Новая редакция не создана: пока страница была открыта, этот список уже опубликован — редакция {row.number}, "
        f"приказ № {row.order_number} от {day(row.order_date)} ({who}{moment(row.published_at)}). Если это тот же "
        "приказ, делать больше ничего не нужно. Если ваш приказ изменяет список, проверьте ниже, чем он отличается от "
        f"опубликованного, и опубликуйте ещё раз: он станет редакцией {row.number + 1}. Номер и дата, которые вы "
        "вписали, остались."
    )


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """Orders about the lists of all years, each with its edition: for whoever sees the lists."""
    municipality, year = place(request)
    published = editions_seen(request.user, municipality)
    context = frame_of(request, municipality, year, "editions") | {
        "page": Paginator(published, EDITIONS_A_PAGE).get_page(request.GET.get("page"))
    }
    return render(request, "monitoring/identification/editions.html", context)


@require_safe
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition as it was published, as much of it as this person sees."""
    row = get_object_or_404(
        IdentificationEdition.objects.visible_to(request.user).select_related("municipality", "published_by"), pk=pk
    )
    show_municipality(request, row.municipality)
    found = edition_of(request.user, row)
    context = frame_of(request, row.municipality, row.school_year, "editions") | {
        "edition": row,
        "found": found,
        "page": Paginator(found.rows, SCHOOLS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "monitoring/identification/edition.html", context)


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Entry, stay and exit of every school over the years."""
    municipality, year = place(request)
    view = request.GET.get("view", "")
    if view not in VIEWS:
        view = Category.LOW_RESULTS.value
    found = history_page(user=request.user, municipality=municipality, view=view)
    context = frame_of(request, municipality, year, "history") | {
        "found": found,
        "page": Paginator(found.rows, SCHOOLS_A_PAGE).get_page(request.GET.get("page")),
        "view": view,
        "views": [(code, label) for code, (label, _) in VIEWS.items()],
    }
    return render(request, "monitoring/identification/history.html", context)
