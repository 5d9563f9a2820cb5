"""A row of a roadmap on its form: changed, added, taken out, put back; and what its deadline means as it is typed."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.once import once
from roadmaps.forms.deadlines import DeadlineFields
from roadmaps.forms.rows import Matching, ReasonForm, RowForm, row_initial
from roadmaps.models import Activity, Roadmap
from roadmaps.plans.deadlines import Deadline, Due, in_words, occurrences, outside
from roadmaps.plans.merging import Values, values_at
from roadmaps.queries.editing import FIELD_LABELS, Words, past_of, row_values, words_for
from roadmaps.services.editing import ChangedMeanwhile, Conflict, EditRefused, Seen, may_edit
from roadmaps.services.rows import add_row, edit_row, put_back, remove_row
from schools.context import show_municipality

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class ConflictShown:
    """A field that two have changed, in words; the choice is a radio of the name `choose-<name>`."""

    name: str
    label: str
    was: str
    theirs: str
    by: User | None
    at: Any

    @property
    def choice(self) -> str:
        return f"choose-{self.name}"


def in_conflict(conflicts: tuple[Conflict, ...], words: Words) -> list[ConflictShown]:
    return [
        ConflictShown(
            one.name,
            FIELD_LABELS[one.name],
            words.of(one.name, one.was),
            words.of(one.name, one.theirs),
            one.by,
            one.at,
        )
        for one in conflicts
    ]


def seen_in(request: HttpRequest, form: Any) -> Seen:
    """Which version the person saw, and what they have decided about fields that two have changed."""
    undecided = set(request.POST.getlist("undecided")) & set(FIELD_LABELS)
    chosen = {name: request.POST.get(f"choose-{name}") for name in undecided}
    first = form.cleaned_data.get("first_version") or form.cleaned_data["version"]
    return Seen(
        version=form.cleaned_data["version"],
        undecided={name: first for name, choice in chosen.items() if choice not in (MINE, THEIRS)},
        theirs=frozenset(name for name, choice in chosen.items() if choice == THEIRS),
    )


def editable(request: HttpRequest, roadmap: Roadmap) -> None:
    show_municipality(request, roadmap.municipality)
    if not may_edit(request.user, roadmap):
        raise PermissionDenied


def found_roadmap(request: HttpRequest, pk: int) -> Roadmap:
    visible = Roadmap.objects.visible_to(request.user).select_related("municipality", "school", "programme")
    found = get_object_or_404(visible, pk=pk)
    editable(request, found)
    return found


def found_row(request: HttpRequest, pk: int) -> Activity:
    visible = Activity.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("roadmap__municipality", "roadmap__school", "section"), pk=pk)
    editable(request, found.roadmap)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Whatever is refused, what was typed stays; what two have changed is shown field by field."""
    activity = found_row(request, pk)
    if activity.removed_at is not None and request.method != "POST":  # what was typed comes back with the refusal
        messages.error(request, "Мероприятие исключено из плана: сначала верните его.")
        return redirect(activity)
    return RowPage(request, activity.roadmap, activity).answer()


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, pk: int) -> HttpResponse:
    return RowPage(request, found_roadmap(request, pk), None).answer()


