"""The pairings that a programme's order sets up."""

import datetime as dt

from config.programmes.fixtures import Fixtures
from mentoring.kinds import Kind
from mentoring.models import Pairing
from mentoring.services.pairings import Facts, PairingTold, make_pairing
from schools.models import Municipality, SchoolRisk


def load_pairings(municipality: Municipality, fixtures: Fixtures) -> int:
    """With the order as their basis, working on the risks that the helped school has activated; those that were loaded
    are left as people have made them since."""
    source = fixtures.source_text("пары школ")
    if not fixtures.has("pairings") or Pairing.objects.filter(municipality=municipality, source=source).exists():
        return 0
    told = fixtures.read("pairings")
    schools = {school.code: school for school in municipality.schools.all()}
    for row in told["pairings"]:
        helped = schools[row["school"]]
        activated = SchoolRisk.objects.filter(school=helped, decision=SchoolRisk.Decision.ACTIVATED)
        facts = Facts(
            starts_on=dt.date.fromisoformat(told["starts_on"]),
            ends_on=dt.date.fromisoformat(told["ends_on"]),
            order_number=told["order"]["number"],
            order_date=dt.date.fromisoformat(told["order"]["date"]),
            aims=told["aims"],
            risks=tuple(activated.order_by("pk")),
        )
        pair = PairingTold(
            Kind(row["kind"]), helped, facts, helping_school=schools[row["helping_school"]], source=source
        )
        make_pairing(told=pair)
    return len(told["pairings"])
