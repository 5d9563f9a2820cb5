"""The criteria of score sheets, where the programme's document prints them."""

from config.programmes.fixtures import Fixtures
from mentoring.score_templates import score_templates
from mentoring.services.score_criteria import begin_criteria
from schools.models import Municipality


def load_score_criteria(municipality: Municipality, fixtures: Fixtures) -> int:
    """Kinds of sheets that got their criteria; those that have any are left as people have made them since."""
    if not fixtures.has("scores"):
        return 0
    return begin_criteria(municipality=municipality, school_year=score_templates().school_year, by=None)
