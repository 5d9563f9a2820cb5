"""Files of a form: attached to the row they are for, or held until the form is sent again."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from roadmaps.evidence_files import KeptFile, discard
from roadmaps.models import Agreement, Assignment, Evidence, HeldFile, ProgressUpdate

OWNERS = {ProgressUpdate: "report", Assignment: "assignment", Agreement: "agreement"}  # by which field
MAX_EVIDENCE = 30  # of one row
TOO_MANY = f"Прикладывают не больше {MAX_EVIDENCE} файлов и ссылок: уберите лишнее или объедините снимки в один PDF."


class TooManyFiles(Exception):
    """Nothing is attached."""

    def __init__(self) -> None:
        super().__init__(TOO_MANY)


@dataclass(frozen=True)
class Sent:
    """What comes with a form: files taken just now, keys of those that are held for it, and links."""

    files: tuple[KeptFile, ...] = ()
    held: tuple[int, ...] = ()
    links: tuple[str, ...] = ()


NOTHING = Sent()


def attach(row: ProgressUpdate | Assignment | Agreement, sent: Sent, *, form: str, by: User) -> None:
    """Within the transaction of whoever holds the row. What is there already, by its content, is not attached again:
    people send twice. Raises TooManyFiles."""
    of = {OWNERS[type(row)]: row}
    there = Evidence.objects.filter(**of)
    known = _known(there)
    files, spare = _told_apart(released(sent, form=form, by=by), known)
    links = [link for link in dict.fromkeys(sent.links) if link not in known]
    if there.count() + len(files) + len(links) > MAX_EVIDENCE:
        raise TooManyFiles
    fresh = [Evidence(added_by=by, **of, **kept.fields) for kept in files]
    Evidence.objects.bulk_create(fresh + [Evidence(added_by=by, **of, link=link) for link in links])
    discard_later(spare)


def released(sent: Sent, *, form: str, by: User) -> list[KeptFile]:
    """All files of a sending, held ones first, which from now on are whoever's who calls."""
    held = list(HeldFile.objects.visible_to(by).select_for_update().filter(form=form, pk__in=sent.held))
    HeldFile.objects.filter(pk__in=[one.pk for one in held]).delete()
    return [*(one.kept for one in held), *sent.files]


def discard_later(files: Iterable[KeptFile]) -> None:
    """Once the transaction is settled."""
    transaction.on_commit(partial(discard, *_places(files)))


def is_attached(there: QuerySet[Evidence], sent: Sent) -> bool:
    """Whether all of it is there already: the form came twice."""
    has_held = HeldFile.objects.filter(pk__in=sent.held).exists()
    return not has_held and _known(there).issuperset([*(kept.sha256 for kept in sent.files), *sent.links])


def hold(files: Iterable[KeptFile], there: QuerySet[Evidence], *, form: str, by: User) -> list[KeptFile]:
    """Keep taken files for this person until the form is sent again; each once, however often it comes. Those for which
    a row like this has no room are discarded and come back."""
    held = HeldFile.objects.visible_to(by).filter(form=form)
    known = _known(there) | set(held.values_list("sha256", flat=True))
    fresh, spare = _told_apart(files, known)
    room = max(MAX_EVIDENCE - there.count() - held.count(), 0)
    HeldFile.objects.bulk_create(
        [HeldFile(by=by, form=form, **kept.fields) for kept in fresh[:room]],
        ignore_conflicts=True,  # the same form may come twice at once
    )
    stored = set(held.values_list("file", flat=True))
    discard(*_places([*spare, *(kept for kept in fresh if kept.place not in stored)]))
    return fresh[room:]


def let_go(pk: int, *, form: str, by: User) -> None:
    """The person does not want this held file; one that is gone already is no matter."""
    for one in HeldFile.objects.visible_to(by).filter(form=form, pk=pk):
        one.delete()
        discard(*one.places)


def _known(there: QuerySet[Evidence]) -> set[str]:
    """What is attached: contents of files, and links."""
    return {word for pair in there.values_list("sha256", "link") for word in pair if word}


def _told_apart(files: Iterable[KeptFile], known: set[str]) -> tuple[list[KeptFile], list[KeptFile]]:
    """Those that are new, and those that are there already or come twice."""
    fresh: dict[str, KeptFile] = {}
    spare = []
    for kept in files:
        if kept.sha256 in known or kept.sha256 in fresh:
            spare.append(kept)
        else:
            fresh[kept.sha256] = kept
    return list(fresh.values()), spare


def _places(files: Iterable[KeptFile]) -> list[str]:
    return [place for kept in files for place in kept.places]
