"""The rule of a year: its parameters, what it proposes, what another rule would, and the groups over two axes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission
from indicators.models import SchoolValue, StatisticKind
from monitoring.forms.identification import GroupsForm, ParametersForm, RuleForm, SavedGroupsForm
from monitoring.identification.groups import Group, GroupSettings
from monitoring.identification.parameters import FIRST_YEAR_WITHOUT_VPR, VPR_LETTER
from monitoring.identification.rule import Verdict
from monitoring.identification_wording import cut_in_words, group_means, labels_of, rule_facts
from monitoring.models import IdentificationRule
from monitoring.queries.identification_draft import classified_by, draft_of, periods_of_year
from monitoring.queries.identification_pages import FILTERS, proposal_rows, shown, what_if
from monitoring.queries.identification_rule import read_material, rule_in_force, rule_of
from monitoring.services.identification import NothingChanged, keep_rule
from schools.context import current_municipality, current_year
from schools.models import Municipality
from schools.ordering import in_natural_order
from schools.periods import school_year_label

SCHOOLS_A_PAGE = 50
SAME_RULE = "Эти параметры уже действуют: новая версия не нужна."


def place(request: HttpRequest) -> tuple[Municipality, int]:
    municipality = current_municipality(request)
    return municipality, current_year(request, municipality)


def editor_place(request: HttpRequest) -> tuple[Municipality, int]:
    """Drafts speak of every school before anything is decided: they are for those who make the list."""
    municipality, year = place(request)
    if not can_edit(request, municipality):
        raise PermissionDenied
    return municipality, year


def can_edit(request: HttpRequest, municipality: Municipality) -> bool:
    return municipality.allows(request.user, Permission.IDENTIFICATION_EDIT)


def frame_of(request: HttpRequest, municipality: Municipality, year: int, tab: str) -> dict[str, Any]:
    """What every page of the identification has around it."""
    return {
        "tab": tab,
        "municipality": municipality,
        "school_year": year,
        "can_edit": can_edit(request, municipality),
        "query": f"municipality={municipality.slug}&year={year}",
        "letter": VPR_LETTER if year >= FIRST_YEAR_WITHOUT_VPR else "",
    }


def with_query(name: str, municipality: Municipality, year: int) -> str:
    return f"{reverse(name)}?municipality={municipality.slug}&year={year}"


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest) -> HttpResponse:
    """The parameters that hold, all their versions, and a form for the next; parameters in the address fill it."""
    municipality, year = place(request)
    held = rule_in_force(municipality, year)
    if request.method == "POST":
        editor_place(request)
        form = RuleForm(request.POST)
        if form.is_valid():
            try:
                kept = keep_rule(
                    municipality=municipality,
                    school_year=year,
                    parameters=form.parameters(),
                    groups=held.groups,
                    source=form.cleaned_data["source"].strip(),
                    by=request.user,
                )
            except NothingChanged:
                messages.info(request, SAME_RULE)
            else:
                messages.success(request, f"Параметры {school_year_label(year)} сохранены: версия {kept.number}.")
            return redirect(with_query("monitoring:identification_proposal", municipality, year))
    else:
        form = _rule_form(request, held.parameters, held.source)
    versions = IdentificationRule.objects.visible_to(request.user).filter(municipality=municipality, school_year=year)
    context = frame_of(request, municipality, year, "rule") | {
        "rule": held,
        "facts": rule_facts(held.parameters, year),
        "form": form,
        "is_trial": ParametersForm.is_in(request.GET),
        "versions": [
            (row, rule_facts(rule_of(row).parameters, year))
            for row in versions.select_related("created_by").order_by("-number")
        ],
        "last_year": _last_year(municipality, year),
        "editions": municipality.identification_editions.filter(school_year=year).order_by("-number"),
    }
    return render(request, "monitoring/identification/rule.html", context)


def _rule_form(request: HttpRequest, parameters: Any, source: str) -> RuleForm:
    initial = ParametersForm.initial_of(parameters) | {"source": source}
    if ParametersForm.is_in(request.GET):
        tried = ParametersForm(request.GET)
        if tried.is_valid():
            initial = ParametersForm.initial_of(tried.parameters())  # another rule has a source of its own
    return RuleForm(initial=initial)


def _last_year(municipality: Municipality, year: int) -> str:
    """Last year's kept parameters as an address, to be taken over with a source of this year; empty where none is."""
    before = rule_in_force(municipality, year - 1)
    return ParametersForm.query_of(before.parameters) if before.number else ""


@require_safe
def proposal(request: HttpRequest) -> HttpResponse:
    """What the rule says of every school, and how far each is from another finding."""
    municipality, year = editor_place(request)
    draft = draft_of(municipality, year)
    rows = proposal_rows(draft)
    show = request.GET.get("show", "")
    verdicts = [row.one.verdict for row in rows]
    context = frame_of(request, municipality, year, "proposal") | {
        "rule": draft.list.rule,
        "facts": rule_facts(draft.list.rule.parameters, year),
        "page": Paginator(shown(rows, show), SCHOOLS_A_PAGE).get_page(request.GET.get("page")),
        "show": show,
        "filters": FILTERS,
        "school_count": len(rows),
        "proposed_count": verdicts.count(Verdict.MEETS),
        "no_data_count": verdicts.count(Verdict.NOT_ENOUGH_DATA),
        "has_results": any(row.one.procedures for row in rows),
        "trial": ParametersForm.query_of(draft.list.rule.parameters),
    }
    return render(request, "monitoring/identification/proposal.html", context)


