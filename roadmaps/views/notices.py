"""What a person was told, how they want to be told, and the log of the municipality."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from accounts.models import User
from roadmaps.forms.notices import LogForm, NoticeSettingsForm
from roadmaps.models import Notice
from roadmaps.notices.kinds import Mail, Rhythm
from roadmaps.queries.notices import LogFilters, kinds_for, log_of, notices_of, page_of, settings_of, unread_count
from roadmaps.services.notices import choose, read, read_all, unsubscribe
from roadmaps.unsubscribing import read_token
from schools.context import current_municipality, municipality_if_any, show_municipality

NOTICES_A_PAGE, LINES_A_PAGE = 30, 50
OF_PAGE = ("municipality", "occurrence__activity", "comment__activity", "assignment", "review")


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    municipality = municipality_if_any(request)
    found = notices_of(request.user, municipality)
    is_all = request.GET.get("show") == "all"
    unread = unread_count(request.user, municipality)
    shown = found if is_all else found.unread()
    context = {
        "page": Paginator(shown, NOTICES_A_PAGE).get_page(request.GET.get("page")),
        "unread": unread,
        "is_all": is_all,
        "has_older": is_all or found.exists(),
        "settings": settings_of(request.user),
        "municipality": municipality,
    }
    return render(request, "roadmaps/notices/list.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """On to what it is about; opened, it is read."""
    told = Notice.objects.told_to(request.user)
    found = get_object_or_404(told.select_related(*OF_PAGE), pk=pk)
    show_municipality(request, found.municipality)
    read(notice=found)
    if address := page_of(found):
        return redirect(address)
    messages.warning(request, f"«{found.subject}»: этого больше нет.")
    return redirect("roadmaps:notices")


@require_POST
def read_notice(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Notice.objects.told_to(request.user).select_related("municipality"), pk=pk)
    show_municipality(request, found.municipality)
    read(notice=found)
    return redirect("roadmaps:notices")


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    if read_all(user=request.user, municipality=municipality_if_any(request)):
        messages.success(request, "Все уведомления отмечены прочитанными.")
    return redirect("roadmaps:notices")


@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    kept, municipality = settings_of(request.user), municipality_if_any(request)
    form = NoticeSettingsForm(request.POST or None, kinds=kinds_for(request.user), kept=kept)
    if request.method == "POST" and form.is_valid():
        choose(user=request.user, **form.told)
        messages.success(request, "Сохранено: портал будет писать вам так.")
        return redirect("roadmaps:notices")
    context = {"form": form, "municipality": municipality}
    return render(request, "roadmaps/notices/settings.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_letters(request: HttpRequest, key: str) -> HttpResponse:
    """From a letter, without logging in. Opening the address changes nothing: mail programs open links unasked."""
    asked = read_token(key)
    user = User.objects.filter(pk=asked.user_id, is_active=True).first() if asked else None
    if asked is None or user is None:
        raise Http404("Ссылка из письма не подходит: откройте её целиком или измените настройки на портале.")
    context = {"kinds": asked.kinds, "is_done": False}
    if request.method == "POST":
        is_all = request.POST.get("what") == "all"
        unsubscribe(user=user, kinds=None if is_all else asked.kinds)
        context |= {"is_done": True, "is_all": is_all}
    else:
        context["gets_none"] = settings_of(user).rhythm == Rhythm.NEVER
    return render(request, "roadmaps/notices/unsubscribe.html", context)


@require_safe
def notice_log(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    if not municipality.allows(request.user, Permission.PEOPLE_MANAGE):
        raise PermissionDenied
    form = LogForm(request.GET)
    form.is_valid()
    lines = log_of(
        request.user, municipality, LogFilters(**{name: form.cleaned_data.get(name) for name in form.fields})
    )
    whole = log_of(request.user, municipality, LogFilters())
    context = {
        "municipality": municipality,
        "form": form,
        "page": Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("page")),
        "failed": whole.filter(mail__in=[Mail.FAILED, Mail.UNKNOWN]).count(),
        "waiting": whole.filter(mail=Mail.WAITING).count(),
    }
    return render(request, "roadmaps/notices/log.html", context)
