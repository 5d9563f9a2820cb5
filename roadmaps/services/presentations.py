"""With what a programme is presented to its experts: files and links."""

from django.db import transaction

from accounts.models import User, audit
from roadmaps.evidence_files import KeptFile
from roadmaps.models import Presentation, Programme
from roadmaps.queries.expertise import may_present

MAX_PRESENTATIONS = 10  # of one programme
NOT_YOURS = "Презентацию прикладывают те, кто исполняет программу, и те, кто её ведёт."
TOO_MANY = f"У программы не больше {MAX_PRESENTATIONS} презентаций: уберите ненужные."


class PresentationRefused(Exception):
    """Nothing is changed; the text is for people and says why."""


@transaction.atomic
def present(*, programme: Programme, title: str, file: KeptFile | None, link: str, by: User) -> Presentation:
    """Raises PresentationRefused; then the kept file is whoever's who took it."""
    Programme.objects.select_for_update(no_key=True).values_list("pk").get(pk=programme.pk)
    if not may_present(by, programme):
        raise PresentationRefused(NOT_YOURS)
    if Presentation.objects.filter(programme=programme).count() >= MAX_PRESENTATIONS:
        raise PresentationRefused(TOO_MANY)
    kept = file.fields if file else {"link": link}
    made = Presentation.objects.create(programme=programme, title=title.strip(), added_by=by, **kept)
    audit("presentation_added", made, by=by, municipality_id=programme.municipality_id, programme=programme.pk)
    return made


@transaction.atomic
def remove_presentation(*, presentation: Presentation, by: User) -> tuple[str, str]:
    """The places of its files, to be discarded once this is settled. Raises PresentationRefused."""
    programme = presentation.programme
    if not may_present(by, programme):
        raise PresentationRefused(NOT_YOURS)
    places = presentation.places
    audit(
        "presentation_removed",
        presentation,
        by=by,
        municipality_id=programme.municipality_id,
        programme=programme.pk,
    )
    presentation.delete()
    return places