@require_safe
def trial(request: HttpRequest) -> HttpResponse:
    """Another rule beside the saved one: who enters and who leaves. Nothing is kept; the address holds it all."""
    municipality, year = editor_place(request)
    held = rule_in_force(municipality, year)
    is_asked = ParametersForm.is_in(request.GET)
    form = (
        ParametersForm(request.GET) if is_asked else ParametersForm(initial=ParametersForm.initial_of(held.parameters))
    )
    context = frame_of(request, municipality, year, "trial") | {"rule": held, "form": form}
    if is_asked and form.is_valid():
        other = form.parameters()
        context |= {
            "found": what_if(municipality, year, held, other),
            "is_same": other == held.parameters,
            "adopt": ParametersForm.query_of(other),
        }
    return render(request, "monitoring/identification/trial.html", context)


# --- Groups


@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: HttpRequest) -> HttpResponse:
    """The groups over two axes; other axes and lines in the address are tried, a POST keeps them."""
    municipality, year = editor_place(request)
    held = rule_in_force(municipality, year)
    choices = _choices(municipality, year)
    if request.method == "POST":
        form: GroupsForm = SavedGroupsForm(request.POST, **choices)
        if "switch_off" in request.POST or form.is_valid():
            settings = None if "switch_off" in request.POST else form.settings()
            source = held.source if settings is None else form.cleaned_data["source"].strip()
            _keep_groups(request, municipality, year, settings, source)
            return redirect(with_query("monitoring:identification_groups", municipality, year))
    elif "result_kind" in request.GET:
        tried_data = request.GET.copy()
        tried_data["source"] = held.source
        form = SavedGroupsForm(tried_data, **choices)
    else:
        initial = SavedGroupsForm.initial_of(held.groups or GroupSettings()) | {"source": held.source}
        form = SavedGroupsForm(initial=initial, **choices)
    tried = form.settings() if form.is_bound and form.is_valid() else held.groups or GroupSettings()
    context = frame_of(request, municipality, year, "groups") | _groups_found(municipality, year, held, tried)
    context |= {"rule": held, "form": form, "is_saved": tried == held.groups}
    return render(request, "monitoring/identification/groups.html", context)


def _keep_groups(
    request: HttpRequest, municipality: Municipality, year: int, settings: GroupSettings | None, source: str
) -> None:
    held = rule_in_force(municipality, year)
    try:
        kept = keep_rule(
            municipality=municipality,
            school_year=year,
            parameters=held.parameters,
            groups=settings,
            source=source,
            by=request.user,
        )
    except NothingChanged:
        messages.info(request, SAME_RULE)
        return
    done = "Группы включены в список" if settings else "Группы в список больше не входят"
    messages.success(request, f"{done}: версия {kept.number} параметров {school_year_label(year)}.")


def _choices(municipality: Municipality, year: int) -> dict[str, Any]:
    """Indicators that say something of schools in this year, and the statistics that schools report."""
    said = SchoolValue.objects.filter(
        indicator__municipality=municipality, period__in=periods_of_year(year), value__isnull=False
    )
    return {
        "indicators": municipality.indicators.filter(pk__in=said.values("indicator")).order_by("position", "pk"),
        "statistics": StatisticKind.objects.of(municipality.pk).filter(level=StatisticKind.Level.SCHOOL),
    }


def _groups_found(municipality: Municipality, year: int, held: Any, settings: GroupSettings) -> dict[str, Any]:
    material = read_material(municipality, year, [held.parameters])
    found = classified_by(settings, municipality, material, material.findings(held.parameters))
    names = {school.pk: school for school in material.schools}
    labels = labels_of(settings)
    return {
        "classified": found,
        "groups": [(labels[group.value], group_means(group), _schools_of(found, group, names)) for group in Group],
        "without_result": in_natural_order(names[pk] for pk in found.without_result),
        "without_condition": in_natural_order(names[pk] for pk in found.without_condition),
        "result_name": _result_name(municipality, settings),
        "condition_name": _condition_name(municipality, settings),
        "result_lines": cut_in_words(settings.result_cut, found.result_lines, found.n),
        "condition_lines": cut_in_words(settings.condition_cut, found.condition_lines, found.n),
    }


def _result_name(municipality: Municipality, settings: GroupSettings) -> str:
    names = dict(municipality.indicators.filter(code__in=settings.indicators).values_list("code", "short_name"))
    chosen = [names.get(code, code) for code in settings.indicators]
    if not chosen:
        return "доля низких результатов всех учтённых процедур, %"
    return chosen[0] if len(chosen) == 1 else f"среднее место между худшей и лучшей школой (0–100): {', '.join(chosen)}"


def _condition_name(municipality: Municipality, settings: GroupSettings) -> str:
    kind = StatisticKind.objects.of(municipality.pk).filter(code=settings.statistic).first()
    return kind.name if kind else "сведения, которых нет среди собираемых"


def _schools_of(found: Any, group: Group, names: dict[int, Any]) -> list[tuple[Any, Any]]:
    return [(names[place.school], place) for place in found.places if place.group is group]
