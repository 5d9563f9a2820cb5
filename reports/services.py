"""What people do with documents: prepare one, write the texts of the yearly note."""

from typing import Any

from django.db import transaction

from accounts.jobs import enqueue
from accounts.models import Job, User, audit
from reports.kinds import kind_of
from reports.models import NoteText, Report
from schools.models import Municipality, School


@transaction.atomic
def create_report(
    *, municipality: Municipality, kind: str, period: str, by: User | None, school: School | None = None
) -> Report:
    """Freeze the document and have it drawn; what would come out like the latest edition is that edition.

    ReportRefused where there is nothing to say.
    """
    Municipality.objects.lock(municipality.pk)  # two people must not take one number
    of_kind = kind_of(kind)
    content = of_kind.freeze(municipality=municipality, period=period, school=school)
    about = {"kind": kind, "municipality": municipality, "school": school, "period": period}
    latest = Report.objects.filter(**about).order_by("-number").first()
    if latest and latest.snapshot_sha256 == content.sha256:
        is_drawn = {one.format for one in latest.drawn} >= set(of_kind.formats)
        if not is_drawn and (latest.job is None or latest.job.is_over):
            _draw(latest, by=by)
        return latest
    report = Report.objects.create(
        **about,
        number=latest.number + 1 if latest else 1,
        snapshot=content.to_json(),
        snapshot_sha256=content.sha256,
        created_by=by,
    )
    audit("report_created", report, by=by, municipality_id=municipality.pk, kind=kind, period=period)
    _draw(report, by=by)
    return report


def _draw(report: Report, *, by: User | None) -> None:
    report.job = enqueue(Job.Kind.RENDER_REPORT, municipality_id=report.municipality_id, subject_id=report.pk, by=by)
    report.save(update_fields=["job"])


@transaction.atomic
def save_note_text(
    *, municipality: Municipality, school_year: int, problems: str, next_tasks: str, comments: dict[str, str], by: Any
) -> NoteText:
    """Keep what people write into the note of a year; the same text again changes nothing."""
    text, _ = NoteText.objects.select_for_update().get_or_create(municipality=municipality, school_year=school_year)
    written = {
        "problems": problems.strip(),
        "next_tasks": next_tasks.strip(),
        # Comments on indicators that have left the programme are kept: an earlier note may be prepared again.
        "comments": {code: said for code, said in (text.comments | comments).items() if said.strip()},
    }
    changed = [name for name, value in written.items() if getattr(text, name) != value]
    if changed:
        for name in changed:
            setattr(text, name, written[name])
        text.save()
        audit("note_text_saved", text, by=by, municipality_id=municipality.pk, school_year=school_year, fields=changed)
    return text
