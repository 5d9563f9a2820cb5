"""The proposal of pairs: nothing is made by itself, a person chooses and fills in the form."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mentoring.forms.proposal import ProposalForm
from mentoring.kinds import Helper
from mentoring.queries.pairings import may_edit
from mentoring.queries.proposal import KINDS, lines_of, proposal_for, subjects_of, town_on
from schools.context import current_municipality
from schools.ordering import in_natural_order

A_PAGE = 30
PARTS = {  # title, whom the form names, what is said where there is nobody
    "schools": (
        "Школы",
        Helper.SCHOOL,
        "В списке года нет резильентных и эффективных школ: внесите их на странице «Идентификация».",
    ),
    "mentors": (
        "Наставники для управленческой команды",
        Helper.MENTOR,
        "Наставников из других школ в списке центра нет.",
    ),
    "curators": ("Кураторы", Helper.MENTOR, "Кураторов в списке центра нет."),
    "tutors": ("Тьюторы для учителей", Helper.MENTOR, "Тьюторов по этому предмету из других школ в списке центра нет."),
}


@require_safe
def proposal(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    if not may_edit(request.user, municipality):
        raise PermissionDenied
    town = town_on(request.user, municipality, timezone.localdate())
    everybody = in_natural_order(town.schools.values())
    form = ProposalForm(request.GET, schools=everybody, subjects=subjects_of(town))
    school, context = form.chosen, {"form": form, "town": town}
    if school is None:
        page = Paginator(town.weak, A_PAGE).get_page(request.GET.get("page"))
        return render(request, "mentoring/proposal.html", context | {"page": page, "lines": lines_of(town, page)})
    found = proposal_for(town, school, form.subject_chosen)
    parts = [
        (title, getattr(found, name), KINDS[name], helper, empty) for name, (title, helper, empty) in PARTS.items()
    ]
    return render(request, "mentoring/proposal.html", context | {"proposal": found, "parts": parts})
