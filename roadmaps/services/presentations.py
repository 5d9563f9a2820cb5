"""With what a programme is presented to its experts: files and links."""

from django.db import transaction

from accounts.models import User, audit
from roadmaps.models import Presentation, Programme, form_key
from roadmaps.queries.expertise import may_present
from roadmaps.services.attaching import Sent, discard_later, released

MAX_PRESENTATIONS = 10  # of one programme
NOT_YOURS = "Презентацию прикладывают те, кто исполняет программу, и те, кто её ведёт."
NOTHING = "Выбранного файла уже нет: выберите его ещё раз."
TOO_MANY = f"У программы не больше {MAX_PRESENTATIONS} презентаций: уберите ненужные."


class PresentationRefused(Exception):
    """Nothing is changed; the text is for people and says why."""


@transaction.atomic
def present(*, programme: Programme, title: str, sent: Sent, by: User) -> Presentation:
    """A file, the one chosen last, or a link; a file that is there already is not put there twice.

    Raises PresentationRefused; then the files are whoever's who took them.
    """
    Programme.objects.select_for_update(no_key=True).values_list("pk").get(pk=programme.pk)
    if not may_present(by, programme):
        raise PresentationRefused(NOT_YOURS)
    there = Presentation.objects.filter(programme=programme)
    files = released(sent, form=presentation_form(programme), by=by)
    if not files and not sent.links:
        raise PresentationRefused(NOTHING)
    if files and (same := there.filter(sha256=files[-1].sha256).first()):
        discard_later(files)
        return same
    if there.count() >= MAX_PRESENTATIONS:
        raise PresentationRefused(TOO_MANY)
    kept = files[-1].fields if files else {"link": sent.links[0]}
    made = Presentation.objects.create(programme=programme, title=title.strip(), added_by=by, **kept)
    audit("presentation_added", made, by=by, municipality_id=programme.municipality_id, programme=programme.pk)
    discard_later(files[:-1])
    return made


def presentation_form(programme: Programme) -> str:
    """For which files are held when a presentation is refused."""
    return form_key("presentation", programme)


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
