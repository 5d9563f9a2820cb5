"""Programmes: their list, the passport of one, its parts as forms, and the way from a draft to an order."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from accounts.once import once
from roadmaps.forms.passport import Bench, NewProgrammeForm, OrderForm, choices_of, seal, unseal
from roadmaps.models import Programme, ProgrammeEdition, Review, Roadmap
from roadmaps.passport.parts import Line, Part
from roadmaps.queries.editions import NOW, comparison, editions_of
from roadmaps.queries.passport import content_of, in_words, lines_of, passport_shown
from roadmaps.queries.stages import stages_of
from roadmaps.queries.tables import roadmap_lines
from roadmaps.services import passport as services
from roadmaps.services.passport import Order, PassportChanged, PassportRefused
from roadmaps.states import PROGRAMME_MOVES, ProgrammeState
from roadmaps.views.refusals import say_at_field
from schools.context import current_municipality, show_municipality

MOVES = {
    "agree": (services.agree, "Программа согласована: теперь её можно утвердить приказом."),
    "back": (services.back_to_draft, "Программа снова проект: её можно править."),
    "amend": (services.amend, "Вносите изменения: действующая редакция сохранена и останется прежней."),
    "give_up": (services.give_up_amendment, "Изменения отменены: действует прежняя редакция."),
}


def found_programme(request: HttpRequest, pk: int) -> Programme:
    visible = Programme.objects.visible_to(request.user).select_related("municipality", "school", "changed_by")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    return found


def _typed(request: HttpRequest) -> Any:
    """Of a form that was sent, be it empty."""
    return request.POST if request.method == "POST" else None


def _runs(programme: Programme) -> bool:
    """By an order, and in one of its years."""
    is_approved = programme.status in (Programme.Status.APPROVED, Programme.Status.AMENDED)
    return is_approved and programme.starts_in <= timezone.localdate().year <= programme.ends_in


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    visible = Programme.objects.visible_to(request.user).filter(municipality=municipality).select_related("school")
    programmes = list(visible)
    context = {
        "municipal": [programme for programme in programmes if programme.school is None],
        "of_schools": [programme for programme in programmes if programme.school is not None],
        "in_force": sum(_runs(programme) for programme in programmes),
        "can_edit": municipality.allows(request.user, Permission.PLANS_EDIT),
    }
    return render(request, "roadmaps/programmes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    """A draft with its title and years; the passport follows."""
    municipality = current_municipality(request)
    if not municipality.allows(request.user, Permission.PLANS_EDIT):
        raise PermissionDenied
    form = NewProgrammeForm(_typed(request), municipality=municipality, user=request.user)
    if request.method == "POST" and form.is_valid():
        head = dict(form.cleaned_data)
        school = head.pop("school")
        try:
            made = services.make_programme(municipality=municipality, school=school, head=head, by=request.user)
        except PassportRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Проект программы создан. Заполните паспорт: цель, задачи, этапы.")
            return redirect(made)
    return render(request, "roadmaps/programme_new.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_programme(request, pk)
    roadmaps = Roadmap.objects.visible_to(request.user).filter(programme=found)
    can_edit = services.may_edit(request.user, found)
    state = ProgrammeState(found.status)
    allowed = {Permission.PLANS_EDIT: can_edit, Permission.PLANS_APPROVE: services.may_approve(request.user, found)}
    context = {
        "programme": found,
        "passport": passport_shown(request.user, found, content_of(found)),
        "can_edit": can_edit,
        "writable": [part for part in Part if can_edit and services.is_writable(found, part)],
        "moves": {
            after.value for (before, after), right in PROGRAMME_MOVES.items() if before is state and allowed[right]
        },
        "editions": found.editions.count(),
        "grew_from": found.grew_from.select_related("factor"),
        "reviews": Review.objects.visible_to(request.user).filter(programme=found).select_related("expertise"),
        "stages": stages_of(request.user, found, timezone.localdate()),
        "roadmaps": roadmap_lines(roadmaps, timezone.localdate()),
    }
    return render(request, "roadmaps/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """The lines of one part. Buttons that add, move or take out change only the page; «Сохранить» writes all of it."""
    found = found_programme(request, pk)
    if part not in set(Part):
        raise Http404("В паспорте нет такого раздела.")
    if not services.may_edit(request.user, found):
        raise PermissionDenied
    of_part, choices = Part(part), choices_of(request.user, found, Part(part))
    if not services.is_writable(found, of_part):
        messages.error(request, services.CLOSED[ProgrammeState(found.status)])
        return redirect(found)
    if request.method != "POST":
        lines = lines_of(found, of_part)
        return _edit_page(request, Bench.stored(found, of_part, choices, lines), lines)
    seen = unseal(request.POST.get("seen", ""))
    bench = Bench.typed(found, of_part, choices, request.POST, seen)
    verb = request.POST.get("do", "save")
    if verb != "save":
        return _edit_page(request, bench.after(verb), seen, is_unsaved=True)
    return _saved(request, bench, seen)


def _saved(request: HttpRequest, bench: Bench, seen: list[Line]) -> HttpResponse:
    found = bench.programme
    if not bench.is_valid():
        return _edit_page(request, bench, seen, is_unsaved=True, status=400)
    try:
        services.save_part(programme=found, part=bench.part, lines=bench.lines(), seen=seen, by=request.user)
    except PassportChanged as refusal:
        shown = {"refusal": refusal, "changes": in_words(found, refusal.changes)}
        return _edit_page(request, bench, refusal.stored, is_unsaved=True, status=409, **shown)
    except PassportRefused as refusal:
        return _edit_page(request, bench, seen, is_unsaved=True, status=409, refusal=refusal)
    messages.success(request, f"Сохранено: {bench.part.label.lower()}.")
    return redirect(f"{found.get_absolute_url()}#{bench.part}")


def _edit_page(
    request: HttpRequest, bench: Bench, seen: list[Line], *, is_unsaved: bool = False, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "programme": bench.programme,
        "bench": bench,
        "seen": seal(seen),
        "is_unsaved": is_unsaved,
        "words": PART_WORDS[bench.part],
        **more,
    }
    return render(request, "roadmaps/passport_part.html", context, status=status)


# One line, and how to add one.
PART_WORDS = {
    Part.HEAD: ("Паспорт", ""),
    Part.TASKS: ("Цель или задача", "Добавить цель или задачу"),
    Part.STAGES: ("Этап", "Добавить этап"),
    Part.RESULTS: ("Результат", "Добавить результат"),
    Part.PARTICIPANTS: ("Участник", "Добавить участника"),
    Part.RISKS: ("Риск", "Добавить риск"),
    Part.MONEY: ("Строка расходов", "Добавить строку расходов"),
}


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """To another state, where no order is needed."""
    found = found_programme(request, pk)
    verb = request.POST.get("do", "")
    if verb not in MOVES:
        raise Http404("Такого действия нет.")
    is_allowed = services.may_approve if verb == "give_up" else services.may_edit
    if not is_allowed(request.user, found):
        raise PermissionDenied
    act, said = MOVES[verb]
    try:
        act(programme=found, seen_version=seen_version(request), by=request.user)
    except PassportRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(found)


def seen_version(request: HttpRequest) -> int:
    """Which version the person saw; -1, which none has, where the form does not say."""
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 10 else -1


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """By an order, with its number and date."""
    found = found_programme(request, pk)
    if not services.may_approve(request.user, found):
        raise PermissionDenied
    if (ProgrammeState(found.status), ProgrammeState.APPROVED) not in PROGRAMME_MOVES:
        messages.error(request, services.NOT_NOW.format(state=found.get_status_display()))
        return redirect(found)
    is_amendment = found.status == Programme.Status.AMENDED
    initial: dict[str, Any] = {"version": found.version}
    if not is_amendment:
        initial |= {"order_number": found.order_number, "order_date": found.order_date}
    form = OrderForm(_typed(request), initial=initial, is_amendment=is_amendment)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        order = Order(said["order_number"], said["order_date"], said.get("reason", ""))
        try:
            services.approve(programme=found, order=order, seen_version=said["version"], by=request.user)
        except PassportRefused as refusal:
            say_at_field(form, refusal)
        else:
            messages.success(request, f"Программа утверждена приказом № {order.number}: редакция сохранена.")
            return redirect(found)
    context = {"form": form, "programme": found, "is_amendment": is_amendment}
    return render(request, "roadmaps/programme_approve.html", context, status=400 if form.errors else 200)


@require_safe
def editions(request: HttpRequest, pk: int) -> HttpResponse:
    """All of them, and what changed from one to another: the last against the one before it unless asked otherwise."""
    found = found_programme(request, pk)
    known = editions_of(found)
    before, after = _asked(request, known)
    compared = comparison(found, known, before, after) if known else None
    if known and compared is None:
        raise Http404("Такой редакции нет.")
    context = {
        "programme": found,
        "editions": known,
        "compared": compared,
        "before": before,
        "after": after,
        "now": NOW,
    }
    return render(request, "roadmaps/editions.html", context)


def _asked(request: HttpRequest, known: list[ProgrammeEdition]) -> tuple[int, int]:
    def number(name: str, otherwise: int) -> int:
        said = request.GET.get(name, "")
        return int(said) if said.isdecimal() and len(said) < 6 else otherwise

    last = known[0].number if known else NOW
    after = number("after", NOW if len(known) == 1 else last)
    return number("before", last if after == NOW else max(after - 1, 1)), after


@require_safe
def edition(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The passport as it was approved."""
    found = found_programme(request, pk)
    of_number = get_object_or_404(found.editions.select_related("approved_by"), number=number)
    last = found.editions.order_by("-number").values_list("number", flat=True).first()
    context = {
        "programme": found,
        "edition": of_number,
        "is_in_force": of_number.number == last,
        "passport": passport_shown(request.user, found, of_number.content),
    }
    return render(request, "roadmaps/edition.html", context)
