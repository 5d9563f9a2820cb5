"""One programme from its fixtures into the portal, in the foreground."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import audit
from config.programmes import content
from config.programmes.fixtures import Fixtures, portal_indicators, statistic_kinds
from config.programmes.mentoring import load_mentoring
from config.programmes.pairings import load_pairings
from config.programmes.passport import load_passport
from config.programmes.results import load_results
from config.programmes.scores import load_score_criteria
from indicators.engine import recompute
from indicators.services.catalogue import load_catalogue, load_statistic_kinds
from indicators.services.counting import count_up_to
from indicators.services.recompute import recompute_now
from schools.models import Municipality
from schools.periods import PeriodKind

Part = Callable[[Municipality, Fixtures], int]
BEFORE_CATALOGUE: dict[str, Part] = {
    "schools": content.load_schools,
    "programmes": content.load_programme_text,
    "roadmaps": content.load_roadmap,
    "decisions": content.load_decision,
    "publications": content.load_publications,
    "identifications": content.load_identification,
    "risks": content.load_risks,
    "pairings": load_pairings,
    "mentoring": load_mentoring,
    "score_criteria": load_score_criteria,
    "objectivity": content.load_objectivity,
    "statistics": content.load_statistics,
}
AFTER_CATALOGUE: dict[str, Part] = {
    "passports": load_passport,
    "targets": content.load_targets,
    "note_texts": content.load_note_texts,
}


@dataclass
class Loaded:
    """What loading added, or why it was refused."""

    programme: str
    added: dict[str, int] = field(default_factory=dict)
    problem: str = ""

    @property
    def is_loaded(self) -> bool:
        return not self.problem

    def to_json(self) -> dict[str, Any]:
        return {"programme": self.programme, "loaded": self.is_loaded, "added": self.added, "problem": self.problem}


def load_municipality(slug: str) -> Municipality:
    """The municipality alone."""
    municipality, is_new = content.load_municipality(Fixtures(slug))
    if is_new:
        audit("municipality_loaded", municipality, by=None, municipality_id=municipality.pk)
    return municipality


def load_programme(slug: str, *, with_results: bool = True) -> Loaded:
    """Add what is missing; loading again changes nothing, and what people have corrected stays."""
    fixtures = Fixtures(slug)
    try:
        municipality, added = _load_content(fixtures)
        if with_results:
            added["spreadsheets"] = load_results(municipality, fixtures)
    except content.FixturesRefused as refusal:
        return Loaded(slug, problem=str(refusal))
    if any(added.values()) or recompute(municipality.pk, check=True).differences:
        recompute_now(municipality_id=municipality.pk)
    return Loaded(slug, added)


@transaction.atomic
def _load_content(fixtures: Fixtures) -> tuple[Municipality, dict[str, int]]:
    municipality = load_municipality(fixtures.slug)
    load_statistic_kinds(statistic_kinds())
    added = {name: part(municipality, fixtures) for name, part in BEFORE_CATALOGUE.items()}
    added["indicators"] = load_catalogue(municipality=municipality, rows=catalogue_of(municipality, fixtures))
    added |= {name: part(municipality, fixtures) for name, part in AFTER_CATALOGUE.items()}
    yesterday = timezone.localdate(timezone=municipality.zone) - dt.timedelta(days=1)
    count_up_to(municipality=municipality, day=yesterday, recompute_later=False)
    if any(added.values()):
        audit("programme_loaded", municipality, by=None, municipality_id=municipality.pk, **added)
    return municipality, added


def catalogue_of(municipality: Municipality, fixtures: Fixtures) -> list[Mapping[str, Any]]:
    """The programme's passports and behind them those of the portal, by its periods; records count at no dates."""
    by_date = municipality.period_kind == PeriodKind.DATE
    kind = PeriodKind.SCHOOL_YEAR.value if by_date else municipality.period_kind
    return [*fixtures.read("indicators"), *(row | {"period_kind": kind} for row in portal_indicators())]
