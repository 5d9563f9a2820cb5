"""How a municipality tells its people: words of each kind, the clock, events."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import Permission
from roadmaps.forms.notices import RulesForm, WordsForm
from roadmaps.models import NoticeRules
from roadmaps.notices.kinds import KIND_HINTS, Kind
from roadmaps.notices.words import PLACES, PLACES_OF, STANDARD, filled, sample_of
from roadmaps.queries.notices import words_of
from roadmaps.services.notice_rules import RulesChanged, decide, write_words
from schools.context import current_municipality
from schools.forms.versions import show_version
from schools.models import Municipality
from schools.time_zones import TIME_ZONES


def _municipality(request: HttpRequest) -> Municipality:
    municipality = current_municipality(request)
    if not municipality.allows(request.user, Permission.PEOPLE_MANAGE):
        raise PermissionDenied
    return municipality


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    municipality = _municipality(request)
    kept = NoticeRules.objects.filter(municipality=municipality).first() or NoticeRules()
    usual = dict(TIME_ZONES).get(settings.TIME_ZONE, settings.TIME_ZONE)
    initial = {"time_zone": municipality.time_zone, "event_days": kept.event_days, "version": kept.version}
    form = RulesForm(request.POST or None, initial=initial, usual_zone=usual)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        told: dict[str, Any] = {"time_zone": said["time_zone"], "event_days": said["event_days"]}
        try:
            decide(municipality=municipality, seen_version=said["version"], by=request.user, **told)
        except RulesChanged as refusal:
            kept = NoticeRules.objects.get(municipality=municipality)
            municipality.refresh_from_db()
            show_version(form, kept.version)
            form.add_error(None, f"{refusal} Сохранено: {kept.event_days} дн., {municipality.zone_label}.")
        else:
            messages.success(request, "Правила уведомлений сохранены.")
            return redirect("roadmaps:notice_rules")
    context = {"municipality": municipality, "form": form, "kinds": words_of(municipality)}
    return render(request, "roadmaps/notices/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, kind: str) -> HttpResponse:
    """Write the words of a kind, look at them filled in, or go back to the standard ones."""
    municipality = _municipality(request)
    if kind not in set(Kind):
        raise Http404("Таких уведомлений нет.")
    told_of = Kind(kind)
    stored = next(one for one in words_of(municipality) if one.kind is told_of)
    version = stored.own.version if stored.own else 0
    initial = {"subject": stored.words.subject, "text": stored.words.text, "version": version}
    form, shown, conflict = WordsForm(initial=initial, kind=told_of), stored.words, None
    if request.method == "POST":
        form = WordsForm(_sent(request, told_of), kind=told_of)
        shown = None
        if form.is_valid():
            shown = form.words
            if "preview" not in request.POST:
                if _kept(request, form, municipality, told_of):
                    return redirect("roadmaps:notice_rules")
                conflict = next(one for one in words_of(municipality) if one.kind is told_of)
                now_version = conflict.own.version if conflict.own else 0
                show_version(form, now_version)
    context = {
        "municipality": municipality,
        "kind": told_of,
        "hint": KIND_HINTS[told_of],
        "form": form,
        "own": stored.own,
        "version": version,
        "places": [(f"{{{name}}}", PLACES[name]) for name in PLACES_OF[told_of]],
        "sample": filled(shown, *sample_of(told_of)) if shown else None,
        "conflict": conflict,
    }
    return render(request, "roadmaps/notices/words.html", context)


def _sent(request: HttpRequest, kind: Kind) -> Any:
    """What the form says, or the standard words when they are asked for."""
    if "standard" not in request.POST:
        return request.POST
    standard = STANDARD[kind]
    return {"subject": standard.subject, "text": standard.text, "version": request.POST.get("version", "")}


def _kept(request: HttpRequest, form: WordsForm, municipality: Municipality, kind: Kind) -> bool:
    seen = form.cleaned_data["version"]
    try:
        write_words(municipality=municipality, kind=kind, words=form.words, seen_version=seen, by=request.user)
    except RulesChanged as refusal:
        form.add_error(None, str(refusal))
        return False
    is_standard = form.words == STANDARD[kind]
    messages.success(request, "Теперь портал пишет стандартными словами." if is_standard else "Текст сохранён.")
    return True