class RowPage:
    """The form of one row, old or new, with the lines of those who answer for it."""

    def __init__(self, request: HttpRequest, roadmap: Roadmap, activity: Activity | None) -> None:
        self.request, self.roadmap, self.activity = request, roadmap, activity
        self.matching = Matching(roadmap)
        self.values: Values = row_values(activity) if activity else {}
        self.conflicts: list[ConflictShown] = []
        self.first_version: int | None = None

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            place = {"place": self.request.GET.get("place", "")}
            version = {"version": self.activity.version} if self.activity else place
            return self.page(*self.filled(self.values, version))
        form, lines = self.sent()
        are_valid = form.is_valid() & lines.is_valid()
        if not are_valid or "preview" in self.request.POST:
            self.keep_undecided()
            return self.page(form, lines)
        typed = form.values() | {"responsible": self.matching.told(lines)}
        return self.saved(form, lines, typed)

    def saved(self, form: RowForm, lines: Any, typed: Values) -> HttpResponse:
        reason = form.cleaned_data.get("reason", "")
        try:
            if self.activity is None:
                made = add_row(roadmap=self.roadmap, typed=typed, reason=reason, by=self.request.user)
                messages.success(self.request, "Мероприятие добавлено.")
                return redirect(made)
            seen = seen_in(self.request, form)
            merged = edit_row(activity=self.activity, typed=typed, seen=seen, reason=reason, by=self.request.user)
        except ChangedMeanwhile as refusal:
            return self.in_conflict(refusal, form)
        except EditRefused as refusal:
            form.add_error(None, str(refusal))
            return self.page(form, lines)
        self.say(merged)
        return redirect(self.activity)

    def say(self, merged: Any) -> None:
        messages.success(self.request, "Сохранено." if merged.mine else "Изменений нет: всё уже так и записано.")
        if merged.theirs:
            labels = ", ".join(FIELD_LABELS[name] for name in merged.theirs)
            messages.info(self.request, f"Пока вы писали, другие изменили: {labels}. Их изменения сохранены.")

    def in_conflict(self, refusal: ChangedMeanwhile, form: RowForm) -> HttpResponse:
        self.conflicts = in_conflict(refusal.conflicts, words_for(self.roadmap))
        self.first_version = form.cleaned_data.get("first_version") or form.cleaned_data["version"]
        place = {
            "place": form.cleaned_data["place"] if "place" in refusal.merged.mine + refusal.merged.conflicts else ""
        }
        told = place | {"version": refusal.version, "reason": form.cleaned_data.get("reason", "")}
        fresh, lines = self.filled(refusal.values, told)
        answer = self.page(fresh, lines, theirs=[FIELD_LABELS[name] for name in refusal.merged.theirs])
        answer.status_code = 409
        return answer

    def keep_undecided(self) -> None:
        """What is to be decided still is, also after a look at the meaning of a deadline."""
        names = set(self.request.POST.getlist("undecided")) & set(FIELD_LABELS)
        first = self.request.POST.get("first_version", "")
        if not names or not first.isdecimal() or self.activity is None:
            return
        self.first_version = int(first)
        self.conflicts = undecided_now(self.activity, self.first_version, names, words_for(self.roadmap))

    def filled(self, values: Values, told: dict[str, Any]) -> tuple[RowForm, Any]:
        if not values:
            return self.form(initial=told), self.matching.lines([])
        initial, kept = row_initial(self.roadmap, values)
        return self.form(initial=initial | told, kept=kept), self.matching.lines(values["responsible"])

    def sent(self) -> tuple[RowForm, Any]:
        kept = row_initial(self.roadmap, self.values)[1] if self.values else None
        told = self.values.get("responsible", [])
        return self.form(self.request.POST, kept=kept), self.matching.lines(told, self.request.POST)

    def form(self, data: Any = None, **kwargs: Any) -> RowForm:
        return RowForm(data, roadmap=self.roadmap, user=self.request.user, activity=self.activity, **kwargs)

    def page(self, form: RowForm, lines: Any, *, theirs: list[str] | None = None) -> HttpResponse:
        context = {
            "roadmap": self.roadmap,
            "activity": self.activity,
            "form": form,
            "lines": lines,
            "conflicts": self.conflicts,
            "first_version": self.first_version,
            "theirs": theirs or [],
            "meaning": meaning_of(form, self.activity),
            "is_new": self.activity is None,
        }
        return render(self.request, "roadmaps/row_form.html", context)


def undecided_now(activity: Activity, version: int, names: set[str], words: Words) -> list[ConflictShown]:
    stored, lines = row_values(activity), list(activity.changes.select_related("by").order_by("pk"))
    before = values_at(version, stored, past_of(lines))
    last = {name: line for line in lines for name in line.before.get("fields", {})}
    return in_conflict(
        tuple(
            Conflict(name, before[name], stored[name], before[name], last[name].by, last[name].at)
            for name in sorted(names)
            if name in stored and name in last
        ),
        words,
    )


