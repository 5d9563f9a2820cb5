"""The passport of a programme from its fixtures: what the document prints besides the aim and the tasks."""

from typing import Any

from config.programmes.content import FixturesRefused, loaded_programmes
from config.programmes.fixtures import Fixtures
from roadmaps.models import Programme, ProgrammeTask
from roadmaps.passport.parts import Line, Part
from roadmaps.queries.passport import lines_of
from roadmaps.services.passport import PassportRefused, freeze, write_part
from schools.models import Municipality

AS_PRINTED = (Part.STAGES, Part.RESULTS, Part.PARTICIPANTS, Part.RISKS)
REASON = "Как в документе"


def load_passport(municipality: Municipality, fixtures: Fixtures) -> int:
    """Its lines, the indicators of each task, and all of it as the first edition. A programme that has an edition, or
    that people have written in, is left as it is. Comes after the catalogue, which says what an indicator serves."""
    programme = loaded_programmes(municipality, fixtures).filter(editions=None, changed_at=None).first()
    if programme is None:
        return 0
    told = fixtures.read("passport") if fixtures.has("passport") else {}
    (head,) = lines_of(programme, Part.HEAD)
    order = told.get("order", {})
    head |= {
        "finance": told.get("finance", ""),
        "order_number": order.get("number", ""),
        "order_date": order.get("date", ""),
    }
    lines = {Part.HEAD: [head], Part.TASKS: _tasks(programme, told.get("aims", ()))}
    lines |= {part: told[part.value] for part in AS_PRINTED if part.value in told}
    for part, of_part in lines.items():
        try:
            write_part(programme, part, of_part)
        except PassportRefused as refusal:
            raise FixturesRefused(f"Паспорт, «{part.label}»: {refusal}") from refusal
    freeze(programme, reason=REASON, by=None)
    return 1 + sum(len(lines.get(part, ())) for part in AS_PRINTED)


def _tasks(programme: Programme, aims: Any) -> list[Line]:
    """Each with the indicators whose passports name it; `aims` are the places of those that are aims themselves."""
    serving = {row.code: row.aims for row in programme.municipality.indicators.all()}
    return [
        line
        | {
            "kind": ProgrammeTask.Kind.AIM if place in aims else ProgrammeTask.Kind.TASK,
            "indicators": sorted(code for code, texts in serving.items() if line["text"] in texts),
        }
        for place, line in enumerate(lines_of(programme, Part.TASKS), start=1)
    ]