# --- What a deadline means


@dataclass(frozen=True)
class MeaningShown:
    """What the portal understands of a deadline, and the times that follow from it."""

    words: str
    times: tuple[Due, ...]
    is_unclear: bool
    is_outside: bool  # none of its dates lies within the plan's term
    kept: tuple[str, ...] = ()  # times that have reports and are no longer asked for: they stay
    moved: str = ""  # the one time whose reports go with it

    @property
    def first_times(self) -> tuple[Due, ...]:
        return self.times[:12]


def meaning_of(form: DeadlineFields, activity: Activity | None) -> MeaningShown | None:
    """None where the form says nothing that can be."""
    told = form.cleaned_data if form.is_bound and hasattr(form, "cleaned_data") else {}
    means = told.get("means")
    if means is None and form.is_bound:
        return None
    try:
        means = means or form.meant(form.initial)
    except (ValueError, TypeError):
        return None
    term = {"starts_on": form.starts_on, "ends_on": form.ends_on}
    times = occurrences(means, **term)
    kept, moved = _what_becomes_of_reports(activity, times)
    return MeaningShown(in_words(means), times, means.needs_person, outside(means, **term), kept, moved)


def _what_becomes_of_reports(activity: Activity | None, times: tuple[Due, ...]) -> tuple[tuple[str, ...], str]:
    if activity is None:
        return (), ""
    stored = list(activity.occurrences.prefetch_related("reports"))
    asked = {due.label for due in times}
    gone = [row for row in stored if row.label not in asked and row.reports.all()]
    if len(stored) == len(times) == 1:
        return (), gone[0].label if gone else ""
    return tuple(row.label for row in gone), ""


@require_safe
def deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """A part of the form: the meaning of what is typed so far."""
    roadmap = found_roadmap(request, pk)
    said = request.GET.get("activity", "")
    activity = roadmap.activities.filter(pk=said).first() if said.isdecimal() and len(said) < 10 else None
    kept = row_initial(roadmap, row_values(activity))[1] if activity else None
    form = TitledDeadline(request.GET, starts_on=roadmap.starts_on, ends_on=roadmap.ends_on, kept=kept)
    form.is_valid()
    problems = [problem for name in ("first_day", "last_day", "meaning") for problem in form.errors.get(name, [])]
    context = {"meaning": meaning_of(form, activity), "problems": problems}
    return render(request, "roadmaps/_meaning.html", context)


class TitledDeadline(DeadlineFields):
    """With the title, which may say how often: «Цикл ежемесячных ВКС»."""

    def understood(self, told: dict[str, Any]) -> Deadline:
        return super().understood(told | {"title": self.data.get("title", "")})


# --- Taken out, put back


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    activity = found_row(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        seen = int(version) if version.isdecimal() and len(version) < 10 else -1
        try:
            remove_row(activity=activity, seen_version=seen, reason=form.cleaned_data["reason"], by=request.user)
        except EditRefused as refusal:
            form.add_error(None, str(refusal))
            activity = found_row(request, pk)
        else:
            messages.success(request, "Мероприятие исключено из плана. Отчёты по нему сохранены.")
            return redirect(activity.roadmap)
    reports = sum(occurrence.reports.count() for occurrence in activity.occurrences.all())
    context = {"form": form, "activity": activity, "reports": reports}
    return render(request, "roadmaps/remove.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    activity = found_row(request, pk)
    form = ReasonForm(request.POST or None, is_asked=activity.roadmap.state == Roadmap.State.APPROVED)
    if request.method == "POST" and form.is_valid():
        try:
            put_back(activity=activity, reason=form.cleaned_data["reason"], by=request.user)
        except EditRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Мероприятие снова в плане, в конце своего раздела.")
            return redirect(activity)
    return render(request, "roadmaps/put_back.html", {"form": form, "activity": activity})
